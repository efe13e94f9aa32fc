"""What the text so far makes of what follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from pipeline.extraction.topics.clauses import Clause
from pipeline.extraction.topics.topic import Kind

PROBLEMS_SECTION: Final = 5

Mode = Literal["open", "problem", "promise", "past"]
"""Whether what follows is a problem of the year, a promise, of years past, or none of these was said."""


@dataclass(slots=True)
class State:
    """Where in a section the reader is.

    ``lists`` has the mode in which a list of each kind of number began: its next item begins in it again. ``heading``
    is the domain that the last heading names: under 政策解读方面。, 形式单一 is of the interpretation.
    """

    section: int
    year: int | None
    mode: Mode = "open"
    lists: dict[str, Mode] = field(default_factory=dict)
    heading: str = ""


@dataclass(slots=True)
class Draft:
    """Topics of a clause; their kind may change while the sentence goes on."""

    topics: list[str]
    kind: Kind
    clause: Clause
    cue: str
