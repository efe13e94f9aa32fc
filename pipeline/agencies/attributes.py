"""What an agency does, and whose figures its report holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final, Literal

from pipeline.agencies import rules
from pipeline.agencies.names import ADMINISTRATION, BOARD, GOVERNMENT, OFFICE, AgencyName

Scope = Literal["own", "whole"]

GENERAL: Final = "综合"
TOWNSHIPS: Final = "乡镇街道"
ZONES: Final = "园区管理"

_GOVERNMENTS: Final = (GOVERNMENT, ADMINISTRATION, "")
_CITED: Final = re.compile("《[^《》]*》")
_RULE: Final[dict[Scope, int]] = {"whole": 40, "own": 60}
"""What speaks, before any evidence, for a government's report to cover all agencies below, and another's itself."""


def function_of(name: AgencyName) -> str | None:
    """Give what an agency does, by the first rule of ``functions.csv`` that its body meets; None for none."""
    if (name.township and name.body in {GOVERNMENT, "办事处"}) or name.is_unnamed_township:
        return TOWNSHIPS
    if name.corps and not name.body:
        return GENERAL
    if name.zone and name.body == BOARD:
        return ZONES
    if name.body in _GOVERNMENTS:
        return GENERAL
    body = name.body.removeprefix(GOVERNMENT)
    return _function(body) or _function(name.arm + name.zone + body)


def governs(name: AgencyName) -> bool:
    """Tell whether an agency is itself the government of a division or township, or the board of a zone."""
    if name.township or name.is_unnamed_township:
        return name.body in {GOVERNMENT, OFFICE}
    if name.corps:
        return not name.body
    return name.body == BOARD or (not name.zone and name.body in _GOVERNMENTS)


@lru_cache(maxsize=65536)
def _function(body: str) -> str | None:
    return next((function for function, pattern in _functions() if pattern.search(body)), None)


@cache
def _functions() -> list[tuple[str, re.Pattern[str]]]:
    return [(row["function"], re.compile(row["pattern"])) for row in rules.rows("functions.csv")]


def functions() -> tuple[str, ...]:
    """Give all functions there are."""
    return (GENERAL, *dict.fromkeys(row["function"] for row in rules.rows("functions.csv")))


def scope_of(name: AgencyName, level: str | None, texts: Iterable[str]) -> tuple[Scope, str]:
    """Say whose figures a report holds: the agency's own, or those of all agencies below it as well.

    A people's government above the township reports for all of them unless its text says otherwise; every other agency
    for itself unless its text does.

    Args:
        name: the agency's name.
        level: its level.
        texts: what the year's report says.

    Returns:
        The scope and its evidence: what the text says, or that it is the rule.
    """
    text = _CITED.sub("", "。".join(texts))
    seen = [(scope, points, match[0]) for scope, points, pattern in _scopes() if (match := pattern.search(text))]
    board = bool(name.zone) and name.body == BOARD
    rule: Scope = "whole" if (name.body in _GOVERNMENTS or board) and level != "township" else "own"
    weight = {"whole": 0, "own": 0}
    weight[rule] += _RULE[rule]
    for said, points, _ in seen:
        weight[said] += points
    scope: Scope = "whole" if weight["whole"] > weight["own"] else "own"
    return scope, "；".join(words for said, _, words in seen if said == scope) or "rule"


@cache
def _scopes() -> list[tuple[Scope, int, re.Pattern[str]]]:
    return [
        ("whole" if row["scope"] == "whole" else "own", int(row["weight"]), re.compile(row["pattern"]))
        for row in rules.rows("scope.csv")
    ]
