"""Printed lines out of characters, by where they stand; the order in the file counts for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Final, NamedTuple

from pipeline.readers.pdf.characters import Character
from pipeline.readers.pdf.geometry import Box
from pipeline.readers.whitespace import fold_spaces

_SAME_BASELINE: Final = 0.3  # of the size
_SMALL: Final = 0.8  # of the size of the line: a footnote's number, raised or lowered
_SPACE: Final = 0.2  # of the size: between letters and digits
_HAN_SPACE: Final = 0.5  # of the size: beside a Han character, which is often set apart from digits
_TRACKING: Final = 0.6  # of the size: the widest gap of figures whose digits are spaced out
_EVEN: Final = 0.15  # of the size: how much these gaps may differ


_TOP, _RIGHT, _BOTTOM, _SIZE = map(attrgetter, ("top", "right", "bottom", "size"))


class TextLine(NamedTuple):
    """A printed line of a cell or of the page: its characters from left to right, and what they read as."""

    text: str
    box: Box
    baseline: float
    size: float
    characters: tuple[Character, ...]


def text_lines(characters: Sequence[Character]) -> list[TextLine]:
    """The lines that characters of one place (a cell, a column of text) make up, from the top down."""
    first = characters[0].baseline if characters else 0.0
    if all(char.is_upright and char.baseline == first for char in characters):
        return [_line(characters)] if any(char.text != " " for char in characters) else []
    upright = [char for char in characters if char.is_upright]
    lines = [_line(row) for row in _with_raised(_rows(upright)) if any(char.text != " " for char in row)]
    lying = [char for char in characters if not char.is_upright and char.text != " "]
    if lying:
        lines.append(_lying_line(lying))
    return sorted(lines, key=lambda line: (line.box.top + line.box.bottom) / 2)


def _rows(characters: Sequence[Character]) -> list[list[Character]]:
    """Characters by baseline."""
    rows: list[list[Character]] = []
    for char in sorted(characters, key=attrgetter("baseline")):
        row = rows[-1] if rows else None
        if row and char.baseline - row[-1].baseline <= _SAME_BASELINE * min(char.size, row[-1].size):
            row.append(char)
        else:
            rows.append([char])
    return rows


def _with_raised(rows: list[list[Character]]) -> list[list[Character]]:
    """Put raised and lowered small characters into the line beside which they stand."""
    if len(rows) < 2:
        return rows
    tops = [max(char.size for char in row) for row in rows]
    kept = list(rows)
    for at, row in enumerate(rows):
        for other in (at - 1, at + 1):
            if not 0 <= other < len(rows) or tops[at] >= _SMALL * tops[other]:
                continue
            beside = rows[other]
            raised = beside[0].baseline - row[0].baseline
            is_near = -0.4 * tops[other] < raised < 0.75 * tops[other]
            if is_near and not _overlap(row, beside):
                beside += row
                kept.remove(row)
                break
    return kept


def _overlap(row: Sequence[Character], other: Sequence[Character]) -> bool:
    """Whether a character of one stands above one of the other."""
    return any(a.left + 0.3 * a.size < b.right and b.left < a.right - 0.3 * a.size for a in row for b in other)


def _line(row: Sequence[Character]) -> TextLine:
    ordered = sorted(row, key=attrgetter("left"))
    while ordered[0].text == " ":
        ordered.pop(0)
    while ordered[-1].text == " ":
        ordered.pop()
    pieces = [ordered[0].text]
    for before, char in pairwise(ordered):
        if (before.run != char.run or char.left - before.right > _SPACE * char.size) and _is_gap(before, char):
            pieces.append(" ")
        pieces.append(char.text)
    if " " in pieces and _is_spread(ordered):
        pieces = [char.text for char in ordered]
    box = Box(
        ordered[0].left,
        min(map(_TOP, ordered)),
        max(map(_RIGHT, ordered)),
        max(map(_BOTTOM, ordered)),
    )
    biggest = max(ordered, key=_SIZE)
    return TextLine(fold_spaces("".join(pieces)), box, biggest.baseline, biggest.size, tuple(ordered))


def _is_gap(before: Character, char: Character) -> bool:
    size = min(before.size, char.size)
    gap = char.left - before.right
    if min(before.size, char.size) < _SMALL * max(before.size, char.size) and before.baseline != char.baseline:
        return True  # a footnote's number
    return gap > (_HAN_SPACE if _is_wide(before.text) or _is_wide(char.text) else _SPACE) * size


def _is_wide(text: str) -> bool:
    return text >= "\u2e80"


def _is_spread(ordered: Sequence[Character]) -> bool:
    """Whether a figure's digits are set apart evenly, as justified or spaced-out text is."""
    if len(ordered) < 3 or not all(char.text.isdigit() or char.text in ".,-+" for char in ordered):
        return False
    if len({(round(char.size), round(char.baseline)) for char in ordered}) > 1:
        return False
    gaps = [char.left - before.right for before, char in pairwise(ordered)]
    size = ordered[0].size
    return max(gaps) <= _TRACKING * size and max(gaps) - min(gaps) <= _EVEN * size


def _lying_line(characters: Sequence[Character]) -> TextLine:
    """Text that lies on its side, as one line in the order in which the file draws it."""
    box = Box(
        min(char.left for char in characters),
        min(char.top for char in characters),
        max(char.right for char in characters),
        max(char.bottom for char in characters),
    )
    text = fold_spaces("".join(char.text for char in characters))
    return TextLine(text, box, box.bottom, characters[0].size, tuple(characters))
