"""The words that a narrative is cut into (jieba), and which of them may be keywords."""

from __future__ import annotations

import csv
import logging
import warnings
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.agencies import words as agency_words
from pipeline.agencies.divisions import TOWNSHIP, history, is_statistical

if TYPE_CHECKING:
    import jieba

_HERE: Final = Path(__file__).parent
_TERM_FREQUENCY: Final = 20_000
"""Of the project's own terms and the names of divisions: above that of their parts, so that they stay whole."""
_LONGEST: Final = 4
_RAREST: Final = 5
"""jieba's own dictionary has 349,000 words, most of them names and sayings that no report has. Those of up to four
characters that its corpus has at least this often are loaded: half the time and the memory of a start."""
_DROPPED: Final = ("nr", "ns", "nt", "nrt", "nrfg", "ng", "vg", "vd")
"""Tags of nouns and verbs that are no keywords: persons, places, bodies, and parts of words."""
_PLACE: Final = "ns"
_BODY: Final = "nt"


@cache
def _lines() -> tuple[tuple[str, int, str], ...]:
    """Word, frequency and tag: jieba's common words, the names of divisions of counties and above, what
    agencies are called, our own terms."""
    words: dict[str, tuple[int, str]] = {}
    for line in (files("jieba") / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, frequency, tag = line.split(" ")
        if len(word) <= _LONGEST and int(frequency) >= _RAREST:
            words[word] = int(frequency), tag
    for division in history():
        if division.level != TOWNSHIP and not is_statistical(division.code) and len(division.name) > 2:
            words[division.name] = _TERM_FREQUENCY, _PLACE
    for line in agency_words.DICTIONARY.read_text(encoding="utf-8").splitlines():
        word, _, tag = line.split(" ")
        if tag == agency_words.AGENCY and len(word) > 1:
            words[word] = _TERM_FREQUENCY, _BODY
    for line in (_HERE / "terms.txt").read_text(encoding="utf-8").splitlines():
        word, tag = line.split(" ")
        words[word] = _TERM_FREQUENCY, tag
    return tuple((word, frequency, tag) for word, (frequency, tag) in words.items())


@cache
def _tokenizer() -> jieba.Tokenizer:
    """Build the tokenizer once a process; jieba's own start would keep a cache in the shared temporary folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its source is older than what Python warns of
        import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    lines = "\n".join(f"{word} {frequency}" for word, frequency, _ in _lines())
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(BytesIO(lines.encode()))
    tokenizer.initialized = True
    return tokenizer


@cache
def _stop_words() -> frozenset[str]:
    with (_HERE / "stop_words.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(word for row in csv.DictReader(file) for word in row["words"].split())


@cache
def _keywords() -> frozenset[str]:
    """The nouns and verbs of two characters and more that are no stop words."""
    stopped = _stop_words()
    return frozenset(
        word
        for word, _, tag in _lines()
        if len(word) > 1 and tag[0] in "nvjl" and tag not in _DROPPED and word not in stopped
    )


@lru_cache(maxsize=65536)
def cut_keywords(text: str) -> tuple[str, ...]:
    """The keywords of a text of Chinese characters alone, in order. Reports word alike: many cuts were made before."""
    known = _keywords()
    return tuple(word for word in _tokenizer().cut(text, HMM=False) if word in known)


def cut_words(text: str, *, within: bool) -> list[str]:
    """All words of a text of Chinese characters alone; ``within``: those within longer ones too."""
    return list((_tokenizer().cut_for_search if within else _tokenizer().cut)(text, HMM=False))
