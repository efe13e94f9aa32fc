"""What a build is made of, as one hash: unchanged inputs mean no build."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

import pipeline
from pipeline.lake.passes import PASSES
from pipeline.lake.passes.reading import pass_folder
from pipeline.lake.schemas import MANIFEST, OBSERVATIONS, Schema
from pipeline.lake.store import batch_folders, read_parquet
from pipeline.warehouse.errors import BuildFailed
from pipeline.warehouse.project import DBT_PROJECT
from pipeline.warehouse.visits import content, read_visits
from pipeline.workspace import Workspace

_PACKAGE: Final = Path(pipeline.__file__).parent
ROOMS: Final = tuple(_PACKAGE / room for room in ("forms", "agencies", "extraction", "lake", "warehouse"))
"""The folders of the rooms whose code and data shape a build (a build reads titles of what could not be read)."""
_SOURCES: Final = frozenset({".py", ".csv", ".txt", ".yml", ".yaml", ".sql"})
_DERIVED: Final = frozenset({"target", "logs", "__pycache__"})


def fingerprint(workspace: Workspace) -> str:
    """A SHA-256 (hex) over all inputs of a build of this lake.

    These are: which batch holds the reading of which document, of which batches each pass has read the narrative and
    in which version, where each document was seen, what crawls came to, the dbt project, what users edit in the data
    folder, and the code and data of the rooms that shape a build. When a file was touched plays no part.

    Raises:
        BuildFailed: nothing has been read yet, or what was read cannot be opened.
    """
    digest = hashlib.sha256(pipeline.__version__.encode())
    snapshot = _read(workspace, workspace.snapshot, OBSERVATIONS)
    manifest = _read(workspace, workspace.manifest, MANIFEST).join(snapshot, on="document_id", how="semi")
    for table in (manifest, snapshot):
        digest.update(_content(table))
    for name in PASSES:
        given = pass_folder(workspace, name)
        read = batch_folders(given).keys() & set(manifest["batch_id"])
        digest.update(f"{name}, {given.name}: {sorted(read)}".encode())
    digest.update(content(read_visits(workspace)))
    for path in workspace.edited:
        if path.exists():
            digest.update(f"\0{path.name}\0".encode())
            digest.update(path.read_bytes())
    for root in (DBT_PROJECT, *ROOMS):
        for path in source_files(root):
            digest.update(f"\0{path.relative_to(root)}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(workspace: Workspace, path: Path, schema: Schema) -> pl.DataFrame:
    if not path.exists():
        raise BuildFailed(f"Nothing has been read yet: there is no {path}. Read: {workspace.command('run')}")
    try:
        return read_parquet(path, list(schema))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise BuildFailed(f"{path} cannot be opened: {error}\nRemove it, then: {workspace.command('run')}") from error


def _content(table: pl.DataFrame) -> bytes:
    return table.sort(table.columns).write_ndjson().encode()


def source_files(root: Path) -> Iterator[Path]:
    """The files below ``root`` that a build depends on, in order."""
    for path in sorted(root.rglob("*")):
        derived = _DERIVED.intersection(path.relative_to(root).parts)
        if path.suffix in _SOURCES and not derived and path.is_file():
            yield path
