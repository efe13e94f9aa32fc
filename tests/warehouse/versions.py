"""Further versions of a published file: what is published, copied and edited with SQL, so that no build is needed."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from pipeline.warehouse import new_scratch, publish
from pipeline.warehouse.builds import Build
from pipeline.workspace import Workspace


def old_folder(published: Workspace, root: Path) -> Workspace:
    """A data folder as it was before builds were kept: the lake and the published file."""
    workspace = Workspace(root)
    workspace.raw.mkdir(parents=True)
    shutil.copytree(published.lake, workspace.lake)
    shutil.copyfile(published.published, workspace.published)
    return workspace


def version(workspace: Workspace, build_id: str, *statements: str, fingerprint: str = "") -> Path:
    """What is published, as another build with other content: a file ready to be published."""
    target = new_scratch(workspace)
    shutil.copyfile(workspace.published, target)
    with duckdb.connect(target) as connection:
        connection.execute(
            "UPDATE landing.build SET build_id = ?, fingerprint = ?", [build_id, fingerprint or build_id]
        )
        for statement in statements:
            connection.execute(statement)
    return target


def publish_version(workspace: Workspace, build_id: str, *statements: str, fingerprint: str = "") -> Build:
    """Publish another version."""
    target = version(workspace, build_id, *statements, fingerprint=fingerprint)
    try:
        return publish(workspace, target)
    finally:
        shutil.rmtree(target.parent)
