"""A page and its files are one report: real files, read, put together, built and published."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.lake import refresh
from pipeline.lake.schemas import LINKS, OBSERVATIONS, REPORTS
from pipeline.warehouse import assemble, build, open_published
from pipeline.warehouse.parts import Document, Parts, put_together, resolve_links
from pipeline.workspace import Workspace
from tests.corpus.docx import write_docx
from tests.warehouse.site import only_tables, page, put, report, web_page, word

TITLE = "{}2022年政府信息公开工作年度报告"
HOST = "http://www.example.gov.cn"


def fill(raw: Path) -> None:
    """One agency a case; the name of each file begins with the case."""
    # By the file's address, written in another way.
    put(
        raw,
        "address/page.html",
        page(TITLE.format("甲县水利局"), ("../files/./%E5%B9%B4%E6%8A%A5.doc#top", "年报")),
        url=f"{HOST}/a/b/page.html",
    )
    put(
        raw,
        "address/9f3c",
        word(report(1, "甲县水利局")),
        url="https://WWW.example.gov.cn:443/a/c/../files/年报.doc ",
    )
    # By what the crawler noted; the file does not say whose report it is.
    put(raw, "noted/page.html", page(TITLE.format("乙县水利局")), url=f"{HOST}/b?id=1")
    put(
        raw,
        "noted/tables",
        word(only_tables(report(2, "乙县水利局"))),
        page_url=f"{HOST}/b?id=1#files",
        url=f"{HOST}/f/2",
    )
    # By its path, as browsers save pages.
    put(raw, "saved/报告.html", page(TITLE.format("丙县水利局"), ("./报告_files/%B8%BD%BC%FE.doc", "附件")))
    put(raw, "saved/报告_files/附件.doc", word(report(3, "丙县水利局")))
    # A real Word document; a page that goes by the name of one.
    put(raw, "docx/page.html", page(TITLE.format("卯县水利局"), ("a.docx", "附件")))
    put(raw, "docx/a.docx", write_docx(report(14, "卯县水利局")))
    put(raw, "html/page.html", page(TITLE.format("辰县水利局"), ("a.doc", "附件")))
    put(raw, "html/a.doc", web_page(report(15, "辰县水利局")))
    # In an archive, where the same name stands beside the archive too.
    with zipfile.ZipFile(raw / "packed.zip", "w") as archive:
        archive.writestr("x/page.html", page(TITLE.format("丁县水利局"), ("P0201.doc", "附件")))
        archive.writestr("x/P0201.doc", word(report(4, "丁县水利局")))
    put(raw, "x/P0201.doc", word(report(40, "子县水利局")))
    # The page prints all tables; its file prints them again, and one of its figures is another.
    twice = report(5, "戊县水利局")
    put(raw, "twice/page.html", web_page(twice, ("report.doc", "下载")))
    changed = word(report(5, "戊县水利局")).decode().replace(twice.truth[next(iter(twice.truth))].raw, "987654")
    put(raw, "twice/report.doc", changed.encode())
    # A list of several years' reports, of which one is here; and one of several agencies', none of them titled.
    years = [(f"{year}.doc", f"己县水利局{year}年政府信息公开工作年度报告") for year in (2020, 2021, 2022)]
    put(raw, "years/list.html", page("己县水利局政府信息公开工作年度报告", *years))
    put(raw, "years/2022.doc", word(report(6, "己县水利局")))
    put(raw, "list/list.html", page(TITLE.format("庚县").replace("庚县", "庚县各部门"), ("a.doc", "1"), ("b.doc", "2")))
    put(raw, "list/a.doc", word(report(7, "庚县水利局")))
    put(raw, "list/b.doc", word(report(8, "庚县司法局")))
    # A report that offers that of the year before, too.
    put(
        raw,
        "before/page.html",
        page(TITLE.format("辛县水利局"), ("2021.doc", "上一年"), ("2022.doc", "本年")),
    )
    put(raw, "before/2021.doc", word(report(9, "辛县水利局", 2021)))
    put(raw, "before/2022.doc", word(report(10, "辛县水利局")))
    # What is missing, cannot be read or holds nothing.
    put(
        raw,
        "missing/page.html",
        page(TITLE.format("壬县水利局"), ("gone.doc", "年报全文"), ("empty.doc", ""), ("n.doc", "说明")),
    )
    put(raw, "missing/empty.doc", b"")
    put(raw, "missing/n.doc", "关于放假的通知\n今年国庆节放假七天。".encode())
    # The same bytes under two pages; and the same page, fetched twice.
    for name in "12":
        put(raw, f"shared/{name}.html", page(TITLE.format("癸县水利局"), ("a.doc", "附件"), text=f"<p>{name}</p>"))
    put(raw, "shared/a.doc", word(report(11, "癸县水利局")))
    put(raw, "shared/copy/a.doc", word(report(11, "癸县水利局")))
    for day in "12":
        put(
            raw,
            f"fetched/{day}.html",
            page(TITLE.format("丑县水利局"), ("a.doc", "附件"), text=f"<p>浏览次数：{day}</p>"),
            url=f"{HOST}/fetched/page.html",
            fetched_at=f"2024-01-0{day}T00:00:00Z",
        )
    put(raw, "fetched/a.doc", word(report(12, "丑县水利局")), url=f"{HOST}/fetched/a.doc")
    # An original and its correction, which bears no later date.
    original = report(13, "寅县水利局")
    put(raw, "corrected/1.html", page(TITLE.format("寅县水利局"), ("1.doc", "附件")), source_id="寅县")
    put(raw, "corrected/1.doc", word(original))
    put(raw, "corrected/2.html", page(TITLE.format("寅县水利局"), ("2.doc", "年度报告（更正后）")), source_id="寅县")
    put(raw, "corrected/2.doc", word(report(13, "寅县水利局")).replace(first_number(original), b"424242"))


def first_number(draft: object) -> bytes:
    """The first figure that a report prints."""
    return next(iter(draft.truth.values())).raw.encode()  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """All cases, published."""
    workspace = Workspace(tmp_path_factory.mktemp("parts"))
    workspace.raw.mkdir()
    fill(workspace.raw)
    refresh(workspace, workers=1)
    assert build(workspace).built
    return workspace


@pytest.fixture
def published(built: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(built) as connection:
        yield connection


def parts(connection: duckdb.DuckDBPyConnection, case: str) -> list[tuple[str, str, str]]:
    """The parts of the reports of a case: page, part and role, by their paths."""
    return connection.execute(
        """
        SELECT page.raw_path, part.raw_path, role
        FROM landing.report_parts
        JOIN landing.documents AS page ON page.document_id = report_document_id
        JOIN landing.documents AS part ON part.document_id = part_document_id
        WHERE page.raw_path LIKE ? ORDER BY page.raw_path, position
        """,
        [f"{case}%"],
    ).fetchall()


@pytest.mark.parametrize(
    ("case", "report_path", "part"),
    [
        ("address", "address/page.html", "address/9f3c"),
        ("noted", "noted/page.html", "noted/tables"),
        ("saved", "saved/报告.html", "saved/报告_files/附件.doc"),
        ("docx", "docx/page.html", "docx/a.docx"),
        ("html", "html/page.html", "html/a.doc"),
        ("packed", "packed.zip!/x/page.html", "packed.zip!/x/P0201.doc"),
        ("twice", "twice/page.html", "twice/report.doc"),
        ("fetched", "fetched/2.html", "fetched/a.doc"),
    ],
)
def test_a_page_and_its_file_are_one_report(
    published: duckdb.DuckDBPyConnection, case: str, report_path: str, part: str
) -> None:
    assert parts(published, case) == [(report_path, report_path, "page"), (report_path, part, "attachment")]
    reports = published.execute(
        "SELECT raw_path, status, error_code FROM landing.reports JOIN landing.documents USING (document_id) "
        "WHERE raw_path LIKE ?",
        [f"{case}%"],
    ).fetchall()
    assert reports == [(report_path, "extracted", None)]


def test_every_figure_of_a_file_is_a_fact_of_the_report(published: duckdb.DuckDBPyConnection) -> None:
    facts = published.sql(
        """
        SELECT raw_path, url, title, publish_date::VARCHAR, signed_date::VARCHAR, count(value), quality
        FROM marts.report JOIN landing.documents USING (document_id)
        LEFT JOIN marts.fct_disclosure USING (agency_id, report_year)
        WHERE raw_path LIKE 'address%' OR raw_path LIKE 'noted%' GROUP BY ALL ORDER BY 1
        """
    ).fetchall()
    truth = [mark for slot, mark in report(1, "甲县水利局").truth.items() if slot.table == "disclosure"]
    count = sum(mark.value is not None for mark in truth)
    assert [row[:6] for row in facts] == [
        ("address/page.html", f"{HOST}/a/b/page.html", TITLE.format("甲县水利局"), "2023-01-31", "2023-01-20", count),
        ("noted/page.html", f"{HOST}/b?id=1", TITLE.format("乙县水利局"), "2023-01-31", None, count),
    ]


def test_a_cell_is_traced_to_the_file_that_prints_it(published: duckdb.DuckDBPyConnection) -> None:
    assert published.sql(
        """
        SELECT DISTINCT printed.raw_path
        FROM marts.report
        JOIN landing.report_parts ON report_document_id = report.document_id
        JOIN landing.cells ON part_document_id = cells.document_id
        JOIN landing.documents AS printed ON cells.document_id = printed.document_id
        WHERE printed.raw_path LIKE 'address%'
        """
    ).fetchall() == [("address/9f3c",)]


def test_evidence_from_a_file_names_it(published: duckdb.DuckDBPyConnection) -> None:
    ((title, signed),) = published.sql(
        "SELECT title_evidence, signed_date_evidence FROM landing.reports JOIN landing.documents USING (document_id) "
        "WHERE raw_path LIKE 'address%'"
    ).fetchall()
    assert "[address/9f3c]" not in title
    assert signed.startswith("sign_off (")
    assert signed.endswith("[address/9f3c]")


def test_figures_printed_on_the_page_and_in_its_file_count_once(published: duckdb.DuckDBPyConnection) -> None:
    marks = report(5, "戊县水利局").truth
    expected = sum(
        mark.value or 0 for slot, mark in marks.items() if (slot.row, slot.column) == ("received_new", "total")
    )
    assert published.sql(
        "SELECT sum(received_new) FROM marts.fct_applications JOIN marts.dim_agency USING (agency_id) "
        "WHERE agency_name = '戊县水利局'"
    ).fetchall() == [(expected,)]


def test_where_a_file_prints_another_figure_than_its_page_is_told(published: duckdb.DuckDBPyConnection) -> None:
    found = published.sql(
        """
        SELECT rule_code, left_value, message, cells ->> '$[*].raw_text', raw_path
        FROM marts.finding JOIN landing.documents USING (document_id)
        WHERE rule_code IN ('versions_disagree', 'corrected_figures') ORDER BY raw_path
        """
    ).fetchall()
    slot, mark = next(iter(report(13, "寅县水利局").truth.items()))
    assert slot.table == "disclosure"
    corrected, twice = found
    assert corrected[:2] == ("corrected_figures", 1)
    assert corrected[2].endswith("1 figures of the correction differ from those of the original, corrected/1.html")
    assert sorted(corrected[3]) == sorted([mark.raw, "424242"])
    assert corrected[4] == "corrected/2.html"
    assert twice[:2] == ("versions_disagree", 1)
    assert "twice/report.doc" in twice[2]
    assert "987654" in twice[3]


def test_a_correction_is_current(published: duckdb.DuckDBPyConnection) -> None:
    assert published.sql(
        "SELECT raw_path, correction FROM marts.report JOIN landing.documents USING (document_id) "
        "JOIN marts.dim_agency USING (agency_id) WHERE agency_name = '寅县水利局'"
    ).fetchall() == [("corrected/2.html", "年度报告（更正后）")]


@pytest.mark.parametrize(("case", "alone"), [("years", ["years/2022.doc"]), ("list", ["list/a.doc", "list/b.doc"])])
def test_a_list_of_reports_is_the_page_of_none(
    published: duckdb.DuckDBPyConnection, case: str, alone: list[str]
) -> None:
    assert parts(published, case) == [(path, path, "page") for path in alone]
    assert published.execute(
        "SELECT status, error_code FROM landing.documents WHERE raw_path LIKE ?", [f"{case}/list.html"]
    ).fetchall() == [("not_a_report", "no_report_found")]


def test_a_file_of_another_year_stays_apart(published: duckdb.DuckDBPyConnection) -> None:
    assert parts(published, "before") == [
        ("before/2021.doc", "before/2021.doc", "page"),
        ("before/page.html", "before/page.html", "page"),
        ("before/page.html", "before/2022.doc", "attachment"),
    ]
    assert published.sql(
        "SELECT reason FROM landing.parts_apart JOIN landing.documents ON part_document_id = document_id "
        "WHERE raw_path = 'before/2021.doc'"
    ).fetchall() == [("other_year",)]


def test_what_is_missing_is_named(published: duckdb.DuckDBPyConnection) -> None:
    ((status, code, message),) = published.sql(
        "SELECT status, error_code, error_message FROM landing.documents WHERE raw_path = 'missing/page.html'"
    ).fetchall()
    assert (status, code) == ("not_a_report", "tables_elsewhere")
    assert "“年报全文” (gone.doc) is not here" in message
    assert "(missing/empty.doc) is here and could not be read (empty)" in message
    assert "“说明” (missing/n.doc) is here and holds none of the tables" in message
    assert parts(published, "missing") == []


def test_identical_bytes_are_one_document_and_a_file_of_two_pages_stands_alone(
    published: duckdb.DuckDBPyConnection,
) -> None:
    assert parts(published, "shared") == [("shared/a.doc", "shared/a.doc", "page")]
    assert published.sql(
        "SELECT raw_path FROM landing.observations WHERE raw_path LIKE 'shared/%.doc' ORDER BY 1"
    ).fetchall() == [("shared/a.doc",), ("shared/copy/a.doc",)]
    assert published.sql(
        "SELECT message FROM marts.finding JOIN landing.documents USING (document_id) "
        "WHERE rule_code = 'attachment_apart' AND raw_path LIKE 'shared%'"
    ).fetchall() == [("Offered by several pages (shared/1.html, shared/2.html), so that it is part of none of them",)]


def test_links_know_where_they_lead(published: duckdb.DuckDBPyConnection) -> None:
    assert published.sql(
        """
        SELECT links.href, links.text, target.raw_path
        FROM landing.links JOIN landing.documents AS page USING (document_id)
        LEFT JOIN landing.documents AS target ON target.document_id = target_document_id
        WHERE page.raw_path = 'missing/page.html' ORDER BY position
        """
    ).fetchall() == [
        ("gone.doc", "年报全文", None),
        ("empty.doc", "", "missing/empty.doc"),
        ("n.doc", "说明", "missing/n.doc"),
    ]


def test_a_file_that_comes_later_joins_without_reading_the_page_again(tmp_path: Path) -> None:
    workspace, target = Workspace(tmp_path), tmp_path / "build" / "gongkai.duckdb"
    put(workspace.raw, "page.html", page(TITLE.format("甲县水利局"), ("a.doc", "附件")))
    states = []
    for change in (
        lambda: None,
        lambda: put(workspace.raw, "a.doc", word(report(1, "甲县水利局"))),
        (workspace.raw / "a.doc").unlink,
    ):
        change()
        read = refresh(workspace, workers=1).read
        rows = assemble(workspace, target)
        with duckdb.connect(target) as connection:
            codes = connection.sql("SELECT error_code FROM landing.documents WHERE raw_path = 'page.html'").fetchall()
            states.append((read, rows["reports"], codes[0][0], len(parts(connection, "page"))))
    assert states == [(1, 0, "tables_elsewhere", 0), (1, 1, None, 2), (0, 0, "tables_elsewhere", 0)]


def test_a_page_that_is_named_later_is_found_without_reading_the_file_again(tmp_path: Path) -> None:
    workspace, target = Workspace(tmp_path), tmp_path / "build" / "gongkai.duckdb"
    put(workspace.raw, "page.html", page(TITLE.format("甲县水利局")), url=f"{HOST}/page.html")
    put(workspace.raw, "file", word(report(1, "甲县水利局")))
    refresh(workspace, workers=1)
    assert assemble(workspace, target)["report_parts"] == 1
    put(workspace.raw, "file", word(report(1, "甲县水利局")), page_url=f"{HOST}/page.html")
    assert refresh(workspace, workers=1).read == 0
    assert assemble(workspace, target)["report_parts"] == 2
    with duckdb.connect(target) as connection:
        assert parts(connection, "page")[1] == ("page.html", "file", "attachment")


def rows(schema: dict[str, pl.DataType], *given: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in given], schema=schema, orient="row")


def together(
    links: dict[str, list[str]],
    titles: dict[str, tuple[str | None, int | None]],
    *,
    recognised: tuple[str, ...] = (),
    kind: str = "attachment",
) -> Parts:
    """What becomes of documents that lie in one folder; ``titles`` are their agencies and years."""
    documents = [Document(name, name, None, "extracted", None) for name in titles]
    reports = rows(
        REPORTS,
        *(
            {
                "document_id": name,
                "title": "政府信息公开工作年度报告",
                "title_evidence": "title_line (line 1): ...",
                "agency_name": agency,
                "agency_name_evidence": "title_line (line 1): ...",
                "report_year": year,
                "report_year_evidence": "title_line (line 1): ...",
            }
            for name, (agency, year) in titles.items()
        ),
    )
    observations = rows(OBSERVATIONS, *({"document_id": name, "raw_path": name} for name in titles))
    written = [
        {"document_id": page, "position": number, "href": href, "text": "", "kind": kind}
        for page, hrefs in links.items()
        for number, href in enumerate(hrefs)
    ]
    resolved = resolve_links(rows(LINKS, *written), observations)
    return put_together(documents, observations, resolved, reports, recognised)


class TestWhatBelongsTogether:
    def test_pictures_in_their_order(self) -> None:
        found = together(
            {"p": ["2.png", "1.png"]},
            {"p": ("甲县水利局", 2022), "1.png": (None, None), "2.png": (None, None)},
            kind="picture",
        )
        assert found.parts == {"p": [("2.png", "picture"), ("1.png", "picture")]}

    def test_pages_that_offer_each_other(self) -> None:
        assert together({"a": ["b"], "b": ["a"]}, dict.fromkeys("ab", ("甲县水利局", 2022))).parts == {
            "a": [("b", "attachment")]
        }

        circle = together({"a": ["b"], "b": ["c"], "c": ["a"]}, dict.fromkeys("abc", ("甲县水利局", 2022)))
        assert circle.parts == {"a": [("b", "attachment")]}

    def test_a_file_of_a_page_has_no_files_of_its_own(self) -> None:
        found = together({"a": ["b"], "b": ["c"], "c": ["d"]}, dict.fromkeys("abcd", ("甲县水利局", 2022)))
        assert found.parts == {"a": [("b", "attachment")], "c": [("d", "attachment")]}

    @pytest.mark.parametrize(
        ("agency", "year", "reason"),
        [
            ("甲县水利局", 2022, None),
            ("省甲县水利局", 2022, None),
            ("县水局", None, None),
            (None, 2022, None),
            ("甲县司法局", 2022, "other_agency"),
            ("乙县水利局", 2022, "other_agency"),
            ("甲县水利局", 2021, "other_year"),
        ],
    )
    def test_a_file_must_not_contradict_its_page(
        self, agency: str | None, year: int | None, reason: str | None
    ) -> None:
        found = together({"p": ["f"]}, {"p": ("甲县水利局", 2022), "f": (agency, year)})
        assert found.apart == ([("p", "f", reason)] if reason else [])
        assert bool(found.parts) == (reason is None)

    def test_a_name_may_be_misread_only_where_it_was_recognised(self) -> None:
        titles: dict[str, tuple[str | None, int | None]] = {"p": ("甲县水利局", 2022), "f": ("甲县水刑局", 2022)}
        assert together({"p": ["f"]}, titles).apart == [("p", "f", "other_agency")]
        assert together({"p": ["f"]}, titles, recognised=("f",)).parts == {"p": [("f", "attachment")]}

    def test_the_page_of_a_column_yields_to_that_of_the_report(self) -> None:
        found = together(
            {"a": ["f"], "p": ["f"]}, {"a": ("甲县水利局", None), **dict.fromkeys("pf", ("甲县水利局", 2022))}
        )
        assert found.parts == {"p": [("f", "attachment")]}
        assert found.apart == [("a", "f", "several_pages")]

    def test_files_must_not_contradict_each_other(self) -> None:
        found = together({"p": ["f", "g"]}, {"p": (None, None), "f": ("甲县水利局", 2022), "g": ("甲县水利局", 2021)})
        assert found.parts == {}
        assert {reason for _, _, reason in found.apart} == {"several_reports"}
