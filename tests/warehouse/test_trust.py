"""Reviews, the roster and coverage, through the whole pipeline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.lake import refresh
from pipeline.warehouse import assemble, build, open_published, status
from pipeline.warehouse.findings import find_findings
from pipeline.warehouse.reviews import read_reviews
from pipeline.warehouse.transform import run_dbt
from pipeline.workspace import JobError, Workspace
from tests.conftest import gongkai
from tests.warehouse.lake import Lake, disclosure, litigation, requests
from tests.warehouse.site import page, put, report, web_page, word

GOOD = "a" * 32
HEADER = "finding_id,verdict,reason,reviewer,reviewed_on"


def ask(workspace: Workspace, sql: str) -> list[tuple[Any, ...]]:
    with open_published(workspace) as connection:
        return connection.sql(sql).fetchall()


def review(workspace: Workspace, *lines: str, encoding: str = "utf-8") -> None:
    workspace.reviews.write_bytes("\r\n".join([HEADER, *lines, ""]).encode(encoding))


class TestReviews:
    @pytest.mark.parametrize(
        ("lines", "why"),
        [
            ([f"{GOOD},maybe,why,,"], "line 2: verdict has to be confirmed, explained, dismissed and is maybe"),
            ([f"{GOOD},,why,,"], "line 2: verdict has to be .* and is blank"),
            ([f"{GOOD},explained,,,"], "line 2: reason has to be filled in"),
            (["123,explained,why,,"], "line 2: 123 is no finding_id"),
            ([f"{GOOD},explained,why,,soon"], "line 2: reviewed_on is no date"),
            ([f"{GOOD},explained,why,,2026-02-30"], "line 2: reviewed_on is no date"),
            ([f"{GOOD},explained,why,,", f"{GOOD},dismissed,why,,"], "line 3: a+ is reviewed in line 2 already"),
        ],
    )
    def test_what_cannot_be_meant_is_told(self, tmp_path: Path, lines: list[str], why: str) -> None:
        workspace = Workspace(tmp_path)
        review(workspace, *lines)
        with pytest.raises(JobError, match=why):
            read_reviews(workspace.reviews)

    def test_what_spreadsheets_make_of_it(self, tmp_path: Path) -> None:
        workspace = Workspace(tmp_path)
        review(workspace, f"{GOOD.upper()},Explained,“原因”，见附注,张三,2026/1/5", ",,,,", encoding="gbk")
        assert read_reviews(workspace.reviews).rows() == [
            (GOOD, "explained", "“原因”，见附注", "张三", datetime(2026, 1, 5).date())
        ]
        assert read_reviews(tmp_path / "none.csv").is_empty()

    def test_a_review_closes_a_finding_and_survives_what_comes_and_goes(self, tmp_path: Path) -> None:
        workspace = Workspace(tmp_path)
        lake = Lake()
        rows = dict.fromkeys(("received_new", "granted", "outcomes_total"), (9, 0, 0, 0, 0, 0, 9))
        wrong = requests(**rows | {"granted": (8, 0, 0, 0, 0, 0, 8)})
        whole = {"litigation": litigation(), "disclosure": disclosure()}
        document = lake.report("甲市司法局", 2023, requests=wrong, **whole)
        lake.cell(document, "requests", None, None, "17", form="2021", table_index=5, status="unplaced")
        lake.write(workspace)
        build(workspace)
        findings = ask(workspace, "SELECT finding_id, rule_code, review FROM marts.finding ORDER BY 2, 1")
        assert [(rule, verdict) for _, rule, verdict in findings] == [("unplaced_figure", None)], findings

        lake = Lake()
        document = lake.report("甲市司法局", 2023, requests=wrong, **whole)
        lake.write(workspace, "2")
        for table in lake.tables["documents"]:
            table["extraction_version"] = 2
        lake.cell(document, "requests", None, None, "17", form="2021", table_index=9, status="unplaced")
        lake.report("乙市司法局", 2023, requests=requests(**rows), **whole)
        lake.write(workspace, "3")
        review(workspace, f"{findings[0][0]},dismissed,a page number,,", f"{GOOD},confirmed,old,,")
        assert build(workspace).built
        assert not build(workspace).built
        assert ask(workspace, "SELECT finding_id, review, review_reason FROM marts.finding") == [
            (findings[0][0], "dismissed", "a page number")
        ]
        assert ask(workspace, "SELECT quality FROM marts.report") == [("A",)] * 2
        now = status(workspace)
        assert now.findings == []
        assert now.reviews == {"confirmed": 1, "dismissed": 1}
        assert now.reviews_of_nothing == [(GOOD, "confirmed", "old")]
        assert find_findings(workspace) == []
        ((shown),) = find_findings(workspace, closed=True)
        assert (shown.review, shown.cells) == ("dismissed", "? ? 17")

        review(workspace, f"{findings[0][0]},confirmed,it is wrong,,")
        assert build(workspace).built
        assert ask(workspace, "SELECT quality FROM marts.report ORDER BY 1") == [("A",), ("B",)]
        assert [(one.rule_code, one.findings) for one in status(workspace).findings] == [("unplaced_figure", 1)]
        review(workspace, f"{findings[0][0]},wrong,it is wrong,,")
        with pytest.raises(JobError, match=r"reviews.csv, line 2: verdict"):
            build(workspace)


def test_ids_that_mean_nobody_are_told(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    lake = Lake()
    lake.report("泗水县司法局", 2023, requests=requests(), litigation=litigation(), disclosure=disclosure())
    lake.write(workspace)
    workspace.roster.write_text(
        "agency_id,agency_full_name,from_year,to_year,expected,note\n"
        "37O831-司法局,,2023,,true,a letter in the code\n"
        "370899-司法局,,2023,,true,a code that is none\n"
        "370831-水务局,,2023,,true,has not reported yet\n"
        "cn-交通运输部海事局,,2023,,true,\n",
        "utf-8",
    )
    workspace.aliases.write_text("kind,alias,means,reason\nid,旧局,370831-司去局,\nid,司局,370831-司法局,\n", "utf-8")
    assert build(workspace).built
    now = status(workspace)
    assert now.roster_of_nowhere == [(2, "37O831-司法局"), (3, "370899-司法局")]
    assert now.aliases_of_nobody == [("旧局", "370831-司去局")]
    told = gongkai(workspace, "status").stdout
    assert "Roster      line 2: 37O831-司法局 is of no known division" in told
    assert "Aliases     旧局 means 370831-司去局, and there is no such agency here" in told


def test_findings_keep_their_ids_when_a_page_comes_that_offers_the_document(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    query = (
        "SELECT finding_id, rule_code FROM marts.finding "
        "WHERE rule_code IN ('outcomes_sum', 'applicant_types_sum', 'requests_balance', 'litigation_results_sum')"
    )
    site = "http://www.sishui.gov.cn"
    put(workspace.raw, "a.doc", word(report(5, "泗水县司法局")), url=f"{site}/a.doc")
    refresh(workspace)
    build(workspace)
    alone = ask(workspace, query)
    title = "泗水县司法局2022年政府信息公开工作年度报告"
    put(workspace.raw, "page.html", page(title, ("a.doc", f"{title}.doc")), url=f"{site}/page.html")
    refresh(workspace)
    build(workspace)
    assert ask(workspace, "SELECT raw_path FROM marts.report JOIN landing.documents USING (document_id)") == [
        ("page.html",)
    ]
    assert len(alone) > 30
    assert sorted(ask(workspace, query)) == sorted(alone)


@pytest.fixture(scope="module")
def covered(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A county's site of which some reports were had, some not, and a roster."""
    workspace = Workspace(tmp_path_factory.mktemp("covered"))
    site = "http://www.sishui.gov.cn"
    for year in (2020, 2023):
        put(workspace.raw, f"sf{year}.html", web_page(report(year, "泗水县司法局", year)), url=f"{site}/{year}.html")
    put(workspace.raw, "泗水县水利局-2023.pdf", b"%PDF-1.4 cut off")
    put(
        workspace.raw,
        "412.html",
        b"<html><script>$_ts=window['$_ts'];</script></html>",
        url=f"{site}/jyj.html",
        link_text="泗水县教育和体育局2022年政府信息公开工作年度报告",
        fetched_at="2025-02-01T00:00:00Z",
    )
    title = "泗水县民政局2023年政府信息公开工作年度报告"
    put(workspace.raw, "mz.html", page(title, ("mz.docx", "附件.docx")), url=f"{site}/mz.html")
    # The link names another year than the file: nobody's.
    put(workspace.raw, "泗水县公安局2021.pdf", b"%PDF-1.4 also cut", link_text="泗水县公安局2022年政府信息公开年报")
    put(workspace.raw, "nothing.pdf", b"%PDF-1.4 known by nothing")
    # The place of a bare name is that of its host's other reports; that of one without a host is not known.
    put(workspace.raw, "a.pdf", b"%PDF-1.4 a", url=f"{site}/a.pdf", link_text="财政局2023年政府信息公开年度报告")
    put(workspace.raw, "b.pdf", b"%PDF-1.4 b", link_text="财政局2023年政府信息公开年度报告")
    workspace.roster.write_text(
        "agency_id,agency_full_name,from_year,to_year,expected,note\n"
        ",山东省济宁市泗水县司法局,2021,,true,\n"
        "370831-人民政府,,2022,,true,\n"
        "370831-人民政府,,2023,,false,merged into the city's\n"
        ",山东省济宁市泗水县统计局,2020,2021,true,\n",
        "utf-8-sig",
    )
    refresh(workspace)
    assert build(workspace).built
    return workspace


class TestCoverage:
    @pytest.mark.parametrize(
        ("agency", "expected"),
        [
            # on the roster from 2021; an earlier report is there all the same
            ("司法局", [(2020, "extracted"), (2021, "absent"), (2022, "absent"), (2023, "extracted")]),
            ("人民政府", [(2022, "absent"), (2023, "not_expected")]),
            ("统计局", [(2020, "absent"), (2021, "absent")]),
            ("水利局", [(2023, "quarantined")]),
            ("教育体育局", [(2022, "blocked"), (2023, "absent")]),
            ("民政局", [(2023, "quarantined")]),
            ("财政局", [(2023, "quarantined")]),
            ("公安局", []),
        ],
    )
    def test_status_by_agency_and_year(self, covered: Workspace, agency: str, expected: list[tuple[int, str]]) -> None:
        query = f"SELECT report_year, status FROM marts.coverage WHERE agency_id = '370831-{agency}' ORDER BY 1"
        assert ask(covered, query) == expected

    def test_what_is_known_of_it(self, covered: Workspace) -> None:
        rows = ask(
            covered,
            "SELECT agency_name, level, raw_path, detail, is_expected FROM marts.coverage "
            "JOIN marts.dim_agency USING (agency_id) LEFT JOIN landing.documents USING (document_id) "
            "WHERE coverage.status IN ('blocked', 'not_expected')",
        )
        blocked, merged = sorted(rows, key=lambda row: str(row[2]))
        assert blocked[:3] == ("泗水县教育和体育局", "county", "412.html")
        assert "瑞数" in blocked[3]
        assert blocked[4] is None
        assert merged == ("泗水县人民政府", "county", None, "merged into the city's", False)

    def test_status_sums_it_up(self, covered: Workspace) -> None:
        now = status(covered)
        assert now.coverage_of_roster == {"county": {"absent": 5, "extracted": 1, "not_expected": 1}}
        assert now.unattributed == 3
        assert now.agencies == 1

    def test_nobody_is_guessed(self, covered: Workspace) -> None:
        rows = ask(
            covered,
            "SELECT raw_path FROM landing.unread JOIN landing.documents USING (document_id) "
            "WHERE agency_id IS NULL ORDER BY 1",
        )
        assert rows == [("b.pdf",), ("nothing.pdf",), ("泗水县公安局2021.pdf",)]


@pytest.mark.parametrize(
    ("fetched", "read", "last"),
    [
        # nobody looked after 2022's were due; a report read before its year was due is no reason to miss others
        (None, datetime(2024, 2, 1), 2022),
        (None, datetime(2030, 1, 1), 2023),
        # whoever fetched on 1 April 2025 found none of 2024, which were due; a day before they were not
        (datetime(2025, 3, 31, 16), datetime(2026, 1, 1), 2024),
        (datetime(2025, 3, 31, 15), datetime(2026, 1, 1), 2023),
        # nothing is fetched after it is read
        (datetime(2099, 1, 1), datetime(2024, 4, 1), 2023),
    ],
)
def test_the_last_year_due(
    tmp_path: Path, fetched: datetime | None, read: datetime, last: int, due: Callable[[Workspace], int]
) -> None:
    workspace = Workspace(tmp_path)
    lake = Lake()
    lake.report("甲市司法局", 2021, fetched_at=fetched)
    lake.report("乙市司法局", 2023)
    lake.report("丙市司法局", 2022)
    for document in lake.tables["documents"]:
        document["extracted_at"] = read
    lake.write(workspace)
    assert due(workspace) == last


@pytest.fixture
def due() -> Callable[[Workspace], int]:
    """The last year in which an agency that reported long before is missed."""

    def find(workspace: Workspace) -> int:
        target = workspace.root / "gongkai.duckdb"
        assemble(workspace, target)
        run_dbt("build", "--exclude-resource-type", "test", "unit_test", "--select", "+coverage", target=target)
        query = (
            "SELECT max(report_year) FROM marts.coverage JOIN marts.dim_agency USING (agency_id) "
            "WHERE agency_name = '甲市司法局'"
        )
        with duckdb.connect(target, read_only=True) as connection:
            ((year,),) = connection.sql(query).fetchall()
        return int(year)

    return find
