"""Passes in the lake: what they gave of each batch, each batch once a version.

What a pass gives of a batch follows from the batch and from the version of the pass alone. It lies beside the batches,
in ``NAME/version=VERSION/batch_id=ID``, each folder complete from its first moment: what is there is never made again,
and what a killed run left out is what the next one finds missing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipeline.extraction import Section
from pipeline.lake.limits import Watch, unwatched
from pipeline.lake.passes import PASSES, Narrative, Pass
from pipeline.lake.reading import describe
from pipeline.lake.schemas import REPORTS, SECTIONS, frame
from pipeline.lake.store import PART_PREFIX, batch_folders, read_table, remove_folder, write_batch
from pipeline.workspace import Workspace

if TYPE_CHECKING:
    from pipeline.lake.scan import Progress

_WRITING_SECONDS: Final = 300


ReadPasses = Callable[[Iterable["PassBatch"]], Iterator[list[str]]]


@dataclass(frozen=True, slots=True)
class PassBatch:
    """A batch whose narrative one worker reads: the pass, the batch's folder, and the folder of all the pass gave.

    ``skipped`` are documents, by their place among those of the batch, whose narrative ended the process that read it.
    """

    name: str
    batch: Path
    target: Path
    skipped: frozenset[int] = frozenset()


def pass_folder(workspace: Workspace, name: str) -> Path:
    """Where what the present version of a pass gave lies, one folder a batch."""
    return workspace.lake / name / f"version={PASSES[name].version()}"


def pass_files(workspace: Workspace, name: str, batches: Iterable[str]) -> list[Path]:
    """The files of a pass over batches. The lake is complete when `refresh` is done; before, some may lack."""
    present = batch_folders(pass_folder(workspace, name))
    return [present[batch] / f"{name}.parquet" for batch in batches if batch in present]


def refresh_passes(workspace: Workspace, batch_ids: list[str], read: ReadPasses, progress: Progress) -> list[str]:
    """Read the narrative of those of the batches that a pass has not read in its version, and remove what it gave else.

    ``read`` has the tasks done side by side (`pipeline.lake.workers.read_passes`). Returns what needs a look:
    documents whose narrative could not be read.

    Raises:
        OSError: the lake cannot be written.
    """
    return [warning for one in PASSES.values() for warning in _refresh(workspace, one, batch_ids, read, progress)]


def _refresh(workspace: Workspace, one: Pass, batch_ids: list[str], read: ReadPasses, progress: Progress) -> list[str]:
    target = pass_folder(workspace, one.name)
    present = batch_folders(target)
    missing = [batch_id for batch_id in batch_ids if batch_id not in present]
    warnings: list[str] = []
    if missing:
        target.mkdir(parents=True, exist_ok=True)
        tasks = [
            PassBatch(one.name, workspace.batches.resolve() / f"batch_id={key}", target.resolve()) for key in missing
        ]
        for done, problems in enumerate(read(tasks), 1):
            warnings += problems
            progress(f"Reading {one.name}", done, len(tasks))
    for batch_id in present.keys() - set(batch_ids):
        remove_folder(present[batch_id])
    for path in target.parent.glob("*"):
        if path != target:
            remove_folder(path)
    for path in target.glob(f"{PART_PREFIX}*"):
        shutil.rmtree(path)
    return warnings


def read_pass_batch(task: PassBatch, watch: Watch = unwatched) -> list[str]:
    """Have a pass read a batch and write what it gives into the lake; returns what could not be read, in words.

    A document whose narrative cannot be read has no rows. ``watch`` is told what is read.

    Raises:
        OSError: the lake cannot be written.
    """
    one = PASSES[task.name]
    watch(None, _WRITING_SECONDS)
    sections = read_table(task.batch / "sections.parquet", SECTIONS)
    reports = read_table(task.batch / "reports.parquet", REPORTS)
    said = {row[0]: row[1:] for row in reports.select("document_id", "report_year", "agency_name").iter_rows()}
    rows: list[tuple[Any, ...]] = []
    problems: list[str] = []
    by_document = sections.group_by("document_id", maintain_order=True)
    for index, ((document_id,), narrative) in enumerate(by_document):
        if index in task.skipped:
            problems.append(f"{document_id}: its narrative cannot be read; it has no {one.name}")
            continue
        watch(index, one.seconds)
        parts = [Section(*row) for row in narrative.select("section", "heading", "body").iter_rows()]
        try:
            rows += one.rows(Narrative(str(document_id), parts, *said.get(document_id, (None, None))))
        except Exception as error:  # a defect of ours, which must not take the other documents along
            problems.append(f"{document_id}: {describe(error)}")
    watch(None, _WRITING_SECONDS)
    write_batch(task.target, task.batch.name.removeprefix("batch_id="), {one.name: frame(rows, one.schema)})
    return problems
