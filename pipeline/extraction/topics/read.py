"""From the sections of a report to the problems that it admits and the promises that it makes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from pipeline.extraction.topics.clauses import Clause, clauses
from pipeline.extraction.topics.deficiencies import find_marks, read_deficiencies
from pipeline.extraction.topics.lexicon import scan
from pipeline.extraction.topics.promises import is_promise, read_promises
from pipeline.extraction.topics.state import Draft, State
from pipeline.extraction.topics.times import is_done, is_double_heading, is_future, is_past, is_present
from pipeline.extraction.topics.topic import Topic
from pipeline.forms.text import fold, simplify

TOPICS_VERSION: Final = 2
"""Raise it when topics are read otherwise: the topics of all documents are then read again."""

READ: Final = (1, 5, 6)
"""The sections of running text."""

_SENTENCE: Final = re.compile("[^。！？]+[。！？]?")
_LONGEST_SENTENCE: Final = 2000  # without a full stop, such a text is no sentence
_HEADING: Final = re.compile("[^,;]{0,30}[。:]?")
_TROUBLE_ALONE: Final = re.compile("[^,;]{0,6}(?:主要)?(?:问题|不足)(?:方面)?[。:]?")
_AHEAD: Final = 4
"""Clauses within which 上年 has to name its trouble."""


def read_topics(sections: Iterable[tuple[int, str, str]], report_year: int | None) -> list[Topic]:
    """Read what the narrative admits and promises; of each sentence a topic once for each kind.

    Args:
        sections: number, heading and body of each section, as `pipeline.extraction.Section` gives them.
        report_year: the year that the report's figures cover; None where it is not known.
    """
    return [
        topic
        for section, _, body in sections
        if section in READ
        for topic in _read_section(State(section, report_year), body)
    ]


def _read_section(state: State, body: str) -> Iterator[Topic]:
    sentences = (sentence for line in body.split("\n") for sentence in _SENTENCE.findall(line) if sentence.strip())
    for number, sentence in enumerate(sentences):
        if len(sentence) > _LONGEST_SENTENCE:
            continue
        found: dict[tuple[str, str], Topic] = {}
        for draft in _read_sentence("".join(simplify(fold(sentence)).split()), state):
            excerpt = draft.clause.text.strip(",;:。")
            for code in draft.topics:
                topic = Topic(state.section, number, sentence.strip(), excerpt, code, draft.kind, draft.cue)
                found.setdefault((code, draft.kind), topic)
        yield from found.values()


def _read_sentence(text: str, state: State) -> list[Draft]:
    parts = list(clauses(text, scan(text)))
    if is_double_heading(parts):
        state.mode = "open"
        return []
    drafts: list[Draft] = []
    settled = 0  # drafts before it are not of what is said to be done later on
    before = state.heading
    outer = state.mode  # that after the sentence, if only the sentence is of years past
    of_others = False
    for index, clause in enumerate(parts):
        roles = clause.roles()
        if clause.number:
            _open_item(clause, state)
            settled, before = len(drafts), ""
            outer = outer if state.mode == "past" else state.mode
        if "turn" in roles:
            settled = len(drafts)
        of_others = of_others or "others" in roles
        if state.mode != "past":
            outer = state.mode
        _turn(clause, parts[index:], state, roles)
        if of_others:
            continue
        earlier = before
        given, before = read_deficiencies(clause, parts[index:], state, before)
        drafts += given
        if state.mode != "promise" and is_done(clause.text):
            for draft in drafts[settled:]:
                draft.kind = "solved" if draft.kind == "problem" else draft.kind
        if is_promise(clause, index, parts, state):
            given, before = read_promises(clause, before, earlier)
            drafts += given
    if state.mode == "past" and not _opens_past(parts):
        state.mode = outer
    if len(parts) == 1 and not drafts and _HEADING.fullmatch(parts[0].text):
        state.heading = before
    elif parts and parts[0].number:
        state.heading = ""
    return drafts


def _open_item(clause: Clause, state: State) -> None:
    """Begin an item of a list in the mode in which the list began: a promise ends with its item."""
    if clause.first:
        state.lists[clause.number] = state.mode
    else:
        state.mode = state.lists.get(clause.number, state.mode)


def _turn(clause: Clause, ahead: list[Clause], state: State, roles: set[str]) -> None:
    """Tell from a clause of what it, and what follows it, is."""
    past = is_past(clause.text, state.year) and _is_trouble_ahead(ahead)
    turns = bool(roles & {"turn", "now"})
    if past:
        state.mode = "past"
    elif state.mode == "past" and (
        "now" in roles or ((turns or is_present(clause.text, state.year)) and _is_trouble(clause))
    ):
        state.mode = "open"
    if is_future(clause.text, state.year) and not (past and "情况" in clause.text):  # 上年度问题整改情况
        state.mode = "promise"
    elif not past and not roles & {"void", "fix", "against", "concede"} and _opens_problems(clause, roles):
        state.mode = "problem" if state.mode != "past" or turns else state.mode


def _is_trouble(clause: Clause) -> bool:
    return bool(find_marks(clause)) or bool(clause.roles() & {"trouble", "exist"})


def _is_trouble_ahead(parts: list[Clause]) -> bool:
    """Tell whether trouble is named before the sentence turns to something else."""
    for index, clause in enumerate(parts[:_AHEAD]):
        roles = clause.roles()
        if index and roles & {"turn", "now"}:
            return False
        if "trouble" in roles or "整改" in clause.text or find_marks(clause):
            return True
    return False


def _opens_past(parts: list[Clause]) -> bool:
    """Tell a sentence of years past that is but a heading of what follows: 上年度问题整改情况."""
    last = parts[-1]
    return last.colon or (len(parts) == 1 and bool(_HEADING.fullmatch(last.text)) and not find_marks(last))


def _opens_problems(clause: Clause, roles: set[str]) -> bool:
    """Tell whether what follows is a problem: 仍存在一些不足, 存在问题:."""
    if "trouble" not in roles:
        return False
    return "exist" in roles or clause.colon or bool(_TROUBLE_ALONE.fullmatch(clause.text))
