"""Room on the disk, who writes, and what killed builds left."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Final

from pipeline.doctor.finding import Finding, count
from pipeline.workspace import Workspace

_MEGABYTE: Final = 2**20
_LEAST: Final = 256 * _MEGABYTE
"""What a build takes however small it is: its file, dbt's, and what DuckDB puts aside."""


def examine_machine(workspace: Workspace) -> Iterator[Finding]:
    """Look at the lock, the disk and the scratch folders."""
    if writer := workspace.writer():
        told = f"being written by {writer}"
        yield Finding("writer", "look", told, "Half a run may look broken: look again when it is done")
    else:
        yield Finding("writer", "ok", "nobody writes")
    place = workspace.warehouse if workspace.warehouse.is_dir() else workspace.root
    free, need = shutil.disk_usage(place).free, room_of_a_run(workspace)
    told = f"{free // _MEGABYTE:,} MB free, a run needs about {need // _MEGABYTE:,} MB"
    if free < need:
        yield Finding("disk", "broken", told, f"Make room on the disk of {place}")
    else:
        yield Finding("disk", "ok", told)
    if os.statvfs(place).f_flag & os.ST_RDONLY:
        yield Finding("disk", "broken", f"{place} is on a disk that is read-only", "Mount it for writing")
    elif not os.access(place, os.W_OK):
        yield Finding("disk", "broken", f"{place} may not be written by this user", "Give this user the right to")
    scratch = tuple(workspace.warehouse.glob(".build-*"))
    if scratch and not writer:
        told = f"{count(len(scratch), 'scratch folder')} of a killed build"
        yield Finding("scratch", "look", told, "The next run removes it", scratch)


def room_of_a_run(workspace: Workspace) -> int:
    """The bytes that the next run needs, beyond what is there: an estimate.

    A build writes a new file beside the published one, and as much again is put aside on the way; the lake and the
    exports are written anew in part.
    """
    published = workspace.published.stat().st_size if workspace.published.exists() else 0
    exports = sum(path.stat().st_size for path in workspace.exports.glob("*") if path.is_file())
    return max(_LEAST, 2 * published + exports)
