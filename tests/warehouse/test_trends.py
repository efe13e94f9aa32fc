"""Trends over both forms and over breaks, against values counted by hand."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from importlib.resources import files
from typing import Any

import duckdb
import pytest

from pipeline.warehouse import DBT_PROJECT, build, open_published
from pipeline.workspace import Workspace
from tests.warehouse.conftest import types
from tests.warehouse.lake import Lake, disclosure, litigation, requests


def fill(lake: Lake) -> None:
    """Six years, the old form kept a year too long, a year missing; a report in doubt; amounts in several units."""
    for year, made, others in ((2020, 3, 5), (2021, 4, 6)):
        lake.report(
            "甲市司法局",
            year,
            form="2019",
            requests=requests(
                "2019",
                received_new=types(10, 6, 16),
                carried_in=types(1, 1, 2),
                granted=types(8, 2, 10),
                other_undivided=types(others - 1, 1, others),
                outcomes_total=types(7 + others, 3, 10 + others),
                carried_out=types(1, 7 - others, 8 - others),
            ),
            litigation=litigation(litigation_direct=(2, 1, 0, 4, 7)),
            disclosure=disclosure(
                "2019", regulation__made_new=made, regulation__published_total=40, licensing__decisions=100
            ),
        )
    for year, issued in ((2022, 7), (2024, 8), (2025, 9)):
        lake.report(
            "甲市司法局",
            year,
            requests=requests(
                received_new=types(12, 0, 12),
                granted=types(6, 0, 6),
                other_not_corrected=types(1, 0, 1),
                other_fee_unpaid=types(2, 0, 2),
                other_remaining=types(3, 0, 3),
                outcomes_total=types(12, 0, 12),
            ),
            litigation=litigation(reconsideration=(5, 0, 0, 1, 6), litigation_direct=(0, 0, 0, 0, 0)),
            disclosure=disclosure(
                regulation__issued=issued,
                regulation__in_force=50,
                licensing__decisions=110,
                fees__amount_10k_yuan="1.5",
            ),
        )
    lake.report(
        "乙市司法局",
        2023,
        requests=requests(
            received_new=types(9, 0, 9),
            granted=types(4, 0, "四"),
            other_remaining=types("", "", "约5", ""),
            refused_third_party=types("", "", "", ""),
            outcomes_total=types(9, 0, 9),
        ),
        litigation=litigation(reconsideration=(2, "二", 0, 0, 5)),
        disclosure=disclosure(licensing__decisions="约100"),
    )
    for year, (amount, unit) in enumerate(
        [("15", "亿元"), ("约15", None), ("15", None), ("16", None), ("15", "元")], 2019
    ):
        document = lake.report("丙市司法局", year, form="2019")
        lake.cell(document, "disclosure", "procurement", "amount", amount, form="2019", unit=unit)
    mixed = lake.report("丁市司法局", 2021, requests=requests(granted=types(4, 0, 4), other_remaining=types(1, 0, 1)))
    lake.cell(mixed, "requests", "other_undivided", "total", 1, form="2019")
    both = lake.report("丁市司法局", 2019, form="2019", requests=requests("2019", granted=types(7, 0, 7)))
    for indicator in ("answered_granted", "answered_already_public", "staff"):
        lake.cell(both, "statistics", indicator, "value", 50, form="2014")


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """All of them, published."""
    workspace = Workspace(tmp_path_factory.mktemp("trends"))
    lake = Lake()
    fill(lake)
    lake.write(workspace)
    build(workspace)
    with open_published(workspace) as connection:
        yield connection


def line(connection: duckdb.DuckDBPyConnection, trend: str, columns: str, where: str, agency: str = "甲") -> list[Any]:
    """One line of a trend, year by year."""
    return connection.sql(
        f"SELECT {columns} FROM marts.{trend} JOIN marts.dim_agency USING (agency_id) "
        f"WHERE agency_name LIKE '{agency}%' AND {where} ORDER BY report_year"
    ).fetchall()


def test_the_undivided_outcome_goes_on_as_the_sum_of_its_three_parts(connection: duckdb.DuckDBPyConnection) -> None:
    assert line(
        connection, "outcome_trend", "report_year, value, form, comparable, series, outcome_group", "measure = 'other'"
    ) == [
        (2020, 5, "2019", True, 1, "other"),
        (2021, 6, "2019", True, 1, "other"),
        (2022, 6, "2021", True, 1, "other"),
        (2024, 6, "2021", True, 1, "other"),
        (2025, 6, "2021", True, 1, "other"),
    ]
    assert line(connection, "outcome_trend", "measure", "starts_with(measure, 'other_')") == []


def test_shares_are_of_all_concluded(connection: duckdb.DuckDBPyConnection) -> None:
    shares = line(connection, "outcome_trend", "share", "measure = 'granted'")
    assert [share for (share,) in shares] == pytest.approx([10 / 15, 10 / 16, 6 / 12, 6 / 12, 6 / 12])


def test_stocks_are_marked(connection: duckdb.DuckDBPyConnection) -> None:
    assert line(connection, "outcome_trend", "value, share, is_stock", "measure = 'carried_out'")[:2] == [
        (3, None, True),
        (2, None, True),
    ]
    for trend, measure in (
        ("outcome_trend", "measure"),
        ("litigation_trend", "result"),
        ("disclosure_trend", "measure"),
    ):
        marked = connection.sql(f"SELECT DISTINCT {measure} FROM marts.{trend} WHERE is_stock ORDER BY 1").fetchall()
        assert [name for (name,) in marked] == {
            "outcome_trend": ["carried_in", "carried_out"],
            "litigation_trend": ["pending"],
            "disclosure_trend": ["in_force", "items_previous_year", "published_total"],
        }[trend]


def test_made_and_issued_are_one_line_that_breaks_where_the_form_changes(connection: duckdb.DuckDBPyConnection) -> None:
    where = "item = 'regulation' AND measure = 'issued'"
    assert line(connection, "disclosure_trend", "report_year, value, form, comparable, series", where) == [
        (2020, 3, "2019", True, 1),
        (2021, 4, "2019", True, 1),
        (2022, 7, "2021", False, 2),
        (2024, 8, "2021", True, 2),
        (2025, 9, "2021", True, 2),
    ]
    where = "item = 'licensing' AND measure = 'decisions'"
    assert line(connection, "disclosure_trend", "value, comparable", where) == [
        *[(100, True)] * 2,
        *[(110, True)] * 3,
    ]


def test_another_unit_or_one_not_known_breaks_a_line(connection: duckdb.DuckDBPyConnection) -> None:
    where = "measure = 'amount'"
    assert line(connection, "disclosure_trend", "value, unit, comparable, series", where, "丙") == [
        (150000, "万元", True, 1),
        (None, None, True, 1),
        (15, None, False, 2),
        (16, None, True, 2),
        (Decimal("0.0015"), "万元", False, 3),
    ]


def test_what_only_one_form_has_has_a_line_of_its_own(connection: duckdb.DuckDBPyConnection) -> None:
    where = "item = 'regulation' AND measure IN ('published_total', 'in_force')"
    assert line(connection, "disclosure_trend", "report_year, measure, value", where) == [
        *[(year, "published_total", 40) for year in (2020, 2021)],
        *[(year, "in_force", 50) for year in (2022, 2024, 2025)],
    ]


def test_the_law_of_2024_breaks_disputes_even_over_a_gap(connection: duckdb.DuckDBPyConnection) -> None:
    where = "venue = 'litigation_direct' AND result = 'upheld'"
    assert line(connection, "litigation_trend", "report_year, value, comparable, series", where) == [
        (2020, 2, True, 1),
        (2021, 2, True, 1),
        (2022, 0, True, 1),
        (2024, 0, False, 2),
        (2025, 0, True, 2),
    ]


def test_every_line_of_disputes_breaks_in_2024(connection: duckdb.DuckDBPyConnection) -> None:
    broken = connection.sql(
        "SELECT count(*), count(DISTINCT venue), min(report_year), max(report_year) "
        "FROM marts.litigation_trend WHERE NOT comparable"
    ).fetchall()
    assert broken == [(12, 3, 2024, 2024)]


def test_what_cannot_be_read_has_a_row_without_a_value(connection: duckdb.DuckDBPyConnection) -> None:
    where = "measure IN ('granted', 'other', 'refused_third_party', 'received_new')"
    rows = line(connection, "outcome_trend", "measure, value, share", where, "乙")
    # What is blank has no row.
    assert sorted(rows) == [("granted", None, None), ("other", None, None), ("received_new", 9, None)]
    rows = line(connection, "litigation_trend", "result, value", "venue = 'reconsideration'", "乙")
    # 5 less 2: what is unattributed holds what cannot be read.
    assert sorted(rows) == [("corrected", None), ("other", 0), ("pending", 0), ("unattributed", 3), ("upheld", 2)]
    assert line(
        connection, "disclosure_trend", "value, unit", "measure = 'decisions' AND item = 'licensing'", "乙"
    ) == [(None, None)]


def test_a_table_of_both_forms_has_no_value_where_a_figure_may_stand_twice(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    where = "report_year = 2021 AND series IN ('granted', 'other')"
    assert sorted(
        line(connection, "series_year", "series, form, value, gap, known_part, is_complete", where, "丁")
    ) == [
        ("granted", None, 4, None, None, True),
        ("other", None, None, "mixed_forms", None, False),
    ]


def test_the_later_table_counts_where_a_report_prints_the_annex_too(connection: duckdb.DuckDBPyConnection) -> None:
    where = "report_year = 2019 AND series IN ('granted', 'staff')"
    assert sorted(line(connection, "series_year", "series, form, value", where, "丁")) == [
        ("granted", "2019", 7),
        ("staff", "2014", 50),
    ]


def test_a_trend_and_its_series_have_the_same_values(connection: duckdb.DuckDBPyConnection) -> None:
    for trend, where, series in (
        ("outcome_trend", "measure = 'other'", "other"),
        ("disclosure_trend", "item = 'regulation' AND measure = 'issued'", "regulations_issued"),
        ("litigation_trend", "venue = 'reconsideration' AND result = 'upheld'", "reconsiderations_upheld"),
    ):
        lines = line(connection, trend, "report_year, value, NOT comparable", where)
        assert len(lines) == 5
        assert line(connection, "series_year", "report_year, value, is_break", f"series = '{series}'") == lines


def _rows(path: Any) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_crosswalk_has_what_only_one_form_has() -> None:
    forms = files("pipeline.forms")
    lone = {
        ("requests", row["row_code"], form)
        for row in _rows(forms / "requests_rows.csv")
        for form, other in (("2019", "2021"), ("2021", "2019"))
        if row[f"label_{form}"] and not row[f"label_{other}"]
    }
    cells = _rows(forms / "disclosure_cells.csv")
    columns = {form: {row["column_code"] for row in cells if row["form"] == form} for form in ("2019", "2021")}
    lone |= {
        ("disclosure", code, form)
        for form, other in (("2019", "2021"), ("2021", "2019"))
        for code in columns[form] - columns[other]
    }
    lone |= {("statistics", row["row_code"], "2014") for row in _rows(forms / "statistics_2014.csv")}
    crosswalk = _rows(DBT_PROJECT / "seeds" / "form_crosswalk.csv")
    assert {(row["table_code"], row["code"], row["form"]) for row in crosswalk} == lone
    assert all(row["reason_zh"] and row["reason_en"] and row["source"] for row in crosswalk)
    assert {row["grade"] for row in crosswalk if row["is_comparable"] == "true"} == {"same"}
