"""Tables by their ruling lines: which lines belong together, and which cells they part.

A table is a set of lines that touch. Its grid has every place across at which one of them stands; neighbouring
places of the grid between which no line stands are one merged cell.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from pipeline.readers.pdf.geometry import Box
from pipeline.readers.pdf.rulings import Line

_SNAP: Final = 3.0
"""Points within which lines are one: double lines, and lines that end a little short of one another."""
_SHIFT: Final = 8.0
"""Points by which the same border may stand elsewhere in other rows, as Word's tables do."""
_SHORTEST: Final = 5.0
_LONGEST_FREE: Final = 60.0
"""Points: a line this short is a border only if it reaches from one to another."""
_BESIDE: Final = 0.7  # of a table's height
_DRAWN: Final = 0.5  # of a cell's side that a line has to cover
_MAX_LINES: Final = 20_000
"""On one page; more are a drawing."""
_MAX_CROSSINGS: Final = 2_000_000
_MAX_PLACES: Final = 200_000


Place = tuple[int, int, int, int]
"""A cell's first row and column, and those past its last."""


class GridCell(NamedTuple):
    """A cell of a grid: its places (first row and column, and those past its last) and its box in points."""

    row: int
    column: int
    row_end: int
    column_end: int
    box: Box


class Grid:
    """The grid of one table: where its columns (``xs``) and rows (``ys``) end, and its cells.

    ``borders`` are the places of the columns' ends in each row, which may stand a little aside from ``xs``.
    """

    def __init__(self, xs: list[float], ys: list[float], borders: list[list[float]], cells: list[GridCell]) -> None:
        self.xs = xs
        self.ys = ys
        self.cells = cells
        self.box = Box(xs[0], ys[0], xs[-1], ys[-1])
        self._borders = borders
        self._at = {
            (row, column): number
            for number, cell in enumerate(cells)
            for row in range(cell.row, cell.row_end)
            for column in range(cell.column, cell.column_end)
        }

    def cell_at(self, x: float, y: float) -> int:
        """The number of the cell in which a point of the table's box lies."""
        row = bisect_right(self.ys, y, 1, len(self.ys) - 1) - 1
        column = bisect_right(self._borders[row], x, 1, len(self.xs) - 1) - 1
        return self._at[row, column]


def find_grids(horizontal: Sequence[Line], vertical: Sequence[Line]) -> tuple[list[Grid], list[Line]]:
    """The grids that lines make up, those within others first; and the horizontal lines that belong to none."""
    if len(horizontal) + len(vertical) > _MAX_LINES:
        return [], []
    across, down = _joined(horizontal), _joined(vertical)
    if len(across) * len(down) > _MAX_CROSSINGS:
        return [], []
    across, loose = _tied(across, down)
    grids: list[Grid] = []
    for rows, columns in _touching(across, down):
        if rows and columns:
            grids += _grids(rows, columns)
        elif rows:
            loose += rows
    return sorted(grids, key=lambda grid: grid.box.area), sorted(loose)


def _tied(across: list[Line], down: list[Line]) -> tuple[list[Line], list[Line]]:
    """The horizontal lines that may be borders, and those that draw through or under a text: short, an end free."""
    borders: list[Line] = []
    loose: list[Line] = []
    for line in across:
        ends = (line.start, line.end)
        is_short = line.end - line.start < _LONGEST_FREE
        is_free = is_short and not all(
            any(
                abs(column.position - end) <= _SNAP and column.start - _SNAP <= line.position <= column.end + _SNAP
                for column in down
            )
            for end in ends
        )
        (loose if is_free else borders).append(line)
    return borders, loose


def _joined(lines: Iterable[Line]) -> list[Line]:
    """Lines that stand side by side or go on in one another as one."""
    found = sorted(lines)
    while True:
        joined: list[Line] = []
        near = 0  # the first of those that the next line can belong to
        for line in found:
            while near < len(joined) and joined[near].position < line.position - 2 * _SNAP:
                near += 1
            for at in range(near, len(joined)):
                other = joined[at]
                if (
                    abs(line.position - other.position) <= _SNAP
                    and line.start - other.end <= _SNAP
                    and other.start - line.end <= _SNAP
                ):
                    joined[at] = _as_one(other, line)
                    break
            else:
                joined.append(line)
        joined.sort()
        if len(joined) == len(found):
            return [line for line in joined if line.end - line.start >= _SHORTEST]
        found = joined


def _as_one(line: Line, other: Line) -> Line:
    length, more = line.end - line.start, other.end - other.start
    position = (line.position * length + other.position * more) / (length + more) if length + more else line.position
    return Line(position, min(line.start, other.start), max(line.end, other.end))


def _touching(across: list[Line], down: list[Line]) -> list[tuple[list[Line], list[Line]]]:
    """Lines by the table that they belong to: those that cross or meet."""
    parent = list(range(len(across) + len(down)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for number, column in enumerate(down, len(across)):
        for other, row in enumerate(across):
            crosses_row = row.start - _SNAP <= column.position <= row.end + _SNAP
            if crosses_row and column.start - _SNAP <= row.position <= column.end + _SNAP:
                parent[root(number)] = root(other)
    parts: dict[int, tuple[list[Line], list[Line]]] = defaultdict(lambda: ([], []))
    for number, line in enumerate(across + down):
        parts[root(number)][number >= len(across)].append(line)
    tables = [part for part in parts.values() if part[0]]
    for part in parts.values():
        if not part[0]:
            _attach(part[1], tables)
    return tables


def _attach(sides: list[Line], tables: list[tuple[list[Line], list[Line]]]) -> None:
    """Add vertical lines that meet no other to the table beside them: sides of a cell that the page cut off at both
    ends.
    """
    for line in sides:
        for rows, columns in tables:
            top, bottom = min(row.position for row in rows), max(row.position for row in rows)
            if min(line.end, bottom) - max(line.start, top) > _BESIDE * (bottom - top) > 0:
                columns.append(line)
                break


def _grids(across: list[Line], down: list[Line]) -> list[Grid]:
    """The grid of lines that touch: several where tables stand one right below another, none if they part no cells."""
    xs, columns = _with_ends(*_places(down), [place for line in across for place in (line.start, line.end)])
    ys, rows = _with_ends(*_places(across), [place for line in down for place in (line.start, line.end)])
    if len(xs) < 2 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) > _MAX_PLACES:
        return []
    walls, floors = _walls(columns, ys), _walls(rows, xs)
    places = _cells(xs, ys, walls.keys(), floors.keys())
    drawn: list[set[int]] = [set() for _ in ys[1:]]
    for column, row in walls:
        drawn[row].add(column)
    tables = _tables(drawn, places)
    if len(tables) > 1:
        parts = [_between(across, down, ys[first], ys[end]) for first, end in tables]
        return [grid for part in parts if part[0] and part[1] for grid in _grids(*part)]
    if len(places) < 2:
        return []
    borders = [[walls.get((column, row), x) for column, x in enumerate(xs)] for row in range(len(ys) - 1)]
    cells = [
        GridCell(*place, Box(borders[place[0]][place[1]], ys[place[0]], borders[place[0]][place[3]], ys[place[2]]))
        for place in places
    ]
    return [Grid(xs, ys, borders, cells)]


def _between(across: list[Line], down: list[Line], top: float, bottom: float) -> tuple[list[Line], list[Line]]:
    """The lines of a table that touches others, cut where it begins and ends."""
    rows = [line for line in across if top - _SNAP <= line.position <= bottom + _SNAP]
    columns = [
        Line(line.position, max(line.start, top), min(line.end, bottom))
        for line in down
        if min(line.end, bottom) - max(line.start, top) >= _SHORTEST
    ]
    return rows, columns


def _tables(borders: list[set[int]], cells: list[Place]) -> list[tuple[int, int]]:
    """The rows of each table, where several touch: the columns of one fit into those of the other or they are two.

    ``borders`` are the columns' ends that are drawn in each row.
    """
    crossed = {row for first, _, end, _ in cells for row in range(first + 1, end)}
    starts = [0]
    own: set[int] = set()
    pending: int | None = None  # the first of rows of one cell, which may head what comes below
    for row, border in enumerate(borders):
        if len(border) <= 2:
            pending = row if pending is None else pending
            continue
        start = row if pending is None else pending
        if own and not (border <= own or own <= border) and start not in crossed:
            starts.append(start)
            own = set()
        own |= border
        pending = None
    return list(pairwise([*starts, len(borders)]))


def _places(lines: Iterable[Line]) -> tuple[list[float], list[tuple[int, Line]]]:
    """The places of lines, and the lines with the number of theirs: some stand a little aside in other rows."""
    groups: list[list[Line]] = []
    for line in sorted(lines):
        near = groups[-1] if groups else None
        if near and (
            line.position - near[-1].position <= _SNAP
            or (
                line.position - near[0].position <= _SHIFT
                and not any(min(line.end, other.end) - max(line.start, other.start) > _SNAP for other in near)
            )
        ):
            near.append(line)
        else:
            groups.append([line])
    places = [
        sum(line.position * (line.end - line.start) for line in group) / sum(line.end - line.start for line in group)
        for group in groups
    ]
    return places, [(number, line) for number, group in enumerate(groups) for line in group]


def _with_ends(
    places: list[float], lines: list[tuple[int, Line]], ends: list[float]
) -> tuple[list[float], list[tuple[int, Line]]]:
    """Add the open sides of a table, where several lines of the other direction end beyond its last border."""
    least, most = min(ends), max(ends)
    enough = min(2, len(ends) // 2)
    if most > places[-1] + _SHIFT and sum(end > most - _SNAP for end in ends) >= enough:
        places = [*places, most]
    if least < places[0] - _SHIFT and sum(end < least + _SNAP for end in ends) >= enough:
        places = [least, *places]
        lines = [(number + 1, line) for number, line in lines]
    return places, lines


def _walls(lines: Iterable[tuple[int, Line]], others: list[float]) -> dict[tuple[int, int], float]:
    """Where lines stand: by the number of the place, and of the stretch between ``others`` that they cover, where
    exactly.
    """
    covered: dict[tuple[int, int], float] = defaultdict(float)
    exactly: dict[tuple[int, int], float] = {}
    for number, line in lines:
        first = max(bisect_right(others, line.start) - 1, 0)
        for stretch in range(first, len(others) - 1):
            start, end = others[stretch], others[stretch + 1]
            if start >= line.end:
                break
            covered[number, stretch] += min(end, line.end) - max(start, line.start)
            exactly[number, stretch] = line.position
    return {
        (number, stretch): exactly[number, stretch]
        for (number, stretch), length in covered.items()
        if length >= _DRAWN * (others[stretch + 1] - others[stretch])
    }


def _cells(
    xs: list[float], ys: list[float], walls: Collection[tuple[int, int]], floors: Collection[tuple[int, int]]
) -> list[Place]:
    """The cells: places without a line between them. Where these make no rectangle, each row is for itself."""
    width, height = len(xs) - 1, len(ys) - 1
    parent = list(range(width * height))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for row in range(height):
        for column in range(width):
            number = row * width + column
            if column + 1 < width and (column + 1, row) not in walls:
                parent[root(number + 1)] = root(number)
            if row + 1 < height and (row + 1, column) not in floors:
                parent[root(number + width)] = root(number)
    parts: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number in range(width * height):
        parts[root(number)].append(divmod(number, width))
    cells: list[Place] = []
    for places in parts.values():
        row, row_end = places[0][0], places[-1][0] + 1
        column, column_end = min(c for _, c in places), max(c for _, c in places) + 1
        if len(places) == (row_end - row) * (column_end - column):
            cells.append((row, column, row_end, column_end))
        else:
            cells += _rows_of(places)
    return sorted(cells)


def _rows_of(places: list[tuple[int, int]]) -> list[Place]:
    cells: list[Place] = []
    start = 0
    for at in range(1, len(places) + 1):
        row, column = places[at - 1]
        if at == len(places) or places[at] != (row, column + 1):
            cells.append((row, places[start][1], row + 1, column + 1))
            start = at
    return cells
