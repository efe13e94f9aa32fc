"""All that Dagster is told: assets, checks, the nightly job and its schedule."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg

from pipeline.orchestration import checks
from pipeline.orchestration.assets import exports, lake, landing_assets, mart_assets, published_asset
from pipeline.orchestration.crawling import crawled
from pipeline.orchestration.dbt import dbt_resource, prepared_manifest
from pipeline.orchestration.resources import GongkaiResource


def build_definitions(data: Path | None = None) -> dg.Definitions:
    """Everything Dagster needs for one data folder (default: ``GONGKAI_DATA``, or ``data``).

    Reads the dbt project's manifest, and first makes it where it is missing or older than the project.
    """
    data = data or Path(os.environ.get("GONGKAI_DATA", "data"))
    manifest = prepared_manifest()
    landing, marts = landing_assets(manifest), mart_assets(manifest)
    nightly = dg.define_asset_job(
        "nightly",
        selection=dg.AssetSelection.all(),
        description="Crawl, read what is new in raw/, build, check, publish and export; nothing new, nothing built.",
    )
    return dg.Definitions(
        assets=[crawled, lake, landing, marts, published_asset(marts), exports],
        asset_checks=dg.load_asset_checks_from_modules([checks]),
        jobs=[nightly],
        schedules=[
            dg.ScheduleDefinition(
                name="nightly",
                job=nightly,
                cron_schedule="0 2 * * *",
                execution_timezone="Asia/Shanghai",
                default_status=dg.DefaultScheduleStatus.RUNNING,
            )
        ],
        resources={"gongkai": GongkaiResource(data=str(data.resolve())), "dbt": dbt_resource()},
        # One process for a whole run: a step costs no start, and one writer holds the lock from end to end.
        executor=dg.in_process_executor,
    )
