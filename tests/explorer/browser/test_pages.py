"""Every page: it opens, all people reach what it offers, its tables come as CSV and SQL, in both languages."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from pipeline.workspace import Workspace
from tests.explorer.browser.conftest import Query
from tests.explorer.browser.reach import audit, by_keyboard, on_paper, on_phone
from tests.explorer.browser.visitor import Visitor, visiting
from tests.explorer.browser.warehouse import document_id

AGENCY: Final = "河南省洛阳市司法局"


def _agency(query: Query, _: Workspace) -> str:
    return f"/agency/{query('SELECT agency_id FROM marts.dim_agency WHERE agency_full_name = ?', AGENCY)[0][0]}"


def _finding(query: Query, _: Workspace) -> str:
    sql = "SELECT min(finding_id) FROM marts.finding WHERE rule_code = 'outcomes_sum'"
    return f"/finding/{query(sql)[0][0]}"


def _report(name: str) -> Callable[[Query, Workspace], str]:
    return lambda _, reports: f"/report/{document_id(reports, name)}"


def _two_years(query: Query, _: Workspace) -> str:
    sql = """
        SELECT document_id FROM marts.report JOIN marts.dim_agency USING (agency_id)
        WHERE agency_full_name = ? AND report_year > 2020 ORDER BY report_year LIMIT 2
    """
    (left,), (right,) = query(sql, AGENCY)
    return f"/compare?left={left}&right={right}"


PAGES: Final[dict[str, str | Callable[[Query, Workspace], str]]] = {
    "start": "/",
    "search": "/search?q=洛阳司法",
    "search of texts": "/search?q=业务人员",
    "nothing found": "/search?q=zzzz",
    "agency": _agency,
    "report, a page": _report("html"),
    "report, a scan": _report("scan"),
    "report of 2016": _report("annex"),
    "compare": "/compare",
    "two reports": _two_years,
    "rankings": "/rankings",
    "places": "/places",
    "findings": "/findings",
    "finding": _finding,
    "sql": "/sql",
}


@pytest.fixture(params=PAGES)
def path(request: pytest.FixtureRequest, query: Query, reports: Workspace) -> str:
    page = PAGES[request.param]
    return page if isinstance(page, str) else page(query, reports)


def test_all_people_reach_it(path: str, visitor: Visitor) -> None:
    """In light: structure, names, contrast; by keyboard, on a telephone, on paper."""
    page = visitor.go(path)
    assert [*audit(page), *by_keyboard(page), *on_phone(page), *on_paper(page)] == []


def test_dark_and_in_english(path: str, browser: Browser, address: str) -> None:
    """Contrast holds in the dark; the English page says all of it in English."""
    with visiting(browser, address, color_scheme="dark") as visitor:
        page = visitor.go(f"{path}{'&' if '?' in path else '?'}lang=en")
        assert audit(page) == []
        assert page.locator("html").get_attribute("lang") == "en"
        assert re.search("[\u4e00-\u9fff]", page.locator("nav").first.inner_text()) is None
        assert visitor.faults == []


def test_tables_as_csv_and_sql(path: str, visitor: Visitor, query: Query) -> None:
    """Each table of the page comes as CSV, and the statement beside it gives the same rows on the published file."""
    page = visitor.go(path)
    for source in page.locator("details.source").all():
        source.locator("summary").click()
        statement = source.locator("pre").inner_text()
        link = source.locator("a[download]")
        text = page.request.get(f"{visitor.address}{link.get_attribute('href')}").body().decode("utf-8-sig")
        header, *rows = csv.reader(io.StringIO(text))
        assert header, statement
        assert len(rows) == len(query(statement)), statement


def headings(page: Page) -> list[str]:
    return page.locator("h1, h2").all_inner_texts()
