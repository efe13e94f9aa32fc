"""Text outside of tables: paragraphs put together from their lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf
from statistics import median
from typing import Final, NamedTuple

from pipeline.readers.pdf.lines import TextLine

_FULL: Final = 1.6  # times the size: what may be free at the end of a line that goes on
_INDENT: Final = 0.8  # times the size
_PITCH: Final = 1.2  # times the distance of a paragraph's lines: more begins a paragraph
_WIDEST_PITCH: Final = 2.6  # times the size
_UNEVEN: Final = 2.0  # times the size: how much narrower the left margin may be than the right
_SAME: Final = 2.0  # points
_WORD: Final = re.compile(r"[A-Za-z]")


_NUMBERED: Final = re.compile(r"[（(]?[一二三四五六七八九十0-9０-９]{1,3}[)）、.．]|第[一二三四五六七八九十]+")
_ENDS: Final = "。；：！？.;:!?"


class Setting(NamedTuple):
    """How a text is set: its margins in points, and how far apart a paragraph's lines stand, in times their size."""

    left: float
    right: float
    pitch: float


def read_setting(lines: Sequence[TextLine], width: float) -> Setting:
    """The setting of a page of some width, by its lines outside of tables.

    Where no lines end at one place, the right margin is taken to be about as wide as the left.
    """
    if not lines:
        return Setting(0.0, 0.0, inf)
    left = _shared([line.box.left for line in lines])
    right = -_shared([-line.box.right for line in lines])
    right = max(right, width - left - _UNEVEN * median(line.size for line in lines))
    pitches = [
        (following.baseline - line.baseline) / line.size
        for line, following in pairwise(lines)
        if _may_go_on(line, following, left, right) and following.baseline > line.baseline
    ]
    return Setting(left, right, min(pitches, default=inf))


def _shared(edges: Iterable[float]) -> float:
    """The least of some edges that is more than one line's; the least of all if there is none."""
    ordered = sorted(edges)
    return next((edge for edge, after in pairwise(ordered) if after - edge <= _SAME), ordered[0])


def goes_on(line: TextLine, following: TextLine, setting: Setting) -> bool:
    """Whether a line's paragraph goes on in the next line of its page.

    It does where the line reaches the right margin and the next is as near as lines of a paragraph are, not indented,
    and does not begin with a number after the end of a sentence.
    """
    if not _may_go_on(line, following, setting.left, setting.right):
        return False
    pitch = (following.baseline - line.baseline) / line.size
    return 0 < pitch <= min(_PITCH * setting.pitch, _WIDEST_PITCH)


def goes_on_over_page(line: TextLine, following: TextLine, before: Setting, after: Setting) -> bool:
    """Whether the paragraph of a page's last line goes on in the first line of the next page."""
    moved = following.box.left - after.left + before.left
    placed = following._replace(box=following.box._replace(left=moved))
    return line.text[-1] not in _ENDS and _may_go_on(line, placed, before.left, before.right)


def _may_go_on(line: TextLine, following: TextLine, left: float, right: float) -> bool:
    return (
        abs(line.size - following.size) <= 0.1 * line.size
        and right - line.box.right <= _FULL * line.size
        and following.box.left - left <= _INDENT * line.size
        and not (line.text[-1] in _ENDS and _NUMBERED.match(following.text))
    )


def joined(text: str, more: str) -> str:
    """Two lines of a paragraph as one: only words in letters need a space between."""
    return f"{text} {more}" if _WORD.match(text[-1]) and _WORD.match(more[0]) else text + more
