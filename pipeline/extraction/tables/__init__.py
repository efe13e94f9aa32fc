"""The mandated tables: from printed cells to figures with their codes."""

from pipeline.extraction.tables.scan import read_figures
from pipeline.extraction.tables.statistics import find_annex

__all__ = ["find_annex", "read_figures"]
