"""What every reader gives: a document as paragraphs and tables in reading order, free of its file format."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Cell(NamedTuple):
    """One printed cell of a table, at the top left corner of the grid places that it spans.

    ``row`` and ``column`` count from 0. ``text`` keeps the cell's own line breaks (paragraphs, ``<br>``) as
    newlines, other white space folded to one space, none at the ends.
    """

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1
    page: int | None = None


class Table(NamedTuple):
    """A table as its printed cells, in reading order (by row, then by column).

    ``aligned`` tells what a column number is worth. True: spans were given by the format and are resolved, so
    cells of one column stand under each other. False (text exports, which lose spans): a column is no more
    than the running number of the cell in its row.
    """

    cells: list[Cell]
    row_count: int
    column_count: int
    aligned: bool


class Paragraph(NamedTuple):
    """A paragraph outside the tables of figures; ``text`` has no line breaks and no white space at its ends."""

    text: str
    page: int | None = None


@dataclass(slots=True)
class Document:
    """A document in reading order.

    ``media_type`` is detected from the bytes. ``page_title`` is the format's own title (HTML ``<title>``).
    ``meta`` holds named metadata of the format (HTML ``<meta name content>``), names in lower case.
    """

    blocks: list[Paragraph | Table]
    media_type: str
    page_title: str | None = None
    meta: dict[str, str] = field(default_factory=dict)

    @property
    def paragraphs(self) -> list[Paragraph]:
        """The paragraphs, in reading order."""
        return [block for block in self.blocks if isinstance(block, Paragraph)]

    @property
    def tables(self) -> list[Table]:
        """The tables, in reading order; a cell's ``table_index`` counts in this list."""
        return [block for block in self.blocks if isinstance(block, Table)]


class UnreadableDocument(Exception):  # noqa: N818 - a state of the document, not of the program
    """The bytes cannot be read as a document; the document goes into quarantine.

    ``code`` is one of `ERROR_CODES`; ``message`` says what a person can do about it.
    """

    def __init__(self, code: str, message: str) -> None:
        assert code in ERROR_CODES, code
        super().__init__(message)
        self.code = code
        self.message = message


ERROR_CODES = frozenset({"empty", "unsupported_format", "undecodable", "truncated", "too_large", "crashed"})
"""Why a document stands in quarantine (``landing.documents.error_code``)."""
