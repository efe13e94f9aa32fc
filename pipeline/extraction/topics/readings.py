"""From the words of a phrase to the topics that it names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from typing import Final

from pipeline.extraction.topics.lexicon import Token, read_rows

_GENERIC: Final = ("institution", "proactive", "information")
"""Domains that count only where no other is named, the first of them that is: 保密审查制度 is of the review."""

TOPICS: Final = tuple(row["topic_code"] for row in read_rows("topics.csv"))
"""The codes of ``topics.csv``, in its order."""


@cache
def _readings() -> dict[tuple[str, str], str]:
    return {(row["domain"], row["aspect"]): row["topic_code"] for row in read_rows("readings.csv")}


def name_topics(phrase: Sequence[Token], said: Iterable[str] = (), before: str = "") -> tuple[list[str], str]:
    """Tell the topics of a phrase, each once, and the domain that what follows may go on with.

    Args:
        phrase: the words of the phrase; 、 and 和 join its parts, of which each has a topic of its own.
        said: aspects that the deficiency or the verb itself names (滞后, 丰富), for parts that name none.
        before: the domain of what came before in the sentence, for parts that name none.
    """
    topics: dict[str, None] = {}
    said = [aspect for aspect in said if aspect]
    for joins, part in groupby(phrase, key=lambda token: "join" in token):
        if joins:
            continue
        tokens = list(part)
        domains = [token.senses["domain"].domain for token in tokens if "domain" in token]
        aspects = [token.senses["aspect"].aspect for token in tokens if "aspect" in token] or said
        domain = _head(domains) or (before if aspects else "")
        if domain not in ("", "information"):
            before = domain
        topics |= dict.fromkeys(_topics(domain or ("information" if aspects else ""), aspects))
    if not phrase and said:
        topics |= dict.fromkeys(_topics(before or "information", said))
    return list(topics), before


def _head(domains: list[str]) -> str:
    """The domain that a phrase is about: its last one, since Chinese puts the head last."""
    own = [domain for domain in domains if domain not in _GENERIC]
    return own[-1] if own else next((domain for domain in _GENERIC if domain in domains), "")


def _topics(domain: str, aspects: Sequence[str]) -> Iterable[str]:
    readings = _readings()
    exact = [readings.get((domain, aspect)) or readings.get(("*", aspect)) for aspect in aspects]
    found = [topic for topic in exact if topic]
    return found or ([readings[domain, ""]] if (domain, "") in readings else [])
