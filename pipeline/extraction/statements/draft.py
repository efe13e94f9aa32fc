"""A statement in the making."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.extraction.statements.statement import Period, Qualifier, Scope


@dataclass(slots=True)
class Draft:
    """A statement in the making; ``start`` and ``end`` are its place in the folded sentence."""

    section: int
    measure: str
    applicant_type: str | None
    period: Period
    scope: Scope
    value: Decimal
    unit: str | None
    qualifier: Qualifier
    in_words: bool
    start: int
    end: int
    excerpt: str = ""

    def printed(self, sentence: str, places: Sequence[int]) -> Draft:
        """Give the draft with its words as the sentence prints them."""
        return replace(self, excerpt=sentence[places[self.start] : places[self.end - 1] + 1])
