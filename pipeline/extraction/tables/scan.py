"""The mandated tables of a document, found and read by their labels.

The scanner goes through the rows of all tables in reading order and asks of each what its labels say: a header
opens a scope (its columns hold until the next header), a row label puts the row's figures into the scope that is
open. So a table may be split by a page, stand with the others in one, or be printed twice, without a rule for
each. A figure without a certain place keeps its raw text as ``unreadable`` or ``unplaced``.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.extraction.report import Figure
from pipeline.extraction.tables.current import CurrentTable, Row
from pipeline.extraction.tables.disclosure import DisclosureTable
from pipeline.extraction.tables.figures import one_number_a_place
from pipeline.extraction.tables.litigation import LitigationTable
from pipeline.extraction.tables.others import names_a_year
from pipeline.extraction.tables.requests import RequestsTable
from pipeline.extraction.tables.statistics import Annex, StatisticsTable, find_annex
from pipeline.extraction.tables.tokens import Role, Token, read_cell
from pipeline.readers.document import Cell, Document, Paragraph, Table

_LONG_PARAGRAPH = 40
"""Characters of running text after which a table is no longer the continuation of the one before."""


def read_figures(document: Document, annex: Annex | None = None) -> list[Figure]:
    """All cells of the mandated tables of a document: disclosure, requests, litigation, then the annex of 2014.

    Every figure printed in these tables comes out once. A place (table, set, row, column) holds at most one
    number: where it is printed twice with different contents, both are ``unreadable``. ``annex`` is what `find_annex`
    gives, where that is known already.
    """
    scanner, statistics = _Scanner(), StatisticsTable()
    annex = annex or find_annex(document)
    first, last = (min(annex.tables), max(annex.tables)) if annex.tables else (0, -1)
    table_index, rows_above = 0, 0
    for block in document.blocks:
        if isinstance(block, Paragraph):
            if len(block.text) > _LONG_PARAGRAPH:
                scanner.interrupt()
            if annex.is_there:
                statistics.add_text(block, table_index - 1, rows_above, is_within=first < table_index <= last)
                rows_above += 1
        else:
            if table_index in annex.tables:
                statistics.add_table(block, _read_straight(block), table_index)
                scanner.interrupt()
            else:
                scanner.scan(block, table_index)
            table_index, rows_above = table_index + 1, block.row_count
    return [*scanner.finish(), *statistics.finish()]


class _Scanner:
    def __init__(self) -> None:
        self._current = CurrentTable()
        self._disclosure = DisclosureTable(self._current)
        self._requests = RequestsTable(self._current)
        self._litigation = LitigationTable(self._current)
        self._open: DisclosureTable | RequestsTable | LitigationTable | None = None
        self._turned: set[int] = set()
        self._label_only: Row = []  # the row before, if it had texts but no figures

    def interrupt(self) -> None:
        """Running text stands between two tables."""
        self._open = None
        self._disclosure.interrupt()

    def scan(self, table: Table, table_index: int) -> None:
        current, rows = self._current, _read_rows(table.cells)
        current.index, current.aligned, current.width = table_index, table.aligned, table.column_count
        current.foreign_header = current.sideways = current.by_year = False
        if _is_sideways(rows):
            if table.aligned and _is_gapless(table):
                self._turned.add(table_index)
                rows = _read_rows(_turn(table.cells))
            else:
                current.sideways = True
        if table.aligned:
            _hang_down(rows)
        current.downwards = _runs_downwards(rows)
        self._label_only = []
        for part in (self._disclosure, self._requests, self._litigation):
            part.sets.boundary = True
        self._disclosure.begin_table()
        self._litigation.begin_table()
        for scanned in rows:
            self._scan_row(scanned.tokens, scanned.role)

    def _scan_row(self, row: Row, role: int) -> None:
        has_figures = bool(role & Role.FIGURE)
        label_only, self._label_only = self._label_only, []
        if self._current.sideways:
            self._requests.add_sideways(row)
        elif role & Role.REQUESTS_ROW:
            if not has_figures and _names_rows_across(row):
                self._unknown_text(row)
            else:
                self._open = self._requests
                self._requests.add_row(row)
        elif role & Role.LITIGATION_HEADER:
            self._begin(self._litigation)
            self._litigation.add_labels(row, has_figures=has_figures)
        elif role & Role.REQUESTS_HEADER:
            self._begin(self._requests)
            self._requests.add_header(row)
        elif role & Role.DISCLOSURE_ROW:
            if self._open is self._disclosure and not self._current.foreign_header:
                self._disclosure.add_row(row)
        elif role & Role.DISCLOSURE_HEADER and not has_figures:
            if self._disclosure.add_header(row, is_open=self._open is self._disclosure):
                self._begin(self._disclosure)
        elif role & Role.COMMON:
            self._common_row(row, label_only, has_figures=has_figures)
        elif has_figures:
            self._unknown_figures(row, label_only)
        elif role:
            self._unknown_text(row)
        elif self._open is self._litigation and self._litigation.in_table():
            self._litigation.add_row(row)

    def _begin(self, part: DisclosureTable | RequestsTable | LitigationTable) -> None:
        self._open = part
        self._current.foreign_header = False

    def _common_row(self, row: Row, label_only: Row, *, has_figures: bool) -> None:
        """总计 and 其他: a row of the requests table, or part of the header that is open."""
        part = self._open
        if part is self._litigation and self._current.downwards:
            results = [number for number, token in enumerate(row) if token.role & Role.COMMON]
            self._litigation.add_downwards(row, results)
        elif not has_figures and (under := self._open_header()):
            under.add_header(row)
        elif part is self._requests and (part.in_table() or not self._current.foreign_header):
            self._requests.add_row(row)
        elif has_figures:
            self._unknown_figures(row, label_only)
        else:
            self._unknown_text(row)

    def _unknown_figures(self, row: Row, label_only: Row) -> None:
        if self._open is self._litigation:
            self._litigation.add_row(row)
        elif self._open is self._requests:
            self._requests.add_unknown(row, label_only)
        elif self._open is self._disclosure and not self._current.foreign_header:
            self._disclosure.add_unknown(row)
        elif self._open is None and not any(token.role & Role.TEXT for token in row):
            self._litigation.add_stray(row)

    def _unknown_text(self, row: Row) -> None:
        """Texts of no form and no figures: part of an open header, a header of another table, or a note."""
        digits = sum(any(map(str.isdigit, token.cell.text)) for token in row)
        if self._open is self._litigation and self._litigation.in_table():
            if digits > 1:
                self._litigation.add_row(row)  # figures none of which is plainly a number
                return
            self._litigation.add_blank(row)
        several = sum(bool(token.role & Role.TEXT) for token in row) > 1
        part = self._open
        self._current.by_year |= several and any(names_a_year(token.cell.text) for token in row)
        if several and isinstance(part, DisclosureTable):
            part.subdivide()
        if several and (under := self._open_header()):
            under.add_header(row)
        elif part is None or not part.in_table():
            self._current.foreign_header |= several
        self._label_only = row

    def _open_header(self) -> RequestsTable | LitigationTable | None:
        """The table whose header has begun and goes on over several rows."""
        part = self._open
        return part if isinstance(part, (RequestsTable, LitigationTable)) and part.header_open() else None

    def finish(self) -> list[Figure]:
        parts = (self._disclosure, self._requests, self._litigation)
        figures = []
        for part in parts:
            own = list(part.finish())
            # Disclosure tables are small, and their rows have no columns in common to be counted by.
            if part.sets.repeated or part is self._disclosure:
                own = one_number_a_place(own)
            figures += own
        if not self._turned:
            return figures
        return [
            found._replace(row_index=found.column_index, column_index=found.row_index)
            if found.table_index in self._turned
            else found
            for found in figures
        ]


class _Row:
    """A row of a table: its number, its cells and those that hang down into it, and what they say together."""

    __slots__ = ("hangs", "number", "role", "tokens")

    def __init__(self, number: int) -> None:
        self.number = number
        self.tokens: list[Token] = []
        self.role = Role.NONE
        self.hangs = False  # whether a blank or a figure of it reaches into the rows below


def _read_rows(cells: Iterable[Cell]) -> list[_Row]:
    rows: list[_Row] = []
    row = _Row(-1)
    new = tuple.__new__  # this loop runs for every cell of every table
    for cell in cells:
        number, _, text, row_span, _, _ = cell
        if number != row.number:
            row = _Row(number)
            rows.append(row)
            append = row.tokens.append
        value, labels, role, codes = read_cell(text)
        append(new(Token, (cell, value, labels, role, codes)))
        row.role |= role
        if row_span != 1 and not role & Role.TEXT:
            row.hangs = True
    return rows


def _read_straight(table: Table) -> list[Row]:
    """The rows of a table, each with the blanks and figures that reach into it."""
    rows = _read_rows(table.cells)
    if table.aligned:
        _hang_down(rows)
    return [row.tokens for row in rows]


def _turn(cells: Iterable[Cell]) -> list[Cell]:
    turned = [
        cell._replace(row=cell.column, column=cell.row, row_span=cell.column_span, column_span=cell.row_span)
        for cell in cells
    ]
    return sorted(turned, key=lambda cell: (cell.row, cell.column))


def _is_gapless(table: Table) -> bool:
    """Whether each place of the grid belongs to one cell: only such a table can be turned on its side."""
    places = [
        (row, column)
        for cell in table.cells
        for row in range(cell.row, cell.row + cell.row_span)
        for column in range(cell.column, cell.column + cell.column_span)
    ]
    return len(places) == len(set(places)) == table.row_count * table.column_count


def _hang_down(rows: list[_Row]) -> None:
    """Give each row the blanks and figures that reach into it from above, so that it has all its places.

    A span into rows without any content (Word closes its tables with one) is none.
    """
    for at, row in enumerate(rows):
        for place, token in enumerate(row.tokens if row.hangs else ()):
            cell = token.cell
            if cell.row_span == 1 or cell.row != row.number or token.role & Role.TEXT:
                continue
            below = [other for other in rows[at + 1 : at + cell.row_span] if other.number < row.number + cell.row_span]
            if not any(other.role for other in below):
                row.tokens[place] = token._replace(cell=cell._replace(row_span=1))
                continue
            for other in below:
                other.tokens = sorted([*other.tokens, token], key=lambda token: token.cell.column)
                other.role |= token.role


def _names_rows_across(row: Row) -> bool:
    """Outcomes side by side: the header of some other table of outcomes (by department, by year)."""
    return len({token.codes.get("requests.row") for token in row} - {None, "other_undivided"}) > 1


def _is_sideways(rows: Iterable[_Row]) -> bool:
    """Applicant types down the side and outcomes across: the requests table turned on its side."""
    for row in rows:
        if row.role & Role.REQUESTS_ROW and not row.role & Role.FIGURE:
            codes = {token.codes.get("requests.row") for token in row.tokens if token.role & Role.REQUESTS_ROW}
            if len(codes - {None}) > 2:
                return True
    return False


def _runs_downwards(rows: Iterable[_Row]) -> bool:
    """A litigation table with one result in each of its rows."""
    headers = [row for row in rows if row.role & Role.LITIGATION_HEADER]
    if len(headers) < 3:
        return False
    counts = [len({token.codes.get("litigation.result") for token in row.tokens} - {None}) for row in headers]
    return counts.count(1) > 2 and max(counts) == 1
