"""The words that agency names are made of, and the cut of a name out of running text (jieba)."""

from __future__ import annotations

import logging
import warnings
from functools import cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from pipeline.agencies.divisions import TOWNSHIP, history, is_statistical, short_names

if TYPE_CHECKING:
    import jieba

DICTIONARY: Final = Path(__file__).with_name("words.txt")
"""The project's own words in jieba's format: word, frequency, tag. The names of divisions come with them."""

PLACE: Final = "p"
DIVISION: Final = "d"
AGENCY: Final = "a"
FUNCTION: Final = "f"
REPORT: Final = "r"
BORDER: Final = "x"
"""Tags of the dictionary: place names; what divisions end in (镇); what agencies end in (局); fields of
work, among them those that hold a division's character (市场); the report's own words (政府信息公开); words
that stand before or after a name and never in it (根据, 坚持)."""

_FREQUENCY: Final = 1000

_NAME_ENDS: Final = frozenset({PLACE, DIVISION, AGENCY})
_BREAKS: Final = frozenset({REPORT, BORDER})


class Word(NamedTuple):
    """A word and its tag; None for a word or character that the dictionary does not have."""

    text: str
    tag: str | None


@cache
def _tokenizer() -> jieba.Tokenizer:
    """Build the tokenizer once a process, from the project's dictionary alone.

    jieba's own start-up would log to stderr and keep a marshalled cache in the shared temporary folder, where
    whoever wrote it first decides what is loaded; a few thousand words need no cache.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its source is older than what Python and setuptools warn of
        import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(BytesIO("\n".join(_lines()).encode()))
    tokenizer.initialized = True
    return tokenizer


@cache
def _tags() -> dict[str, str]:
    return {word: tag for word, _, tag in (line.split(" ") for line in _lines())}


@cache
def _lines() -> tuple[str, ...]:
    """The dictionary: the project's own words, and every name of a county or above that says what kind it is.

    Names of two characters (泾县, 郊区) are left out: their last one tells as much.
    """
    words = DICTIONARY.read_text(encoding="utf-8").splitlines()
    known = {word.split(" ")[0] for word in words}
    places = {
        name
        for division in history()
        if division.level != TOWNSHIP and not is_statistical(division.code)
        for name in (division.name, *short_names(division.name))
        if len(name) > 2 and (name == division.name or not division.name.startswith(name))
    }
    return (*words, *(f"{name} {_FREQUENCY} {PLACE}" for name in sorted(places - known)))


def cut_words(text: str) -> list[Word]:
    """Cut a text without white space into words of the dictionary and single characters between them."""
    tags = _tags()
    return [Word(word, tags.get(word)) for word in _tokenizer().cut(text, HMM=False)]


def cut_agency(text: str) -> str | None:
    """Cut the agency's name out of a title or sentence in which it runs together with other words.

    The name is the stretch between words that never stand in a name, digits and punctuation; where the text
    names the report (政府信息公开) it is the stretch nearest before it, else the first. A 政府 that both
    could claim is the report's, whose mandated wording begins with it: 江南镇政府信息公开 gives 江南镇.

    Returns:
        The name as it stands in the text, or None where no stretch ends as a name of an agency or place does.
    """
    stretches: list[list[Word]] = [[]]
    nearest: list[Word] | None = None
    for word in cut_words(text):
        if _breaks(word, stretches[-1]):
            if word.tag == REPORT and nearest is None:
                nearest = next((stretch for stretch in reversed(stretches) if _is_name(stretch)), None)
            stretches.append([])
        else:
            stretches[-1].append(word)
    name = nearest or next((stretch for stretch in stretches if _is_name(stretch)), None)
    return "".join(word.text for word in name) if name else None


def ends_as_name(text: str) -> bool:
    """Tell whether a text ends as the names of agencies and places do; cheap, it cuts no words."""
    return text.endswith(_endings().get(text[-1:], ()))


@cache
def _endings() -> dict[str, tuple[str, ...]]:
    """The words that names end in, by their last character, the shortest first."""
    words = sorted((word for word, tag in _tags().items() if tag in _NAME_ENDS), key=lambda word: (word[-1], len(word)))
    return {last: tuple(group) for last, group in groupby(words, key=lambda word: word[-1])}


def _breaks(word: Word, before: list[Word]) -> bool:
    """Tell whether a word ends the stretch before it; a lone character may belong to a name (无为市, 将乐县)
    unless a whole name stands before it."""
    if not _is_han(word.text):
        return True
    return word.tag in _BREAKS and (len(word.text) > 1 or word.text == "年" or _is_name(before))


def _is_name(words: list[Word]) -> bool:
    return bool(words) and words[-1].tag in _NAME_ENDS and sum(len(word.text) for word in words) > 1


def _is_han(text: str) -> bool:
    return all(
        "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003ffff" or character in "〇○·"
        for character in text
    )
