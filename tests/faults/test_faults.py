"""What happens at night, to real runs: the published file stays the last good one, and the next run heals all.

More kills, and the table of the documentation: ``python -m tests.faults``.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from pipeline.workspace import Workspace
from tests.conftest import ROOT, gongkai
from tests.faults.night import Markers, Night, copy, fill, flip, kill, killed_at, run, started

DOCUMENTS = 220


@pytest.fixture(scope="module")
def night(published: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Night:
    return Night.spend(tmp_path_factory.mktemp("night"), published, DOCUMENTS)


def test_ten_kills_one_after_another(night: Night, tmp_path: Path) -> None:
    """Each run goes on where the one before was killed; by its clock the last good build is still to be made."""
    workspace = night.begin(tmp_path / "data")
    shutil.rmtree(workspace.builds)  # where this file stands under the id that it had
    workspace.published.chmod(0o644)
    with duckdb.connect(workspace.published) as connection:
        connection.execute(
            "UPDATE landing.build SET built_at = TIMESTAMP '2126-01-01', build_id = '21260101T000000Z-x'"
        )
    rng = random.Random(1)
    for stage in ("reading", "statements", "loading"):
        kill_at(workspace, stage)
        assert night.what_is_published(workspace) == "last", stage
    for share in (rng.random() for _ in range(5)):
        seconds = share * night.seconds * 0.6
        # Too late where the machine had more to do when a run was measured, or where little was left to do.
        while not killed_at(workspace, seconds)[0] or night.what_is_published(workspace) == "new":
            workspace = night.begin(tmp_path / "data")
            seconds /= 2
        (workspace.warehouse / ".lock").write_text("process 1 (gongkai run), since before the power failed")
    kill_at(workspace, "marts")
    assert night.what_is_published(workspace) == "last"
    kill_at(workspace, "exports")
    assert night.what_is_published(workspace) == "new"
    done = run(workspace)
    assert done.returncode == 0, done.stderr
    night.assert_healed(workspace)
    assert gongkai(workspace, "doctor").returncode == 0


def kill_at(workspace: Workspace, stage: str) -> None:
    markers, process = Markers(workspace), started(workspace)
    assert markers.wait(stage, process), process.communicate()
    assert kill(process), stage


def test_what_lies_there_damaged_is_made_anew(night: Night, tmp_path: Path) -> None:
    """Everything derived at once; and a second run beside the one that mends it is refused."""
    workspace = Workspace(tmp_path / "data")
    copy(night.after, workspace)
    rng = random.Random(2)
    batches = sorted(workspace.batches.iterdir())
    flip(batches[0] / "cells.parquet", rng)
    os.truncate(batches[1] / "reports.parquet", 900)
    for path in (workspace.manifest, workspace.snapshot, next(workspace.lake.rglob("statements.parquet"))):
        flip(path, rng)
    os.truncate(workspace.published, 10_000)
    (workspace.warehouse / ".build-1").mkdir()
    (workspace.batches / ".part-1").mkdir()
    (workspace.exports / "finding.csv").unlink()
    seen = gongkai(workspace, "doctor")
    assert seen.returncode == 1
    process = started(workspace)
    while not workspace.writer() and process.poll() is None:
        time.sleep(0.01)
    second = run(workspace)
    assert (second.returncode, "is being written by" in second.stderr) == (1, True)
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    assert re.search(r"cells\.parquet is not as it was written; its \d+ documents are read again", errors), errors
    night.assert_healed(workspace)


def test_a_file_cut_off_between_listing_and_reading(tmp_path: Path) -> None:
    """This run leaves it out and says so, the next one reads it as it is; nothing stands under its old hash."""
    workspace = Workspace(tmp_path / "data")
    fill(workspace.raw, 12)
    cut, gone = workspace.raw / "generated" / "0003.html", workspace.raw / "generated" / "0004.txt"
    program = f"""
import os
from pathlib import Path
from pipeline.lake import refresh
from pipeline.workspace import Workspace

def progress(stage, done, total):
    if stage == "Looking at files" and done == total and os.path.getsize({str(cut)!r}) > 500:
        os.truncate({str(cut)!r}, 500)
        os.unlink({str(gone)!r})

workspace = Workspace(Path({str(workspace.root)!r}))
for night in range(2):
    with workspace.exclusive():
        result = refresh(workspace, workers=1, progress=progress)
    print(result.found, result.read, result.removed, result.warnings)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    first, second = done.stdout.splitlines()
    assert first == "10 10 0 ['2 files changed while they were read; the next run reads them']"
    assert second == "11 1 0 []"


def test_disks_that_are_full_or_read_only(night: Night, tmp_path: Path) -> None:
    """On a file system of its own, that is filled at each stage; `tests.faults.disk` says what is done there."""
    command = ["unshare", "--mount", "--propagation", "private"]
    target = tmp_path / "disk"
    target.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(target)]
    tried = subprocess.run([*command, *mount], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"mounting a file system is not permitted here: {tried.stderr.strip()}")
    done = subprocess.run(
        [*command, sys.executable, "-m", "tests.faults.disk", night.before.root, night.after.root, target],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == [
        *(f"full in {stage}: exit 1, published last" for stage in ("reading", "loading", "marts")),
        "read-only: exit 1, published last, queries answered",
        "healed",
        "full in exports: exit 1, published new",
        "healed",
    ]
