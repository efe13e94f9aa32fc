"""The words that a stated figure is made of, and the cut of a text into them (jieba)."""

from __future__ import annotations

import csv
import logging
import warnings
from functools import cache, lru_cache
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


@cache
def _words() -> dict[str, Word]:
    """The vocabulary. Of a word that stands in several rows, the first counts."""
    words: dict[str, Word] = {}
    for row in read_rows("words.csv"):
        for word in row["words"].split():
            words.setdefault(word, Word(word, row["role"], row["value"]))
    return words


@cache
def _tokenizer() -> jieba.Tokenizer:
    """Build the tokenizer from this vocabulary alone, without jieba's own dictionary and its cache on disk."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its source is older than what Python warns of
        import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    lines = "\n".join(f"{word} {_FREQUENCY}" for word in _words())
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(BytesIO(lines.encode()))
    tokenizer.initialized = True
    return tokenizer


@lru_cache(maxsize=65536)
def cut_words(text: str) -> tuple[Word, ...]:
    """Cut a text without digits and punctuation into words of the vocabulary, with as few characters left over as
    can be; reports word alike, so that most cuts were made before."""
    words = _words()
    return tuple(words.get(word) or Word(word, "unknown", "") for word in _tokenizer().cut(text, HMM=False))
