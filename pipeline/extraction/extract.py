"""The whole extraction of one document."""

from __future__ import annotations

from pipeline.extraction.metadata import read_metadata
from pipeline.extraction.outline import read_outline
from pipeline.extraction.report import NotAReport, Report, Source
from pipeline.extraction.sections import read_sections
from pipeline.extraction.tables import find_annex, read_figures
from pipeline.extraction.tables.doubt import doubt
from pipeline.extraction.tables.own_set import own_set_first
from pipeline.readers.document import Document

EXTRACTION_VERSION = 8
"""Raise it when extraction gives other results: documents read by an older version are then read again."""


def extract(document: Document, source: Source | None = None) -> Report:
    """Extract a report from a document.

    A document is a report if it holds figures of one of the mandated tables, or (where the tables are
    missing) a report's title and at least two of the six sections.

    Raises:
        NotAReport: it is neither.
    """
    annex = find_annex(document)
    figures = doubt(read_figures(document, annex))
    outline = read_outline(document, annex.tables)
    sections = read_sections(outline)
    metadata = read_metadata(document, source or Source(), sections, outline)
    if not any(figure.row_code for figure in figures) and not (metadata.title and len(sections) >= 2):
        raise NotAReport(
            "no_report_found",
            "None of the mandated tables was found, nor a report title with its sections. "
            "If this is a report, its tables may be pictures or stand in an attachment.",
            Report(metadata, [], sections) if metadata.title else None,
        )
    return Report(metadata, own_set_first(figures, document, metadata.report_year), sections)
