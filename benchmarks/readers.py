"""Many readers while builds are published: no error, no torn read, and how long they wait.

``python -m benchmarks.readers [--reports 2000] [--readers 50] [--publications 20] [--seconds 30]`` builds a lake of so
many reports (`benchmarks.lakes`). Readers, each a process, then ask the queries of docs/cookbook.md, opening the
published file anew each time (one of ten keeps it open), first alone, then while copies of the build that carry other
marks are published one after another. ``--published FILE`` takes a published file in place of a new build.

Exit status 1 if a reader saw an error, marks of two builds in one connection, or another build through a connection
that it kept open.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np

from benchmarks.lakes import consistent_figures, write_lake
from benchmarks.reader import MARKED
from pipeline.console.cookbook import questions
from pipeline.warehouse import publish
from pipeline.warehouse.build import build, new_scratch
from pipeline.workspace import Workspace

ROOT: Final = Path(__file__).parents[1]
HOLDING: Final = 10
"""One reader of so many keeps the file open."""
PAUSE: Final = 1.0
"""Seconds between two rounds of a reader: analysts look at what they got."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What all readers saw together; milliseconds."""

    rounds: int
    faults: list[str]
    builds: set[str]
    fewest: int
    opened: list[float]
    asked: list[float]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readers")
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--publications", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=30, help="for which they read, alone and with publications")
    parser.add_argument("--published", type=Path, help="a published file to read, in place of a new build")
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder by default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        base = options.published
        if not base:
            lake = Workspace(Path(folder) / "lake")
            write_lake(lake, options.reports, consistent_figures)
            build(lake)
            base = lake.published
        workspace = Workspace(Path(folder) / "data")
        publish_marked(workspace, base, 0)
        print(f"{options.readers} readers of {base.stat().st_size / 2**20:.0f} MiB", flush=True)
        print(f"{'':28}{'rounds':>8}{'':8}{'median':>9}{'p99':>9}{'max':>9}  ms")
        alone = read(workspace, options.readers, cookbook(), lambda: time.sleep(options.seconds))
        tell("alone", alone)

        def work() -> None:
            publish_all(workspace, base, options.publications, options.seconds / options.publications)

        beside = read(workspace, options.readers, cookbook(), work)
        tell(f"{options.publications} publications", beside)
    print(f"{len(beside.builds)} builds were seen")
    print("\n".join([*alone.faults, *beside.faults]) or "no error, no torn read")
    sys.exit(bool(alone.faults or beside.faults))


def cookbook() -> list[str]:
    """The queries of the cookbook."""
    return [question.sql for question in questions()]


def publish_marked(workspace: Workspace, base: Path, number: int) -> str:
    """Publish a copy of a build in which every row of some tables carries its mark; gives its id."""
    build_id = f"20260101T00{number // 60:02}{number % 60:02}Z-{number:08x}"
    if not workspace.lake.exists():  # what a build is made of, which its record tells
        shutil.copytree(base.parent / workspace.lake.name, workspace.lake)
    target = new_scratch(workspace)
    shutil.copyfile(base, target)  # not its mode: it is read-only
    with duckdb.connect(target) as connection:
        for table, column in (*MARKED, ("landing.build", "build_id")):
            connection.execute(f"UPDATE {table} SET {column} = ?", [build_id])
        connection.execute("CHECKPOINT")
    publish(workspace, target)
    shutil.rmtree(target.parent)
    return build_id


def publish_all(workspace: Workspace, base: Path, publications: int, seconds: float) -> None:
    """So many publications, one every so many seconds, or as fast as they go."""
    for number in range(1, publications + 1):
        start = time.monotonic()
        publish_marked(workspace, base, number)
        time.sleep(max(0.0, start + seconds - time.monotonic()))


def read(
    workspace: Workspace, readers: int, queries: Sequence[str], work: Callable[[], None], pause: float = PAUSE
) -> Seen:
    """Do ``work`` while readers read, all of which have read once before, and give what they saw."""
    with tempfile.TemporaryDirectory() as folder:
        stop = Path(folder) / "stop"
        processes = []
        try:
            for number in range(readers):
                arguments = [str(workspace.published), str(stop), str(int(number % HOLDING == 0)), str(pause)]
                process = subprocess.Popen(
                    [sys.executable, "-m", "benchmarks.reader", *arguments],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    cwd=ROOT,
                )
                assert process.stdin
                process.stdin.write(json.dumps(list(queries)))
                process.stdin.close()
                process.stdin = None
                processes.append(process)
            for process in processes:
                assert process.stdout
                process.stdout.readline()
            work()
        finally:
            stop.touch()
            said = [process.communicate()[0] for process in processes]
    return _sum([json.loads(one) for one in said])


def _sum(seen: list[dict[str, Any]]) -> Seen:
    faults = []
    for number, one in enumerate(seen):
        faults += [f"reader {number}: {error}" for error in one["errors"]]
        faults += [f"reader {number}: two builds in one connection: {torn}" for torn in one["torn"]]
        if number % HOLDING == 0 and len(one["builds"]) > 1:
            faults.append(f"reader {number}: a connection that was kept open changed its build: {one['builds']}")
    return Seen(
        rounds=sum(one["rounds"] for one in seen),
        faults=faults,
        builds={build_id for one in seen for build_id in one["builds"]},
        fewest=min(one["rounds"] for one in seen),
        opened=[ms for one in seen for ms in one["open"]],
        asked=[ms for one in seen for ms in one["ask"]],
    )


def tell(name: str, seen: Seen) -> None:
    """Print how long readers waited."""
    for what, ms in (("to open", seen.opened), ("to ask", seen.asked)):
        median, p99, most = np.percentile(ms, [50, 99, 100])
        print(f"{name:28}{seen.rounds:8,}{what:>8}{median:9.1f}{p99:9.1f}{most:9.1f}", flush=True)


if __name__ == "__main__":
    main()
