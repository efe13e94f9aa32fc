"""One build, from the lake to the published file."""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.warehouse.assemble import assemble
from pipeline.warehouse.builds import plan, publish, tidy, timed
from pipeline.warehouse.builds.shelf import SCRATCH
from pipeline.warehouse.transform import Progress, transform
from pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did; ``built`` is False if its inputs are those of the published file, or of one rolled back.

    ``rows`` are the rows of each table of ``landing``, empty if nothing was built. ``rolled_back`` is the build of
    these inputs that was rolled back, for which none was made.
    """

    built: bool
    fingerprint: str
    seconds: float
    rows: dict[str, int] = field(default_factory=dict)
    rolled_back: str | None = None


def build(
    workspace: Workspace, *, progress: Progress | None = None, accept_losses: bool = False, anew: bool = False
) -> BuildResult:
    """Build the warehouse from the lake and publish it, unless its inputs are those of the published file.

    The caller holds `Workspace.exclusive`. All work is done in a scratch folder of its own; what killed
    builds left is removed first. ``progress`` is told each step. ``accept_losses`` publishes what lost reports, figures
    or rows that are in the file published before (`pipeline.warehouse.gate`). ``anew`` builds whatever the published
    file is made of: it is damaged.

    Raises:
        PublicationRefused: the build was made and lost something, or breaks the contract; it is kept for a look.
        BuildFailed: nothing was published; the message says what failed.
        JobError: the settings cannot be used.
    """
    start = time.perf_counter()
    say = progress or (lambda step: None)
    remove_scratch(workspace)
    tidy(workspace)
    planned = plan(workspace)
    if not anew and not planned.is_needed:
        seconds = time.perf_counter() - start
        return BuildResult(False, planned.fingerprint, seconds, rolled_back=planned.rolled_back)
    target = new_scratch(workspace)
    try:
        say("loading the lake")
        with timed(target, "landing"):
            rows = assemble(workspace, target)
        say("building the marts")
        with timed(target, "marts"):
            transform(target, progress=progress)
        say("checking and publishing")
        publish(workspace, target, accept_losses=accept_losses)
    finally:
        shutil.rmtree(target.parent, ignore_errors=True)
    return BuildResult(True, planned.fingerprint, time.perf_counter() - start, rows)


def new_scratch(workspace: Workspace) -> Path:
    """The path of a database to build in, in a new scratch folder on the published file's own file system."""
    workspace.warehouse.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=SCRATCH, dir=workspace.warehouse)) / workspace.published.name


def remove_scratch(workspace: Workspace) -> None:
    """Remove the scratch folders of builds; only the one writer may do so."""
    for folder in workspace.warehouse.glob(f"{SCRATCH}*"):
        shutil.rmtree(folder)
