"""Tables without vertical lines: what stands side by side on several lines, or between horizontal rules.

Such a table shows where its cells are, not where they end. Its rows are given as they are printed, one text beside the
other, with an empty one where other rows have a figure; its columns only where rules part the rows and every text
stands under one text of the first row. A header whose texts do not follow one another as the columns do, as where one
stands at half the height of its neighbours, is no part of the table: its lines stand before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import inf
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


_Span = tuple[float, float]
"""From where to where across the page, in points."""


class UnruledTable(NamedTuple):
    """A table and where it stands on its page."""

    table: Table
    box: Box


class _Text(NamedTuple):
    """A text that stands apart from others on its line or in its row."""

    text: str
    box: Box


class _Row(NamedTuple):
    """A row: the lines that it is printed in, and its texts from left to right."""

    lines: Sequence[TextLine]
    texts: Sequence[_Text]


def find_unruled(
    lines: Sequence[TextLine], rules: Sequence[Line], frame: Frame, page: int
) -> tuple[list[UnruledTable], list[TextLine]]:
    """The tables that a page shows without vertical lines, and the lines that are in none.

    ``lines`` are those outside of ruled tables, from the top down, ``rules`` the horizontal lines.
    """
    tables: list[UnruledTable] = []
    rest = list(lines)

    def take(rows: Sequence[_Row], *, is_banded: bool) -> None:
        for part in _parts(rows):
            tables.append(_table([row.texts for row in part], frame, page, is_banded=is_banded))
            taken = {id(line) for row in part for line in row.lines}
            rest[:] = [line for line in rest if id(line) not in taken]

    for edges in _stacks(rules):
        inside = [line for line in rest if edges[0].position < _middle(line) < edges[-1].position]
        bands = [
            [line for line in inside if upper.position < _middle(line) < lower.position]
            for upper, lower in pairwise(edges)
        ]
        rows = [_Row(band, _texts([char for line in band for char in line.characters])) for band in bands if band]
        if _is_table(rows):
            take(rows, is_banded=True)
    run: list[TextLine] = []
    for line in [*rest, None]:
        if line and len(_segments(line.characters)) > 1:
            run.append(line)
            continue
        rows = [_Row([found], _segments(found.characters)) for found in run]
        if _is_table(rows):
            take(rows, is_banded=False)
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


def _is_table(rows: Sequence[_Row]) -> bool:
    """Whether several rows have texts side by side, and figures among them."""
    several = [row for row in rows if len(row.texts) > 1]
    return len(several) >= _FEWEST_ROWS and any(_has_figure(row.texts) for row in several)


def _parts(rows: Sequence[_Row]) -> list[Sequence[_Row]]:
    """The rows of each table: rows cut where a header follows that does not name the columns in their order."""
    parts: list[Sequence[_Row]] = []
    start = end = 0
    for (header, header_end), (_, figures_end) in _sections([row.texts for row in rows]):
        if _is_doubtful(
            [row.texts for row in rows[header:header_end]], [row.texts for row in rows[header_end:figures_end]]
        ):
            parts.append(rows[start:header])
            start = header_end
        end = figures_end
    parts.append(rows[start:end])
    return [part for part in parts if part]


def _sections(rows: Sequence[Sequence[_Text]]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Rows without figures and those with figures that follow them, by the first of each and the one past its last."""
    sections = []
    ends = [*(at for at, (row, after) in enumerate(pairwise(rows), 1) if _has_figure(row) and not _has_figure(after))]
    for start, end in pairwise([0, *ends, len(rows)]):
        first = next((at for at in range(start, end) if _has_figure(rows[at])), end)
        sections.append(((start, first), (first, end)))
    return sections


def _table(rows: Sequence[Sequence[_Text]], frame: Frame, page: int, *, is_banded: bool) -> UnruledTable:
    box = Box(
        min(text.box.left for row in rows for text in row),
        min(text.box.top for row in rows for text in row),
        max(text.box.right for row in rows for text in row),
        max(text.box.bottom for row in rows for text in row),
    )
    columns = _columns(rows) if is_banded else None
    figure_columns = [
        section
        for (start, _), (first, end) in _sections(rows)
        for section in [_figure_columns(rows[first:end])] * (end - start)
    ]
    cells: list[Cell] = []
    for number, row in enumerate(rows):
        if columns is None:
            cells += [
                Cell(number, column, text.text if text else "", 1, 1, Origin(page, place))
                for column, text in enumerate(_with_blanks(row, figure_columns[number]))
                for place in [frame.fractions(text.box) if text else None]
            ]
            continue
        by_column = {_under(text, columns): text for text in row}
        for column in range(len(columns)):
            text = by_column.get(column)
            place = frame.fractions(text.box) if text else None
            cells.append(Cell(number, column, text.text if text else "", 1, 1, Origin(page, place)))
    width = max(cell.column for cell in cells) + 1
    return UnruledTable(Table(cells, len(rows), width, aligned=columns is not None), box)


def _has_figure(row: Sequence[_Text]) -> bool:
    return any(map(_is_figure, row))


def _is_figure(text: _Text) -> bool:
    return _FIGURE.issuperset(text.text)


def _figure_columns(rows: Sequence[Sequence[_Text]]) -> list[_Span]:
    """Where columns of figures begin and end: figures that stand above one another. Empty if two of one row do."""
    columns: list[_Span] = []
    for left, right in sorted((text.box.left, text.box.right) for row in rows for text in row if _is_figure(text)):
        if columns and left < columns[-1][1]:
            columns[-1] = columns[-1][0], max(right, columns[-1][1])
        else:
            columns.append((left, right))
    for row in rows:
        places = [_under(text, columns) for text in row if _is_figure(text)]
        if len(set(places)) < len(places):
            return []
    return columns


def _with_blanks(row: Sequence[_Text], columns: Sequence[_Span]) -> list[_Text | None]:
    """The texts of a row, and None for each column of figures in which it has nothing, if it has a figure at all."""
    if not _has_figure(row):
        return list(row)
    blank = [
        column
        for column in columns
        if not any(text.box.left < column[1] and column[0] < text.box.right for text in row)
    ]
    places: list[tuple[float, _Text | None]] = [(text.box.left, text) for text in row]
    places += [(left, None) for left, _ in blank]
    return [text for _, text in sorted(places, key=lambda place: place[0])]


def _is_doubtful(header: Sequence[Sequence[_Text]], rows: Sequence[Sequence[_Text]]) -> bool:
    """Whether a header does not name the columns of the figures below it one after the other, or may not.

    One row does; of several, one above the other, this has to be seen by where they stand.

    Each row has to name all columns, or all those that one text of a row above it leaves open.
    """
    if not rows:
        return False
    if any("\n" in text.text and " " in text.text for row in header for text in row):
        return True  # names of several columns side by side below one that they share: not parted
    if sum(len(row) > 1 for row in header) < 2:
        return False
    columns = _figure_columns(rows)
    names: list[tuple[int, _Text] | None] = []  # of each column, what stands right above its figures
    for column in columns:
        above = [(number, text) for number, row in enumerate(header) for text in row if _is_above(text, column)]
        names.append(above[-1] if above else None)
    open_columns = [range(len(columns))]
    for number, row in enumerate(header):
        named = [column for column, name in enumerate(names) if name and name[0] == number]
        if not named:
            continue
        place = next((place for place in open_columns if named[0] in place), None)
        if place is None or named[-1] not in place:
            return True
        others = [text for text in row if (number, text) not in names]
        left_open = [
            range(before + 1, after)
            for before, after in pairwise([place.start - 1, *named, place.stop])
            if after > before + 1
        ]
        if not all(any(_is_between(text, columns, stretch) for text in others) for stretch in left_open):
            return True
        open_columns = [*(other for other in open_columns if other != place), *left_open]
    return not columns or any(open_columns) or len(set(names)) < len(names)


def _is_above(text: _Text, column: _Span) -> bool:
    return text.box.left < column[1] and column[0] < text.box.right


def _is_between(text: _Text, columns: Sequence[_Span], stretch: range) -> bool:
    """Whether a text stands over some of the columns of a stretch, and over no other."""
    before = columns[stretch.start - 1][1] if stretch.start else -inf
    after = columns[stretch.stop][0] if stretch.stop < len(columns) else inf
    return before <= text.box.left and text.box.right <= after


def _columns(rows: Sequence[Sequence[_Text]]) -> list[_Span] | None:
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


def _under(text: _Text, columns: Sequence[_Span]) -> int | None:
    """The one column that a text stands in; None if there is none, or it stands in several."""
    found = [at for at, (left, right) in enumerate(columns) if text.box.left < right and left < text.box.right]
    return found[0] if len(found) == 1 else None
