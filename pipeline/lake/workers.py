"""Jobs through an engine, side by side: bounded memory, no document lost with a worker, none counted twice."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import replace
from itertools import chain
from typing import Final, TypeVar

from pipeline.lake.batches import Batch, BatchSummary, Task, Verdict
from pipeline.lake.engine import Engine
from pipeline.lake.passes.reading import PassBatch

_LOOK_SECONDS: Final = 5
"""After so long without a result, the engine is asked whether any can come."""

_RECOGNISED_TOGETHER: Final = 4
"""Documents that need recognition of characters in a batch of their own: each may take a minute."""

Job = TypeVar("Job")
Result = TypeVar("Result")


def read_batches(batches: Iterator[Batch], engine: Engine, here: Engine) -> Iterator[BatchSummary]:
    """Read batches side by side, and yield what came of each as it is done.

    Where the engine has workers of its own for the recognition of characters, they are given what the others leave.
    What the engine gives up is read ``here``; all that is left is, if it breaks.

    Raises:
        JobError: the engine cannot go on.
        OSError: the lake cannot be written.
    """
    left: deque[Batch] = deque()

    def put_aside(batch: Batch, unread: Sequence[tuple[Task, str]]) -> None:
        missing = engine.missing_recognisers() if unread else None
        tasks = [
            task._replace(verdict=Verdict("tool_missing", missing, format)) if missing else task
            for task, format in unread
        ]
        size = len(tasks) if missing else _RECOGNISED_TOGETHER
        for start in range(0, len(tasks), size or 1):
            left.append(replace(batch, tasks=tuple(tasks[start : start + size]), recognises=not missing))

    def jobs() -> Iterator[Batch]:
        for batch in batches:
            yield replace(batch, recognises=engine.recognisers is None)

    def choose(batch: Batch) -> Executor:
        return engine.recognisers if engine.recognisers and batch.recognises else engine.executor

    lost: list[Batch] = []
    for batch, done in _through(engine, engine.read, jobs(), left, choose, lost):
        put_aside(batch, done.left)
        yield done._replace(left=())
    rest = (replace(batch, recognises=True) for batch in chain(lost, left, batches))
    for _, done in _through(here, here.read, rest, deque(), lambda _: here.executor, []):
        yield done


def read_passes(tasks: Iterable[PassBatch], engine: Engine, here: Engine) -> Iterator[list[str]]:
    """Have passes read narratives side by side, and yield what could not be read of each as it is done.

    Raises:
        JobError: the engine cannot go on.
        OSError: the lake cannot be written.
    """
    tasks, lost = iter(tasks), list[PassBatch]()
    for _, problems in _through(engine, engine.read_pass, tasks, deque(), lambda _: engine.executor, lost):
        yield problems
    for _, problems in _through(here, here.read_pass, chain(lost, tasks), deque(), lambda _: here.executor, []):
        yield problems


def _through(
    engine: Engine,
    function: Callable[[Job], Result],
    jobs: Iterator[Job],
    urgent: deque[Job],
    choose: Callable[[Job], Executor],
    lost: list[Job],
) -> Iterator[tuple[Job, Result]]:
    """Keep the workers busy, two jobs for each; what the engine gives up comes into ``lost``.

    ``urgent`` jobs, which may come while others are done, go first. Stops taking jobs when the executor breaks.
    """
    flying: dict[Future[Result], Job] = {}
    is_broken = False

    def watch() -> None:
        engine.watch(any(choose(job) is engine.recognisers for job in flying.values()))

    def next_jobs() -> Iterator[Job]:
        while not is_broken:
            if urgent:
                yield urgent.popleft()
            elif len(flying) < 2 * max(1, engine.workers()) and (job := next(jobs, None)) is not None:
                yield job
            else:
                return

    try:
        while True:
            for job in next_jobs():
                try:
                    flying[choose(job).submit(function, job)] = job
                except engine.lost:
                    lost.append(job)
                    is_broken = True
            if not flying:
                return
            done = wait(flying, _LOOK_SECONDS, FIRST_COMPLETED).done
            if not done:
                watch()
            for future in done:
                job = flying.pop(future)
                try:
                    result = future.result()
                except engine.lost as error:
                    watch()
                    lost.append(job)
                    is_broken = is_broken or engine.is_broken(error)
                else:
                    yield job, result
    finally:
        for future in flying:
            future.cancel()
