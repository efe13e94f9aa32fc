"""Bring the lake up to what lies in ``raw/``."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

import polars as pl

from pipeline.extraction import EXTRACTION_VERSION
from pipeline.lake.archives import Listing
from pipeline.lake.batches import Batch, BatchSummary, Task
from pipeline.lake.compaction import compact
from pipeline.lake.engine import Engine, engine_of, local_engine, open_engine
from pipeline.lake.gone import forget_gone
from pipeline.lake.kept import remove_outdated
from pipeline.lake.limits import MAX_BYTES, Limits
from pipeline.lake.mending import check_version, find_damage, remove_damage, sign_version, without_passes
from pipeline.lake.passes.reading import refresh_passes
from pipeline.lake.processes import Processes
from pipeline.lake.scan import Progress, scan
from pipeline.lake.schemas import MANIFEST, SNAPSHOT
from pipeline.lake.store import read_table, readings, remove_batches_except, write_table
from pipeline.lake.workers import read_batches, read_passes
from pipeline.readers.formats import DETECTION_VERSION, FORMATS, reader_version
from pipeline.readers.office import find_program
from pipeline.settings import read_settings
from pipeline.workspace import Workspace

BATCH_DOCUMENTS: Final = 128
BATCH_BYTES: Final = 16 * 2**20
DEFAULT_LIMITS: Final = Limits()

_READING: Final = ["document_id", "source_fingerprint"]
_FOR_OFFICE: Final = r"(?i)\.(?:doc|wps|rtf|odt)$"


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

    What of the lake is damaged or of another schema is taken out first, and read again with the rest; damage inside a
    file, which only every byte tells, `mend` finds before a build.

    Killed at any moment, it leaves a lake that the next refresh completes: batches, manifest and snapshot
    each appear in one step, and a batch that no manifest names yet speaks for itself. The caller holds
    `Workspace.exclusive`. ``workers`` (default: the cores) is the number of processes, or of the workers that
    ``executor`` has; without an executor, the settings name the engine.

    Raises:
        JobError: ``raw/`` cannot be listed, ``settings.yml`` cannot be used, a later version wrote the lake, or the
            engine cannot be used.
        OSError: the lake cannot be written.
    """
    start = time.perf_counter()
    settings = read_settings(workspace)
    cores = workers or os.cpu_count() or 1
    progress = progress or (lambda stage, done, total: None)
    check_version(workspace)
    mended = remove_damage(find_damage(workspace, whole=without_passes(workspace), progress=progress))
    sign_version(workspace)
    before = read_table(workspace.snapshot, SNAPSHOT)
    with closing(Processes()) as processes, ExitStack() as stack:
        here = stack.enter_context(local_engine(processes, cores))

        @cache
        def engine() -> Engine:  # a run with nothing new needs no cluster
            chosen = engine_of(executor, cores) if executor else None
            return stack.enter_context(chosen or open_engine(settings.engine, workspace, processes, cores))

        slots = BoundedSemaphore(cores)
        scratch = workspace.batches.resolve()
        observed, warnings = scan(workspace, before, progress, partial(_list_members, processes, slots, scratch))

        warnings += mended

        # Of several places that show the same bytes, the first with a sidecar tells where the document is from.
        wanted = observed.sort(pl.col("has_sidecar").not_(), "raw_path").unique(
            "document_id", keep="first", maintain_order=True
        )
        settled = readings(workspace).filter(_is_current(), _is_settled())
        # LibreOffice takes longer to start than to convert: what a name says is for it goes into the same batches.
        for_office = pl.col("raw_path").str.contains(_FOR_OFFICE)
        unread = wanted.join(settled, on=_READING, how="anti").sort(for_office, "raw_path", descending=[True, False])
        total = BatchSummary()
        workspace.batches.mkdir(parents=True, exist_ok=True)
        batches = _batches(workspace, unread, limits)
        if not unread.is_empty():
            for summary in read_batches(batches, engine(), here):
                total = total.with_others(summary)
                progress("Reading documents", total.documents, unread.height)
            remove_outdated(workspace.kept)
        manifest, snapshot = _commit(workspace, observed, wanted, settings.lake.keep_days)
        batch_ids = manifest["batch_id"].unique().sort().to_list()
        warnings += refresh_passes(workspace, batch_ids, lambda tasks: read_passes(tasks, engine(), here), progress)
        if total.documents:  # a build is due anyway, which other batches would ask for
            compact(workspace, manifest)
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


def mend(workspace: Workspace, *, progress: Progress | None = None) -> list[str]:
    """Look at every byte of the lake, and read again what is not as it was written; tell what that was.

    The caller holds `Workspace.exclusive`.

    Raises:
        JobError: ``raw/`` cannot be listed.
        OSError: the lake cannot be written.
    """
    told = remove_damage(find_damage(workspace, whole=True, progress=progress))
    if told:
        refresh(workspace, progress=progress)
    return told


def _list_members(processes: Processes, slots: BoundedSemaphore, scratch: Path, path: Path) -> Listing | None:
    """List an archive, in one of so many processes at a time."""
    with slots:
        return processes.list_members(path, scratch)


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

    What crashed may have been the machine's fault, and is tried again by every run; so is what lacked a machine that
    recognises characters, and what lacked LibreOffice once that is there.
    """
    error, converted = pl.col("error_code").fill_null(""), [name for name in FORMATS if FORMATS[name].through]
    lacked_office = pl.col("format").fill_null("").is_in(converted) & (find_program() is None)
    return ~((error == "crashed") | ((error == "tool_missing") & ~lacked_office))


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


def _commit(
    workspace: Workspace, observed: pl.DataFrame, wanted: pl.DataFrame, keep_days: float
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Make the readings count that are there now, and remove the others; returns the new manifest and snapshot.

    The manifest names one reading of each document, also of those that ``raw/`` has not held for up to ``keep_days``:
    if they return, they need not be read. The snapshot leaves out files that changed before they were read.
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
    manifest = forget_gone(workspace, manifest, wanted["document_id"], keep_days)
    write_table(manifest, workspace.manifest)
    write_table(snapshot, workspace.snapshot)
    remove_batches_except(workspace, manifest["batch_id"].unique())
    return manifest, snapshot
