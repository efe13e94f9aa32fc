"""What a clause says will be done."""

from __future__ import annotations

import re
from typing import Final

from pipeline.extraction.topics.clauses import Clause
from pipeline.extraction.topics.deficiencies import find_marks
from pipeline.extraction.topics.lexicon import Sense, Token
from pipeline.extraction.topics.readings import name_topics
from pipeline.extraction.topics.state import PROBLEMS_SECTION, Draft, State

_ALREADY: Final = re.compile("了|已|取得|成效|较好|全年|共")
"""Words of a sentence that tells what was done."""

_EXAMPLES: Final = re.compile("等[^,;的]{0,4}$")
_NO_DOMAIN: Final = Sense("", "")


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
    return lead is not None and lead.start == 0 and ("act" in lead or "adverb" in lead) and not find_marks(opening)


def read_promises(clause: Clause, before: str) -> tuple[list[Draft], str]:
    """Tell what a clause promises: each verb with what follows it; and the domain that what follows may go on with."""
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
        phrase = _without_means(clause.text, verb, tokens[index + 1 : following])
        if not any("domain" in token or "aspect" in token for token in phrase):
            continue
        topics, before = name_topics(phrase, pending, before)
        pending = []
        if topics:
            drafts.append(Draft(topics, "promise", clause, verb.text))
    return drafts, before


def _without_means(text: str, verb: Token, phrase: list[Token]) -> list[Token]:
    """Leave out the examples of 利用公开栏、微信群等多种载体: what is promised are the forms, not a notice board."""
    last = next((token for token in reversed(phrase) if "aspect" in token and token.senses["aspect"].aspect == "form"), None)
    if "means" not in verb or last is None or not _EXAMPLES.search(text[verb.end : last.start]):
        return phrase
    kept = ("interpretation", "response")
    return [token for token in phrase if token.senses.get("domain", _NO_DOMAIN).domain in ("", *kept)]


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
