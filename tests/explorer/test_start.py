"""The start page: what is in here, and what changed in the last build."""

from __future__ import annotations

import json

import duckdb

from pipeline.explorer.changes import make_changes, read_changes
from pipeline.workspace import Workspace
from tests.explorer.site import Site, running


def test_what_is_in_here(site: Site, published: Workspace) -> None:
    with duckdb.connect(published.published, read_only=True) as warehouse:
        ((cells,),) = warehouse.execute("SELECT count(*) FROM landing.cells").fetchall()
        findings = warehouse.execute("SELECT severity, count(*) FROM marts.finding GROUP BY 1").fetchall()
    answer = site.get("/")
    assert answer.tree.xpath("//ul[@class='tiles']/li/span/text()")[:4] == ["5", "5", "4", f"{cells:,}"]
    for severity, count in findings:
        assert answer.tree.xpath(f"//a[@href='/findings?severity={severity}']/text()") == [str(count)]


def test_the_first_build_has_nothing_to_be_compared_with(published: Workspace) -> None:
    with duckdb.connect(published.published, read_only=True) as warehouse:
        ((build_id,),) = warehouse.execute("SELECT build_id FROM landing.build").fetchall()
    make_changes(published, build_id)
    assert read_changes(published, build_id) == {"before": None, "counts": {}, "marts": {}, "listed": []}
    assert read_changes(published, "another") is None


def test_changes_are_shown(published: Workspace, tmp_path) -> None:
    with duckdb.connect(published.published, read_only=True) as warehouse:
        ((build_id,),) = warehouse.execute("SELECT build_id FROM landing.build").fetchall()
    make_changes(published, build_id)
    (path,) = published.explorer.glob(f"changes-*-{build_id}.json")
    kept = path.read_text()
    changed = {
        "change": "figure_changed", "agency_id": "a", "agency": "某<b>局</b>", "report_year": 2023,
        "table_code": "requests", "table_set": 1, "row_code": "granted", "column_code": "total",
        "before": "7", "after": "8", "document_id_before": "d", "document_id_after": "d",
    }  # fmt: skip
    try:
        path.write_text(
            json.dumps({"before": "BEFORE", "counts": {"figure_changed": 1}, "marts": {}, "listed": [changed]})
        )
        with running(published) as site:
            answer = site.get("/")
    finally:
        path.write_text(kept)
    assert "改变数字 1 个" in answer.shown
    assert "某<b>局</b>" in answer.shown
    assert f"gongkai diff BEFORE {build_id}" in answer.shown
