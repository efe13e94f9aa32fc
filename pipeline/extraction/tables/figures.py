"""Figures from the cells that print them, and what holds of all figures of a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from operator import attrgetter

from pipeline.extraction.report import CellStatus, Figure
from pipeline.extraction.tables.tokens import Role, Token

_NEARLY_NUMBER = re.compile(r"[0-9][^\u4e00-\u9fff]*$")
_ENDS_WITH_NUMBER = re.compile(r"[\u4e00-\u9fff）)：:]\s*[0-9][0-9,]*\s*$")


class Sets:
    """Counts how often a table is printed in one document (本级, 全市).

    A place that comes again behind a new header, or in a new table, begins the next set. The row before a page
    break, repeated after it, does not.
    """

    def __init__(self) -> None:
        self.number = 1
        self.boundary = False
        self.repeated = False  # whether a place is printed twice in one set
        self._seen: set[object] = set()
        self._last: object = None

    def enter(self, place: object) -> int:
        """The set of a row that is printed here."""
        if self.boundary and place in self._seen and place != self._last:
            self.number += 1
            self._seen.clear()
        elif place in self._seen:
            self.repeated = True
        self.boundary = False
        self._seen.add(place)
        self._last = place
        return self.number

    def enter_all(self, places: Iterable[object]) -> int:
        """The set of several places that are printed together."""
        printed = list(places)
        places = set(printed)
        self.repeated |= len(places) < len(printed)
        if self._seen & places:
            self.number += 1
            self._seen.clear()
        self._seen |= places
        return self.number

    def pass_over(self) -> None:
        """A table that could not be read counts as a set of its own."""
        self.number += 1


Printing = tuple[str, str | None, int]
"""A table as printed once: its code, its form, and the running number of its set."""


def figure(
    table: Printing,
    row_code: str | None,
    column_code: str | None,
    slot: Token,
    table_index: int,
    *,
    unit: str | None = None,
    certain: bool = True,
) -> Figure:
    """The figure of one cell; ``unit``: the one that its header prints."""
    cell, (status, number, own_unit) = slot.cell, slot.value
    kept: CellStatus
    if status == "number":
        kept = "unreadable" if not certain else "unplaced" if row_code is None else "number"
        if kept != "number":
            number = None
        unit = own_unit or unit
    elif status == "text" or (status == "not_applicable" and not certain):
        kept, unit = "unreadable", None
    else:
        kept, unit = status, None
    # As fast as can be: this runs two hundred times a report.
    return tuple.__new__(
        Figure,
        (
            *table,
            row_code,
            column_code,
            cell.text,
            number,
            unit,
            kept,
            table_index,
            cell.row,
            cell.column,
            cell.origin,
        ),
    )


def straight_row(
    table: Printing,
    row_codes: Iterable[str | None],
    column_codes: Sequence[str | None],
    slots: Sequence[Token],
    table_index: int,
) -> list[Figure]:
    """The figures of a row that stands squarely under its columns.

    Most figures of most reports come this way, so it is made for speed: it gives what `figure` gives.
    """
    table_code, form, table_set = table
    new = tuple.__new__
    figures: list[Figure] = []
    for row_code, column_code, slot in zip(row_codes, column_codes, slots, strict=False):
        cell, (status, number, unit), _, _, _ = slot
        if status == "text" or row_code is None or column_code is None:
            figures.append(figure(table, row_code if column_code else None, column_code, slot, table_index))
            continue
        row, column, text, _, _, origin = cell
        values = (
            table_code,
            form,
            table_set,
            row_code,
            column_code,
            text,
            number,
            unit,
            status,
            table_index,
            row,
            column,
            origin,
        )
        figures.append(new(Figure, values))
    return figures


def lost(
    table: Printing, slots: Iterable[Token], table_index: int, nearly: re.Pattern[str] = _NEARLY_NUMBER
) -> list[Figure]:
    """The figures of a row or column that the form does not have, and what may have been meant as one.

    ``nearly``: how a text without a meaning of its own begins that may have been meant as a figure.
    """
    return [
        figure(table, None, None, slot, table_index)
        for slot in slots
        if slot.value.status == "number" or (slot.role & Role.TEXT and not slot.labels and nearly.match(slot.cell.text))
    ]


def adrift(table: Printing, row_code: str | None, slots: Iterable[Token], table_index: int) -> list[Figure]:
    """All that is printed in a row whose columns are not known."""
    return [figure(table, row_code, None, slot, table_index, certain=False) for slot in slots if slot.role]


def filled(slots: Iterable[Token]) -> list[Token]:
    """The slots in which something is printed."""
    return [slot for slot in slots if slot.role]


def is_wording(slot: Token) -> bool:
    """Whether a text without a digit is printed in a slot: in the first of a row it is the rest of the label."""
    return bool(slot.role & Role.TEXT) and not any(map(str.isdigit, slot.cell.text))


def holds_figure(label: Token) -> bool:
    """Whether a label ends with a number: the row's first figure may have slipped into it."""
    return bool(_ENDS_WITH_NUMBER.search(label.cell.text))


def has_figure(slots: Iterable[Token]) -> bool:
    """Whether a number, or a sign that there is none, is printed in one of the slots."""
    return any(slot.role & Role.FIGURE for slot in slots)


_place = attrgetter("table_code", "table_set", "row_code", "column_code")


def one_number_a_place(figures: list[Figure]) -> list[Figure]:
    """Where a row is printed twice in a set with different contents, none of the two is certainly its own."""
    placed = [found for found in figures if found.row_code and found.column_code]
    if len(placed) == len(set(map(_place, placed))):
        return figures
    places: dict[object, list[Figure]] = {}
    for found in placed:
        places.setdefault(_place(found), []).append(found)
    again = [same for same in places.values() if len(same) > 1]
    doubtful: set[tuple[str, int, str | None]] = set()
    repeated: set[int] = set()
    for same in again:
        repeated.update(id(found) for found in same[1:])
        if len({(found.status, found.value, found.raw_text) for found in same}) > 1:
            doubtful.add((same[0].table_code, same[0].table_set, same[0].row_code))
    kept: list[Figure] = []
    for found in figures:
        if (found.table_code, found.table_set, found.row_code) in doubtful:
            if found.status != "blank":
                kept.append(found._replace(value=None, unit=None, status="unreadable"))
        elif id(found) not in repeated:
            kept.append(found)
    return kept
