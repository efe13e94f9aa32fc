"""Dates that cannot be: each is a finding, and each stays as printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

import pytest

from pipeline.warehouse import build, open_published
from pipeline.workspace import Workspace
from tests.warehouse.conftest import Query
from tests.warehouse.lake import Lake

FETCHED = datetime(2024, 1, 31, 16, 30)
"""UTC: in China it is the first of February."""


class Case(NamedTuple):
    """What a report of 2022 says, and what is found."""

    known: dict[str, Any]
    found: set[tuple[str, str]]
    year: int | None = 2022


CASES = {
    "published on the last day of its year": Case(
        {"publish_date": date(2022, 12, 31)},
        {("date_before_period_end", "发布日期为2022-12-31，报告年度为2022，早于报告年度结束")},
    ),
    "signed in the year covered": Case(
        {"signed_date": date(2022, 1, 20), "publish_date": date(2023, 1, 20)},
        {("date_before_period_end", "落款日期为2022-01-20，报告年度为2022，早于报告年度结束")},
    ),
    "on the first day after": Case({"publish_date": date(2023, 1, 1), "signed_date": date(2023, 1, 1)}, set()),
    "before 2008": Case(
        {"publish_date": date(2007, 12, 31)},
        {("date_before_regulation", "发布日期为2007-12-31，早于条例施行的2008年")},
        year=None,
    ),
    "in 2008": Case({"signed_date": date(2008, 1, 1)}, set(), year=None),
    "of a year before 2008": Case({}, {("date_before_regulation", "报告年度为2007，早于条例施行的2008年")}, year=2007),
    "of 2008": Case({}, set(), year=2008),
    "the day after it was fetched": Case(
        {"publish_date": date(2024, 2, 2), "fetched_at": FETCHED},
        {("date_in_future", "发布日期为2024-02-02，文件取得于2024-02-01，晚于该日")},
    ),
    "the day on which it was fetched": Case({"publish_date": date(2024, 2, 1), "fetched_at": FETCHED}, set()),
    "after it was read": Case(
        {"signed_date": date(2026, 2, 2)},
        {("date_in_future", "落款日期为2026-02-02，文件取得于2026-02-01，晚于该日")},
    ),
    "the day on which it was read": Case({"signed_date": date(2026, 2, 1)}, set()),
    "of a year that had not ended": Case(
        {"fetched_at": FETCHED}, {("date_in_future", "报告年度为2024，文件取得于2024-02-01，晚于该日")}, year=2024
    ),
    "in no calendar": Case(
        {"evidence": (("signed_date", "2023年2月30日", "impossible_date"),)},
        {("impossible_date", "落款日期印为2023年2月30日，无此日期，未采用")},
    ),
}


@pytest.fixture(scope="module")
def query(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Query]:
    workspace = Workspace(tmp_path_factory.mktemp("data"))
    lake = Lake()
    for name, case in CASES.items():
        lake.report("甲市司法局", case.year, name=name, sections=(), **case.known)
    lake.write(workspace)
    build(workspace)
    with open_published(workspace) as connection:
        yield lambda sql: connection.sql(sql).fetchall()


@pytest.mark.parametrize("name", CASES)
def test_dates(query: Query, name: str) -> None:
    found = query(
        "SELECT rule_code, message_zh FROM marts.finding JOIN landing.documents USING (document_id) "
        f"WHERE raw_path = '{name}.html' AND regexp_matches(rule_code, '^date_|^impossible_date')"
    )
    assert set(found) == CASES[name].found
    assert len(found) == len(CASES[name].found)


def test_they_stay_as_printed(query: Query) -> None:
    kept = query(
        "SELECT raw_path, publish_date, signed_date FROM landing.reports JOIN landing.documents USING (document_id)"
    )
    assert {name: days for name, *days in kept} == {
        f"{name}.html": [case.known.get("publish_date"), case.known.get("signed_date")] for name, case in CASES.items()
    }


def test_a_date_of_no_calendar_is_shown_where_it_stands(query: Query) -> None:
    ((cells,),) = query("SELECT cells FROM marts.finding WHERE rule_code = 'impossible_date'")
    assert [(seen["value"], seen["location"]) for seen in json.loads(cells)] == [("2023年2月30日", "paragraph 7")]
