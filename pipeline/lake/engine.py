"""Who reads: any `concurrent.futures.Executor`, with reading processes of its own behind each of its workers.

There is one way to read, whatever the engine: a batch is given to a worker, and the worker has it read by a guarded
process (`pipeline.lake.processes`). Engines differ in the executor alone: threads of this process that wait for
processes of this machine, or the workers of a cluster (`pipeline.lake.cluster`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from pipeline.lake.batches import Batch, BatchSummary
from pipeline.lake.passes.reading import PassBatch
from pipeline.lake.processes import Processes
from pipeline.workspace import Workspace

LOCAL: Final = "processes"
"""The engine that a data folder has if it says nothing: processes of this machine."""

_processes = Processes()
"""Those of a worker that some executor runs."""


@dataclass(frozen=True, slots=True)
class Engine:
    """An executor, what its workers do, and what there is to know of them.

    ``workers`` are there now; ``recognisers`` runs what needs recognition of characters, on those of them that are
    there for it: None where all are. ``missing_recognisers`` says in words that there are none, else it is None.
    ``watch`` is called now and then while nothing comes, with whether ``recognisers`` have something to do, and raises
    `JobError` where nothing can come any more.
    ``lost`` are the errors by which the executor tells that it gave a job up, ``is_broken`` whether such an error is
    the end of the executor.
    """

    executor: Executor
    read: Callable[[Batch], BatchSummary]
    read_pass: Callable[[PassBatch], list[str]]
    workers: Callable[[], int]
    recognisers: Executor | None = None
    missing_recognisers: Callable[[], str | None] = lambda: None
    watch: Callable[[bool], None] = lambda recognising: None
    lost: tuple[type[BaseException], ...] = (BrokenExecutor,)
    is_broken: Callable[[BaseException], bool] = lambda error: isinstance(error, BrokenExecutor)


@contextmanager
def local_engine(processes: Processes, workers: int) -> Iterator[Engine]:
    """Reading processes of this machine, each behind a thread that waits for it."""
    pool = ThreadPoolExecutor(workers)
    try:
        yield Engine(pool, processes.read, processes.read_pass, lambda: workers)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def engine_of(executor: Executor, workers: int) -> Iterator[Engine]:
    """Any executor of ``workers`` workers that see the same storage; each starts reading processes of its own."""
    try:
        yield Engine(executor, read_apart, read_pass_apart, lambda: workers)
    finally:
        end_idle()  # for an executor whose workers are threads of this process


@contextmanager
def open_engine(name: str, workspace: Workspace, processes: Processes, workers: int) -> Iterator[Engine]:
    """The engine that a setting names: ``processes``, or an address of `pipeline.lake.cluster`.

    Raises:
        JobError: there is no such cluster, or it cannot be used; the message says what to do.
    """
    if name == LOCAL:
        with local_engine(processes, workers) as engine:
            yield engine
    else:
        from pipeline.lake.cluster import cluster_engine

        with cluster_engine(name, workspace, workers) as engine:
            yield engine


def read_apart(batch: Batch) -> BatchSummary:
    """Read a batch in a reading process of this worker."""
    return _processes.read(batch)


def read_pass_apart(task: PassBatch) -> list[str]:
    """Have a pass read the narrative of a batch in a reading process of this worker."""
    return _processes.read_pass(task)


def end_idle() -> None:
    """End the reading processes of this worker that have nothing to do."""
    _processes.end_idle()
