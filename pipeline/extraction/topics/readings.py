"""From the words of a phrase to the topics that it names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from typing import Final, NamedTuple

from pipeline.extraction.topics.lexicon import Token, read_rows

_GENERIC: Final = ("institution", "proactive", "content", "information")
"""Domains that count only where no other is named, the first of them that is: 保密审查制度 is of the review."""
_CARRIES: Final = ("interpretation", "response", "requests", "new_media")
"""Domains that go on: after 政策解读, 形式单一 is of the interpretation, after 网站 其他途径较少 is not of the site."""

_OF_ANYTHING: Final = frozenset({"broad", "deep", "effort", "level"})
"""Aspects that are of whatever was named before: after 业务培训, 覆盖面不广 is of the training."""

_FEW: Final = "few"
_EFFORT: Final = "effort"
"""加大力度 says of nothing by itself what more is to be done of."""
_OF_PEOPLE: Final = "skill"
"""What a deficiency says of people, whatever they deal with: 对平台操作不熟悉."""


@cache
def _readings() -> dict[tuple[str, str], str]:
    return {(row["domain"], row["aspect"]): row["topic_code"] for row in read_rows("readings.csv")}


class _Part(NamedTuple):
    """What a part of an enumeration names: its domain, perhaps generic or none, and its aspects."""

    domain: str
    aspects: list[str]


def name_topics(phrase: Sequence[Token], said: Iterable[str] = (), before: str = "") -> tuple[list[str], str]:
    """Tell the topics of a phrase, each once, and the domain that what follows may go on with.

    Args:
        phrase: the words of the phrase; 、 and 和 join its parts, of which each has a topic of its own.
        said: aspects that the deficiency or the verb itself names (滞后, 丰富), for parts that name none.
        before: the domain of what came before in the sentence, for parts that name none.
    """
    topics: dict[str, None] = {}
    said = [aspect for aspect in said if aspect]
    parts = [_part(list(tokens)) for joins, tokens in groupby(phrase, key=lambda token: "join" in token) if not joins]
    named = [part for part in parts if part.domain or (set(part.aspects) - ({_EFFORT} if not before else set()))]
    generic = ""  # 确保信息及时、准确: the second part is of the information too, whatever was named before
    if not named and said:
        if before in _CARRIES:
            topics |= dict.fromkeys(_topics(before, [], said))
        elif not before or any(("*", aspect) in _readings() for aspect in said):
            # 业务较少, 精品少: of what there is little, the phrase has to say.
            topics |= dict.fromkeys(_topics("information", [], [aspect for aspect in said if aspect != _FEW]))
    for index, part in enumerate(named):
        if not part.aspects and any(part.domain == other.domain and other.aspects for other in named[index + 1 :]):
            continue  # 信息员和工作人员的业务能力 is of the skills alone
        whose = (not part.domain and generic) or _whose(part, before, said)
        if part.domain:
            generic = whose if whose in _GENERIC else ""
        topics |= dict.fromkeys(_topics(whose, part.aspects, said))
        if part.domain not in ("", "information", "content"):
            before = part.domain
    return list(topics), before


def name_of(domain: str) -> list[str]:
    """The topic of a domain as a whole."""
    topic = _readings().get((domain, ""))
    return [topic] if topic else []


def _part(tokens: list[Token]) -> _Part:
    domains = [token.senses["domain"].domain for token in tokens if "domain" in token]
    domains += [token.senses["aspect"].domain for token in tokens if "aspect" in token]
    aspects = [token.senses["aspect"].aspect for token in tokens if "aspect" in token]
    able = "staff" in domains and not {"level", "skill"}.isdisjoint(aspects)  # 经办人员处理申请的能力
    return _Part("staff" if able else _head([domain for domain in domains if domain]), aspects)


def _head(domains: list[str]) -> str:
    """The domain that a phrase is about: its last one, since Chinese puts the head last."""
    if "content" in domains and "information" in domains and set(domains) <= set(_GENERIC):
        return next(domain for domain in _GENERIC if domain in domains)
    own = [domain for domain in domains if domain not in _GENERIC]
    if own and own[-1] == "staff" and domains[-1] == "institution":  # 信息报送联络员制度 is no more staff
        own = [domain for domain in own if domain != "staff"] or ["institution"]
    return own[-1] if own else next((domain for domain in _GENERIC if domain in domains), "")


def _whose(part: _Part, before: str, said: Sequence[str]) -> str:
    """The domain of a part: its own, or what came before if that goes on or is read with its very aspects."""
    if part.domain and part.domain != "content":
        return part.domain
    readings = _readings()
    if before in _CARRIES or any((before, aspect) in readings for aspect in part.aspects or said):
        return before
    if not part.domain and before and _OF_ANYTHING.issuperset(part.aspects):
        return before
    return part.domain or "information"


def _topics(domain: str, aspects: Sequence[str], said: Sequence[str]) -> Iterable[str]:
    readings = _readings()
    if _OF_PEOPLE in said:
        return [readings["*", _OF_PEOPLE]]
    anyone = domain in _GENERIC or domain == "staff"
    exact = [readings.get((domain, aspect)) or readings.get(("*", aspect)) for aspect in aspects]
    if not aspects:
        # What only the deficiency names is of any domain but one that is named: 报送不主动 is no lack of awareness.
        exact = [readings.get((domain, one)) or (readings.get(("*", one)) if anyone else None) for one in said]
    found = [topic for topic in exact if topic]
    return found or ([readings[domain, ""]] if (domain, "") in readings else [])
