"""Extraction: `Document` in, `Report` out. It knows reports and nothing of file formats."""

from pipeline.extraction.extract import EXTRACTION_VERSION, extract
from pipeline.extraction.report import (
    Evidence,
    Figure,
    Metadata,
    NotAReport,
    Report,
    Section,
    Source,
)

__all__ = [
    "EXTRACTION_VERSION",
    "Evidence",
    "Figure",
    "Metadata",
    "NotAReport",
    "Report",
    "Section",
    "Source",
    "extract",
]
