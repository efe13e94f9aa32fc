"""All builds of a data folder, for a person to look at."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from pipeline.warehouse.builds.record import Build
from pipeline.warehouse.builds.rolled_back import away
from pipeline.warehouse.builds.shelf import list_builds, list_refused
from pipeline.warehouse.publish import published_build
from pipeline.workspace import Workspace


class Listed(NamedTuple):
    """A build; ``state`` is ``current``, ``kept``, ``rolled back`` or ``refused``.

    ``at`` is when it was published or refused, in UTC, ``seconds`` what its steps took.
    """

    build_id: str
    state: str
    at: datetime
    documents: int | None
    reports: int | None
    cells: int | None
    findings: int | None
    size_bytes: int
    seconds: float | None


def list_all(workspace: Workspace) -> list[Listed]:
    """The builds that are kept, the last publication first, and those that were refused."""
    published = published_build(workspace)
    current = published.build_id if published else None
    rolled_back = away(workspace, current) if current else {}

    def state(build: Build) -> str:
        if build.build_id == current:
            return "current"
        return "rolled back" if build.build_id in rolled_back else "kept"

    listed = [_listed(build, state(build)) for build in reversed(list_builds(workspace))]
    return listed + [_listed(build, "refused") for build in reversed(list_refused(workspace))]


def _listed(build: Build, state: str) -> Listed:
    seconds = build.record["seconds"]
    return Listed(
        build.build_id,
        state,
        build.at,
        build.rows("landing", "documents"),
        build.rows("marts", "report"),
        build.rows("landing", "cells"),
        build.rows("marts", "finding"),
        build.record["size_bytes"],
        round(sum(seconds.values()), 1) if seconds else None,
    )
