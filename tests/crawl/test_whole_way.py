"""From an empty folder to a published warehouse with two commands; the figures are those that the sites print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import duckdb
import pytest

from pipeline.warehouse import open_published
from tests.conftest import gongkai
from tests.corpus.grid import Slot
from tests.crawl.conftest import crawling
from tests.crawl.server import Internet, internet
from tests.crawl.sites import Published, Town, list_page, towns

AGENCIES = 3
COPY = "/other/content/post_1.html"


@dataclass
class Way:
    """The sites, and the file that was published."""

    sites: Internet
    towns: dict[str, Town]
    reports: dict[tuple[str, int], Published]
    warehouse: duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Way]:
    with internet() as sites:
        built = towns(sites, AGENCIES)
        copy(built["post"])
        workspace = crawling(tmp_path_factory.mktemp("data"), **{name: town.source for name, town in built.items()})
        for command in ("crawl", "run"):
            done = gongkai(workspace, command)
            assert done.returncode == 0, done.stdout + done.stderr
        reports = {
            (report.draft.report.agency, report.draft.report.year): report
            for town in built.values()
            for report in town.reports
        }
        with open_published(workspace) as connection:
            yield Way(sites, built, reports, connection)


def copy(town: Town) -> None:
    """Let a report stand at a second address of its site, where another list has it."""
    report = next(report for report in town.reports if not report.files)
    town.site.pages[COPY] = town.site.pages[report.path]
    town.site.pages["/other/index.html"] = list_page("年报", (COPY, report.title))
    town.source["start"] = [town.source["start"], town.site.url("/other/index.html")]


def test_every_report_is_there_once(way: Way) -> None:
    rows = way.warehouse.sql(
        "SELECT agency_name, report_year, url FROM marts.report JOIN marts.dim_agency USING (agency_id)"
    ).fetchall()
    assert len(way.reports) == 8 * AGENCIES * 5
    assert sorted((agency, year) for agency, year, _ in rows) == sorted(way.reports)
    urls = {town.site.url(report.path) for town in way.towns.values() for report in town.reports}
    assert {url for _, _, url in rows} - {way.towns["post"].site.url(COPY)} <= urls


def test_a_page_and_its_file_are_one_report(way: Way) -> None:
    of_several = way.warehouse.sql(
        """
        SELECT agency_name, report_year
        FROM marts.report
        JOIN marts.dim_agency USING (agency_id)
        JOIN landing.report_parts ON report.document_id = report_document_id
        WHERE role = 'attachment'
        """
    ).fetchall()
    assert sorted(of_several) == sorted(key for key, report in way.reports.items() if report.files)


def test_the_same_bytes_at_two_addresses_are_one_document_seen_twice(way: Way) -> None:
    seen = way.warehouse.sql(
        "SELECT list(url) FROM landing.observations GROUP BY document_id HAVING count(*) > 1"
    ).fetchall()
    ((urls,),) = seen
    assert way.towns["post"].site.url(COPY) in urls
    assert len(urls) == 2


def test_every_figure_is_the_one_that_its_site_prints(way: Way) -> None:
    printed: dict[tuple[str, int], dict[tuple[str, ...], Decimal]] = {key: {} for key in way.reports}
    for agency, year, *totals in way.warehouse.sql(
        """
        SELECT agency_name, report_year, sum(received_new), sum(carried_in), sum(concluded), sum(carried_out)
        FROM marts.fct_applications JOIN marts.dim_agency USING (agency_id) GROUP BY ALL
        """
    ).fetchall():
        rows = ("received_new", "carried_in", "outcomes_total", "carried_out")
        printed[agency, year] |= {("requests", row, "total"): total for row, total in zip(rows, totals, strict=True)}
    for agency, year, venue, cases in way.warehouse.sql(
        """
        SELECT agency_name, report_year, venue, sum(cases)
        FROM marts.fct_litigation JOIN marts.dim_agency USING (agency_id) GROUP BY ALL
        """
    ).fetchall():
        printed[agency, year]["litigation", venue, "total"] = cases
    for agency, year, item, measure, value in way.warehouse.sql(
        """
        SELECT agency_name, report_year, item, measure, value
        FROM marts.fct_disclosure JOIN marts.dim_agency USING (agency_id)
        """
    ).fetchall():
        printed[agency, year]["disclosure", item, measure] = value
    for key, figures in printed.items():
        assert len(figures) == 4 + 3 + sum(slot.table == "disclosure" for slot in way.reports[key].draft.truth)
        truth = {place: way.reports[key].draft.truth[Slot(place[0], 1, *place[1:])].value for place in figures}
        assert figures == truth, key


def test_each_file_was_asked_for_once(way: Way) -> None:
    for town in way.towns.values():
        answered = [asked.path for asked in town.site.asked if asked.status == 200]
        assert len(answered) == len(set(answered))
        assert all(answered.count(path) == 1 for path in town.paths if town.site.answer(path).status == 200)
