"""Batches through any `concurrent.futures.Executor`: bounded memory, no document lost with a worker."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import replace
from itertools import islice

from pipeline.lake.reading import Batch, BatchSummary, quarantine_batch, read_batch


def read_batches(batches: Iterator[Batch], executor: Executor | None, workers: int) -> Iterator[BatchSummary]:
    """Read batches side by side, and yield what came of each as it is done.

    ``executor`` is any executor of ``workers`` workers that see the same storage; None starts that many
    processes here. When a worker process dies, the batches that were under way are read again in processes of
    their own, in ever smaller parts, until the document that kills it stands alone and is quarantined.
    """
    while True:
        lost: list[Batch] = []
        if executor is not None:
            yield from _through(executor, batches, workers, lost)
        else:
            with _processes(workers) as pool:
                yield from _through(pool, batches, workers, lost)
        if not lost:
            return
        executor = None  # a broken one stays broken
        for batch in lost:
            yield from _read_apart(batch)


def _through(executor: Executor, batches: Iterator[Batch], workers: int, lost: list[Batch]) -> Iterator[BatchSummary]:
    """Keep the workers busy, two batches for each; stop and fill ``lost`` when the executor breaks."""
    flying: dict[Future[BatchSummary], Batch] = {}
    try:
        while True:
            if not lost:
                for batch in islice(batches, 2 * workers - len(flying)):
                    try:
                        flying[executor.submit(read_batch, batch)] = batch
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


def _read_apart(batch: Batch) -> Iterator[BatchSummary]:
    try:
        with _processes(1) as process:
            summary = process.submit(read_batch, batch).result()
    except BrokenExecutor:
        if len(batch.tasks) == 1:
            yield quarantine_batch(
                batch,
                "The process that read this document died, for want of memory or by a fault in a library. "
                "The other documents are not affected; please report it with the file.",
            )
            return
        middle = len(batch.tasks) // 2
        yield from _read_apart(replace(batch, tasks=batch.tasks[:middle]))
        yield from _read_apart(replace(batch, tasks=batch.tasks[middle:]))
    else:
        yield summary


def _processes(workers: int) -> ProcessPoolExecutor:
    # Not forked: Polars and others hold threads and locks that a fork would copy in whatever state they are.
    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_start_worker)


def _start_worker() -> None:
    """End with the parent, however it ends; leave the keyboard to the parent; use one core."""
    os.environ["POLARS_MAX_THREADS"] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
