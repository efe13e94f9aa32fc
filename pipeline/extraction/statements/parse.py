"""A clause taken apart into what its words name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from pipeline.agencies.words import ends_as_name
from pipeline.extraction.statements.statement import Scope
from pipeline.extraction.statements.subjects import Subjects
from pipeline.extraction.statements.tokens import Token

REQUESTS: Final = frozenset({"application", "on_request", "request"})
"""Topics that are requests for information; ``request`` is a bare 申请, which may be one for something else."""

_ALL_KINDS: Final = frozenset({"natural_person", "organisation"})
_INTRODUCES_NO_SUBJECT: Final = frozenset(
    {"via", "cause", "respective", "plan", "neg", "channel", "number", "percent", "compare"}
)
_TIMES: Final = ("period", "year", "as_of", "since", "subset", "separator")
_NEVER_IN_NAMES: Final = frozenset({"neg", "via", "cause", "respective", "share_of", "compare"})
_DEEDS: Final = frozenset(
    {"receive", "accept", "carry", "conclude", "reply", "hold", "attend", "undertake", "respond", "print"}
)


_GOES_ON: Final = re.compile(
    "[省市县区州旗盟]?(?:人民)?政府(?=(?:门户)?网)|[省市县区州旗盟](?=(?:政府|政务)?(?:门户)?网|政务)"
)
"""How a name goes on whose end is part of a word of facts: 上海市人民政府网站."""


@dataclass(slots=True)
class Parsed:
    """A clause taken apart: what its words name, by role. ``understood`` tells whether each of them is known.

    ``start``, ``first`` and ``last`` are places in the folded sentence: where the clause starts, where its words that
    matter start, and where they end. ``first_scope`` is the scope that the clause begins with, its subject.
    """

    topics: set[str] = field(default_factory=set)
    acts: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    applicants: set[str] = field(default_factory=set)
    scopes: list[Scope] = field(default_factory=list)
    periods: list[str] = field(default_factory=list)
    as_of: bool = False
    understood: bool = True
    first_scope: Scope | None = None
    start: int = 0
    first: int = 0
    last: int = 0

    @property
    def scope(self) -> Scope | None:
        """Of whom the clause speaks: 全市各部门, 区政府及各部门 are the whole; None where it does not say."""
        return "whole" if "whole" in self.scopes or self._joins_all else self.scopes[0] if self.scopes else None

    @property
    def is_of_one(self) -> bool:
        """Whether the clause speaks of one kind of applicant at most, and of one scope."""
        of_one = len(set(self.scopes)) <= 1 or set(self.scopes) == {"whole", "other"} or self._joins_all
        return len(self.applicants) <= 1 and of_one

    @property
    def _joins_all(self) -> bool:
        return set(self.scopes) == {"own", "other"} and "join" in self.roles

    def as_figure(self) -> Parsed:
        """Give a clause of comparison as one that states its figure: without the year that it compares with."""
        return replace(self, periods=[], roles=self.roles - {"compare", "up", "down"})


class Parser:
    """Takes clauses apart, for a report on a year by an agency."""

    def __init__(self, report_year: int | None, subjects: Subjects) -> None:
        self._year = report_year
        self._subjects = subjects

    def parse(self, tokens: list[Token], text: str) -> Parsed:
        """Take a clause of the folded sentence ``text`` apart; it has at least one token."""
        parsed = Parsed()
        rest, scope = self._without_subject(tokens, text)
        if rest is None:
            parsed.understood = False
            rest = tokens
        if scope:
            parsed.scopes.append(scope)
        for token in rest:
            self._take(parsed, token)
        first = next((token for token in tokens if token.role not in _TIMES), None)
        if parsed.scopes and (scope or (first and first.role == "scope" and first.value != "own_body")):
            parsed.first_scope = parsed.scopes[0]
        if "move" in parsed.acts and {"last_year", "next_year"} & set(parsed.periods):
            parsed.acts = parsed.acts - {"move"} | {"carry"}  # 转入下年度; 转3件 may be to another body
        ends = (
            ("filler", "join", "subset") if "carry" in parsed.acts else ("filler", "join", "subset", "period", "year")
        )
        named = [token for token in rest if token.role not in ends] or tokens
        parsed.start, parsed.first, parsed.last = tokens[0].start, named[0].start, named[-1].end
        if parsed.roles & {"respective", "plan"} or (
            "via" in parsed.roles and not {"channel", "any"} & (parsed.acts | parsed.roles)
        ):
            parsed.understood = False
        if parsed.applicants >= _ALL_KINDS:
            parsed.applicants.clear()
        return parsed

    def _take(self, parsed: Parsed, token: Token) -> None:
        role, value = token.role, token.value
        parsed.roles.add(role)
        if role == "topic":
            parsed.topics.add(value)
        elif role == "act":
            parsed.acts.add(value)
        elif role == "channel":
            parsed.acts.add(role)
        elif role == "applicant":
            parsed.applicants.add(value)
        elif role == "scope":
            parsed.scopes.append(value)  # type: ignore[arg-type]
        elif role == "period":
            if value != "this_year" or not parsed.periods:  # 去年全年
                parsed.periods.append(value)
        elif role == "since":
            parsed.periods.append("this_year" if int(value) == self._year else "since")
        elif role in ("year", "as_of"):
            parsed.as_of = parsed.as_of or role == "as_of"
            parsed.periods.append(self.period_of(int(value)) if value else "this_year")

    def period_of(self, year: int) -> str:
        """Give the period that a year is, ``next_year`` and ``past`` besides those of `Statement`."""
        if self._year is None:
            return "unknown"
        return {0: "this_year", -1: "last_year", 1: "next_year"}.get(year - self._year, "past")

    def _without_subject(self, tokens: list[Token], text: str) -> tuple[list[Token] | None, Scope | None]:
        """Take off what stands before the words of the statement: the name of who did it, or an introduction that runs
        into it without punctuation; None where the clause is not understood."""
        unknown = [index for index, token in enumerate(tokens) if token.role == "unknown" or token.value == "own_body"]
        if not unknown:
            return tokens, None
        last = unknown[-1]
        lead = 0
        while tokens[lead].role in _TIMES:
            lead += 1
        prefix, rest = tokens[lead : last + 1], tokens[last + 1 :]
        name = text[prefix[0].start : prefix[-1].end] if prefix else ""
        named = not any(token.role in _NEVER_IN_NAMES or token.value in _DEEDS for token in prefix)
        more = _GOES_ON.match(text, prefix[-1].end) if prefix else None
        scope = self._subjects.scope_of(name + (more[0] if more else "")) if named else None
        if scope:
            site = more is not None and more[0].endswith("政府")  # whose site it is, not who publishes there
            return tokens[:lead] + rest, None if site and scope != "own" else scope
        dated = bool(rest) and rest[0].role in ("period", "year") and rest[0].value not in ("last_year", "next_year")
        if (
            dated
            and not ends_as_name(name)
            and not any(
                token.role in _INTRODUCES_NO_SUBJECT
                or token.value in ("other", "own_body")
                or (token.role == "topic" and token.value not in REQUESTS)
                for token in prefix
            )
        ):
            return rest, None
        return None, None
