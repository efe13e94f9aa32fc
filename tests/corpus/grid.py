"""A printed table: a matrix of boxes, in which one box at several neighbouring places is a merged cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

Role = Literal["header", "label", "figure", "note"]


class Slot(NamedTuple):
    """The place of a figure in the forms; in ``litigation``, ``row`` is the venue, ``column`` the result."""

    table: str
    table_set: int
    row: str
    column: str

    def __str__(self) -> str:
        return f"{self.table}#{self.table_set}[{self.row}, {self.column}]"


@dataclass(eq=False, slots=True)
class Box:
    """One printed cell; ``slot`` is set if it holds a figure of the form. Line breaks are printed."""

    text: str = ""
    role: Role = "note"
    slot: Slot | None = None
    hidden: bool = False


class Placed(NamedTuple):
    """A box where it starts in a grid, and how far it reaches."""

    row: int
    column: int
    box: Box
    row_span: int
    column_span: int


@dataclass(eq=False, slots=True)
class Grid:
    """A table of one of the forms (``code``) or, with an empty code, any other."""

    rows: list[list[Box]]
    code: str = ""
    table_set: int = 1
    header_rows: int = 0
    label_columns: int = 1

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)

    def boxes(self) -> Iterator[Box]:
        """Every box once, in reading order."""
        return (placed.box for placed in self.placed())

    def placed(self) -> Iterator[Placed]:
        """Every box once, where it starts, in reading order."""
        rows = self.rows
        for r, row in enumerate(rows):
            for c, box in enumerate(row):
                if c and row[c - 1] is box:
                    continue
                if r and c < len(rows[r - 1]) and rows[r - 1][c] is box:
                    continue
                height = 1
                while r + height < len(rows) and c < len(rows[r + height]) and rows[r + height][c] is box:
                    height += 1
                yield Placed(r, c, box, height, _run(row, c))

    def runs(self, r: int) -> list[tuple[Box, int, bool]]:
        """The cells of row ``r``: box, columns spanned, and whether it only continues from the row above."""
        row, cells, c = self.rows[r], [], 0
        while c < len(row):
            span = _run(row, c)
            above = r > 0 and c < len(self.rows[r - 1]) and self.rows[r - 1][c] is row[c]
            cells.append((row[c], span, above))
            c += span
        return cells

    def row_of(self, row_code: str) -> int:
        """The index of the row that prints the figures of ``row_code``; -1 if there is none."""
        for r, row in enumerate(self.rows):
            if any(box.slot and box.slot.row == row_code for box in row):
                return r
        return -1

    def insert_row(self, at: int, *boxes: Box) -> None:
        """Insert a row; a cell merged across the place grows. ``boxes``: one a column, or one for all."""
        fill = list(boxes) if len(boxes) == self.width else [boxes[0]] * self.width
        for c in range(self.width) if 0 < at < len(self.rows) else ():
            if len(boxes) > 1 and self.rows[at - 1][c] is self.rows[at][c]:
                fill[c] = self.rows[at][c]
        self.rows.insert(at, fill)

    def insert_column(self, at: int, boxes: list[Box]) -> None:
        """Insert a column of ``boxes``, one a row; a cell merged across the place grows instead."""
        for row, box in zip(self.rows, boxes, strict=True):
            grows = 0 < at < len(row) and row[at - 1] is row[at]
            row.insert(at, row[at] if grows else box)

    def split(self, at: int) -> tuple[Grid, Grid]:
        """Cut before row ``at``; a merged cell across the cut continues as an empty cell."""
        crossing = {
            id(above): Box("", above.role)
            for above, below in zip(self.rows[at - 1], self.rows[at], strict=True)
            if above is below
        }
        tail = [[crossing.get(id(box), box) for box in row] for row in self.rows[at:]]
        return (
            Grid(self.rows[:at], self.code, self.table_set, self.header_rows, self.label_columns),
            Grid(tail, self.code, self.table_set, 0, self.label_columns),
        )

    def transpose(self) -> None:
        """Rows become columns."""
        width = self.width
        self.rows = [[row[c] for row in self.rows] for c in range(width)]
        self.header_rows, self.label_columns = self.label_columns, self.header_rows


def _run(row: list[Box], c: int) -> int:
    end = c + 1
    while end < len(row) and row[end] is row[c]:
        end += 1
    return end - c


def lay_out(rows: list[list[tuple[Box, int, int]]]) -> list[list[Box]]:
    """A matrix from rows of (box, rows, columns) as in an HTML table: each takes the next free place."""
    matrix: list[dict[int, Box]] = [{} for _ in rows]
    for r, row in enumerate(rows):
        c = 0
        for box, height, width in row:
            while c in matrix[r]:
                c += 1
            for dr in range(height):
                for dc in range(width):
                    matrix[r + dr][c + dc] = box
            c += width
    return [[row[c] for c in sorted(row)] for row in matrix]
