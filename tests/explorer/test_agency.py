"""The page of an agency, on the samples and on rows made by hand."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb

from pipeline.explorer.pages.agency import TOPICS, _cell_of, _lines, _points
from pipeline.workspace import Workspace
from tests.explorer.site import Site, running

AGENCY = "410302-机关事务服务中心"


def test_the_figures_are_those_of_the_mart(site: Site, published: Workspace) -> None:
    with duckdb.connect(published.published, read_only=True) as warehouse:
        rows = warehouse.execute(
            "SELECT title_zh, value, gap FROM marts.series_year JOIN marts.series USING (series) "
            "WHERE agency_id = ? AND topic IN ('applications', 'outcomes', 'disputes')",
            [AGENCY],
        ).fetchall()
    answer = site.get(f"/agency/{AGENCY}")
    shown = {
        row.xpath("string(th/a)"): row.xpath("string(td)").strip()
        for row in answer.tree.xpath("//table[@class='series']/tbody/tr")
    }
    assert len(rows) > 40
    assert shown == {
        title: "不清" if gap == "unreadable" else "未印" if gap == "blank" else f"{value:,.0f}"
        for title, value, gap in rows
    }


def test_a_figure_leads_to_its_cell(site: Site) -> None:
    answer = site.get(f"/agency/{AGENCY}")
    links = answer.tree.xpath("//table[@class='series']//td/a/@href")
    assert any(link.startswith("/report/") and link.endswith("?cell=requests-1-received_new-total") for link in links)


def test_years_without_a_report_say_so(site: Site, published: Workspace) -> None:
    with duckdb.connect(published.published, read_only=True) as warehouse:
        years = warehouse.execute(
            "SELECT report_year, status FROM marts.coverage WHERE agency_id = ? ORDER BY 1 DESC", [AGENCY]
        ).fetchall()
    answer = site.get(f"/agency/{AGENCY}")
    rows = answer.tree.xpath("//h2[@id='reports']/following-sibling::div[1]//tbody/tr")
    assert [row.xpath("string(th)") for row in rows] == [str(year) for year, _ in years]
    assert [("缺报告" in row.text_content()) for row in rows] == [status == "absent" for _, status in years]
    assert "absent" in dict(years).values()


def test_every_topic_has_its_own_address(site: Site) -> None:
    seen = set()
    for topic in TOPICS:
        answer = site.get(f"/agency/{AGENCY}?topic={topic}")
        assert answer.status == 200
        seen.add(answer.tree.xpath("string(//table[@class='series'][1])"))
    assert len(seen) > 3


def row(year: int, value: int | None, **more: Any) -> dict[str, Any]:
    return {
        "topic": "outcomes", "series": "refused", "title_zh": "不予公开", "title_en": "Refused", "unit": "件",
        "is_stock": False, "report_year": year, "value": value, "gap": None, "form": "2021", "is_break": False,
        "step": "same", "reason_zh": None, "reason_en": None, "close_since": 2019, "parts": "requests.a requests.b",
        **more,
    }  # fmt: skip


def test_a_break_is_marked_and_no_line_crosses_it_or_a_year_without_a_value() -> None:
    rows = [
        row(2018, 7, form="2014", close_since=2018),
        row(2019, 3, is_break=True, step="broken", reason_zh="口径不同"),
        row(2021, None, gap="blank", close_since=None),
        row(2022, 4),
    ]
    (line,) = _lines(rows, "zh")["outcomes"]
    assert line.breaks == [rows[1]]
    points = _points(line, [{"measure": "refused", "report_year": 2019, "q1": 1, "median": 2, "q3": 3}], "zh")
    assert [(one["year"], one["value"], one["stretch"]) for one in points] == [
        ("2018", 7, "2018-0"),
        ("2019", 3, "2019-0"),
        ("2020", None, None),
        ("2021", None, None),
        ("2022", 4, "2019-2"),
    ]
    assert [one["reason"] for one in points] == [None, "口径不同", None, None, None]
    assert [one["median"] for one in points] == [None, 2, None, None, None]


def test_where_a_value_was_printed() -> None:
    assert _cell_of(row(2021, 1, parts="requests.a")) == "requests-1-a-total"
    assert _cell_of(row(2021, 1)) is None  # a sum of two is printed nowhere
    assert _cell_of(row(2021, 1, parts="litigation.reconsideration.upheld")) == "litigation-1-reconsideration-upheld"
    assert _cell_of(row(2018, 1, form="2014")) is None
    assert _cell_of(row(2021, 1, parts=None)) is None


def test_what_was_carried_over(published: Workspace, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.warehouse.mkdir()
    shutil.copy(published.published, workspace.published)
    workspace.published.chmod(0o644)
    with duckdb.connect(workspace.published) as warehouse:
        for year, before, now in ((2020, 3, 3), (2021, 4, 9), (2022, None, 5)):
            warehouse.execute(
                "INSERT INTO marts.carry_over BY NAME SELECT $agency AS agency_id, $year AS report_year, "
                "'total' AS applicant_type, $before AS carried_out_before, $now AS carried_in, "
                "$now - $before AS difference, 'was' AS document_id_before, 'is' AS document_id",
                {"agency": AGENCY, "year": year, "before": before, "now": now},
            )
    with running(workspace) as site:
        answer = site.get(f"/agency/{AGENCY}")
    rows = answer.tree.xpath("//h2[@id='carried']/following-sibling::div[1]//tbody/tr")
    assert ["".join(row.text_content().split()) for row in rows] == [
        "202033✓相等",
        "202149相差+5",
        "2022–未知5有一方未知，无法判断",
    ]
    assert rows[1].xpath(".//a/@href") == [
        "/report/was?cell=requests-1-carried_out-total",
        "/report/is?cell=requests-1-carried_in-total",
    ]
