"""What the sections of read documents say in figures: a pass of its own, over the lake and never over documents.

The statements of a batch follow from the batch and from `STATEMENTS_VERSION` alone. They lie beside the batches, in
``statements/version=VERSION/batch_id=ID``, each folder complete from its first moment: what is there is never made
again, and what a killed run left out is what the next one finds missing.
"""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipeline.extraction import Section
from pipeline.lake.limits import Watch, unwatched
from pipeline.lake.reading import describe, fits
from pipeline.lake.schemas import REPORTS, SECTIONS, STATEMENTS, frame
from pipeline.lake.store import PART_PREFIX, batch_folders, read_table, remove_folder, write_batch
from pipeline.workspace import Workspace

if TYPE_CHECKING:
    from pipeline.extraction.statements import Statement
    from pipeline.lake.processes import Processes
    from pipeline.lake.scan import Progress

_SECONDS: Final = 30
"""Processor time that the narrative of one document may take."""
_WRITING_SECONDS: Final = 300


@dataclass(frozen=True, slots=True)
class StatementBatch:
    """A batch whose narrative one worker reads: its folder, and the folder of all statements of this version.

    ``skipped`` are documents, by their place among those of the batch, whose narrative ended the process that read it.
    """

    batch: Path
    target: Path
    skipped: frozenset[int] = frozenset()


def statements_folder(workspace: Workspace) -> Path:
    """Where the statements of the present version lie, one folder a batch."""
    from pipeline.extraction.statements import STATEMENTS_VERSION

    return workspace.statements / f"version={STATEMENTS_VERSION}"


def refresh_statements(
    workspace: Workspace, batch_ids: list[str], processes: Processes, workers: int, progress: Progress
) -> list[str]:
    """Read the statements of those of the batches that have none of this version, and remove all others.

    Returns what needs a look: documents whose narrative could not be read.

    Raises:
        OSError: the lake cannot be written.
    """
    target = statements_folder(workspace)
    present = batch_folders(target)
    missing = [batch_id for batch_id in batch_ids if batch_id not in present]
    warnings: list[str] = []
    if missing:
        target.mkdir(parents=True, exist_ok=True)
        pool = ThreadPoolExecutor(workers)
        tasks = [StatementBatch(workspace.batches.resolve() / f"batch_id={key}", target.resolve()) for key in missing]
        try:
            for done, future in enumerate(as_completed([pool.submit(processes.read_statements, t) for t in tasks]), 1):
                warnings += future.result()
                progress("Reading statements", done, len(tasks))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    for batch_id in present.keys() - set(batch_ids):
        remove_folder(present[batch_id])
    for path in workspace.statements.glob("*"):
        if path != target:
            remove_folder(path)
    for path in target.glob(f"{PART_PREFIX}*"):
        shutil.rmtree(path)
    return warnings


def read_statement_batch(task: StatementBatch, watch: Watch = unwatched) -> list[str]:
    """Read the statements of a batch and write them into the lake; returns what could not be read, in words.

    A document whose narrative cannot be read has no statements. ``watch`` is told what is read.

    Raises:
        OSError: the lake cannot be written.
    """
    watch(None, _WRITING_SECONDS)
    sections = read_table(task.batch / "sections.parquet", SECTIONS)
    reports = read_table(task.batch / "reports.parquet", REPORTS)
    said = {row[0]: row[1:] for row in reports.select("document_id", "report_year", "agency_name").iter_rows()}
    rows: list[tuple[Any, ...]] = []
    problems: list[str] = []
    by_document = sections.group_by("document_id", maintain_order=True)
    for index, ((document_id,), narrative) in enumerate(by_document):
        if index in task.skipped:
            problems.append(f"{document_id}: its narrative cannot be read; it has no statements")
            continue
        watch(index, _SECONDS)
        parts = [Section(*row) for row in narrative.select("section", "heading", "body").iter_rows()]
        try:
            rows += statement_rows(str(document_id), parts, *said.get(document_id, (None, None)))
        except Exception as error:  # a defect of ours, which must not take the other documents along
            problems.append(f"{document_id}: {describe(error)}")
    watch(None, _WRITING_SECONDS)
    write_batch(task.target, task.batch.name.removeprefix("batch_id="), {"statements": frame(rows, STATEMENTS)})
    return problems


def statement_rows(
    document_id: str, sections: list[Section], report_year: int | None, agency_name: str | None
) -> list[tuple[Any, ...]]:
    """The statements of a document as rows of ``landing.statements``; those whose figure no column holds are left out.

    Year and agency are those that the document itself shows; where it shows none, a year that a sentence names is of
    an unknown period.
    """
    from pipeline.extraction.statements import read_statements

    found = read_statements(sections, report_year, agency_name)
    # Counted here: with the document it is the key of a row.
    kept = [statement for statement in found if fits(statement.value)]
    return [(document_id, *_values(replace(statement, position=number))) for number, statement in enumerate(kept)]


def _values(statement: Statement) -> tuple[Any, ...]:
    return tuple(getattr(statement, name) for name in list(STATEMENTS)[1:])
