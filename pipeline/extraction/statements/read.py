"""From the sections of a report to the figures that its sentences state."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pipeline.extraction.statements.clauses import clauses
from pipeline.extraction.statements.context import Context
from pipeline.extraction.statements.draft import Draft
from pipeline.extraction.statements.facts import SECTIONS, FactContext, may_state_fact
from pipeline.extraction.statements.readings import KINDS
from pipeline.extraction.statements.statement import Statement
from pipeline.extraction.statements.subjects import Subjects
from pipeline.extraction.statements.tokens import fold_sentence, tokens
from pipeline.forms.text import simplify

STATEMENTS_VERSION: Final = 4
"""Raise it when the narrative is read otherwise: the statements of all documents are then read again."""

_SENTENCE: Final = re.compile("[^。！？]+[。！？]?")
_FIGURE: Final = re.compile(
    r"[\d零〇一二两三四五六七八九十百千](?:[\d,，.]|\s(?=\D)){0,20}[余多]?[万億亿]?[余多]?[件条條宗份起个個项項例笔篇则部次元%％]"
    r"|[为為是：:]\s?[\d零]"
    r"|(?:未|没|沒|无|無|零)[^，。；]{0,40}(?:申请|申請|公开|公開|复议|復議|複議|诉讼|訴訟|受理|[费費])"
)
"""What a sentence must have to state a figure; cheap, so that most sentences are not cut into words."""

_NUMBERED: Final = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）][、.．]?|[一二三四五六七八九十]{1,3}[、.．]|[一二三四五六七八九十]是|\d{1,2}[、.．](?!\d))"
)
_TITLE: Final = re.compile(r"\s*[^\d，；,;。]{0,24}(?:情况|方面|工作|办理|依申请公开)[。：:]?\s*")
_BARE_TITLE: Final = re.compile(r"[^\d，；,;。]{1,30}")
_NUMBERED_TITLE: Final = re.compile(r"[^\d，；,;。]{1,30}[。；;]?")
_LEAD: Final = re.compile("[^。；;：:，,]{1,30}")
_UNRELATED: Final = re.compile("公开.{0,6}无关")
_LONGEST_SENTENCE: Final = 3000  # without a full stop, such a text is no sentence


def read_statements(
    sections: Iterable[tuple[int, str, str]], report_year: int | None, agency_name: str | None = None
) -> list[Statement]:
    """Read what the narrative states.

    A figure gives a statement only if its whole clause is understood: each of its words is one of ``words.csv``, and
    together they have one meaning in ``readings.csv``.

    Args:
        sections: number, heading and body of each section, as `pipeline.extraction.Section` gives them.
        report_year: the year that the report's figures cover; None where it is not known.
        agency_name: who reports, as the report prints it.
    """
    statements: list[Statement] = []
    subjects = Subjects(agency_name)
    for section, _, body in sections:
        context = Context(section, report_year, subjects)
        facts = FactContext(section, report_year, subjects) if section in SECTIONS else None
        for line in body.split("\n"):
            if not line.strip():
                continue
            if not _NUMBERED.match(line):
                _open_paragraph(context, line)
            if facts:
                facts.open_paragraph()
            for sentence in _SENTENCE.findall(line):
                if _NUMBERED.match(sentence) or _TITLE.fullmatch(sentence):
                    _open_paragraph(context, sentence, of_more=len(sentence) < len(line))
                first = len(statements)
                found = _read_sentence(context, sentence) + (_read_facts(facts, sentence) if facts else [])
                drafts = enumerate(found, first)
                statements += [_statement(draft, position, sentence) for position, draft in drafts]
    return statements


def _open_paragraph(context: Context, line: str, of_more: bool = False) -> None:
    """Tell the context what a paragraph is about, if its heading says so; ``of_more`` if text follows on its line."""
    numbered = _NUMBERED.match(line)
    lead = _LEAD.match(line, numbered.end() if numbered else 0)
    words = simplify(lead[0]) if lead else ""
    text = line[numbered.end() if numbered else 0 :].strip()
    alone = bool(_TITLE.fullmatch(text) or (_NUMBERED_TITLE if numbered else _BARE_TITLE).fullmatch(text))
    context.open_paragraph(words if numbered or alone else None, alone and not of_more)


def _read_sentence(context: Context, sentence: str) -> list[Draft]:
    if len(sentence) > _LONGEST_SENTENCE or not _FIGURE.search(sentence):
        context.pass_sentence(sentence)
        return []
    text, places = fold_sentence(sentence)
    context.open_sentence()
    drafts: list[Draft] = []
    for clause in clauses(tokens(text)):
        drafts = context.read(clause, text, drafts)
    if _UNRELATED.search(text):
        drafts = [draft for draft in drafts if KINDS[draft.measure] != "litigation"]
    return [draft.printed(sentence, places) for draft in drafts]


def _read_facts(facts: FactContext, sentence: str) -> list[Draft]:
    if len(sentence) > _LONGEST_SENTENCE or not may_state_fact(sentence):
        facts.pass_sentence(sentence)
        return []
    text, places = fold_sentence(sentence)
    return [draft.printed(sentence, places) for draft in facts.read(text)]


def _statement(draft: Draft, position: int, sentence: str) -> Statement:
    return Statement(
        draft.section, position, sentence.strip(), draft.excerpt, draft.measure, draft.applicant_type, draft.period,
        draft.scope, draft.value, draft.unit, draft.qualifier, draft.in_words,
    )  # fmt: skip
