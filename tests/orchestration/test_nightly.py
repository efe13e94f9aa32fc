"""The real Dagster: definitions, the nightly job from raw files to exports, and a night with nothing new."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
import pytest

from pipeline.lake import refresh
from pipeline.orchestration import build_definitions
from pipeline.orchestration.failure import explain_failure
from pipeline.warehouse import DBT_PROJECT
from pipeline.warehouse.builds import list_builds, list_refused
from pipeline.workspace import Workspace
from tests.conftest import SAMPLES

MARTS = {
    "dim_agency",
    "agency_alias",
    "report",
    "fct_applications",
    "fct_outcomes",
    "fct_litigation",
    "fct_disclosure",
    "fct_statistics",
    "agency_year",
    "function_year",
    "carry_over",
    "narrative_fact",
    "similarity",
    "similarity_passage",
    "finding",
    "coverage",
    "assessment",
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("nightly")
    shutil.copytree(SAMPLES, root / "raw" / "samples")
    (root / "raw" / "empty.html").touch()
    return Workspace(root)


@pytest.fixture(scope="module")
def definitions(workspace: Workspace) -> dg.Definitions:
    return build_definitions(workspace.root)


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        yield instance


def nightly(definitions: dg.Definitions, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    return definitions.resolve_job_def("nightly").execute_in_process(instance=instance, raise_on_error=False)


@pytest.fixture(scope="module")
def first(definitions: dg.Definitions, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    return nightly(definitions, instance)


def metadata(result: dg.ExecuteInProcessResult) -> dict[str, dict[str, object]]:
    return {
        event.asset_key.to_user_string(): {name: value.value for name, value in event.materialization.metadata.items()}
        for event in result.get_asset_materialization_events()
    }


def test_lineage_leads_from_raw_files_to_each_mart(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for mart in MARTS:
        upstream = graph.get_ancestor_asset_keys(dg.AssetKey(["marts", mart]))
        assert dg.AssetKey("lake") in upstream, mart
        assert any(key.path[0] == "landing" for key in upstream), mart
        assert dg.AssetKey(["marts", mart]) in graph.get(dg.AssetKey("published")).parent_keys
    assert graph.get(dg.AssetKey("exports")).parent_keys == {dg.AssetKey("published")}
    assert all(graph.get(key).description for key in graph.get_all_asset_keys() if key.path[0] != "staging")


def test_one_job_and_one_schedule(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    (schedule,) = repository.schedule_defs
    assert schedule.cron_schedule == "0 2 * * *"
    assert schedule.execution_timezone == "Asia/Shanghai"
    assert schedule.job_name == "nightly"
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING, "`make dev` is enough"
    jobs = [job.name for job in repository.get_all_jobs() if not job.name.startswith("__")]
    assert jobs == ["nightly"]


def test_the_job_goes_the_whole_way(
    first: dg.ExecuteInProcessResult, definitions: dg.Definitions, workspace: Workspace
) -> None:
    assert first.success, [event.message for event in first.all_events if event.is_failure]
    made = metadata(first)
    assert {key.to_user_string() for key in definitions.resolve_asset_graph().get_all_asset_keys()} == set(made)
    with duckdb.connect(workspace.published, read_only=True) as connection:
        for mart in MARTS:
            (count,) = connection.sql(f"SELECT count(*) FROM marts.{mart}").fetchall()[0]
            assert made[f"marts/{mart}"]["dagster/row_count"] == count
            assert made[f"marts/{mart}"]["preview"].startswith("| ")
            assert (workspace.exports / f"{mart}.csv").exists()
        (cells,) = connection.sql("SELECT count(*) FROM landing.cells").fetchall()[0]
        (findings,) = connection.sql("SELECT count(*) FROM marts.finding").fetchall()[0]
    lake, published = made["lake"], made["published"]
    assert (lake["found"], lake["read"], lake["extracted"], lake["quarantined"]) == (6, 6, 5, 1)
    assert (published["documents"], published["reports"], published["cells"]) == (6, 5, cells)
    assert published["findings"] == findings
    for asset in ("lake", "landing/cells", "published", "exports"):
        assert made[asset]["seconds"] >= 0
        assert made[asset]["preview"]
    assert made["landing/cells"]["dagster/row_count"] == cells == lake["cells"]


def test_checks_hold(first: dg.ExecuteInProcessResult, definitions: dg.Definitions) -> None:
    evaluated = {
        (event.asset_key.to_user_string(), event.check_name): event.passed
        for event in first.get_asset_check_evaluations()
    }
    assert all(evaluated.values())
    for own in (
        ("lake", "every_document_is_read"),
        ("landing/documents", "every_document_is_accounted_for"),
        ("landing/build", "rows_are_those_of_the_lake"),
        ("marts/dim_agency", "every_row_has_its_agency_and_document"),
        ("marts/report", "no_report_is_doubled"),
        ("marts/agency_year", "no_total_is_lower_than_published"),
        ("marts/coverage", "nothing_is_lost"),
        ("published", "published_is_current"),
    ):
        assert own in evaluated
    assert {asset for asset, _ in evaluated} >= {f"marts/{mart}" for mart in MARTS}, "dbt's tests are checks"


def test_nothing_new_builds_nothing(
    first: dg.ExecuteInProcessResult,
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    workspace: Workspace,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = workspace.published.stat()
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        second = nightly(definitions, instance)
    assert second.success
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []
    assert set(metadata(second)) == {"crawled", "lake"}
    assert metadata(second)["lake"]["read"] == 0
    after = workspace.published.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not list(workspace.warehouse.glob(".build-*"))


def test_a_failing_test_of_dbt_publishes_nothing(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    workspace = Workspace(tmp_path)
    shutil.copytree(SAMPLES, workspace.raw)
    refresh(workspace)
    (path,) = workspace.batches.glob("*/cells.parquet")
    cells = pl.read_parquet(path)
    blank_with_a_value = pl.when(pl.col("status") == "blank").then(1).otherwise(pl.col("value"))
    cells.with_columns(value=blank_with_a_value.cast(cells.schema["value"])).write_parquet(path)
    path.with_name("SHA256SUMS").unlink()  # as if it had been read so
    result = nightly(build_definitions(workspace.root), instance)
    assert not result.success
    failed = {event.check_name for event in result.get_asset_check_evaluations() if not event.passed}
    assert any(name.startswith("value_only_of_numbers") for name in failed)
    assert not workspace.published.exists()
    with workspace.exclusive():
        assert not list(workspace.warehouse.glob(".build-*")), "a run that fails lets go of the folder"


def test_totals_lower_than_published_publish_nothing(
    first: dg.ExecuteInProcessResult, workspace: Workspace, tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    assert first.success
    workspace = Workspace(shutil.copytree(workspace.root, tmp_path / "data"))
    definitions = build_definitions(workspace.root)
    other = shutil.copyfile(workspace.published, tmp_path / "other.duckdb")
    with duckdb.connect(other) as connection:
        connection.execute(
            "UPDATE marts.fct_outcomes SET applications = applications + 1 WHERE outcome_code = 'granted'"
        )
    Path(other).replace(workspace.published)
    before = workspace.published.stat()
    workspace.reviews.write_text("finding_id,verdict,reason\n", "utf-8")
    result = nightly(definitions, instance)
    failed = {event.check_name for event in result.get_asset_check_evaluations() if not event.passed}
    assert (result.success, failed) == (False, {"no_total_is_lower_than_published"})
    assert workspace.published.stat().st_ino == before.st_ino
    told = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    assert [error.cause.cls_name for error in told if error and error.cause] == ["PublicationRefused"]
    failure = explain_failure("", [event for event in result.all_events if event.is_step_failure])
    assert failure.is_refusal, "people are told that a build was refused, not that a run failed"
    assert "lower" in failure.reason
    (refused,) = list_refused(workspace)
    assert [check["check"] for check in refused.record["checks"] if not check["passed"]] == ["totals"]

    job = definitions.resolve_job_def("nightly")
    accept = {"ops": {"published": {"config": {"accept_losses": True}}}}
    assert job.execute_in_process(instance=instance, run_config=accept, raise_on_error=False).success
    assert [build.record["accepted_losses"] for build in list_builds(workspace)] == [False, True]
    assert list_builds(workspace)[-1].record["seconds"].keys() == {"landing", "marts", "checks"}


def test_a_relative_data_folder(workspace: Workspace, tmp_path: Path) -> None:
    """As `make dev` has it: the folder is that of where Dagster was started, for dbt too."""
    shutil.copytree(workspace.raw, tmp_path / "data" / "raw")
    program = (
        "from pipeline.orchestration import build_definitions; "
        "job = build_definitions().resolve_job_def('nightly'); "
        "print([job.execute_in_process().success for night in range(2)])"
    )
    before = {path for path in DBT_PROJECT.rglob("*") if "target" not in path.parts}
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "GONGKAI_DATA": "data", "DAGSTER_DISABLE_TELEMETRY": "1"},
    )
    assert run.stdout.splitlines()[-1:] == ["[True, True]"], run.stderr
    assert (tmp_path / "data" / "exports" / "report.csv").exists()
    assert {path for path in DBT_PROJECT.rglob("*") if "target" not in path.parts} == before


def test_a_run_beside_another_writer_fails_and_says_so(
    definitions: dg.Definitions, instance: dg.DagsterInstance, workspace: Workspace
) -> None:
    job = definitions.resolve_job_def("nightly")
    impatient = {"resources": {"gongkai": {"config": {"data": str(workspace.root), "patience": 0}}}}
    with workspace.exclusive():
        crawl = job.execute_in_process(instance=instance, asset_selection=[dg.AssetKey("crawled")])
        result = job.execute_in_process(instance=instance, raise_on_error=False, run_config=impatient)
        assert crawl.success, "crawling takes hours, and the folder is free meanwhile"
    assert not result.success
    assert any("is being written by process" in str(event.event_specific_data) for event in result.all_events)


def test_a_run_waits_for_another_writer_and_lets_go_of_the_folder(
    definitions: dg.Definitions, instance: dg.DagsterInstance, workspace: Workspace
) -> None:
    """A process that writes for some seconds does not cost the night; the run holds the folder to its end only."""
    program = (
        "import sys, time; from pathlib import Path; from pipeline.workspace import Workspace\n"
        "with Workspace(Path(sys.argv[1])).exclusive(): print('held', flush=True); time.sleep(2)"
    )
    with subprocess.Popen([sys.executable, "-c", program, workspace.root], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == "held\n"
        job = definitions.resolve_job_def("nightly")
        result = job.execute_in_process(instance=instance, asset_selection=[dg.AssetKey("lake")])
        assert writer.poll() is not None, "it went on when the other had ended"
    assert result.success
    with workspace.exclusive():
        assert not list(workspace.warehouse.glob(".build-*"))


def test_marts_alone_say_what_they_need(
    definitions: dg.Definitions, instance: dg.DagsterInstance, workspace: Workspace
) -> None:
    job = definitions.resolve_implicit_global_asset_job_def()
    result = job.execute_in_process(
        instance=instance, asset_selection=[dg.AssetKey(["marts", "report"])], raise_on_error=False
    )
    assert not result.success
    assert any("Materialize `landing`" in str(event.event_specific_data) for event in result.all_events)


def test_dagster_finds_the_module(tmp_path: Path) -> None:
    command = [
        Path(sys.executable).with_name("dagster"),
        "definitions",
        "validate",
        "-m",
        "pipeline.orchestration",
    ]
    result = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={
            "PATH": "/usr/bin:/bin",
            "DAGSTER_HOME": str(tmp_path),
            "DAGSTER_DISABLE_TELEMETRY": "1",
            "GONGKAI_DATA": str(tmp_path),
        },
    )
    assert result.returncode == 0, result.stdout + result.stderr
