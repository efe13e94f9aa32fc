"""Cut text into the words that are looked up: jieba's, and the shorter ones within them."""

from __future__ import annotations

import re
from typing import Final

from pipeline.extraction.keywords.vocabulary import cut_words
from pipeline.forms.text import fold, simplify

_STRETCH: Final = re.compile("[\u4e00-\u9fff]+|[0-9a-z]+")
_SPACE: Final = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")


def cut(text: str) -> list[str]:
    """The words of a text as the index keeps them: simplified, in small letters, without signs."""
    found: list[str] = []
    for stretch in _STRETCH.findall(simplify(fold(_SPACE.sub("", text))).lower()):
        found += cut_words(stretch, within=True) if stretch[0] > "z" else [stretch]
    return found


def cut_question(text: str) -> list[str]:
    """The words that have to be in a narrative for it to be an answer, each once."""
    found: dict[str, None] = {}
    for stretch in _STRETCH.findall(simplify(fold(text)).lower()):
        found |= dict.fromkeys(cut_words(stretch, within=False) if stretch[0] > "z" else [stretch])
    return list(found)
