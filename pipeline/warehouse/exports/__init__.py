"""Copies of the marts for spreadsheets and other programs, with what they mean and what has changed."""

from pipeline.warehouse.exports.export import Filter, export, exports_are_current, renew_exports

__all__ = ["Filter", "export", "exports_are_current", "renew_exports"]
