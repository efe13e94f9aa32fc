"""What all pages share: language, CSV and SQL of every table, what is said of what is not there, who may ask."""

from __future__ import annotations

import csv
import io
import re
import shutil
import socket
from collections import Counter
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest
from lxml import html

from pipeline.explorer import serve
from pipeline.explorer.charts import Chart, as_json, plot
from pipeline.explorer.guards import POLICY
from pipeline.explorer.kept import KeptPages
from pipeline.explorer.language import words
from pipeline.explorer.page import Look, csv_cell
from pipeline.explorer.statement import Query, literal, read_statement
from pipeline.workspace import JobError, Workspace
from tests.conftest import gongkai
from tests.explorer.site import Answer, Site, running

AGENCY = "410302-机关事务服务中心"
PAGES = ("/", "/search?q=机关事务", f"/agency/{AGENCY}", f"/agency/{AGENCY}?topic=disclosure&series=fees")


def sources(answer: Answer) -> list[tuple[str, str]]:
    """The statement and the address of the CSV of each table of a page."""
    return [
        (one.xpath("string(.//pre)"), one.xpath("string(.//a[@download]/@href)"))
        for one in answer.tree.xpath("//details[@class='source']")
    ]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_open_in_both_languages(site: Site, page: str, language: str) -> None:
    answer = site.get(f"{page}{'&' if '?' in page else '?'}lang={language}")
    assert answer.status == 200
    assert answer.tree.get("lang") == {"zh": "zh-Hans", "en": "en"}[language]
    assert len(answer.tree.xpath("//h1")) == 1
    assert not answer.tree.xpath("//*[@style or @onclick] | //script[not(@src) and not(@type='application/json')]")


@pytest.mark.parametrize("page", PAGES)
def test_each_table_is_what_its_sql_says_and_its_csv_gives(site: Site, published: Workspace, page: str) -> None:
    tables = sources(site.get(page))
    assert tables
    with duckdb.connect(published.published, read_only=True) as warehouse:
        warehouse.execute("SET TimeZone = 'UTC'")
        for sql, address in tables:
            asked = warehouse.execute(sql)
            header = [column[0] for column in asked.description or ()]
            expected = [["" if value is None else str(csv_cell(value)) for value in row] for row in asked.fetchall()]
            given = site.get(address)
            assert given.status == 200, given.text
            assert given.body.startswith(b"\xef\xbb\xbf")
            assert list(csv.reader(io.StringIO(given.text))) == [header, *expected], sql


def test_a_table_that_the_page_does_not_have(site: Site) -> None:
    answer = site.get("/?format=csv&table=nothing")
    assert answer.status == 404
    assert "nothing" in answer.shown


def test_the_language_is_kept_and_an_address_overrules_it(site: Site) -> None:
    chosen = site.get("/?lang=en").headers["set-cookie"].split(";")[0]
    assert site.get("/", {"Cookie": chosen}).tree.get("lang") == "en"
    assert site.get("/?lang=zh", {"Cookie": chosen}).tree.get("lang") == "zh-Hans"
    assert site.get("/?lang=fr").tree.get("lang") == "zh-Hans"


def test_texts_are_there_in_both_languages_with_the_same_places() -> None:
    import string

    zh, en = words("zh")._texts, words("en")._texts
    for key in zh:
        places = [{name for _, name, _, _ in string.Formatter().parse(text[key]) if name} for text in (zh, en)]
        assert places[0] == places[1], key


def test_what_is_not_there_says_what_to_do(site: Site) -> None:
    for path in ("/nothing", "/agency/nobody"):
        answer = site.get(path)
        assert answer.status == 404
        assert "搜索" in answer.shown
        assert answer.tree.xpath("//main//a[@href='/']")


def test_nothing_is_published_yet(tmp_path, workspace: Workspace) -> None:
    with running(workspace) as site:
        answer = site.get("/")
        assert answer.status == 503
        assert "gongkai" in answer.shown and "run" in answer.shown


def test_every_answer_forbids_what_a_page_needs_not(site: Site) -> None:
    for path in ("/", "/nothing", "/static/style.css", "/?format=csv&table=reports"):
        headers = site.get(path).headers
        assert headers["content-security-policy"] == POLICY
        assert headers["x-content-type-options"] == "nosniff"
    assert "unsafe" not in POLICY and "*" not in POLICY


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("localhost:8000", 200),
        ("[::1]:8000", 200),
        ("rebound.example", 403),
        ("localhost.rebound.example", 403),
        ("", 403),
    ],
)
def test_only_under_its_own_names(site: Site, host: str, status: int) -> None:
    assert site.get("/", {"Host": host}).status == status


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ],
)
def test_what_another_site_sends_is_refused(site: Site, headers: dict[str, str]) -> None:
    assert site.post("/", {"a": "b"}, headers).status == 403


def test_what_is_our_own_is_not_refused(site: Site) -> None:
    assert site.post("/", {"a": "b"}).status == 405
    assert site.post("/", {"a": "b"}, {"Sec-Fetch-Site": "same-origin"}).status == 405


def test_static_files_are_those_of_the_folder_alone(site: Site) -> None:
    assert site.get("/static/style.css").status == 200
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"):
        assert site.get(path).status == 404


def test_a_question_is_shown_and_never_run(site: Site) -> None:
    answer = site.get("/search?q=<script>alert(1)</script>'\"{{7*7}}$x")
    assert answer.status == 200
    assert "<script>alert" not in answer.text
    assert answer.tree.xpath("//input[@name='q']/@value") == ["<script>alert(1)</script>'\"{{7*7}}$x"]


def test_vega_is_ours(site: Site) -> None:
    plain = site.get("/vega.js")
    assert plain.headers.get_content_type() == "text/javascript"
    assert b"vegaEmbed" in plain.body
    packed = site.get("/vega.js", {"Accept-Encoding": "gzip"})
    assert len(packed.body) < len(plain.body) / 2


def test_the_rows_of_a_chart_cannot_end_its_script() -> None:
    shown = plot([{"who": "</script><script>alert(1)</script>&", "n": 1}], "bar", "who", "n", "zh")
    text = as_json(shown)
    assert "<" not in text and "&" not in text
    parsed = html.fromstring(f"<div><script type='application/json'>{text}</script></div>")
    assert len(parsed.xpath("//script")) == 1


def test_a_chart_looks_the_same_whatever_its_rows() -> None:
    import altair as alt

    drawn = []

    def draw(_: object) -> alt.Chart:
        drawn.append(1)
        return alt.Chart(alt.NamedData("rows")).mark_bar().encode(alt.X("x:N"), alt.Y("y:Q"))

    chart = Chart(draw)
    shown = [chart.of(words("zh"), [{"x": "a", "y": number}]) for number in range(3)]
    assert drawn == [1]
    assert [one.rows[0]["y"] for one in shown] == [0, 1, 2]


@pytest.mark.parametrize("value", [None, True, -3, 1.5, "it's; -- \"", ["a", "b'c"], {"a": [1, 2], "b": "x"}], ids=repr)
def test_literals_mean_what_they_were(value: object) -> None:
    assert duckdb.sql(f"SELECT {literal(value)}").fetchall() == duckdb.execute("SELECT $v", {"v": value}).fetchall()


def test_only_parameters_are_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "SELECT '$name', \"$name\", $name, {choice} -- $name\n"
    monkeypatch.setattr("pipeline.explorer.statement.read_statement", lambda _: text)
    query = Query("x", {"name": "o'k"}, {"choice": "refusal_rate"})
    assert query.text() == text.replace("{choice}", "refusal_rate")
    assert query.pasteable() == "SELECT '$name', \"$name\", 'o''k', refusal_rate -- $name\n"
    with pytest.raises(ValueError, match="no name of a column"):
        Query("x", {}, {"choice": "1; DROP TABLE x"}).text()


def test_what_queries_have_in_common_stands_in_each() -> None:
    """The text of a part is put in as it stands, as deep as its name; each is named by two queries at least."""
    folder = files("pipeline.explorer") / "queries"
    named = Counter(
        part
        for query in folder.iterdir()
        if query.name.endswith(".sql")
        for part in re.findall(r"\{([a-z_]+\.sql)\}", query.read_text(encoding="utf-8"))
    )
    assert set(named) == {part.name for part in (folder / "parts").iterdir()}
    assert min(named.values()) >= 2, named
    first, *rest = (folder / "parts" / "asked_findings.sql").read_text(encoding="utf-8").strip().splitlines()
    lines = read_statement("findings").splitlines()
    there = lines[lines.index(f"    {first}") :][: len(rest) + 1]
    assert [line.removeprefix("    ") for line in there] == [first, *rest]


def test_a_spreadsheet_runs_nothing() -> None:
    assert csv_cell("=cmd|' /C calc'!A0") == "'=cmd|' /C calc'!A0"
    assert csv_cell("教育局") == "教育局"


def test_pages_that_are_kept_are_bounded() -> None:
    kept = KeptPages(most=10)
    for number in range(4):
        kept.put(("build", "zh", str(number)), b"1234")
        kept.get(("build", "zh", "0"))
    assert [kept.get(("build", "zh", str(number))) for number in range(4)] == [b"1234", None, None, b"1234"]
    kept.put(("build", "zh", "3"), b"1234567890")
    assert [kept.get(("build", "zh", str(number))) for number in (0, 3)] == [None, b"1234567890"]


def test_a_page_is_made_once_a_build_and_language(
    published: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(tmp_path)
    workspace.warehouse.mkdir()
    shutil.copy(published.published, workspace.published)
    asked: list[str] = []
    run = Look.table
    monkeypatch.setattr(Look, "table", lambda look, name, query: asked.append(name) or run(look, name, query))
    path = f"/agency/{AGENCY}"
    with running(workspace) as site:
        first = site.get(path)
        made = len(asked)
        assert made > 5
        assert site.get(path).body == first.body
        assert len(asked) == made
        assert site.get(f"{path}?lang=en").body != first.body
        assert len(asked) == 2 * made
        other = workspace.published.with_suffix(".new")
        shutil.copy(published.published, other)
        other.chmod(0o644)
        with duckdb.connect(other) as connection:
            connection.execute("UPDATE landing.build SET build_id = 'another'")
        other.replace(workspace.published)
        assert "another" in site.get(path).text
    with running(workspace, review=True) as site:
        before = len(asked)
        site.get(path)
        site.get(path)
        assert len(asked) == before + 2 * made


def test_a_port_that_is_taken(workspace: Workspace) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(JobError, match=str(port)):
            serve(workspace, "127.0.0.1", port)
        said = gongkai(workspace, "serve", "--port", str(port))
    assert said.returncode == 1
    assert "--port" in said.stderr
