"""The lake on disk or on object storage: Parquet files of a declared schema, each complete or absent.

On a disk what is complete appears by one rename. Object storage has none: there a folder of tables is complete once its
``SHA256SUMS`` is there, which is written last and removed first, and a table by itself appears by one write.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import shutil
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import polars as pl

from pipeline.lake.schemas import MANIFEST, Schema
from pipeline.lake.seals import SUMS, digest, read_sums, sums_text, write_sums
from pipeline.objects import ObjectPath, side_by_side
from pipeline.workspace import Workspace

_BATCH_PREFIX: Final = "batch_id="
PART_PREFIX: Final = ".part-"  # being written or being removed: never read, removed by the next commit

_log = logging.getLogger(__name__)


def read_table(path: Path, schema: Schema) -> pl.DataFrame:
    """The table at ``path``; empty if there is none, or it is damaged or of another schema (it is made anew)."""
    if not path.exists():
        return pl.DataFrame(schema=schema)
    if (sums := read_sums(path.parent).get(path.name)) and digest(path) not in sums:
        _log.warning("%s is not as it was written and is made anew", path)
        return pl.DataFrame(schema=schema)
    try:
        table = read_parquet(path)
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        _log.warning("%s cannot be read and is made anew: %s", path, error)
        return pl.DataFrame(schema=schema)
    if table.schema != pl.Schema(schema):
        _log.warning("%s has another schema and is made anew", path)
        return pl.DataFrame(schema=schema)
    return table


def read_parquet(path: Path, columns: list[str] | None = None) -> pl.DataFrame:
    """A Parquet file of the lake, wherever it lies.

    Raises:
        OSError: it cannot be opened.
        polars.exceptions.PolarsError: it is damaged.
    """
    if isinstance(path, ObjectPath):
        return pl.read_parquet(io.BytesIO(path.read_bytes()), columns=columns)
    return pl.read_parquet(path, columns=columns, glob=False)


def parquet_bytes(table: pl.DataFrame) -> bytes:
    """A table as a Parquet file. Who writes it by himself is told of a full disk; Polars does not always say that."""
    stream = io.BytesIO()
    table.write_parquet(stream)
    return stream.getvalue()


def write_table(table: pl.DataFrame, path: Path) -> None:
    """Replace the table at ``path`` in one step, unless it is this very table already."""
    if table.equals(read_table(path, dict(table.schema))) and path.exists():
        return
    if isinstance(path, ObjectPath):
        _put_table(table, path)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{PART_PREFIX}{uuid.uuid4().hex}")
    _write_durably(table, part)
    # Both the table that is there and the one to come are as written: the sums are never behind.
    sums = read_sums(path.parent)
    valid = {digest(path)} & sums.get(path.name, set()) if path.exists() else set()
    _replace_text(path.parent, {**sums, path.name: {*valid, digest(part)}})
    part.replace(path)
    _sync(path.parent)


def write_whole(path: Path, data: bytes) -> None:
    """Write a small file of the lake in one step."""
    if isinstance(path, ObjectPath):
        path.write_bytes(data)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{PART_PREFIX}{uuid.uuid4().hex}")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_batch(batches: Path, batch_id: str, tables: Mapping[str, pl.DataFrame]) -> None:
    """Write the folder of one batch in one step; one that is there already is the same and stays."""
    if isinstance(batches, ObjectPath):
        _put_batch(batches / f"{_BATCH_PREFIX}{batch_id}", tables)
        return
    part = batches / f"{PART_PREFIX}{uuid.uuid4().hex}"
    part.mkdir(parents=True)
    try:
        for name, table in tables.items():
            _write_durably(table, part / f"{name}.parquet")
        _sync(write_sums(part, {f"{name}.parquet": [digest(part / f"{name}.parquet")] for name in tables}))
        _sync(part)
        try:
            part.rename(batches / f"{_BATCH_PREFIX}{batch_id}")
        except OSError:
            if not (batches / f"{_BATCH_PREFIX}{batch_id}").is_dir():
                raise
        _sync(batches)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def readings(workspace: Workspace) -> pl.DataFrame:
    """Every reading that the lake holds, by the manifest of each batch (schema `MANIFEST`).

    Batches that no manifest names yet, of a run that was killed, are among them: nothing is read twice. A
    document can have several readings, by older versions or with another source.
    """
    found = batch_folders(workspace.batches)
    known = read_table(workspace.manifest, MANIFEST).filter(pl.col("batch_id").is_in(list(found)))
    for batch_id in known["batch_id"].unique():
        del found[batch_id]
    return pl.concat([known, *(read_table(path / "manifest.parquet", MANIFEST) for path in found.values())])


def batch_folders(folder: Path) -> dict[str, Path]:
    """The folders of batches in ``folder``, by the batch's id."""
    if isinstance(folder, ObjectPath):
        complete = [path.parent for path in folder.glob(f"{_BATCH_PREFIX}*/{SUMS}")]
        return {path.name.removeprefix(_BATCH_PREFIX): path for path in complete}
    return {path.name.removeprefix(_BATCH_PREFIX): path for path in folder.glob(f"{_BATCH_PREFIX}*")}


def remove_folder(path: Path) -> None:
    """Remove a folder of the lake: renamed first, since one half removed must not look like a whole one."""
    if isinstance(path, ObjectPath):
        path.remove_tree(first=SUMS)
        return
    part = path.with_name(f"{PART_PREFIX}{uuid.uuid4().hex}")
    path.rename(part)
    shutil.rmtree(part) if part.is_dir() else part.unlink()


def remove_batches_except(workspace: Workspace, kept: Iterable[str]) -> None:
    """Remove the batches that nothing refers to, and what a killed run left half written."""
    kept = set(kept)
    for batch_id, path in batch_folders(workspace.batches).items():
        if batch_id not in kept:
            remove_folder(path)
    if isinstance(workspace.batches, ObjectPath):
        for path in workspace.batches.iterdir():
            if path.name.removeprefix(_BATCH_PREFIX) not in kept:  # without its sums: it is not complete
                path.remove_tree()
        return
    for folder in (workspace.batches, workspace.lake):
        for path in folder.glob(f"{PART_PREFIX}*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _put_table(table: pl.DataFrame, path: ObjectPath) -> None:
    """Put a table in the place of another; as on a disk, the sums of both are there before."""
    data = parquet_bytes(table)
    sums = read_sums(path.parent)
    valid = {digest(path)} & sums.get(path.name, set()) if path.exists() else set()
    sums[path.name] = {*valid, hashlib.sha256(data).hexdigest()}
    (path.parent / SUMS).write_text(sums_text(sums))
    path.write_bytes(data)


def _put_batch(folder: ObjectPath, tables: Mapping[str, pl.DataFrame]) -> None:
    """Put the tables of a batch, and at last what says that they are all there.

    Another worker may be at it, too: both write the same bytes (`pipeline.lake.batches.Batch.begun_at`).
    """
    if (folder / SUMS).is_file():
        return
    files = {f"{name}.parquet": parquet_bytes(table) for name, table in tables.items()}
    for _ in side_by_side(lambda name: (folder / name).write_bytes(files[name]), files, folder):
        pass
    sums = {name: [hashlib.sha256(data).hexdigest()] for name, data in files.items()}
    (folder / SUMS).write_text(sums_text(sums))


def _write_durably(table: pl.DataFrame, path: Path) -> None:
    path.write_bytes(parquet_bytes(table))
    _sync(path)


def _replace_text(folder: Path, sums: Mapping[str, set[str]]) -> None:
    part = folder / f"{PART_PREFIX}{uuid.uuid4().hex}"
    part.mkdir()
    try:
        path = write_sums(part, sums)
        _sync(path)
        path.replace(folder / path.name)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _sync(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
