"""What a lake holds, so that two can be compared byte for byte."""

from __future__ import annotations

import polars as pl

from pipeline.lake.passes import PASSES
from pipeline.lake.passes.reading import pass_files
from pipeline.lake.schemas import BATCH_TABLES
from pipeline.lake.store import batch_folders, read_parquet
from pipeline.workspace import Workspace


def rows(workspace: Workspace) -> dict[str, str]:
    """All rows of the lake that count, by their tables: sorted text, without times and the names of batches."""
    manifest = read_parquet(workspace.manifest)
    folders = batch_folders(workspace.batches)
    assert set(manifest["batch_id"]) == folders.keys()
    tables = {"manifest": manifest.drop("batch_id")}
    for name in BATCH_TABLES:
        tables[name] = pl.concat(read_parquet(folder / f"{name}.parquet") for folder in folders.values())
    for name in PASSES:
        tables[name] = pl.concat(map(read_parquet, pass_files(workspace, name, folders)))
    snapshot = read_parquet(workspace.snapshot).drop("mtime_ns", "ctime_ns", "file_bytes", "sidecar")
    tables["snapshot"] = snapshot.with_columns(pl.col("path").bin.encode("hex"))
    return {
        name: "\n".join(sorted(table.drop("extracted_at", strict=False).write_ndjson().splitlines()))
        for name, table in tables.items()
    }
