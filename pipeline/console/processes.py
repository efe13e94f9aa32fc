"""Processes that do one query each: started ahead, watched by the clock, killed when their time is over."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import pipeline
from pipeline.console.answers import Answer, Refused
from pipeline.console.limits import MAX_QUERY, PAGE, Limits
from pipeline.workspace import Workspace

PLACES: Final = 4
"""Queries that run side by side."""
WAITING: Final = 16
"""Queries that wait for a place; more are refused."""
_READY: Final = 2
"""Processes that are started ahead, so that nobody waits for one to start."""
_START_SECONDS: Final = 60
_BLOCK: Final = 2**16


class Console:
    """Does queries on what a workspace has published. Threads may share it.

    ``places`` queries run side by side, as many as ``waiting`` wait for a place.
    """

    def __init__(self, workspace: Workspace, places: int = PLACES, waiting: int = WAITING) -> None:
        self._workspace = workspace
        self._places = threading.Semaphore(places)
        self._room = threading.Semaphore(places + waiting)
        self._ready: list[_Process] = []
        self._lock = threading.Lock()
        self._closed = False

    def ask(self, query: str, limits: Limits = PAGE) -> Answer:
        """Do a query in a process of its own.

        Raises:
            Refused: it has no answer; what became of it.
        """
        if not query.strip():
            raise Refused("empty")
        if len(query) > MAX_QUERY:
            raise Refused("too_long", f"{MAX_QUERY:,}")
        if not self._workspace.published.exists():
            raise Refused("unpublished")
        if not self._room.acquire(blocking=False):
            raise Refused("busy")
        try:
            with self._places:
                return self._ask(query, limits)
        finally:
            self._room.release()

    def close(self) -> None:
        """End the processes that wait for a query, and start no more."""
        with self._lock:
            self._closed = True
            ready, self._ready = self._ready, []
        for process in ready:
            process.end()

    def _ask(self, query: str, limits: Limits) -> Answer:
        with self._lock:
            process = self._ready.pop(0) if self._ready else None
        process = process or _Process()
        threading.Thread(target=self._make_ready, daemon=True).start()
        job = {"file": str(self._workspace.published.absolute()), "query": query, **asdict(limits)}
        try:
            said = process.do(job, limits)
        finally:
            process.end()
        if "code" in said:
            raise Refused(said["code"], said.get("detail", ""))
        return Answer(**said)

    def _make_ready(self) -> None:
        with self._lock:
            if self._closed or len(self._ready) >= _READY:
                return
            self._ready.append(_Process())


class _Process:
    """A process with a folder of its own, which goes with it."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="gongkai-sql-"))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "pipeline.console.child"],
            cwd=self._folder,
            # Nothing of ours but where this program is: what stands there may be secret.
            env={"PYTHONPATH": str(Path(pipeline.__file__).parents[1]), "HOME": str(self._folder), "LC_ALL": "C.UTF-8"},
            stdin=subprocess.PIPE,  # held open: that it closes tells the process to end
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # the keyboard's signals stay here
        )

    def do(self, job: dict[str, Any], limits: Limits) -> dict[str, Any]:
        """Have a query done; whatever the process says is only read as JSON.

        Raises:
            Refused: the process was ended, or ended by itself.
        """
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(job).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise Refused("died") from error
        said = self._read(limits)
        try:
            answer: dict[str, Any] = json.loads(said)
        except ValueError as error:
            raise self._cause(limits) from error
        return answer

    def _read(self, limits: Limits) -> bytes:
        assert self._process.stdout
        # The first byte, a space before the JSON, says that the query has begun.
        until = time.monotonic() + _START_SECONDS
        most = 8 * limits.answer_bytes + 2**20  # what JSON makes of it
        said, started = bytearray(), False
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while (left := until - time.monotonic()) > 0:
                if not selector.select(left):
                    continue
                block = os.read(self._process.stdout.fileno(), _BLOCK)
                if not block:
                    return bytes(said)
                if not started:
                    started = True
                    until = time.monotonic() + limits.clock_seconds
                said += block
                if len(said) > most:
                    raise Refused("large")
        raise Refused("time", f"{limits.clock_seconds:g}")

    def _cause(self, limits: Limits) -> Refused:
        """Why a process ended without an answer."""
        with suppress(subprocess.TimeoutExpired):
            if self._process.wait(5) == -signal.SIGPROF:
                return Refused("time", f"{limits.seconds:g}")
        return Refused("died")

    def end(self) -> None:
        """End the process, with all that it started, and remove its folder."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe
            with suppress(OSError):
                pipe.close()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
