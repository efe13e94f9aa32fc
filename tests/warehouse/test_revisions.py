"""Revisions: what an agency changed after publication, in real files, read, built and published."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.lake import refresh
from pipeline.warehouse import build, open_published
from pipeline.workspace import Workspace
from tests.corpus.docx import write_docx
from tests.corpus.draft import Draft
from tests.corpus.grid import Grid, Slot
from tests.corpus.html import write_html
from tests.corpus.plausible import plausible_numbers
from tests.corpus.report import BLANK, Mark, MarkedReport, Text
from tests.warehouse.site import put, word

HOST = "https://www.example.gov.cn"
GRANTED = Slot("requests", 1, "granted", "company")
DECISIONS = Slot("disclosure", 1, "licensing", "decisions")
FEES = Slot("disclosure", 1, "fees", "amount_10k_yuan")
UPHELD = Slot("litigation", 1, "reconsideration", "upheld")
REFUSED = Slot("requests", 1, "refused_state_secret", "total")

Change = Callable[[Draft], None]
Row = tuple[Any, ...]


def draft(agency: str, *changes: Change, seed: int = 7) -> Draft:
    """A report as first published, or with changes; all figures that the cases touch are known."""
    marked = MarkedReport(seed, marker=plausible_numbers)
    marked.agency, marked.year, marked.signed = agency, 2022, "2023年1月20日"
    made = Draft.of(marked)
    for number, heading in enumerate(("一", "五", "六"), 1):
        say(made, heading, f"第{number}句不变。存在{number}个问题。最后一句也不变。")
    for slot, text in ((GRANTED, "5"), (DECISIONS, "12"), (UPHELD, "3"), (REFUSED, "4")):
        made.reprint(slot, Mark.number(text))
    made.reprint(FEES, Mark.number("0.37", unit="万元"))
    for change in changes:
        change(made)
    return made


def say(made: Draft, section: str, text: str) -> None:
    """Let a section (by its heading's number) consist of these paragraphs."""
    at = next(i for i, block in enumerate(made.blocks) if isinstance(block, Text) and block.text.startswith(section))
    end = next(i for i, block in enumerate(made.blocks[at + 1 :], at + 1) if getattr(block, "kind", "") != "prose")
    made.blocks[at + 1 : end] = [Text(line) for line in text.split("\n")]


def saying(section: str, text: str) -> Change:
    return lambda made: say(made, section, text)


def printing(slot: Slot, mark: Mark) -> Change:
    return lambda made: made.reprint(slot, mark)


def titled(text: str) -> Change:
    def change(made: Draft) -> None:
        title = next(block for block in made.blocks if getattr(block, "kind", "") == "title")
        title.text += text  # type: ignore[union-attr]

    return change


def only(table: str) -> Change:
    """A notice: the title and one table."""

    def change(made: Draft) -> None:
        kept = [block for block in made.blocks if isinstance(block, Grid) and block.code == table]
        made.blocks = [made.blocks[0], *kept, *made.blocks[-2:]]

    return change


def fill(raw: Path) -> None:
    """One agency a case."""

    def page(name: str, agency: str, month: int, *changes: Change) -> None:
        put(
            raw,
            f"{name}.html",
            write_html(draft(agency, *changes)),
            url=f"{HOST}/{agency}",
            fetched_at=f"2023-{month:02}-01T00:00:00Z",
        )

    # The page at one address changed; fetched in the other order than that of the files' names.
    page("changed/2", "甲县水利局", 2)
    page(
        "changed/1",
        "甲县水利局",
        6,
        printing(GRANTED, Mark.number("55")),
        printing(UPHELD, BLANK),
        # Another unit, the same amount.
        printing(FEES, Mark.number("3700元", 3700, "元")),
        saying("一", "第1句不变。存在17个问题。补了一句。最后一句也不变。"),
        saying("六", "第3句不变。最后一句也不变。"),
    )
    # A page, its Word file and its text: one report in three formats.
    page("formats/page", "乙县水利局", 2)
    put(raw, "formats/file.docx", write_docx(draft("乙县水利局")), source_id="乙县")
    put(raw, "formats/file.doc", word(draft("乙县水利局")), source_id="乙县")
    # Numbers of paragraphs that a word processor drew, and the number of a page.
    bare = saying("一", "第1句不变。存在1个问题。最后一句也不变。\n公开的深度不够。\n解读的形式单一。")
    drawn = saying(
        "一", "第１句 不变。存在1个问题。最后一句也不变。\n1.公开的深度\n- 3 -\n不够。\n（2）解读的形式单一。"
    )
    page("numbers/1", "庚县水利局", 2, bare)
    page("numbers/2", "庚县水利局", 3, drawn)
    # Changed twice, and a notice of one table in between.
    page("twice/1", "丙县水利局", 2)
    page("twice/2", "丙县水利局", 3, printing(DECISIONS, Mark.number("13")))
    page("twice/3", "丙县水利局", 4, titled("（更正）"), printing(GRANTED, Mark.number("6")), only("requests"))
    page(
        "twice/4",
        "丙县水利局",
        5,
        titled("（更正）"),
        printing(GRANTED, Mark.number("6")),
        printing(DECISIONS, Mark.number("14")),
    )
    # A correction that was found before its original.
    page("mark/new", "丁县水利局", 2, titled("（更正）"), printing(REFUSED, Mark.number("44")))
    page("mark/old", "丁县水利局", 9)
    # Neither date nor mark.
    for name, change in {"a": printing(REFUSED, Mark.number("4")), "b": printing(REFUSED, Mark.number("9"))}.items():
        put(raw, f"unknown/{name}.html", write_html(draft("戊县水利局", change)), source_id="戊县")
    # What cannot be read is no revision, nor is a blank for a stroke.
    page("doubt/1", "己县水利局", 2, printing(GRANTED, BLANK))
    page(
        "doubt/2",
        "己县水利局",
        3,
        printing(GRANTED, Mark("—", "not_applicable")),
        printing(UPHELD, Mark("约3", "unreadable")),
        printing(REFUSED, Mark.number("0")),
    )


@pytest.fixture(scope="module")
def revised(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """All cases, published."""
    workspace = Workspace(tmp_path_factory.mktemp("revisions"))
    workspace.raw.mkdir()
    fill(workspace.raw)
    refresh(workspace, workers=1)
    assert build(workspace).built
    return workspace


def revisions(workspace: Workspace, case: str, columns: str) -> list[Row]:
    """The revisions of a case, by the names of its files."""
    with open_published(workspace) as connection:
        return connection.execute(
            f"""
            SELECT
                regexp_extract(earlier.raw_path, '/([^.]+)', 1), regexp_extract(later.raw_path, '/([^.]+)', 1),
                {columns}
            FROM marts.revision
            JOIN landing.documents AS earlier ON earlier.document_id = document_id_before
            JOIN landing.documents AS later ON later.document_id = revision.document_id
            WHERE later.raw_path LIKE ? ORDER BY 1, 2, kind, table_code, section, after
            """,
            [f"{case}/%"],
        ).fetchall()


FIGURE = "change, row_code || '.' || column_code, before, after, value_before, value_after"


def test_the_cases_are_read_as_they_are_meant(revised: Workspace) -> None:
    with open_published(revised) as connection:
        assert connection.sql(
            "SELECT regexp_extract(raw_path, '^[^/]+'), count(DISTINCT agency_id), count(*) "
            "FROM landing.agencies JOIN landing.documents USING (document_id) GROUP BY 1 ORDER BY 1"
        ).fetchall() == [
            ("changed", 1, 2),
            ("doubt", 1, 2),
            ("formats", 1, 3),
            ("mark", 1, 2),
            ("numbers", 1, 2),
            ("twice", 1, 4),
            ("unknown", 1, 2),
        ]


def test_each_figure_that_changed(revised: Workspace) -> None:
    rows = revisions(revised, "changed", f"kind, {FIGURE}")
    assert [row for row in rows if row[2] == "figure"] == [
        ("2", "1", "figure", "removed", "reconsideration.upheld", "3", "", Decimal(3), None),
        ("2", "1", "figure", "changed", "granted.company", "5", "55", Decimal(5), Decimal(55)),
    ]


def test_each_passage_that_changed(revised: Workspace) -> None:
    rows = revisions(revised, "changed", "kind, change, section, before, after")
    assert [row[3:] for row in rows if row[2] == "passage"] == [
        ("changed", 1, "存在1个问题。", "存在17个问题。"),
        ("added", 1, None, "补了一句。"),
        ("removed", 6, "存在3个问题。", None),
    ]


def test_both_dates_stand_beside_a_change(revised: Workspace) -> None:
    rows = revisions(revised, "changed", "fetched_at_before::VARCHAR, fetched_at::VARCHAR, ordered_by")
    assert set(rows) == {("2", "1", "2023-02-01 00:00:00", "2023-06-01 00:00:00", "fetched")}


def test_another_format_of_the_same_report_is_no_revision(revised: Workspace) -> None:
    assert revisions(revised, "formats", "*") == []
    assert revisions(revised, "numbers", "*") == []


def test_versions_in_succession_are_compared_by_table(revised: Workspace) -> None:
    """The notice takes nothing from the tables that it does not print, and its own is compared."""
    assert revisions(revised, "twice", FIGURE) == [
        ("1", "2", "changed", "licensing.decisions", "12", "13", Decimal(12), Decimal(13)),
        ("2", "3", "changed", "granted.company", "5", "6", Decimal(5), Decimal(6)),
        ("2", "4", "changed", "licensing.decisions", "13", "14", Decimal(13), Decimal(14)),
    ]


def test_a_correction_comes_after_what_it_corrects(revised: Workspace) -> None:
    assert revisions(revised, "mark", "before, after, ordered_by") == [("old", "new", "4", "44", "correction")]


def test_an_order_that_nothing_tells_is_said_to_be_unknown(revised: Workspace) -> None:
    ((_, later, before, after, ordered_by),) = revisions(revised, "unknown", "before, after, ordered_by")
    assert ({before, after}, ordered_by) == ({"4", "9"}, "unknown")
    with open_published(revised) as connection:
        assert connection.execute(
            "SELECT count(*) FROM marts.report JOIN landing.documents USING (document_id) WHERE raw_path = ?",
            [f"unknown/{later}.html"],
        ).fetchall() == [(1,)]


def test_only_what_is_certain_is_a_revision(revised: Workspace) -> None:
    assert revisions(revised, "doubt", FIGURE) == [
        ("1", "2", "changed", "refused_state_secret.total", "4", "0", Decimal(4), Decimal(0))
    ]
