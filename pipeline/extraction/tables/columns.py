"""Which column of a form stands where: read from a table's header rows.

Two readings are made. The *grid* reading takes a column's place from the spans of the header's cells; the
*sequence* reading replaces each group label (法人或其他组织, 行政诉讼) by the labels printed under it, in order, and
needs no spans. Where both are complete they must agree; where a format lost its spans, or got them wrong, only a
sequence that is complete counts, and figures are then placed by their order alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, update_wrapper
from itertools import pairwise
from typing import NamedTuple

from pipeline.extraction.tables.tokens import Role, Token, tokenize
from pipeline.forms.registry import LITIGATION_COLUMNS, ORGANISATION_COLUMNS, REQUEST_COLUMNS
from pipeline.readers.document import Cell

Code = str | tuple[str, str]


class Columns(NamedTuple):
    """The figure columns of a table from left to right.

    ``codes``: for `requests` the column's code, for `litigation` (venue, result); None for a column that the
    form does not have, or has once and the table twice. ``places``: (first, past the last) grid column of each,
    or None where only the order of the columns is known. ``width``: the grid's columns in the header, ``named`` those
    up to its last label. ``whole``: it names all columns of the form.
    """

    codes: tuple[Code | None, ...]
    places: tuple[tuple[int, int], ...] | None
    width: int
    named: int
    whole: bool = True


Leaf = tuple[Code | None, int, int]  # a column: its code, its first grid column and the one past its last


class _Item(NamedTuple):
    """A header cell: a leaf (``code``), a group of leaves (``group``), both in one cell, or neither."""

    code: str | None
    group: str | None
    start: int
    end: int


HeaderRows = Sequence[Sequence[Token]]
_Printed = tuple[tuple[tuple[int, str, int], ...], ...]  # of each header cell: grid column, text, column span


def _remembered(
    read: Callable[[HeaderRows, bool], Columns | None],
) -> Callable[[HeaderRows, bool], Columns | None]:
    """Remember what a header says: thousands of reports print the same one."""

    @lru_cache(maxsize=4096)
    def from_printed(printed: _Printed, aligned: bool) -> Columns | None:
        rows = [[tokenize(Cell(0, column, text, 1, span)) for column, text, span in row] for row in printed]
        return read(rows, aligned)

    def columns(rows: HeaderRows, aligned: bool) -> Columns | None:
        printed = tuple(
            tuple((token.cell.column, token.cell.text, token.cell.column_span) for token in row) for row in rows
        )
        return from_printed(printed, aligned)

    return update_wrapper(columns, read)


@_remembered
def request_columns(rows: HeaderRows, aligned: bool) -> Columns | None:
    """The columns of a requests table, or None if its header does not tell."""
    items = [_items(row, _request_item) for row in rows]
    sequence: list[_Item] = []
    seen: set[str | int] = set()
    in_order = [_expand_requests(sequence, row, seen) for row in items]
    leaves = [item if item.group is None else item._replace(group=None) for item in sequence]
    by_order: list[Leaf] = [(item.code, item.start, item.end) for item in leaves] if all(in_order) else []
    by_grid: list[Leaf] = []
    if aligned:
        by_grid = _bottom([(item.code, item.start, item.end) for row in items for item in row])
    columns = _agree(by_order, by_grid, REQUEST_COLUMNS, aligned, rows)
    heads = [(item.start, ORGANISATION_COLUMNS) for row in items for item in row if item.group == "organisation"]
    return _in_step(columns, heads)


def _request_item(token: Token) -> tuple[str | None, str | None] | None:
    heading = token.codes.get("requests.heading")
    if heading == "check" or (not token.labels and token.cell.column == 0):
        return None
    return token.codes.get("requests.column"), heading


def _expand_requests(sequence: list[_Item], row: list[_Item], seen: set[str | int]) -> bool:
    """Put a header row's labels where they belong: in place of the group that they divide.

    What an earlier row ``seen`` has said is printed again in every place of a vertical span, or in a header that
    is printed again. False if their group is lost, and 总计 stands before them: it may stand behind them as well.
    """
    row = [item for item in row if (item.code or item.group or item.start) not in seen]
    seen.update(item.code or item.group or item.start for item in row)
    if not row:
        return True
    organisations = all(item.code in ORGANISATION_COLUMNS or not (item.code or item.group) for item in row)
    for group in ("organisation", "applicants") if organisations else ("applicants",):
        for index, item in enumerate(sequence):
            if item.group == group:
                sequence[index : index + 1] = row
                return True
    is_lost = organisations and any(item.code == "total" for item in sequence)
    sequence.extend(row)
    return not is_lost


@_remembered
def litigation_columns(rows: HeaderRows, aligned: bool) -> Columns | None:
    """The columns of a litigation table, or None if its header does not tell."""
    items = [_items(row, _litigation_item) for row in rows]
    by_grid: list[Leaf] = []
    if aligned:
        venues = [item for row in items for item in row if item.group and not item.code]
        for item in (item for row in items for item in row if item.code):
            # The deepest venue over a result counts: 行政诉讼 stands above 未经复议直接起诉.
            over = [v.group for v in venues if v.start <= item.start and item.end <= v.end]
            venue = item.group or (over[-1] if over else None)
            by_grid.append(((venue, item.code or "") if venue else None, item.start, item.end))
        by_grid = _bottom([*by_grid, *_foreign(rows)])
    columns = _agree(_expand_litigation(items), by_grid, LITIGATION_COLUMNS, aligned, rows)
    heads = [
        (item.start, frozenset(code for code in LITIGATION_COLUMNS if code[0] == item.group))
        for row in items
        for item in row
        if item.group not in (None, "litigation") and not item.code
    ]
    return _in_step(columns, heads)


def _in_step(columns: Columns | None, heads: Iterable[tuple[int, frozenset[Code]]]) -> Columns | None:
    """Trust the places only if each group's label (``heads``: its grid column, its codes) begins where its columns do.

    A header row that has slipped against the one above it leaves nothing but the order.
    """
    if columns is None or columns.places is None:
        return columns
    for start, codes in heads:
        first = next(
            (place[0] for code, place in zip(columns.codes, columns.places, strict=True) if code in codes), start
        )
        if first != start:
            return columns._replace(places=None)
    return columns


@_remembered
def result_columns(rows: HeaderRows, aligned: bool) -> Columns | None:
    """The columns of a litigation table with a row for each venue, or None if its header does not tell."""
    results = [item for row in rows for item in _items(row, _litigation_item) if item.code and not item.group]
    if len({item.code for item in results}) != len(results) or not results:
        return None
    foreign = _foreign(rows) if aligned else []
    leaves = _bottom([*((item.code, item.start, item.end) for item in results), *foreign])
    return Columns(
        tuple(code for code, _, _ in leaves), tuple((start, end) for _, start, end in leaves), *_widths(rows)
    )


def _foreign(rows: HeaderRows) -> list[Leaf]:
    """Columns that a litigation header names and the form does not have (备注)."""
    return [
        (None, token.cell.column, token.cell.column + token.cell.column_span)
        for row in rows
        for token in row
        if token.role & Role.TEXT and not token.labels and token.cell.column > 0
    ]


def _litigation_item(token: Token) -> tuple[str | None, str | None] | None:
    code = token.codes.get("litigation.result")
    group = token.codes.get("litigation.venue") or token.codes.get("litigation.group")
    return (code, group) if code or group else None


def _expand_litigation(rows: list[list[_Item]]) -> list[Leaf]:
    """Divide the venues by the runs of results printed under them, from left to right.

    A run of results ends where a result comes again. The first run without a home goes to the first venue
    without results; 未经复议直接起诉 and 复议后起诉 go in place of 行政诉讼.
    """
    if all(item.code and item.group for row in rows for item in row):
        return [((item.group or "", item.code or ""), item.start, item.end) for row in rows for item in row]
    open_groups: list[_Item] = []
    leaves: dict[str, list[Leaf]] = {}
    for row in rows:
        for run in _runs(row):
            first = run[0]
            if first.code is None:
                at = next((i for i, item in enumerate(open_groups) if item.group == "litigation"), None)
                if at is None or first.group in ("reconsideration", "litigation"):
                    open_groups.extend(run)
                else:
                    open_groups[at : at + 1] = run
                continue
            home = next((g for g in open_groups if g.group != "litigation" and g.group not in leaves), None)
            if home is None or home.group is None:
                return []
            leaves[home.group] = [((home.group, item.code or ""), item.start, item.end) for item in run]
    return [leaf for item in open_groups for leaf in leaves.get(item.group or "", [])]


def _runs(row: list[_Item]) -> list[list[_Item]]:
    """Cut a header row into runs: venues one by one (a divided 行政诉讼 together), results until one repeats."""
    runs: list[list[_Item]] = []
    for item in row:
        last = runs[-1] if runs else None
        if item.code is None:
            undivided = {"reconsideration", "litigation"}
            if last and last[0].group and not undivided & {item.group, last[0].group}:
                last.append(item)
            else:
                runs.append([item])
        elif last and last[0].code and all(item.code != other.code for other in last):
            last.append(item)
        else:
            runs.append([item])
    return runs


def _items(row: Sequence[Token], read: Callable[[Token], tuple[str | None, str | None] | None]) -> list[_Item]:
    items: list[_Item] = []
    for token in row:
        if not token.role & Role.TEXT:
            continue
        meaning = read(token)
        if meaning is None:
            continue
        start, end = token.cell.column, token.cell.column + token.cell.column_span
        # Some exports print the label of a group again in every place that it spans.
        if items and meaning[1] and (items[-1].code, items[-1].group) == meaning and items[-1].end == start:
            items[-1] = items[-1]._replace(end=end)
        else:
            items.append(_Item(*meaning, start, end))
    return items


def _bottom(leaves: list[Leaf]) -> list[Leaf]:
    """From left to right, texts above a column of the form left out; empty where columns lie over each other."""
    unique = dict.fromkeys(leaves)
    coded = [leaf for leaf in unique if leaf[0] is not None]
    free = [leaf for leaf in unique if leaf[0] is None and not any(_overlap(leaf, other) for other in coded)]
    ordered = sorted([*coded, *free], key=lambda leaf: leaf[1])
    return [] if any(_overlap(left, right) for left, right in pairwise(ordered)) else ordered


def _overlap(left: Leaf, right: Leaf) -> bool:
    return left[1] < right[2] and right[1] < left[2]


def _agree(
    by_order: list[Leaf], by_grid: list[Leaf], official: Sequence[Code], aligned: bool, rows: HeaderRows
) -> Columns | None:
    order = _distinct([code for code, _, _ in by_order])
    grid = _distinct([code for code, _, _ in by_grid])
    widths = _widths(rows)
    # A text of no form is a column in the grid reading only if no column of the form stands under it.
    if order and [code for code in order if code] == [code for code in grid if code]:
        return Columns(grid, tuple((start, end) for _, start, end in by_grid), *widths, _is_whole(grid, official))
    if order == tuple(official):
        return Columns(order, _places(by_order, aligned), *widths)
    if grid == tuple(official):
        return Columns(grid, tuple((start, end) for _, start, end in by_grid), *widths)
    if order and not aligned:
        return Columns(order, _places(by_order, aligned), *widths, _is_whole(order, official))
    return None


def _is_whole(codes: Sequence[Code | None], official: Sequence[Code]) -> bool:
    """Whether all columns of the form are there; of litigation, which may have a table a venue, those of its venues."""
    venues = {code[0] for code in codes if isinstance(code, tuple)}
    return all(code in codes or (isinstance(code, tuple) and code[0] not in venues) for code in official)


def _distinct(codes: Sequence[Code | None]) -> tuple[Code | None, ...]:
    """The codes, None for one that stands twice; nothing if none is left to know the table by."""
    kept = tuple(code if codes.count(code) == 1 else None for code in codes)
    return kept if any(kept) else ()


def _widths(rows: HeaderRows) -> tuple[int, int]:
    """The grid's columns in the header, and those up to its last label."""
    ends = [(token.cell.column + token.cell.column_span, bool(token.role & Role.TEXT)) for row in rows for token in row]
    return max((end for end, _ in ends), default=0), max((end for end, is_label in ends if is_label), default=0)


def _places(leaves: list[Leaf], aligned: bool) -> tuple[tuple[int, int], ...] | None:
    """The places of labels found by their order, if those follow each other from left to right.

    Without a grid they must stand one beside the other: only then can a column number mean anything.
    """
    places = tuple((start, end) for _, start, end in leaves)
    if any(left[1] > right[0] or (not aligned and left[1] != right[0]) for left, right in pairwise(places)):
        return None
    return places
