"""Names of agencies made the same where they mean the same: width, traditional characters, white space."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from pipeline.readers.whitespace import INVISIBLE

_BRACKETS: Final = str.maketrans("（）〈〉", "()<>")
_QUOTES: Final = re.compile("[《》「」“”\"'‘’【】\\[\\]<>]")


@lru_cache(maxsize=65536)
def fold_name(name: str) -> str:
    """Remove white space and quotation marks; simplify characters and bring them to one width."""
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", "".join(name.split()))).translate(_BRACKETS)
    return _simplify(_QUOTES.sub("", text))


def _simplify(text: str) -> str:
    """Simplify a text in traditional characters; one that is simplified already has a few of them in its own right.

    Those that GB 2312 does not have are none of its own.
    """
    table, simplified = _simplified()
    traditional = sum(ord(character) in table for character in text)
    if not traditional:
        return text
    if traditional > sum(character in simplified for character in text):
        return text.translate(table)
    return "".join(one if one.encode("gb2312", "ignore") else one.translate(table) for one in text)


@cache
def _simplified() -> tuple[dict[int, str], frozenset[str]]:
    """What each traditional character is simplified to, and what is simplified text's alone (not in Big5)."""
    path = Path(__file__).with_name("clues") / "traditional.csv"
    with path.open(encoding="utf-8", newline="") as file:
        table = {ord(row["traditional"]): row["simplified"] for row in csv.DictReader(file)}
    return table, frozenset(one for one in table.values() if not one.encode("big5", "ignore"))
