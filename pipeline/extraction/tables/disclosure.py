"""Section 2's table (主动公开): blocks of a header row and its rows, each with columns of its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.extraction.report import Figure
from pipeline.extraction.tables.current import CurrentTable, Row
from pipeline.extraction.tables.figures import Printing, Sets, adrift, figure, holds_figure, is_wording, lost
from pipeline.extraction.tables.tokens import Role, Token, read_cell
from pipeline.extraction.tables.values import UNITS
from pipeline.forms.registry import DISCLOSURE, DISCLOSURE_FORMS, DISCLOSURE_ROWS
from pipeline.forms.text import fold, simplify

_UNIT = re.compile(rf"\((?:单位:?)?({UNITS})(?![\u4e00-\u9fff])[^()]*\)")


class DisclosureTable:
    """Collects the blocks and rows of the disclosure tables of a document."""

    def __init__(self, current: CurrentTable) -> None:
        self.sets = Sets()
        self._current = current
        self._header: _Header | None = None
        self._foreign: list[_Column] = []
        self._figures: list[Figure] = []

    def begin_table(self) -> None:
        """A new table: columns of no form that an earlier one had are not in it."""
        self._foreign = []

    def interrupt(self) -> None:
        """Running text: rows after it do not go on with the block before it."""
        self._header = None

    def in_table(self) -> bool:
        """Whether the block's header stands in the current table."""
        return self._header is not None and self._header.table_index == self._current.index

    def add_header(self, row: Row, *, is_open: bool) -> bool:
        """A row with an article or columns; False if it heads no block of this table.

        信息内容 alone heads many a table: it counts only where the disclosure table ``is_open``.
        """
        article = any(token.codes.get("disclosure.heading") == "article" for token in row)
        if self._current.aligned:
            self._foreign += _foreign_columns(row)
        header = _read_header(row, self._current.index, self._foreign)
        if header is None and not article and not is_open:
            return False
        self._header = header
        self.sets.boundary = True
        return True

    def subdivide(self) -> None:
        """Texts of no form below the header: its columns are divided, by years perhaps."""
        if self._header is not None and self.in_table():
            self._header = self._header._replace(subdivided=True)

    def add_row(self, row: Row) -> None:
        """A row with a label of the form."""
        first = next(token for token in row if token.role & Role.DISCLOSURE_ROW)
        at = max([number for number, token in enumerate(row) if token.labels == first.labels])
        label, slots, row_code = row[at], row[at + 1 :], first.codes.get("disclosure.row") or ""
        placed = _place(row_code, label, slots, self._header, self._current) if self._header else None
        if placed is None or self._header is None or holds_figure(label) or _of_several(slots, placed, self._header):
            table: Printing = (DISCLOSURE, None, self.sets.number)
            self._figures.extend(adrift(table, row_code, slots, self._current.index))
            return
        table = (
            DISCLOSURE,
            None,
            self.sets.enter((row_code, self._header.codes)),
        )
        done: set[str] = set()
        for slot, column in zip(slots, placed, strict=True):
            if column is None or column.code in done:
                continue  # beside the columns, or the same figure again in a place that it spans
            forms = DISCLOSURE_FORMS.get((row_code, column.code or ""))
            if forms is None or column.code is None:
                self._figures.extend(lost(table, [slot], self._current.index))
                continue
            done.add(column.code)
            form = column.form if column.form in forms else min(forms) if len(forms) == 1 else None
            table = (DISCLOSURE, form, table[2])
            certain = not slot.role or slot.cell.row_span == 1  # else it may stand for several rows
            new = figure(table, row_code, column.code, slot, self._current.index, unit=column.unit, certain=certain)
            self._figures.append(new)

    def add_unknown(self, row: Row) -> None:
        """A row of figures that the form does not have (其他主动公开文件)."""
        self._figures.extend(lost((DISCLOSURE, None, self.sets.number), row, self._current.index))

    def finish(self) -> list[Figure]:
        """The figures of all disclosure tables; where a row leaves its form open, the others tell it."""
        told = Counter([found.form for found in self._figures if found.form])
        common = min(told, key=lambda form: (-told[form], form), default=None)
        if not any(found.row_code for found in self._figures):
            return []
        return [found if found.form else found._replace(form=common) for found in self._figures]


class _Column(NamedTuple):
    """One figure column of a block; ``code`` None where the form has no such column.

    ``form`` is the only form that words the label so; ``unit`` the one that the label prints. ``start`` and
    ``end``: its first grid column and the one past its last.
    """

    code: str | None
    form: str | None
    unit: str | None
    start: int
    end: int


class _Header(NamedTuple):
    """The columns of one block, where its label column (信息内容) is, and the table that its header stands in.

    ``end`` is where the header row ends, with its blanks; ``subdivided``: texts of no form stand below it.
    """

    columns: tuple[_Column, ...]
    label_column: int
    codes: frozenset[str | None]
    table_index: int
    end: int
    subdivided: bool = False


def _foreign_columns(row: Sequence[Token]) -> list[_Column]:
    """Columns that a header row names and no form has (备注): they go on through the blocks below."""
    return [
        _Column(None, None, None, token.cell.column, token.cell.column + token.cell.column_span)
        for token in row
        if token.role & Role.TEXT and not token.labels and token.cell.column > 0
    ]


def _read_header(row: Sequence[Token], table_index: int, foreign: Sequence[_Column] = ()) -> _Header | None:
    """The columns that a block's header row names; None if it names none that a form has.

    ``foreign``: columns of no form that began above this block and stand beside its own.
    """
    printed = tuple([(token.cell.column, token.cell.text, token.cell.column_span) for token in row])
    columns, label_column = _read_columns(printed)
    if not columns:
        return None
    if foreign:
        columns += tuple(column for column in foreign if column.start >= columns[-1].end)
    codes = frozenset(column.code for column in columns if column.code)
    return _Header(columns, label_column, codes, table_index, row[-1].cell.column + row[-1].cell.column_span)


@lru_cache(maxsize=4096)
def _read_columns(printed: tuple[tuple[int, str, int], ...]) -> tuple[tuple[_Column, ...], int]:
    """The columns of a header row of (grid column, text, column span), and its label column; remembered."""
    columns: list[_Column] = []
    label_column, last = None, ""
    for start, text, span in printed:
        _, labels, role, _ = read_cell(text)
        heading = next((label.code for label in labels if label.kind == "disclosure.heading"), None)
        if heading == "content" and label_column is None:
            label_column = start
        if not role & Role.TEXT or heading:
            continue
        label = next((label for label in labels if label.kind == "disclosure.column"), None)
        code, form = (label.code, label.form) if label else (None, None)
        # Some exports print a spanning label again in every place that it spans.
        if columns and code and columns[-1].code == code and columns[-1].end == start and text == last:
            columns[-1] = columns[-1]._replace(end=start + span)
        else:
            columns.append(_Column(code, form, _printed_unit(text), start, start + span))
        last = text
    coded = [column.start for column in columns if column.code]
    if not coded:
        return (), 0
    label_column = coded[0] - 1 if label_column is None else label_column
    return tuple(column for column in columns if column.start > label_column), label_column


def _printed_unit(label: str) -> str | None:
    """The unit that a label prints in brackets, as printed: （单位：万元）."""
    text = fold("".join(label.split()))
    unit = _UNIT.search(simplify(text))
    return text[unit.start(1) : unit.end(1)] if unit else None


def _place(
    row_code: str, label: Token, slots: Sequence[Token], header: _Header, current: CurrentTable
) -> Sequence[_Column | None] | None:
    """For each slot of a row its column; None in the list for a blank beside the columns.

    None instead of the list if the places are not certain.
    """
    columns = header.columns
    in_grid = current.aligned and header.table_index == current.index
    if in_grid and [(slot.cell.column, slot.cell.column_span) for slot in slots] == [
        (column.start, column.end - column.start) for column in columns
    ]:
        return columns
    if len(slots) > len(columns) and not _is_whole(row_code, header.codes):
        return None
    if len(columns) == 1:
        return _in_only_column(slots, columns[0], in_grid)
    if in_grid:
        return None if _may_be_pushed(slots, header.end) else _by_grid(slots, columns)
    if len(slots) == len(columns):
        return list(columns)
    to_header = header.label_column - label.cell.column
    if _may_be_pushed(slots, header.end - to_header):
        return None
    by_start = {column.start: column for column in columns}
    placed = [by_start.get(slot.cell.column + to_header) for slot in slots]
    if any(column not in placed for column in columns):
        return None
    return None if any(slot.role and not column for slot, column in zip(slots, placed, strict=True)) else placed


def _is_whole(row_code: str, codes: frozenset[str | None]) -> bool:
    """Whether a header has lost no column of a row: it names all that the row has in a form, and no single one of
    another.
    """
    forms = DISCLOSURE_ROWS[row_code]
    every = frozenset[str]().union(*forms)
    return codes & every in (*forms, every)


def _in_only_column(slots: Sequence[Token], column: _Column, in_grid: bool) -> Sequence[_Column | None] | None:
    """A block of one column leaves no choice, as long as one figure is printed (or the same one again in each place
    that it spans), and in a grid not to the left of it, where columns are whose labels are lost.
    """
    filled = [slot for slot in slots if slot.role]
    if len({slot.cell.text for slot in filled}) > 1:
        return None
    if in_grid and any(slot.cell.column + slot.cell.column_span <= column.start for slot in filled):
        return None
    if filled and not slots[0].role and slots[0].cell.column >= column.start:
        return None  # the figure's own place may be the blank before it
    kept = filled[0] if filled else slots[0] if slots else None
    return [column if slot is kept else None for slot in slots]


def _by_grid(slots: Sequence[Token], columns: Sequence[_Column]) -> list[_Column | None] | None:
    """By the grid, where every column has its slot and no figure stands beside the columns; else by order."""
    placed: list[_Column | None] = []
    for slot in slots:
        start, end = slot.cell.column, slot.cell.column + slot.cell.column_span
        over = [column for column in columns if column.start < end and start < column.end]
        if slot.role and len(over) != 1:
            break
        placed.append(over[0] if len(over) == 1 else None)
    else:
        if _shifted(slots, columns):
            return None
        complete = all(column in placed for column in columns) or not any(slot.role for slot in slots)
        if complete and not _filled_twice(slots, placed):
            return placed
    in_order = len(slots) == len(columns) and all(slot.cell.column_span == 1 for slot in slots)
    return list(columns) if in_order else None


def _of_several(slots: Sequence[Token], placed: Sequence[_Column | None], header: _Header) -> bool:
    """Whether several places of a row may be that of one column (this year's, last year's), and say different things.

    Blanks behind a figure are places that its label spans, unless texts below the header divide these.
    """
    if header.subdivided and len(slots) > len({column.code for column in header.columns}):
        return any(slot.role for slot in slots)
    places: dict[str, list[tuple[Token, _Column]]] = {}
    for slot, column in zip(slots, placed, strict=True):
        if column is not None and column.code:
            places.setdefault(column.code, []).append((slot, column))
    for same in places.values():
        differ = len({slot.cell.text for slot, _ in same}) > 1
        if differ and (not same[0][0].role or len({column for _, column in same}) > 1):
            return True
    return False


def _may_be_pushed(slots: Sequence[Token], end: int) -> bool:
    """Whether a row that reaches beyond its header has a blank, or the rest of its label, before a figure: that may
    be the one too many.
    """
    if not slots or slots[-1].cell.column + slots[-1].cell.column_span <= end:
        return False
    if is_wording(slots[0]):
        return any(slot.role for slot in slots[1:])
    blank = next((number for number, slot in enumerate(slots) if not slot.role), len(slots))
    return any(slot.role for slot in slots[blank:])


def _shifted(slots: Sequence[Token], columns: Sequence[_Column]) -> bool:
    """Whether a row into which a figure spans ends to the right of the columns: it was pushed there."""
    hangs = any(slot.role and slot.cell.row_span > 1 for slot in slots)
    return hangs and slots[-1].cell.column + slots[-1].cell.column_span > columns[-1].end


def _filled_twice(slots: Sequence[Token], placed: Sequence[_Column | None]) -> bool:
    """Whether two different texts stand under one column."""
    texts: dict[_Column, str] = {}
    for slot, column in zip(slots, placed, strict=True):
        if column is not None and slot.role and texts.setdefault(column, slot.cell.text) != slot.cell.text:
            return True
    return False
