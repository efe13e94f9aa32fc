"""Which build a person means."""

from __future__ import annotations

from pipeline.warehouse.builds.record import Build
from pipeline.warehouse.builds.shelf import list_builds, list_refused
from pipeline.workspace import JobError, Workspace


def find_build(workspace: Workspace, name: str, *, refused: bool = False) -> Build:
    """The build whose id is, or begins with, ``name``; among the refused ones, too, if ``refused``.

    Raises:
        JobError: there is none, there are several, or it was refused and must not be; with those that there are.
    """
    if not name:
        raise JobError(f"Which build? Give its id, or the beginning of it: {workspace.command('builds')}")
    published, put_aside = list_builds(workspace), list_refused(workspace)
    found = [build for build in [*published, *put_aside] if build.build_id.startswith(name)]
    found = [build for build in found if build.build_id == name] or found
    there = ", ".join(build.build_id for build in reversed(published)) or "none"
    if not found:
        raise JobError(f"There is no build {name}. There are: {there}. More of each: {workspace.command('builds')}")
    if len(found) > 1:
        raise JobError(f"{name} may be any of {', '.join(build.build_id for build in found)}: give more of the id.")
    (build,) = found
    if build in put_aside and not refused:
        raise JobError(
            f"Build {build.build_id} was refused and cannot be published. Why: {build.folder}/build.json, `checks`. "
            f"There are: {there}."
        )
    return build
