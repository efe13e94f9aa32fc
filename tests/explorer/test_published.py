"""The explorer follows what is published, and a request keeps the build that it began with."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import duckdb
import pytest

from pipeline.explorer.published import Published
from pipeline.workspace import JobError, Workspace


def publish(workspace: Workspace, build_id: str) -> None:
    """A file that says which build it is, put in place as a publication is: by a rename."""
    workspace.warehouse.mkdir(parents=True, exist_ok=True)
    new = workspace.warehouse / f"{build_id}.duckdb"
    with duckdb.connect(new) as connection:
        connection.execute("CREATE SCHEMA landing")
        connection.execute(
            "CREATE TABLE landing.build AS SELECT $1 AS build_id, TIMESTAMP '2024-01-01' AS built_at", [build_id]
        )
    new.replace(workspace.published)


def asked(connection: duckdb.DuckDBPyConnection) -> str:
    ((build_id,),) = connection.execute("SELECT build_id FROM landing.build").fetchall()
    return build_id


def test_each_request_reads_one_build_and_the_next_the_new_one(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    published = Published(workspace)
    with pytest.raises(JobError, match="run"):
        published.seen()
    publish(workspace, "first")
    with published.reading() as (build, old):
        publish(workspace, "second")
        with published.reading() as (now, new):
            assert (now.build_id, asked(new)) == ("second", "second")
            assert (build.build_id, asked(old)) == ("first", "first")
        assert asked(old) == "first"
    assert published.seen().build_id == "second"


def test_a_build_is_closed_when_nobody_reads_it_any_more(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    published = Published(workspace)
    publish(workspace, "first")
    with published.reading():
        first = published._current
        publish(workspace, "second")
        published.seen()
        assert first is not None and first.connection.execute("SELECT 1").fetchall()
    with pytest.raises(duckdb.ConnectionException):
        first.connection.execute("SELECT 1")


def test_nothing_but_the_build_can_be_read(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    publish(workspace, "first")
    with Published(workspace).reading() as (_, connection):
        for statement in (
            "FROM read_csv('/etc/passwd')",
            "ATTACH '/tmp/other.duckdb'",
            "COPY (SELECT 1) TO '/tmp/out.csv'",
            "SET enable_external_access = true",
            "CREATE TABLE landing.more (i INTEGER)",
            "DELETE FROM landing.build",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(statement)
        assert asked(connection) == "first"


def test_many_readers_through_many_publications(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    publish(workspace, "0")
    published, seen, wrong, done = Published(workspace), set(), [], threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                with published.reading() as (build, connection):
                    seen.add(build.build_id)
                    if asked(connection) != build.build_id:
                        wrong.append(build.build_id)
            except Exception as error:
                wrong.append(repr(error))

    readers = [threading.Thread(target=read) for _ in range(6)]
    for reader in readers:
        reader.start()
    for number in range(1, 11):
        publish(workspace, str(number))
    for _ in range(600):
        if "10" in seen or wrong:
            break
        time.sleep(0.1)
    done.set()
    for reader in readers:
        reader.join()
    assert not wrong
    assert "10" in seen


def test_what_is_none_of_ours(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.warehouse.mkdir()
    workspace.published.write_text("not a database")
    with pytest.raises(JobError, match="Move it away"):
        Published(workspace).seen()
