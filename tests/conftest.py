"""Fixtures of all rooms: data folders with the sample reports, one warehouse made by the real command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest
from filelock import FileLock

from pipeline.readers.office import find_program
from pipeline.workspace import Workspace

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "data" / "raw" / "samples"

hypothesis.settings.register_profile("untimed", deadline=None)  # machines are noisy
hypothesis.settings.load_profile("untimed")

needs_libreoffice = pytest.mark.skipif(find_program() is None, reason="LibreOffice is not installed: make system")


LONG = ("hostile", "faults", "orchestration", "cli", "engine", "crawl", "explorer", "console")
"""Rooms whose files take minutes: begun first, so that no process is left with one of them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    rank = {room: number for number, room in enumerate(LONG)}
    items.sort(key=lambda item: rank.get(item.path.relative_to(ROOT / "tests").parts[0], len(LONG)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Under CI nothing is left untested for want of a tool: a skipped test has failed."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        report.outcome, report.longrepr = "failed", f"Skipped under CI: {call.excinfo and call.excinfo.value}"
    return report


def gongkai(
    workspace: Workspace, *arguments: str | Path, stdin: str | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the real command on a data folder."""
    command = [Path(sys.executable).with_name("gongkai"), "--data", workspace.root, *arguments]
    return subprocess.run(
        command,
        input=stdin or "",
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
        check=False,
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A data folder of its own that holds the sample reports, not yet read."""
    shutil.copytree(SAMPLES, tmp_path / "data" / "raw" / "samples")
    return Workspace(tmp_path / "data")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The warehouse that `gongkai run` made of the sample reports: one for all tests, only to be read."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    workspace = Workspace(shared / "published")
    with FileLock(shared / "published.lock"):
        if not (workspace.root / "run.txt").exists():
            shutil.copytree(SAMPLES, workspace.raw / "samples", dirs_exist_ok=True)
            run = gongkai(workspace, "run")
            assert run.returncode == 0, run.stderr
            (workspace.root / "run.txt").write_text(run.stdout)
    return workspace
