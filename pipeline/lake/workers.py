"""Batches through any `concurrent.futures.Executor`: bounded memory, no document lost with a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ThreadPoolExecutor, wait
from itertools import chain, islice

from pipeline.lake.batches import Batch, BatchSummary
from pipeline.lake.processes import Processes

_processes = Processes()
"""Those of a worker that some executor runs."""


def read_batches(
    batches: Iterator[Batch], executor: Executor | None, workers: int, processes: Processes
) -> Iterator[BatchSummary]:
    """Read batches side by side, and yield what came of each as it is done.

    ``executor`` is any executor of ``workers`` workers that see the same storage; each starts reading processes of
    its own. None: that many of ``processes`` read here. When the executor breaks, they read what is left.
    """
    lost: list[Batch] = []
    if executor is not None:
        try:
            yield from _through(executor, read_apart, batches, workers, lost)
        finally:
            _processes.end_idle()  # for an executor whose workers are threads of this process
        batches = chain(lost, batches)
    pool = ThreadPoolExecutor(workers)
    try:
        yield from _through(pool, processes.read, batches, workers, [])
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def read_apart(batch: Batch) -> BatchSummary:
    """Read a batch in a reading process of this worker."""
    return _processes.read(batch)


def _through(
    executor: Executor,
    read: Callable[[Batch], BatchSummary],
    batches: Iterator[Batch],
    workers: int,
    lost: list[Batch],
) -> Iterator[BatchSummary]:
    """Keep the workers busy, two batches for each; stop and fill ``lost`` when the executor breaks."""
    flying: dict[Future[BatchSummary], Batch] = {}
    try:
        while True:
            if not lost:
                for batch in islice(batches, 2 * workers - len(flying)):
                    try:
                        flying[executor.submit(read, batch)] = batch
                    except BrokenExecutor:
                        lost.append(batch)
                        break
            if not flying:
                return
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                batch = flying.pop(future)
                try:
                    yield future.result()
                except BrokenExecutor:
                    lost.append(batch)
    finally:
        for future in flying:
            future.cancel()
