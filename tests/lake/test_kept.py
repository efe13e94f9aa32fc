"""What slow readers gave is kept: extraction is repeated without them."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lake import batches, refreshing
from pipeline.lake.kept import keep, load, remove_outdated
from pipeline.readers import Cell, Document, Link, Origin, Paragraph, Table, formats, read
from pipeline.readers.document import UnreadableDocument
from pipeline.readers.read import open_document
from pipeline.workspace import Workspace
from tests.lake.test_refresh import run, table

TEXT = st.text(max_size=9)
NUMBER = st.integers(0, 99)
FRACTION = st.floats(0, 1)
ORIGIN = st.builds(Origin, st.none() | NUMBER, st.none() | st.tuples(*[FRACTION] * 4), st.none() | FRACTION)
CELL = st.builds(Cell, NUMBER, NUMBER, TEXT, NUMBER, NUMBER, st.none() | ORIGIN)
TABLE = st.builds(Table, st.lists(CELL, max_size=3), NUMBER, NUMBER, st.booleans())
PARAGRAPH = st.builds(Paragraph, TEXT, st.none() | NUMBER)
DOCUMENT = st.builds(
    Document,
    st.lists(TABLE | PARAGRAPH, max_size=3),
    TEXT,
    st.none() | TEXT,
    st.dictionaries(TEXT, TEXT, max_size=2),
    st.lists(st.builds(Link, TEXT, TEXT, st.sampled_from(["attachment", "picture"])), max_size=2),
)


@given(DOCUMENT)
def test_a_document_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, document: Document) -> None:
    path = tmp_path_factory.getbasetemp() / "kept" / "a.json.z"
    keep(document, path)
    found = load(path)
    assert found == document
    assert [type(block) for block in found.blocks] == [type(block) for block in document.blocks]


def test_what_is_damaged_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / "aa" / "a.json.z"
    assert load(path) is None
    keep(read("政府信息公开\t1\t2\n".encode()), path)
    whole = path.read_bytes()
    for damaged in (b"", whole[:-1], whole[:20], whole[:-9] + b"\0" + whole[-8:], b"[]", b"x" * 99):
        path.write_bytes(damaged)
        assert load(path) is None
    path.write_bytes(whole)
    assert load(path) is not None


def test_a_change_in_extraction_does_not_repeat_slow_readers(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "_SLOW", 0)
    run(workspace)
    kept = {path: path.read_bytes() for path in workspace.kept.rglob("*.json.z")}
    assert len(kept) == 5
    cells = table(workspace, "cells")

    def gone(*arguments: object, **named: object) -> Document:
        raise UnreadableDocument("crashed", "read again")

    with monkeypatch.context() as patch:
        patch.setattr(sys.modules[open_document.__module__], "read_text", gone)
        for module in (batches, refreshing):
            patch.setattr(module, "EXTRACTION_VERSION", 99)
        assert run(workspace).extracted == 5
        assert table(workspace, "cells").sort(pl.all()).equals(cells.sort(pl.all()))

        # A damaged file is none: its document is read.
        next(iter(kept)).write_bytes(b"damaged")
        for module in (batches, refreshing):
            patch.setattr(module, "EXTRACTION_VERSION", 100)
        result = run(workspace)
        assert (result.extracted, result.quarantined) == (4, 1)

    assert run(workspace).extracted == 5
    assert {path: path.read_bytes() for path in workspace.kept.rglob("*.json.z")} == kept

    # Another version of the reader gives other documents; what the older gave goes.
    monkeypatch.setattr(batches, "_SLOW", 60)
    raised = {**formats.FORMATS, "text": formats.FORMATS["text"]._replace(version=99)}
    for module in (formats, refreshing):
        monkeypatch.setattr(module, "FORMATS", raised)
    assert run(workspace).extracted == 5
    assert not list(workspace.kept.rglob("*.json.z"))


def test_fast_readers_are_not_kept(workspace: Workspace) -> None:
    run(workspace)
    assert not list(workspace.kept.rglob("*"))


def test_what_is_half_written_goes(tmp_path: Path) -> None:
    (tmp_path / "aa").mkdir()
    (tmp_path / "aa" / ".part-1").write_bytes(b"half")
    remove_outdated(tmp_path)
    assert not list(tmp_path.glob("*/*"))
