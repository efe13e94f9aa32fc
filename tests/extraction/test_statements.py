"""Statements of the narrative, over sentences checked by hand."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extraction.statements import Period, Qualifier, Scope, Statement, read_statements
from pipeline.extraction.statements.lexicon import read_rows
from pipeline.extraction.statements.numbers import read_number
from pipeline.extraction.statements.readings import KINDS

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
    found = read_statements([(case["section"], "", case["text"])], case["report_year"], case["agency"])
    return [one for one in found if KINDS[one.measure] != "fact"]


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
            total.wrong += (
                f"{case['text']}\n    too many {dict(found - expected)}\n    missing {dict(expected - found)}",
            )
    return total


@pytest.mark.parametrize(
    "fields", [(), *((field,) for field in FIELDS), FIELDS], ids=lambda one: "+".join(one) or "value"
)
def test_sentences(fields: tuple[str, ...]) -> None:
    total = score(CASES, *fields)
    print(
        f"\n{' '.join(fields) or 'value'}: precision {total.precision:.3f}, recall {total.recall:.3f}, "
        f"{total.expected} statements"
    )
    assert total.precision >= MIN_PRECISION, "\n".join(total.wrong)
    assert total.recall >= MIN_RECALL, "\n".join(total.wrong)


VOCABULARY = [
    word for name in ("words.csv", "facts/words.csv") for row in read_rows(name) for word in row["words"].split()
]
PIECES = st.one_of(
    st.sampled_from(VOCABULARY),
    st.sampled_from(
        [
            "12件",
            "3",
            "20%",
            "2023年",
            "1.2万条",
            "０件",
            "三件",
            "1，234件",
            "2022年",
            "1—10月",
            "1万元",
            " 5 件",
            "3次",
            "20余人次",
        ]
    ),
    st.sampled_from(list("，；：、（）。\n“”《 》")),
    st.text("收到公开申请件〔〕12，零百第", min_size=1, max_size=4),
)


@settings(max_examples=300)
@given(st.lists(PIECES, min_size=1, max_size=25).map("".join))
def test_what_is_read_is_printed(body: str) -> None:
    """Whatever the words, each statement quotes the report, and no figure comes from nowhere."""
    statements = read_statements([(3, "", body)], 2023, "泗水县水利局")
    assert [one.position for one in statements] == list(range(len(statements)))
    for one in statements:
        assert one.sentence in body
        assert one.excerpt in one.sentence
        assert one.measure in KINDS
        assert one.period in get_args(Period)
        assert one.scope in get_args(Scope)
        assert one.qualifier in get_args(Qualifier)
        digits = any(character.isdigit() or character in "零百十一二三四五六七八九两" for character in one.excerpt)
        assert digits or (one.is_zero_by_words and one.value == 0)


def test_years_of_other_reports() -> None:
    text = "2022年收到政府信息公开申请8件。"
    assert [one.period for one in read_statements([(1, "", text)], 2022)] == ["this_year"]
    assert [one.period for one in read_statements([(1, "", text)], 2023)] == ["last_year"]
    assert [one.period for one in read_statements([(1, "", text)], None)] == ["unknown"]
    assert not read_statements([(1, "", text)], 2025)


def test_measures_of_readings_are_declared() -> None:
    read = {measure for row in read_rows("readings.csv") for measure in row["measures"].split("|")}
    assert read == {measure for measure, kind in KINDS.items() if kind != "fact"}
    facts = {row["measure"] for row in read_rows("facts/readings.csv")}
    assert facts == {measure for measure, kind in KINDS.items() if kind == "fact"}


@pytest.mark.parametrize(
    ("digits", "myriad", "value"),
    [
        ("1,234", None, "1234"), ("1.25", "万", "12500"), ("十二", None, "12"), ("一百二十三", None, "123"),
        ("两千零五", None, "2005"), ("百", None, "100"), ("零", None, "0"), ("三四", None, None), ("十百", None, None),
    ],
)  # fmt: skip
def test_numbers(digits: str, myriad: str | None, value: str | None) -> None:
    assert read_number(digits, myriad) == (None if value is None else Decimal(value))
