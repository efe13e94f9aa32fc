"""One build, from the lake to the published file."""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pipeline.warehouse.assemble import assemble
from pipeline.warehouse.fingerprint import fingerprint
from pipeline.warehouse.publish import publish, published_fingerprint, verify
from pipeline.warehouse.transform import Progress, transform
from pipeline.workspace import Workspace

_SCRATCH: Final = ".build-"


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did; ``built`` is False if its inputs are those of the published file.

    ``rows`` are the rows of each table of ``landing``, empty if nothing was built.
    """

    built: bool
    fingerprint: str
    seconds: float
    rows: dict[str, int] = field(default_factory=dict)


def build(
    workspace: Workspace,
    *,
    progress: Progress | None = None,
    accept_lower_totals: bool = False,
    anew: bool = False,
) -> BuildResult:
    """Build the warehouse from the lake and publish it, unless its inputs are those of the published file.

    The caller holds `Workspace.exclusive`. All work is done in a scratch folder of its own; what killed
    builds left is removed first. ``progress`` is told each step. ``accept_lower_totals`` publishes totals that are
    lower than those published before (`pipeline.warehouse.checks.find_lower_totals`). ``anew`` builds
    whatever the published file is made of: it is damaged.

    Raises:
        BuildFailed: nothing was published; the message says what failed.
    """
    start = time.perf_counter()
    say = progress or (lambda step: None)
    remove_scratch(workspace)
    identity = fingerprint(workspace)
    if not anew and identity == published_fingerprint(workspace):
        return BuildResult(False, identity, time.perf_counter() - start)
    target = new_scratch(workspace)
    try:
        say("loading the lake")
        rows = assemble(workspace, target)
        say("building the marts")
        transform(target, progress=progress)
        say("checking")
        verify(target, None if accept_lower_totals else workspace.published)
        say("publishing")
        publish(workspace, target)
    finally:
        shutil.rmtree(target.parent, ignore_errors=True)
    return BuildResult(True, identity, time.perf_counter() - start, rows)


def new_scratch(workspace: Workspace) -> Path:
    """The path of a database to build in, in a new scratch folder on the published file's own file system."""
    workspace.warehouse.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=workspace.warehouse)) / workspace.published.name


def remove_scratch(workspace: Workspace) -> None:
    """Remove the scratch folders of builds; only the one writer may do so."""
    for folder in workspace.warehouse.glob(f"{_SCRATCH}*"):
        shutil.rmtree(folder)
