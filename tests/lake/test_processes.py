"""Real processes: killed in the middle of reading, or by the document they read."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from pipeline.lake import refresh
from pipeline.workspace import JobError, Workspace
from tests.conftest import SAMPLES
from tests.lake.test_refresh import of, table

REFRESH = """
import sys
from pathlib import Path
from pipeline.lake import refresh
from pipeline.workspace import Workspace

if __name__ == "__main__":
    workspace = Workspace(Path(sys.argv[1]))
    with workspace.exclusive():
        result = refresh(workspace, workers=2)
    print(result.read, result.extracted, result.quarantined)
"""

DIE = """
import os, signal, sys

def die(event, arguments):
    if event == "open" and str(arguments[0]).endswith("killer.txt"):
        processes = sys.modules.get("multiprocessing.process")
        if processes and processes.parent_process():
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(die)
"""
"""Kills any worker process that opens killer.txt: what a fault in a library, or want of memory, does."""


def start(workspace: Workspace, tmp_path: Path, **env: str) -> subprocess.Popen[str]:
    script = tmp_path / "refresh.py"
    script.write_text(REFRESH)
    return subprocess.Popen(
        [sys.executable, script, workspace.root],
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def many(workspace: Workspace, count: int) -> None:
    texts = [path.read_text() for path in sorted(SAMPLES.iterdir())]
    for number in range(count):
        (workspace.raw / f"{number}.txt").write_text(f"{texts[number % len(texts)]}\n第{number}号\n")


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_killed_in_the_middle_of_reading(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "data")
    workspace.raw.mkdir(parents=True)
    many(workspace, 1000)
    process = start(workspace, tmp_path)
    while not list(workspace.batches.glob("batch_id=*")):
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)
    workers = children(process.pid)
    process.kill()
    process.communicate()
    assert not workspace.manifest.exists()

    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        assert time.monotonic() < deadline, "workers outlive their parent"
        time.sleep(0.01)

    with workspace.exclusive():  # no stale lock
        result = refresh(workspace, workers=2)
    assert result.found == 1000
    assert 0 < result.read < 1000, "what was read before the kill is kept"
    documents = table(workspace, "documents")
    assert documents.height == documents["document_id"].n_unique() == 1000
    assert table(workspace, "reports").height == 1000
    cells = table(workspace, "cells").group_by("document_id").len()
    assert cells.height == 1000
    assert refresh(workspace).read == 0


def test_a_document_that_kills_its_reader_is_quarantined_alone(workspace: Workspace, tmp_path: Path) -> None:
    many(workspace, 20)
    (workspace.raw / "killer.txt").write_text("x")
    (tmp_path / "sitecustomize.py").write_text(DIE)
    process = start(workspace, tmp_path, PYTHONPATH=str(tmp_path))
    output, errors = process.communicate()
    assert output.split() == ["26", "25", "1"], errors
    row = table(workspace, "documents").filter(document_id=of(workspace, "killer.txt")).row(0, named=True)
    assert (row["status"], row["error_code"]) == ("quarantined", "crashed")
    assert "process that read this document died" in row["error_message"]
    assert table(workspace, "documents").height == 26
    # What it was may have passed: it is tried again, alone.
    assert refresh(workspace).read == 1
    row = table(workspace, "documents").filter(document_id=of(workspace, "killer.txt")).row(0, named=True)
    assert row["error_code"] != "crashed"
    assert refresh(workspace).read == 0


def test_a_given_executor_whose_workers_die(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace.raw / "killer.txt").write_text("x")
    (tmp_path / "sitecustomize.py").write_text(DIE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as executor:
        result = refresh(workspace, executor=executor, workers=1)
    assert (result.read, result.extracted, result.quarantined) == (6, 5, 1)


def test_two_writers_are_never_let_in(workspace: Workspace, tmp_path: Path) -> None:
    with workspace.exclusive():
        process = start(workspace, tmp_path)
        errors = process.communicate()[1]
        assert process.returncode == 1
        assert f"process {os.getpid()} (" in errors
    assert start(workspace, tmp_path).communicate()[0].split() == ["5", "5", "0"]


def test_the_lock_dies_with_its_process(workspace: Workspace) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from pipeline.workspace import Workspace\n"
            "with Workspace(Path(sys.argv[1])).exclusive(): print(flush=True); time.sleep(60)",
            workspace.root,
        ],
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    with pytest.raises(JobError, match=f"process {holder.pid} "), workspace.exclusive():
        pass
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    with workspace.exclusive():
        assert refresh(workspace).read == 5
