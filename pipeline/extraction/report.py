"""What extraction gives: a report as its figures, sections and metadata, each with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from pipeline.readers.document import Origin

CellStatus = Literal["number", "blank", "not_applicable", "unreadable", "unplaced"]
MetadataField = Literal[
    "title", "agency_name", "report_year", "publish_date", "signed_date", "period_start", "period_end"
]
SeenField = MetadataField | Literal["place"]
"""What evidence can be for: a field of the metadata, or where the agency is, which each build decides."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document came from, as its ``NAME.meta.json`` says; every part may be unknown.

    ``page_url`` is the page that linked to it, for a file that a page offers. ``status`` is the HTTP status that it
    came with.
    """

    url: str | None = None
    fetched_at: datetime | None = None
    source_id: str | None = None
    link_text: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    page_url: str | None = None
    status: int | None = None


class Figure(NamedTuple):
    """One cell of a mandated table: what is printed, what it means, where it stands.

    Codes are those of `pipeline.forms`; for ``litigation`` ``row_code`` is the venue and ``column_code`` the
    result. ``value`` is the number as printed, without its unit; None unless ``status`` is ``number``. ``origin`` is
    where it stands on its page, if the format has pages.
    """

    table_code: str
    form: str | None
    table_set: int
    row_code: str | None
    column_code: str | None
    raw_text: str
    value: Decimal | None
    unit: str | None
    status: CellStatus
    table_index: int
    row_index: int
    column_index: int
    origin: Origin | None = None


class Section(NamedTuple):
    """One of the six sections: its number in the regulation's order, its heading and text as printed."""

    section: int
    heading: str
    body: str


class Evidence(NamedTuple):
    """One sighting of a metadata value: which rule saw it, where, and in which words.

    ``value`` is text; dates in ISO form. ``chosen`` marks the sighting whose value the report took.
    """

    field: SeenField
    value: str
    rule: str
    location: str
    excerpt: str
    chosen: bool


@dataclass(slots=True)
class Metadata:
    """Who reports on which year, and when; with every sighting, chosen or not, for rules to compare."""

    title: str | None = None
    agency_name: str | None = None
    report_year: int | None = None
    publish_date: date | None = None
    signed_date: date | None = None
    period_start: date | None = None
    period_end: date | None = None
    evidence: list[Evidence] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """All that one document says as a report."""

    metadata: Metadata
    figures: list[Figure]
    sections: list[Section]


class NotAReport(Exception):  # noqa: N818 - a state of the document, not of the program
    """The document was read but is no annual report; ``message`` says what was missing.

    ``shown`` is what a document says that shows a report's title: a report without figures, which may stand in a file
    that it offers. None for any other document.
    """

    def __init__(self, code: str, message: str, shown: Report | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.shown = shown
