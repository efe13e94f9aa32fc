"""The dbt project itself: its unit tests pass, and its data tests can fail."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import duckdb
import pytest

import pipeline.extraction.metadata
from pipeline.extraction.tables.values import UNITS
from pipeline.warehouse import DBT_PROJECT, BuildFailed, assemble, transform
from pipeline.warehouse.data_tests import DataTest, compiled_tests, failing_tests
from pipeline.warehouse.parsed import parsed_project
from pipeline.warehouse.transform import check_data, run_dbt
from pipeline.workspace import Workspace

SPOILED = {
    "unique_combination_fct_litigation": "INSERT INTO marts.fct_litigation FROM marts.fct_litigation LIMIT 1",
    "outcomes_add_up_to_concluded_of_each_type": "UPDATE marts.fct_outcomes SET applications = 9",
    "facts_meet_the_printed_totals": "UPDATE marts.fct_applications SET received_new = received_new + 1",
    "totals_are_the_sums_of_the_facts": "UPDATE marts.agency_year SET suits = 99 WHERE suits = 1",
    "parts_are_the_sums_of_the_facts": "UPDATE marts.agency_year SET refused_third_party = 9",
    "rates_are_made_of_the_columns_beside_them": "UPDATE marts.agency_year SET refusal_rate = 0.9",
    "functions_add_up_to_their_agencies": "UPDATE marts.function_year SET agencies = agencies + 1",
    "value_only_of_numbers_stg_cells": "UPDATE landing.cells SET value = 1 WHERE status = 'blank'",
    "relationships_report_agency_id": "UPDATE marts.report SET agency_id = 'nobody' WHERE quality = 'A'",
    "no_alias_is_an_agency_of_its_own": "INSERT INTO marts.agency_alias SELECT agency_id, agency_id FROM marts.report",
    "relationships_agency_alias_agency_id": "INSERT INTO marts.agency_alias VALUES ('old', 'nobody')",
    "every_report_has_an_agency": "DELETE FROM landing.agencies WHERE agency_name = '乙县水务局'",
    "trends_are_the_sums_of_the_facts": "UPDATE marts.outcome_trend SET value = value + 1 WHERE measure = 'granted'",
    "series_are_what_the_year_says": "UPDATE marts.series_year SET value = value + 1 WHERE series = 'disclosed'",
    "accepted_values_revision_kind": "INSERT INTO marts.revision (revision_id, kind) VALUES ('one', 'perhaps')",
    "accepted_values_coverage_status": "UPDATE marts.coverage SET status = 'perhaps' WHERE status = 'absent'",
    "provinces_add_up_to_what_no_report_covers": """
        INSERT INTO marts.region_year BY NAME
        SELECT '360000' AS division_code, 2023 AS report_year, 'province' AS level, 1 AS received_new
    """,
    "regions_of_whole_reports_are_those_reports": """
        INSERT INTO marts.region_year BY NAME
        SELECT '360100' AS division_code, 2023 AS report_year, 1 AS received_new, 'government' AS basis
    """,
    "each_rule_is_assessed_once_for_each_report": "DELETE FROM marts.assessment WHERE state = 'broken'",
    "only_rules_with_needs_are_not_assessable": "UPDATE marts.assessment SET state = 'not_assessable'",
}
"""For some data tests (the first words of their names), a change to a built file that each must notice."""


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def built(small: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built file that is not published: what lies between landing and marts is still beside it."""
    target = tmp_path_factory.mktemp("build") / "gongkai.duckdb"
    assemble(small, target)
    transform(target)
    return target


def test_unit_tests(built: Path) -> None:
    run = run_dbt("test", "--select", "test_type:unit", target=built)
    assert sum(result.node.resource_type == "unit_test" for result in run.result) >= 6


def test_findings_do_not_depend_on_how_many_documents_are_listed_at_a_time(small: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "gongkai.duckdb"
    assemble(small, target)
    run_dbt("build", "--exclude-resource-type", "test", "unit_test", "--vars", "{documents_in_part: 3}", target=target)
    with duckdb.connect(target) as connection:
        connection.execute(f"ATTACH '{small.published}' AS published (READ_ONLY)")
        for one, other in (("marts", "published.marts"), ("published.marts", "marts")):
            assert connection.sql(f"FROM {one}.finding EXCEPT ALL FROM {other}.finding").fetchall() == []


def test_every_unit_that_extraction_reads_is_known(built: Path) -> None:
    with duckdb.connect(built) as connection:
        connection.execute(f"ATTACH '{built}.scratch' AS scratch (READ_ONLY)")
        known = {unit for (unit,) in connection.sql("SELECT printed_unit FROM scratch.staging.units").fetchall()}
    traditional = str.maketrans("万亿个项条", "萬億個項條")
    assert {form for unit in UNITS.split("|") for form in (unit, unit.translate(traditional))} <= known


def test_every_rule_that_sees_whose_report_it_is_is_judged_as_a_witness() -> None:
    weights = Path(pipeline.extraction.metadata.__file__).with_name("weights.csv")
    rules = {(row["field"], row["rule"]) for row in _rows(weights)}
    judged = [(row["field"], row["rule"]) for row in _rows(DBT_PROJECT / "seeds" / "witnesses.csv")]
    assert sorted(judged) == sorted(rule for rule in rules if rule[0] in ("title", "agency_name", "report_year"))


@pytest.mark.parametrize("row", _rows(DBT_PROJECT / "seeds" / "correction_marks.csv"), ids=lambda row: row["example"])
def test_each_correction_mark_finds_its_example(row: dict[str, str]) -> None:
    assert _matches(row["example"], row["pattern"])


@pytest.mark.parametrize(
    "title",
    [
        "2022年政府信息公开工作年度报告 更新时间：2023-01-31",
        "2022年政府信息公开工作年度报告[更新日期：2023-01-31 10:20]",
        "甲县更新村2022年政府信息公开工作年度报告",
        "2022年政府信息公开工作年度报告（2023年1月发布）",
        "甲县城市更新局2022年政府信息公开工作年度报告",
        "修文县修订办公室2022年政府信息公开工作年度报告",
        "2022年报.docx",
    ],
)
def test_what_is_no_correction(title: str) -> None:
    marks = [mark["pattern"] for mark in _rows(DBT_PROJECT / "seeds" / "correction_marks.csv")]
    assert [mark for mark in marks if _matches(title, mark)] == []


def _matches(text: str, pattern: str) -> bool:
    ((matches,),) = duckdb.execute("SELECT regexp_matches(?, ?)", [text, pattern]).fetchall()
    return bool(matches)


def test_nothing_is_written_into_the_project(built: Path) -> None:
    assert {path.name for path in DBT_PROJECT.iterdir()} <= {
        "dbt_project.yml", "profiles.yml", "models", "macros", "seeds", "tests", "README.md", "target", "logs"
    }  # fmt: skip
    assert not (DBT_PROJECT / ".user.yml").exists()


def test_no_data_test_is_left_out(built: Path) -> None:
    """What a build ran is what dbt would have run."""

    def kept_already() -> NoReturn:
        raise AssertionError

    nodes = parsed_project(kept_already).nodes.values()
    assert len(names := sorted(node.name for node in nodes if node.resource_type == "test")) > 300
    assert [test.name for test in compiled_tests(kept_already)] == names


def test_a_data_test_that_errs_or_says_nothing_fails(tmp_path: Path) -> None:
    target = tmp_path / "gongkai.duckdb"
    for path in (target, tmp_path / "gongkai.duckdb.scratch"):
        duckdb.connect(path).close()
    said = {
        "holds": "SELECT 0, false",
        "fails": "SELECT 1234, true",
        "errs": "SELECT * FROM nowhere",
        "says nothing": "SELECT failures, failures != 0 FROM (SELECT sum(x) AS failures FROM (SELECT 1 AS x LIMIT 0))",
    }
    failing = failing_tests(target, [DataTest(name, sql) for name, sql in said.items()])
    assert failing.keys() == said.keys() - {"holds"}
    assert failing["fails"] == "1,234 rows fail it"
    assert "nowhere" in failing["errs"]


def test_data_tests_notice_what_is_wrong(built: Path) -> None:
    with duckdb.connect(built) as connection:
        for table, column in connection.sql(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'marts' AND NOT is_nullable"
        ).fetchall():
            connection.execute(f"ALTER TABLE marts.{table} ALTER {column} DROP NOT NULL")
        for change in SPOILED.values():
            connection.execute(change)
    with pytest.raises(BuildFailed) as failure:
        check_data(built)
    failed = re.findall(r"^test (\w+): ", str(failure.value), re.MULTILINE)
    assert [name for name in SPOILED if not any(test.startswith(name) for test in failed)] == []


def test_the_project_can_be_parsed_without_a_database(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "GONGKAI_BUILD_DATABASE"}
    command = [
        Path(sys.executable).with_name("dbt"),
        "parse",
        "--project-dir",
        DBT_PROJECT,
        "--profiles-dir",
        DBT_PROJECT,
    ]
    command += ["--target-path", tmp_path, "--log-path", tmp_path]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert (tmp_path / "manifest.json").exists()
    assert list(tmp_path.rglob("*.duckdb")) == []
