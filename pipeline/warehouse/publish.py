"""Check a built file, and open what is published."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from pipeline.warehouse import checks, gate
from pipeline.warehouse.contract import columns
from pipeline.warehouse.errors import PublicationRefused, PublishedInUse, in_use
from pipeline.warehouse.gate import Baseline
from pipeline.workspace import JobError, Workspace


class PublishedBuild(NamedTuple):
    """Which build is published."""

    build_id: str
    fingerprint: str


_MEMORY: Final = "2GB"
"""For the comparison with the file published before; else DuckDB would keep both in memory as far as that goes."""


def examine(target: Path, baseline: Baseline | None = None) -> dict[str, list[str]]:
    """Check whether ``target`` may be published; give what each check found, in its order.

    That is: the contract's tables and types, every row of the lake, what must hold of the whole
    (`pipeline.warehouse.checks`), and that nothing is lost that is in the file published before
    (`pipeline.warehouse.gate`); None for no comparison. The file is left checkpointed and closed, without a write-ahead
    log: one file, complete in itself.
    """
    with duckdb.connect(target) as connection:
        connection.execute("CHECKPOINT")
    found: dict[str, list[str]] = {}
    with duckdb.connect(target, read_only=True, config={"memory_limit": _MEMORY}) as connection:
        found |= look_through(connection, baseline)
    has_log = target.with_name(f"{target.name}.wal").exists()
    found["one_file"] = ["the file has a write-ahead log"] if has_log else []
    return found


def look_through(connection: duckdb.DuckDBPyConnection, baseline: Baseline | None = None) -> dict[str, list[str]]:
    """What each check of a built file finds, in its order; see `examine`."""
    found = {"contract": _broken_contract(connection), "rows_of_the_lake": _lost_rows(connection)}
    if not found["contract"]:  # what is not there cannot be counted
        found |= checks.faults(connection)
        if baseline:
            found |= gate.faults(connection, baseline)
    return found


def verify(target: Path, baseline: Baseline | None = None) -> None:
    """Check that ``target`` may be published (`examine`).

    Raises:
        PublicationRefused: with all that is wrong.
    """
    if faults := [fault for faults in examine(target, baseline).values() for fault in faults]:
        raise PublicationRefused("\n".join(["The build cannot be published:", *faults]))


def open_published(workspace: Workspace) -> duckdb.DuckDBPyConnection:
    """Open the published file read-only. Times are UTC.

    Within one process DuckDB opens a path once: as long as a connection to the file published before is open,
    this gives another one to that file.

    Raises:
        PublishedInUse: another program has it open for writing; the message names it.
        JobError: nothing is published, or the file is none of ours; the message says what to do.
    """
    if not workspace.published.exists():
        raise JobError(
            f"Nothing is published yet: there is no {workspace.published}. Make it: {workspace.command('run')}"
        )
    try:
        connection = duckdb.connect(workspace.published, read_only=True)
        connection.execute("SET TimeZone = 'UTC'; SELECT 1 FROM landing.build")
    except duckdb.Error as error:
        if told := in_use(workspace.published, error):
            raise told from error
        raise JobError(
            f"{workspace.published} cannot be opened: {error}\n"
            f"Move it away; it is built anew by: {workspace.command('run')}"
        ) from error
    return connection


def published_build(workspace: Workspace) -> PublishedBuild | None:
    """The build that is published; None if there is none or its file is damaged.

    Raises:
        PublishedInUse: another program has it open for writing: it is not known then what is published.
    """
    try:
        with open_published(workspace) as connection:
            row = connection.sql("SELECT build_id, fingerprint FROM landing.build").fetchone()
    except PublishedInUse:
        raise
    except (JobError, duckdb.Error):
        return None
    return PublishedBuild(*row) if row else None


def published_fingerprint(workspace: Workspace) -> str | None:
    """The fingerprint of the published file; None if there is none or its file is damaged.

    Raises:
        PublishedInUse: another program has it open for writing.
    """
    published = published_build(workspace)
    return published.fingerprint if published else None


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
