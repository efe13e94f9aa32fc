"""Many small batches become few: nothing is read again, and a build loads what it loaded before."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.lake import RefreshResult, compaction, refresh
from pipeline.lake.batches import Batch, Task, read_batch
from pipeline.lake.compaction import SMALL_BATCHES, compact
from pipeline.lake.kept import kept_path
from pipeline.lake.limits import Limits
from pipeline.lake.passes.reading import pass_folder
from pipeline.lake.places import hash_file
from pipeline.lake.store import batch_folders
from pipeline.warehouse.assemble import LANDING_TABLES, assemble
from pipeline.warehouse.fingerprint import fingerprint
from pipeline.workspace import Workspace
from tests.conftest import SAMPLES

FEW = SMALL_BATCHES - 1


def read_one_by_one(workspace: Workspace) -> None:
    """As many nights of one new file each would have it: a batch a file."""
    folders = (workspace.raw.resolve(), workspace.batches.resolve(), workspace.kept.resolve())
    for number in range(FEW - len(list((workspace.raw / "samples").iterdir()))):
        (workspace.raw / f"{number}.txt").write_text(f"通知 {number}")
    for path in (path for path in workspace.raw.rglob("*") if path.is_file()):
        place = str(path.relative_to(workspace.raw)).encode()
        read_batch(
            Batch(*folders, Limits(), (Task(hash_file(path), place, (), path.stat().st_size, has_sidecar=False),))
        )


def landing(workspace: Workspace, target: Path) -> dict[str, list[tuple[object, ...]]]:
    assemble(workspace, target)
    with duckdb.connect(target, read_only=True) as connection:
        return {name: connection.sql(f"FROM landing.{name} ORDER BY ALL").fetchall() for name in LANDING_TABLES}


def add(workspace: Workspace, name: str) -> RefreshResult:
    (workspace.raw / name).write_text(f"又一则通知 {name}")
    return refresh(workspace)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of as many small batches as are left as they are."""
    workspace = Workspace(tmp_path_factory.mktemp("many") / "data")
    shutil.copytree(SAMPLES, workspace.raw / "samples")
    read_one_by_one(workspace)
    assert refresh(workspace).read == 0
    assert len(batch_folders(workspace.batches)) == FEW
    return workspace.root


@pytest.fixture
def many(read: Path, tmp_path: Path) -> Workspace:
    """A copy of it."""
    return Workspace(Path(shutil.copytree(read, tmp_path / "data")))


def test_many_small_batches_become_one(many: Workspace, tmp_path: Path) -> None:
    before = landing(many, tmp_path / "before.duckdb")
    result = add(many, "one-more.txt")
    assert (result.read, result.unchanged, result.warnings) == (1, FEW, [])
    (batch_id,) = batch_folders(many.batches)
    assert list(batch_folders(pass_folder(many, "statements"))) == [batch_id]
    assert set(pl.read_parquet(many.manifest)["batch_id"]) == {batch_id}
    assert pl.read_parquet(many.batches / "*" / "manifest.parquet").height == FEW + 1

    (many.raw / "one-more.txt").unlink()
    assert refresh(many).read == 0
    after = landing(many, tmp_path / "after.duckdb")
    assert before["cells"]
    assert before["statements"]
    assert after == before


def test_a_night_without_anything_new_leaves_them(many: Workspace) -> None:
    add(many, "one-more.txt")
    before = fingerprint(many), sorted(many.lake.rglob("*"))
    assert refresh(many).read == 0
    assert (fingerprint(many), sorted(many.lake.rglob("*"))) == before


@pytest.mark.parametrize("step", ["write_table", "remove_batches_except", "remove_folder"])
def test_killed_at_any_step_the_next_run_completes(
    many: Workspace, tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = landing(many, tmp_path / "before.duckdb")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(compaction, step, killed)
        with pytest.raises(KeyboardInterrupt):
            add(many, "one-more.txt")
    assert refresh(many).read == 0
    named = set(pl.read_parquet(many.manifest)["batch_id"])
    assert set(batch_folders(many.batches)) == set(batch_folders(pass_folder(many, "statements"))) == named
    (many.raw / "one-more.txt").unlink()
    assert refresh(many).read == 0
    assert landing(many, tmp_path / "after.duckdb") == before


def test_a_damaged_batch_stays_apart(
    many: Workspace, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut, short, flipped, *_ = batch_folders(many.batches).values()
    (cut / "cells.parquet").write_bytes(b"PAR1")
    pl.read_parquet(short / "documents.parquet").clear().write_parquet(short / "documents.parquet")
    data = bytearray((flipped / "documents.parquet").read_bytes())
    data[8] ^= 1  # which is no error to a reader of Parquet
    (flipped / "documents.parquet").write_bytes(data)
    monkeypatch.setattr(compaction, "SMALL_BATCHES", FEW)
    compact(many, pl.read_parquet(many.manifest))
    assert len(batch_folders(many.batches)) == 4
    assert {cut, short, flipped} < set(batch_folders(many.batches).values())
    assert (cut / "cells.parquet").read_bytes() == b"PAR1"
    assert len([record for record in caplog.records if "stays apart" in record.getMessage()]) == 3


def test_what_is_gone_is_forgotten_after_its_days(workspace: Workspace, tmp_path: Path) -> None:
    sample = next((workspace.raw / "samples").glob("句容*"))
    document = hash_file(sample)
    refresh(workspace)
    kept = kept_path(workspace.kept, document, "text")
    kept.parent.mkdir(parents=True)
    kept.touch()
    sample.rename(tmp_path / "away")
    refresh(workspace)
    assert document in pl.read_parquet(workspace.manifest)["document_id"]
    assert pl.read_parquet(workspace.gone)["document_id"].to_list() == [document]
    (tmp_path / "away").rename(sample)
    assert refresh(workspace).read == 0, "it is back within its days"
    assert pl.read_parquet(workspace.gone).is_empty()

    sample.rename(tmp_path / "away")
    refresh(workspace)
    before = fingerprint(workspace)
    workspace.settings.write_text("lake: {keep_days: 0}")
    assert refresh(workspace).read == 0
    assert fingerprint(workspace) == before, "what is gone plays no part in a build"
    assert document not in pl.read_parquet(workspace.manifest)["document_id"]
    assert not kept.exists()
    (tmp_path / "away").rename(sample)
    assert refresh(workspace).read == 1
