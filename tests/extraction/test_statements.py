"""Statements of the narrative, over sentences checked by hand."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.extraction.statements import Statement, read_statements

CASES = [
    json.loads(line) for line in Path(__file__).with_name("statements.jsonl").read_text(encoding="utf-8").splitlines()
]
FIELDS = ("qualifier", "period", "scope", "applicant_type")
MIN_PRECISION = 0.98
MIN_RECALL = 0.9


@dataclass
class Score:
    """Statements read, expected, and read as expected; fields of these that are right."""

    read: int = 0
    expected: int = 0
    right: int = 0
    wrong: tuple[str, ...] = ()

    @property
    def precision(self) -> float:
        return self.right / self.read

    @property
    def recall(self) -> float:
        return self.right / self.expected


def read(case: dict) -> list[Statement]:
    return read_statements([(case["section"], "", case["text"])], case["report_year"], case["agency"])


def score(cases: list[dict], *fields: str) -> Score:
    """Score the statements by measure, value and some more fields."""
    total = Score()
    for case in cases:
        found = Counter((one.measure, one.value, *(getattr(one, field) for field in fields)) for one in read(case))
        expected = Counter(
            (one["measure"], Decimal(one["value"]), *(one[field] for field in fields)) for one in case["statements"]
        )
        total.read += found.total()
        total.expected += expected.total()
        total.right += (found & expected).total()
        if found != expected:
            total.wrong += (f"{case['text']}\n    too many {dict(found - expected)}\n    missing {dict(expected - found)}",)
    return total


@pytest.mark.parametrize("fields", [(), *((field,) for field in FIELDS), FIELDS], ids=lambda one: "+".join(one) or "value")
def test_sentences(fields: tuple[str, ...]) -> None:
    total = score(CASES, *fields)
    print(f"\n{' '.join(fields) or 'value'}: precision {total.precision:.3f}, recall {total.recall:.3f}, {total.expected} statements")
    assert total.precision >= MIN_PRECISION, "\n".join(total.wrong)
    assert total.recall >= MIN_RECALL, "\n".join(total.wrong)
