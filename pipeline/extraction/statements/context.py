"""What the words before a clause leave open in it: topic, period, scope, and the figure that it is a part of."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, NamedTuple

from pipeline.extraction.statements.clauses import Clause
from pipeline.extraction.statements.draft import Draft
from pipeline.extraction.statements.lexicon import UNITS
from pipeline.extraction.statements.parse import REQUESTS, Parsed, Parser
from pipeline.extraction.statements.readings import KINDS, Reading, reading
from pipeline.extraction.statements.statement import Period, Qualifier, Scope
from pipeline.extraction.statements.subjects import Subjects
from pipeline.extraction.statements.tokens import Token

_APPLICATION: Final = "application"
_DISPUTES: Final = frozenset({"reconsideration", "suit", "suit_direct", "suit_after"})
_DISPUTE: Final = "dispute"
_NOTHING: Final = "nothing"
_ITEMS: Final = "条"
_MENTIONED: Final = "mentioned"
_BLOCKED: Final = "blocked"
_DECISIONS: Final = frozenset({"licensing", "penalty", "coercion"})
_PUBLISHING: Final = frozenset({"disclose", "publish"})
_VENUES: Final = ("reconsiderations", "suits_direct", "suits_after_reconsideration", "suits")
_RECEIVING: Final = frozenset({"receive", "accept"})
_RECEIVED: Final = frozenset({"received", "received_new", "received_total"})
_ENDLESS: Final = Decimal("Infinity")
_LITIGATION_SECTION: Final = 4
_REQUESTS_SECTION: Final = 3
_PROCEDURE: Final = re.compile("流程|程序|时限|期限|规定|规程|要求|条例|依法")
_SINCE: Final = re.compile("(?<![今本]年|一年)(?<!年初|年度)以来$")
_YEAR: Final = re.compile(r"\s*(20\d\d)\s?年")
_HEADINGS: Final = (
    (_APPLICATION, re.compile("申请公开|公开申请|依申请")),
    (_DISPUTE, re.compile("复议|诉讼")),
    ("information_fee", re.compile("信息处理费")),
    ("proactive", re.compile("主动公开")),
)


class _Part(NamedTuple):
    """What was said of some of the agencies: 其中市本级86件. What follows may be of these, if it is not more."""

    scope: Scope
    value: Decimal


@dataclass(slots=True)
class _State:
    """What holds from clause to clause; a bracket gives back what held before it."""

    topic: str | frozenset[str] = _NOTHING
    period: str | None = None
    as_of: bool = False
    scope: Scope = "unstated"
    part: _Part | None = None
    subset: bool = False


class Context:
    """Reads the clauses of one section in turn."""

    def __init__(self, section: int, report_year: int | None, subjects: Subjects) -> None:
        self._section = section
        self._parser = Parser(report_year, subjects)
        self._subjects = subjects
        self._default = _APPLICATION if section == _REQUESTS_SECTION else _NOTHING
        self._heading = self._default
        self._heading_holds = False
        self._disputes_here = section == _LITIGATION_SECTION
        self._state = _State()
        self._brackets: list[_State] = []
        self._head: Draft | None = None
        self._whole_period: tuple[str | None, bool] | None = None
        self._parts: list[Draft] = []
        self._stretch: list[Draft] = []
        self._about = False
        self._about_before = False
        self._acts = frozenset[str]()

    def open_paragraph(self, heading: str | None, alone: bool = False) -> None:
        """Begin a paragraph, with its heading if it has one; one alone on its line holds for those after it too."""
        if heading is None and not self._heading_holds:
            heading = ""
        if heading is not None:
            self._heading_holds = alone
            topics = [topic for topic, words in _HEADINGS if words.search(heading)]
            self._disputes_here = self._section == _LITIGATION_SECTION or _DISPUTE in topics
            self._heading = topics[0] if len(topics) == 1 and topics != [_DISPUTE] else self._default
        self._state, self._whole_period = _State(topic=self._heading), None
        self._head, self._about_before, self._about = None, False, False

    def open_sentence(self) -> None:
        """Begin a sentence: what a part of the year or of the agencies was said to be ends with the one before."""
        state = self._state
        if state.topic == _BLOCKED:
            state.topic = self._heading
        if state.part:
            state.scope, state.part = "unstated", None
        state.subset = False
        if self._whole_period:  # 含上年未审结2件 says nothing of the sentence after it
            state.period, state.as_of = self._whole_period
            self._whole_period = None
        self._about_before = bool(self._head and KINDS[self._head.measure] == "requests")
        self._brackets, self._parts, self._stretch = [], [], []
        self._about, self._acts = False, frozenset()

    def pass_sentence(self, sentence: str) -> None:
        """Pass over a sentence without figures: it may say which year those after it are of."""
        year = _YEAR.match(sentence)
        if year:
            self._state.period, self._state.as_of = self._parser.period_of(int(year[1])), False
        self._state.topic, self._state.scope, self._head = self._heading, "unstated", None

    def read(self, clause: Clause, text: str, drafts: list[Draft]) -> list[Draft]:
        """Read a clause of a folded sentence; gives the sentence's drafts with those of this clause."""
        self._punctuate(clause.separator)
        if not clause.tokens:
            return drafts
        parsed = self._parser.parse(clause.tokens, text)
        figure = clause.figure
        self._about = self._about or "about" in parsed.roles or bool(parsed.topics & {_APPLICATION, "on_request"})
        acts_before = self._acts
        self._acts = (frozenset(parsed.acts - {"quantity"}) or acts_before) if figure else frozenset()
        if "decoy" in parsed.topics or not parsed.understood:
            self._pass(parsed, figure, text[clause.tokens[0].start : clause.tokens[-1].end])
            return drafts
        made = self._draft(parsed, figure, text, acts_before)
        self._keep(parsed, figure, made)
        return drafts + made

    def _punctuate(self, separator: str) -> None:
        if separator == ";":
            self._state.subset, self._parts, self._stretch = False, [], []
            self._acts = frozenset()
        elif separator == "(":
            self._brackets.append(replace(self._state))
            self._state.subset = True
        elif separator == ")" and self._brackets:
            self._state = self._brackets.pop()
            self._parts = []

    def _pass(self, parsed: Parsed, figure: Token | None, words: str) -> None:
        """Take from a clause that is not understood what may hold for the next one: little."""
        state = self._state
        if parsed.first_scope and self._is_of_part(parsed.first_scope):
            state.part = _Part(parsed.first_scope, _ENDLESS)
        elif parsed.first_scope:
            state.scope, state.part = parsed.first_scope, None
        if figure or "decoy" in parsed.topics:
            state.topic, self._stretch = _BLOCKED, []
        elif parsed.topics & {_APPLICATION, "on_request"} and not parsed.topics & _DISPUTES:
            if state.topic != _APPLICATION:
                state.topic = _NOTHING if "join" in parsed.roles or "、" in words else _MENTIONED
        elif self._heading != state.topic and not _PROCEDURE.search(words):
            state.topic = self._heading
        self._set_period(parsed)
        if _SINCE.search(words):
            state.period = "since"
        if "plan" in parsed.roles:
            state.period = "next_year"

    def _is_of_part(self, scope: Scope | None) -> bool:
        """Tell whether a clause on such a body speaks of a part: 其中市本级30件；各部门90件."""
        return self._state.subset or bool(self._state.part and scope != "whole")

    def _set_period(self, parsed: Parsed) -> None:
        stated = [period for period in parsed.periods if "carry" not in parsed.acts or period == "this_year"]
        if stated and not parsed.roles & {"compare"}:
            if (self._state.subset or "subset" in parsed.roles) and self._whole_period is None:
                self._whole_period = (self._state.period, self._state.as_of)
            self._state.period, self._state.as_of = stated[-1], parsed.as_of

    def _draft(self, parsed: Parsed, figure: Token | None, text: str, acts_before: frozenset[str]) -> list[Draft]:
        if figure and (parsed.roles & {"compare", "up", "down"}):
            return self._growth(parsed, figure)
        if figure and figure.role == "percent" and "share_of" in parsed.roles:
            return self._share(parsed, figure)
        if (figure is None) == ("neg" not in parsed.roles) or not self._in_time(parsed):
            return []
        found = self._reading_before(parsed, figure) or self._reading(parsed, figure, acts_before)
        if found is None or (figure is None and not found.zero_by_words):
            return []
        measures = found.measures
        zero = figure is None or figure.number == 0
        if measures == ("disputes",) and zero:
            measures = ("reconsiderations", "suits")
        drafts = [self._make(measure, parsed, figure, text) for measure in measures]
        return [draft for draft in drafts if draft and self._fits(draft, parsed, figure, text)]

    def _reading(self, parsed: Parsed, figure: Token | None, acts_before: frozenset[str]) -> Reading | None:
        """Find what a clause counts, by its own words and by the topic before it."""
        acts = set(parsed.acts)
        if "carry" in acts:
            acts |= {"next"} if "next_year" in parsed.periods else {"last"} if "last_year" in parsed.periods else set()
        topics = self._topics(parsed, figure, acts)
        if not topics or _BLOCKED in topics:
            return None
        if figure and figure.role == "percent" and not any(act.startswith("rate") for act in acts):
            return None
        if not acts and not parsed.topics and self._head and (parsed.applicants or parsed.scopes):
            return Reading((self._head.measure,), False) if self._head.measure in _RECEIVED else None
        if parsed.applicants and not acts:
            if self._stretch and self._stretch[-1].applicant_type:
                return Reading((self._stretch[-1].measure,), False)
            if self._head:
                return Reading((self._head.measure,), False) if self._head.measure in _RECEIVED else None
        if self._is_published(parsed, figure, topics, acts_before):
            return None
        found = reading(frozenset(topics), frozenset(acts))
        if found and not acts - {"quantity"} and not self._may_be_bare(parsed, figure, topics, acts_before):
            return None
        return found

    def _reading_before(self, parsed: Parsed, figure: Token | None) -> Reading | None:
        """Read a figure of the year before, in brackets behind the one of this year: 收到申请210件（上年同期180件）."""
        head = self._head
        if figure is None or figure.role != "number" or set(parsed.periods) != {"last_year"}:
            return None
        if parsed.acts or parsed.topics or parsed.applicants or parsed.scopes or not (self._brackets and self._stretch):
            return None
        behind = head and self._stretch[-1] is head and not head.applicant_type and head.measure in _RECEIVED
        return Reading((head.measure,), False) if head and behind else None

    def _is_published(
        self, parsed: Parsed, figure: Token | None, topics: set[str], acts_before: frozenset[str]
    ) -> bool:
        """Tell whether a figure is of what was made public: 公开规章3件、行政处罚决定8件; 公开信息6条."""
        if topics & _DECISIONS:
            return bool(acts_before & _PUBLISHING)
        items = figure is not None and figure.unit == _ITEMS
        return items and _APPLICATION in topics and not parsed.topics and "disclose" in parsed.acts

    def _may_be_bare(self, parsed: Parsed, figure: Token | None, topics: set[str], acts_before: frozenset[str]) -> bool:
        """Tell whether a clause without a verb (政府信息公开申请3件) may state its figure: not if it shares that of the
        clause before it (办结提案2件、政府信息公开申请3件)."""
        if topics <= _DISPUTES or topics & {"fees", "information_fee", "proactive"}:
            return bool(parsed.topics) and not (self._state.subset and "proactive" in topics)
        if parsed.applicants and "request" in parsed.topics:
            return True
        if self._state.subset or not acts_before <= _RECEIVING:
            return False
        zero = figure is None or figure.number == 0
        if figure and figure.unit == _ITEMS and _APPLICATION not in parsed.topics:
            return False  # 依申请公开信息6条: what is to be had on request
        return _APPLICATION in parsed.topics or "quantity" in parsed.acts or (zero and bool(parsed.topics & REQUESTS))

    def _topics(self, parsed: Parsed, figure: Token | None, acts: set[str]) -> set[str]:
        topics, state = set(parsed.topics), self._state
        if topics & _DISPUTES:
            all_denied = "neg" in parsed.roles and figure is None and "join" in parsed.roles
            if topics & REQUESTS and all_denied and not parsed.roles & {"cause", "suffer"}:
                return set()
            topics -= REQUESTS
            if {"suit", "suit_direct"} <= topics or {"suit", "suit_after"} <= topics:
                topics.discard("suit")
            return topics if self._on_disclosure(parsed, figure, acts) else set()
        if topics & {_APPLICATION, "on_request"}:
            return (topics - REQUESTS) | {_APPLICATION}
        if "request" in topics:
            requested = state.topic in (_APPLICATION, _MENTIONED) or "about" in parsed.roles
            return (topics - REQUESTS) | {_APPLICATION} if requested else set()
        return topics or self._topics_before(parsed, figure, acts)

    def _topics_before(self, parsed: Parsed, figure: Token | None, acts: set[str]) -> set[str]:
        """Give the topic that a clause without one takes over from those before it."""
        state = self._state
        if isinstance(state.topic, frozenset):
            on_other = state.topic & _DISPUTES and not self._on_disclosure(parsed, figure, acts)
            return set() if on_other else set(state.topic)
        if state.topic == _APPLICATION and "suffer" in parsed.roles:
            return set()  # 办理案件300件: whatever cases these are
        if (
            state.topic == _NOTHING
            and "carry" in acts
            and self._stretch
            and KINDS[self._stretch[-1].measure] == "requests"
        ):
            return {_APPLICATION}  # 收到申请8件，因临近年末，1件结转下年度
        return {state.topic} if acts or parsed.applicants or parsed.scopes else set()

    def _on_disclosure(self, parsed: Parsed, figure: Token | None, acts: set[str]) -> bool:
        """Tell whether disputes are about disclosure: agencies handle others, and are sued for other reasons."""
        if self._disputes_here or "about" in parsed.roles or parsed.topics & REQUESTS:
            return True
        if "receive" in acts or self._subjects.judges_others:
            return False
        if not acts and ("neg" in parsed.roles or (figure and figure.number == 0)):
            return True
        return self._about or self._about_before or self._heading == _APPLICATION

    def _in_time(self, parsed: Parsed) -> bool:
        """Tell whether the figure is of a year that the report compares."""
        stated = [period for period in parsed.periods if "carry" not in parsed.acts or period == "past"]
        if len(set(stated)) > 1:
            return False
        period = stated[-1] if stated else self._state.period
        return period not in ("past", "next_year")

    def _period(self, parsed: Parsed, text: str) -> Period:
        carry = "carry" in parsed.acts
        stated = [period for period in parsed.periods if not carry or period == "this_year"]
        if carry and {"last_year", "next_year"} <= set(parsed.periods):
            return "last_year"
        period = stated[-1] if stated else self._state.period
        as_of = parsed.as_of if stated else self._state.as_of
        if period is None and carry and "year" in parsed.roles:
            return "this_year"  # 2022年结转 tells the year it was carried into
        if period in (None, "unknown") or (as_of and "累计" in text[parsed.start : parsed.last]):
            return "unknown"
        return period  # type: ignore[return-value]

    def _make(self, measure: str, parsed: Parsed, figure: Token | None, text: str) -> Draft | None:
        kind, unit = KINDS[measure], figure.unit if figure else None
        if not parsed.is_of_one or (parsed.applicants and kind != "requests"):
            return None
        scope = parsed.scope or self._state.scope
        part = self._state.part
        if part and not parsed.scopes:
            scope = part.scope if _value(figure) <= part.value else "unstated"
        applicant = next(iter(parsed.applicants), None)
        value = _value(figure)
        in_words = figure is None or figure.in_words
        return Draft(
            self._section, measure, applicant, self._period(parsed, text), scope, value, unit,
            figure.qualifier if figure else "exact", in_words, parsed.first, parsed.last,
        )  # fmt: skip

    def _fits(self, draft: Draft, parsed: Parsed, figure: Token | None, text: str) -> bool:
        kind = KINDS[draft.measure]
        if figure and figure.role == "number":
            if draft.unit is None:
                introduced = text[figure.start - 1 : figure.start] in ("为", "是", ":")
                followed = text[figure.end : figure.end + 1] == " "
                if not (draft.in_words or introduced) or followed or (kind == "money" and draft.value):
                    return False
            elif draft.unit not in UNITS[kind]:
                return False
            if kind != "money" and draft.value != draft.value.to_integral_value():
                return False
        if kind == "litigation" and not parsed.topics & _DISPUTES:
            return self._is_result_of_last(draft)
        if self._parts and kind == "requests" and not draft.applicant_type and draft.measure != "received_by_channel":
            return self._parts_are_over(draft)
        return True

    def _parts_are_over(self, draft: Draft) -> bool:
        """Tell whether a figure after those of channels or applicants is of all again: 网络8件、信函4件，办结11件."""
        if draft.measure in _RECEIVED or draft.measure.startswith("carried"):
            return True
        total = sum(part.value for part in self._parts)
        return bool(self._head and total == self._head.value) or draft.value > max(part.value for part in self._parts)

    def _is_result_of_last(self, draft: Draft) -> bool:
        """Tell whether a result (维持2件) is of the disputes just counted: not in 复议2件、诉讼3件，维持4件."""
        venue = next(venue for venue in _VENUES if draft.measure.startswith(venue))
        counted = [one for one in self._stretch if one.measure in _VENUES[:3] or one.measure == "suits" == venue]
        results = [one for one in self._stretch if one.measure.startswith(f"{venue}_") and one.measure not in _VENUES]
        if len(counted) > 1 and not results and self._stretch[-2] is counted[-2]:
            return False
        totals = [one.value for one in counted if one.measure == venue]
        return not totals or sum(one.value for one in results) + draft.value <= totals[-1]

    def _share(self, parsed: Parsed, figure: Token) -> list[Draft]:
        if not self._stretch or parsed.topics or parsed.acts:
            return []
        whole = self._stretch[-1]
        return [replace(whole, value=_value(figure), unit="%", qualifier="share", in_words=False,
                        start=parsed.first, end=parsed.last)]  # fmt: skip

    def _growth(self, parsed: Parsed, figure: Token) -> list[Draft]:
        """Read growth on the year before; of a figure just stated if the clause names none, if that is only one."""
        roles = parsed.roles
        directions = roles & {"up", "down"}
        compared = [period for period in parsed.periods if period != "this_year"]
        bare = parsed.as_figure()
        if len(directions) != 1 or "neg" in roles or any(period != "last_year" for period in compared):
            return []
        if not self._in_time(bare):
            return []
        percent = figure.role == "percent"
        if not percent and "compare" not in roles and not (self._stretch and self._stretch[-1].qualifier == "growth"):
            return []
        if not percent and (figure.unit is None or figure.unit not in UNITS["requests"]):
            return []
        value = _value(figure)
        value = -value if "down" in directions else value
        change: Qualifier = "growth" if percent else "change"
        if parsed.topics or parsed.acts - {"quantity"}:
            found = self._reading(bare, None, frozenset())
            made = [self._make(measure, bare, None, "") for measure in found.measures] if found else []
            return [
                replace(one, value=value, unit=figure.unit, qualifier=change, in_words=False) for one in made if one
            ]
        changes = ("growth", "change", "share")
        bases = [one for one in self._stretch if one.qualifier not in changes and one.period != "last_year"]
        if len(bases) != 1:
            return []
        return [replace(bases[0], value=value, unit=figure.unit, qualifier=change, in_words=False,
                        start=parsed.first, end=parsed.last)]  # fmt: skip

    def _keep(self, parsed: Parsed, figure: Token | None, made: list[Draft]) -> None:
        """Remember what a clause that was understood leaves for the next."""
        state = self._state
        if "subset" in parsed.roles:
            state.subset = True
        self._set_period(parsed)
        if parsed.scopes:
            if self._is_of_part(parsed.scope) or (not parsed.topics and not parsed.acts and figure):
                state.part = _Part(parsed.scope or "unstated", _value(figure) if figure else _ENDLESS)
            else:
                state.scope, state.part = parsed.scope or "unstated", None
        topics = parsed.topics & _DISPUTES or (parsed.topics - {"request"})
        if figure and not made and not parsed.roles & {"up", "down", "compare", "share_of"}:
            self._stretch = []
            if state.topic != _APPLICATION or not _is_of_same(parsed):
                state.topic = _BLOCKED
        elif topics:
            state.topic = _APPLICATION if topics & REQUESTS else frozenset(topics)
        elif "request" in parsed.topics and made:
            state.topic = _APPLICATION
        for draft in made:
            self._stretch.append(draft)
            if draft.qualifier in ("growth", "change", "share"):
                continue
            if draft.applicant_type or draft.measure == "received_by_channel":
                self._parts.append(draft)
            elif not state.subset and not (parsed.scopes and state.part):
                self._head = draft
                self._parts = [] if draft.measure in _RECEIVED else self._parts
            elif draft.measure == "carried_in" and self._head and self._head.measure == "received":
                new = [one.value for one in self._stretch if one.measure == "received_new"]
                first = len(self._stretch) > 1 and self._stretch[-2] is self._head and "subset" in parsed.roles
                if first or (new and new[-1] + draft.value == self._head.value):
                    self._head.measure = "received_total"


def _is_of_same(parsed: Parsed) -> bool:
    """Tell whether a figure without a measure still counts requests: 共计76件, and whatever was carried over."""
    return "carry" in parsed.acts or not (parsed.topics or parsed.acts or parsed.applicants or parsed.scopes)


def _value(figure: Token | None) -> Decimal:
    """The number of a figure; 0 where words deny that there was any."""
    return figure.number if figure and figure.number is not None else Decimal(0)
