"""Night after night over generated reports: what changed is read, and nothing else; what did not asks for no build."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl

from benchmarks.nights import Reports
from pipeline.lake import refresh
from pipeline.lake.schemas import CELLS, SNAPSHOT
from pipeline.lake.store import read_table
from pipeline.warehouse.fingerprint import fingerprint
from pipeline.workspace import Workspace

COUNT = 300
NIGHTS = 3
SHARE = 0.01


def printed(workspace: Workspace) -> dict[str, tuple[int, Decimal]]:
    """The numbers of each document of the lake by its path: how many, and their sum."""
    manifest = pl.read_parquet(workspace.manifest)
    snapshot = read_table(workspace.snapshot, SNAPSHOT)
    cells = pl.concat(
        pl.read_parquet(workspace.batches / f"batch_id={batch_id}" / "cells.parquet").join(
            manifest.filter(batch_id=batch_id), on="document_id", how="semi"
        )
        for batch_id in manifest["batch_id"].unique()
    )
    assert cells.schema == pl.Schema(CELLS)
    sums = cells.group_by("document_id").agg(pl.col("value").count().alias("numbers"), pl.col("value").sum())
    rows = snapshot.join(sums, on="document_id").select("raw_path", "numbers", "value").rows()
    assert len(rows) == snapshot.height
    return {path: (numbers, total) for path, numbers, total in rows}


def test_a_night_reads_what_changed_and_a_quiet_one_nothing(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    reports = Reports(workspace, COUNT)
    first = refresh(workspace)
    assert (first.found, first.read, first.extracted) == (COUNT, COUNT, COUNT)
    for _ in range(NIGHTS):
        before = fingerprint(workspace)
        change = reports.change(SHARE)
        assert sum(change) >= COUNT * SHARE
        night = refresh(workspace)
        assert (night.read, night.extracted, night.removed) == (change.to_read, change.to_read, change.to_forget)
        assert printed(workspace) == {path: (truth.numbers, truth.total) for path, truth in reports.truth.items()}
        after = fingerprint(workspace)
        assert after != before, "a build is due"
        assert refresh(workspace).read == 0
        assert fingerprint(workspace) == after, "and after it none"
