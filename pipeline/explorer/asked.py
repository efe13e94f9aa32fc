"""What a person types to find agencies: words, each a piece of a name, a place in any of its forms, or both in one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pipeline.agencies.divisions import Division, heirs, named
from pipeline.agencies.names import expand
from pipeline.agencies.places import is_within
from pipeline.agencies.text import fold_name

MOST: Final = 6
"""Words of a question that are looked at."""
_LONGEST: Final = 40


def read_question(text: str) -> list[dict[str, object]]:
    """Read what was typed, a word an entry, as ``queries/search_agencies.sql`` takes it.

    Each has ``text``, the word; ``places``, the codes of the divisions that it begins with, all that its names can mean
    (金水, 郑州金水, 恩施州); ``said``, what follows them, and ``body``, the same with short forms in full (发改委);
    ``anywhere``, whether it names no place.
    """
    return [_read(fold_name(word)[:_LONGEST]) for word in text.split()[:MOST]]


def _read(word: str) -> dict[str, object]:
    found: tuple[Division, ...] = ()
    rest = word
    while rest:
        for end in range(len(rest), 1, -1):
            meant = [one for one in named(rest[:end]) if not found or is_within(one, found)]
            if meant:
                found, rest = tuple(meant), rest[end:]
                break
        else:
            break
    return {
        "text": word,
        "places": sorted(_codes(found)) or [""],
        "body": expand(rest) if rest else "",
        "said": rest,
        "anywhere": not found,
    }


def _codes(found: Iterable[Division]) -> set[str]:
    return {code for one in found for code in (one.code, *(heir.code for heir in heirs(one)))}
