"""Sensors in a real Dagster instance: what goes wrong is told to a real server, once, and its end as well."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.errors import DagsterExecutionInterruptedError
from dagster._core.events import EngineEventData
from dagster._daemon.monitoring.run_monitoring import monitor_started_run

from pipeline.crawl.history import record
from pipeline.orchestration import build_definitions
from pipeline.orchestration.failure import explain_failure
from pipeline.orchestration.sensors import remove_old_runs
from pipeline.service import prepare_home
from pipeline.settings import read_settings
from pipeline.warehouse.errors import PublicationRefused
from pipeline.workspace import JobError, Workspace
from tests.alerts.servers import Hook, hook
from tests.crawl.conftest import crawling


@pytest.fixture
def web() -> Iterator[Hook]:
    with hook() as running:
        yield running


@pytest.fixture
def workspace(tmp_path: Path, web: Hook) -> Workspace:
    """A data folder without raw/: its nights fail."""
    (tmp_path / "settings.yml").write_text(f"alerts: {{webhook: {{url: '{web.url}'}}}}", encoding="utf-8")
    return Workspace(tmp_path)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The data folder in whose `dagster/` the instance of these tests lives."""
    return Workspace(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def shared(home: Workspace) -> Iterator[dg.DagsterInstance]:
    """As `gongkai up` configures it."""
    with dg.DagsterInstance.from_config(str(prepare_home(home))) as instance:
        yield instance


@pytest.fixture
def instance(shared: dg.DagsterInstance) -> dg.DagsterInstance:
    """An instance that knows of no run."""
    remove_old_runs(shared, datetime.now(UTC) + timedelta(days=1))
    return shared


def told(web: Hook) -> list[tuple[str, str]]:
    """Kind and key of each alert that arrived."""
    return [(said["kind"], said["key"]) for said in (json.loads(body) for _, body in web.posted)]


def look(definitions: dg.Definitions, instance: dg.DagsterInstance, name: str, cursor: str | None) -> str | None:
    """One tick of a sensor; its cursor."""
    context = dg.build_sensor_context(instance=instance, cursor=cursor)
    (sensor,) = (one for one in definitions.sensors or [] if one.name == name)
    assert isinstance(sensor, dg.SensorDefinition)
    return sensor.evaluate_tick(context).cursor


def look_at_run(definitions: dg.Definitions, result: dg.ExecuteInProcessResult, instance: dg.DagsterInstance) -> None:
    """A tick of the sensor that sees this run."""
    run = instance.get_run_by_id(result.run_id)
    assert run
    name = "good_run" if result.success else "failed_run"
    (sensor,) = (one for one in definitions.sensors or [] if one.name == name)
    (event,) = (one for one in result.all_events if one.is_run_failure or one.event_type_value == "PIPELINE_SUCCESS")
    context = dg.build_run_status_sensor_context(name, event, instance, run)
    assert callable(sensor)
    sensor(context if result.success else context.for_run_failure())


def test_a_night_that_fails_is_told_and_so_is_the_one_that_does_not(
    workspace: Workspace, instance: dg.DagsterInstance, web: Hook
) -> None:
    definitions = build_definitions(workspace.root)
    job = definitions.resolve_job_def("nightly")
    lake = [dg.AssetKey("lake")]
    failed = job.execute_in_process(instance=instance, raise_on_error=False, asset_selection=lake)
    assert not failed.success
    run = instance.get_run_by_id(failed.run_id)
    assert run
    assert run.tags["dagster/will_retry"] == "true", "settings.yml has a run that failed begun again once"
    look_at_run(definitions, failed, instance)
    assert web.posted == [], "it is not over yet"
    again = job.execute_in_process(
        instance=instance,
        raise_on_error=False,
        asset_selection=lake,
        tags={
            "dagster/parent_run_id": failed.run_id,
            "dagster/root_run_id": failed.run_id,
            "dagster/retry_number": "1",
            "dagster/max_retries": "0",
        },
    )
    web.status = 500
    look_at_run(definitions, again, instance)
    web.status = 200
    (alert,) = (json.loads(body) for _, body in web.posted)
    assert (alert["kind"], alert["run_id"], alert["data"]) == ("run_failed", again.run_id, str(workspace.root))
    assert "There is no folder" in alert["text"]
    assert "lake" in alert["text"]
    assert "tried 2 times" in alert["text"]
    assert not workspace.warehouse.exists() or not list(workspace.warehouse.glob(".build-*"))

    (path,) = (workspace.alerts / "outbox").glob("*.json")
    path.write_text(path.read_text().replace('"due": "20', '"due": "19'))  # a minute later
    look(definitions, instance, "alerts", None)
    assert told(web) == [("run_failed", "run"), ("run_failed", "run")], "the server was down: told again"
    look(definitions, instance, "alerts", None)
    assert len(web.posted) == 2

    lone = dg.Definitions(jobs=[dg.job(name="nightly")(lambda: None)]).resolve_job_def("nightly")
    good = lone.execute_in_process(instance=instance)
    for _ in range(2):
        look_at_run(definitions, good, instance)
    assert told(web)[2:] == [("recovered", "run")]


def test_nobody_to_tell_costs_nothing(tmp_path: Path, web: Hook) -> None:
    workspace = Workspace(tmp_path)
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        definitions = build_definitions(workspace.root)
        for name in ("freshness", "failing_sources", "alerts"):
            assert look(definitions, instance, name, None) is None
    assert not workspace.dagster.exists()


def test_no_news_for_too_long(workspace: Workspace, instance: dg.DagsterInstance, web: Hook) -> None:
    definitions = build_definitions(workspace.root)
    cursor = look(definitions, instance, "freshness", None)
    assert web.posted == [], "the folder is new: nothing could be published yet"

    long_ago = datetime.now(UTC) - timedelta(hours=37)
    first = json.dumps({"since": long_ago.isoformat()})
    for cursor in (first, first):
        look(definitions, instance, "freshness", cursor)
    assert told(web) == [("stale", "freshness")], "though there never was a run"
    assert "never" in json.loads(web.posted[0][1])["text"]

    workspace.warehouse.mkdir()
    workspace.published.write_bytes(b"")  # only its time is looked at, and it cannot be opened
    cursor = look(definitions, instance, "freshness", cursor)
    assert told(web)[1:] == [("recovered", "freshness")]
    os.utime(workspace.published, (long_ago.timestamp(),) * 2)
    look(definitions, instance, "freshness", first)
    assert told(web)[2:] == [("stale", "freshness")]
    look(definitions, instance, "freshness", cursor)
    assert told(web)[3:] == [("recovered", "freshness")], "what was published since is remembered"

    look(definitions, instance, "freshness", first)
    lone = dg.Definitions(jobs=[dg.job(name="nightly")(lambda: None)]).resolve_job_def("nightly")
    assert lone.execute_in_process(instance=instance).success
    look(definitions, instance, "freshness", first)
    assert told(web)[4:] == [("stale", "freshness"), ("recovered", "freshness")], "a run that found nothing new"


def test_a_source_that_fails_three_nights(workspace: Workspace, instance: dg.DagsterInstance, web: Hook) -> None:
    crawling(workspace.root, county={"title": "甲县", "start": "https://www.example.gov.cn/"})
    definitions = build_definitions(workspace.root)
    first, cursor = datetime.now(UTC) - timedelta(days=3), None
    for night in range(5):
        record(workspace, "county", failed=True, reason="412 禁止", at=first + timedelta(days=night))
        cursor = look(definitions, instance, "failing_sources", cursor)
        assert len(web.posted) == (0 if night < 2 else 1), "from the third night on, once"
    alert = json.loads(web.posted[0][1])
    assert (alert["kind"], alert["key"]) == ("source_failing", "source:county")
    assert "412 禁止" in alert["text"]
    assert cursor == look(definitions, instance, "failing_sources", cursor)
    record(workspace, "county", failed=False, reason=None, at=first + timedelta(days=5))
    look(definitions, instance, "failing_sources", cursor)
    assert told(web) == [("source_failing", "source:county"), ("recovered", "source:county")]


def test_the_instance_is_configured(home: Workspace, instance: dg.DagsterInstance) -> None:
    nightly = read_settings(home).nightly
    assert Path(instance.root_directory) == home.dagster.resolve()
    assert instance.get_concurrency_config().run_queue_config.max_concurrent_runs == 1
    assert (instance.run_retries_enabled, instance.run_retries_max_retries) == (True, nightly.retries)
    assert instance.run_monitoring_enabled
    assert instance.run_monitoring_max_runtime_seconds == nightly.hours * 3600
    assert instance.run_launcher.supports_check_run_worker_health
    assert instance.telemetry_enabled is False
    ticks = instance.get_tick_retention_settings(dg._core.definitions.run_request.InstigatorType.SCHEDULE)
    assert set(ticks.values()) == {nightly.keep_days}
    tags = build_definitions(home.root).resolve_job_def("nightly").tags
    assert tags["dagster/retry_strategy"] == "ALL_STEPS"


def test_a_run_whose_process_was_killed_is_found(instance: dg.DagsterInstance) -> None:
    lone = dg.Definitions(jobs=[dg.job(name="nightly")(lambda: None)]).resolve_job_def("nightly")
    run = instance.create_run_for_job(lone)
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    data = EngineEventData.in_process(process.pid)
    instance.report_engine_event(f"Started process for run (pid: {process.pid}).", run, data)
    instance.handle_run_event(
        run.run_id, dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, "nightly", message="begun")
    )

    def look_after() -> dg.DagsterRunStatus:
        record = instance.get_run_record_by_id(run.run_id)
        assert record
        monitor_started_run(instance, None, record, logging.getLogger("tests"))  # type: ignore[arg-type]
        found = instance.get_run_by_id(run.run_id)
        assert found
        return found.status

    assert look_after() == dg.DagsterRunStatus.STARTED
    process.kill()
    deadline = time.monotonic() + 10
    while "State:\tZ" not in Path(f"/proc/{process.pid}/status").read_text() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert look_after() == dg.DagsterRunStatus.FAILURE, "though its parent has not looked yet"
    process.wait()


def test_old_runs_go_with_their_logs(home: Workspace, instance: dg.DagsterInstance) -> None:
    @dg.op
    def speak() -> None:
        print("said")

    @dg.job(name="nightly")
    def talk() -> None:
        speak()

    run_id = talk.execute_in_process(instance=instance).run_id

    def files() -> list[Path]:
        return [path for path in home.dagster.rglob("*") if run_id in str(path)]

    assert files()
    assert remove_old_runs(instance, datetime.now(UTC) - timedelta(days=1)) == 0
    assert instance.has_run(run_id)
    assert remove_old_runs(instance, datetime.now(UTC) + timedelta(days=1)) == 1
    assert not instance.has_run(run_id)
    assert files() == []


@pytest.mark.parametrize(
    ("error", "is_refusal"),
    [
        (PublicationRefused("lost 3 reports: 甲县, 乙县"), True),
        (ValueError("lost 3 reports: 甲县, 乙县"), False),
        (DagsterExecutionInterruptedError(), False),
    ],
)
def test_a_refusal_is_told_from_a_failure(error: BaseException, is_refusal: bool) -> None:
    @dg.op
    def gate() -> None:
        raise error

    @dg.job
    def lone() -> None:
        gate()

    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        result = lone.execute_in_process(instance=instance, raise_on_error=False)
    steps = [event for event in result.all_events if event.is_step_failure]
    failure = explain_failure("", steps)
    assert failure.is_refusal == is_refusal
    said = "gate: ended from outside" if isinstance(error, DagsterExecutionInterruptedError) else f"gate: {error}"
    assert failure.reason.startswith(said)


def test_a_run_that_never_began_a_step_is_told_by_what_dagster_says() -> None:
    failure = explain_failure("Run timed out due to taking longer than 300 seconds to start.", [])
    assert (failure.is_refusal, failure.reason[:13]) == (False, "Run timed out")


@pytest.mark.parametrize("said", ["cron: every night at two", "timezone: Asia/Peking"])
def test_a_time_that_there_is_not_is_told(tmp_path: Path, said: str) -> None:
    (tmp_path / "settings.yml").write_text(f"nightly: {{{said}}}", encoding="utf-8")
    key, _, value = said.partition(": ")
    with pytest.raises(JobError, match=rf"settings\.yml cannot be used:\n  nightly\.{key}: '{value}' is not"):
        build_definitions(tmp_path)
