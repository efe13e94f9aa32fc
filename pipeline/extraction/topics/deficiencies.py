"""The deficiencies that a clause names, and whether it admits them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from pipeline.extraction.topics.clauses import Clause
from pipeline.extraction.topics.lexicon import Token
from pipeline.extraction.topics.readings import name_of, name_topics
from pipeline.extraction.topics.state import PROBLEMS_SECTION, Draft, State
from pipeline.extraction.topics.times import is_done, is_future
from pipeline.extraction.topics.topic import Kind

_OF_OTHERS: Final = re.compile(
    r"(?<!针)对[^,;]{0,40}的(?:单位|部门|科室|栏目|个人|责任人|人员|镇街|乡镇|行为)?(?:$|,|(?:进行|予以|给予|及时下发|约谈|通报))"
)
_NONE: Final = re.compile("(?:无|没有)[^,;]{0,24}(?:问题|情况|现象|情形|不足)(?!公开)")
_BEGINNING: Final = 8
"""Characters before 没有 that name no more than who has none."""
_IN_ASPECTS: Final = re.compile("方面|环节|领域|上(?=还|仍|存)")


@dataclass(slots=True)
class Mark:
    """A deficiency: its tokens ``first`` to ``last``, its role in ``words.csv``, what domain and aspects it names.

    A deficiency of role ``lack`` stands behind what it is of (更新滞后), of role ``front`` before it (缺乏培训); one of
    role ``need`` says only that more is to be done (有待加强).
    """

    first: int
    last: int
    role: str
    domain: str = ""
    aspects: list[str] = field(default_factory=list)


def find_marks(clause: Clause) -> list[Mark]:
    """Find the deficiencies of a clause, admitted or not."""
    found: list[Mark] = []
    tokens = clause.tokens
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if index + 1 < len(tokens) and _is_negated(token, tokens[index + 1]):
            last = index + 1
            while last + 1 < len(tokens) and tokens[last + 1].start == tokens[last].end and "good" in tokens[last + 1]:
                last += 1  # 不够及时规范
            aspects = [one.senses["good"].aspect for one in tokens[index + 1 : last + 1]]
            found.append(Mark(index, last, "lack", "", aspects))
            index = last
        elif "lack" in token:
            domain, aspect = token.senses["lack"]
            found.append(Mark(index, index, "lack", domain, [aspect]))
        elif "front" in token:
            found.append(Mark(index, index, "front"))
        elif "need" in token:
            found.append(Mark(index, index, "need"))
        index += 1
    if not found and _IN_ASPECTS.search(clause.text):
        found = [Mark(i, i, "lack") for i, token in enumerate(tokens) if "trouble" in token][:1]
    return found


def _is_negated(token: Token, following: Token) -> bool:
    """Tell 不够及时, 还不能完全满足; behind 不 alone the adjective has to follow at once."""
    gap = following.start - token.end
    return "neg" in token and "good" in following and gap <= (2 if len(token.text) > 1 else 0)


def read_deficiencies(clause: Clause, ahead: list[Clause], state: State, before: str) -> tuple[list[Draft], str]:
    """Tell what a clause makes of the deficiencies that it names; and the domain that what follows may go on with.

    Args:
        clause: the clause.
        ahead: it, and what follows in the sentence.
        state: what the text so far says of what follows.
        before: the domain that the sentence named last.
    """
    tokens = clause.tokens
    marks = find_marks(clause)
    if not marks:
        topics, domain = name_topics(tokens, (), before)
        return [], domain if topics or domain else before
    drafts: list[Draft] = []
    excused = _is_excused(clause)
    start = 0
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        end = mark.last
        if mark.role != "lack":
            end = following.first - 1 if following else len(tokens) - 1
        phrase = [*tokens[start : mark.first], *tokens[mark.last + 1 : end + 1]]
        topics, before = name_topics(phrase, mark.aspects[:1], before)
        if mark.aspects[1:]:
            topics += name_topics((), mark.aspects[1:], before)[0]
        if mark.domain:  # 变动频繁, 错别字
            topics, before = name_of(mark.domain), mark.domain
        start = end + 1
        prior = tokens[: mark.first]
        if not topics or excused or any("void" in token for token in prior):
            continue
        cue = clause.text[tokens[mark.first].start : tokens[mark.last].end]
        drafts += [Draft(topics, kind, clause, cue) for kind in _kinds(mark, prior, clause, ahead, state)]
    return drafts, before


def _is_excused(clause: Clause) -> bool:
    """Tell a clause that admits nothing: 没有…的情况, 虽然…, 对公开不及时的单位."""
    none = _NONE.search(clause.text)
    return (
        bool(_OF_OTHERS.search(clause.text))
        or any("concede" in token for token in clause.tokens)
        or (none is not None and none.start() <= _BEGINNING)
    )


def _kinds(mark: Mark, prior: list[Token], clause: Clause, ahead: list[Clause], state: State) -> list[Kind]:
    if any("fix" in token for token in prior):
        if state.mode == "promise":
            return ["promise"]
        return ["solved"] if state.mode == "past" or is_done(clause.text) else []
    if state.mode == "past":
        return ["solved"]
    if "问题" in clause.text and any("against" in token for token in prior):
        if state.section != PROBLEMS_SECTION:
            return []
        coming = state.mode == "promise" or any(is_future(one.text, state.year) for one in ahead)
        return ["problem", "promise"] if coming else ["problem"]
    if state.mode == "promise":
        return ["promise"] if mark.role == "need" else []
    if state.section == PROBLEMS_SECTION or state.mode == "problem" or any("turn" in token for token in clause.tokens):
        return ["problem"]
    return []
