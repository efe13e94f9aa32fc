"""Publish a build that was published before."""

from __future__ import annotations

import duckdb

from pipeline.warehouse.builds.choosing import find_build
from pipeline.warehouse.builds.record import Build
from pipeline.warehouse.builds.rolled_back import roll, write_rollback
from pipeline.warehouse.builds.shelf import heal, list_builds, put_in_place
from pipeline.warehouse.exports import renew_exports
from pipeline.warehouse.publish import published_build
from pipeline.workspace import JobError, Workspace


def rollback(workspace: Workspace, name: str) -> Build:
    """Publish the build whose id begins with ``name`` again, and renew the exports; give it.

    The caller holds `Workspace.exclusive`. The builds published after it are not published again by themselves, as
    long as the inputs are theirs (`pipeline.warehouse.builds.publication.plan`).

    Raises:
        JobError: there is no such build, it was refused, it is the current one, or its file is damaged.
    """
    heal(workspace)
    build = find_build(workspace, name)
    published = published_build(workspace)
    if published and published.build_id == build.build_id:
        raise JobError(f"Build {build.build_id} is published already.")
    _check(build)
    current = {one.build_id: one for one in list_builds(workspace)}.get(published.build_id) if published else None
    if current:
        write_rollback(workspace, roll(workspace, current, build))
    put_in_place(workspace, build.file)
    renew_exports(workspace)
    return build


def _check(build: Build) -> None:
    try:
        with duckdb.connect(build.file, read_only=True) as connection:
            is_it = connection.sql("SELECT build_id FROM landing.build").fetchone() == (build.build_id,)
    except duckdb.Error as error:
        raise JobError(f"{build.file} cannot be opened: {error}\nRoll back to another build.") from error
    if not is_it or build.file.stat().st_size != build.record["size_bytes"]:
        raise JobError(f"{build.file} is not the file that was published. Roll back to another build.")
