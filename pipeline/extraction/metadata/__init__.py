"""Who reports on which year, and when."""

from __future__ import annotations

from pipeline.extraction.metadata.read import read_metadata

__all__ = ["read_metadata"]
