"""What a command takes: seconds, processor, and the memory of all its processes together."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

_LOOK: Final = 0.25
"""Seconds between two looks at the memory of a command."""


class Measured(NamedTuple):
    """What a command took: seconds on the clock and of the processor, its peak of memory (MiB); and what it said."""

    seconds: float
    cpu: float
    peak: float
    said: str


def measured(command: Sequence[str | Path]) -> Measured:
    """Run a command and measure it, with all processes that it starts.

    The peak is of their proportional sizes: what processes share counts once.

    Raises:
        SystemExit: it failed; with what it said.
    """
    with tempfile.TemporaryFile("w+") as said:
        start, before = time.perf_counter(), os.times()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        peak, over = [0], threading.Event()

        def look() -> None:
            while not over.wait(_LOOK):
                peak[0] = max(peak[0], _held(process.pid))

        watcher = threading.Thread(target=look, daemon=True)
        watcher.start()
        process.wait()
        seconds, after = time.perf_counter() - start, os.times()
        over.set()
        watcher.join()
        said.seek(0)
        told = said.read()
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{told}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Measured(seconds, cpu, peak[0] / 2**20, told)


def _held(root: int) -> int:
    """Bytes that a process and all that it started hold in memory."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):  # it has ended
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    tree, found = {root}, 0
    while len(tree) > found:
        found = len(tree)
        tree |= {pid for pid, parent in parents.items() if parent in tree}
    return sum(_proportional(pid) for pid in tree)


def _proportional(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
