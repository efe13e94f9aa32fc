"""Exports, as spreadsheets and other programs read them."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pytest

from pipeline.warehouse import Filter, build, contract, export, exports_are_current, open_published, renew_exports
from pipeline.warehouse.exports.changes import Changes
from pipeline.warehouse.exports.formats import Selection, write
from pipeline.workspace import JobError, Workspace
from tests.warehouse.conftest import agency_id
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


def test_some_years_provinces_and_functions(small: Workspace) -> None:
    chosen = Filter(year=(2022, 2020), function=("司法行政",))
    (path,) = export(small, marts=["fct_applications"], rows=chosen)
    assert path.name == "fct_applications-2022-2020-司法行政.csv"
    with open_published(small) as connection:
        wanted = connection.sql(
            "SELECT agency_id, report_year::VARCHAR, applicant_type FROM marts.fct_applications "
            "JOIN marts.dim_agency USING (agency_id) "
            "WHERE function = '司法行政' AND report_year IN (2022, 2020) ORDER BY ALL"
        ).fetchall()
    assert [(row["agency_id"], row["report_year"], row["applicant_type"]) for row in rows(path)] == wanted != []
    (path,) = export(small, marts=["agency_alias"], rows=Filter(year=(2022,)))
    assert path.name == "agency_alias-2022.csv"


def test_a_place_that_no_agency_has(small: Workspace) -> None:
    with pytest.raises(JobError, match=r"No agency has the function 司发\. There are: .*司法行政"):
        export(small, rows=Filter(function=("司发",)))


def test_a_year_of_which_nothing_is_known(small: Workspace) -> None:
    with pytest.raises(JobError, match=r"No report is of the year 1999\. There are: .*2022"):
        export(small, marts=["report"], rows=Filter(year=(2022, 1999)))


def test_xlsx_holds_numbers_as_numbers_and_says_of_which_build(small: Workspace) -> None:
    (path,) = export(small, marts=["fct_disclosure"], format="xlsx", headers="zh")
    book = openpyxl.load_workbook(path)
    header, *lines = book["data"].iter_rows(values_only=True)
    with open_published(small) as connection:
        ((build_id, total),) = connection.sql(
            "SELECT build_id, (SELECT sum(value) FROM marts.fct_disclosure) FROM landing.build"
        ).fetchall()
    place = header.index("数值")
    assert sum(Decimal(str(line[place])) for line in lines if line[place] is not None) == total
    assert dict(book["about"].iter_rows(values_only=True))["build_id"] == build_id
    path.unlink()


def test_more_rows_than_a_sheet_holds(small: Workspace, tmp_path: Path) -> None:
    with open_published(small) as connection, pytest.raises(JobError, match=r"2,000,000 rows.*--year"):
        many = Selection("FROM range(2000000) AS many(number)", {"number": "BIGINT"}, ["number"])
        write(connection, many, tmp_path / "many.xlsx", "xlsx", {})
    assert list(tmp_path.iterdir()) == []


def test_parquet_says_of_which_build_it_is(small: Workspace) -> None:
    (path,) = export(small, marts=["coverage"], format="parquet")
    with open_published(small) as connection:
        ((build_id,),) = connection.sql("SELECT build_id FROM landing.build").fetchall()
    assert pl.read_parquet_metadata(path)["build_id"] == build_id
    path.unlink()


def test_the_data_package_describes_every_file(small: Workspace) -> None:
    written = [*export(small), *export(small, marts=["report"], rows=Filter(year=(2023,)), headers="zh")]
    package = json.loads((small.exports / "datapackage.json").read_text(encoding="utf-8"))
    resources = {resource["path"]: resource for resource in package["resources"]}
    assert {path.name for path in written} <= set(resources)
    with open_published(small) as connection:
        ((build_id,),) = connection.sql("SELECT build_id FROM landing.build").fetchall()
    assert package["version"] == build_id
    for path in written:
        resource = resources[path.name]
        fields = [field["name"] for field in resource["schema"]["fields"]]
        header = path.read_text(encoding="utf-8-sig").splitlines()[0]
        assert fields == next(csv.reader([header]))
        assert set(resource["schema"]["primaryKey"]) <= set(fields)
        assert resource["bytes"] == path.stat().st_size
        assert resource["build"] == build_id
        assert all(" | " in field["title"] for field in resource["schema"]["fields"])
    assert len({resource["name"] for resource in package["resources"]}) == len(resources)
    written[-1].unlink()
    export(small, marts=["report"])
    package = json.loads((small.exports / "datapackage.json").read_text(encoding="utf-8"))
    assert written[-1].name not in {resource["path"] for resource in package["resources"]}


def test_what_changed_since_the_last_export(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    lake = Lake()
    lake.report("甲市司法局", 2022, requests={("received_new", "total"): 41})
    lake.report("乙县水务局", 2022, requests={("received_new", "total"): 7})
    lake.write(workspace)
    build(workspace)
    renew_exports(workspace)
    changes = workspace.exports / "CHANGES.csv"
    assert rows(changes) == []

    lake = Lake()
    lake.report("甲市司法局", 2022, requests={("received_new", "total"): 43})
    lake.report("丙区教育局", 2022, requests={("received_new", "total"): 5})
    lake.write(workspace, "2")
    build(workspace)
    renew_exports(workspace)
    found = rows(changes)
    with open_published(workspace) as connection:
        agency = agency_id(connection, "甲市司法局")
        new = agency_id(connection, "丙区教育局")
        ((build_id,),) = connection.sql("SELECT build_id FROM landing.build").fetchall()
    assert {row["build_after"] for row in found} == {build_id}
    assert {
        (row["change"], row["key"], row["column"], row["before"], row["after"])
        for row in found
        if row["mart"] == "fct_applications"
    } >= {
        ("changed", f"{agency} / 2022 / unattributed", "received_new", "41", "43"),
        ("added", f"{new} / 2022 / unattributed", "", "", ""),
    }
    assert [row["change"] for row in found if row["mart"] == "report"].count("removed") == 1

    before = changes.read_bytes()
    export(workspace)
    assert changes.read_bytes() == before


@pytest.mark.parametrize(
    "saved",
    [
        "k,v\r\n1,甲\r\n2,乙\r\n".encode("gbk"),
        "\ufeffk,v\n1,甲,丙\n2,乙\n".encode(),
        '\ufeffk,v\n1,"甲\n2,乙'.encode(),
        f'\ufeffk,v\n1,"{"甲" * 900_000}"\n2,乙\n'.encode(),
    ],
    ids=["in an encoding of its own", "with a field more", "cut off", "with a line too long"],
)
def test_an_export_that_cannot_be_read_any_more_is_told_and_stops_nothing(tmp_path: Path, saved: bytes) -> None:
    before, after, found = tmp_path / "before.csv", tmp_path / "after.csv", tmp_path / "CHANGES.csv"
    before.write_bytes(saved)
    after.write_bytes("\ufeffk,v\n1,甲\n2,乙\n".encode())
    with duckdb.connect() as connection:
        changes = Changes(connection, "one", "two")
        changes.compare("mart", ["k"], before, after)
        changes.write(found)
    assert [(row["mart"], row["change"], row["build_before"]) for row in rows(found)] == [
        ("mart", "not_compared", "one")
    ]
