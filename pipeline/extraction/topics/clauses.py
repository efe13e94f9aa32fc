"""A folded sentence as clauses, with the numbers of enumerations before them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from pipeline.extraction.topics.lexicon import Token

_NUMERAL: Final = "一二三四五六七八九十"
_NUMBERS: Final = re.compile(
    rf"""(?P<is>[{_NUMERAL}]{{1,2}}(?:是要?在?|要))
    | (?P<bracket>\((?:[{_NUMERAL}]{{1,2}})\)) | (?P<round>\(\d{{1,2}}\)|\d{{1,2}}\))
    | (?P<heading>(?:^|(?<=[:;,。]))[{_NUMERAL}]{{1,2}}、)
    | (?P<digit>(?:^|(?<=[:;,。]))\d{{1,2}}[.、](?!\d))
    | (?P<order>(?:^|(?<=[:;,。]))(?:第[{_NUMERAL}]|首先|其次|再次|最后|其[一二三四五])(?=[,、:]|[^{_NUMERAL}]))
    | (?P<side>(?:另)?一(?:方面|是方面)(?=,|:)?)""",
    re.VERBOSE,
)
_FIRST: Final = re.compile("一是|首先|第一|其一|^一方面|^一、|[(]一[)]|^[(]?1[).、]")
_ENDS: Final = re.compile("[,;:]")


class Clause(NamedTuple):
    """A stretch of a sentence: its tokens, the kind of number before it (empty without), whether a list begins."""

    text: str
    tokens: list[Token]
    number: str
    first: bool
    colon: bool
    """Whether a colon follows."""

    def roles(self) -> set[str]:
        """All roles that its words can have."""
        return {role for token in self.tokens for role in token.senses}


def clauses(text: str, tokens: list[Token]) -> Iterator[Clause]:
    """Cut a sentence at commas, semicolons, colons and numbers of items."""
    numbers = {found.end(): found for found in _NUMBERS.finditer(text)}
    cuts = {found.start() for found in numbers.values()} | set(numbers)
    cuts |= {found.end() for found in _ENDS.finditer(text)}
    # A comma in a bracket or within a word of the lexicon is no cut of ours to make: tokens stay whole.
    inside = {place for token in tokens for place in range(token.start + 1, token.end)}
    places = sorted({0, len(text)} | (cuts - inside))
    starts = {found.start() for found in numbers.values()}
    for start, end in pairwise(places):
        if start in starts and end in numbers:
            continue
        number = numbers.get(start)
        own = [token for token in tokens if start <= token.start and token.end <= end]
        stretch = text[start:end]
        if stretch.strip(",;:。 "):
            kind = number.lastgroup or "" if number else ""
            yield Clause(
                stretch, [token._replace(start=token.start - start, end=token.end - start) for token in own],
                kind, bool(number and _FIRST.match(number[0])), stretch.endswith(":"),
            )  # fmt: skip
