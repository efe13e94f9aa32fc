"""Places at the beginning of names: which divisions a stretch of text can mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Final, NamedTuple

from pipeline.agencies import rules
from pipeline.agencies.divisions import (
    PROVINCE,
    TOWNSHIP,
    Division,
    ancestors,
    divisions,
    history,
    is_statistical,
    named,
)

FIRST_REPORTS: Final = 2008
"""Divisions that ended before the Regulation took effect cannot report."""

_TOWNSHIP_KINDS: Final = ("镇", "乡", "苏木", "街道")


class Place(NamedTuple):
    """A stretch of a name that names a place: its text, what it can mean, and whether it says of what kind it is."""

    text: str
    divisions: tuple[Division, ...]
    is_full: bool


@lru_cache(maxsize=65536)
def chain(code: str) -> tuple[str, ...]:
    """Give the codes of a division and of all above it, its own first."""
    return (code, *(division.code for division in reversed(ancestors(code))))


def is_within(division: Division, above: Iterable[Division]) -> bool:
    """Tell whether a division is one of others or lies in one."""
    codes = chain(division.code)
    return any(other.code in codes for other in above)


def place_at(text: str, start: int, within: tuple[Division, ...] = ()) -> Place | None:
    """Find the longest name of a province, prefecture or county that begins in a text at ``start``.

    Args:
        text: a name, folded.
        start: where to look.
        within: what it must lie in; nothing for anywhere.
    """
    for end in _ends(text, start, _lengths()[0]):
        name = text[start:end]
        found = _upper(name)
        if found and within:
            found = tuple(division for division in found if is_within(division, within))
        if found and not _runs_on(text, start, end, found):
            is_full = not all(_is_stem(name, division) for division in found)
            provinces = tuple(division for division in found if division.level == PROVINCE)
            # 河南 alone is the province, never the county of 青海
            return Place(name, provinces if provinces and not is_full else found, is_full)
    return None


def township_at(text: str, start: int, within: tuple[Division, ...] = ()) -> Place | None:
    """Find the longest full name of a known township that begins in a text at ``start``."""
    for end in _ends(text, start, _lengths()[1]):
        found = townships(text[start:end])
        if within:
            found = tuple(division for division in found if is_within(division, within))
        if found:
            return Place(text[start:end], found, True)
    return None


@lru_cache(maxsize=131072)
def townships(name: str) -> tuple[Division, ...]:
    """Give all townships of a name that says that it is one's: 陈贵镇, 九门乡, not 陈贵 nor 城区."""
    if not name.endswith(_TOWNSHIP_KINDS) or name in _TOWNSHIP_KINDS or name in rules.words("not_towns.txt"):
        return ()
    found = tuple(division for division in named(name) if division.level == TOWNSHIP and not _is_stem(name, division))
    return tuple(division for division in found if division.name == name) or found


@lru_cache(maxsize=131072)
def _upper(name: str) -> tuple[Division, ...]:
    """Give the divisions of a name that stood when agencies reported, or of that very name before; zones are none."""
    found = [one for one in named(name) if one.level != TOWNSHIP and not is_statistical(one.code)]
    recent = tuple(one for one in found if (one.valid_to or FIRST_REPORTS) >= FIRST_REPORTS)
    return recent or tuple(one for one in found if one.name == name)


def _runs_on(text: str, start: int, end: int, found: tuple[Division, ...]) -> bool:
    """Tell whether a place's last character begins the next word (朝阳市场), or the name is a township's (古县镇)."""
    doubtful = text.startswith(_TOWNSHIP_KINDS, end) and township_at(text, start) is not None
    if not doubtful and rules.pattern("word").match(text, end - 1):
        doubtful = not text.startswith(text[end - 1], end)
    return doubtful and not (place_at(text, end, found) or township_at(text, end, found))


def _ends(text: str, start: int, lengths: Mapping[str, tuple[int, ...]]) -> Iterator[int]:
    """Where names that begin with the character at ``start`` can end, the longest first."""
    for length in lengths.get(text[start : start + 1], ()):
        if start + length <= len(text):
            yield start + length


@cache
def _lengths() -> tuple[Mapping[str, tuple[int, ...]], Mapping[str, tuple[int, ...]]]:
    """How long the names are that begin with a character: of counties and above, and of townships."""
    found: tuple[dict[str, set[int]], dict[str, set[int]]] = (defaultdict(set), defaultdict(set))
    for division in history():
        length = len(division.name)
        lengths = found[division.level == TOWNSHIP][division.name[0]]
        # short forms leave out two characters at most, unless they leave out peoples
        lengths.update((length, length - 1, length - 2, 2, 3, 4), range(5, 8) if "族" in division.name else ())
        lengths.update(range(5, 8) if "自治" in division.name else ())
    return _descending(found[0]), _descending(found[1])


def _descending(lengths: Mapping[str, set[int]]) -> Mapping[str, tuple[int, ...]]:
    return {first: tuple(sorted(several - {0, 1}, reverse=True)) for first, several in lengths.items()}


def _is_stem(name: str, division: Division) -> bool:
    """Tell whether a name leaves out of what kind the division is: 杭州, not 恩施州."""
    return name != division.name and division.name.startswith(name)


def parent(division: Division) -> Division | None:
    """Give the division above."""
    return divisions()[division.parent] if division.parent else None
