"""Readers: bytes in, `Document` out. One module a format; they know nothing of reports."""

from pipeline.readers.document import Cell, Document, Link, Origin, Paragraph, Table, UnreadableDocument
from pipeline.readers.read import read

__all__ = [
    "Cell",
    "Document",
    "Link",
    "Origin",
    "Paragraph",
    "Table",
    "UnreadableDocument",
    "read",
]
