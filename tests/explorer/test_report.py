"""A report's page: every figure in the place of its form, in its state, and the way to the cell that prints it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pytest

from pipeline.explorer.narrated import mark_sections, read_statements
from pipeline.explorer.printed import Printed, find, lay_out
from pipeline.extraction.tables import read_figures
from pipeline.lake.batches import cell_row
from pipeline.lake.schemas import CELLS
from pipeline.readers import read
from pipeline.workspace import Workspace
from tests.corpus.annex import AnnexRecipe
from tests.corpus.compose import FORMS, Recipe
from tests.corpus.grid import Grid
from tests.corpus.judge import plain

DOCUMENT = "d" * 64


def cells_of(data: bytes) -> list[dict]:
    rows = (dict(zip(CELLS, cell_row(DOCUMENT, figure), strict=True)) for figure in read_figures(read(data)))
    return [{**row, "printed_in": row["document_id"]} for row in rows]


def printed_texts(table: Printed) -> Iterator[list[str]]:
    """The rows of a laid out table, as they are printed."""
    for head in table.head:
        yield [plain(heading.text) for heading in head]
    for line in table.lines:
        slots = ["".join(figure.raw_text for figure in slot.figures) for slot in line.slots]
        yield [*(plain(heading.text) for heading in line.headings), *map(plain, slots)]


@pytest.mark.parametrize("forms", FORMS)
def test_tables_stand_as_their_forms_print_them(forms):
    draft, data = Recipe(4, "html", (), forms).write()
    tables = lay_out(cells_of(data), [])
    assert [(table.code, table.form) for table in tables] == [
        ("disclosure", forms[0]),
        ("requests", forms[1]),
        ("litigation", None),
    ]
    for table in tables:
        assert not table.unplaced
        (grid,) = (block for block in draft.blocks if isinstance(block, Grid) and block.code == table.code)
        rows: list[list[str]] = [[] for _ in grid.rows]
        for placed in grid.placed():
            rows[placed.row].append(plain(placed.box.text))
        assert list(printed_texts(table)) == rows
        spans = [sum(heading.column_span for heading in line) for line in table.head]
        assert spans[:1] in ([], [grid.width])


def test_the_annex_stands_as_its_form_prints_it():
    draft, data = AnnexRecipe(2, "html").write()
    tables = [table for table in lay_out(cells_of(data), []) if table.code == "statistics"]
    assert len(tables) == 1
    printed = {
        figure.row_code: figure.raw_text for line in tables[0].lines for slot in line.slots for figure in slot.figures
    }
    truth = {slot.row: mark.raw for slot, mark in draft.truth.items() if slot.table == "statistics"}
    assert printed == truth and len(truth) > 40


def cell(row: str, column: str, text: str, status: str = "number", at: int = 0) -> dict:
    value = Decimal(text) if status == "number" else None
    codes = (None, None) if status == "unplaced" else (row, column)
    place = {"table_index": 0, "row_index": at, "column_index": at, "page": None, "confidence": None}
    return {
        **dict.fromkeys(CELLS),
        **place,
        "printed_in": DOCUMENT,
        "table_code": "litigation" if row == "reconsideration" else "requests",
        "form": None if row == "reconsideration" else "2021",
        "table_set": 1,
        "row_code": codes[0],
        "column_code": codes[1],
        "raw_text": text,
        "value": value,
        "status": status,
    }


def found(rule: str, severity: str, *cells: dict) -> dict:

    named = [
        {**{name: one[name] for name in ("table_index", "row_index", "column_index")}, "document_id": DOCUMENT}
        for one in cells
    ]
    return {"finding_id": f"f-{rule}", "rule_code": rule, "severity": severity, "cells": json.dumps(named)}


def test_sums_are_shown_where_they_hold_where_they_break_and_where_nobody_can_tell():
    results = ["upheld", "corrected", "other", "pending"]
    good = [cell("reconsideration", name, str(number), at=number) for number, name in enumerate(results, 1)]
    (table,) = lay_out([*good, cell("reconsideration", "total", "10", at=9)], [])
    assert [check.state for check in table.feet[0].checks] == ["holds", "unjudged", "unjudged"]
    wrong = cell("reconsideration", "total", "11", at=9)
    finding = found("litigation_results_sum", "error", *good, wrong)
    (table,) = lay_out([*good, wrong], [finding])
    check = table.feet[0].checks[0]
    assert (check.state, check.left, check.right) == ("breaks", 10, 11)
    assert {figure.severity for slot in table.lines[0].slots for figure in slot.figures} == {"error"}
    # Without a finding nothing is said to break: the warehouse judges, and it had a doubt.
    (table,) = lay_out([*good, wrong], [])
    assert table.feet[0].checks[0].state == "unjudged"
    doubtful = [*good[:3], cell("reconsideration", "pending", "4?", "unreadable", at=4)]
    (table,) = lay_out([*doubtful, cell("reconsideration", "total", "6", at=9)], [])
    assert table.feet[0].checks[0].state == "unjudged"


def test_a_sum_counts_a_place_that_is_printed_twice_once_and_never_holds_against_the_warehouse():
    good = [cell("reconsideration", name, "1", at=at) for at, name in enumerate(("upheld", "corrected"), 1)]
    total = cell("reconsideration", "total", "2", at=9)

    def state(*more: dict, findings: tuple[dict, ...] = ()) -> str:
        (table,) = lay_out([*good, total, *more], findings)
        return table.feet[0].checks[0].state

    assert state() == "holds"
    assert state(cell("reconsideration", "upheld", "1", at=11)) == "holds"
    assert state(cell("reconsideration", "upheld", "3", at=11)) == "unjudged"
    # Both sides are 5 if what is printed twice is added up.
    both = (cell("reconsideration", "upheld", "3", at=11), cell("reconsideration", "total", "3", at=12))
    assert state(*both) == "unjudged"
    assert state(findings=(found("litigation_results_sum", "error", total),)) == "unjudged"


def test_states_double_figures_and_figures_without_a_place_are_kept_apart():
    cells = [
        cell("granted", "total", "5", at=1),
        cell("granted", "total", "6", "unreadable", at=2),
        cell("carried_in", "total", "", "blank", at=3),
        cell("", "", "77", "unplaced", at=4),
        cell("row_of_no_form", "total", "8", at=5),
    ]
    (table,) = lay_out(cells, [found("unreadable_figure", "warning", cells[1])])
    slots = {figure.raw_text: slot for line in table.lines for slot in line.slots for figure in slot.figures}
    assert [figure.raw_text for figure in slots["5"].figures] == ["5", "6"]
    assert [figure.severity for figure in slots["5"].figures] == [None, "warning"]
    assert slots[""].figures[0].state == "blank"
    assert sorted(figure.raw_text for figure in table.unplaced) == ["77", "8"]
    first, second = slots["5"].figures
    assert find([table], "requests-1-granted-total") is first
    assert find([table], second.key) is second and second.key == f"at-{DOCUMENT[:12]}-0-2-2"
    assert find([table], f"at-{DOCUMENT[:12]}-0-1-1") is first
    assert find([table], "at-nowhere") is None


def stated(position: int, sentence: str, excerpt: str, result: str, reading: str | None) -> dict:
    return {
        "printed_in": DOCUMENT,
        "position": position,
        "section": 1,
        "sentence": sentence,
        "excerpt": excerpt,
        "measure": "received",
        "applicant_type": "total",
        "period": "this_year",
        "stated_value": Decimal(5),
        "result": result,
        "reading": reading,
        "table_set": 1,
        "table_value": Decimal(5),
        "document_id_before": None,
    }


def test_statements_are_marked_in_the_narrative_and_lead_to_the_cells_they_are_compared_with():
    tables = lay_out([cell("received_new", "total", "5", at=1), cell("carried_in", "total", "1", at=2)], [])
    body = "（一）概况。\n全年收到申请5件，其中上年结转1件。\n又：全年收到申请5件。"
    rows = [
        stated(0, "全年收到申请5件，其中上年结转1件。", "收到申请5件", "agrees", "received_new"),
        stated(1, "全年收到申请5件，其中上年结转1件。", "上年结转1件", "contradicts", "received_and_carried_in"),
        stated(2, "又：全年收到申请5件。", "收到申请5件", "not_assessable", None),
        stated(3, "没有这句话。", "没有", "agrees", "received_new"),
    ]
    statements = read_statements(rows, tables)
    assert [[figure.key for figure in one.figures] for one in statements[:2]] == [
        ["requests-1-received_new-total"],
        ["requests-1-received_new-total", "requests-1-carried_in-total"],
    ]
    assert find(tables, "requests-1-received_new-total").statements == [1, 2, 4]
    assert [one.is_printed for one in statements] == [True, False, False, True]
    grown = {**rows[0], "qualifier": "growth", "table_value": Decimal(25)}
    assert not read_statements([grown], tables)[0].is_printed
    (section,) = mark_sections([{"printed_in": DOCUMENT, "section": 1, "heading": "一", "body": body}], statements)
    assert ["".join(run.text for run in runs) for runs in section.paragraphs] == body.split("\n")
    marked = [(run.text, run.result) for runs in section.paragraphs for run in runs if run.stated]
    assert marked == [("收到申请5件", "agrees"), ("上年结转1件", "contradicts"), ("收到申请5件", "not_assessable")]


def test_each_figure_of_the_samples_leads_from_its_report_to_its_cell(site, published: Workspace):
    with duckdb.connect(str(published.published), read_only=True) as warehouse:
        cells = warehouse.execute(
            "SELECT document_id, row_code, raw_text, status, table_index, row_index, column_index FROM landing.cells"
        ).fetchall()
        numbers = warehouse.execute("SELECT count(*) FROM marts.statement").fetchone()[0]
    followed, statements = 0, 0
    for document_id in {row[0] for row in cells}:
        answer = site.get(f"/report/{document_id}?lang=zh")
        assert answer.status == 200
        tree = answer.tree
        (frame,) = tree.xpath("//iframe")
        assert frame.get("sandbox") == ""
        view = site.get(frame.get("src"))
        policy = view.headers["content-security-policy"]
        assert "default-src 'none'" in policy and policy.endswith("sandbox") and "script" not in policy
        shown = {node.get("id"): plain(node.text_content()) for node in view.tree.xpath("//td")}
        links = {
            link.get("data-frame").partition("#")[2]: link for link in tree.xpath("//a[starts-with(@class,'printed')]")
        }
        for row in cells:
            if row[0] != document_id:
                continue
            _, row_code, raw_text, status, *place = row
            identity = "c-{}-{}-{}".format(*place)
            link = links.get(identity)
            if link is None:
                assert status == "blank" and not row_code
                continue
            assert status in link.get("class").split()
            if status != "blank":
                assert plain(link.text or "") == plain(raw_text)
            assert shown[identity] == plain(raw_text)
            followed += 1
        statements += len(tree.xpath("//tr[starts-with(@id,'statement-')]"))
        assert not tree.xpath("//*[@style]")
    assert followed > 950 and statements == numbers


def test_an_address_with_a_figure_opens_its_original_there(site, published: Workspace):
    with duckdb.connect(str(published.published), read_only=True) as warehouse:
        ((document_id, *place),) = warehouse.execute(
            "SELECT document_id, table_index, row_index, column_index FROM landing.cells "
            "WHERE row_code = 'received_new' AND column_code = 'total' ORDER BY document_id LIMIT 1"
        ).fetchall()
    tree = site.get(f"/report/{document_id}?cell=requests-1-received_new-total&lang=en").tree
    (chosen,) = tree.xpath("//a[@aria-current='true' and starts-with(@class,'printed')]")
    assert chosen.get("id") == "requests-1-received_new-total"
    identity = "c-{}-{}-{}".format(*place)
    assert tree.xpath("//iframe/@src") == [f"/original/{document_id}/view?lang=en#{identity}"]
    data = site.get(f"/original/{document_id}/file")
    assert "attachment" in data.headers["content-disposition"]
    assert data.body in [path.read_bytes() for path in published.raw.rglob("*.txt")]
    rows = site.get(f"/report/{document_id}?format=csv&table=cells").text.splitlines()
    assert rows[0].startswith("printed_in,table_code") and len(rows) > 150


def test_marks_made_by_another_version_than_read_the_document_are_doubted(site, published: Workspace, monkeypatch):
    with duckdb.connect(str(published.published), read_only=True) as warehouse:
        ((document_id,),) = warehouse.execute("SELECT min(document_id) FROM marts.report").fetchall()
    path = f"/original/{document_id}/view?lang=en"
    assert "another version" not in site.get(path).text
    monkeypatch.setattr("pipeline.explorer.pages.report.reader_version", lambda _: 99)
    assert "another version" in site.get(path).text


@pytest.mark.parametrize("path", ["/report/none", "/original/none/view", "/original/..%2f..%2fetc/file", "/report/%00"])
def test_what_is_not_published_is_not_there(site, path):
    assert site.get(path).status == 404
