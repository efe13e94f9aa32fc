"""What stands in the margins of pages: their numbers, and the heads and feet that come again on each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from pipeline.readers.pdf.lines import TextLine

_ZONE: Final = 0.08  # of the page's height, at its top and at its foot
_NUMBER_ZONE: Final = 0.12
_NUMBER: Final = re.compile(
    r"[-—–－―~_·•\s]*(?:第?\s*[0-9０-９]{1,4}\s*页?|[ivxⅰ-ⅹⅠ-Ⅻ]{1,6})\s*(?:[/／,，]?\s*共?\s*[0-9０-９]{1,4}\s*页?)?[-—–－―~_·•\s]*"
)
_DIGITS: Final = re.compile(r"[0-9０-９]+")


def in_margins(pages: Sequence[tuple[float, Sequence[TextLine]]]) -> list[set[int]]:
    """Which lines of each page are no part of its text, by number; pages are (height, lines outside of tables)."""
    found: list[set[int]] = []
    seen: Counter[tuple[bool, str]] = Counter()
    for height, lines in pages:
        seen.update({key for line in lines if (key := _key(height, line))})
    for height, lines in pages:
        dropped: set[int] = set()
        for number, line in enumerate(lines):
            key = _key(height, line)
            if _is_number(height, line, lines) or (key and seen[key] > max(1, len(pages) // 2)):
                dropped.add(number)
        found.append(dropped)
    return found


def _is_number(height: float, line: TextLine, lines: Sequence[TextLine]) -> bool:
    """Whether a line is the number of its page: alone above or below all others, in the margin."""
    if not _NUMBER.fullmatch(line.text):
        return False
    at_top, at_foot = line.box.bottom < _NUMBER_ZONE * height, line.box.top > (1 - _NUMBER_ZONE) * height
    others = [other for other in lines if other is not line]
    return (at_top and all(other.baseline > line.baseline + line.size for other in others)) or (
        at_foot and all(other.baseline < line.baseline - line.size for other in others)
    )


def _key(height: float, line: TextLine) -> tuple[bool, str] | None:
    """Where a line in a margin stands and what it reads as but for the numbers in it; None for one of the text."""
    if line.box.bottom < _ZONE * height:
        return True, _DIGITS.sub("0", line.text)
    if line.box.top > (1 - _ZONE) * height:
        return False, _DIGITS.sub("0", line.text)
    return None
