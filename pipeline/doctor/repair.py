"""Rebuild what is derived, from what is not."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from pipeline import warehouse
from pipeline.doctor.examine import examine
from pipeline.doctor.finding import Progress
from pipeline.doctor.published import PUBLISHED
from pipeline.lake import refresh
from pipeline.lake.mending import check_version
from pipeline.lake.store import remove_folder
from pipeline.workspace import Workspace


def repair(
    workspace: Workspace, *, quick: bool = False, progress: Progress | None = None, say: Callable[[str], None]
) -> None:
    """Remove what is damaged and derived, then run; ``say`` is told what was done.

    Never touched are ``raw/``, what users edit, the builds that are kept, and what crawls came to; of what crawls
    remember, only a memory that is damaged goes.

    Raises:
        JobError: another process writes, or the run failed.
        OSError: the folder cannot be written.
    """
    with workspace.exclusive():
        check_version(workspace)
        findings = examine(workspace, quick=quick, progress=progress)
        for finding in findings:
            for path in finding.derived:
                _put_out(workspace, path)
                say(f"Removed {path} ({finding.part})" if not path.exists() else f"{path} is written anew")
        warehouse.remove_scratch(workspace)
        for path in workspace.exports.glob(".part-*"):
            path.unlink()
        read = refresh(workspace, progress=progress)
        say(f"Read {read.read:,} of {read.found:,} documents")
        # What is damaged stays for its readers until another can take its place.
        built = warehouse.build(
            workspace,
            progress=lambda step: progress(step, 0, 0) if progress else None,
            anew=any(finding.part == PUBLISHED and finding.state == "broken" for finding in findings),
        )
        say("Built and published the warehouse" if built.built else "The published file is as it should be")
        written = warehouse.renew_exports(workspace)
        say(f"Wrote {len(written):,} exports")


def _put_out(workspace: Workspace, path: Path) -> None:
    """Remove what is damaged; an export stays, as older than all publications, until it is written anew."""
    if path.parent == workspace.exports and path.exists() and not path.name.startswith("."):
        os.utime(path, (0, 0))
    elif path.is_dir() and not path.is_symlink():
        remove_folder(path)
    else:
        path.unlink(missing_ok=True)
