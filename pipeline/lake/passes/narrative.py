"""What a pass over the narrative takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from pipeline.extraction import Section
from pipeline.lake.schemas import Schema


class Narrative(NamedTuple):
    """The sections of a document, and the year and the agency that it shows itself; None where it shows none."""

    document_id: str
    sections: Sequence[Section]
    report_year: int | None
    agency_name: str | None


class Pass(NamedTuple):
    """What reads the narrative closely: of each document the rows of one table of ``landing``.

    ``name`` is that of the table and of the folder in the lake. ``version`` gives the number that is raised when the
    narrative is read otherwise; ``rows`` the rows of one document, whose first column is ``document_id``. Both import
    what is heavy when they are called. ``seconds`` is the processor time that one document may take.
    """

    name: str
    schema: Schema
    version: Callable[[], int]
    rows: Callable[[Narrative], list[tuple[Any, ...]]]
    seconds: float = 30
