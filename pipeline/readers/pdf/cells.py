"""The text of a table's cells, figures whole that a narrow column broke over lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf
from typing import Final

from pipeline.readers.pdf.geometry import Box
from pipeline.readers.pdf.lines import TextLine

_END: Final = re.compile(r"(?:^|(?<=[^0-9０-９.,，．+\-]))[+\-]?[0-9０-９][0-9０-９.,，．]*$")
_START: Final = re.compile(r"[0-9０-９.,，．]*[0-9０-９][0-9０-９.,，．]*")
_SEPARATORS: Final = ".,，．"
_UNITS: Final = re.compile(r"[^0-9０-９.,，．+\-]*")
_WIDEST_PADDING: Final = 6.0
"""Points between a cell's border and its text: Word's tables have 5.4."""
_SLACK: Final = 0.5  # points
_SAME_SIZE: Final = 0.5  # points


def padding(lines: Iterable[tuple[Box, Sequence[TextLine]]]) -> float:
    """How far the text of a table stays away from its borders, in points: as its fullest lines do.

    The very fullest are passed over: what no line can break runs over the borders.
    """
    gaps = sorted(
        min(line.box.left - box.left, box.right - line.box.right) for box, printed in lines for line in printed
    )
    return min(max(gaps[len(gaps) // 20], 0.0), _WIDEST_PADDING) if gaps else 0.0


def cell_text(box: Box, lines: Sequence[TextLine], margin: float) -> str:
    """The text of a cell, a line each; two lines are one where the column broke a figure.

    That is certain only if the first is filled: not one more digit had room between the borders less ``margin``.
    """
    if not lines:
        return ""
    text = lines[0].text
    for line, following in pairwise(lines):
        text += following.text if _breaks_figure(box, line, following, margin) else f"\n{following.text}"
    return text


def _breaks_figure(box: Box, line: TextLine, following: TextLine, margin: float) -> bool:
    end, start = _END.search(line.text), _START.match(following.text)
    if end is None or start is None or abs(line.size - following.size) > _SAME_SIZE:
        return False
    if not _UNITS.fullmatch(following.text, start.end()) and not _START.fullmatch(following.text):
        return False
    if line.text[0] != end[0][0] and not _UNITS.fullmatch(line.text[: end.start()]):
        return False
    room = box.width - 2 * margin - line.box.width
    characters = following.characters
    last = next((at for at, char in enumerate(characters[1:]) if char.text not in _SEPARATORS), 0)
    least = characters[last].right - characters[0].left  # a separator begins no line: its digit comes along
    longest = line.box.width + least - (characters[0].right - characters[0].left)
    return following.box.width < longest + _SLACK and room < least - _SLACK


def room_left(box: Box, lines: Sequence[TextLine], margin: float) -> float:
    """What the last line of a cell leaves free, in times the size of its characters."""
    if not lines:
        return inf
    return (box.width - 2 * margin - lines[-1].box.width) / lines[-1].size
