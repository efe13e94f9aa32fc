"""The mandated tables: from printed cells to figures with their codes."""

from pipeline.extraction.tables.scan import read_figures

__all__ = ["read_figures"]
