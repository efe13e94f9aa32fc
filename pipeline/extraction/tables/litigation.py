"""Section 4's table (行政复议、行政诉讼): fifteen columns over one row of figures, or laid out otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from pipeline.extraction.report import Figure
from pipeline.extraction.tables.columns import Columns, litigation_columns, result_columns
from pipeline.extraction.tables.current import CurrentTable, Row
from pipeline.extraction.tables.figures import Printing, Sets, adrift, figure, filled, lost
from pipeline.extraction.tables.others import says_other, years_of
from pipeline.extraction.tables.placement import FigureRow, figures_of
from pipeline.extraction.tables.tokens import Role
from pipeline.forms.registry import LITIGATION, LITIGATION_COLUMNS

_FEWEST_NUMBERED: Final = 5
_LONGEST_TITLE: Final = 15
_NOTE: Final = re.compile(r"[（(]?(?:备?注|说明|填报)")


@dataclass
class _Scope:
    """Rows of figures under one header; a row's ``code`` is its venue, where it has one of its own.

    ``has_titled_blank``: a row has a title (2023年, 本机关) and no figure. ``has_heading``: after the first row stands
    what may say that the next is another year's or body's.
    """

    header: list[Row]
    aligned: bool
    table_index: int
    rows: list[FigureRow] = field(default_factory=list)
    has_titled_blank: bool = False
    has_heading: bool = False


class _DownwardsRow(NamedTuple):
    """A row of a table laid out downwards, with all cells behind its result.

    ``across``: the venues by the grid columns over which they stand, where they stand side by side. ``by_year``:
    whether years stand over its columns.
    """

    venue: str | None
    result: str | None
    table_set: int
    slots: Row
    table_index: int
    across: Mapping[int, str]
    by_year: bool


class LitigationTable:
    """Collects the headers and rows of the litigation tables of a document."""

    def __init__(self, current: CurrentTable) -> None:
        self.sets = Sets()
        self._current = current
        self._scopes: list[_Scope] = []
        self._downwards: list[_DownwardsRow] = []
        self._strays: list[FigureRow] = []
        self._venue: str | None = None
        self._across: dict[int, str] = {}

    def begin_table(self) -> None:
        """A new table: no venue of an earlier one holds in it."""
        self._venue = None
        self._across = {}

    def add_labels(self, row: Row, *, has_figures: bool) -> None:
        """A row with venues or results: part of a header, or a row of figures with its own label."""
        results = [number for number, token in enumerate(row) if "litigation.result" in token.codes]
        venues = [number for number, token in enumerate(row) if "litigation.venue" in token.codes]
        if self._current.downwards:
            self.add_downwards(row, results)
            return
        scope = self._open_scope()
        by_venue = bool(venues) and not results
        by_venue &= has_figures or (scope is not None and _only_results(scope.header))
        if scope is not None and not by_venue and not any(filled(row.slots) for row in scope.rows):
            scope.rows.clear()  # a blank row within the header
        if scope is None or (scope.rows and not by_venue):
            scope = _Scope([], self._current.aligned, self._current.index)
            self._scopes.append(scope)
        if by_venue:
            venue = row[venues[-1]].codes.get("litigation.venue")
            scope.rows.append(FigureRow(venue, 0, row[venues[-1] + 1 :], self._current.index))
        else:
            scope.header.append(row)

    def add_downwards(self, row: Row, results: Sequence[int]) -> None:
        """A row of a table laid out downwards: venue and result before one figure."""
        venues = {token.cell.column: venue for token in row if (venue := token.codes.get("litigation.venue"))}
        if not results:
            self._across |= venues
        self._venue = next(reversed(venues.values()), self._venue)
        if not results:
            return
        slots, result = row[results[-1] + 1 :], row[results[-1]].codes.get("litigation.result")
        across = {
            column: self._across[column] for column in sorted(self._across) if column > row[results[-1]].cell.column
        }
        venue = None if across else self._venue
        table_set = self.sets.enter((venue, result))
        self._downwards.append(
            _DownwardsRow(venue, result, table_set, slots, self._current.index, across, self._current.by_year)
        )

    def add_row(self, row: Row) -> None:
        """A row without any label of the form: the figures, or their places left blank."""
        if self._scopes and (self.in_table() or not self._current.foreign_header):
            self._scopes[-1].rows.append(FigureRow(None, 0, row, self._current.index))

    def add_blank(self, row: Row) -> None:
        """A row of one text: it may be the title of figures that are left blank, or of the row of figures below it."""
        scope, title = self._open_scope(), row[0].cell.text
        if scope and scope.rows and (years_of(title) or says_other(title)):
            scope.has_heading = True
        if scope and len(row) > _FEWEST_NUMBERED and not any(token.role for token in row[1:]):
            scope.has_titled_blank |= 0 < len(title) <= _LONGEST_TITLE and not _NOTE.match(title)

    def add_stray(self, row: Row) -> None:
        """A row of nothing but figures in a table that has said nothing yet: may belong to a header elsewhere."""
        self._strays.append(FigureRow(None, 0, row, self._current.index))

    def add_header(self, row: Row) -> None:
        """A further row of the header that is open."""
        self._scopes[-1].header.append(row)

    def header_open(self) -> bool:
        """Whether the header has begun in this table and no figures have come yet."""
        scope = self._open_scope()
        return scope is not None and not any(filled(row.slots) for row in scope.rows)

    def in_table(self) -> bool:
        """Whether header or rows stand in the current table."""
        return self._open_scope() is not None

    def _open_scope(self) -> _Scope | None:
        return self._scopes[-1] if self._scopes and self._scopes[-1].table_index == self._current.index else None

    def finish(self) -> Iterable[Figure]:
        """The figures of all litigation tables."""
        for row in self._downwards:
            yield from self._finish_downwards(row)
        for scope in self._scopes:
            yield from self._finish_scope(scope)
        if any(not scope.rows for scope in self._scopes):
            for stray in self._strays:
                if len(stray.slots) >= len(LITIGATION_COLUMNS):
                    yield from adrift((LITIGATION, None, self.sets.number), None, stray.slots, stray.table_index)

    def _finish_downwards(self, row: _DownwardsRow) -> Iterable[Figure]:
        """The one figure of a row: the only one printed, or the one below all those that are; or one a venue, where
        these stand side by side. None of several places is certain where years stand over them.
        """
        alone = {
            filled(other.slots)[0].cell.column
            for other in self._downwards
            if other.table_index == row.table_index and len(filled(other.slots)) == 1
        }
        table = (LITIGATION, None, row.table_set)
        if row.across:
            yield from self._finish_across(table, row)
            return
        printed = filled(row.slots) or row.slots[:1]
        own = [slot for slot in printed if len(printed) == 1 or {slot.cell.column} == alone]
        if row.by_year and len(row.slots) > 1:
            own = []
        if row.venue is None or any(slot.role and slot.cell.row_span > 1 for slot in printed):
            own = []
        yield from (figure(table, row.venue, row.result, slot, row.table_index) for slot in own)
        yield from lost(table, [slot for slot in printed if slot not in own], row.table_index)

    def _finish_across(self, table: Printing, row: _DownwardsRow) -> Iterable[Figure]:
        certain = [slot.cell.column for slot in row.slots] == list(row.across) and all(
            slot.cell.column_span == slot.cell.row_span == 1 for slot in row.slots
        )
        if not certain:
            yield from lost(table, filled(row.slots), row.table_index)
            return
        for slot, venue in zip(row.slots, row.across.values(), strict=True):
            yield figure(table, venue, row.result, slot, row.table_index)

    def _finish_scope(self, scope: _Scope) -> Iterable[Figure]:
        by_venue = any(row.code for row in scope.rows)
        columns = (
            result_columns(scope.header, scope.aligned) if by_venue else litigation_columns(scope.header, scope.aligned)
        )
        rows = [row for row in scope.rows if not _numbers_columns(row)]
        titled = rows
        if columns is not None:
            rows = [_without_title(row, columns) for row in rows]
        if not by_venue:
            printed = [row for row in rows if filled(row.slots)]
            widest = max((len(row.slots) for row in printed), default=0)
            for note in [row for row in printed if 2 * len(row.slots) < widest]:
                printed.remove(note)
                yield from lost((LITIGATION, None, self.sets.number), note.slots, note.table_index)
            if _may_be_blank(titled, rows, printed, scope):
                columns = None
            rows = printed or sorted(rows, key=lambda row: len(row.slots))[-1:]
        if not rows:
            return
        # The form has one row of figures (or one a venue): none of several is certainly its own.
        if columns is None or (len(rows) > 1 and not by_venue):
            for row in rows:
                table = (LITIGATION, None, self.sets.number)
                yield from adrift(table, None, row.slots, row.table_index)
            if max(len(row.slots) for row in rows) >= len(LITIGATION_COLUMNS):
                self.sets.pass_over()
            return
        if any(row.table_index != scope.table_index for row in rows):
            columns = columns._replace(places=None)
        table_set = self.sets.enter_all((row.code, code) for row in rows for code in columns.codes if code)
        rows = [row._replace(table_set=table_set) for row in rows]
        yield from figures_of(rows, columns, scope.aligned, LITIGATION, {})


def _numbers_columns(row: FigureRow) -> bool:
    """Whether a row numbers the columns of its table: 1, 2, 3, ..."""
    count = len(row.slots) if row.code is None else 0
    return count >= _FEWEST_NUMBERED and [slot.value.number for slot in row.slots] == list(range(1, count + 1))


def _may_be_blank(
    titled: Sequence[FigureRow], rows: Sequence[FigureRow], printed: Sequence[FigureRow], scope: _Scope
) -> bool:
    """Whether the form's own row may be one that is blank, while the one that is printed is another year's or body's.

    It may where both have titles, a heading parts them, or they stand in different tables. ``titled``: the rows with
    their titles.
    """
    if len(printed) != 1:
        return False
    own = next(number for number, row in enumerate(rows) if row is printed[0])
    if scope.has_titled_blank and titled[own].slots[0].role & Role.TEXT:
        return True
    return any(
        scope.has_heading or row.table_index != rows[own].table_index or bool(filled(titled[number].slots))
        for number, row in enumerate(rows)
        if number != own and 2 * len(row.slots) >= len(rows[own].slots)
    )


def _only_results(header: Sequence[Row]) -> bool:
    """Whether a header names results and no venue: the venues then stand before the rows."""
    kinds = {kind for row in header for token in row for kind in token.codes}
    return "litigation.result" in kinds and "litigation.venue" not in kinds


def _without_title(row: FigureRow, columns: Columns) -> FigureRow:
    """The row without a title (件数) that stands to the left of the columns."""
    if columns.places is None:
        return row
    first = columns.places[0][0]
    title = sum(1 for slot in row.slots if slot.role & Role.TEXT and slot.cell.column < first)
    return row._replace(slots=row.slots[title:])
