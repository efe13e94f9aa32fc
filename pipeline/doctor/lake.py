"""Batches, manifest, snapshot, what passes gave, and kept documents of the lake."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from pipeline.doctor.finding import Finding, Progress, count, names
from pipeline.lake.gone import GONE
from pipeline.lake.kept import load
from pipeline.lake.mending import check_version, find_damage, without_passes
from pipeline.lake.schemas import BATCH_TABLES, MANIFEST, SNAPSHOT, Schema
from pipeline.lake.seals import as_os_error, digest, read_sums
from pipeline.lake.store import PART_PREFIX, batch_folders, read_parquet
from pipeline.workspace import JobError, Workspace


def examine_lake(workspace: Workspace, progress: Progress, *, quick: bool) -> Iterator[Finding]:
    """Look at every batch (to its last byte, unless ``quick``), and hold the manifest against them."""
    if not workspace.lake.is_dir():
        yield Finding("lake", "look", "nothing has been read yet", f"To read: {workspace.command('run')}")
        return
    try:
        check_version(workspace)
    except JobError as error:
        yield Finding("lake", "broken", str(error), "Choose one of the two")
        return
    run = f"The next run reads it again: {workspace.command('run')}"
    damaged = find_damage(workspace, whole=not quick, progress=progress)
    batches = batch_folders(workspace.batches)
    bad = {one.folder.name.removeprefix("batch_id=") for one in damaged if not one.given_by}
    held = sum(one.documents for one in damaged if not one.given_by)
    how = "whose ends were read" if quick else "of which every byte was read"
    if damaged:
        yield Finding(
            "batches",
            "broken",
            f"{count(len(damaged), 'folder')} of {len(batches):,} batches, and of what passes gave of them, damaged, "
            f"with {count(held, 'document')}: {names(damaged)}",
            run,
            tuple(one.folder for one in damaged),
        )
    else:
        yield Finding("batches", "ok", f"{count(len(batches), 'batch', 'batches')}, {how}")
    manifest, snapshot = _table(workspace.manifest, MANIFEST), _table(workspace.snapshot, SNAPSHOT)
    for name, path, table in (
        ("manifest", workspace.manifest, manifest),
        ("snapshot", workspace.snapshot, snapshot),
    ):
        if isinstance(table, str):
            yield Finding(name, "broken", f"{path} {table}", "The next run makes it anew from the batches", (path,))
        else:
            yield Finding(name, "ok", count(table.height, "document" if name == "manifest" else "place"))
    if workspace.gone.exists() and isinstance(told := _table(workspace.gone, GONE), str):
        remedy = "The next run makes it anew, and counts the days since when documents are gone from then on"
        yield Finding("gone", "broken", f"{workspace.gone} {told}", remedy, (workspace.gone,))
    if isinstance(manifest, pl.DataFrame):
        yield from _against_batches(manifest, snapshot, batches, bad, run)
    lacking = without_passes(workspace) - bad
    if lacking:
        told = f"{count(len(lacking), 'batch', 'batches')} whose narrative has not been read"
        yield Finding("narratives", "look", told, run)
    yield from _kept(workspace, progress, quick=quick)


def _against_batches(
    manifest: pl.DataFrame, snapshot: pl.DataFrame | str, batches: dict[str, Path], bad: set[str], run: str
) -> Iterator[Finding]:
    """Hold the manifest against what the batches say of themselves."""
    named = set(manifest["batch_id"])
    missing = named - batches.keys()
    orphans = batches.keys() - named
    sound = sorted(named - missing - bad)
    own = [_own(batches[key]) for key in sound]
    faulty = [key for key, table in zip(sound, own, strict=True) if table is None]
    said = pl.concat([table for table in own if table is not None] or [pl.DataFrame(schema=MANIFEST)])
    columns = list(MANIFEST)
    wrong = manifest.filter(pl.col("batch_id").is_in(sound) & ~pl.col("batch_id").is_in(faulty)).join(
        said, on=columns, how="anti", nulls_equal=True
    )
    if missing:
        lost = manifest.filter(pl.col("batch_id").is_in(list(missing))).height
        told = f"{count(len(missing), 'batch', 'batches')} with {count(lost, 'document')} not there: {names(missing)}"
        yield Finding("manifest", "broken", told, run)
    if wrong.height or faulty:
        told = f"{count(wrong.height, 'document')} not in their batch as it says"
        told += f"; batches that do not hold what they say: {names(faulty)}" if faulty else ""
        folders = tuple(batches[key] for key in {*faulty, *wrong["batch_id"]})
        yield Finding("manifest", "broken", told, "Have it read again: gongkai doctor --repair", folders)
    if orphans - bad:
        told = f"{count(len(orphans - bad), 'batch', 'batches')} that it does not name, as a killed run leaves them"
        yield Finding("manifest", "look", told, "The next run takes what of them counts, and removes the rest")
    if isinstance(snapshot, pl.DataFrame):
        unread = snapshot.join(manifest, on="document_id", how="anti")
        if unread.height:
            yield Finding("snapshot", "broken", f"{count(unread.height, 'place')} of documents never read", run)


def _own(folder: Path) -> pl.DataFrame | None:
    """The manifest of a batch; None where it is not of the documents that the batch holds."""
    table = read_parquet(folder / "manifest.parquet")
    ids = {name: set(read_parquet(folder / f"{name}.parquet", ["document_id"])["document_id"]) for name in BATCH_TABLES}
    listed = set(table["document_id"])
    whole = ids["documents"] == listed and all(found <= listed for found in ids.values())
    return table if whole and set(table["batch_id"]) <= {folder.name.removeprefix("batch_id=")} else None


def _table(path: Path, schema: Schema) -> pl.DataFrame | str:
    """A table, or what is wrong with it."""
    if not path.exists():
        return "is not there"
    if (sums := read_sums(path.parent).get(path.name)) and digest(path) not in sums:
        return "is not as it was written"
    try:
        table = read_parquet(path)
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        if told := as_os_error(error, path):
            raise told from error
        return f"cannot be read ({error})"
    return table if table.schema == pl.Schema(schema) else "has another schema"


def _kept(workspace: Workspace, progress: Progress, *, quick: bool) -> Iterator[Finding]:
    """Look at what slow readers gave."""
    paths = sorted(workspace.kept.glob("*/*.json.z"))
    damaged = []
    for done, path in enumerate(() if quick else paths, 1):
        progress("Looking at kept documents", done, len(paths))
        if load(path) is None:
            damaged.append(path)
    if damaged:
        told = f"{len(damaged):,} of {count(len(paths), 'kept document')} damaged: {names(p.name for p in damaged)}"
        yield Finding("kept", "broken", told, "They are read from raw/ again when needed", tuple(damaged))
    elif paths:
        yield Finding("kept", "ok", f"{count(len(paths), 'document')} of slow readers")
    left = [*workspace.kept.glob(f"*/{PART_PREFIX}*")]
    for folder in (workspace.lake, workspace.batches, *workspace.lake.glob("*/version=*")):
        left += folder.glob(f"{PART_PREFIX}*")
    if left and not workspace.writer():
        told = f"{count(len(left), 'half-written file or folder', 'half-written files and folders')} of a killed run"
        yield Finding("lake", "look", told, "The next run removes them", tuple(left))
