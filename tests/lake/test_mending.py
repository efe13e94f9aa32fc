"""What of the lake is damaged or of another schema is read again: nothing lost, nothing twice, nothing wrong."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest

from pipeline.lake import mend, refresh
from pipeline.lake.mending import LAKE_VERSION, find_damage
from pipeline.lake.schemas import BATCH_TABLES
from pipeline.lake.seals import SUMS, as_os_error
from pipeline.workspace import JobError, Workspace
from tests.conftest import SAMPLES

Fault = Callable[[Path, Path], object]
"""Does something to a batch and its statements."""


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The samples, read once."""
    workspace = Workspace(tmp_path_factory.mktemp("first") / "data")
    shutil.copytree(SAMPLES, workspace.raw)
    refresh(workspace, workers=1)
    return workspace


@pytest.fixture
def workspace(first: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(first.root, tmp_path / "data")
    return Workspace(tmp_path / "data")


def contents(workspace: Workspace) -> dict[str, pl.DataFrame]:
    """All rows of the lake that count: read as they lie there, but for when."""
    paths = sorted(workspace.lake.rglob("*.parquet"))
    assert paths
    return {
        str(path.relative_to(workspace.lake)): pl.read_parquet(path).drop(
            "extracted_at", "mtime_ns", "ctime_ns", strict=False
        )
        for path in paths
    }


def only(workspace: Workspace) -> tuple[Path, Path]:
    (batch,) = workspace.batches.iterdir()
    (statements,) = workspace.lake.glob("statements/*/batch_id=*")
    return batch, statements


def flip(path: Path, rng: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def rewritten(change: Callable[[pl.DataFrame], pl.DataFrame]) -> Fault:
    """As another version of the program wrote it: sealed, and of another schema."""

    def fault(batch: Path, statements: Path) -> None:
        change(pl.read_parquet(batch / "cells.parquet")).write_parquet(batch / "cells.parquet")
        (batch / SUMS).unlink()

    return fault


def emptied(batch: Path, statements: Path) -> None:
    shutil.rmtree(batch)
    batch.mkdir()


def a_file(batch: Path, statements: Path) -> None:
    shutil.rmtree(batch)
    batch.write_bytes(b"")


BATCH_FAULTS: dict[str, Fault] = {
    "cut off": lambda batch, _: cut(batch / "cells.parquet"),
    "empty file": lambda batch, _: (batch / "sections.parquet").write_bytes(b""),
    "a table missing": lambda batch, _: (batch / "links.parquet").unlink(),
    "its manifest missing": lambda batch, _: (batch / "manifest.parquet").unlink(),
    "an empty folder": emptied,
    "a file in its place": a_file,
    "a column more": rewritten(lambda cells: cells.with_columns(note=pl.lit(1))),
    "a column fewer": rewritten(lambda cells: cells.drop("confidence")),
    "another type": rewritten(lambda cells: cells.with_columns(pl.col("page").cast(pl.Int64))),
    "another order": rewritten(lambda cells: cells.select(reversed(cells.columns))),
}


@pytest.mark.parametrize("fault", BATCH_FAULTS)
def test_a_batch_that_is_not_sound_is_read_again(first: Workspace, workspace: Workspace, fault: str) -> None:
    BATCH_FAULTS[fault](*only(workspace))
    result = refresh(workspace, workers=1)
    assert (result.found, result.read, result.removed) == (5, 5, 0)
    (told,) = result.warnings
    assert "its 5 documents are read again" in told
    assert_same(first, workspace)


def assert_same(first: Workspace, workspace: Workspace) -> None:
    expected, found = contents(first), contents(workspace)
    assert expected.keys() == found.keys()
    assert [name for name in expected if not expected[name].equals(found[name])] == []
    assert find_damage(workspace, whole=True) == []


def test_no_flipped_bit_is_ever_loaded(first: Workspace, workspace: Workspace) -> None:
    """A bit of a page is often read without an error, as another figure; every table, at random places."""
    rng = random.Random(8)
    wrong = 0
    batch, statements = only(workspace)
    for path in [*batch.glob("*.parquet"), *statements.glob("*.parquet")] * 4:
        whole = path.read_bytes()
        flip(path, rng)
        with suppress(BaseException):  # a panic of Polars is no Exception
            sound = pl.read_parquet(only(first)[path.parent == statements] / path.name)
            wrong += not pl.read_parquet(path).equals(sound)
        (found,) = find_damage(workspace, whole=True)
        assert (found.folder, found.documents) == (path.parent, 5)
        path.write_bytes(whole)
    assert wrong > 0, "else the sums would not be needed"
    assert find_damage(workspace, whole=True) == []
    flip(batch / "cells.parquet", random.Random(1))
    (told,) = mend(workspace)
    assert told.endswith("cells.parquet is not as it was written; its 5 documents are read again")
    assert_same(first, workspace)
    assert mend(workspace) == []


@pytest.mark.parametrize("fault", [lambda path: cut(path / "statements.parquet"), shutil.rmtree])
def test_statements_are_read_again_alone(first: Workspace, workspace: Workspace, fault: Callable[[Path], None]) -> None:
    fault(only(workspace)[1])
    assert refresh(workspace, workers=1).read == 0
    assert_same(first, workspace)


def test_statements_are_never_read_from_a_damaged_batch(first: Workspace, workspace: Workspace) -> None:
    batch, statements = only(workspace)
    shutil.rmtree(statements)
    flip(batch / "sections.parquet", random.Random(2))
    assert refresh(workspace, workers=1).read == 5
    assert_same(first, workspace)


def test_manifest_and_snapshot_are_made_anew(first: Workspace, workspace: Workspace) -> None:
    rng = random.Random(3)
    for path in (workspace.manifest, workspace.snapshot) * 3:
        flip(path, rng)
        result = refresh(workspace, workers=1)
        assert (result.found, result.read) == (5, 0)
        assert_same(first, workspace)


def test_a_lake_without_sums_is_taken_as_it_is(first: Workspace, workspace: Workspace) -> None:
    """As versions before wrote it."""
    batch, statements = only(workspace)
    for path in (batch / SUMS, statements / SUMS, workspace.lake / SUMS, workspace.lake / "version"):
        path.unlink()
    assert refresh(workspace, workers=1).read == 0
    assert mend(workspace) == []
    cut(batch / "cells.parquet")
    assert refresh(workspace, workers=1).read == 5
    assert_same(first, workspace)


def test_a_lake_of_a_later_version_is_left_alone(workspace: Workspace) -> None:
    (workspace.lake / "version").write_text(f"{LAKE_VERSION + 1}\n")
    (only(workspace)[0] / "cells.parquet").unlink()
    before = {path: path.stat().st_mtime_ns for path in workspace.lake.rglob("*")}
    with pytest.raises(JobError, match=r"later version of Gongkai.*Install that version again; or remove"):
        refresh(workspace, workers=1)
    assert {path: path.stat().st_mtime_ns for path in workspace.lake.rglob("*")} == before


def test_one_damaged_batch_of_several(workspace: Workspace) -> None:
    """Only its documents are read again."""
    for copy in range(2):
        for path in list(workspace.raw.glob("*2023*"))[:2]:
            (workspace.raw / f"{copy}-{path.name}").write_text(path.read_text() + f"\n{copy}\n")
        assert refresh(workspace, workers=1).read == 2
    ids = {
        path: set(pl.read_parquet(path / "documents.parquet")["document_id"]) for path in workspace.batches.iterdir()
    }
    assert sorted(map(len, ids.values())) == [2, 2, 5]
    folder = next(path for path in ids if len(ids[path]) == 2)
    (folder / "evidence.parquet").unlink()
    result = refresh(workspace, workers=1)
    assert (result.found, result.read, result.unchanged) == (9, 2, 7)
    rows = pl.concat(pl.read_parquet(path / "documents.parquet") for path in workspace.batches.iterdir())
    assert rows.height == rows["document_id"].n_unique() == 9


def test_what_the_system_said_is_no_damage(workspace: Workspace) -> None:
    full = pl.exceptions.ComputeError("parquet: underlying IO error: No space left on device (os error 28)")
    told = as_os_error(full, Path("x"))
    assert told is not None
    assert told.errno == 28
    assert as_os_error(pl.exceptions.ComputeError("The file must end with PAR1"), Path("x")) is None
    assert set(BATCH_TABLES) < {path.stem for path in only(workspace)[0].iterdir()}
