"""Seeded errors: of 200 consistent reports one figure is altered in each of 100. All that breaks an identity is found,
and nothing else.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from itertools import islice

import pytest

from pipeline.lake import refresh
from pipeline.warehouse import build, open_published
from pipeline.workspace import Workspace
from tests.corpus.html import write_html
from tests.corpus.text import write_text_cells, write_text_rows
from tests.rules.pages import Page, agencies
from tests.warehouse.lake import RESULTS, TYPES, VENUES, disclosure_places, form_rows

REPORTS, ALTERED, YEARS = 200, 100, (2021, 2022, 2023)
WRITERS = {"html": write_html, "cells.txt": write_text_cells, "rows.txt": write_text_rows}
OUTCOMES = [
    row for row in form_rows("2021") if row not in {"received_new", "carried_in", "outcomes_total", "carried_out"}
]
NARRATIVE = (
    "{year}年，本机关新收政府信息公开申请{received_new}件，上年结转{carried_in}件，办理答复{outcomes_total}件，"
    "结转下年度继续办理{carried_out}件。"
)
STOCKS = ("regulation", "normative_document")

Place = tuple[str, str, str]
"""Table, row and column."""

Figures = dict[Place, int]


def consistent(rng: random.Random, before: Figures | None) -> Figures:
    """A year's figures, in which every sum holds and which go on from those of the year before."""
    figures: Figures = {("disclosure", *place): rng.randrange(60) for place in disclosure_places("2021")}
    for item in STOCKS:
        stock = 0 if item == "regulation" else before[("disclosure", item, "in_force")] if before else 40
        issued, repealed = (0, 0) if item == "regulation" else (rng.randrange(9), rng.randrange(stock + 1) // 4)
        for measure, value in (("issued", issued), ("repealed", repealed), ("in_force", stock + issued - repealed)):
            figures["disclosure", item, measure] = value
    for applicant in TYPES:
        carried_in = before[("requests", "carried_out", applicant)] if before else rng.randrange(4)
        outcomes = {row: rng.choice((0, 0, rng.randrange(30))) for row in OUTCOMES}
        outcomes["granted"] += carried_in  # what was carried in is concluded
        total, carried_out = sum(outcomes.values()), rng.randrange(5)
        column = {
            **outcomes,
            "outcomes_total": total,
            "carried_in": carried_in,
            "carried_out": carried_out,
            "received_new": total + carried_out - carried_in,
        }
        figures |= {("requests", row, applicant): value for row, value in column.items()}
    for row in form_rows("2021"):
        figures["requests", row, "total"] = sum(figures["requests", row, applicant] for applicant in TYPES)
    for venue in VENUES:
        results = [rng.choice((0, rng.randrange(12))) for _ in RESULTS[:-1]]
        figures |= {
            ("litigation", venue, result): n for result, n in zip(RESULTS, [*results, sum(results)], strict=True)
        }
    return figures


@dataclass
class Report:
    """A generated report, and the place at which it was altered, if any."""

    agency: str
    year: int
    figures: Figures
    is_last: bool
    altered: Place | None = None

    @property
    def path(self) -> str:
        return f"{self.agency}-{self.year}.{list(WRITERS)[self.year % 3]}"

    def write(self) -> bytes:
        """The document; its narrative tells what was so before the alteration."""
        totals = {row: self.figures["requests", row, "total"] for row in form_rows("2021")}
        return Page(
            self.year,
            figures={"/".join(place): value for place, value in self.printed().items()},
            prose={1: NARRATIVE.format(year=self.year, **totals)},
        ).write(self.agency, WRITERS[self.path.partition(".")[2]])

    def printed(self) -> Figures:
        """The figures with the alteration: another digit, or one more."""
        if self.altered is None:
            return self.figures
        value = self.figures[self.altered]
        other = value * 10 + 1 if sum(map(ord, "".join(self.altered))) % 2 else value + 1
        return {**self.figures, self.altered: other}

    def expected(self) -> set[str]:
        """The rules that the alteration breaks, by a plain account of the forms' sums."""
        if self.altered is None:
            return set()
        table, row, column = self.altered
        if table == "litigation":
            return {"litigation_results_sum"}
        if table == "disclosure":
            # A flow counts from the year before on, a stock into the next year as well.
            compared = self.year > YEARS[0] or (column == "in_force" and not self.is_last)
            return {"in_force_mismatch"} if row in STOCKS and compared else set()
        broken = {"applicant_types_sum"}
        if row in {*OUTCOMES, "outcomes_total"}:
            broken.add("outcomes_sum")
        if row in {"received_new", "carried_in", "outcomes_total", "carried_out"}:
            broken.add("requests_balance")
        if (row == "carried_in" and self.year > YEARS[0]) or (row == "carried_out" and not self.is_last):
            broken.add("carry_over_mismatch")
        return broken


def generate() -> list[Report]:
    """Agencies with three years each, the last with those that are left; half of the reports altered."""
    rng = random.Random(20240131)
    reports: list[Report] = []
    for agency in islice(agencies(), -(-REPORTS // len(YEARS))):
        before: Figures | None = None
        years = YEARS[: REPORTS - len(reports)]
        for year in years:
            before = consistent(rng, before)
            reports.append(Report(agency, year, before, year == years[-1]))
    for report in rng.sample(reports, ALTERED):
        # Table 3 has most figures by far; the others are not to be forgotten.
        table = rng.choice(("requests", "requests", "litigation", "disclosure"))
        report.altered = rng.choice([place for place in report.figures if place[0] == table])
    return reports


def test_every_alteration_that_breaks_an_identity_is_found_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace(tmp_path_factory.mktemp("seeded"))
    reports = {report.path: report for report in generate()}
    workspace.raw.mkdir(parents=True)
    for path, report in reports.items():
        (workspace.raw / path).write_bytes(report.write())
    refresh(workspace, workers=1)
    build(workspace)
    with open_published(workspace) as connection:
        paths = dict(connection.sql("SELECT document_id, raw_path FROM landing.documents").fetchall())
        findings = connection.sql("SELECT document_id, rule_code, severity, cells FROM marts.finding").fetchall()
        ((found,),) = connection.sql("SELECT count(*) FROM marts.report").fetchall()
    assert found == REPORTS

    by_altered: dict[str, set[str]] = {path: set() for path in reports}
    false_errors, false_stocks, others = [], [], 0
    for document, rule, severity, cells in findings:
        concerned = {
            paths[cell["document_id"]]
            for cell in json.loads(cells)
            if "row_code" in cell
            and reports[paths[cell["document_id"]]].altered
            == (cell["table_code"], cell["row_code"], cell["column_code"])
        }
        for path in concerned:
            by_altered[path].add(rule)
        if not concerned and severity == "error":
            false_errors.append((paths[document], rule))
        elif not concerned and rule == "in_force_mismatch":
            false_stocks.append(paths[document])
        elif not concerned:
            others += 1

    altered = [report for report in reports.values() if report.altered]
    breaking = [report for report in altered if report.expected()]
    missed = {report.path: report.expected() - by_altered[report.path] for report in breaking}
    only_stock = sum(report.expected() == {"in_force_mismatch"} for report in breaking)
    with capsys.disabled():
        print(
            f"\nSeeded errors: {len(reports)} reports, {len(altered)} altered; "
            f"{len(breaking)} break an identity ({only_stock} of them that of stocks only, a warning), "
            f"{sum(not rules for rules in missed.values())} found; "
            f"{len(false_errors)} false errors, {others} other findings"
        )
    assert len(breaking) > ALTERED * 0.8
    assert only_stock > 5
    assert {path: rules for path, rules in missed.items() if rules} == {}
    assert false_errors == []
    assert false_stocks == []
