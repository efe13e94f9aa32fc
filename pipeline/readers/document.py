"""What every reader gives: a document as paragraphs and tables in reading order, free of its file format."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple


class Origin(NamedTuple):
    """Where a cell stands on its page, and how surely it was read; None where the format has no such thing.

    ``page`` counts from 1. ``box`` is (left, top, right, bottom) in fractions of the page's width and height as
    it is shown, from its top left corner. ``confidence`` (0 to 1) is the least that the recognition of its
    characters had; None where the characters were given by the format.
    """

    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    confidence: float | None = None


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
    origin: Origin | None = None


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
    """A paragraph outside the tables of figures; ``text`` has no line breaks and no white space at its ends.

    ``page`` counts from 1.
    """

    text: str
    page: int | None = None


class Link(NamedTuple):
    """A file that a document refers to: ``href`` as written, and the text that it stands under.

    ``kind`` is ``attachment`` (a file to open) or ``picture`` (shown in place).
    """

    href: str
    text: str
    kind: Literal["attachment", "picture"]


@dataclass(slots=True)
class Document:
    """A document in reading order.

    ``media_type`` is detected from the bytes. ``page_title`` is the format's own title (HTML ``<title>``).
    ``meta`` holds named metadata of the format (HTML ``<meta name content>``), names in lower case. ``links`` are
    the files it refers to that may hold parts of it, in reading order; links to other pages are none of them.
    """

    blocks: list[Paragraph | Table]
    media_type: str
    page_title: str | None = None
    meta: dict[str, str] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)

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


ERROR_CODES: Final = {
    "empty": "the file holds nothing",
    "unsupported_format": "no reader for this format",
    "undecodable": "its characters or its structure make no sense",
    "truncated": "it breaks off before its end",
    "encrypted": "it cannot be opened without a password",
    "too_large": "it, or what it unfolds to, is larger than any report",
    "timed_out": "reading it took longer than its format is given",
    "tool_missing": "a program that reads this format is not installed",
    "blocked": "the site sent a page that refuses or tests its visitor, not the document",
    "crashed": "a defect of ours, or of a library, ended its reading",
}
"""Why a document stands in quarantine (``landing.documents.error_code``)."""
