"""Bring the lake up to what lies in ``raw/``."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Final

import polars as pl

from pipeline.extraction import EXTRACTION_VERSION
from pipeline.lake.batches import Batch, BatchSummary, Task
from pipeline.lake.kept import remove_outdated
from pipeline.lake.limits import MAX_BYTES, Limits
from pipeline.lake.passes.reading import refresh_passes
from pipeline.lake.processes import Processes
from pipeline.lake.scan import Progress, scan
from pipeline.lake.schemas import MANIFEST, SNAPSHOT
from pipeline.lake.store import read_table, readings, remove_batches_except, write_table
from pipeline.lake.workers import read_batches
from pipeline.readers.formats import DETECTION_VERSION, FORMATS, reader_version
from pipeline.readers.office import find_program
from pipeline.workspace import Workspace

BATCH_DOCUMENTS: Final = 128
BATCH_BYTES: Final = 16 * 2**20
DEFAULT_LIMITS: Final = Limits()

_READING: Final = ["document_id", "source_fingerprint"]


@dataclass(frozen=True, slots=True)
class RefreshResult:
    """What a refresh found and did, in documents (identical files are one) unless said otherwise.

    ``found`` lie in ``raw/`` now: ``read`` in this refresh and ``unchanged`` since an earlier one. Of those
    read, ``extracted`` + ``not_a_report`` + ``quarantined`` = ``read``; ``cells`` are theirs. ``removed``
    were in ``raw/`` the last time and are not now. ``warnings`` name files and sidecars that need a look.
    """

    found: int
    read: int
    unchanged: int
    removed: int
    extracted: int
    not_a_report: int
    quarantined: int
    cells: int
    seconds: float
    warnings: list[str]


def refresh(
    workspace: Workspace,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> RefreshResult:
    """Read the documents of ``raw/`` that are new, were last read with another source or version, or crashed.

    Each is read in a process that ends when the document takes more than its `Limits`, or by a fault in a library:
    the document is quarantined then, and the others are read.

    Killed at any moment, it leaves a lake that the next refresh completes: batches, manifest and snapshot
    each appear in one step, and a batch that no manifest names yet speaks for itself. The caller holds
    `Workspace.exclusive`. ``workers`` (default: the cores) is the number of processes, or of the workers that
    ``executor`` has.

    Raises:
        JobError: ``raw/`` cannot be listed.
        OSError: the lake cannot be written.
    """
    start = time.perf_counter()
    progress = progress or (lambda stage, done, total: None)
    before = read_table(workspace.snapshot, SNAPSHOT)
    with closing(Processes()) as processes:
        scratch = workspace.batches.resolve()
        observed, warnings = scan(workspace, before, progress, partial(processes.list_members, scratch=scratch))

        # Of several places that show the same bytes, the first with a sidecar tells where the document is from.
        wanted = observed.sort(pl.col("has_sidecar").not_(), "raw_path").unique(
            "document_id", keep="first", maintain_order=True
        )
        settled = readings(workspace).filter(_is_current(), _is_settled())
        unread = wanted.join(settled, on=_READING, how="anti").sort("raw_path")
        total = BatchSummary()
        workspace.batches.mkdir(parents=True, exist_ok=True)
        batches = _batches(workspace, unread, limits)
        for summary in read_batches(batches, executor, workers or os.cpu_count() or 1, processes):
            total = BatchSummary(*map(sum, zip(total, summary, strict=True)))
            progress("Reading documents", sum(total) - total.cells, unread.height)
        if not unread.is_empty():
            remove_outdated(workspace.kept)
        manifest, snapshot = _commit(workspace, observed, wanted)
        batch_ids = manifest["batch_id"].unique().sort().to_list()
        warnings += refresh_passes(workspace, batch_ids, processes, workers or os.cpu_count() or 1, progress)
    if total.changed:
        warnings.append(f"{total.changed} files changed while they were read; the next run reads them")
    found = snapshot["document_id"].unique()
    if missing := wanted.height - total.changed - found.len():
        warnings.append(f"{missing} documents have no reading that counts, since the program changed; run again")
    read = total.extracted + total.not_a_report + total.quarantined
    return RefreshResult(
        found=found.len(),
        read=read,
        unchanged=found.len() - read,
        removed=before.filter(pl.col("document_id").is_in(found.implode()).not_())["document_id"].n_unique(),
        extracted=total.extracted,
        not_a_report=total.not_a_report,
        quarantined=total.quarantined,
        cells=total.cells,
        seconds=time.perf_counter() - start,
        warnings=warnings,
    )


def _is_current() -> pl.Expr:
    """Whether a reading (schema `MANIFEST`) is by what would read the document now."""
    versions = {name: reader_version(name) for name in FORMATS}
    current = pl.col("format").fill_null("").replace_strict(versions, default=0, return_dtype=pl.Int32)
    return (
        (pl.col("reader_version") == current)
        & (pl.col("detection_version") == DETECTION_VERSION)
        & (pl.col("extraction_version") == EXTRACTION_VERSION)
    )


def _is_settled() -> pl.Expr:
    """Whether reading the document again would give the same (schema `MANIFEST`).

    What crashed may have been the machine's fault, and is tried again by every run; what lacked LibreOffice once
    that is there.
    """
    unsettled = ["crashed", "tool_missing"] if find_program() else ["crashed"]
    return pl.col("error_code").fill_null("").is_in(unsettled).not_()


def _batches(workspace: Workspace, unread: pl.DataFrame, limits: Limits) -> Iterator[Batch]:
    """Cut what is to be read into batches of bounded size."""
    tasks: list[Task] = []
    size = 0

    def batch() -> Batch:
        return Batch(*folders, limits, tuple(tasks))

    folders = (workspace.raw.resolve(), workspace.batches.resolve(), workspace.kept.resolve())
    for document_id, path, member, *rest in unread.select(
        "document_id", "path", "member", "size_bytes", "has_sidecar"
    ).iter_rows():
        task = Task(document_id, path, tuple(member), *rest)
        held = task.size_bytes if task.size_bytes <= MAX_BYTES else 0
        if tasks and (len(tasks) == BATCH_DOCUMENTS or size + held > BATCH_BYTES):
            yield batch()
            tasks, size = [], 0
        tasks.append(task)
        size += held
    if tasks:
        yield batch()


def _commit(workspace: Workspace, observed: pl.DataFrame, wanted: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Make the readings count that are there now, and remove the others; returns the new manifest and snapshot.

    The manifest names one reading of each document, also of those that ``raw/`` no longer holds: if they
    return, they need not be read. The snapshot leaves out files that changed before they were read.
    """
    manifest = (
        readings(workspace)
        .join(wanted.select(*_READING, wanted=pl.lit(True)), on=_READING, how="left")
        .sort(
            "document_id",
            _is_current() & pl.col("wanted").fill_null(value=False),
            _is_settled(),
            "detection_version",
            "reader_version",
            "extraction_version",
            pl.col("batch_id").is_in(read_table(workspace.manifest, MANIFEST)["batch_id"].unique().implode()),
            "batch_id",
            descending=[False, True, True, True, True, True, False, False],
        )
        .unique("document_id", keep="first", maintain_order=True)
        .select(list(MANIFEST))
    )
    current = wanted.join(manifest.filter(_is_current()), on="document_id", how="semi")
    snapshot = observed.join(current, on="document_id", how="semi").select(list(SNAPSHOT)).sort("raw_path")
    write_table(manifest, workspace.manifest)
    write_table(snapshot, workspace.snapshot)
    remove_batches_except(workspace, manifest["batch_id"].unique())
    return manifest, snapshot
