"""The published file, the builds kept beside it, and the exports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb

from pipeline import warehouse
from pipeline.doctor.finding import Finding, Progress, count, names
from pipeline.warehouse.builds import list_builds
from pipeline.warehouse.builds.rolled_back import read_rollback
from pipeline.warehouse.errors import in_use
from pipeline.warehouse.exports.datapackage import read_build
from pipeline.warehouse.publish import look_through
from pipeline.workspace import JobError, Workspace

PUBLISHED: Final = "published"

_AHEAD: Final = timedelta(minutes=5)


def examine_published(workspace: Workspace, progress: Progress, *, quick: bool) -> Iterator[Finding]:
    """Open the published file as a reader does; read every block of it, unless ``quick``."""
    path = workspace.published
    if not path.exists():
        kept = ", though builds are kept: the last one is published again" if list_builds(workspace) else ""
        found = f"nothing is published{kept}"
        yield Finding(PUBLISHED, "look", found, f"To publish: {workspace.command('run')}")
        return
    run = f"It is built anew: {workspace.command('doctor', '--repair')}"
    try:
        with warehouse.open_published(workspace) as connection:
            checks = look_through(connection)
            build_id, built_at, fingerprint = connection.sql(
                "SELECT build_id, built_at, fingerprint FROM landing.build"
            ).fetchall()[0]
            if not quick:
                read_every_block(connection, progress)
    except warehouse.PublishedInUse as error:
        yield Finding("readers", "broken", str(error), "Close it there; a run publishes nothing until then")
        return
    except (JobError, duckdb.Error) as error:
        yield Finding(PUBLISHED, "broken", f"{path} cannot be read: {error}", run)
        return
    try:
        current = warehouse.fingerprint(workspace)
    except JobError as error:
        yield Finding(PUBLISHED, "look", f"what it is made of cannot be read: {error}")
        current = None
    # A build of another version of the program lacks what that one did not have: after an upgrade, or a rollback.
    lacking = checks.pop("contract") if current and current != fingerprint else []
    if lacking:
        told = f"build {build_id} is of another version and lacks {count(len(lacking), 'column')}: {names(lacking)}"
        yield Finding(PUBLISHED, "look", told, f"To build: {workspace.command('run')}")
    elif faults := [fault for found in checks.values() for fault in found]:
        yield Finding(PUBLISHED, "broken", names(faults), run)
    else:
        yield Finding(PUBLISHED, "ok", f"build {build_id}: opens, keeps the contract, has all its rows")
    if built_at > datetime.now(UTC).replace(tzinfo=None) + _AHEAD:
        told = f"built at {built_at:%F %T} UTC, which is still to come"
        yield Finding("clock", "look", told, "Set the clock of this machine right; builds are told apart by what they "
                      "are made of, not by their times")  # fmt: skip
    if current and current != fingerprint:
        if held := warehouse.plan(workspace).rolled_back:
            told = f"build {held} was rolled back, and nothing has changed since"
            yield Finding(PUBLISHED, "look", told, f"To publish it again: {workspace.command('rollback', held)}")
            return
        told = "what it is made of has changed since"
        yield Finding(PUBLISHED, "look", told, f"To build: {workspace.command('run')}")


def read_every_block(connection: duckdb.DuckDBPyConnection, progress: Progress) -> None:
    """Read all tables of a file to the end; each block has a checksum.

    Raises:
        duckdb.Error: a block is damaged.
    """
    tables = connection.sql("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
    for done, (schema, table) in enumerate(tables, 1):
        progress("Reading the published file", done, len(tables))
        connection.sql(f'SELECT bit_xor(hash(one)) FROM "{schema}"."{table}" AS one').fetchall()


def examine_builds(workspace: Workspace, progress: Progress, *, quick: bool) -> Iterator[Finding]:
    """Open each build that is kept, the refused ones too; read those whole that are not published, unless ``quick``."""
    yield from _examine_kept(workspace, workspace.builds, "builds", progress, quick=quick)
    yield from _examine_kept(workspace, workspace.refused, "refused", progress, quick=quick)
    left = [path for folder in (workspace.builds, workspace.refused) for path in sorted(folder.glob(".*"))]
    if left and not workspace.writer():
        told = f"{count(len(left), 'unfinished build')} of a killed run"
        yield Finding("builds", "look", told, "The next run finishes or removes it")
    if workspace.rollback.exists():
        yield _examine_rollback(workspace)


def _examine_rollback(workspace: Workspace) -> Finding:
    rollback = read_rollback(workspace)
    if not rollback:
        told = f"{workspace.rollback} cannot be read: what was rolled back may be published again"
        return Finding("rollback", "broken", told, f"Roll back once more: {workspace.command('rollback', 'BUILD')}")
    return Finding("rollback", "ok", f"the last one went from {rollback.source} to {rollback.target}")


def _examine_kept(workspace: Workspace, kept: Path, part: str, progress: Progress, *, quick: bool) -> Iterator[Finding]:
    folders = sorted(path for path in kept.glob("*") if path.is_dir() and not path.name.startswith("."))
    broken = []
    for folder in folders:
        file = folder / workspace.published.name
        try:
            said = json.loads((folder / "build.json").read_bytes())
            with duckdb.connect(file, read_only=True) as connection:
                ((build_id,),) = connection.sql("SELECT build_id FROM landing.build").fetchall()
                is_published = workspace.published.exists() and file.samefile(workspace.published)
                if not quick and not is_published:
                    read_every_block(connection, progress)
            if not isinstance(said, dict) or said.get("build_id") != build_id:
                broken.append(f"{folder.name} (build.json is of another build)")
        except (OSError, ValueError, duckdb.Error) as error:
            if isinstance(error, duckdb.Error) and in_use(file, error):
                continue  # told of the published file, which is the same one
            broken.append(f"{folder.name} ({' '.join(str(error).split())[:200]})")
    if broken:
        told = f"{len(broken):,} of {len(folders):,} damaged: {names(broken)}"
        yield Finding(part, "broken", told, f"Restore them from a backup, or remove them from {kept}")
    elif folders:
        yield Finding(part, "ok", f"{count(len(folders), 'build')} kept{' for a look' * (part == 'refused')}")


def examine_exports(workspace: Workspace) -> Iterator[Finding]:
    """Whether the exports are of what is published, and whole."""
    left = sorted(workspace.exports.glob(".part-*"))
    if left and not workspace.writer():
        told = f"{count(len(left), 'half-written file')} of a killed run"
        yield Finding("exports", "look", told, "The next export puts others in their place", tuple(left))
    if not workspace.published.exists():
        return
    try:
        with warehouse.open_published(workspace) as connection:
            ((build_id,),) = connection.sql("SELECT build_id FROM landing.build").fetchall()
            short = [path for mart in warehouse.marts() if (path := _cut(workspace, connection, mart))]
    except (JobError, duckdb.Error):
        return  # told of the published file
    run = f"To write them anew: {workspace.command('run')}"
    if short:
        told = f"not all rows of their marts: {names(path.name for path in short)}"
        remedy = f"Saved by a spreadsheet? To write them anew: {workspace.command('doctor', '--repair')}"
        yield Finding("exports", "broken", told, remedy, tuple(short))
    elif not warehouse.exports_are_current(workspace):
        yield Finding("exports", "look", "some are older than what is published, or missing", run)
    elif (exported := read_build(workspace.exports)) != build_id:
        yield Finding("exports", "look", f"datapackage.json is of build {exported or 'none'}", run)
    else:
        yield Finding("exports", "ok", f"of build {build_id}")


def _cut(workspace: Workspace, connection: duckdb.DuckDBPyConnection, mart: str) -> Path | None:
    """The export of a mart, if it is of this publication and has other rows."""
    path = workspace.exports / f"{mart}.csv"
    if not path.exists() or path.stat().st_mtime_ns < workspace.published.stat().st_mtime_ns:
        return None
    ((there,),) = connection.sql(f"SELECT count(*) FROM marts.{mart}").fetchall()
    try:
        ((rows,),) = connection.execute(
            """
            SELECT count(*) FROM read_csv(?, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"')
            """,
            [str(path)],
        ).fetchall()
    except duckdb.Error:
        return path
    return path if rows != there else None
