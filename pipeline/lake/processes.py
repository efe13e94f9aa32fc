"""Processes that read: watched from outside, ended when they take too much, and replaced.

What a hostile document can do to its reader (hang, fill the memory, end the process) it does to a process of its own
kind, and is then told by the last that this process said it was reading.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from contextlib import suppress
from dataclasses import replace
from functools import reduce
from multiprocessing import Pipe
from pathlib import Path
from typing import Any, Final

from pipeline.lake.archives import Listing
from pipeline.lake.batches import Batch, BatchSummary, Verdict
from pipeline.lake.limits import OUT_OF_MEMORY, PATIENCE, Limits
from pipeline.lake.passes.reading import PassBatch
from pipeline.lake.store import PART_PREFIX
from pipeline.objects import ObjectPath

_START_SECONDS: Final = 60
_GRACE_SECONDS: Final = 5
_ENVIRONMENT: Final = {
    "POLARS_MAX_THREADS": "1",  # there is a process for each core
    "OMP_NUM_THREADS": "1",
    "ORT_DISABLE_TELEMETRY": "1",
}


class Died(Exception):  # noqa: N818 - what became of a process, not an error of this one
    """A reading process ended in the middle of a job, with what it last said it was reading.

    ``index`` is the document's in its batch, None if it was at work on the batch. ``code`` is one of
    `pipeline.readers.document.ERROR_CODES`.
    """

    def __init__(self, code: str, message: str, index: int | None, format: str | None) -> None:
        super().__init__(message)
        self.code, self.message, self.index, self.format = code, message, index, format


class Closed(Exception):  # noqa: N818 - the one who asks is told to stop
    """The processes were ended for good while a job was under way."""


class Processes:
    """Reading processes, started as they are needed and kept for the next job. Threads may share them."""

    def __init__(self) -> None:
        self._idle: list[_Process] = []
        self._busy: set[_Process] = set()
        self._closed = False

    def read(self, batch: Batch) -> BatchSummary:
        """Read a batch (`pipeline.lake.batches.read_batch`), whatever its documents do to the process that reads.

        A document that took too long is set aside; one with which a process ended otherwise is read once more, first
        of all in a new process, and set aside if it ends that too: what it was may have been somebody else's doing.

        Raises:
            OSError: the lake cannot be written.
        """
        suspected: set[str | None] = set()
        while True:
            try:
                summary: BatchSummary = self._call("read", batch, batch.batches, batch.limits)
            except Died as death:
                if death.index is None and None not in suspected:
                    suspected.add(None)  # no document's doing, perhaps
                    continue
                if death.index is None and len(batch.tasks) > 1:
                    parts = (self.read(replace(batch, tasks=(task,))) for task in batch.tasks)
                    return reduce(BatchSummary.with_others, parts)
                tasks = list(batch.tasks)
                task = tasks.pop(death.index or 0)
                if task.verdict:
                    raise RuntimeError(f"Reading processes end without reading anything: {death.message}") from death
                if death.code == "timed_out" or task.document_id in suspected:
                    task = task._replace(verdict=Verdict(death.code, death.message, death.format))
                suspected.add(task.document_id)
                batch = replace(batch, tasks=(task, *tasks))
            else:
                return summary

    def list_members(self, path: Path, scratch: Path) -> Listing | None:
        """List an archive (`pipeline.lake.archives.list_members`).

        Raises:
            Died: listing it ended the process.
            OSError: it cannot be opened.
        """
        listing: Listing | None = self._call("list", path, scratch, Limits())
        return listing

    def read_pass(self, task: PassBatch) -> list[str]:
        """Have a pass read the narrative of a batch (`pipeline.lake.passes.reading.read_pass_batch`).

        A document with which a process ended is read once more, and then left without rows.

        Raises:
            OSError: the lake cannot be written.
        """
        suspected: set[int | None] = set()
        while True:
            try:
                problems: list[str] = self._call("pass", task, task.target, Limits())
            except Died as death:
                if death.index in suspected or death.code == "timed_out":
                    if death.index is None or death.index in task.skipped:
                        raise RuntimeError(f"Reading processes end at {task.batch}: {death.message}") from death
                    task = replace(task, skipped=task.skipped | {death.index})
                suspected.add(death.index)
            else:
                return problems

    def do(self, function: str, argument: object, scratch: Path, limits: Limits) -> Any:  # noqa: ANN401
        """Have a function of a room further down done: ``module:function``, called with ``argument`` and a `Watch`.

        ``scratch`` is the folder in which its folder for temporary files is made.

        Raises:
            Died: it ended the process.
            OSError: as the function raises it.
            RuntimeError: the function failed otherwise, with its traceback as the message.
        """
        return self._call(function, argument, scratch, limits)

    def end_idle(self) -> None:
        """End the processes that have nothing to do."""
        while self._idle:
            self._idle.pop().end()

    def close(self) -> None:
        """End all processes, also those at work, and start no more."""
        self._closed = True
        for process in list(self._busy):
            process.kill()  # and the thread that waits for it ends it
        self.end_idle()

    def _call(self, function: str, argument: object, scratch: Path, limits: Limits) -> Any:  # noqa: ANN401
        """Have a job done by an idle process, with a folder of its own that goes with the job."""
        if self._closed:
            raise Closed
        try:
            process = self._idle.pop()
        except IndexError:
            process = _Process()
        self._busy.add(process)
        if isinstance(scratch, ObjectPath):
            scratch = Path(tempfile.gettempdir())
        folder = scratch / f"{PART_PREFIX}{uuid.uuid4().hex}"
        folder.mkdir(parents=True)
        try:
            result = process.call((function, argument, folder, limits.memory_bytes))
        except BaseException:
            process.end()
            if self._closed:
                raise Closed from None
            raise
        else:
            self._idle.append(process)
            return result
        finally:
            self._busy.discard(process)
            shutil.rmtree(folder, ignore_errors=True)


class _Process:
    def __init__(self) -> None:
        self._connection, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "pipeline.lake.child", str(theirs.fileno())],
                env={**{name: os.environ[name] for name in os.environ if not name.startswith("XDG_")}, **_ENVIRONMENT},
                stdin=subprocess.PIPE,  # held open: that it closes tells the process to end
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # a group of its own, with what it starts; the keyboard's signals stay here
            )

    def call(self, job: tuple[str, object, Path, int]) -> Any:  # noqa: ANN401 - whatever the job gives
        """Have a job done.

        Raises:
            Died: the process ended, or was ended since it took too long.
        """
        index: int | None = None
        format: str | None = None
        seconds: float = _START_SECONDS
        try:
            self._connection.send(job)
            while self._connection.poll(PATIENCE * seconds + _GRACE_SECONDS):
                match self._connection.recv():
                    case ("watch", index, seconds, format):
                        pass
                    case ("done", result):
                        return result
                    case ("failed", error):
                        raise error
        except (EOFError, ConnectionError):
            status = self.end()
        else:
            self.end()
            status = -signal.SIGPROF
        raise Died(*_cause(status, seconds, job[3]), index, format)

    def kill(self) -> None:
        """Have the process end, with all that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> int:
        """End the process; its exit status, which is its own if it had ended already."""
        self.kill()
        self._connection.close()
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self._process.wait()


def _cause(status: int, seconds: float, memory_bytes: int) -> tuple[str, str]:
    """The code and the message for a process that ended with an exit status."""
    if status == OUT_OF_MEMORY:
        return (
            "too_large",
            f"Reading it takes more than {memory_bytes / 2**30:.1f} GB of memory. If it holds more than a report, "
            "put the report into raw/ by itself, or save it in another format.",
        )
    if status == -signal.SIGPROF:
        return (
            "timed_out",
            f"Reading it took longer than the {seconds:,.0f} s that such a document is given. If it holds more than "
            "a report, put the report into raw/ by itself, or save it in another format.",
        )
    ended = f"by signal {-status}" if status < 0 else f"with status {status}"
    return (
        "crashed",
        f"The process that read this document died ({ended}), for want of memory or by a fault in a library. "
        "The other documents are not affected; please report it with the file.",
    )
