"""A draft as a PDF with text, laid out here: a hundred times as fast as a program that prints, for large corpora.

Pages are large enough for each table to stand on one; what printing programs do with pages is a matter of `office`.
"""

from __future__ import annotations

from tests.corpus.draft import Draft
from tests.corpus.grid import Grid
from tests.corpus.pdf import PdfPage, write_pdf
from tests.corpus.report import Text

WIDTH, HEIGHT, MARGIN = 842.0, 1190.0, 40.0
SIZE = 9.0
SIZES = {"title": 16.0, "heading": 12.0}
LINE = 1.35
"""Height of a line, as a share of the size of its characters."""
PADDING = 3.0
LABEL_WEIGHT = 2.5
"""How many times as wide as a column of figures one of labels is."""


def write_printed(draft: Draft) -> bytes:
    """The draft as a PDF."""
    press = _Press()
    for block in draft.blocks:
        if isinstance(block, Text):
            press.print_text(block)
        else:
            press.print_grid(block)
    return write_pdf(press.pages)


class _Press:
    def __init__(self) -> None:
        self.pages = [PdfPage(WIDTH, HEIGHT)]
        self.y = HEIGHT - MARGIN

    def print_text(self, block: Text) -> None:
        size = SIZES.get(block.kind, SIZE)
        for line in _wrap(block.text, WIDTH - 2 * MARGIN, size):
            self._need(size * LINE)
            x = (WIDTH - _length(line, size)) / 2 if block.kind == "title" else MARGIN
            self.pages[-1].text(x, self.y - size, line, size)
            self.y -= size * LINE
        self.y -= size / 2

    def print_grid(self, grid: Grid) -> None:
        if not grid.width:
            return
        weights = [LABEL_WEIGHT if c < grid.label_columns else 1.0 for c in range(grid.width)]
        unit = (WIDTH - 2 * MARGIN) / sum(weights)
        xs = [MARGIN + unit * sum(weights[:c]) for c in range(grid.width + 1)]
        cells = [
            (placed, _wrap(placed.box.text, xs[placed.column + placed.column_span] - xs[placed.column] - 2 * PADDING))
            for placed in grid.placed()
            if not placed.box.hidden
        ]
        heights = [SIZE * LINE + 2 * PADDING] * len(grid.rows)
        for placed, lines in sorted(cells, key=lambda cell: cell[0].row_span):
            last = placed.row + placed.row_span
            room = sum(heights[placed.row : last])
            heights[last - 1] += max(0.0, len(lines) * SIZE * LINE + 2 * PADDING - room)
        self._need(sum(heights))
        ys = [self.y - sum(heights[:r]) for r in range(len(heights) + 1)]
        page = self.pages[-1]
        for placed, lines in cells:
            left, right = xs[placed.column], xs[placed.column + placed.column_span]
            top, bottom = ys[placed.row], ys[placed.row + placed.row_span]
            page.operators.append(f"0.5 w {left:.1f} {bottom:.1f} {right - left:.1f} {top - bottom:.1f} re S")
            for number, line in enumerate(lines):
                page.text(left + PADDING, round(top - PADDING - SIZE - number * SIZE * LINE, 1), line, SIZE)
        self.y = ys[-1] - SIZE

    def _need(self, height: float) -> None:
        """Go on to another page unless this one has room; a page is as high as what must stand on one."""
        if self.y - height < MARGIN:
            self.pages.append(PdfPage(WIDTH, max(HEIGHT, height + 2 * MARGIN)))
            self.y = self.pages[-1].height - MARGIN


def _wrap(text: str, width: float, size: float = SIZE) -> list[str]:
    """The lines of a text; a line breaks anywhere between Han characters, but never inside a number."""
    lines: list[str] = []
    for part in text.split("\n") if text else ():
        line, filled = "", 0.0
        for word in _words(part):
            long = _length(word, size)
            if line and filled + long > width:
                lines.append(line)
                line, filled = "", 0.0
            line, filled = line + word, filled + long
        lines.append(line)
    return lines


def _words(text: str) -> list[str]:
    words: list[str] = []
    for character in text:
        if words and _joins(character) and _joins(words[-1][-1]):
            words[-1] += character
        else:
            words.append(character)
    return words


def _joins(character: str) -> bool:
    """Whether a line does not break between two such characters: those of numbers, in either width, and of words."""
    return character.isascii() or "！" <= character <= "～"


def _length(text: str, size: float) -> float:
    return sum(size / 2 if character.isascii() else size for character in text)
