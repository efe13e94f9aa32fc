"""What must hold of the whole: each check sees what it is there to see, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from pipeline.warehouse import BuildFailed, PublicationRefused, baseline, build, open_published, verify
from pipeline.warehouse.checks import find_duplicate_reports, find_lower_totals, find_orphans
from pipeline.workspace import Workspace
from tests.warehouse.lake import Lake, disclosure, litigation, requests


@pytest.fixture
def spoiled(small: Workspace, tmp_path: Path) -> Path:
    """A copy of what was published, to be spoiled."""
    return Path(shutil.copyfile(small.published, tmp_path / "gongkai.duckdb"))


def change(file: Path, *statements: str) -> None:
    with duckdb.connect(file) as connection:
        for statement in statements:
            connection.execute(statement)


def test_nothing_is_wrong_with_what_was_published(small: Workspace, spoiled: Path) -> None:
    with duckdb.connect(spoiled) as connection:
        assert find_orphans(connection) == []
        assert find_duplicate_reports(connection) == []
        assert find_lower_totals(connection, small.published) == []
    verify(spoiled, baseline(small))


@pytest.mark.parametrize(
    ("spoil", "mart", "column"),
    [
        ("UPDATE marts.fct_outcomes SET agency_id = 'nobody' WHERE report_year = 2022", "fct_outcomes", "agency_id"),
        ("UPDATE marts.report SET covered_by = 'nobody' WHERE report_year = 2022", "report", "covered_by"),
        ("UPDATE marts.report SET document_id = 'gone' WHERE report_year = 2022", "report", "document_id"),
        ("UPDATE marts.carry_over SET document_id_before = 'gone'", "carry_over", "document_id_before"),
        ("UPDATE marts.coverage SET agency_id = 'nobody' WHERE status = 'absent'", "coverage", "agency_id"),
    ],
)
def test_orphans(spoiled: Path, spoil: str, mart: str, column: str) -> None:
    change(spoiled, spoil)
    with duckdb.connect(spoiled) as connection:
        assert [(one.mart, one.column) for one in find_orphans(connection)] == [(mart, column)]
    with pytest.raises(BuildFailed, match=rf"marts.{mart} has \d+ rows whose {column} is not there"):
        verify(spoiled)


def test_a_report_that_is_doubled(spoiled: Path) -> None:
    change(spoiled, "INSERT INTO marts.report FROM marts.report WHERE report_year = 2020")
    with duckdb.connect(spoiled) as connection:
        assert [(year, count) for _, year, count in find_duplicate_reports(connection)] == [(2020, 2)] * 2
    with pytest.raises(BuildFailed, match=r"2 reports of .* for 2020"):
        verify(spoiled)


@pytest.mark.parametrize(
    ("spoil", "measures"),
    [
        (
            "UPDATE marts.fct_applications SET received_new = received_new - 1 "
            "WHERE report_year = 2022 AND applicant_type = 'natural_person' AND received_new > 0",
            {"received_new"},
        ),
        ("DELETE FROM marts.fct_litigation WHERE venue = 'litigation_direct'", {"litigation_direct"}),
        ("DELETE FROM marts.fct_disclosure WHERE report_year = 2020", {"figures of table 2"}),
        ("DELETE FROM marts.report WHERE report_year = 2025", {"reports", "figures of table 2"}),
    ],
)
def test_totals_that_fell_for_no_reason(small: Workspace, spoiled: Path, spoil: str, measures: set[str]) -> None:
    change(spoiled, spoil)
    with duckdb.connect(spoiled) as connection:
        found = find_lower_totals(connection, small.published)
    assert {one.measure for one in found} == measures
    assert all(one.now is None or one.now < one.before for one in found)
    with pytest.raises(BuildFailed, match="totals are lower than those published"):
        verify(spoiled, baseline(small))


@pytest.mark.parametrize(
    "reason",
    [
        "UPDATE landing.documents SET extraction_version = 99 FROM landing.report_parts "
        "WHERE document_id = part_document_id AND report_document_id = $document",
        "DELETE FROM landing.documents WHERE document_id = $document",
    ],
)
def test_totals_that_fell_for_a_reason(small: Workspace, spoiled: Path, reason: str) -> None:
    with duckdb.connect(spoiled) as connection:
        ((document,),) = connection.sql("SELECT min(document_id) FROM marts.report WHERE report_year = 2020").fetchall()
        connection.execute(
            "DELETE FROM marts.fct_disclosure USING marts.report "
            f"WHERE fct_disclosure.report_year = 2020 AND report.document_id = '{document}' "
            "AND fct_disclosure.agency_id = report.agency_id"
        )
        assert len(find_lower_totals(connection, small.published)) == 1
        connection.execute(reason.replace("$document", f"'{document}'"))
        assert find_lower_totals(connection, small.published) == []


def test_a_published_file_that_says_nothing_blocks_nothing(spoiled: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.duckdb"
    with duckdb.connect(spoiled) as connection:
        assert find_lower_totals(connection, other) == []
        other.write_bytes(b"not a database")
        assert find_lower_totals(connection, other) == []
        other.unlink()
        change(other, "CREATE TABLE t (i INTEGER)")
        assert find_lower_totals(connection, other) == []


def report(lake: Lake, agency: str, received: int, name: str | None = None) -> str:
    row = (received, 0, 0, 0, 0, 0, received)
    table = requests(received_new=row, granted=row, outcomes_total=row)
    return lake.report(agency, 2023, name=name, requests=table, litigation=litigation(), disclosure=disclosure())


def test_builds_that_lower_totals(tmp_path: Path) -> None:
    """The same reading with fewer cases is a fault of ours; a version that supersedes, a removed document are none."""
    workspace = Workspace(tmp_path)
    lake = Lake()
    report(lake, "甲市司法局", 9)
    report(lake, "乙市司法局", 7)
    lake.write(workspace)
    build(workspace)

    lost = Lake()
    report(lost, "甲市司法局", 5)
    report(lost, "乙市司法局", 7)
    lost.write(workspace, "2")
    before = workspace.published.stat().st_ino
    with open_published(workspace), pytest.raises(PublicationRefused, match="甲市司法局 2023 concluded 9, now 5"):
        build(workspace)
    assert workspace.published.stat().st_ino == before

    assert build(workspace, accept_losses=True).built

    superseded = Lake()
    report(superseded, "甲市司法局", 5)
    corrected = report(superseded, "甲市司法局", 1, name="更正")
    superseded.observe(corrected, "甲市司法局更正.html")
    superseded.tables["reports"][-1]["title"] = "甲市司法局2023年政府信息公开工作年度报告（更正）"
    superseded.write(workspace, "3")
    assert build(workspace).built
    with open_published(workspace) as connection:
        assert connection.sql("SELECT document_id FROM marts.report").fetchall() == [(corrected,)]
