"""Our own checks see what they are there to see."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from pipeline import warehouse
from pipeline.lake import refresh
from pipeline.orchestration.checks import row_counts, unaccounted_documents, unread_documents
from pipeline.workspace import Workspace


@pytest.fixture
def landing(published: Workspace, tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """A copy of what was published, to be spoiled."""
    return duckdb.connect(shutil.copyfile(published.published, tmp_path / "spoiled.duckdb"))


def test_nothing_is_wrong_with_what_was_published(landing: duckdb.DuckDBPyConnection) -> None:
    assert unaccounted_documents(landing) == []
    assert {table for table, _, _ in row_counts(landing)} >= {"documents", "observations", "reports", "cells"}
    assert all(lake == loaded for _, lake, loaded in row_counts(landing))


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        ("DELETE FROM landing.documents WHERE raw_path LIKE '%2022%'", "observed, but no document"),
        ("DELETE FROM landing.observations WHERE raw_path LIKE '%2022%'", "never observed"),
        ("INSERT INTO landing.documents FROM landing.documents LIMIT 1", "more than once"),
        (
            "UPDATE landing.report_parts SET role = 'attachment' FROM landing.reports "
            "WHERE part_document_id = document_id AND report_year = 2022",
            "a report without its page",
        ),
        ("DELETE FROM landing.reports WHERE report_year = 2022", "a part of no report"),
        (
            "UPDATE landing.documents SET status = 'quarantined' WHERE raw_path LIKE '%2022%'",
            "part of a report where none belongs",
        ),
    ],
)
def test_lost_and_doubled_documents(landing: duckdb.DuckDBPyConnection, spoil: str, fault: str) -> None:
    landing.execute(spoil)
    faults = unaccounted_documents(landing)
    assert any(found.startswith(fault) for found, _ in faults)
    assert len({document_id for _, document_id in faults}) == 1


def test_lost_rows(landing: duckdb.DuckDBPyConnection) -> None:
    landing.execute("DELETE FROM landing.cells WHERE row_code = 'carried_in' AND column_code = 'company'")
    assert [(table, lake - loaded) for table, lake, loaded in row_counts(landing) if lake != loaded] == [("cells", 5)]


def test_a_lost_batch(workspace: Workspace) -> None:
    refresh(workspace)
    assert unread_documents(workspace).is_empty()
    shutil.rmtree(next(workspace.batches.glob("batch_id=*")))
    assert unread_documents(workspace).height == 5


def test_a_published_file_of_another_lake(workspace: Workspace, published: Workspace) -> None:
    assert warehouse.published_fingerprint(published) is not None
    next(workspace.raw.rglob("*2022*")).unlink()
    refresh(workspace)
    shutil.copy(published.published, workspace.published)
    assert warehouse.published_fingerprint(workspace) != warehouse.fingerprint(workspace)
