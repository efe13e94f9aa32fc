"""Who watches over the nights: sensors that report troubles, tell of them, and remove what is old.

Each finds out what is so and hands it on at once; what people know already and how they are told, the room `alerts`
knows. Without a way to tell, they skip.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from pipeline import alerts, crawl, warehouse
from pipeline.orchestration.failure import explain_failure
from pipeline.settings import read_settings
from pipeline.workspace import JobError, Workspace

NIGHTLY: Final = "nightly"
"""The job that runs each night."""

_RUN: Final = "run"
_STALE: Final = "freshness"
_SOURCE: Final = "source:"

_NOBODY: Final = "Neither a webhook nor mail is configured in settings.yml: nobody is told."
_RUNNING: Final = dg.DefaultSensorStatus.RUNNING
_Context = dg.SensorEvaluationContext | dg.RunStatusSensorContext
_OLD_RUNS: Final = 50
"""Runs that are removed at once."""


def build_sensors(workspace: Workspace, nightly: UnresolvedAssetJobDefinition) -> Sequence[dg.SensorDefinition]:
    """All sensors of a data folder."""
    return [
        _failed_run(workspace, nightly),
        _good_run(workspace, nightly),
        _failing_sources(workspace),
        _freshness(workspace),
        _telling(workspace),
        _old_runs(workspace),
    ]


def _failed_run(workspace: Workspace, nightly: UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    @dg.run_failure_sensor(
        name="failed_run",
        monitored_jobs=[nightly],
        minimum_interval_seconds=30,
        default_status=_RUNNING,
        description="Reports each nightly run that failed and is not begun again, and each publication refused.",
    )
    def failed_run(context: dg.RunFailureSensorContext) -> dg.SkipReason:
        ways = alerts.configured_ways(read_settings(workspace).alerts)
        run = context.dagster_run
        if not ways:
            return dg.SkipReason(_NOBODY)
        if run.tags.get("dagster/will_retry") == "true":
            return dg.SkipReason("The run is begun again.")
        failure = explain_failure(context.failure_event.message or "", context.get_step_failure_events())
        tries = int(run.tags.get("dagster/retry_number", 0)) + 1
        alert = alerts.make_alert(
            workspace,
            "publication_refused" if failure.is_refusal else "run_failed",
            _RUN,
            build_id=_published_build(workspace),
            run_id=run.run_id,
            error=failure.reason,
            attempts=f"tried {tries} times, 共尝试 {tries} 次" if tries > 1 else "tried once, 尝试 1 次",
        )
        alerts.report(workspace, alert, ways, again=True)  # each night that fails
        return _tell(context, workspace, ways)

    return failed_run


def _good_run(workspace: Workspace, nightly: UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name="good_run",
        monitored_jobs=[nightly],
        minimum_interval_seconds=30,
        default_status=_RUNNING,
        description="Tells that the nightly run is well again.",
    )
    def good_run(context: dg.RunStatusSensorContext) -> dg.SkipReason:
        ways = alerts.configured_ways(read_settings(workspace).alerts)
        if not ways:
            return dg.SkipReason(_NOBODY)
        run_id = context.dagster_run.run_id
        _recover(workspace, _RUN, ways, run_id)
        return _tell(context, workspace, ways)

    return good_run


def _failing_sources(workspace: Workspace) -> dg.SensorDefinition:
    @dg.sensor(
        name="failing_sources",
        minimum_interval_seconds=300,
        default_status=_RUNNING,
        description="Reports sources that failed several nights in a row; looks again when something was crawled.",
    )
    def failing_sources(context: dg.SensorEvaluationContext) -> dg.SkipReason | dg.SensorResult:
        settings = read_settings(workspace)
        ways = alerts.configured_ways(settings.alerts)
        if not ways:
            return dg.SkipReason(_NOBODY)
        nights, timezone = settings.alerts.failing_nights, settings.nightly.timezone
        seen = _fingerprint(
            [*workspace.sources.glob("*.yml"), *workspace.crawls.glob("*/nights.ndjson")], nights, timezone, *ways
        )
        if context.cursor == seen:
            return dg.SkipReason("Nothing was crawled since.")
        failing = {f"{_SOURCE}{one.source}": one for one in crawl.failing_sources(workspace, nights, timezone)}
        for key, one in failing.items():
            alert = alerts.make_alert(
                workspace,
                "source_failing",
                key,
                build_id=_published_build(workspace),
                source=one.source,
                nights=one.nights,
                since=one.since,
                error=one.reason,
            )
            alerts.report(workspace, alert, ways)
        for key in alerts.open_troubles(workspace):
            if key.startswith(_SOURCE) and key not in failing:
                _recover(workspace, key, ways)
        _tell(context, workspace, ways)
        return dg.SensorResult(
            skip_reason=f"Failing: {', '.join(failing) or 'none'}.",
            cursor=seen,
        )

    return failing_sources


def _freshness(workspace: Workspace) -> dg.SensorDefinition:
    @dg.sensor(
        name="freshness",
        minimum_interval_seconds=300,
        default_status=_RUNNING,
        description="Reports that nothing was published, and no run found nothing new, for too long.",
    )
    def freshness(context: dg.SensorEvaluationContext) -> dg.SkipReason | dg.SensorResult:
        settings = read_settings(workspace).alerts
        ways = alerts.configured_ways(settings)
        if not ways:
            return dg.SkipReason(_NOBODY)
        now = datetime.now(UTC)
        cursor = json.loads(context.cursor or "{}")
        watched = datetime.fromisoformat(cursor.get("since", now.isoformat()))
        known = datetime.fromisoformat(cursor["good"]) if "good" in cursor else None
        good = max((moment for moment in (known, _last_good(context.instance, workspace)) if moment), default=None)
        hours = settings.stale_hours
        if now - (good or watched) > timedelta(hours=hours):
            alert = alerts.make_alert(
                workspace,
                "stale",
                _STALE,
                build_id=_published_build(workspace),
                hours=f"{hours:g}",
                last=f"{good:%F %T} UTC" if good else "never / 从未有过",
            )
            alerts.report(workspace, alert, ways)
        else:
            _recover(workspace, _STALE, ways)
        _tell(context, workspace, ways)
        moments = {"since": watched, **({"good": good} if good else {})}
        return dg.SensorResult(
            skip_reason=f"The last good night: {good or 'none yet'}.",
            cursor=json.dumps({name: moment.isoformat() for name, moment in moments.items()}),
        )

    return freshness


def _telling(workspace: Workspace) -> dg.SensorDefinition:
    @dg.sensor(
        name="alerts",
        minimum_interval_seconds=60,
        default_status=_RUNNING,
        description="Tells again what did not arrive, by each way that is configured.",
    )
    def telling(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        if alerts.is_empty(workspace):
            return dg.SkipReason("There is nothing to tell.")
        return _tell(context, workspace, alerts.configured_ways(read_settings(workspace).alerts))

    return telling


def _tell(context: _Context, workspace: Workspace, ways: Mapping[str, alerts.Way]) -> dg.SkipReason:
    """Tell what is in the outbox; what fails is logged, and no failure of the sensor."""
    tried = alerts.deliver(workspace, ways)
    for one in tried:
        if one.error:
            end = "Given up." if one.given_up else "It is tried again."
            context.log.error(f"{one.way}: {one.alert.subject}: {one.error} {end}")
        else:
            context.log.info(f"{one.way}: {one.alert.subject}: told")
    told = sum(not one.error for one in tried)
    return dg.SkipReason(f"Told {told}, failed {len(tried) - told}, waiting {len(alerts.waiting(workspace))}.")


def _old_runs(workspace: Workspace) -> dg.SensorDefinition:
    @dg.sensor(
        name="old_runs",
        minimum_interval_seconds=3600,
        default_status=_RUNNING,
        description="Removes runs that ended longer ago than nightly.keep_days, with their logs.",
    )
    def old_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        before = datetime.now(UTC) - timedelta(days=read_settings(workspace).nightly.keep_days)
        return dg.SkipReason(f"Removed {remove_old_runs(context.instance, before)} runs from before {before:%F}.")

    return old_runs


def remove_old_runs(instance: dg.DagsterInstance, before: datetime) -> int:
    """Remove runs that ended and were begun before a moment, the oldest first, some at a time, with their logs."""
    ended = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
    old = instance.get_run_records(
        dg.RunsFilter(statuses=ended, created_before=before), limit=_OLD_RUNS, ascending=True
    )
    for record in old:
        run_id = record.dagster_run.run_id
        instance.compute_log_manager.delete_logs(prefix=[run_id])
        instance.delete_run(run_id)
        if not instance.is_ephemeral:
            (Path(instance.root_directory) / "history" / "runs" / f"{run_id}.db").unlink(missing_ok=True)
    return len(old)


def _recover(workspace: Workspace, key: str, ways: Mapping[str, object], run_id: str | None = None) -> None:
    """Tell that a trouble is over, if there was one: mostly there was none, and nothing is opened."""
    if key in alerts.open_troubles(workspace):
        alerts.recover(workspace, key, ways, build_id=_published_build(workspace), run_id=run_id)


def _last_good(instance: dg.DagsterInstance, workspace: Workspace) -> datetime | None:
    """When something was last published, or a nightly run ended well."""
    runs = instance.get_run_records(dg.RunsFilter(job_name=NIGHTLY, statuses=[dg.DagsterRunStatus.SUCCESS]), limit=1)
    moments = [datetime.fromtimestamp(run.end_time, UTC) for run in runs if run.end_time]
    if workspace.published.exists():
        moments.append(datetime.fromtimestamp(workspace.published.stat().st_mtime, UTC))
    return max(moments, default=None)


def _published_build(workspace: Workspace) -> str | None:
    try:
        with warehouse.open_published(workspace) as connection:
            row = connection.sql("SELECT build_id FROM landing.build").fetchone()
    except JobError:
        return None
    return str(row[0]) if row else None


def _fingerprint(paths: Sequence[Path], *values: object) -> str:
    facts = [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(paths)]
    return hashlib.sha256(repr((facts, values)).encode()).hexdigest()
