"""The assets, along the way that data takes: lake, landing, marts, published, exports."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, DbtProject, dbt_assets

from pipeline import warehouse
from pipeline.lake import Progress, refresh
from pipeline.orchestration.crawling import crawled
from pipeline.orchestration.preview import preview, table
from pipeline.orchestration.resources import GongkaiResource
from pipeline.settings import Alerts

_WARNINGS: Final = 20
_LOG_SECONDS: Final = 30


def lake_asset(alerts: Alerts) -> dg.AssetsDefinition:
    """The lake; each night must look at ``raw/``, though most find nothing new and publish nothing."""

    @dg.asset(
        group_name="lake",
        kinds={"polars", "parquet"},
        deps=[crawled],
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=max(alerts.stale_hours, 1 / 60))),
    )
    def lake(context: dg.AssetExecutionContext, gongkai: GongkaiResource) -> dg.MaterializeResult[None]:
        """The record of what every document in raw/ says; only new and changed documents are read."""
        result = asdict(refresh(gongkai.hold(), progress=_log_progress(context)))
        warnings = result.pop("warnings")
        for warning in warnings[:_WARNINGS]:
            context.log.warning(warning)
        return dg.MaterializeResult(
            metadata={
                **result,
                "warnings": len(warnings),
                "preview": table(list(result), [list(result.values())]),
            }
        )

    return lake


def _log_progress(context: dg.AssetExecutionContext) -> Progress:
    """Log counted work, now and then."""
    logged = time.monotonic()

    def log(stage: str, done: int, total: int) -> None:
        nonlocal logged
        if time.monotonic() - logged > _LOG_SECONDS:
            logged = time.monotonic()
            context.log.info(f"{stage}: {done:,} of {total:,}")

    return log


def landing_assets(manifest: Path) -> dg.AssetsDefinition:
    """The landing tables, as the dbt project declares them: one asset a table, all loaded in one step."""
    sources = json.loads(manifest.read_bytes())["sources"].values()
    tables = {source["name"]: source["description"] for source in sources if source["source_name"] == "landing"}
    specs = [
        dg.AssetSpec(
            ["landing", name],
            deps=["lake"],
            description=description,
            group_name="landing",
            kinds={"duckdb"},
            skippable=True,
        )
        for name, description in tables.items()
    ]

    @dg.multi_asset(name="landing", specs=specs)
    def landing(context: dg.AssetExecutionContext, gongkai: GongkaiResource) -> Iterator[dg.MaterializeResult[None]]:
        """The lake, loaded into a new DuckDB file. Nothing new: no build, all that follows is skipped."""
        workspace = gongkai.hold()
        planned = warehouse.plan(workspace)
        if not planned.is_needed:
            nothing = "Nothing is new since the last publication: no build."
            held = planned.rolled_back
            context.log.info(warehouse.tell_rolled_back(workspace, held) if held else nothing)
            if renewed := warehouse.renew_exports(workspace):
                context.log.info(f"Exports that were not of the published build: {len(renewed)} are written anew.")
            return
        start = time.perf_counter()
        with warehouse.timed(gongkai.target, "landing"):
            warehouse.assemble(workspace, gongkai.target)
        seconds = time.perf_counter() - start
        with duckdb.connect(gongkai.target, read_only=True) as connection:
            for name in tables:
                yield dg.MaterializeResult(
                    asset_key=["landing", name],
                    metadata={**preview(connection, f"landing.{name}"), "seconds": seconds},
                )

    return landing


class _Translator(DagsterDbtTranslator):
    """Groups the dbt nodes by their layer: the folder that they lie in."""

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        """A test that fails fails dbt, and so the step; were it blocking too, each skipped night would warn of it."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        return spec and spec._replace(blocking=False)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return str(dbt_resource_props["fqn"][1]) if dbt_resource_props["resource_type"] == "model" else "seeds"


def mart_assets(manifest: Path) -> dg.AssetsDefinition:
    """The dbt project: one asset a model and seed, one check a test, all built in one step.

    dbt builds; the tests are run as `warehouse.transform` runs them.
    """

    @dbt_assets(manifest=manifest, name="dbt", dagster_dbt_translator=_Translator())
    def marts(context: dg.AssetExecutionContext, dbt: DbtCliResource, gongkai: GongkaiResource) -> Iterator[Any]:
        target = gongkai.assembled_target
        run = dbt.cli(
            ["build", "--exclude-resource-type", "unit_test", "test"],
            context=context,
            target_path=target.parent / "dbt",
        )
        # dbt holds the file until it ends: what it says is kept, to be told with what is in the tables.
        events: list[Any] = []
        failure: Exception | None = None
        checks = {key.name: key.asset_key for key in context.selected_asset_check_keys}
        try:
            with warehouse.timed(target, "marts"):
                for event in run.stream():
                    events.append(event)
                failing = warehouse.failing_data_tests(target, checks if context.is_subset else None)
            events += [
                dg.AssetCheckResult(
                    passed=name not in failing,
                    asset_key=key,
                    check_name=name,
                    metadata={"failure": failing.get(name, "")},
                )
                for name, key in checks.items()
            ]
            if failing:
                failure = warehouse.data_tests_failed(failing)
        except Exception as error:
            failure = error
        with duckdb.connect(target, read_only=True) as connection:
            for event in events:
                if isinstance(event, dg.Output):
                    key = context.asset_key_for_output(event.output_name)
                    if key.path[0] == "marts":
                        context.add_output_metadata(
                            preview(connection, ".".join(key.path)), output_name=event.output_name
                        )
                yield event
        if failure:
            raise failure

    return marts


class PublishedConfig(dg.Config):
    """What a person decides for one run."""

    accept_losses: bool = False


def published_asset(marts: dg.AssetsDefinition) -> dg.AssetsDefinition:
    """The published file, once every mart is built."""

    @dg.asset(group_name="published", kinds={"duckdb"}, deps=[key for key in marts.keys if key.path[0] == "marts"])
    def published(config: PublishedConfig, gongkai: GongkaiResource) -> dg.MaterializeResult[None]:
        """The DuckDB file that analysts open, replaced in one step; a build that lost something is refused.

        Where the loss is meant: `ops: {published: {config: {accept_losses: true}}}` in the run's configuration.
        """
        start = time.perf_counter()
        warehouse.publish(gongkai.workspace, gongkai.assembled_target, accept_losses=config.accept_losses)
        now = warehouse.status(gongkai.workspace)
        with warehouse.open_published(gongkai.workspace) as connection:
            (cells,) = connection.sql("SELECT count(*) FROM landing.cells").fetchall()[0]
        return dg.MaterializeResult(
            metadata={
                "path": dg.MetadataValue.path(gongkai.workspace.published),
                "build": now.build_id,
                "documents": sum(now.documents.values()),
                "reports": now.reports,
                "agencies": now.agencies,
                "cells": cells,
                "findings": sum(finding.findings for finding in now.findings),
                "seconds": time.perf_counter() - start,
                "preview": table(
                    ["severity", "rule", "title", "findings"],
                    [(f.severity, f.rule_code, f.title_zh, f.findings) for f in now.findings],
                ),
            }
        )

    return published


@dg.asset(group_name="published", kinds={"csv"}, deps=["published"])
def exports(gongkai: GongkaiResource) -> dg.MaterializeResult[None]:
    """Copies of the marts for spreadsheets."""
    start = time.perf_counter()
    paths = warehouse.renew_exports(gongkai.hold())
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(gongkai.workspace.exports),
            "files": len(paths),
            "seconds": time.perf_counter() - start,
            "preview": table(["file", "bytes"], [(path.name, path.stat().st_size) for path in paths]),
        }
    )
