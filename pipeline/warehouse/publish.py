"""Check a built file, put it in the place of the published one, and open what is published."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from pipeline.warehouse import checks
from pipeline.warehouse.contract import columns
from pipeline.warehouse.errors import BuildFailed
from pipeline.workspace import JobError, Workspace


def verify(target: Path, published: Path | None = None) -> None:
    """Check that ``target`` may be published.

    That is: the contract's tables and types, every row of the lake, and what must hold of the whole
    (`pipeline.warehouse.checks`). ``published`` is the file published before, for its totals; None for no comparison.
    The file is left checkpointed and closed, without a write-ahead log: one file, complete in itself.

    Raises:
        BuildFailed: with all that is wrong.
    """
    with duckdb.connect(target) as connection:
        connection.execute("CHECKPOINT")
    with duckdb.connect(target, read_only=True) as connection:
        broken = _broken_contract(connection)
        # What is not there cannot be counted.
        faults = [*broken, *_lost_rows(connection), *([] if broken else checks.faults(connection, published))]
    if target.with_name(f"{target.name}.wal").exists():
        faults.append("the file has a write-ahead log")
    if faults:
        raise BuildFailed("\n".join(["The build cannot be published:", *faults]))


def publish(workspace: Workspace, target: Path) -> None:
    """Make ``target`` the published file, in one step that survives a loss of power.

    Whoever has the old file open keeps reading it undisturbed.
    """
    workspace.published.parent.mkdir(parents=True, exist_ok=True)
    _sync(target)
    target.replace(workspace.published)
    _sync(workspace.published.parent)


def open_published(workspace: Workspace) -> duckdb.DuckDBPyConnection:
    """Open the published file read-only. Times are UTC.

    Within one process DuckDB opens a path once: as long as a connection to the file published before is open,
    this gives another one to that file.

    Raises:
        JobError: nothing is published, another program writes into it, or the file is none of ours; the message says
            what to do.
    """
    if not workspace.published.exists():
        raise JobError(
            f"Nothing is published yet: there is no {workspace.published}. Make it: {workspace.command('run')}"
        )
    try:
        connection = duckdb.connect(workspace.published, read_only=True)
        connection.execute("SET TimeZone = 'UTC'; SELECT 1 FROM landing.build")
    except duckdb.Error as error:
        if "Could not set lock" in str(error):
            raise JobError(
                f"Another program has {workspace.published} open for writing: {error}\n"
                "Close it there, and open it read-only."
            ) from error
        raise JobError(
            f"{workspace.published} cannot be opened: {error}\n"
            f"Move it away; it is built anew by: {workspace.command('run')}"
        ) from error
    return connection


def published_fingerprint(workspace: Workspace) -> str | None:
    """The fingerprint of the published file; None if there is none or it cannot be opened."""
    try:
        with open_published(workspace) as connection:
            row = connection.sql("SELECT fingerprint FROM landing.build").fetchone()
    except (JobError, duckdb.Error):
        return None
    return row[0] if row else None


def _broken_contract(connection: duckdb.DuckDBPyConnection) -> list[str]:
    present = {
        (schema, table, column): data_type
        for schema, table, column, data_type in connection.sql(
            "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns()"
        ).fetchall()
    }
    return [
        f"{wanted.schema}.{wanted.table}.{wanted.column} should be {wanted.type} and is {found or 'missing'}"
        for wanted in columns()
        if (found := present.get((wanted.schema, wanted.table, wanted.column))) != wanted.type
    ]


def _lost_rows(connection: duckdb.DuckDBPyConnection) -> list[str]:
    (expected,) = connection.sql("SELECT row_counts FROM landing.build").fetchall()[0]
    faults = []
    for table, wanted in expected.items():
        (found,) = connection.sql(f"SELECT count(*) FROM landing.{table}").fetchall()[0]
        if found != wanted:
            faults.append(f"landing.{table} has {found} rows, the lake has {wanted}")
    return faults


def _sync(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
