"""Raw files and the lake on object storage: what a folder gives, and what killed writers and damage leave."""

from __future__ import annotations

import errno
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.lake import RefreshResult, refresh, refreshing
from pipeline.lake.batches import Batch, Task, read_batch
from pipeline.lake.limits import Limits
from pipeline.lake.places import hash_file
from pipeline.lake.schemas import MANIFEST, SNAPSHOT
from pipeline.lake.seals import BATCH_FILES, SUMS, damage
from pipeline.lake.store import batch_folders, read_table
from pipeline.objects import ObjectPath
from pipeline.settings import open_workspace
from pipeline.workspace import FolderLocked, JobError, Workspace
from tests.conftest import SAMPLES
from tests.engine.lakes import rows
from tests.engine.store import BUCKET, object_store, upload


@pytest.fixture(scope="module", autouse=True)
def store() -> Iterator[str]:
    with object_store() as address:
        yield address


def run(workspace: Workspace) -> RefreshResult:
    with workspace.exclusive():
        return refresh(workspace, workers=2)


def test_object_storage_gives_what_a_folder_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "BATCH_DOCUMENTS", 3)
    here = Workspace(tmp_path / "here")
    shutil.copytree(SAMPLES, here.raw / "某市 [1]")
    sample = sorted(SAMPLES.iterdir())[0].read_text()
    (here.raw / "told.txt").write_text(sample + "\n说明\n")
    (here.raw / "told.txt.meta.json").write_text(json.dumps({"url": "https://www.example.gov.cn/a.html"}))
    with zipfile.ZipFile(here.raw / "all.zip", "w") as archive:
        archive.writestr("inner/一.txt", sample + "\n附件\n")
    (here.raw / ".hidden").write_text("x")
    (here.raw / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    there = Workspace(tmp_path / "there", f"s3://{BUCKET}/one")
    with pytest.raises(JobError, match=f"There is no folder s3://{BUCKET}/one/raw"):
        run(there)
    upload(here.raw, there.raw)
    local, remote = run(here), run(there)
    assert (remote.found, remote.read, remote.cells, remote.warnings) == (8, 8, local.cells, [])
    assert (remote.extracted, remote.quarantined) == (local.extracted, local.quarantined) == (7, 1)
    assert rows(there) == rows(here)
    assert len(batch_folders(there.batches)) == 3
    assert {path.name for path in there.warehouse.iterdir()} == {".lock", ".writer"}, "nothing else is here"
    with pytest.raises(FolderLocked, match=f"s3://{BUCKET}/one belongs to the data folder .*:{there.root}: only one"):
        run(Workspace(tmp_path / "other", there.storage))

    again = run(there)
    assert (again.read, again.unchanged, again.warnings) == (0, 8, [])
    (there.raw / "told.txt").write_text(sample + "\n另一说明\n")
    (there.raw / "broken.pdf").unlink()
    again = run(there)
    assert (again.found, again.read, again.removed) == (7, 1, 2)


def test_two_workers_at_one_batch_write_the_same_bytes(tmp_path: Path) -> None:
    """As where a scheduler holds a worker for dead that is not: whichever is the last to write, the sums hold."""
    places = sorted(SAMPLES.iterdir())
    tasks = tuple(Task(hash_file(path), os.fsencode(path.name), (), path.stat().st_size, False) for path in places)

    def write(batches: Path, read_at: datetime) -> Path:
        batches.mkdir(parents=True, exist_ok=True)
        done = read_batch(Batch(SAMPLES, batches, tmp_path / "kept", Limits(), tasks, read_at))
        assert done.extracted == 5
        (folder,) = batch_folders(batches).values()
        return folder

    now = datetime(2026, 1, 2, 3, 4, 5)
    first, second = write(tmp_path / "a", now), write(tmp_path / "b", now)
    assert first.name == second.name
    assert len(list(first.iterdir())) == len(BATCH_FILES) + 1
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name
    other = write(tmp_path / "c", now + timedelta(seconds=1))
    assert (other / SUMS).read_bytes() != (first / SUMS).read_bytes(), "the time is in it"
    with ThreadPoolExecutor(2) as pool:
        target = ObjectPath(f"s3://{BUCKET}/five")
        folder, same = pool.map(lambda _: write(target, now), range(2))
    assert folder == same
    assert damage(folder, BATCH_FILES, whole=True) is None
    assert (folder / SUMS).read_bytes() == (first / SUMS).read_bytes()


def test_what_is_half_written_or_damaged(tmp_path: Path) -> None:
    """A batch counts once its sums are there, which are written last; what is not as it was written is read again."""
    workspace = Workspace(tmp_path / "data", f"s3://{BUCKET}/two")
    upload(SAMPLES, workspace.raw)
    assert run(workspace).read == 5
    before = rows(workspace)
    assert before["cells"].count("\n") > 500
    (folder,) = batch_folders(workspace.batches).values()
    (folder / SUMS).unlink()  # as a worker leaves it that is killed before its last write
    half = workspace.batches / "batch_id=0123"
    (half / "cells.parquet").write_bytes(b"half")
    assert batch_folders(workspace.batches) == {}
    assert run(workspace).read == 5
    assert not half.exists()
    assert rows(workspace) == before

    (folder / "cells.parquet").write_bytes(b"PAR1 torn")
    told = run(workspace)
    assert told.read == 5
    assert "cells.parquet cannot be read" in told.warnings[0]
    assert rows(workspace) == before
    workspace.snapshot.write_bytes(b"PAR1")
    assert read_table(workspace.snapshot, SNAPSHOT).is_empty()
    assert run(workspace).read == 0
    assert rows(workspace) == before
    assert read_table(workspace.manifest, MANIFEST).height == 5


def test_what_cannot_be_done_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = ObjectPath(f"s3://{BUCKET}/three/a.txt")
    path.write_text("数")
    assert (str(path), path.read_text(), path.is_file(), path.parent.is_dir()) == (
        f"s3://{BUCKET}/three/a.txt", "数", True, True,
    )  # fmt: skip
    for act in (lambda: os.fspath(path), lambda: path.rename(tmp_path / "a"), path.stat, lambda: path.chmod(0o600)):
        with pytest.raises(TypeError, match="is no path of this machine"):
            act()
    with pytest.raises(FileNotFoundError) as missing:
        path.with_name("b").read_bytes()
    assert (missing.value.errno, missing.value.strerror) == (errno.ENOENT, "no such object")
    monkeypatch.setenv("GONGKAI_STORAGE", "ftp://a")
    with pytest.raises(JobError, match="GONGKAI_STORAGE cannot be used:\n  storage: 'ftp://a'"):
        open_workspace(tmp_path)
    monkeypatch.delenv("GONGKAI_STORAGE")
    (tmp_path / "settings.yml").write_text(f"storage: s3://{BUCKET}/four/\n")
    assert str(open_workspace(tmp_path).raw) == f"s3://{BUCKET}/four/raw"
    assert open_workspace(tmp_path / "other").raw == tmp_path / "other" / "raw"
