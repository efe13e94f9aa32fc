"""Small batches made into larger ones: each costs a build some files to open, and a night makes some, however few the
documents that it reads.

Nothing is read again. A larger batch and what passes gave of it appear in one step each, before the manifest names
them and before those that they are made of are removed: killed at any moment, the lake holds what it held.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from typing import Final

import polars as pl

from pipeline.lake.passes import PASSES
from pipeline.lake.passes.reading import pass_folder
from pipeline.lake.schemas import BATCH_TABLES, MANIFEST
from pipeline.lake.seals import BATCH_FILES, damage
from pipeline.lake.store import (
    batch_folders,
    read_parquet,
    remove_batches_except,
    remove_folder,
    write_batch,
    write_table,
)
from pipeline.workspace import Workspace

LARGE: Final = 1024
"""Documents of a batch that is made of others, at most. A batch of less than half as many is small."""

SMALL_BATCHES: Final = 16
"""So many small batches are left as they are: a document is rewritten a few times in its life, not every night."""

_log = logging.getLogger(__name__)


def compact(workspace: Workspace, manifest: pl.DataFrame) -> pl.DataFrame:
    """Make larger batches of the small ones, if there are many; returns the manifest as it then is.

    ``manifest`` is that of the lake, whose narratives are read. A batch keeps the readings that count. One that cannot
    be opened, or does not hold what the manifest says, stays as it is: what is damaged must not look sound.

    Raises:
        OSError: the lake cannot be written.
    """
    sizes = manifest.group_by("batch_id").len().filter(pl.col("len") < LARGE // 2).sort("len", "batch_id")
    if sizes.height < SMALL_BATCHES:
        return manifest
    named: dict[str, str] = {}
    for group in _groups(sizes):
        merged, members = _merge(workspace, manifest.filter(pl.col("batch_id").is_in(group)))
        named |= dict.fromkeys(members, merged)
    if not named:
        return manifest
    manifest = manifest.with_columns(pl.col("batch_id").replace(named))
    write_table(manifest, workspace.manifest)
    remove_batches_except(workspace, manifest["batch_id"].unique())
    for name in PASSES:
        present = batch_folders(pass_folder(workspace, name))
        for batch_id in named.keys() & present.keys():
            remove_folder(present[batch_id])
    return manifest


def _groups(sizes: pl.DataFrame) -> Iterator[list[str]]:
    """Batches that have up to `LARGE` documents together."""
    group: list[str] = []
    documents = 0
    for batch_id, size in sizes.select("batch_id", "len").iter_rows():
        if documents + size > LARGE:
            yield group
            group, documents = [], 0
        group.append(batch_id)
        documents += size
    yield group


def _merge(workspace: Workspace, readings: pl.DataFrame) -> tuple[str, list[str]]:
    """Write one batch of these readings (schema `MANIFEST`), and what passes gave of it; its id, and those in it."""
    parts = {
        str(batch_id): tables
        for (batch_id,), current in readings.group_by("batch_id", maintain_order=True)
        if (tables := _read(workspace, str(batch_id), current)) is not None
    }
    if len(parts) < 2:
        return "", []
    readings = readings.filter(pl.col("batch_id").is_in(list(parts))).sort("document_id")
    batch_id = hashlib.sha256(repr(readings.select("document_id", "batch_id").rows()).encode()).hexdigest()[:32]
    tables = {name: pl.concat([part[name] for part in parts.values()]) for name in (*BATCH_TABLES, *PASSES)}
    for name in PASSES:
        write_batch(pass_folder(workspace, name), batch_id, {name: tables.pop(name)})
    own = readings.with_columns(batch_id=pl.lit(batch_id)).select(list(MANIFEST))
    write_batch(workspace.batches, batch_id, {**tables, "manifest": own})
    return batch_id, list(parts)


def _read(workspace: Workspace, batch_id: str, current: pl.DataFrame) -> dict[str, pl.DataFrame] | None:
    """The rows of ``current`` readings in the tables of their batch and of the passes; None if it is damaged."""
    folder = workspace.batches / f"batch_id={batch_id}"
    files = dict.fromkeys(BATCH_TABLES, folder)
    faults = [damage(folder, BATCH_FILES, whole=True)]
    for name, one in PASSES.items():
        files[name] = pass_folder(workspace, name) / folder.name
        faults.append(damage(files[name], {f"{name}.parquet": one.schema}, whole=True))
    if fault := next(filter(None, faults), None):
        _log.warning("batch %s stays apart: %s", batch_id, fault)
        return None
    tables = {
        name: read_parquet(path / f"{name}.parquet").join(current, on="document_id", how="semi", maintain_order="left")
        for name, path in files.items()
    }
    if sorted(tables["documents"]["document_id"]) != sorted(current["document_id"]):
        _log.warning("batch %s does not hold the documents that the manifest names, and stays apart", batch_id)
        return None
    return tables
