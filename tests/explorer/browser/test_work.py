"""What people come for: seeking, filtering, comparing, judging, asking; all by clicks and keys."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.workspace import Workspace
from tests.explorer.browser.places import AGENCY, ASKED, Query, addresses
from tests.explorer.browser.server import serve
from tests.explorer.browser.visitor import Visitor, visiting

MARKUP: Final = "\"'><script>window.hostile=1</script><img src=x onerror=window.hostile=1>{{7*7}}"
REASON: Final = '见附件，第2页；"原件"有误 <b>x</b>'


def seek(page: Page, words: str) -> None:
    """Type into the search box at the head of each page."""
    page.locator("header input[name=q]").fill(words)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")


def test_from_a_short_name_to_a_printed_figure(visitor: Visitor, query: Query) -> None:
    """Search, agency, report, figure, cell: as a reader goes."""
    page = visitor.go("/")
    seek(page, "洛阳司法局")
    page.get_by_role("link", name=AGENCY).first.click()
    expect(page.locator("h1")).to_contain_text("司法局")
    ((document, year),) = query(
        """
        SELECT document_id, report_year FROM marts.report
        JOIN marts.dim_agency USING (agency_id) WHERE agency_full_name = ? ORDER BY report_year DESC LIMIT 1
        """,
        AGENCY,
    )
    expect(page.locator("main")).to_contain_text(str(year))
    page.locator(f"main a[href*='/report/{document}']").first.click()
    page.locator("#requests-1-refused_internal_affairs-total").click()
    mark = page.frame_locator("#frame").locator(":target")
    expect(mark).to_be_in_viewport()
    ((raw,),) = query(
        """
        SELECT raw_text FROM landing.cells WHERE document_id = ? AND row_code = 'refused_internal_affairs'
        AND column_code = 'total'
        """,
        document,
    )
    assert mark.inner_text().strip() == raw


def test_words_of_narratives_are_found(visitor: Visitor) -> None:
    """Full text: the hit leads to its report, in which the words stand."""
    page = visitor.go("/")
    seek(page, "业务人员力量不足")
    hit = page.locator(".hits a[href^='/report/']").first
    expect(page.locator(".hits mark").first).to_be_visible()
    hit.click()
    expect(page.locator("main")).to_contain_text("业务人员力量不足")


def test_who_refuses_most(visitor: Visitor, query: Query) -> None:
    """A ranking filtered by the form has the agencies that the published file has, in that order."""
    page = visitor.go("/rankings")
    page.locator("select[name=metric]").select_option("refusal_rate")
    page.locator("select[name=year]").select_option("2023")
    page.locator("select[name=level]").select_option("county")
    page.locator("form.filters button").click()
    page.wait_for_url("**level=county**")
    page.wait_for_function("document.readyState === 'complete'")
    first = page.locator("main table tbody tr").first.inner_text()
    ((name,),) = query(
        """
        SELECT agency_full_name FROM marts.agency_year JOIN marts.dim_agency USING (agency_id)
        WHERE report_year = 2023 AND level = 'county' AND concluded >= 30 AND refused <= concluded
        ORDER BY refused / concluded DESC LIMIT 1
        """
    )
    assert name in first


def test_tile_leads_to_the_ranking_of_its_province(visitor: Visitor) -> None:
    page = visitor.go("/places?metric=refusal_rate&year=2023")
    page.locator("figure.map a").filter(has_text="河南").first.click()
    page.wait_for_url("**/rankings?**")
    expect(page.locator("select[name=province]")).to_have_value("河南省")


def test_findings_filtered_and_opened(visitor: Visitor, query: Query) -> None:
    """As many as the published file has; one of them leads to a cell of it in the original."""
    page = visitor.go("/findings")
    page.locator("select[name=rule]").select_option("outcomes_sum")
    page.locator("select[name=province]").select_option("河南省")
    page.locator("form.filters button").click()
    page.wait_for_url("**rule=outcomes_sum**")
    ((number,),) = query(
        """
        SELECT count(*) FROM marts.finding JOIN marts.dim_agency USING (agency_id)
        WHERE rule_code = 'outcomes_sum' AND province = '河南省' AND NOT coalesce(superseded, false)
        """
    )
    expect(page.locator("h2", has_text=str(number)).first).to_be_visible()
    page.locator("main table a[href^='/finding/']").first.click()
    page.locator("main a[href*='?cell=']").first.click()
    expect(page.frame_locator("#frame").locator(":target")).to_be_in_viewport()


def test_what_was_carried_over(visitor: Visitor, query: Query) -> None:
    """An office that carried in other applications than it had carried out: its page says by how many."""
    ((agency, year, difference),) = query(
        """
        SELECT agency_id, report_year, difference FROM marts.carry_over
        WHERE applicant_type = 'total' AND difference <> 0 ORDER BY ALL LIMIT 1
        """
    )
    page = visitor.go(f"/agency/{agency}")
    table = page.locator("section, div").filter(has=page.locator("a[href*='carried_in-total']")).last
    line = table.locator("tr").filter(has=page.get_by_role("rowheader", name=str(year)))
    expect(line.locator(".badge")).to_contain_text(str(abs(int(difference))))
    line.locator("a[href*='carried_in-total']").click()
    expect(page.frame_locator("#frame").locator(":target")).to_be_in_viewport()


def test_two_years_compared(visitor: Visitor, reports: Workspace, query: Query) -> None:
    """The figures that differ are marked: as many as differ in the published file."""
    path = addresses(reports, query)["two reports"]
    left, right = re.findall(r"=([0-9a-f]{64})", path)
    page = visitor.go(path)
    ((number,),) = query(
        """
        SELECT count(*) FROM landing.cells AS l
        JOIN landing.cells AS r USING (table_code, table_set, row_code, column_code)
        WHERE l.document_id = ? AND r.document_id = ? AND l.value <> r.value
        """,
        left,
        right,
    )
    assert number > 0
    marked = page.locator("table.pairs td.differs").count()
    assert marked >= number
    expect(page.locator("main ins, main del").first).to_be_visible()


def test_language_is_kept_and_shared(visitor: Visitor) -> None:
    page = visitor.go("/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.locator("a.language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    visitor.go("/findings")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.context.clear_cookies()
    visitor.go("/findings?lang=en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("a.language").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_console(visitor: Visitor, query: Query) -> None:
    """A query by hand gives rows, a chart and an address; one that reads files is refused, and the next one works."""
    page = visitor.go("/sql")
    page.locator("textarea[name=q]").fill(ASKED)
    page.locator("form.query button").click()
    page.wait_for_url("**q=**")
    expected = query(ASKED)
    shown = expected[0]
    rows = page.locator("table.answer tbody tr")
    expect(rows).to_have_count(len(expected))
    assert rows.first.locator("td").all_inner_texts() == [shown[0], str(shown[1]), str(int(shown[2]))]
    page.locator("select[name=chart]").select_option("bar")
    page.locator("form.filters button").click()
    page.locator("figure.chart[data-drawn=yes] svg").wait_for()
    page.locator("textarea[name=q]").fill("SELECT * FROM read_text('/etc/passwd')")
    page.locator("form.query button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert "root:" not in page.locator("main").inner_text()
    visitor.failed.clear()  # a refusal may be an error of HTTP
    visitor.said.clear()
    visitor.go(f"/sql?q={quote(ASKED)}")
    expect(rows).to_have_count(len(expected))


@pytest.mark.parametrize(
    "path",
    ["/search?q={}", "/sql?q={}", "/compare?q={}", "/findings?agency={}", "/rankings?metric={}&year={}", "/agency/{}"],
)
def test_what_is_typed_is_no_markup(path: str, visitor: Visitor) -> None:
    """Markup in an address is shown as it was typed, or not at all."""
    page = visitor.page
    page.goto(visitor.address + path.replace("{}", quote(MARKUP, safe="")), wait_until="networkidle")
    assert page.evaluate("window.hostile") is None
    assert page.locator("img[src=x]").count() == 0
    assert "49" not in page.title()
    answers = [fault for fault in visitor.failed if fault.startswith("5")]
    assert answers == []
    assert visitor.outside == []
    visitor.failed.clear()  # what is not there is a 404, and said in the console
    visitor.said.clear()


@pytest.fixture(scope="module")
def judging(for_review: Workspace) -> Iterator[str]:
    with serve(for_review, "--review") as url:
        yield url


def test_review(judging: str, browser: Browser, for_review: Workspace, query: Query) -> None:
    """A verdict and its reason are written into reviews.csv beside what others wrote, and shown."""
    ((finding, other),) = query(
        "SELECT min(finding_id), max(finding_id) FROM marts.finding WHERE rule_code = 'outcomes_sum'"
    )
    for_review.reviews.write_text(
        f"finding_id,verdict,reason,mine\n{other},explained,as it is,kept\n", encoding="utf-8"
    )
    with visiting(browser, judging) as visitor:
        page = visitor.go(f"/finding/{finding}")
        page.locator("input[name=verdict][value=dismissed]").check()
        page.locator("textarea[name=reason]").fill(REASON)
        page.locator("form.review button").click()
        expect(page.locator(".saved")).to_contain_text(REASON)
        ((document,),) = query("SELECT document_id FROM marts.finding WHERE finding_id = ?", finding)
        visitor.go(f"/findings?rule=outcomes_sum&state=all&document={document}")
        expect(page.locator("main table.findings .badge[title]", has_text="").first).to_be_visible()
        assert visitor.faults == []
    with for_review.reviews.open(encoding="utf-8-sig", newline="") as file:
        lines = {row["finding_id"]: row for row in csv.DictReader(file)}
    assert lines[finding]["verdict"] == "dismissed"
    assert lines[finding]["reason"] == REASON
    assert lines[other]["mine"] == "kept"


def test_no_review_unless_asked_for(visitor: Visitor, reports: Workspace, query: Query) -> None:
    """Without ``--review`` there is no form, and what is sent all the same is not taken."""
    ((finding,),) = query("SELECT min(finding_id) FROM marts.finding")
    page = visitor.go(f"/finding/{finding}")
    assert page.locator("form.review").count() == 0
    sent = page.request.post(
        f"{visitor.address}/finding/{finding}",
        form={"verdict": "dismissed", "reason": "x"},
        headers={"origin": visitor.address},
    )
    assert sent.status in (403, 404, 405)
    assert not reports.reviews.exists()
