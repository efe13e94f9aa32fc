"""What a clause says will be done."""

from __future__ import annotations

import re
from typing import Final

from pipeline.extraction.topics.clauses import Clause
from pipeline.extraction.topics.deficiencies import find_marks
from pipeline.extraction.topics.lexicon import Token
from pipeline.extraction.topics.readings import name_topics
from pipeline.extraction.topics.state import PROBLEMS_SECTION, Draft, State

_ALREADY: Final = re.compile("了(?!解)|已|取得|成效|较好|全年|(?<!公)共(?![管享同建治识])")
"""Words of a sentence that tells what was done."""

_DONE_TO: Final = re.compile("[对将把][^,;]*(?:进行|加以|予以)[^,;]{0,4}$")
_EXAMPLES: Final = re.compile("等[^,;的]{0,4}$")
_EXPLAINED: Final = ("interpretation", "response")
"""Domains that are no means: 采用解读、回应等形式."""


def is_promise(clause: Clause, index: int, parts: list[Clause], state: State) -> bool:
    """Tell whether a clause, the ``index``-th of the sentence, promises something.

    It does after 下一步 and the like. Without such words, in the fifth section, a sentence or an item of a list does
    that begins with its verb and tells nothing done: 一是加强业务培训.
    """
    if state.mode == "promise":
        return True
    if state.section != PROBLEMS_SECTION or state.mode == "past" or any(_ALREADY.search(one.text) for one in parts):
        return False
    if find_marks(clause):
        return False
    opening = clause if clause.number else next((one for one in parts[:index] if one.number), parts[0])
    lead = opening.tokens[0] if opening.tokens else None
    if lead is None or lead.start > 0 or not ("act" in lead or "adverb" in lead):
        return False
    return not find_marks(opening) and not _describes(opening)


def _describes(clause: Clause) -> bool:
    """Tell 更新及时: a verb and how it is done, and no more."""
    return (
        len(clause.tokens) == 2
        and "good" in clause.tokens[1]
        and clause.tokens[1].end == len(clause.text.rstrip(",;:。"))
    )


def read_promises(clause: Clause, before: str, earlier: str = "") -> tuple[list[Draft], str]:
    """Tell what a clause promises: each verb with what follows it; and the domain that what follows may go on with.

    Args:
        clause: the clause.
        before: the domain named last, up to the end of the clause.
        earlier: the one named last before the clause: 加强解读，采用公众号、视频等形式 is of the interpretation.
    """
    if any("void" in token for token in clause.tokens) or find_marks(clause) or "原则" in clause.text:
        return [], before
    drafts: list[Draft] = []
    tokens = clause.tokens
    verbs = _verbs(clause)
    pending: list[str] = []
    for index, following in zip(verbs, [*verbs[1:], len(tokens)], strict=False):
        verb = tokens[index]
        if "aspect" in verb:
            pending.append(verb.senses["aspect"].aspect)
        phrase, own = tokens[index + 1 : following], before
        if _names_means(clause.text, verb, phrase):
            phrase = [token for token in phrase if _domain(token) in ("", *_EXPLAINED)]
            own = earlier if earlier in _EXPLAINED else ""
        phrase = phrase or _object_before(clause.text, verb, tokens[:index])
        if not any("domain" in token or "aspect" in token for token in phrase):
            continue
        topics, own = name_topics(phrase, pending, own)
        before = own or before
        pending = []
        if topics:
            drafts.append(Draft(topics, "promise", clause, verb.text))
    return drafts, before


def _names_means(text: str, verb: Token, phrase: list[Token]) -> bool:
    """Tell 利用公开栏、微信群等多种载体: what is promised are forms, of which these are examples."""
    forms = [token for token in phrase if "aspect" in token and token.senses["aspect"].aspect == "form"]
    return "means" in verb and bool(forms) and bool(_EXAMPLES.search(text[verb.end : forms[-1].start]))


def _object_before(text: str, verb: Token, prior: list[Token]) -> list[Token]:
    """What a verb behind 进行 or 加以 is done to: 对网站栏目进行优化."""
    found = _DONE_TO.search(text, 0, verb.start)
    return [token for token in prior if token.start >= found.start()] if found else []


def _domain(token: Token) -> str:
    return token.senses["domain"].domain if "domain" in token else ""


def _verbs(clause: Clause) -> list[int]:
    """The places of the verbs. One that may be a noun or an adverb is that behind another: 确保信息及时、准确公开."""
    found: list[int] = []
    for index, token in enumerate(clause.tokens):
        nested = token.start > 0 and clause.text[token.start - 1] in "对的"
        if nested or not ("act" in token or "fix" in token):
            continue
        if not (found and ("aspect" in token or "domain" in token)):
            found.append(index)
    return found
