"""The page of the console: answers as table, chart and CSV, at an address; refusals with a word what to do."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import duckdb
import pytest
from starlette.requests import Request

from pipeline.console import Answer, Console
from pipeline.console.cookbook import Question, questions
from pipeline.explorer.pages.sql import _chart
from pipeline.workspace import Workspace
from tests.explorer.site import Site, running

RECEIVED = "SELECT agency_id, report_year, received_new FROM agency_year ORDER BY ALL"


def asked(query: str, **more: str) -> str:
    return "/sql?q=" + quote(query, safe="") + "".join(f"&{key}={value}" for key, value in more.items())


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_an_answer_is_a_table_whose_ids_lead_to_their_pages(site: Site) -> None:
    answer = site.get(asked(RECEIVED))
    assert answer.status == 200
    (table,) = answer.tree.xpath("//table[@class='answer']")
    assert table.xpath("thead//th/text()") == ["agency_id", "report_year", "received_new"]
    shown = [[cell.text_content() for cell in row.xpath("td")] for row in table.xpath("tbody/tr")]
    assert len(shown) == 5
    assert ["410105-政务服务办公室", "2023", "0"] in shown
    assert "/agency/" + quote("410105-政务服务办公室") in table.xpath(".//a/@href")
    (text,) = answer.tree.xpath("//textarea/text()")
    assert text.strip() == RECEIVED  # the address is the query: it can be shared


def test_csv_has_the_answer_whole_and_no_formula(site: Site) -> None:
    answer = site.get(asked("SELECT '=1+1' AS a, -1 AS b, NULL AS c, repeat('长', 1000) AS d", format="csv"))
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.body.startswith("\ufeff".encode())
    assert rows(answer.text) == [["a", "b", "c", "d"], ["'=1+1", "-1", "", "长" * 1000]]


def test_the_link_to_the_csv_gives_the_rows_of_the_page(site: Site) -> None:
    page = site.get(asked(RECEIVED, chart="bar", x="agency_id", y="received_new")).tree
    (address,) = page.xpath("//a[@download][contains(., 'CSV')][not(ancestor::details)]/@href")
    assert len(rows(site.get(address).text)) == 1 + len(page.xpath("//table[@class='answer']/tbody/tr"))


def test_a_chart_of_two_columns(site: Site) -> None:
    page = site.get(asked(RECEIVED, chart="bar", x="agency_id", y="received_new")).tree
    (script,) = page.xpath("//figure[@class='chart']/script/text()")
    chart = json.loads(script)
    assert {row["y"] for row in chart["rows"]} == {0}
    assert len(chart["rows"]) == 5
    # Text is not drawn upright, and no column is made up.
    for x, y in (("report_year", "agency_id"), ("report_year", "nothing")):
        assert not site.get(asked(RECEIVED, chart="bar", x=x, y=y)).tree.xpath("//figure")


def test_a_question_of_the_cookbook_is_answered_once_a_build(
    published: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(tmp_path)
    workspace.warehouse.mkdir()
    shutil.copy(published.published, workspace.published)
    workspace.published.chmod(0o644)
    done: list[str] = []
    ask = Console.ask
    monkeypatch.setattr(
        Console, "ask", lambda console, query, limits: done.append(query) or ask(console, query, limits)
    )
    question = next(one.sql for one in questions() if "FROM landing.cells" in one.sql)
    with running(workspace) as site:
        first, again = site.get(asked(question)), site.get(asked(question))
        assert done == [question]
        assert [one.tree.xpath("//table[@class='answer']//td/text()") for one in (first, again)] == [
            first.tree.xpath("//table[@class='answer']//td/text()")
        ] * 2
        other = shutil.copy(workspace.published, tmp_path / "other.duckdb")
        with duckdb.connect(str(other)) as connection:
            connection.execute("UPDATE landing.build SET build_id = 'another'; DELETE FROM landing.cells")
        Path(other).replace(workspace.published)
        assert not site.get(asked(question)).tree.xpath("//table[@class='answer']//td/text()")
        assert done == [question] * 2
        for _ in range(2):
            site.get(asked("SELECT random() AS a"))
        assert len(done) == 4


def test_no_chart_of_columns_that_have_one_name() -> None:
    def drawn(columns: list[str]) -> bool:
        answer = Answer(columns, ["INTEGER"] * 3, [True] * 3, [[1, 2, 3]], False, "", 0)
        scope = {"type": "http", "query_string": b"chart=bar&x=a&y=b", "headers": []}
        return _chart(Request(scope), answer) is not None

    assert drawn(["a", "b", "c"])
    assert not drawn(["a", "b", "b"])  # of which one would be drawn, nobody can tell
    assert not drawn(["a", "b", "a"])


def test_more_rows_than_are_shown_are_said(site: Site) -> None:
    page = site.get(asked("SELECT * FROM range(5000)"))
    assert "只显示前 1,000 行" in page.shown
    assert len(page.tree.xpath("//table[@class='answer']/tbody/tr")) == 1000
    assert len(rows(site.get(asked("SELECT * FROM range(5000)", format="csv")).text)) == 5001
    # A file cannot say that it is cut off.
    refused = site.get(asked("SELECT * FROM range(100001)", format="csv"))
    assert refused.status == 400
    assert "100,000" in refused.shown


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT 1; SELECT 2", "一次只能有一条语句"),
        ("DROP TABLE marts.report", "不接受 DROP"),
        ("SELECT * FROM read_text('/etc/passwd')", "不允许使用 read_text"),
        ("FROM '/etc/passwd.csv'", "不能读写文件"),
        ("SELECT received FROM report", "received"),
        ("SELECT level FROM agency_year", "marts.dim_agency"),
        ("SELECT <script>alert(1)</script>", "<script>alert(1)</script>"),
        ("-- " + "a" * 20_001, "20,000"),
    ],
)
def test_a_refusal_says_why_and_keeps_the_query(site: Site, query: str, said: str) -> None:
    answer = site.get(asked(query))
    assert answer.status == 400
    assert said in "".join(answer.tree.xpath("//section[@role='alert']")[0].itertext())
    assert answer.tree.xpath("//textarea/text()")[0].strip() == query
    assert b"<script>alert" not in answer.body


def test_refusals_in_english(site: Site) -> None:
    assert "One statement at a time" in site.get(asked("SELECT 1; SELECT 2", lang="en")).shown


def test_another_sites_page_cannot_ask(site: Site) -> None:
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert site.get(asked(RECEIVED), elsewhere).status == 403
    assert site.get(asked(RECEIVED), elsewhere | {"Sec-Fetch-Mode": "navigate"}).status == 200


def test_values_are_text_never_html(site: Site) -> None:
    answer = site.get(asked("SELECT '<img src=x onerror=alert(1)>' AS a, '<b>' AS \"<i>\""))
    assert not answer.tree.xpath("//table[@class='answer']//img | //table[@class='answer']//b | //i")


def test_every_question_of_the_cookbook_is_offered(site: Site) -> None:
    links = site.get("/sql").tree.xpath("//div[contains(@class, 'cookbook')]//a/@href")
    assert [parse_qs(urlsplit(link).query)["q"][0] for link in links] == [question.sql for question in questions()]


@pytest.mark.parametrize("question", [one for one in questions() if one.chart], ids=lambda one: one.name)
def test_a_question_with_a_chart_names_columns_of_its_answer(site: Site, question: Question) -> None:
    page = site.get(asked(question.sql, chart=question.chart, x=question.x, y=question.y))
    assert page.status == 200
    answered = page.tree.xpath("//table[@class='answer']/thead//th/text()")
    assert answered or question.name == "refusal_ranking"  # which has no row of the samples
    assert {question.x, question.y} <= set(answered) or not answered
    assert bool(page.tree.xpath("//figure[@class='chart']")) == bool(answered)


def test_the_tables_are_listed_with_what_they_mean(site: Site) -> None:
    page = site.get("/sql?lang=en")
    (row,) = page.tree.xpath("//tr[th[normalize-space() = 'marts.agency_year']]")
    assert "received_new" in row.text_content()
    assert site.get(row.xpath("th/a/@href")[0]).status == 200
