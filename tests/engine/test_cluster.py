"""A Dask cluster of separate processes reads what this machine reads, also when a worker is killed in the middle."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from importlib.metadata import packages_distributions, version
from pathlib import Path

import duckdb
import pytest
from PIL import Image, ImageDraw

from pipeline.lake import RefreshResult, refresh, refreshing, workers
from pipeline.lake import cluster as engine_room
from pipeline.lake.cluster import _check, _Terms, cluster_engine, program_id
from pipeline.workspace import JobError, Workspace
from tests.conftest import SAMPLES, gongkai
from tests.engine.lakes import rows
from tests.engine.machines import Cluster, cluster
from tests.engine.store import BUCKET, object_store, upload
from tests.lake.test_refresh import of, table

HOOK = """
import os, signal, sys

opened = 0

def act(event, arguments):
    global opened
    if event != "open" or "pipeline.lake.child" not in sys.orig_argv:
        return
    name = os.path.basename(str(arguments[0]))
    if name == "die.hostile":
        os.kill(os.getpid(), signal.SIGKILL)
    opened += name.endswith(".txt")
    if opened == 3 and "VICTIM" in os.environ:
        os.kill(os.getppid(), signal.SIGKILL)

sys.addaudithook(act)
"""
"""A document that ends the process that reads it; and a worker (``VICTIM``) that is killed in the middle of a batch."""

DOCUMENTS = 24
SCANS = 2
BATCH = 4


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    with object_store() as address:
        yield address


@pytest.fixture(scope="module")
def dask(store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster with one worker that does not recognise characters."""
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "sitecustomize.py").write_text(HOOK)
    with cluster(folder) as found:
        found.worker(PYTHONPATH=str(folder))
        yield found


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "BATCH_DOCUMENTS", BATCH)
    monkeypatch.setattr(workers, "_RECOGNISED_TOGETHER", 1)


def fill(workspace: Workspace) -> None:
    """Reports, and pictures of text."""
    workspace.raw.mkdir(parents=True)
    texts = [path.read_text() for path in sorted(SAMPLES.iterdir())]
    for number in range(DOCUMENTS):
        (workspace.raw / f"{number}.txt").write_text(f"{texts[number % len(texts)]}\n第{number}号\n")
    for number in range(SCANS):
        page = Image.new("L", (400, 120), 255)
        ImageDraw.Draw(page).text((40, 30), f"2023 {number}", fill=0, font_size=48)
        page.save(workspace.raw / f"scan{number}.png")


def on(monkeypatch: pytest.MonkeyPatch, engine: str, workspace: Workspace) -> RefreshResult:
    monkeypatch.setenv("GONGKAI_ENGINE", engine)
    with workspace.exclusive():
        return refresh(workspace, workers=2)


def test_a_cluster_reads_as_one_machine_does(dask: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = Workspace(tmp_path / "here"), Workspace(tmp_path / "there")
    fill(here)
    shutil.copytree(here.raw, there.raw)
    (there.raw / "die.hostile").write_text("x")
    local = on(monkeypatch, "processes", here)
    assert (local.read, local.extracted) == (DOCUMENTS + SCANS, DOCUMENTS)

    # One worker, which does not recognise characters; a document that ends the process that reads it.
    first = on(monkeypatch, dask.address, there)
    counted = (first.read, first.extracted, first.quarantined)
    assert counted == (DOCUMENTS + SCANS + 1, DOCUMENTS, SCANS + 1), dask.logs()
    documents = {row["document_id"]: row for row in table(there, "documents").iter_rows(named=True)}
    scan = documents[of(there, "scan0.png")]
    assert (scan["status"], scan["error_code"]) == ("quarantined", "tool_missing")
    assert "--resources OCR=1" in scan["error_message"]
    assert documents[of(there, "die.hostile")]["error_code"] == "crashed"

    # A worker that does, and another that is killed while it reads: all anew, but for nothing that was lost.
    shutil.rmtree(there.warehouse)
    (there.raw / "die.hostile").unlink()
    victim = dask.worker(VICTIM="1", PYTHONPATH=str(dask.folder))
    recogniser = dask.worker("--resources", "OCR=1")
    wait_for(dask, 3)
    second = on(monkeypatch, dask.address, there)
    assert victim.wait(10) == -signal.SIGKILL, dask.logs()
    assert recogniser.poll() is None
    with cluster_engine(dask.address, there, 2) as engine:
        assert engine.recognisers
        assert where(engine.recognisers) == {recogniser.pid}
        assert where(engine.executor) == {dask.processes[1].pid, recogniser.pid}
    counted = (second.found, second.read, second.extracted, second.not_a_report, second.quarantined, second.cells)
    assert counted == (local.found, local.read, local.extracted, local.not_a_report, local.quarantined, local.cells)
    expected, found = rows(here), rows(there)
    assert expected["cells"].count("\n") > 4000
    for name in expected:
        assert found[name] == expected[name], name
    assert not list(there.lake.rglob(".part-*")) and not list(there.lake.glob(".cluster-*"))
    assert on(monkeypatch, "dask://127.0.0.1:1", there).read == 0, "nothing new needs no cluster"


def where(executor: Executor) -> set[int]:
    """The processes that do what an executor is given."""
    return {future.result() for future in [executor.submit(os.getpid) for _ in range(16)]}


def wait_for(dask: Cluster, workers: int) -> None:
    from distributed import Client

    with Client(dask.address.replace("dask", "tcp"), set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=120)


def test_what_is_wrong_with_a_cluster_is_told(
    dask: Cluster, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_room, "_CONNECT_SECONDS", 1)
    with pytest.raises(JobError, match=r"no Dask scheduler at dask://127\.0\.0\.1:1 .*dask scheduler"):
        on(monkeypatch, "dask://127.0.0.1:1", workspace)
    with pytest.raises(JobError, match="GONGKAI_ENGINE cannot be used:\n  engine: 'spark'"):
        on(monkeypatch, "spark", workspace)
    with pytest.raises(JobError, match=r"does not see .*/lake as this process does"):
        _check(_Terms(program_id(), workspace.raw, workspace.lake / ".cluster-elsewhere"))
    monkeypatch.setattr(engine_room, "_CONNECT_SECONDS", 20)
    monkeypatch.setattr(engine_room, "program_id", lambda: "another")
    with pytest.raises(JobError, match="has another version of Gongkai"):
        on(monkeypatch, dask.address, workspace)
    assert not list(workspace.batches.glob("batch_id=*"))
    assert not list(workspace.lake.glob(".cluster-*"))


def test_machines_agree_in_all_packages_that_read(monkeypatch: pytest.MonkeyPatch) -> None:
    package = Path(engine_room.__file__).parents[1]
    text = "\n".join(path.read_text() for room in engine_room.ROOMS for path in (package / room).rglob("*.py"))
    imported = set(re.findall(r"^\s*(?:from|import) (\w+)", text, re.MULTILINE))
    others = imported - sys.stdlib_module_names - {"pipeline", "distributed"}
    known = packages_distributions()
    assert {name.lower() for module in others for name in known[module]} == set(engine_room.PACKAGES)
    own = program_id()
    monkeypatch.setattr(engine_room, "version", lambda name: "0" if name == "selectolax" else version(name))
    assert program_id.__wrapped__() != own


def test_the_same_marts(dask: Cluster, published: Workspace, tmp_path: Path) -> None:
    """The whole run by the command: read on the cluster, raw files and the lake on object storage."""
    storage = f"s3://{BUCKET}/whole"
    workspace = Workspace(tmp_path / "data", storage)
    upload(SAMPLES, workspace.raw / "samples")
    run = gongkai(workspace, "run", env={"GONGKAI_ENGINE": dask.address, "GONGKAI_STORAGE": storage})
    assert run.returncode == 0, run.stderr + dask.logs()
    assert "5 read" in run.stdout
    with duckdb.connect() as connection:
        for name, one in (("here", published), ("there", workspace)):
            connection.execute(f"ATTACH '{one.published}' AS {name} (READ_ONLY)")
        marts = connection.sql(
            "SELECT table_name, list(column_name ORDER BY column_name) FROM duckdb_columns() "
            "WHERE database_name = 'here' AND schema_name = 'marts' GROUP BY 1"
        ).fetchall()
        assert len(marts) > 20
        for mart, columns in marts:
            what = ", ".join(f'"{column}"' for column in columns if not column.endswith("_at"))
            differing = connection.sql(
                f"(SELECT {what} FROM here.marts.{mart} EXCEPT ALL SELECT {what} FROM there.marts.{mart}) UNION ALL "
                f"(SELECT {what} FROM there.marts.{mart} EXCEPT ALL SELECT {what} FROM here.marts.{mart})"
            ).fetchall()
            assert differing == [], mart
    assert not (workspace.root / "raw").exists() and not (workspace.warehouse / "lake").exists()
    again = gongkai(workspace, "run", env={"GONGKAI_ENGINE": "dask://127.0.0.1:1", "GONGKAI_STORAGE": storage})
    assert again.returncode == 0, again.stderr
    assert "0 read, 5 unchanged" in again.stdout
    doctor = gongkai(workspace, "doctor", env={"GONGKAI_STORAGE": storage})
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr


def test_a_scheduler_that_goes(dask: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last test: what had been read before is in the lake, and is not read again."""
    workspace = Workspace(tmp_path / "data")
    fill(workspace)
    monkeypatch.setenv("GONGKAI_ENGINE", dask.address)
    with workspace.exclusive(), pytest.raises(JobError, match=r"scheduler at dask://.* has gone.*run again"):
        refresh(workspace, progress=lambda stage, done, total: done and "Reading" in stage and dask.scheduler.kill())
    rest = on(monkeypatch, "processes", workspace)
    assert rest.found == DOCUMENTS + SCANS
    assert 0 < rest.read <= DOCUMENTS + SCANS - BATCH
