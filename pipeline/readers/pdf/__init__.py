"""PDF files: text with its place on the page, tables by their ruling lines, pages of pictures by recognition."""

from __future__ import annotations

from pipeline.readers.document import Document
from pipeline.readers.pdf.assembly import assemble
from pipeline.readers.pdf.lines import TextLine
from pipeline.readers.pdf.margins import in_margins
from pipeline.readers.pdf.opening import open_pdf, read_info
from pipeline.readers.pdf.pages import Page, read_page

__all__ = ["read_pdf"]


def read_pdf(data: bytes) -> Document:
    """Read a PDF file.

    Raises:
        UnreadableDocument: ``encrypted``, ``truncated``, ``undecodable`` or ``too_large``; or whatever keeps a page
            that is a picture from being recognised.
    """
    with open_pdf(data) as (document, count):
        meta = read_info(document)
        pages = [read_page(document, index) for index in range(count)]
    return Document(assemble(_without_margins(pages)), "application/pdf", meta=meta)


def _without_margins(pages: list[Page]) -> list[Page]:
    lines = [[item for item in page.items if isinstance(item, TextLine)] for page in pages]
    margins = in_margins([(page.height, found) for page, found in zip(pages, lines, strict=True)])
    dropped = {id(found[number]) for found, numbers in zip(lines, margins, strict=True) for number in numbers}
    return [page._replace(items=[item for item in page.items if id(item) not in dropped]) for page in pages]
