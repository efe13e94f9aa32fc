"""The words that a stated figure is made of, and the cut of a text into them (jieba)."""

from __future__ import annotations

import csv
import logging
import warnings
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import jieba

_HERE: Final = Path(__file__).parent
_FREQUENCY: Final = 1000


class Word(NamedTuple):
    """A word with its role and value in ``words.csv``; role ``unknown`` for a character of no word."""

    text: str
    role: str
    value: str


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the CSV files beside this module."""
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Vocabulary:
    """Words with their roles, what cuts a text into them, and the units that figures have beside them.

    Args:
        files: CSV files of words; of a word that stands in several rows, the first counts.
        kinds: the kinds of ``units.csv`` whose units are read.
    """

    def __init__(self, files: tuple[str, ...], kinds: tuple[str, ...]) -> None:
        self._files = files
        self._kinds = kinds
        self.cut = lru_cache(maxsize=65536)(self._cut)  # reports word alike: most cuts were made before

    @cached_property
    def words(self) -> dict[str, Word]:
        """Each word with its role."""
        words: dict[str, Word] = {}
        for name in self._files:
            for row in read_rows(name):
                for word in row["words"].split():
                    words.setdefault(word, Word(word, row["role"], row["value"]))
        return words

    @cached_property
    def units(self) -> tuple[str, ...]:
        """All units, longest first."""
        units = {unit for kind in self._kinds for unit in UNITS[kind]}
        return tuple(sorted(sorted(units), key=len, reverse=True))

    @cached_property
    def _tokenizer(self) -> jieba.Tokenizer:
        """The tokenizer of this vocabulary alone, without jieba's own dictionary and its cache on disk."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its source is older than what Python warns of
            import jieba

        jieba.setLogLevel(logging.WARNING)
        tokenizer = jieba.Tokenizer()
        lines = "\n".join(f"{word} {_FREQUENCY}" for word in self.words)
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(BytesIO(lines.encode()))
        tokenizer.initialized = True
        return tokenizer

    def _cut(self, text: str) -> tuple[Word, ...]:
        """Cut a text without digits and punctuation into words of the vocabulary, with as few characters left over as
        can be."""
        words = self.words
        return tuple(words.get(word) or Word(word, "unknown", "") for word in self._tokenizer.cut(text, HMM=False))


UNITS: Final = {row["kind"]: frozenset(row["units"].split()) for row in read_rows("units.csv")}
"""Kind of measure -> the units that it is counted in."""

TABLES: Final = Vocabulary(("words.csv",), ("requests", "litigation", "disclosure", "money"))
"""Words of figures that the tables have too."""

FACTS: Final = Vocabulary(("facts/words.csv", "words.csv"), tuple(UNITS))
"""Words of figures that only the narrative has."""
