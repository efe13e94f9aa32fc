"""Real processes: killed in the middle of reading, or by the document they read."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
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
from pipeline.lake.limits import Limits
from pipeline.workspace import Workspace

if __name__ == "__main__":
    workspace = Workspace(Path(sys.argv[1]))
    with workspace.exclusive():
        result = refresh(workspace, workers=2, limits=Limits(seconds=2))
    print(result.read, result.extracted, result.quarantined)
"""

HOSTILE = """
import os, re, signal, sys

ACTS = {
    "die": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "abort": os.abort,
    "exit": lambda: os._exit(0),
    "stop": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "spin": lambda: re.match("(a+)+$", "a" * 60 + "b"),  # in C, which lets no other thread run
    "allocate": lambda: bytearray(4 << 30),
}

def act(event, arguments):
    if event == "open" and "pipeline.lake.child" in sys.orig_argv:
        name = os.path.basename(str(arguments[0]))
        if name.endswith(".hostile"):
            ACTS[name.split(".")[0]]()

sys.addaudithook(act)
"""
"""Makes the process that reads ACT.hostile do ACT: what hostile documents and faults in libraries do."""


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text(HOSTILE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)


def start(workspace: Workspace, tmp_path: Path) -> subprocess.Popen[str]:
    script = tmp_path / "refresh.py"
    script.write_text(REFRESH)
    return subprocess.Popen(
        [sys.executable, script, workspace.root], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def many(workspace: Workspace, count: int) -> None:
    texts = [path.read_text() for path in sorted(SAMPLES.iterdir())]
    for number in range(count):
        (workspace.raw / f"{number}.txt").write_text(f"{texts[number % len(texts)]}\n第{number}号\n")


def children(pid: int) -> list[int]:
    return [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]


def document(workspace: Workspace, raw_path: str) -> dict[str, object]:
    return table(workspace, "documents").filter(document_id=of(workspace, raw_path)).row(0, named=True)


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


@pytest.mark.parametrize(
    ("act", "code", "said"),
    [
        ("die", "crashed", "(by signal 9)"),
        ("abort", "crashed", "(by signal 6)"),
        ("exit", "crashed", "(with status 0)"),
        ("stop", "timed_out", "longer than the 2 s"),
        ("spin", "timed_out", "longer than the 2 s"),
        ("allocate", "too_large", "more than 2.0 GB of memory"),
    ],
)
def test_a_document_that_ends_its_reader_is_quarantined_alone(
    workspace: Workspace, tmp_path: Path, hostile: None, act: str, code: str, said: str
) -> None:
    many(workspace, 20)
    (workspace.raw / f"{act}.hostile").write_text("x")
    output, errors = start(workspace, tmp_path).communicate()
    assert output.split() == ["26", "25", "1"], errors
    row = document(workspace, f"{act}.hostile")
    assert (row["status"], row["error_code"]) == ("quarantined", code)
    assert said in str(row["error_message"])
    assert table(workspace, "documents").height == 26
    assert not list(workspace.lake.rglob(".part-*"))


def test_what_crashed_is_tried_again(workspace: Workspace, tmp_path: Path, hostile: None) -> None:
    (workspace.raw / "die.hostile").write_text("x")
    start(workspace, tmp_path).communicate()
    (tmp_path / "sitecustomize.py").unlink()
    assert refresh(workspace).read == 1
    assert document(workspace, "die.hostile")["error_code"] != "crashed"
    assert refresh(workspace).read == 0


def test_many_hostile_documents_in_one_batch(workspace: Workspace, tmp_path: Path, hostile: None) -> None:
    for act in ("die", "abort", "exit", "spin", "allocate"):
        for number in range(2):
            (workspace.raw / f"{act}.{number}.hostile").write_text(f"{act} {number}")
    output, errors = start(workspace, tmp_path).communicate()
    assert output.split() == ["15", "5", "10"], errors


@pytest.mark.parametrize("kind", ["processes", "threads"])
def test_a_given_executor(workspace: Workspace, hostile: None, kind: str) -> None:
    (workspace.raw / "die.hostile").write_text("x")
    executor = (
        ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) if kind == "processes" else ThreadPoolExecutor(2)
    )
    with executor:
        result = refresh(workspace, executor=executor, workers=1)
        assert (result.read, result.extracted, result.quarantined) == (6, 5, 1)
        assert executor.submit(os.getpid).result(), "the executor is whole"


def test_an_executor_whose_workers_are_killed(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "data")
    workspace.raw.mkdir(parents=True)
    many(workspace, 600)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as executor:

        def kill(stage: str, done: int, total: int) -> None:
            for worker in list((executor._processes or {}).values()) if stage == "Reading documents" else ():
                worker.kill()

        result = refresh(workspace, executor=executor, workers=1, progress=kill)
    assert (result.found, result.read, result.extracted) == (600, 600, 600)
    assert table(workspace, "documents")["document_id"].n_unique() == 600


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
