"""Builds: what is loaded, when nothing is to do, and what happens when one fails or is killed."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.warehouse import (
    BuildFailed,
    assemble,
    build,
    fingerprint,
    open_published,
    published_fingerprint,
    status,
    verify,
)
from pipeline.warehouse.fingerprint import source_files
from pipeline.workspace import JobError, Workspace
from tests.warehouse.lake import Lake, requests


def write_lake(workspace: Workspace, batch_id: str = "1", received: int = 1) -> None:
    """One report that received so many applications."""
    lake = Lake()
    lake.report("甲市司法局", 2023, requests=requests(received_new=received))
    lake.write(workspace, batch_id)


def received(connection: duckdb.DuckDBPyConnection) -> int:
    """What the one report received from natural persons."""
    ((value,),) = connection.sql(
        "SELECT received_new FROM marts.fct_applications WHERE applicant_type = 'natural_person'"
    ).fetchall()
    return int(value)


def scratch(workspace: Workspace) -> list[Path]:
    """What builds left behind."""
    return [*workspace.warehouse.glob(".build-*"), *workspace.warehouse.glob("*.wal")]


class TestAssemble:
    def test_landing_holds_what_is_in_the_snapshot(self, small: Workspace) -> None:
        with open_published(small) as connection:
            documents = connection.sql("SELECT raw_path, status FROM landing.documents ORDER BY 1").fetchall()
            assert ("broken.html", "quarantined") in documents
            assert ("0-elsewhere.html", "extracted") in documents  # the first of two places
            ((observations,),) = connection.sql("SELECT count(*) FROM landing.observations").fetchall()
            assert observations == len(documents) + 1

    def test_the_rows_of_a_document_stand_together(self, tmp_path: Path) -> None:
        lake = Lake()
        for number in range(9):
            lake.report(f"甲市第{number}局", 2023, requests=requests(received_new=number))
        lake.write(Workspace(tmp_path), "1")
        assemble(Workspace(tmp_path), tmp_path / "built.duckdb")
        with duckdb.connect(tmp_path / "built.duckdb", read_only=True) as connection:
            found = [
                row[0] for row in connection.sql("SELECT document_id FROM landing.cells ORDER BY rowid").fetchall()
            ]
        assert len(set(found)) == 9
        assert found == sorted(found)

    def test_only_the_reading_that_the_manifest_names_counts(self, tmp_path: Path) -> None:
        workspace = Workspace(tmp_path)
        write_lake(workspace, "old", received=1)
        write_lake(workspace, "new", received=2)
        removed = Lake()
        removed.report("乙县水务局", 2023)
        removed.snapshot.clear()
        manifest = pl.read_parquet(workspace.manifest)
        snapshot = pl.read_parquet(workspace.snapshot)
        removed.write(workspace, "removed")
        pl.concat([manifest, pl.read_parquet(workspace.manifest)]).write_parquet(workspace.manifest)
        snapshot.write_parquet(workspace.snapshot)

        target = tmp_path / "scratch" / "gongkai.duckdb"
        rows = assemble(workspace, target)
        assert (rows["documents"], rows["reports"], rows["cells"]) == (1, 1, 25 * 7)
        with duckdb.connect(target) as connection:
            assert connection.sql(
                "SELECT DISTINCT value FROM landing.cells WHERE row_code = 'received_new'"
            ).fetchall() == [(2,)]

    def test_nothing_read(self, tmp_path: Path) -> None:
        with pytest.raises(BuildFailed, match=f"Read: .*gongkai --data {tmp_path} run"):
            build(Workspace(tmp_path))

    def test_a_batch_that_the_manifest_names_and_that_is_not_there(self, tmp_path: Path) -> None:
        workspace = Workspace(tmp_path)
        write_lake(workspace)
        shutil.rmtree(workspace.batches / "batch_id=1")
        with pytest.raises(BuildFailed, match="does not hold what its manifest says"):
            build(workspace)
        assert scratch(workspace) == []

    def test_a_folder_with_a_name_like_a_pattern(self, tmp_path: Path) -> None:
        workspace = Workspace(tmp_path / "it's [all] of *")
        write_lake(workspace)
        assert assemble(workspace, tmp_path / "it's [all] of *" / "gongkai.duckdb")["documents"] == 1


class TestFingerprint:
    def test_it_holds_what_a_build_depends_on(self, tmp_path: Path) -> None:
        workspace = Workspace(tmp_path)
        write_lake(workspace)
        first = fingerprint(workspace)
        snapshot = pl.read_parquet(workspace.snapshot)
        snapshot.with_columns(mtime_ns=pl.lit(99)).cast(dict(snapshot.schema)).write_parquet(workspace.snapshot)
        assert fingerprint(workspace) == first
        snapshot.with_columns(raw_path=pl.lit("moved.html")).write_parquet(workspace.snapshot)
        assert fingerprint(workspace) != first
        snapshot.write_parquet(workspace.snapshot)
        write_lake(workspace, "2")
        assert fingerprint(workspace) != first

    def test_only_files_are_sources(self, tmp_path: Path) -> None:
        """dbt once made folders named after models in its project."""
        (tmp_path / "model.sql").mkdir()
        (tmp_path / "model.sql" / "part.sql").touch()
        assert list(source_files(tmp_path)) == [tmp_path / "model.sql" / "part.sql"]

    def test_none_is_published(self, tmp_path: Path) -> None:
        workspace = Workspace(tmp_path)
        assert published_fingerprint(workspace) is None
        workspace.warehouse.mkdir()
        workspace.published.write_bytes(b"not a database")
        assert published_fingerprint(workspace) is None
        with pytest.raises(JobError, match="cannot be opened"):
            open_published(workspace)


def test_verify_refuses_a_file_that_lost_something(small: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "gongkai.duckdb"
    shutil.copyfile(small.published, target)
    verify(target)
    with duckdb.connect(target) as connection:
        connection.execute("DELETE FROM landing.sections WHERE section = 6")
        connection.execute("ALTER TABLE marts.report ALTER report_year TYPE VARCHAR")
        connection.execute("DROP TABLE marts.coverage")
    with pytest.raises(BuildFailed) as failure:
        verify(target)
    assert "landing.sections has" in str(failure.value)
    assert "marts.report.report_year should be INTEGER and is VARCHAR" in str(failure.value)
    assert "marts.coverage.status should be VARCHAR and is missing" in str(failure.value)


def test_status(small: Workspace) -> None:
    state = status(small)
    assert state.documents == {"extracted": 18, "not_a_report": 1, "quarantined": 1}
    assert [(unread.raw_path, unread.status, unread.code) for unread in state.unread] == [
        ("broken.html", "quarantined", "truncated"),
        ("news.html", "not_a_report", "no_report_found"),
    ]
    assert state.coverage == {"absent": 8, "extracted": 16}
    assert [finding.severity for finding in state.findings] == sorted(
        (finding.severity for finding in state.findings), key=["error", "warning", "note"].index
    )
    assert {"year_conflict", "carry_over_mismatch"} <= {finding.rule_code for finding in state.findings}


def test_life_of_a_published_file(tmp_path: Path) -> None:
    """Published, unchanged, failed, replaced: whoever reads is never disturbed."""
    workspace = Workspace(tmp_path)
    write_lake(workspace, received=1)
    first = build(workspace)
    assert first.built
    assert published_fingerprint(workspace) == first.fingerprint == fingerprint(workspace)
    inode = workspace.published.stat().st_ino

    # Unchanged inputs: nothing is built.
    again = build(workspace)
    assert (again.built, again.rows) == (False, {})
    assert workspace.published.stat().st_ino == inode

    reader = open_published(workspace)
    assert received(reader) == 1

    # A report document in a state that no build knows: dbt refuses, nothing is published.
    lake = Lake()
    lake.report("甲市司法局", 2023, requests=requests())
    lake.tables["documents"][0]["status"] = "eaten"
    lake.write(workspace, "2")
    with pytest.raises(BuildFailed, match="accepted_values_landing_documents_status"):
        build(workspace)
    assert workspace.published.stat().st_ino == inode
    assert scratch(workspace) == []

    write_lake(workspace, "3", received=5)
    messages: list[str] = []
    assert build(workspace, progress=messages.append).built
    assert "fct_applications: OK" in messages
    assert workspace.published.stat().st_ino != inode
    assert scratch(workspace) == []
    assert received(reader) == 1
    reader.close()
    with open_published(workspace) as connection:
        assert received(connection) == 5

    # dbt and DuckDB keep nothing open that the next build meets.
    open_files = [str(entry.readlink()) for entry in Path("/proc/self/fd").iterdir() if entry.exists()]
    assert [path for path in open_files if str(tmp_path) in path] == []
