"""Runs on a disk that fills up, or may not be written: ``python -m tests.faults.disk BEFORE AFTER FOLDER``.

To be run in a mount namespace of its own: it mounts a file system on FOLDER, which goes with the process. BEFORE and
AFTER are the data folders of a `tests.faults.night.Night`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from pipeline.workspace import Workspace
from tests.faults.night import Night, copy, run, tables, wait_and_do

MEGABYTES = 512
WORDS = ("No space left", "full", "Read-only file system")


def main() -> None:
    before, after, target = map(Path, sys.argv[1:])
    night = Night(
        Workspace(before),
        Workspace(after),
        tables(Workspace(before).published),
        tables(Workspace(after).published),
        0,
    )
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(target)], check=True)
    workspace = Workspace(target / "data")
    ballast = target / "ballast"

    def fill_up() -> None:
        with ballast.open("wb") as file, suppress(OSError):
            while True:  # the run writes meanwhile: how much is free is never known
                os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), 2**16)

    def disturbed(stage: str) -> None:
        done = wait_and_do(workspace, stage, fill_up)
        ballast.unlink()
        told = any(word in done.stderr for word in WORDS) and "defect" not in done.stderr
        assert told, done.stderr
        print(f"full in {stage}: exit {done.returncode}, published {night.what_is_published(workspace)}", flush=True)

    copy(night.before, workspace)
    for stage in ("reading", "loading", "marts"):
        disturbed(stage)
    subprocess.run(["mount", "-o", "remount,ro", str(target)], check=True)
    done = run(workspace)
    assert "Read-only file system" in done.stderr, done.stderr
    assert "defect" not in done.stderr, done.stderr
    gongkai = Path(sys.executable).with_name("gongkai")
    command = [gongkai, "--data", workspace.root]
    asked = subprocess.run([*command, "sql", "SELECT count(*) FROM report"], capture_output=True, text=True, check=True)
    seen = subprocess.run([*command, "doctor", "--quick"], capture_output=True, text=True, check=False)
    assert "read-only" in seen.stdout, seen.stdout + seen.stderr
    answered = "queries answered" if int(asked.stdout.split()[1]) else "nothing answered"
    print(f"read-only: exit {done.returncode}, published {night.what_is_published(workspace)}, {answered}", flush=True)
    subprocess.run(["mount", "-o", "remount,rw", str(target)], check=True)
    heal(night, workspace)
    copy(night.before, workspace)
    disturbed("exports")
    heal(night, workspace)


def heal(night: Night, workspace: Workspace) -> None:
    done = run(workspace)
    assert done.returncode == 0, done.stderr
    night.assert_healed(workspace)
    print("healed", flush=True)


if __name__ == "__main__":
    main()
