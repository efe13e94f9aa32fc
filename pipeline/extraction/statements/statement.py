"""What a sentence states: one figure, what it counts, of whom, when and how exactly."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Period = Literal["this_year", "last_year", "since", "part", "unknown"]
Scope = Literal["own", "whole", "other", "unstated"]
Qualifier = Literal["exact", "about", "over", "share", "growth", "change"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One figure that the narrative states.

    ``sentence`` and ``excerpt`` are as printed, the second a verbatim part of the first; ``position`` counts the
    report's statements from 0. ``measure`` is a code of ``measures.csv``, ``applicant_type`` one of
    `pipeline.forms` (``organisation`` for 法人或其他组织) where the figure is of one kind of applicant.

    ``value`` is the number with 万 and 亿 multiplied out, and 0 where words say so (``is_zero_by_words``). Amounts of
    money are as printed, with 元, 万元 or 亿元 as their ``unit``. A share or growth is in percent, a growth or change
    negative where the words say less.
    """

    section: int
    position: int
    sentence: str
    excerpt: str
    measure: str
    applicant_type: str | None
    period: Period
    scope: Scope
    value: Decimal
    unit: str | None
    qualifier: Qualifier
    is_zero_by_words: bool
