"""Each rule of the registry on real pages, read, built and published: broken, met and not assessable."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline.forms.registry import read_table
from pipeline.lake import refresh
from pipeline.warehouse import DBT_PROJECT, build, open_published
from pipeline.workspace import Workspace
from tests.rules.cases import CASES, MORE, OLD
from tests.rules.pages import ANNEX, Page, agencies

STATES = ("broken", "met", "not_assessable")
BROKEN_ELSEWHERE = {
    "attachment_apart": "tests/warehouse/test_parts.py",
    "disagreeing_figures": "tests/warehouse/test_findings.py",
}
"""Rules that no single page breaks, and the tests in which they are broken."""

with (DBT_PROJECT / "seeds" / "rules.csv").open(encoding="utf-8", newline="") as file:
    RULES = {rule["rule_code"]: rule for rule in csv.DictReader(file)}


DOCUMENTS: list[tuple[str, str, list[Page]]] = [
    *((rule, state, pages) for rule, case in CASES.items() for state in STATES if (pages := getattr(case, state))),
    *MORE,
]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """All cases, each of an agency of its own, in one data folder, published."""
    workspace = Workspace(tmp_path_factory.mktemp("rules"))
    for number, ((_, _, pages), agency) in enumerate(zip(DOCUMENTS, agencies(), strict=False)):
        folder = workspace.raw / f"{number}"
        folder.mkdir(parents=True)
        for version, page in enumerate(pages):
            # No comment is read: it keeps two pages that say the same from being one document.
            (folder / f"{version}.html").write_bytes(page.write(agency) + f"<!-- {number} -->".encode())
    refresh(workspace, workers=1)
    build(workspace)
    with open_published(workspace) as connection:
        yield connection


@pytest.mark.parametrize("number", range(len(DOCUMENTS)), ids=lambda n: f"{DOCUMENTS[n][0]}-{DOCUMENTS[n][1]}-{n}")
def test_a_report_is_found_to_break_a_rule_to_keep_it_or_to_be_no_case_for_it(
    published: duckdb.DuckDBPyConnection, number: int
) -> None:
    rule, state, pages = DOCUMENTS[number]
    found = published.execute(
        "SELECT state FROM marts.assessment JOIN landing.documents USING (document_id) "
        "WHERE raw_path = ? AND rule_code = ?",
        [f"{number}/{len(pages) - 1}.html", rule],
    ).fetchall()
    assert found == [(state,)]


def test_every_rule_has_its_cases() -> None:
    assert CASES.keys() == RULES.keys()
    for rule, case in CASES.items():
        assert (case.broken is None) == (rule in BROKEN_ELSEWHERE), rule
        assert (case.not_assessable is None) == (not RULES[rule]["needs"]), rule
    for rule, path in BROKEN_ELSEWHERE.items():
        assert rule in (Path(__file__).parents[2] / path).read_text(encoding="utf-8")


def test_figures_that_hold_raise_no_error(published: duckdb.DuckDBPyConnection) -> None:
    found = published.execute(
        "SELECT raw_path, finding.rule_code FROM marts.finding JOIN landing.documents USING (document_id) "
        "WHERE severity = 'error'"
    ).fetchall()
    kept = {str(number) for number, (_, state, _) in enumerate(DOCUMENTS) if state == "met"}
    # What the ordinary page carries out is not what the next one carries in.
    assert [(path, rule) for path, rule in found if rule != "carry_over_mismatch" and path.split("/")[0] in kept] == []


def test_a_report_with_an_annex_is_one_of_its_year_and_lacks_no_later_table(
    published: duckdb.DuckDBPyConnection,
) -> None:
    number = DOCUMENTS.index(("annex_suits_sum", "met", OLD))
    found = published.execute(
        "SELECT report.document_id, statistics_form, report.disclosure_form, report.requests_form, "
        "coverage.status, received_new, suits FROM marts.report "
        "JOIN landing.documents ON report.document_id = documents.document_id "
        "JOIN marts.coverage USING (agency_id, report_year) LEFT JOIN marts.agency_year USING (agency_id, report_year) "
        "WHERE documents.raw_path = ? AND report_year = 2016",
        [f"{number}/0.html"],
    ).fetchall()
    assert [row[1:] for row in found] == [("2014", None, None, "extracted", None, None)]
    findings = published.execute("SELECT DISTINCT rule_code FROM marts.finding WHERE document_id = ?", [found[0][0]])
    assert {rule for (rule,) in findings.fetchall()} <= {"tables_of_other_agency"}  # other cases print the same figures


def test_figures_of_the_annex_come_out_as_printed_money_in_one_unit(published: duckdb.DuckDBPyConnection) -> None:
    number = DOCUMENTS.index(("annex_suits_sum", "met", OLD))
    figures = {
        indicator: (value, unit)
        for indicator, value, unit in published.execute(
            "SELECT indicator, value, unit FROM marts.fct_statistics JOIN marts.report USING (agency_id, report_year) "
            "JOIN landing.documents USING (document_id) WHERE documents.raw_path = ?",
            [f"{number}/0.html"],
        ).fetchall()
    }
    form = {row["row_code"]: row["unit"] for row in read_table("statistics_2014.csv")}
    assert figures == {
        code: ((12, "万元") if code == "budget" else (ANNEX.get(code, 0), unit)) for code, unit in form.items()
    }
