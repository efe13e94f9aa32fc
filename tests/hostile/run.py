"""Hostile input through the real `refresh`, in the real memory and less than the real time, watched from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.workspace import Workspace

REFRESH = """
import json, resource, sys
from dataclasses import asdict
from pathlib import Path
from pipeline.lake import refresh
from pipeline.lake.limits import Limits
from pipeline.workspace import Workspace

workspace = Workspace(Path(sys.argv[1]))
with workspace.exclusive():
    result = asdict(refresh(workspace, workers=2, limits=Limits(seconds=10)))
own = next(int(line.split()[1]) << 10 for line in open("/proc/self/status") if line.startswith("VmHWM"))
children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10
print(json.dumps({"result": result, "own_bytes": own, "child_bytes": children}))
"""


@dataclass(frozen=True)
class Outcome:
    """What a run did: counts, times, memory, and the files that it left outside its data folder."""

    result: dict[str, int]
    own_bytes: int
    child_bytes: int
    seconds: float
    outside: list[str]
    documents: pl.DataFrame
    batches: Path


def run(folder: Path, inputs: Iterable[tuple[str, bytes]]) -> Outcome:
    """Put the inputs into ``folder/data/raw`` and read them, with ``folder`` for all that a program may reach."""
    workspace = Workspace(folder / "data")
    for name, data in inputs:
        path = workspace.raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for name in ("home", "tmp", "cwd"):
        (folder / name).mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", REFRESH, workspace.root],
        cwd=folder / "cwd",
        env={**environment, "HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp")},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - start
    assert done.returncode == 0, done.stderr[-4000:]
    told = json.loads(done.stdout)
    places = pl.read_parquet(workspace.snapshot).select("document_id", "raw_path")
    rows = pl.scan_parquet(workspace.batches / "*" / "documents.parquet").collect()
    return Outcome(
        told["result"],
        told["own_bytes"],
        told["child_bytes"],
        seconds,
        [str(path) for path in folder.rglob("*") if not path.is_relative_to(folder / "data") and not path.is_dir()],
        places.join(rows, on="document_id", how="left"),
        workspace.batches,
    )
