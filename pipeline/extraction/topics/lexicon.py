"""The words by which a sentence tells a topic, and the cut of a sentence into them."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

_HERE: Final = Path(__file__).parent
_JOINS: Final = ("、", "和", "及", "与", "以及", "并", "或", "且")
_ENDS: Final = frozenset(",;:。、)!?等的")
"""What may follow a deficiency of one character: 时效性差, 互动少的栏目; never 少数, 差别."""


class Sense(NamedTuple):
    """What a word tells in one of its roles: the domain and the aspect that it names, both perhaps empty."""

    domain: str
    aspect: str


class Token(NamedTuple):
    """A word of ``words.csv`` in a folded sentence, with all roles that it can have."""

    text: str
    start: int
    end: int
    senses: dict[str, Sense]

    def __contains__(self, role: object) -> bool:
        """Tell whether the word can have a role."""
        return role in self.senses


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the CSV files beside this module."""
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _words() -> tuple[dict[str, dict[str, Sense]], dict[str, tuple[int, ...]]]:
    """Each word with its senses by role; the lengths of the words that begin with a character, longest first."""
    words: dict[str, dict[str, Sense]] = {join: {"join": Sense("", "")} for join in _JOINS}
    for row in read_rows("words.csv"):
        for word in row["words"].split():
            words.setdefault(word, {}).setdefault(row["role"], Sense(row["domain"], row["aspect"]))
    lengths: dict[str, set[int]] = {}
    for word in words:
        lengths.setdefault(word[0], set()).add(len(word))
    return words, {first: tuple(sorted(some, reverse=True)) for first, some in lengths.items()}


def scan(text: str) -> list[Token]:
    """Cut a folded sentence into words, the longest first; what is no word is left out."""
    words, lengths = _words()
    found: list[Token] = []
    place = 0
    while place < len(text):
        for length in lengths.get(text[place], ()):
            word = text[place : place + length]
            senses = words.get(word) if len(word) == length else None
            if senses is not None and _counts(word, senses, text[place + length :][:1]):
                found.append(Token(word, place, place + length, senses))
                place += length
                break
        else:
            place += 1
    return found


def _counts(word: str, senses: dict[str, Sense], following: str) -> bool:
    """Tell whether a word counts before the character that follows it; a lone 少 or 差 is mostly part of a word."""
    return len(word) > 1 or "lack" not in senses or not following or following in _ENDS
