"""The grid of a sheet as paragraphs and tables.

A sheet has no paragraphs: its titles and its text are rows of one text each, *lines*, above and below the tables or
between them. A table goes from the first row of several texts to the last, blank rows and the lines in it included:
a line may be a group of rows, or a label whose figures are blank.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pipeline.readers.document import Cell, Paragraph, Table
from pipeline.readers.layout import Block

_SENTENCE: Final = "。"

Row = list[Cell]


def lay_out(grid: list[Row]) -> Iterator[Block]:
    """The blocks of a grid, whose rows hold all their cells, also empty ones.

    Tables are parted by rows of prose and by headings: lines that stand or reach outside the table above them, and
    lines that a header follows.
    """
    rows = [[cell for cell in cells if cell.text] for cells in grid]
    before_header = _before_header(rows)
    part = _Part(is_first=True)
    for number, texts in enumerate(rows):
        is_line = number >= part.reached and _is_line(texts)
        if is_line and _SENTENCE in texts[0].text:
            yield from part.blocks()
            yield from _paragraphs(texts)
            part = _Part()
            continue
        if is_line and part.is_outside(texts[0], may_end=before_header[number] or not rows[number - 1]):
            yield from part.blocks()
            part = _Part()
        part.add(number, grid[number], texts)
    yield from part.blocks()


class _Part:
    """Rows that hold one table at most, and the lines around it; ``reached``: the first row below all its spans.

    The columns of the table are those of its rows, without the lines; the labels stand before the first figure.
    """

    def __init__(self, *, is_first: bool = False) -> None:
        self.reached = 0
        self._is_first = is_first
        self._rows: list[Row] = []
        self._texts: list[Row] = []
        self._start = self._first_figure = 1 << 30
        self._stop = 0
        self._has_row = False
        self._table_rows: list[int] = []

    def add(self, number: int, cells: Row, texts: Row) -> None:
        """Add a row of the grid, and which of its cells are filled."""
        if texts and not _is_line(texts):
            self._table_rows.append(len(self._rows))
            self._has_row = self._has_row or len(texts) > 1
            for cell in texts:
                self._start = min(self._start, cell.column)
                self._stop = max(self._stop, _end(cell))
                if not _is_words(cell.text):
                    self._first_figure = min(self._first_figure, cell.column)
        for cell in texts:
            self.reached = max(self.reached, number + cell.row_span)
        self._rows.append(cells)
        self._texts.append(texts)

    def is_outside(self, line: Cell, *, may_end: bool) -> bool:
        """Whether a line below the table is no row of it; ``may_end``: there is a sign that something new begins."""
        if not self._table_rows or self._is_label(line):
            return False
        return may_end or _end(line) > self._stop

    def _is_label(self, line: Cell) -> bool:
        """Whether a line stands where the table's labels do, and leaves room for figures."""
        is_before_figures = line.column < self._first_figure < self._stop
        return (
            (line.column == self._start or is_before_figures) and self._start <= line.column and _end(line) < self._stop
        )

    def blocks(self) -> Iterator[Block]:
        """The lines above the table, the table, the lines below it."""
        if not self._has_row:
            for texts in self._texts:
                yield from _paragraphs(texts)
            return
        first, end = self._table_rows[0], self._table_rows[-1] + 1
        end = max(number + cell.row_span for number in range(first, end) for cell in self._texts[number])
        for number in range(end, len(self._rows)):
            if any(not self._is_label(cell) for cell in self._texts[number]):
                break
            if self._texts[number]:
                end = number + 1  # its figures are blank
        while first and self._is_header(first - 1):
            first -= 1
        for texts in self._texts[:first]:
            yield from _paragraphs(texts)
        top = self._rows[first][0].row
        cells = [
            cell._replace(row=cell.row - top, column=cell.column - self._start)
            for row in self._rows[first:end]
            for cell in row
            if self._start <= cell.column < self._stop
        ]
        yield Table(cells, end - first, self._stop - self._start, aligned=True)
        for texts in self._texts[end:]:
            yield from _paragraphs(texts)

    def _is_header(self, number: int) -> bool:
        """Whether a line above the table's rows is one of them: over its figures, or across it right above them.

        The first line of a sheet is its title.
        """
        if not self._texts[number]:
            return False
        line = self._texts[number][0]
        is_right_above = number + 1 == self._table_rows[0] and (number > 0 or not self._is_first)
        is_across = is_right_above and (line.column, _end(line)) == (self._start, self._stop)
        return is_across or self._start < line.column < _end(line) <= self._stop


def _before_header(rows: list[Row]) -> list[bool]:
    """For each row, whether the next row of several texts has no figure among them."""
    answers: list[bool] = []
    is_header = False
    for texts in reversed(rows):
        answers.append(is_header)
        if texts and not _is_line(texts):
            is_header = all(_is_words(cell.text) for cell in texts)
    return answers[::-1]


def _is_line(texts: Row) -> bool:
    """Whether a row is one text. One figure is not: it is all that is filled in of a table's row."""
    return len(texts) == 1 and _is_words(texts[0].text)


def _is_words(text: str) -> bool:
    return any(map(str.isalpha, text))


def _end(cell: Cell) -> int:
    return cell.column + cell.column_span


def _paragraphs(cells: Iterable[Cell]) -> Iterator[Paragraph]:
    for cell in cells:
        for line in cell.text.split("\n"):
            yield Paragraph(line)
