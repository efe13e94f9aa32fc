"""A sentence's tokens as clauses, each with one figure at most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from pipeline.extraction.statements.tokens import Token

_FIGURES: Final = ("number", "percent")
_GOES_ON: Final = ("all", "join")
_NAMING: Final = ("topic", "act", "channel", "applicant")


class Clause(NamedTuple):
    """Some tokens that say one thing, and the separator before them (empty at the start of the sentence and within
    a text without punctuation)."""

    separator: str
    tokens: list[Token]

    @property
    def figure(self) -> Token | None:
        """The number or percentage; None where there is none."""
        return next((token for token in self.tokens if token.role in _FIGURES), None)


def clauses(tokens: Iterable[Token]) -> Iterator[Clause]:
    """Cut a sentence into clauses: at punctuation (at 、 only behind a figure), and behind each figure of several.

    A bracket that opens or closes gives a clause of its own, perhaps without tokens.
    """
    separator, current = "", list[Token]()
    tokens = list(tokens)
    for index, token in enumerate(tokens):
        if token.role != "separator" or _joins(token, current, tokens[index + 1 : index + 2]):
            if token.role != "separator":
                current.append(token)
            continue
        yield from _split(separator, current)
        separator, current = token.value, []
    yield from _split(separator, current)


def _joins(separator: Token, before: list[Token], following: list[Token]) -> bool:
    """Tell whether punctuation only joins words: 网络、信函申请3件; 新收申请：3件."""
    if separator.value == "、":
        return not any(token.role in _FIGURES for token in before)
    if separator.value == ":":
        return bool(following) and following[0].role in _FIGURES and bool(before) and before[-1].role in _NAMING
    return False


def _split(separator: str, tokens: list[Token]) -> Iterator[Clause]:
    figures = [index for index, token in enumerate(tokens) if token.role in _FIGURES]
    start = 0
    for figure, following in zip(figures, [*figures[1:], len(tokens)], strict=False):
        end = figure + 1
        if following == len(tokens):
            rest = tokens[end:]
            if not (rest and rest[0].role in _GOES_ON and _names(rest) and _names(tokens[start:figure])):
                break
        yield Clause(separator, tokens[start:end])
        separator, start = "", end
    if start < len(tokens) or start == 0:
        yield Clause(separator, tokens[start:])


def _names(tokens: list[Token]) -> bool:
    return any(token.role in ("act", "channel") for token in tokens)
