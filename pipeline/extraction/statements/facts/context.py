"""Reads the clauses of a sentence for figures that only the narrative has."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from pipeline.extraction.statements.clauses import Clause, clauses
from pipeline.extraction.statements.draft import Draft
from pipeline.extraction.statements.facts.readings import fact_readings
from pipeline.extraction.statements.lexicon import FACTS
from pipeline.extraction.statements.parse import Parsed, Parser
from pipeline.extraction.statements.statement import Period, Scope
from pipeline.extraction.statements.subjects import Subjects
from pipeline.extraction.statements.tokens import Token, tokens

SECTIONS: Final = frozenset({1, 6})
"""Where agencies report what they did; section 5 holds plans, the others tables."""

_SUBJECT: Final = re.compile(
    "网站|门户|公开网|信息公开平台|微信|公众号|微博|新媒体|公报|培训|参训|会议|推进会|例会|专题会|调度会|部署会|发布会|解读|回应|留言|来信|信箱|咨询"
    "|投诉|举报|征集|征求|开放日|公开日|建议|提案|议案|专职|兼职|工作人员|公开人员|查阅"
)
_COMPARING: Final = frozenset({"compare", "up", "down", "share_of", "cause"})  # 由2次增加到5次
_LEADING: Final = frozenset({"period", "year", "as_of", "since", "scope", "filler", "join", "subset", "all", "about"})
_NOUNS: Final = frozenset({"answers", "reply"})
_YEAR: Final = re.compile(r"\s*(20\d\d)\s?年")


@dataclass(slots=True)
class _State:
    """What holds from clause to clause; a bracket gives back what held before it."""

    period: str | None = None
    as_of: bool = False
    scope: Scope = "unstated"
    subset: bool = False


def may_state_fact(sentence: str) -> bool:
    """Tell whether a sentence has a word that one of the facts needs; cheap."""
    return _SUBJECT.search(sentence) is not None


class FactContext:
    """Reads the sentences of one section in turn.

    A clause states a figure only if each of its words is known and ``facts/readings.csv`` says what its topics, acts
    and unit mean together. Nothing is taken over from the clauses before it but period, scope, and the act of an
    enumeration.
    """

    def __init__(self, section: int, report_year: int | None, subjects: Subjects) -> None:
        self._section = section
        self._parser = Parser(report_year, subjects)
        self._state = _State()
        self._brackets: list[_State] = []
        self._acts = frozenset[str]()
        self._made: list[Draft] = []
        self._named = frozenset[str]()

    def open_paragraph(self) -> None:
        """Begin a paragraph: no year and no agency was named yet."""
        self._state = _State()

    def pass_sentence(self, sentence: str) -> None:
        """Pass over a sentence without such figures: it may say which year those after it are of."""
        year = _YEAR.match(sentence)
        if year:
            self._state.period, self._state.as_of = self._parser.period_of(int(year[1])), False
        self._state.scope = "unstated"

    def read(self, text: str) -> list[Draft]:
        """Read a folded sentence."""
        self._state.subset, self._brackets, self._acts = False, [], frozenset()
        drafts: list[Draft] = []
        self._made, self._named = [], frozenset()
        for clause in clauses(tokens(text, FACTS)):
            self._punctuate(clause.separator)
            if clause.tokens:
                drafts = self._read(clause, text, drafts)
        return drafts

    def _punctuate(self, separator: str) -> None:
        if separator == ";":
            self._state.subset, self._acts, self._made = False, frozenset(), []
        elif separator == "(":
            self._brackets.append(replace(self._state))
            self._state.subset = True
        elif separator == ")" and self._brackets:
            self._state = self._brackets.pop()

    def _read(self, clause: Clause, text: str, drafts: list[Draft]) -> list[Draft]:
        parsed, figure = self._parser.parse(clause.tokens, text), clause.figure
        if figure and not parsed.topics and self._continues(clause):
            # 建议和提案12件、15件: the figure before this one was not of all that the words before it name.
            return [draft for draft in drafts if draft not in self._made]
        acts = self._acts_of(clause, parsed)
        made = self._draft(parsed, figure, text, acts, drafts) if parsed.understood else None
        self._keep(clause, parsed, acts)
        self._made = [made] if made else []
        return drafts + self._made

    def _continues(self, clause: Clause) -> bool:
        first = clause.tokens[0]
        return (clause.separator == "、" and first.role == "number") or first.role == "join"

    def _acts_of(self, clause: Clause, parsed: Parsed) -> frozenset[str]:
        """Give what a clause says was done, with the verb of its enumeration: 办理建议3件，提案5件."""
        acts = frozenset(parsed.acts - {"quantity"})
        first = next((token for token in clause.tokens if token.role not in _LEADING), None)
        listed = first is not None and (first.role == "topic" or (first.role == "number" and clause.separator == "、"))
        return acts | self._acts if listed and acts <= _NOUNS else acts

    def _draft(
        self, parsed: Parsed, figure: Token | None, text: str, acts: frozenset[str], drafts: list[Draft]
    ) -> Draft | None:
        if (figure is None) == ("neg" not in parsed.roles) or parsed.roles & _COMPARING or parsed.applicants:
            return None
        if not self._in_time(parsed) or not parsed.is_of_one:
            return None
        if figure and (figure.role != "number" or (figure.unit is None and not figure.in_words)):
            return None
        stated = frozenset(draft.measure for draft in drafts) | self._named
        unit = figure.unit if figure else None
        in_part = self._state.subset or "subset" in parsed.roles
        readings = fact_readings().get(frozenset(parsed.topics), ())
        of_clause = frozenset(parsed.acts - {"quantity"})
        fitting = [one for said in (acts, of_clause) for one in readings if one.fits(said, unit, in_part, stated)]
        if not fitting:
            return None
        value = figure.number if figure and figure.number is not None else Decimal(0)
        if value != value.to_integral_value():
            return None
        scope = parsed.scope or self._state.scope
        return Draft(
            self._section, fitting[0].measure, None, self._period(parsed, text), scope, value,
            unit, figure.qualifier if figure else "exact", figure is None or figure.in_words, parsed.first, parsed.last,
        )  # fmt: skip

    def _in_time(self, parsed: Parsed) -> bool:
        if len(set(parsed.periods)) > 1:
            return False
        period = parsed.periods[-1] if parsed.periods else self._state.period
        return period not in ("past", "next_year")

    def _period(self, parsed: Parsed, text: str) -> Period:
        period, as_of = (
            (parsed.periods[-1], parsed.as_of) if parsed.periods else (self._state.period, self._state.as_of)
        )
        if period in (None, "unknown") or (as_of and "累计" in text[parsed.start : parsed.last]):
            return "unknown"
        return period  # type: ignore[return-value]

    def _keep(self, clause: Clause, parsed: Parsed, acts: frozenset[str]) -> None:
        """Remember what a clause leaves for the next."""
        state = self._state
        if "subset" in parsed.roles:
            state.subset = True
        if parsed.periods and not parsed.roles & {"compare"}:
            state.period, state.as_of = parsed.periods[-1], parsed.as_of
        if "plan" in parsed.roles:
            state.period = "next_year"
        subject = parsed.first_scope or (parsed.scope if _begins_with_scope(clause.tokens) else None)
        if subject and not state.subset:
            state.scope = subject
        self._named |= parsed.acts
        self._acts = acts if clause.figure and parsed.understood else frozenset()


def _begins_with_scope(tokens: list[Token]) -> bool:
    """Tell whether a clause names whom it speaks of before anything that was done."""
    named = next((token for token in tokens if token.role == "scope" or token.role not in _LEADING), None)
    return named is not None and named.role == "scope"
