"""Where builds are kept: ``builds/BUILD_ID/`` and ``refused/BUILD_ID/``, each complete from the moment it is there.

A build is published in three steps, each one rename, so that whatever kills it leaves the old or the new one published:

1. ``builds/.ready-BUILD_ID`` is made, with the file and its record;
2. the published file becomes a link to (or copy of) its file;
3. the folder gets its name.

A folder that still is ``.ready-`` tells by what is published whether step 2 was reached (`heal`).
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import duckdb

from pipeline.settings import Builds
from pipeline.warehouse.builds.record import Build, now, read_build, recompose, write_record
from pipeline.warehouse.builds.retention import outlived
from pipeline.warehouse.builds.rolled_back import read_rollback, unfinished
from pipeline.warehouse.publish import published_build
from pipeline.workspace import Workspace

SCRATCH: Final = ".build-"
_PART: Final = ".part-"
_READY: Final = ".ready-"
_NO_LINKS: Final = frozenset(
    {errno.EXDEV, errno.EPERM, errno.EACCES, errno.EMLINK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL}
)
"""What file systems say that have no hard links, or none from here to there."""


def list_builds(workspace: Workspace) -> list[Build]:
    """The publications that are kept, in the order in which they were published."""
    return sorted(_builds_in(workspace.builds), key=lambda build: (build.number, build.at, build.build_id))


def list_refused(workspace: Workspace) -> list[Build]:
    """The builds that were refused and are kept for a look, in their order."""
    return sorted(_builds_in(workspace.refused), key=lambda build: (build.at, build.build_id))


def _builds_in(folder: Path) -> list[Build]:
    found = [read_build(path) for path in folder.glob("[!.]*") if path.is_dir()] if folder.is_dir() else []
    return [build for build in found if build]


def shelve_and_publish(workspace: Workspace, target: Path, record: Mapping[str, Any]) -> Build:
    """Keep the file ``target``, which was checked and is closed, as a build and make it the published one.

    Whoever has the file open that was published before keeps reading it.
    """
    number = max((build.number for build in list_builds(workspace)), default=0) + 1
    record = {**record, "number": number, "published_at": now()}
    build_id = record["build_id"]
    ready = _make(workspace.builds, f"{_READY}{build_id}", target, record, move=True)
    put_in_place(workspace, ready / target.name)
    _name(ready, workspace.builds / build_id)
    return Build(workspace.builds / build_id, record)


def shelve_refused(workspace: Workspace, target: Path, record: Mapping[str, Any], keep: int) -> Build | None:
    """Keep a build that must not be published for a look; None where none are to be kept.

    One that is refused night after night is kept once.
    """
    if not keep:
        return None
    record = {**record, "refused_at": now()}
    for build in list_refused(workspace):
        if build.fingerprint == record["fingerprint"]:
            _remove(build.folder)
    folder = workspace.refused / str(record["build_id"])
    _name(_make(workspace.refused, f"{_PART}{record['build_id']}", target, record, move=True), folder)
    for build in list_refused(workspace)[:-keep]:
        _remove(build.folder)
    return Build(folder, record)


def put_in_place(workspace: Workspace, file: Path) -> None:
    """Make the published path a link to the file of a build, in one step that survives a loss of power.

    Where the file system has no hard links, or the builds lie on another one, it becomes a copy.
    """
    folder = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=workspace.warehouse))
    try:
        new = folder / workspace.published.name
        _link(file, new)
        new.replace(workspace.published)
        _sync(workspace.warehouse)
    finally:
        shutil.rmtree(folder)


def retire(workspace: Workspace, bounds: Builds) -> list[str]:
    """Remove the publications that need not be kept any longer; give their ids."""
    builds = list_builds(workspace)
    published = published_build(workspace)
    rollback = read_rollback(workspace)
    never = {published.build_id} if published else set()
    if rollback:
        never.add(rollback.source)
    gone = outlived(
        [(build.build_id, build.at) for build in builds],
        keep=bounds.keep,
        keep_monthly=bounds.keep_monthly,
        never=never & {build.build_id for build in builds},
    )
    for build_id in gone:
        _remove(workspace.builds / build_id)
    return gone


def heal(workspace: Workspace) -> None:
    """Bring what a killed run left to its end, or remove it; only the one writer may do so.

    A file that was published before builds were kept becomes the first of them. Where the published file is gone, the
    build that it was is published again.

    Raises:
        PublishedInUse: another program has the published file open for writing.
    """
    unfinished(workspace).unlink(missing_ok=True)
    for folder in (workspace.builds, workspace.refused):
        for path in folder.glob(f"{_PART}*"):
            shutil.rmtree(path)
    published = published_build(workspace)
    for path in workspace.builds.glob(f"{_READY}*"):
        build_id = path.name.removeprefix(_READY)
        if published and published.build_id == build_id and not (workspace.builds / build_id).exists():
            _name(path, workspace.builds / build_id)
        else:
            shutil.rmtree(path)
    if published and not (workspace.builds / published.build_id).exists():
        _adopt(workspace)
    if not workspace.published.exists() and (last := last_published(workspace)) and opens(last):
        put_in_place(workspace, last.file)


def last_published(workspace: Workspace) -> Build | None:
    """The build that was published last, by what is kept, or the one that was rolled back to since."""
    builds = {build.build_id: build for build in list_builds(workspace)}
    last = next(reversed(builds.values()), None)
    rollback = read_rollback(workspace)
    if last and rollback and last.build_id in rollback.away:
        return builds.get(rollback.target, last)
    return last


def opens(build: Build) -> bool:
    """Whether the file of a build is the one that was published and can be opened."""
    try:
        with duckdb.connect(build.file, read_only=True) as connection:
            is_it = connection.sql("SELECT build_id FROM landing.build").fetchone() == (build.build_id,)
    except duckdb.Error:
        return False
    return is_it and build.file.stat().st_size == build.record["size_bytes"]


def _adopt(workspace: Workspace) -> None:
    """Keep the published file as a build."""
    try:
        record = recompose(workspace.published)
    except duckdb.Error:  # of a version so old that it says less of itself
        return
    number = max((build.number for build in list_builds(workspace)), default=0) + 1
    record |= {"number": number, "published_at": record["built_at"]}
    part = _make(workspace.builds, f"{_PART}{record['build_id']}", workspace.published, record, move=False)
    _name(part, workspace.builds / record["build_id"])


def _make(parent: Path, name: str, target: Path, record: Mapping[str, Any], *, move: bool) -> Path:
    """Make the folder of a build under a name that says that it is not whole yet."""
    parent.mkdir(parents=True, exist_ok=True)
    part = parent / f"{_PART}{record['build_id']}"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    file = part / "gongkai.duckdb"
    if move:
        shutil.move(target, file)  # the builds may lie on another disk
    else:
        _link(target, file)
    file.chmod(0o444)  # nobody writes into what was published by accident; to read needs no more
    _sync(file)
    write_record(part, record)
    _sync(part)
    if name != part.name:
        _name(part, parent / name)
    return parent / name


def _name(part: Path, folder: Path) -> None:
    part.rename(folder)
    _sync(folder.parent)


def _remove(folder: Path) -> None:
    """Remove a build: renamed first, since one half removed must not look like a whole one."""
    part = folder.with_name(f"{_PART}{folder.name}")
    shutil.rmtree(part, ignore_errors=True)
    folder.rename(part)
    shutil.rmtree(part)


def _link(file: Path, new: Path) -> None:
    try:
        os.link(file, new)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        shutil.copyfile(file, new)
        new.chmod(0o444)
        _sync(new)


def _sync(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
