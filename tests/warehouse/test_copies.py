"""Tables copied from another year or another agency: found where the figures prove it, not judged where they do not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.warehouse import assemble, transform
from pipeline.workspace import Workspace
from tests.warehouse.conftest import types
from tests.warehouse.lake import Lake, disclosure, litigation, requests

YEAR, AGENCY = "tables_of_other_year", "tables_of_other_agency"


def tables(*figures: int, **cells: Any) -> dict[str, Any]:
    """The three tables of a report with these distinct figures: decisions, then applications from companies."""
    first, second, received, granted, *_ = (*figures, *[0] * 4)
    row = {value: types(0, value, value) for value in (received, granted)}
    return {
        "disclosure": disclosure(licensing__decisions=first, penalty__decisions=second, **cells),
        "requests": requests(received_new=row[received], granted=row[granted], outcomes_total=row[received]),
        "litigation": litigation(),
    }


RICH = (9000, 700, 80, 66)
"""log2(9001) + log2(701) + log2(81) + log2(67) = 35.0; with fees of 3.2, 37.0."""
MIDDLING = (60, 40, 30, 20)
"""20.6 bits, by themselves too few."""


def fill(lake: Lake) -> None:
    """One family of names a case."""
    proof = tables(*RICH, fees__amount_10k_yuan="3.2")
    for year in (2020, 2021, 2023):
        lake.report("甲县水务局", year, name=f"years/{year}", **tables(500, 400, 300, 2))
    lake.report("甲县水务局", 2022, name="years/other", **tables(500, 400, 300, 3))
    for name in ("乙县水务局", "丙县水务局"):
        lake.report(name, 2022, name=f"agencies/{name}", **proof)
    # The same figures, of which 0 is blank in one: what is printed is copied all the same.
    blank = {place: "" if value == 0 else value for place, value in proof["requests"].items()}
    lake.report("丁县水务局", 2019, name="agencies/丁县水务局", **{**proof, "requests": blank})
    # 35 bits: enough for the years of one agency, too few among all agencies.
    for name in ("戊县水务局", "己县水务局"):
        for year in (2021, 2022):
            lake.report(name, year, name=f"between/{name}{year}", **tables(*RICH))
    # Of three tables one is last year's.
    for year in (2021, 2022):
        lake.report("丑县水务局", year, name=f"table/{year}", **tables(year, 50, 9000, 3000))
    # Nothing, and too little, to prove it by; stocks prove nothing.
    for case, body, same in [
        ("zero", "司法局", tables()),
        ("few", "教育局", tables(*MIDDLING)),
        ("stock", "民政局", tables(*MIDDLING, normative_document__in_force=98765432)),
    ]:
        for agency in (f"庚县{body}", f"辛县{body}"):
            for year in (2021, 2022):
                lake.report(agency, year, name=f"{case}/{agency}{year}", **same)
    # Two versions of a report; the first of them was last year's.
    lake.report("壬县水务局", 2021, name="versions/2021", **tables(888, 777, 666, 5))
    lake.report("壬县水务局", 2022, name="versions/first", publish_date=date(2023, 1, 9), **tables(888, 777, 666, 5))
    lake.report("壬县水务局", 2022, name="versions/second", publish_date=date(2023, 2, 9), **tables(222, 777, 666, 6))
    lake.report("壬县水务局", 2022, name="versions/third", publish_date=date(2023, 2, 8), **tables(222, 777, 666, 6))
    # 水务局 of no known place may be any of them.
    for name in ("水务局", "癸县水务局"):
        lake.report(name, 2022, name=f"short/{name}", **tables(70001, 60001, 50001, 7))
    for i in range(12):
        lake.report(f"第{chr(0x4E00 + i)}县林业局", 2022, name=f"many/{i:02}", **tables(70003, 60003, 50003, 7))
    doubtful = lake.report("子县水务局", 2022, name="doubtful/one", **tables(70007, 60007, 50007, 7))
    lake.cell(doubtful, "requests", "granted", "natural_person", "四", form="2021")
    lake.report(None, None, name="yearless/one", **proof)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The built file, with what lies between landing and marts."""
    workspace = Workspace(tmp_path_factory.mktemp("copies"))
    lake = Lake()
    fill(lake)
    lake.write(workspace)
    target = Path(workspace.root) / "gongkai.duckdb"
    assemble(workspace, target)
    transform(target)
    with duckdb.connect(target, read_only=True) as connection:
        connection.execute(f"ATTACH '{target}.scratch' AS scratch (READ_ONLY)")
        yield connection


def found(connection: duckdb.DuckDBPyConnection, case: str, rule: str) -> list[str]:
    """The reports of a case of which a rule finds something."""
    return _names(connection, "marts.finding", case, rule)


def unjudged(connection: duckdb.DuckDBPyConnection, case: str, rule: str) -> list[str]:
    """The reports of a case that a rule cannot judge."""
    return _names(connection, "scratch.intermediate.int_unjudged_copies", case, rule)


def _names(connection: duckdb.DuckDBPyConnection, table: str, case: str, rule: str) -> list[str]:
    rows = connection.execute(
        f"SELECT split_part(raw_path, '/', 2) FROM {table} JOIN landing.documents USING (document_id) "
        "WHERE rule_code = ? AND raw_path LIKE ? ORDER BY 1",
        [rule, f"{case}/%"],
    ).fetchall()
    return [name.removesuffix(".html") for (name,) in rows]


def test_the_tables_of_another_year(connection: duckdb.DuckDBPyConnection) -> None:
    assert found(connection, "years", YEAR) == ["2020", "2021", "2023"]
    assert unjudged(connection, "years", YEAR) == []
    assert connection.sql(
        "SELECT severity, left_value, message, message_zh "
        "FROM marts.finding JOIN landing.documents USING (document_id) "
        f"WHERE rule_code = '{YEAR}' AND raw_path = 'years/2021.html'"
    ).fetchall() == [
        (
            "warning",
            2,
            "the tables: the figures are exactly those of another year's report: "
            "甲县水务局 2020 (years/2020.html), 甲县水务局 2023 (years/2023.html)",
            "各表的数字与本机关其他年度的年报完全相同：甲县水务局2020年（years/2020.html）、甲县水务局2023年（years/2023.html）",
        )
    ]


def test_one_table_of_another_year(connection: duckdb.DuckDBPyConnection) -> None:
    assert found(connection, "table", YEAR) == ["2021", "2022"]
    assert connection.sql(
        "SELECT message, message_zh FROM marts.finding JOIN landing.documents USING (document_id) "
        f"WHERE rule_code = '{YEAR}' AND raw_path = 'table/2021.html'"
    ).fetchall() == [
        (
            "the table of requests: the figures are exactly those of another year's report: "
            "丑县水务局 2022 (table/2022.html)",
            "收到和处理政府信息公开申请情况表的数字与本机关其他年度的年报完全相同：丑县水务局2022年（table/2022.html）",
        )
    ]


def test_the_tables_of_another_agency(connection: duckdb.DuckDBPyConnection) -> None:
    assert found(connection, "agencies", AGENCY) == ["丁县水务局", "丙县水务局", "乙县水务局"]
    assert found(connection, "agencies", YEAR) == []


def test_among_all_agencies_it_takes_more_to_prove_it(connection: duckdb.DuckDBPyConnection) -> None:
    assert found(connection, "between", YEAR) == unjudged(connection, "between", AGENCY)
    assert len(found(connection, "between", YEAR)) == 4
    assert found(connection, "between", AGENCY) == unjudged(connection, "between", YEAR) == []


@pytest.mark.parametrize("case", ["zero", "few", "stock"])
@pytest.mark.parametrize("rule", [YEAR, AGENCY])
def test_few_figures_prove_nothing(connection: duckdb.DuckDBPyConnection, case: str, rule: str) -> None:
    assert found(connection, case, rule) == []
    assert len(unjudged(connection, case, rule)) == 4


def test_versions_are_no_copies_of_each_other(connection: duckdb.DuckDBPyConnection) -> None:
    """Nor does a version that was superseded speak against the report that it was copied from."""
    assert found(connection, "versions", YEAR) == ["first"]
    assert found(connection, "versions", AGENCY) == []


def test_an_agency_whose_place_is_not_known_may_be_the_same(connection: duckdb.DuckDBPyConnection) -> None:
    assert found(connection, "short", AGENCY) == []


def test_many_equal_reports_are_one_finding_each(connection: duckdb.DuckDBPyConnection) -> None:
    assert len(found(connection, "many", AGENCY)) == 12
    assert connection.sql(
        "SELECT DISTINCT left_value, len(string_split(message_zh, '、')) "
        "FROM marts.finding JOIN landing.documents USING (document_id) "
        f"WHERE raw_path LIKE 'many/%' AND rule_code = '{AGENCY}' ORDER BY 2"
    ).fetchall() == [(11, 4), (11, 5)]


def test_what_cannot_be_read_or_dated_is_not_judged(connection: duckdb.DuckDBPyConnection) -> None:
    for case in ("doubtful", "yearless"):
        for rule in (YEAR, AGENCY):
            assert found(connection, case, rule) == []
            assert unjudged(connection, case, rule) == ["one"]
