"""All that Dagster is told: assets, checks, the nightly job, its schedule, and who is told of what."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from pipeline.orchestration import checks
from pipeline.orchestration.assets import exports, lake_asset, landing_assets, mart_assets, published_asset
from pipeline.orchestration.crawling import crawled
from pipeline.orchestration.dbt import dbt_resource, prepared_manifest
from pipeline.orchestration.resources import GongkaiResource
from pipeline.orchestration.sensors import NIGHTLY, build_sensors
from pipeline.settings import Nightly, open_workspace, read_settings
from pipeline.workspace import JobError, Workspace


def build_definitions(data: Path | None = None) -> dg.Definitions:
    """Everything Dagster needs for one data folder (default: ``GONGKAI_DATA``, or ``data``).

    Reads the dbt project's manifest, and first makes it where it is missing or older than the project.

    Raises:
        JobError: ``settings.yml`` of the folder cannot be used.
    """
    data = data or Path(os.environ.get("GONGKAI_DATA", "data"))
    workspace = open_workspace(data.resolve())
    settings = read_settings(workspace)
    manifest = prepared_manifest()
    landing, marts = landing_assets(manifest), mart_assets(manifest)
    nightly = dg.define_asset_job(
        NIGHTLY,
        selection=dg.AssetSelection.all(),
        description="Crawl, read what is new in raw/, build, check, publish and export; nothing new, nothing built.",
        tags=run_tags(settings.nightly),
    )
    return dg.Definitions(
        assets=[crawled, lake_asset(settings.alerts), landing, marts, published_asset(marts), exports],
        asset_checks=dg.load_asset_checks_from_modules([checks]),
        jobs=[nightly],
        schedules=[_schedule(workspace, nightly, settings.nightly)],
        sensors=build_sensors(workspace, nightly),
        resources={"gongkai": GongkaiResource(data=str(workspace.root)), "dbt": dbt_resource()},
        # One process for a whole run: a step costs no start, and one writer holds the lock from its first step on.
        executor=dg.in_process_executor,
    )


def run_tags(nightly: Nightly) -> dict[str, str]:
    """What Dagster is told of each nightly run.

    A run is begun again from its start: what it builds goes with it, so that no later step can go on from there.
    """
    return {
        "dagster/max_runtime": str(int(nightly.hours * 3600)),
        "dagster/max_retries": str(nightly.retries),
        "dagster/retry_strategy": "ALL_STEPS",
    }


def _schedule(workspace: Workspace, job: UnresolvedAssetJobDefinition, nightly: Nightly) -> dg.ScheduleDefinition:
    try:
        return dg.ScheduleDefinition(
            name=NIGHTLY,
            job=job,
            cron_schedule=nightly.cron,
            execution_timezone=nightly.timezone,
            default_status=dg.DefaultScheduleStatus.RUNNING,
        )
    except (dg.DagsterInvalidDefinitionError, KeyError, ValueError) as error:
        raise JobError(f"{workspace.settings} cannot be used: nightly: {error}") from error
