"""Figures that only the narrative has, over sentences checked by hand."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.extraction.statements import Statement, read_statements
from pipeline.extraction.statements.readings import KINDS

CASES = [json.loads(line) for line in Path(__file__).with_name("facts.jsonl").read_text(encoding="utf-8").splitlines()]
FIELDS = ("unit", "period", "scope", "qualifier")
MIN_PRECISION = 0.95
MIN_RECALL = 0.9


def read(text: str, section: int = 1, agency: str | None = None, year: int = 2023) -> list[Statement]:
    return [one for one in read_statements([(section, "", text)], year, agency) if KINDS[one.measure] == "fact"]


@pytest.mark.parametrize("fields", [(), FIELDS], ids=["value", "all"])
@pytest.mark.parametrize("written", ["first", "held_out", "second_held_out", "exam", "blind"])
def test_sentences(fields: tuple[str, ...], written: str) -> None:
    counts, wrong = Counter[str](), ""
    for case in (case for case in CASES if case["written"] == written):
        statements = read(case["text"], case["section"], case["agency"], case["report_year"])
        found = Counter((one.measure, one.value, *(getattr(one, field) for field in fields)) for one in statements)
        expected = Counter(
            (one["measure"], Decimal(one["value"]), *(one[field] for field in fields)) for one in case["statements"]
        )
        counts += Counter(read=found.total(), expected=expected.total(), right=(found & expected).total())
        if found != expected:
            wrong += f"\n{case['text']}\n    too many {dict(found - expected)}\n    missing {dict(expected - found)}"
    precision, recall = counts["right"] / counts["read"], counts["right"] / counts["expected"]
    print(f"\n{written}: precision {precision:.3f}, recall {recall:.3f}, {counts['expected']} figures{wrong}")
    assert precision >= MIN_PRECISION, wrong
    assert recall >= MIN_RECALL, wrong


def test_sentences_are_many_and_some_state_nothing() -> None:
    assert len(CASES) >= 130
    assert sum(not case["statements"] for case in CASES) >= 30
    assert {one["measure"] for case in CASES for one in case["statements"]} == {
        measure for measure, kind in KINDS.items() if kind == "fact"
    }


def test_plans_and_tables_state_no_facts() -> None:
    text = "举办政务公开培训3次。"
    assert [one.value for one in read(text, section=6)] == [3]
    assert not read(text, section=5)
    assert not read(text, section=3)


def test_year_of_a_sentence_holds_for_the_paragraph() -> None:
    found = read("2022年工作情况如下。举办培训2次。\n举办培训3次。")
    assert [(one.period, one.value) for one in found] == [("last_year", 2), ("unknown", 3)]


def test_facts_stand_among_the_statements_in_order() -> None:
    text = "2023年收到政府信息公开申请12件。举办培训2次。2023年办结政府信息公开申请11件。"
    found = read_statements([(1, "", text)], 2023)
    assert [(one.position, one.measure) for one in found] == [(0, "received"), (1, "trainings"), (2, "concluded")]


def test_words_of_facts_change_nothing_that_rules_compare() -> None:
    """A talk of trainings ends the topic of requests, as before there were facts: 办结30件 counts nothing."""
    found = read_statements([(1, "", "2023年开展依申请公开培训3次，办结30件。")], 2023)
    assert [one.measure for one in found] == []


@pytest.mark.parametrize(
    ("agency", "text", "scope"),
    [
        ("上海市人民政府", "上海市人民政府网站发布信息20条。", "own"),
        ("上海市教育委员会", "上海市人民政府网站发布信息20条。", "unstated"),
        ("浑南区国资局", "区政府国资局通过区政府网站政务公开专栏公开信息20条。", "own"),
        ("浑南区国资局", "区政府办公室通过区政府网站公开信息20条。", "other"),
        ("泗水县水利局", "“泗水发布”微信公众号发布信息20条。", "unstated"),
        ("泗水县水利局", "县公安局微信公众号发布信息20条。", "other"),
        ("泗水县水利局", "我局在中国·泗水党政门户网站公开信息20条。", "own"),
    ],
)
def test_a_site_is_not_who_publishes_there(agency: str, text: str, scope: str) -> None:
    assert [(one.value, one.scope) for one in read(text, agency=agency)] == [(20, scope)]
