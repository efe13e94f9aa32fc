"""Nothing is counted twice and nothing is lost: made-up years of real provinces, against a tree written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pytest

from pipeline.warehouse import build, open_published
from pipeline.workspace import Workspace
from tests.warehouse.lake import Lake
from tests.warehouse.provinces import TABLES, YEARS, Agency, Country, draw, write

SEED = 7

FACTS = {"requests": ("fct_outcomes", "applications"), "litigation": ("fct_litigation", "cases")}
MEASURES = {"requests": "received_new", "litigation": "reconsiderations"}


@dataclass
class Made:
    country: Country
    connection: duckdb.DuckDBPyConnection
    ids: dict[str, str]
    """The id of each agency, by the name that it prints."""

    def ask(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        return self.connection.execute(sql, values).fetchall()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    workspace = Workspace(tmp_path_factory.mktemp("data"))
    lake = Lake()
    country = draw(SEED)
    write(country, lake, SEED)
    lake.write(workspace)
    build(workspace)
    with open_published(workspace) as connection:
        ids = connection.sql(
            "SELECT DISTINCT reports.agency_name, agency_id "
            "FROM landing.reports JOIN landing.agencies USING (document_id)"
        ).fetchall()
        yield Made(country, connection, dict(ids))


def test_the_draw_has_all_there_is_to_get_wrong(made: Made) -> None:
    reports = made.country.printed.items()
    assert len({made.ids[agency.name] for (agency, _), _ in reports}) == len({agency for (agency, _), _ in reports})
    for kind in ("government", "office", "department"):
        for is_whole in (True, False):
            assert any(agency.kind == kind and report.is_whole == is_whole for (agency, _), report in reports)
    assert any(report.is_first_of_two for _, report in reports)
    assert any(len(report.tables) == 1 and report.is_whole for _, report in reports)


def test_the_scope_is_what_the_text_says(made: Made) -> None:
    scopes = {
        (agency, year): scope
        for agency, year, scope in made.ask("SELECT agency_id, report_year, scope FROM marts.report")
    }
    for (agency, year), report in made.country.printed.items():
        assert scopes[made.ids[agency.name], year] == ("whole" if report.is_whole else "own"), (agency.name, year)


@pytest.mark.parametrize("table", TABLES)
def test_each_report_is_covered_by_the_nearest_that_holds_its_figures(made: Made, table: str) -> None:
    mart, _ = FACTS[table]
    covers = {
        (agency, year): by
        for agency, year, by in made.ask(f"SELECT DISTINCT agency_id, report_year, covered_by FROM marts.{mart}")
    }
    expected = {}
    for agency, year in made.country.printed:
        if made.country.figure(agency, year, table) is not None:
            by = made.country.nearest(agency, year, table)
            expected[made.ids[agency.name], year] = by and made.ids[by.name]
    assert covers == expected
    assert sum(by is not None for by in expected.values()) > 100


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("table", TABLES)
def test_totals(made: Made, table: str, year: int) -> None:
    """Every printed total once; and of all cases that any report holds, each once."""
    mart, column = FACTS[table]
    figures = [made.country.figure(agency, year, table) or 0 for agency in made.country.agencies]
    assert made.ask(f"SELECT sum({column}) FROM marts.{mart} WHERE report_year = ?", year) == [(sum(figures),)]
    once = made.country.once(year, table)
    assert once < sum(figures)
    assert made.ask(f"SELECT sum({column}) FROM marts.{mart} WHERE report_year = ? AND covered_by IS NULL", year) == [
        (once,)
    ]


@pytest.mark.parametrize("table", TABLES)
def test_regions(made: Made, table: str) -> None:
    measure = MEASURES[table]
    basis = "basis" if table == "requests" else "litigation_basis"
    regions = made.ask(f"SELECT division_code, report_year, {measure}, {basis} FROM marts.region_year")
    found = {(code, year): (value, basis) for code, year, value, basis in regions}
    expected = {}
    for agency in made.country.agencies:
        if not agency.region:
            continue
        for year in YEARS:
            below = {one for one in agency.all_below() if (one, year) in made.country.printed}
            if not below:
                continue
            offices = [one for one in agency.below if one.kind == "office"]
            is_whole = any(made.country.holds_all(one, year, table) for one in (agency, *offices))
            has_figures = any(made.country.figure(one, year, table) is not None for one in below)
            value = made.country.once(year, table, agency) if has_figures else None
            expected[agency.region, year] = (value, "government" if is_whole else "agencies")
    assert found == expected


def test_reconciliation(made: Made) -> None:
    for table in TABLES:
        found = {
            (agency, year): (value, parts, number)
            for agency, year, value, parts, number in made.ask(
                "SELECT agency_id, report_year, government_value, parts_value, parts FROM marts.reconciliation "
                "WHERE measure = ?",
                MEASURES[table],
            )
        }
        parts: dict[tuple[Agency, int], list[int]] = {}
        for agency, year in made.country.printed:
            figure = made.country.figure(agency, year, table)
            by = made.country.nearest(agency, year, table)
            if figure is not None and by is not None and by.kind != "department":
                parts.setdefault((by, year), []).append(figure)
        assert found == {
            (made.ids[by.name], year): (made.country.figure(by, year, table), sum(values), len(values))
            for (by, year), values in parts.items()
        }
        assert found
