"""A table on its way from the grid of a page to the `Table` that readers give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from pipeline.readers.document import Cell, Origin, Table
from pipeline.readers.pdf.cells import cell_text, padding, room_left
from pipeline.readers.pdf.contents import Content
from pipeline.readers.pdf.geometry import Box, Frame
from pipeline.readers.pdf.grids import Grid
from pipeline.readers.pdf.lines import text_lines

_MANY_BORDERS: Final = 4


class PlacedCell(NamedTuple):
    """A cell: its rows (the first, and the one past its last), its sides across the page in points, its text.

    ``room`` is what its last line leaves free, in times the size of its characters.
    """

    row: int
    left: float
    row_end: int
    right: float
    text: str
    origin: Origin
    room: float


class PageTable(NamedTuple):
    """A table of one page, or of several once joined: its cells in reading order, its borders across, its rows.

    ``box`` is where it stands on its last page.
    """

    cells: list[PlacedCell]
    xs: list[float]
    row_count: int
    box: Box

    def to_table(self) -> Table:
        """The table as readers give it."""
        column = {x: number for number, x in enumerate(self.xs)}
        cells = [
            Cell(
                cell.row,
                column[cell.left],
                cell.text,
                cell.row_end - cell.row,
                column[cell.right] - column[cell.left],
                cell.origin,
            )
            for cell in self.cells
        ]
        return Table(cells, self.row_count, len(self.xs) - 1, aligned=True)

    def has_rows(self) -> bool:
        """Whether any row has two texts; else it is a box around text, or a page's frame.

        A grid of many columns is a table whatever it holds: it may be the rest of a row that the page before cut.
        """
        if len(self.xs) > _MANY_BORDERS:
            return any(cell.text for cell in self.cells)
        filled: set[int] = set()
        for cell in self.cells:
            if cell.text:
                if cell.row in filled:
                    return True
                filled.add(cell.row)
        return False


def page_table(grid: Grid, contents: Sequence[Content], frame: Frame, page: int) -> PageTable:
    """The table of a grid and what its cells hold."""
    lines = [text_lines(content.characters) if content.characters else [] for content in contents]
    margin = padding((cell.box, printed) for cell, printed in zip(grid.cells, lines, strict=True))
    cells = []
    for cell, content, printed in zip(grid.cells, contents, lines, strict=True):
        text = "\n".join([*filter(None, [cell_text(cell.box, printed, margin)]), *content.torn])
        origin = Origin(page, frame.fractions(cell.box))
        sides = grid.xs[cell.column], grid.xs[cell.column_end]
        room = room_left(cell.box, printed, margin)
        cells.append(PlacedCell(cell.row, sides[0], cell.row_end, sides[1], text, origin, room))
    return PageTable(cells, grid.xs, len(grid.ys) - 1, grid.box)
