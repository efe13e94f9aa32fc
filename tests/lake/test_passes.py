"""Passes over what is read, by the one that reads statements: each batch once, and never a document."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from pipeline.extraction import Section, statements
from pipeline.lake.passes import Narrative
from pipeline.lake.passes.reading import PassBatch, pass_folder, read_pass_batch
from pipeline.lake.passes.statements import statement_rows
from pipeline.lake.schemas import SECTIONS, STATEMENTS
from pipeline.workspace import Workspace
from tests.lake.test_refresh import put, run, table


def stated(workspace: Workspace) -> pl.DataFrame:
    return pl.read_parquet(pass_folder(workspace, "statements") / "*" / "statements.parquet")


def files(workspace: Workspace) -> dict[Path, tuple[int, bytes]]:
    return {
        path: (path.stat().st_mtime_ns, path.read_bytes())
        for path in (workspace.lake / "statements").rglob("*.parquet")
    }


def raise_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "STATEMENTS_VERSION", statements.STATEMENTS_VERSION + 1)


def test_the_samples(workspace: Workspace) -> None:
    assert run(workspace).warnings == []
    found = stated(workspace)
    assert found.schema == pl.Schema(STATEMENTS)
    assert found.height > 0
    years = dict(table(workspace, "reports").select("document_id", "report_year").iter_rows())
    agencies = dict(table(workspace, "reports").select("document_id", "agency_name").iter_rows())
    expected = [
        row
        for (document_id,), part in table(workspace, "sections").group_by("document_id")
        for row in statement_rows(
            Narrative(
                document_id,
                [Section(*row) for row in part.select("section", "heading", "body").iter_rows()],
                years[document_id],
                agencies[document_id],
            )
        )
    ]
    assert sorted(found.iter_rows(), key=repr) == sorted(expected, key=repr)


def test_an_unchanged_run_writes_nothing(workspace: Workspace) -> None:
    run(workspace)
    before = files(workspace)
    assert before
    run(workspace)
    assert files(workspace) == before


def test_a_new_document_leaves_the_others_alone(workspace: Workspace) -> None:
    run(workspace)
    before = files(workspace)
    put(workspace, "new.txt", next((workspace.raw / "samples").iterdir()).read_text() + "\n附注\n")
    assert run(workspace).read == 1
    after = files(workspace)
    assert len(after) == 2
    assert before.items() < after.items()


def test_a_new_version_reads_the_narrative_and_no_document(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(workspace)
    old, before = pass_folder(workspace, "statements"), stated(workspace)
    raise_version(monkeypatch)
    assert run(workspace).read == 0
    assert pass_folder(workspace, "statements") != old
    assert list((workspace.lake / "statements").iterdir()) == [pass_folder(workspace, "statements")]
    assert stated(workspace).equals(before)


def test_what_a_killed_run_left_is_completed(workspace: Workspace) -> None:
    run(workspace)
    before = stated(workspace)
    (folder,) = pass_folder(workspace, "statements").iterdir()
    folder.rename(folder.with_name(".part-0"))  # written, but for the last step
    assert run(workspace).read == 0
    assert [path.name for path in pass_folder(workspace, "statements").iterdir()] == [folder.name]
    assert stated(workspace).equals(before)


def test_statements_go_with_their_batch(workspace: Workspace) -> None:
    run(workspace)
    for path in (workspace.raw / "samples").iterdir():
        path.write_text(path.read_text() + "\n附注\n")
    run(workspace)
    # The readings of what is gone stay in the lake, with what they state: if it returns, nothing is read.
    batches = {path.name for path in workspace.batches.iterdir()}
    assert {path.name for path in pass_folder(workspace, "statements").iterdir()} == batches


def test_one_narrative_takes_no_other_along(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(workspace)
    (batch,) = workspace.batches.iterdir()
    documents = pl.read_parquet(batch / "sections.parquet")["document_id"].unique(maintain_order=True).to_list()
    problems = read_pass_batch(PassBatch("statements", batch, tmp_path, frozenset([0])))
    assert [problem.split(":")[0] for problem in problems] == documents[:1]
    rows = pl.read_parquet(tmp_path / batch.name / "statements.parquet")
    assert set(rows["document_id"]) == set(stated(workspace)["document_id"]) - {documents[0]}

    def fail(sections: list[Section], *_: object) -> list[object]:
        raise ValueError(sections[0].heading)

    monkeypatch.setattr(statements, "read_statements", fail)
    (batch_of_all,) = workspace.batches.iterdir()
    problems = read_pass_batch(PassBatch("statements", batch_of_all, tmp_path / "failed"))
    assert [problem.split(":")[0] for problem in problems] == documents
    assert pl.read_parquet(tmp_path / "failed" / batch.name / "statements.parquet").is_empty()


KILLER = """
import os, signal, sys

def act(event, arguments):
    if event == "open" and "pipeline.lake.child" in sys.orig_argv and str(arguments[0]).endswith("measures.csv"):
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(act)
"""
"""Ends the process that reads statements as it begins with the first document: a fault in a library."""


def test_a_process_that_ends_is_told(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text(KILLER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    warnings = run(workspace).warnings
    documents = table(workspace, "sections")["document_id"].n_unique()
    assert len(warnings) == documents
    assert all("its narrative cannot be read" in warning for warning in warnings)
    assert stated(workspace).is_empty()
    assert pl.read_parquet_schema(next(workspace.batches.iterdir()) / "sections.parquet") == pl.Schema(SECTIONS)
