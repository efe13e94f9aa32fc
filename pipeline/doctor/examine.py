"""All that the doctor looks at, part by part."""

from __future__ import annotations

from pipeline.doctor.crawls import examine_crawls
from pipeline.doctor.edited import examine_edited
from pipeline.doctor.finding import Finding, Progress
from pipeline.doctor.lake import examine_lake
from pipeline.doctor.machine import examine_machine
from pipeline.doctor.published import examine_builds, examine_exports, examine_published
from pipeline.doctor.raw import examine_raw
from pipeline.workspace import Workspace


def examine(workspace: Workspace, *, quick: bool = False, progress: Progress | None = None) -> list[Finding]:
    """Look at a data folder and change nothing; runs may go on meanwhile.

    ``quick`` reads no file to its end that has not changed by its size and times.

    Raises:
        JobError: there is no ``raw/``, or it cannot be listed.
        OSError: something cannot be looked at.
    """
    workspace.require(workspace.raw)
    say = progress or (lambda stage, done, total: None)
    return [
        *examine_machine(workspace),
        *examine_raw(workspace, say, quick=quick),
        *examine_edited(workspace),
        *examine_crawls(workspace),
        *examine_lake(workspace, say, quick=quick),
        *examine_published(workspace, say, quick=quick),
        *examine_builds(workspace, say, quick=quick),
        *examine_exports(workspace),
    ]
