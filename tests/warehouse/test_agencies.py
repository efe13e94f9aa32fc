"""Who reports and where, from real pages to the marts; and what users correct, without a page being read again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline.lake import refresh
from pipeline.warehouse import assemble, build, open_published, plan
from pipeline.workspace import JobError, Workspace
from tests.corpus.report import Text
from tests.warehouse.conftest import Query
from tests.warehouse.site import put, report, web_page

NAME = "鼓楼区司法局"
"""There is one in Nanjing, Xuzhou, Fuzhou and Kaifeng."""

PLACES = {
    "meta": ("320106", "place site_code"),
    "telephone": ("320302", "place area_code"),
    "postcode": ("350102", "place postcode"),
    "parent": ("410204", "agency_name publisher"),
}
"""Each page's division, and the evidence in it that tells."""


def ask(workspace: Workspace, sql: str) -> list[tuple[object, ...]]:
    with open_published(workspace) as connection:
        return connection.sql(sql).fetchall()


def gulou(seed: int, contact: str = "", meta: str = "") -> bytes:
    """A page with a report of the agency; ``contact`` stands in its preface, ``meta`` in its head."""
    draft = report(seed, NAME)
    if contact:
        draft.blocks.insert(1, Text(f"如对本报告有疑问，请与我局联系（{contact}）。"))
    return web_page(draft).replace(b"<head>", f"<head>{meta}".encode(), 1)


@pytest.fixture(scope="module")
def query(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Query]:
    workspace = Workspace(tmp_path_factory.mktemp("data"))
    put(workspace.raw, "meta.html", gulou(1, meta='<meta name="SiteIDCode" content="3201060001">'))
    put(workspace.raw, "telephone.html", gulou(2, "联系电话：0516-83861234"))
    put(workspace.raw, "postcode.html", gulou(3, "邮编：350001"))
    put(workspace.raw, "parent.html", gulou(4, meta='<meta name="ContentSource" content="开封市鼓楼区人民政府">'))
    put(workspace.raw, "nothing.html", gulou(5))
    put(workspace.raw, "nothing-again.html", gulou(6))
    fuzhou = '<meta name="SiteIDCode" content="3501020003">'
    put(workspace.raw, "both.html", gulou(7, "联系电话：0516-83861234", fuzhou))
    refresh(workspace)
    build(workspace)
    with open_published(workspace) as connection:
        yield lambda sql: connection.sql(sql).fetchall()


@pytest.mark.parametrize("page", PLACES)
def test_a_name_that_several_places_have_is_told_by_what_the_page_says(query: Query, page: str) -> None:
    code, evidence = PLACES[page]
    assert query(
        "SELECT agency_id, agency_name, division_code, place_margin >= 15, place_finding FROM landing.agencies "
        f"JOIN landing.documents USING (document_id) WHERE raw_path = '{page}.html'"
    ) == [(f"{code}-司法局", NAME, code, True, None)]
    seen = query(
        "SELECT DISTINCT field || ' ' || rule FROM landing.evidence JOIN landing.documents USING (document_id) "
        f"WHERE raw_path = '{page}.html' AND (field = 'place' OR rule = 'publisher')"
    )
    assert seen == [(evidence,)]


def test_evidence_that_outweighs_other_evidence_decides(query: Query) -> None:
    """The site's code weighs 60, the telephone of Xuzhou 30."""
    assert query(
        "SELECT division_code, place_runner_up, place_margin FROM landing.agencies "
        "JOIN landing.documents USING (document_id) WHERE raw_path = 'both.html'"
    ) == [("350102", "320302 江苏省徐州市鼓楼区", 30.0)]


def test_without_evidence_it_is_null_and_a_finding(query: Query) -> None:
    rows = query(
        "SELECT agency_id, agency_name, division_code, province, county, rule_code FROM marts.dim_agency "
        "JOIN marts.finding USING (agency_id) JOIN landing.documents USING (document_id) "
        "WHERE raw_path LIKE 'nothing%' AND rule_code LIKE 'place%'"
    )
    assert len({agency_id for agency_id, *_ in rows}) == len(rows) == 2, "a name alone never makes two pages one agency"
    assert {tuple(row) for _, *row in rows} == {(NAME, None, None, None, "place_undecided")}
    assert query("SELECT count(*) FROM marts.finding WHERE rule_code LIKE 'place%'") == [(2,)]


def agencies(workspace: Workspace) -> list[tuple[object, ...]]:
    """Which agencies the next build, which is needed, will know."""
    assert plan(workspace).is_needed
    target = workspace.root / "next.duckdb"
    target.unlink(missing_ok=True)
    assemble(workspace, target)
    with duckdb.connect(target) as connection:
        return connection.sql("SELECT agency_id, agency_name FROM landing.agencies").fetchall()


def test_an_edited_alias_counts_at_the_next_build_and_no_page_is_read_again(tmp_path: Path) -> None:
    sishui = Workspace(tmp_path)
    put(sishui.raw, "report.html", web_page(report(8, "泗水县司法局")))
    refresh(sishui)
    build(sishui)
    assert ask(sishui, "SELECT agency_id FROM marts.report") == [("370831-司法局",)]
    assert ask(sishui, "FROM marts.agency_alias") == []
    sishui.aliases.write_text(
        "kind,alias,means,reason\n"
        "id,370831-司法局,370831-依法治县办公室,\n"
        "id,水务局@example.org,370831-水务局,not in this build\n",
        "utf-8",
    )
    assert refresh(sishui).read == 0
    assert build(sishui).built
    assert not build(sishui).built
    assert ask(
        sishui,
        "SELECT alias_id, agency_name, report_year FROM marts.agency_alias "
        "JOIN marts.dim_agency USING (agency_id) JOIN marts.report USING (agency_id)",
    ) == [("370831-司法局", "泗水县司法局", 2022)]
    assert ask(sishui, "SELECT agency_id FROM marts.report") == [("370831-依法治县办公室",)]
    assert ask(sishui, "SELECT count(*) FROM marts.agency_alias") == [(1,)]
    assert ask(sishui, "SELECT count(*) FROM landing.agency_aliases WHERE alias_id LIKE '%example%'") == [(1,)]

    sishui.aliases.write_text("kind,alias,means,reason\nname,泗水县司法局,泗水县水利局,\n", "utf-8")
    assert agencies(sishui) == [("370831-水利局", "泗水县水利局")]
    sishui.aliases.unlink()
    assert agencies(sishui) == [("370831-司法局", "泗水县司法局")]

    before = sishui.published.stat().st_ino
    sishui.aliases.write_text("alias,means\n370831-司法局,370831-水利局\n", "utf-8")
    with pytest.raises(JobError, match="line 1: it has to name the columns; there is no kind"):
        build(sishui)
    assert sishui.published.stat().st_ino == before
    assert list(sishui.warehouse.glob(".build-*")) == []
