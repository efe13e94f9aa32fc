"""Text exports of Word files, in the two dialects of the samples."""

from __future__ import annotations

from collections.abc import Callable

from tests.corpus.draft import Draft
from tests.corpus.grid import Grid
from tests.corpus.report import Text


def write_text_cells(draft: Draft) -> bytes:
    """One cell a line behind a tab; a blank line ends a row; a cell's further lines have no tab.

    A cell merged downwards is an empty cell in the rows below; one merged to the right is one cell.
    """
    return _write(draft, _cell_lines)


def write_text_rows(draft: Draft) -> bytes:
    """One row a line, cells between tabs; a merged cell is followed by empty cells (`TextStyle.padding`)."""
    return _write(draft, _row_lines)


def _write(draft: Draft, table_lines: Callable[[Draft, Grid], list[str]]) -> bytes:
    lines: list[str] = [""] * draft.rng.choice((0, 0, 2))
    for block in draft.blocks:
        if isinstance(block, Text):
            lines.append(block.text)
            lines += [""] * draft.rng.randint(*draft.style.blank_lines)
        else:
            lines += table_lines(draft, block)
    return draft.encode(draft.style.newline.join([*lines, ""]))


def _cell_lines(draft: Draft, grid: Grid) -> list[str]:
    lines: list[str] = []
    for r in range(len(grid.rows)):
        for box, _, continued in grid.runs(r):
            first, *rest = ("" if continued else box.text).split("\n")
            gap = [""] if rest and draft.style.gaps_in_cells else []
            lines += [f"\t{first}", *gap, *rest]
        if draft.style.trailing_blanks and draft.rng.random() < 0.1:
            lines.append("\t")
        lines.append("")
    return [*lines, *[""] * draft.rng.randint(0, 2)]


def _row_lines(draft: Draft, grid: Grid) -> list[str]:
    rng, style = draft.rng, draft.style
    ragged = style.padding == "ragged"
    corner = rng.randrange(max(1, grid.label_columns)) if ragged else 0  # the same in all rows of the header
    lines = []
    for r in range(len(grid.rows)):
        cells: list[str] = []
        owed = 0
        runs = grid.runs(r)
        first_figure = next((i for i, (box, _, _) in enumerate(runs) if box.slot), 0)
        for i, (box, span, continued) in enumerate(runs):
            cells.append("" if continued else box.text if style.broken_rows else box.text.replace("\n", " "))
            missing = 0
            if r < grid.header_rows and i == 0:
                missing = min(corner, span - 1)
            elif ragged and i < first_figure:
                missing = rng.randrange(span)
            cells += [""] * (span - 1 - missing)
            owed += missing
        if first_figure and style.shifted & {box.slot.row for box, _, _ in runs if box.slot}:
            while not cells[0]:
                owed += 1
                cells.pop(0)
        cells += [""] * owed
        if style.trailing_blanks and rng.random() < 0.3:
            cells.append("")
        if style.padding == "stripped":
            while len(cells) > 1 and not cells[-1]:
                cells.pop()
        lines.append("\t".join(cells))
        if rng.random() < style.row_gaps:
            lines.append("")
    return [*lines, ""]
