"""Tables without vertical lines: what stands side by side on several lines, or between horizontal rules.

Such a table shows where its cells are, not where they end. Its rows are given as they are printed, one text beside the
other; its columns only where rules part the rows and every text stands under one text of the first row.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from pipeline.readers.document import Cell, Origin, Table
from pipeline.readers.pdf.characters import Character
from pipeline.readers.pdf.geometry import Box, Frame
from pipeline.readers.pdf.lines import TextLine, text_lines
from pipeline.readers.pdf.rulings import Line

_GAP: Final = 1.0  # times the size: between two texts of one line
_GAP_OF_FIGURES: Final = 0.05
_FEWEST_ROWS: Final = 3
_SHORTEST_RULE: Final = 100.0  # points
_SAME_END: Final = 6.0  # points
_FIGURE: Final = frozenset("0123456789０１２３４５６７８９.,，．-+%／/—－")


class UnruledTable(NamedTuple):
    """A table and where it stands on its page."""

    table: Table
    box: Box


class _Text(NamedTuple):
    """A text that stands apart from others on its line or in its row."""

    text: str
    box: Box


def find_unruled(
    lines: Sequence[TextLine], rules: Sequence[Line], frame: Frame, page: int
) -> tuple[list[UnruledTable], list[TextLine]]:
    """The tables that a page shows without vertical lines, and the lines that are in none.

    ``lines`` are those outside of ruled tables, from the top down, ``rules`` the horizontal lines.
    """
    tables: list[UnruledTable] = []
    rest = list(lines)
    for edges in _stacks(rules):
        inside = [line for line in rest if edges[0].position < _middle(line) < edges[-1].position]
        bands = [
            [line for line in inside if upper.position < _middle(line) < lower.position]
            for upper, lower in pairwise(edges)
        ]
        rows = [_texts([char for line in band for char in line.characters]) for band in bands]
        if _is_table(rows):
            tables.append(_table([row for row in rows if row], frame, page, is_banded=True))
            rest = [line for line in rest if line not in inside]
    run: list[TextLine] = []
    for line in [*rest, None]:
        if line and len(_segments(line.characters)) > 1:
            run.append(line)
            continue
        rows = [_segments(found.characters) for found in run]
        if _is_table(rows):
            tables.append(_table(rows, frame, page, is_banded=False))
            rest = [other for other in rest if other not in run]
        run = []
    return tables, rest


def _stacks(rules: Sequence[Line]) -> list[list[Line]]:
    """Long rules of one length, one below the other."""
    stacks: list[list[Line]] = []
    for rule in sorted(rules):
        if rule.end - rule.start < _SHORTEST_RULE:
            continue
        for stack in stacks:
            if abs(stack[0].start - rule.start) < _SAME_END and abs(stack[0].end - rule.end) < _SAME_END:
                stack.append(rule)
                break
        else:
            stacks.append([rule])
    return [stack for stack in stacks if len(stack) > _FEWEST_ROWS]


def _middle(line: TextLine) -> float:
    return (line.box.top + line.box.bottom) / 2


def _segments(characters: Sequence[Character]) -> list[_Text]:
    """The texts of one line, parted by wide gaps."""
    groups: list[list[Character]] = []
    for char in characters:
        if char.text == " ":
            continue
        if groups and not _is_apart(groups[-1][-1], char, groups[-1][-1].right):
            groups[-1].append(char)
        else:
            groups.append([char])
    return [_text(group) for group in groups]


def _is_apart(last: Character, char: Character, end: float) -> bool:
    """Whether a character begins another text: after a wide gap or, between figures drawn apart, after any."""
    gap = char.left - end
    figures = last.run != char.run and last.text in _FIGURE and char.text in _FIGURE
    return gap >= (_GAP_OF_FIGURES if figures and last.baseline == char.baseline else _GAP) * char.size


def _text(characters: Sequence[Character]) -> _Text:
    lines = text_lines(characters)
    box = Box(
        min(line.box.left for line in lines),
        min(line.box.top for line in lines),
        max(line.box.right for line in lines),
        max(line.box.bottom for line in lines),
    )
    return _Text("\n".join(line.text for line in lines), box)


def _texts(characters: Sequence[Character]) -> list[_Text]:
    """The texts of one row of several lines, parted by gaps that go through all of them."""
    groups: list[list[Character]] = []
    end = 0.0
    for char in sorted(characters, key=lambda char: char.left):
        if char.text == " ":
            continue
        if groups and not _is_apart(groups[-1][-1], char, end):
            groups[-1].append(char)
        else:
            groups.append([char])
        end = max(end, char.right) if len(groups[-1]) > 1 else char.right
    return [_text(group) for group in groups]


def _is_table(rows: Sequence[Sequence[_Text]]) -> bool:
    """Whether several rows have texts side by side, and figures among them."""
    several = [row for row in rows if len(row) > 1]
    return len(several) >= _FEWEST_ROWS and any(_FIGURE.issuperset(text.text) for row in several for text in row)


def _table(rows: Sequence[Sequence[_Text]], frame: Frame, page: int, *, is_banded: bool) -> UnruledTable:
    box = Box(
        min(text.box.left for row in rows for text in row),
        min(text.box.top for row in rows for text in row),
        max(text.box.right for row in rows for text in row),
        max(text.box.bottom for row in rows for text in row),
    )
    columns = _columns(rows) if is_banded else None
    cells: list[Cell] = []
    for number, row in enumerate(rows):
        if columns is None:
            cells += [
                Cell(number, column, text.text, 1, 1, Origin(page, frame.fractions(text.box)))
                for column, text in enumerate(row)
            ]
            continue
        by_column = {_under(text, columns): text for text in row}
        for column in range(len(columns)):
            text = by_column.get(column)
            place = frame.fractions(text.box) if text else None
            cells.append(Cell(number, column, text.text if text else "", 1, 1, Origin(page, place)))
    width = len(columns) if columns else max(map(len, rows))
    return UnruledTable(Table(cells, len(rows), width, aligned=columns is not None), box)


def _columns(rows: Sequence[Sequence[_Text]]) -> list[tuple[float, float]] | None:
    """Where columns begin and end, if the first row has a text for each and no text stands under two of them."""
    count = max(map(len, rows))
    if len(rows[0]) < count:
        return None
    full = [row for row in rows if len(row) == count]
    columns = [(min(row[at].box.left for row in full), max(row[at].box.right for row in full)) for at in range(count)]
    if any(before[1] >= after[0] for before, after in pairwise(columns)):
        return None
    under = [[_under(text, columns) for text in row] for row in rows]
    certain = all(None not in places and len(set(places)) == len(places) for places in under)
    return columns if certain else None


def _under(text: _Text, columns: Sequence[tuple[float, float]]) -> int | None:
    """The one column that a text stands in; None if there is none, or it stands in several."""
    found = [at for at, (left, right) in enumerate(columns) if text.box.left < right and left < text.box.right]
    return found[0] if len(found) == 1 else None
