"""Exports, as spreadsheets and other programs read them."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.warehouse import build, contract, export, exports_are_current, open_published, renew_exports
from pipeline.workspace import JobError, Workspace
from tests.warehouse.lake import Lake


@pytest.fixture(scope="module")
def exported(small: Workspace) -> Path:
    """The folder of a CSV export of all marts."""
    export(small)
    return small.exports


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file as a spreadsheet opens it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_mart_is_there_and_complete(small: Workspace, exported: Path) -> None:
    assert {path.name for path in exported.glob("*.csv")} >= {f"{mart}.csv" for mart in contract.marts()}
    with open_published(small) as connection:
        for mart in contract.marts():
            ((count,),) = connection.sql(f"SELECT count(*) FROM marts.{mart}").fetchall()
            assert len(rows(exported / f"{mart}.csv")) == count


def test_csv_as_spreadsheets_want_it(exported: Path) -> None:
    data = (exported / "fct_disclosure.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfagency_id,report_year,item,measure,value,unit,")
    fees = [row for row in rows(exported / "fct_disclosure.csv") if row["item"] == "fees"]
    # 152,790 元, in 万元; no zeros that nobody printed, no separators.
    assert ("15.279", "万元") in [(row["value"], row["unit"]) for row in fees]
    assert "0" in [row["value"] for row in fees]
    report = next(row for row in rows(exported / "report.csv") if row["url"])
    assert report["publish_date"] == "2023-01-20"


def test_negative_figures_stay_figures(exported: Path) -> None:
    values = [row["value"] for row in rows(exported / "fct_disclosure.csv") if row["value"].startswith("-")]
    assert values == ["-3"]


def test_rows_are_sorted_by_the_key(exported: Path) -> None:
    for mart in contract.marts():
        keys = [tuple(row[column] for column in contract.key(mart)) for row in rows(exported / f"{mart}.csv")]
        assert keys == sorted(keys)
        assert len(set(keys)) == len(keys)


def test_two_exports_are_alike(small: Workspace, exported: Path) -> None:
    before = {path.name: path.read_bytes() for path in exported.glob("*.csv")}
    export(small)
    assert {path.name: path.read_bytes() for path in exported.glob("*.csv")} == before


def test_chinese_headers_for_every_column(small: Workspace, tmp_path: Path) -> None:
    paths = export(Workspace(small.root), headers="zh", marts=["agency_year", "finding"])
    for path in paths:
        header = path.read_text(encoding="utf-8-sig").splitlines()[0].split(",")
        assert len(set(header)) == len(header)
        assert all(any("\u4e00" <= letter <= "\u9fff" for letter in label) for label in header), header
    export(small, marts=["agency_year", "finding"])


def test_every_column_of_the_published_file_is_described_in_both_languages(small: Workspace) -> None:
    with open_published(small) as connection:
        bare = connection.sql(
            "SELECT schema_name, table_name, column_name, comment FROM duckdb_columns() "
            "WHERE schema_name IN ('landing', 'marts') AND NOT coalesce(comment, '') SIMILAR TO '.+ \\| .+'"
        ).fetchall()
        tables = connection.sql(
            "SELECT table_name FROM duckdb_tables() WHERE NOT coalesce(comment, '') SIMILAR TO '.+ \\| .+'"
        ).fetchall()
    assert (bare, tables) == ([], [])


def test_parquet(small: Workspace) -> None:
    (path,) = export(small, marts=["report"], format="parquet")
    table = pl.read_parquet(path)
    assert table.schema["publish_date"] == pl.Date
    assert date(2023, 1, 20) in table["publish_date"].to_list()


def test_an_unknown_mart_is_refused_with_the_list(small: Workspace) -> None:
    with pytest.raises(JobError, match=r"no mart outcomes.*fct_outcomes"):
        export(small, marts=["outcomes"])


def test_nothing_published(tmp_path: Path) -> None:
    with pytest.raises(JobError, match=f"Make it: .*gongkai --data {tmp_path} run"):
        export(Workspace(tmp_path))


def test_renewing_keeps_format_and_language(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    lake = Lake()
    lake.report("甲市司法局", 2022)
    lake.write(workspace)
    build(workspace)
    assert len(renew_exports(workspace)) == len(contract.marts())
    assert exports_are_current(workspace)
    assert renew_exports(workspace) == []
    export(workspace, marts=["report"], headers="zh")
    export(workspace, marts=["coverage"], headers="zh", format="parquet")
    lake.report("甲市司法局", 2023)
    lake.write(workspace, "2")
    build(workspace)
    assert not exports_are_current(workspace)
    renewed = {path.name: path for path in renew_exports(workspace)}
    assert set(renewed) == {*(f"{mart}.csv" for mart in contract.marts()), "coverage.parquet"}
    assert [row["报告年度"] for row in rows(renewed["report.csv"])] == ["2022", "2023"]
    assert pl.read_parquet(renewed["coverage.parquet"])["报告年度"].to_list() == [2022, 2023]
    assert [row["report_year"] for row in rows(renewed["coverage.csv"])] == ["2022", "2023"]
    export(workspace, marts=["report"])
    assert "report_year" in rows(renewed["report.csv"])[0]


def test_text_that_a_spreadsheet_would_run(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    lake = Lake()
    document = lake.report("甲市司法局", 2023, requests={("received_new", "total"): -5})
    lake.tables["reports"][0]["title"] = '=HYPERLINK("https://example.org","年报")'
    lake.write(workspace)
    build(workspace)
    report, applications = export(workspace, marts=["report", "fct_applications"])
    assert rows(report)[0]["title"] == '\'=HYPERLINK("https://example.org","年报")'
    assert rows(applications)[0]["received_new"] == "-5"
    (parquet,) = export(workspace, marts=["report"], format="parquet")
    assert duckdb.read_parquet(str(parquet)).fetchone()[2] == document  # type: ignore[index]
    assert pl.read_parquet(parquet)["title"][0].startswith("=")
    assert Decimal(rows(applications)[0]["received_new"]) == -5
