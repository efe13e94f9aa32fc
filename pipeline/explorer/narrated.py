"""The narrative of a report: its sections, with the figures that they state marked and held against the tables."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, Final, NamedTuple

from pipeline.explorer.printed import Figure, Printed, figures_of
from pipeline.warehouse.project import DBT_PROJECT

_TERM: Final = re.compile(r"([+-])(\w+)\.([\w*]+)(?:\.(\w+))?")
_ORGANISATION: Final = "organisation"


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement with the figures of the tables that it was compared with; ``number`` counts from 1 in the report.

    ``elsewhere``: these stand in the report of another year.
    """

    number: int
    row: Mapping[str, Any]
    title: Mapping[str, str]
    figures: list[Figure]
    elsewhere: str | None

    @property
    def result(self) -> str:
        """``agrees``, ``contradicts`` or ``not_assessable``."""
        return str(self.row["result"])

    @property
    def is_printed(self) -> bool:
        """Whether one figure of the tables is what it was compared with, not a sum of several, a growth or a change."""
        return len(self.figures) == 1 and self.figures[0].value == self.row["table_value"]


class Run(NamedTuple):
    """A piece of a paragraph; with the statements that stand in it, none in plain text."""

    text: str
    stated: list[Stated]

    @property
    def result(self) -> str:
        """The gravest of its results."""
        results = {one.result for one in self.stated}
        return next(result for result in ("contradicts", "agrees", "not_assessable") if result in results)


class Section(NamedTuple):
    """A section as printed: its paragraphs, each as runs."""

    section: int
    heading: str
    printed_in: str
    paragraphs: list[list[Run]]


class _Reading(NamedTuple):
    title: Mapping[str, str]
    terms: list[tuple[str, str, str | None]]


def read_statements(rows: Iterable[Mapping[str, Any]], tables: Sequence[Printed]) -> list[Stated]:
    """The statements of a report, linked to figures of ``tables``; the figures know of them from then on."""
    by_place: dict[tuple[str, int], list[Figure]] = defaultdict(list)
    for table in tables:
        for figure in figures_of([table]):
            by_place[table.code, table.table_set].append(figure)
    stated = []
    for number, row in enumerate(rows, 1):
        reading = _readings().get(row["reading"] or "")
        elsewhere = row["document_id_before"] if row["period"] == "last_year" else None
        figures = []
        if reading and not elsewhere:
            figures = [
                figure
                for table_code, row_code, column_code in reading.terms
                for figure in by_place[table_code, row["table_set"] or 1]
                if _is_meant(figure, row_code, column_code or row["applicant_type"])
            ]
        for figure in figures:
            figure.statements.append(number)
        title = reading.title if reading else {"zh": row["measure"], "en": row["measure"]}
        stated.append(Stated(number, row, title, figures, elsewhere))
    return stated


def mark_sections(sections: Iterable[Mapping[str, Any]], stated: Sequence[Stated]) -> list[Section]:
    """The sections of a report, cut where something is stated."""
    own: dict[tuple[str, int], list[Stated]] = defaultdict(list)
    for one in stated:
        own[one.row["printed_in"], one.row["section"]].append(one)
    marked = []
    for row in sections:
        places = _places(row["body"], own[row["printed_in"], row["section"]])
        paragraphs = list(_paragraphs(row["body"], places))
        marked.append(Section(row["section"], row["heading"], row["printed_in"], paragraphs))
    return marked


def _is_meant(figure: Figure, row_code: str, column_code: str) -> bool:
    if not figure.row_code or not figure.column_code or not fnmatchcase(figure.row_code, row_code):
        return False
    if column_code == _ORGANISATION:  # the columns under it, of which the tables print no sum
        return figure.column_code not in ("natural_person", "total")
    return figure.column_code == column_code


def _places(body: str, stated: Iterable[Stated]) -> dict[tuple[int, int], list[Stated]]:
    """Where the words of statements stand in a text; what overlaps with one before it is left with that one."""
    places: dict[tuple[int, int], list[Stated]] = {}
    searched, reached = 0, 0
    for one in stated:
        at = body.find(one.row["sentence"], searched)
        at = body.find(one.row["sentence"]) if at < 0 else at
        if at < 0:
            continue
        searched = at
        start = body.find(one.row["excerpt"], at)
        end = start + len(one.row["excerpt"])
        if start < 0:
            continue
        if (start, end) in places:
            places[start, end].append(one)
        elif start >= reached:
            places[start, end] = [one]
            reached = end
        else:
            last = next(reversed(places), None)
            if last and last[0] <= start:
                places[last].append(one)
    return places


def _paragraphs(body: str, places: Mapping[tuple[int, int], list[Stated]]) -> Iterable[list[Run]]:
    start = 0
    for line in body.split("\n"):
        end, at = start + len(line), start
        runs = []
        for (first, last), stated in sorted(places.items(), key=lambda place: place[0]):
            if start <= first < end and first >= at:
                runs += [Run(body[at:first], []), Run(body[first : min(last, end)], stated)]
                at = min(last, end)
        runs.append(Run(body[at:end], []))
        if line.strip():
            yield [run for run in runs if run.text]
        start = end + 1


@cache
def _readings() -> Mapping[str, _Reading]:
    """What a figure of the narrative can mean in the tables: the seed ``readings.csv``, by reading."""
    with (DBT_PROJECT / "seeds" / "readings.csv").open(encoding="utf-8", newline="") as file:
        return {
            line["reading"]: _Reading(
                {"zh": line["title_zh"], "en": line["title_en"]},
                [(table, row, column or None) for _, table, row, column in _TERM.findall(line["formula"])],
            )
            for line in csv.DictReader(file)
        }
