"""Which figure of a row belongs to which column: placed with certainty, or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, repeat
from typing import NamedTuple

from pipeline.extraction.report import Figure
from pipeline.extraction.tables.columns import Code, Columns
from pipeline.extraction.tables.figures import Printing, adrift, figure, filled, is_wording, straight_row
from pipeline.extraction.tables.tokens import Token
from pipeline.forms.registry import REQUEST_PEERS
from pipeline.readers.document import Cell

_DEPTHS: Mapping[str, str] = {**REQUEST_PEERS, "granted": "outcome", "granted_partly": "outcome"}
"""（一） and （二） have no items: they stand as deep as （六） and （七）."""


class FigureRow(NamedTuple):
    """The figure places of one row: all its cells after its label, from left to right."""

    code: str | None
    table_set: int
    slots: Sequence[Token]
    table_index: int
    whole: bool = False  # whether it has a cell of its own in every place of its table, so that none is missing


class Place(NamedTuple):
    """A slot's column, by its number in `Columns`; not ``certain`` where its figure may stand for another one."""

    number: int
    certain: bool = True


Placement = Sequence[Place | None]
"""For each slot its place; None for an empty cell beside the columns."""


def figures_of(
    rows: Sequence[FigureRow], columns: Columns, aligned: bool, table_code: str, forms: dict[int, str | None]
) -> list[Figure]:
    """The figures of all rows under one header. ``forms``: the form of each set of the table."""
    figures: list[Figure] = []
    spanning: set[Cell] = set()
    straight = tuple(map(Place, range(len(columns.codes))))
    column_codes = [code[1] if isinstance(code, tuple) else code for code in columns.codes]
    venues = [code[0] if isinstance(code, tuple) else None for code in columns.codes]
    by_venue = any(venues)
    placements = place_rows(rows, columns, aligned, straight)
    # Of two rows of one name, one of which has no certain place, the other may be the wrong one.
    uncertain = {
        (row.table_set, row.code) for row, placement in zip(rows, placements, strict=True) if placement is None
    }
    for row, placement in zip(rows, placements, strict=True):
        table = (table_code, forms.get(row.table_set), row.table_set)
        if placement is None or (row.table_set, row.code) in uncertain:
            figures.extend(_uncertain_row(table, row, columns))
            continue
        if placement is straight:
            row_codes = venues if by_venue else repeat(row.code)
            figures += straight_row(table, row_codes, column_codes, row.slots, row.table_index)
            continue
        for slot, place in zip(row.slots, placement, strict=True):
            if place is None:
                continue
            if slot.cell.row_span > 1 and slot.role:  # printed once, in the first row that it reaches into
                if slot.cell in spanning:
                    continue
                spanning.add(slot.cell)
            row_code, column_code = _codes(row.code, columns.codes[place.number])
            certain = place.certain or row_code is None
            figures.append(figure(table, row_code, column_code, slot, row.table_index, certain=certain))
    return figures


def _codes(row_code: str | None, code: Code | None) -> tuple[str | None, str | None]:
    if code is None:
        return None, None
    return (row_code, code) if isinstance(code, str) else code


def _uncertain_row(table: Printing, row: FigureRow, columns: Columns) -> Iterator[Figure]:
    """A row with too few places, or too many: what is printed is kept, none of it as a number.

    With too few places, figures are shown at the right end of the form's columns, where totals stand. Blanks
    count only in a row without figures, or where a single place is missing beside a single figure; where no cell is
    missing, the row was shifted, and its blanks with it.
    """
    figures, surplus = filled(row.slots), len(row.slots) - len(columns.codes)
    if surplus >= 0 and figures:
        yield from adrift(table, row.code, figures, row.table_index)
        return
    tells_blanks = surplus >= -1 and len(figures) < (1 if row.whole else 2)
    last = len(row.slots) - 1
    for index, code in enumerate(columns.codes if row.slots else ()):
        slot = row.slots[max(0, min(index + surplus, last))]
        # The place that is missing may be to the right of the figure, unless that ends the row: then it is the total.
        is_blank = tells_blanks and not slot.role and (index >= last or not row.slots[index].role)
        if is_blank or (slot.role and index + surplus >= 0):
            yield figure(table, *_codes(row.code, code), slot, row.table_index, certain=not slot.role)


def place_rows(
    rows: Sequence[FigureRow], columns: Columns, aligned: bool, straight: Placement
) -> list[Placement | None]:
    """Place the figures of all rows under one header; None for a row whose places are not certain.

    A row is certain if its slots stand squarely under the columns of an aligned table and its label where those of
    its peers do, or if its figures leave only one way to lay the columns over the slots and no blank is among them.
    Where the header's places are not known, a row with blanks is laid as full rows with their label in the same
    column are, if those are all alike; if there is none, as all full rows are: under the header, or behind the
    label. ``straight`` is the placement of a row with each of its slots squarely under its column.
    """
    if columns.places and sum(_label_column(row) >= columns.places[0][0] for row in rows) > 1:
        columns = columns._replace(places=None)  # labels stand under the header's figures: it has slipped
    placements: list[Placement | None] = [None] * len(rows)
    count = len(columns.codes)
    has_room = 2 * sum(len(row.slots) > count for row in rows) > len(rows)
    if aligned and has_room and not columns.whole:
        return placements  # most rows have places for columns of the form that the header has lost
    if 2 * sum(_end(row) == columns.width for row in rows) <= len(rows):
        columns = columns._replace(width=columns.named)  # the blank at the header's end is no column of the table
    first, last = _unbroken(columns) if aligned and columns.places else (-1, -1)
    displaced = _displaced(rows)
    for number, row in enumerate(rows if aligned and columns.places else ()):
        slots = row.slots
        if number in displaced:
            continue
        # As many cells as columns, none of which spans more than one, from the first column to the last.
        if len(slots) == len(straight) and slots[0][0][1] == first and slots[-1][0][1] == last and _single(slots):
            placements[number] = straight
        else:
            placements[number] = _by_grid(row.slots, columns)
            if not row.whole and _before(row, columns) and len({_before(other, columns) for other in rows}) > 1:
                placements[number] = None  # other rows have no blank before their columns: this one was shifted
    if None not in placements:
        return placements
    crowded = sum(len(filled(row.slots)) > count for row in rows)
    spilling = sum(len(row.slots) > count and bool(row.slots[0].role) for row in rows)
    if has_room and (crowded > 1 or (aligned and (columns.places or spilling > 1))):
        return placements  # the rows have more places than the header has columns: it is not whole
    windows = [_windows(row.slots, count) for row in rows]
    full = [
        (row, starts[0])
        for row, starts in zip(rows, windows, strict=True)
        if len(starts) == 1 and all(slot.role for slot in row.slots[starts[0] : starts[0] + count])
    ]
    for number, (row, starts) in enumerate(zip(rows, windows, strict=True)):
        if placements[number] is None:
            start = _start(row, starts, columns, full, rows, aligned)
            placements[number] = None if start is None else _lay(row.slots, start, count)
    return placements


def _start(
    row: FigureRow,
    starts: Sequence[int],
    columns: Columns,
    full: Sequence[tuple[FigureRow, int]],
    rows: Sequence[FigureRow],
    aligned: bool,
) -> int | None:
    """The slot of the first column, of those that are possible; None if it is not certain."""
    in_grid = aligned and columns.places is not None
    if len(starts) == 1 and any(row is other for other, _ in full):
        # A row that does not stand under its header may have been pushed by the rest of its label.
        certain = not in_grid or (_side_by_side(columns) and not is_wording(row.slots[starts[0]]))
        return starts[0] if certain else None
    if in_grid:
        return None  # a row that does not stand under its header has no place to be
    peers = {(len(other.slots), start) for other, start in full if _label_column(other) == _label_column(row)}
    if peers:
        length, start = peers.pop()
        return start if not peers and length == len(row.slots) and start in starts else None
    if aligned:  # nothing but the figures, as many places as columns, from one side of the table to the other
        return 0 if starts and len(row.slots) == len(columns.codes) and row.slots[0].cell.column == 0 else None
    first = columns.places[0][0] if columns.places else None
    under_header = [start for start in starts if row.slots[start].cell.column == first]
    others = [other for other, _ in full] or [other for other in rows if other.slots]
    one_width = {other.slots[-1].cell.column + 1 for other in [row, *others] if other.slots} == {columns.width}
    if under_header and one_width and all(other.slots[start].cell.column == first for other, start in full):
        return under_header[0]
    # Labels of several cells push figures to the right of an unaligned header, nothing pushes them to its left.
    begins = bool(row.slots) and (first is None or first <= row.slots[0].cell.column or (full and row.slots[0].role))
    if len(row.slots) == len(columns.codes) and starts and begins:
        as_many = all(len(other.slots) == len(columns.codes) for other in rows if other.slots)
        if all(start == 0 for _, start in full) and (full or as_many):
            return 0
    return None


def _label_column(row: FigureRow) -> int:
    return row.slots[0].cell.column - 1 if row.slots else -1


def _end(row: FigureRow) -> int:
    """The grid column past the last slot of a row."""
    return row.slots[-1].cell.column + row.slots[-1].cell.column_span if row.slots else 0


def _by_grid(slots: Sequence[Token], columns: Columns) -> Placement | None:
    """Every column has its own slots, and no figure stands outside of the columns.

    A figure that spans several columns or rows, or shares its column with another or a blank before it, is not certain.
    """
    if columns.places is None or not slots:
        return None
    placement: list[Place | None] = []
    texts: list[set[str]] = [set() for _ in columns.places]
    blank_first: set[int] = set()
    covered: set[int] = set()
    widest = 0
    for slot in slots:
        start, end = slot.cell.column, slot.cell.column + slot.cell.column_span
        over = [n for n, (left, right) in enumerate(columns.places) if left < end and start < right]
        if slot.role:
            if not over:
                return None
            for index in over:
                texts[index].add(slot.cell.text)
        else:
            blank_first.update(index for index in over if not texts[index])
        covered.update(over)
        widest = max(widest, len(over))
        placement.append(Place(over[0], len(over) == 1 and slot.cell.row_span == 1) if over else None)
    if len(covered) != len(columns.places):
        return None
    if widest > 1 and len(slots) >= len(columns.places):
        return None  # as many cells as columns, and yet one spans several: the spans are wrong
    # A row that ends to the right of the header was shifted: its last blank is then a figure's place.
    if slots[-1].cell.column + slots[-1].cell.column_span > columns.width:
        return None
    doubtful = {n for n, found in enumerate(texts) if len(found) > 1 or (found and n in blank_first)}
    return [place._replace(certain=False) if place and place.number in doubtful else place for place in placement]


def _side_by_side(columns: Columns) -> bool:
    """Whether no other column, with or without a name, stands between the columns."""
    return all(left[1] == right[0] for left, right in pairwise(columns.places or ()))


def _unbroken(columns: Columns) -> tuple[int, int]:
    """The first and the last grid column, if the columns are one wide and lie one beside the other."""
    places = columns.places or ()
    first, last = places[0][0], places[-1][1] - 1
    return (first, last) if last - first == len(places) - 1 else (-1, -1)


def _single(slots: Sequence[Token]) -> bool:
    """Whether no cell spans several rows, nor the last one several columns."""
    return slots[-1][0][4] == 1 and all(slot[0][3] == 1 for slot in slots)


def _displaced(rows: Sequence[FigureRow]) -> set[int]:
    """The whole rows, by number, whose label does not stand where most labels as deep in the form do.

    Nothing but its label tells that such a row slipped: if a blank went over its edge, it still stands squarely.
    """
    labels: dict[str, Counter[int]] = {}
    whole = [
        (number, _DEPTHS[row.code], _label_column(row)) for number, row in enumerate(rows) if row.code and row.whole
    ]
    for _, depth, column in whole:
        labels.setdefault(depth, Counter())[column] += 1
    return {number for number, depth, column in whole if not _most(labels[depth], column)}


def _most(columns: Counter[int], column: int) -> bool:
    """Whether a column is counted more often than any other."""
    return all(other == column or count < columns[column] for other, count in columns.items())


def _before(row: FigureRow, columns: Columns) -> int:
    """How many slots of a row lie to the left of the columns."""
    return sum(slot.cell.column < columns.places[0][0] for slot in row.slots) if columns.places else 0


def _windows(slots: Sequence[Token], count: int) -> list[int]:
    """The slots at which the first of ``count`` columns can lie so that no figure stands outside of them."""
    if any(slot.cell.column_span > 1 or (slot.role and slot.cell.row_span > 1) for slot in slots):
        return []
    numbers = [number for number, slot in enumerate(slots) if slot.role]
    if not numbers:
        return [0] if len(slots) == count else []
    return [start for start in range(max(0, numbers[-1] - count + 1), numbers[0] + 1) if start + count <= len(slots)]


def _lay(slots: Sequence[Token], start: int, count: int) -> Placement:
    return [Place(number - start) if start <= number < start + count else None for number in range(len(slots))]
