"""A PDF file opened by pdfium, or the reason why it cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import create_string_buffer
from typing import Final

import pypdfium2.raw as pdfium

from pipeline.readers.document import UnreadableDocument
from pipeline.readers.whitespace import fold_spaces

_MAX_PAGES: Final = 1_000
_TAIL: Final = 4096
"""Bytes before the end of the file in which its last mark must stand; servers append a little."""
_LAST_PLACE: Final = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF")
_TABLE: Final = re.compile(rb"\s*(?:xref\b|\d+\s+\d+\s+obj\b)")
_INFO: Final = ("Title", "Author", "Subject", "CreationDate", "ModDate", "Creator", "Producer")


@contextmanager
def open_pdf(data: bytes) -> Iterator[tuple[pdfium.FPDF_DOCUMENT, int]]:
    """Open a file; gives its handle and how many pages it has.

    Raises:
        UnreadableDocument: ``encrypted``, ``truncated``, ``undecodable`` or ``too_large``.
    """
    pdfium.FPDF_InitLibrary()
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        error = pdfium.FPDF_GetLastError()
        if error in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise UnreadableDocument("encrypted", "The PDF needs a password. Save it without one.")
        if not _has_end(data):
            raise _truncated()
        raise UnreadableDocument("undecodable", "The PDF is damaged: it cannot be opened. Fetch it again.")
    try:
        if not _has_end(data):
            raise _truncated()
        pages = pdfium.FPDF_GetPageCount(document)
        if pages > _MAX_PAGES:
            raise UnreadableDocument("too_large", f"The PDF has {pages} pages, more than any report.")
        if pages < 1:
            raise UnreadableDocument("undecodable", "The PDF is damaged: it has no pages. Fetch it again.")
        yield document, pages
    finally:
        pdfium.FPDF_CloseDocument(document)


def _has_end(data: bytes) -> bool:
    """Whether the file has its end: the mark near its last byte, or one behind a place that holds a table.

    A file that breaks off may have the mark at its beginning (linearised for the web) and be opened all the same,
    with pages missing.
    """
    if b"%%EOF" in data[-_TAIL:].rstrip(b"\0 \r\n"):
        return True
    places = [*_LAST_PLACE.finditer(data)]
    start = max(data.find(b"%PDF-"), 0)
    return bool(places) and any(
        _TABLE.match(data, place) for place in {int(places[-1][1]), int(places[-1][1]) + start} - {0}
    )


def _truncated() -> UnreadableDocument:
    return UnreadableDocument("truncated", "The PDF breaks off before its end (no %%EOF). Fetch it again.")


def read_info(document: pdfium.FPDF_DOCUMENT) -> dict[str, str]:
    """The file's own metadata, as ``pdf:title`` and so on: of the template it was written in as often as of it."""
    info: dict[str, str] = {}
    for key in _INFO:
        name = key.encode()
        size = pdfium.FPDF_GetMetaText(document, name, None, 0)
        if not 2 < size <= 4096:
            continue
        buffer = create_string_buffer(size)
        pdfium.FPDF_GetMetaText(document, name, buffer, size)
        if text := fold_spaces(buffer.raw[: size - 2].decode("utf-16-le", "replace")):
            info[f"pdf:{key.lower()}"] = text
    return info
