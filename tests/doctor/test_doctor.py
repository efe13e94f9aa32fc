"""The doctor sees each fault and says what to do; a repair rebuilds what is derived and touches nothing else."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.doctor import examine
from pipeline.lake.kept import keep
from pipeline.lake.schemas import SNAPSHOT
from pipeline.lake.store import write_table
from pipeline.readers import Document, Paragraph
from pipeline.warehouse.builds import list_builds
from pipeline.warehouse.builds.rolled_back import RolledBack, write_rollback
from pipeline.workspace import EARLIER_VISITS, Workspace
from tests.conftest import gongkai


@pytest.fixture
def sound(published: Workspace, tmp_path: Path) -> Workspace:
    """A copy of a data folder in which all is well, with all that a folder can have."""
    workspace = Workspace(tmp_path / "data")
    shutil.copytree(published.root, workspace.root)
    workspace.reviews.write_text("finding_id,verdict,reason\n", "utf-8")
    workspace.crawl_settings.write_text('contact: "mailto:a@example.org"\n')
    keep(Document([Paragraph("一")], "application/msword"), workspace.kept / "ab" / f"{'ab' * 32}-doc-1.json.z")
    memory = workspace.crawls / "town" / "cache.sqlite"
    memory.parent.mkdir(parents=True)
    with sqlite3.connect(memory) as database:
        database.execute("CREATE TABLE response (url TEXT PRIMARY KEY, headers TEXT, digest TEXT, body BLOB)")
        database.executemany("INSERT INTO response VALUES (?, '{}', '', ?)", [(f"{i}", "x" * 900) for i in range(99)])
    database.close()
    memory.with_name(EARLIER_VISITS).write_text('{"url": "a"}\n')
    (workspace.dagster / "storage").mkdir(parents=True)
    # A copy of a data folder has two files of what was one.
    (build,) = list_builds(workspace)
    workspace.published.unlink()
    os.link(build.file, workspace.published)
    for path in (build.file, build.folder / "build.json"):
        path.chmod(0o644)  # so that a test may damage it
    refused = workspace.refused / "20200101T000000Z-00000000"
    refused.mkdir(parents=True)
    with duckdb.connect(refused / workspace.published.name) as connection:
        connection.execute(f"CREATE SCHEMA landing; CREATE TABLE landing.build AS SELECT '{refused.name}' AS build_id")
    (refused / "build.json").write_text(json.dumps({"build_id": refused.name}))
    write_rollback(workspace, RolledBack(build.build_id, "an earlier one", {}))
    restamp(workspace)
    return workspace


def restamp(workspace: Workspace) -> None:
    """Have the snapshot take the files of raw/ as they stand for those that it knows."""
    stats = {os.fsencode(path.relative_to(workspace.raw)): path.stat() for path in workspace.raw.rglob("*.*")}
    snapshot = pl.read_parquet(workspace.snapshot)
    columns = {
        name: pl.Series([getattr(stats[path], stat) for path in snapshot["path"]], dtype=SNAPSHOT[name])
        for name, stat in (("file_bytes", "st_size"), ("mtime_ns", "st_mtime_ns"), ("ctime_ns", "st_ctime_ns"))
    }
    write_table(snapshot.with_columns(**columns), workspace.snapshot)


def flip(path: Path, share: float = 0.5) -> None:
    data = bytearray(path.read_bytes())
    data[int(len(data) * share)] ^= 4
    path.write_bytes(data)


def sample(workspace: Workspace) -> Path:
    return next(workspace.raw.rglob("*2022*"))


def rot(workspace: Workspace) -> None:
    flip(sample(workspace))
    restamp(workspace)


def in_future(workspace: Workspace) -> None:
    for build in workspace.builds.iterdir():
        shutil.rmtree(build)
    with duckdb.connect(workspace.published) as connection:
        connection.execute("UPDATE landing.build SET built_at = built_at + INTERVAL 400 DAY")


def batch(workspace: Workspace) -> Path:
    return next(workspace.batches.iterdir())


def cut(path: Path, size: int = 1000) -> None:
    os.truncate(path, size)


FAULTS: dict[str, tuple[Callable[[Workspace], object], str, str, str]] = {
    # what happens; part, state and words of what the doctor says
    "rotten": (rot, "raw files", "broken", "1 file with other bytes"),
    "changed": (lambda w: cut(sample(w)), "raw files", "look", "1 changed: samples/老城区"),
    "gone": (lambda w: sample(w).unlink(), "raw files", "look", "1 file no longer there"),
    "new": (lambda w: (w.raw / "a.html").touch(), "raw files", "look", "1 new"),
    "sidecar": (lambda w: sample(w).with_name(f"{sample(w).name}.meta.json").write_text("{"), "raw files", "look",
                "meta.json"),
    "reviews": (lambda w: w.reviews.write_text("x\n"), "edited files", "broken", "line 1"),
    "aliases": (lambda w: w.aliases.write_bytes(b"\xff\x00"), "edited files", "broken", "aliases.csv"),
    "roster": (lambda w: w.roster.write_text("from_year,expected\n2019,perhaps\n"), "edited files", "broken", "line 2"),
    "settings": (lambda w: w.settings.write_text("builds: 1\n"), "edited files", "broken", "builds"),
    "time zone": (lambda w: w.settings.write_text("nightly: {timezone: Mars/Base}\n"), "edited files", "broken",
                  "nightly.timezone"),
    "crawl.yml": (lambda w: w.crawl_settings.write_text("{"), "edited files", "broken", "crawl.yml"),
    "source": (lambda w: (w.sources.mkdir(), (w.sources / "a.yml").write_text("x: 1")), "edited files", "broken",
               "a.yml"),
    "memory": (lambda w: cut(w.crawls / "town" / "cache.sqlite", 5000), "crawls", "broken", "town"),
    "earlier visits": (lambda w: (w.crawls / "town" / EARLIER_VISITS).write_text("{"), "crawls", "look",
                       "town/earlier.ndjson (1)"),
    "visits": (lambda w: (w.crawls / "town" / "1.jsonl").write_text('{"url": "a"}\n{"ur'), "crawls", "look",
               "town/1.jsonl (1)"),
    "batch": (lambda w: flip(batch(w) / "cells.parquet"), "batches", "broken", "with 5 documents"),
    "batch gone": (lambda w: shutil.rmtree(batch(w)), "manifest", "broken", "1 batch with 5 documents not there"),
    "orphan": (lambda w: w.manifest.unlink(), "manifest", "broken", "is not there"),
    "manifest": (lambda w: flip(w.manifest), "manifest", "broken", "is not as it was written"),
    "snapshot": (lambda w: cut(w.snapshot, 100), "snapshot", "broken", "is not as it was written"),
    "gone.parquet": (lambda w: w.gone.write_bytes(b""), "gone", "broken", "gone.parquet"),
    "statements": (lambda w: shutil.rmtree(w.lake / "statements"), "narratives", "look", "1 batch whose narrative"),
    "kept": (lambda w: flip(next(w.kept.glob("*/*"))), "kept", "broken", "1 of 1 kept document"),
    "half": (lambda w: (w.batches / ".part-1").mkdir(), "lake", "look", "1 half-written file or folder"),
    "later lake": (lambda w: (w.lake / "version").write_text("99"), "lake", "broken", "later version"),
    "published": (lambda w: cut(w.published), "published", "broken", "cannot be read"),
    "a block": (lambda w: flip(w.published, 0.6), "published", "broken", "cannot be read"),
    "unpublished": (lambda w: w.published.unlink(), "published", "look", "nothing is published"),
    "clock": (in_future, "clock", "look", "still to come"),
    "build": (lambda w: next(w.builds.glob("*/build.json")).write_text("{}"), "builds", "broken", "of another build"),
    "refused": (lambda w: cut(next(w.refused.glob("*/*.duckdb"))), "refused", "broken", "1 of 1 damaged"),
    "rollback": (lambda w: w.rollback.write_text("{"), "rollback", "broken", "rollback.json cannot be read"),
    "half a build": (lambda w: (w.builds / ".ready-1").mkdir(), "builds", "look", "1 unfinished build"),
    "export": (lambda w: cut(w.exports / "finding.csv"), "exports", "broken", "finding.csv"),
    "export gone": (lambda w: (w.exports / "report.csv").unlink(), "exports", "look", "missing"),
    "scratch": (lambda w: (w.warehouse / ".build-1").mkdir(), "scratch", "look", "1 scratch folder"),
}  # fmt: skip


def test_all_is_well(sound: Workspace) -> None:
    findings = examine(sound)
    stale = [finding for finding in findings if finding.state != "ok"]
    # What was put there for the tests is new to the published file.
    assert [(finding.part, finding.found) for finding in stale] == [
        ("published", "what it is made of has changed since")
    ]
    parts = {finding.part for finding in findings}
    assert parts >= {"writer", "disk", "raw files", "edited files", "crawls", "batches", "manifest", "snapshot"}
    assert parts >= {"kept", "published", "builds", "exports"}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_seen(sound: Workspace, fault: str) -> None:
    happens, part, state, words = FAULTS[fault]
    happens(sound)
    findings = examine(sound)
    said = [finding for finding in findings if finding.part == part and words in finding.found]
    assert [finding.state for finding in said] == [state], findings
    assert said[0].remedy


def test_what_it_looks_at_stays_as_it_is(sound: Workspace) -> None:
    def stamps() -> dict[Path, tuple[int, int]]:
        return {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in sound.root.rglob("*")}

    flip(batch(sound) / "cells.parquet")
    before = stamps()
    examine(sound)
    assert stamps() == before


def test_who_writes_is_told(sound: Workspace) -> None:
    (sound.warehouse / ".lock").write_text("process 1 (gongkai run), since long ago")
    assert sound.writer() is None, "a lock that is left over is nobody's"
    with sound.exclusive():
        writer = next(finding for finding in examine(sound, quick=True) if finding.part == "writer")
        assert f"process {os.getpid()}" in writer.found
        refused = gongkai(sound, "doctor", "--repair")
        assert (refused.returncode, "is being written by" in refused.stderr) == (1, True)


def test_a_repair_rebuilds_what_is_derived_and_nothing_else(sound: Workspace, published: Workspace) -> None:
    for fault in ("batch", "manifest", "kept", "a block", "export", "scratch", "half", "memory"):
        FAULTS[fault][0](sound)
    theirs = {
        path: path.read_bytes()
        for path in [*sound.raw.rglob("*"), sound.reviews, sound.crawl_settings, *sound.builds.rglob("*")]
        if path.is_file()
    }
    seen = gongkai(sound, "doctor")
    assert (seen.returncode, "6 parts broken" in seen.stderr) == (1, True), seen.stdout
    repaired = gongkai(sound, "doctor", "--repair")
    # The build that is kept shares the damaged block: it is nobody's to remove.
    lines = [line for line in repaired.stdout.splitlines() if line.startswith("broken")]
    assert [line.split()[1] for line in lines] == ["builds"], repaired.stdout + repaired.stderr
    assert repaired.returncode == 1
    assert "Read 5 of 5 documents" in repaired.stdout
    assert "Built and published the warehouse" in repaired.stdout
    assert {path: path.read_bytes() for path in theirs} == theirs
    shutil.rmtree(sound.builds)
    assert gongkai(sound, "doctor").returncode == 0
    query = "SELECT document_id, table_code, row_code, column_code, value FROM landing.cells ORDER BY ALL"
    assert gongkai(sound, "sql", query).stdout == gongkai(published, "sql", query).stdout


def test_a_repair_that_cannot_build_takes_nothing_from_readers(sound: Workspace) -> None:
    flip(sound.published, 0.6)
    sound.reviews.write_text("x\n")
    before = sound.published.read_bytes()
    repaired = gongkai(sound, "doctor", "--repair")
    assert (repaired.returncode, "reviews.csv, line 1" in repaired.stderr) == (1, True)
    assert sound.published.read_bytes() == before


def test_no_data_folder(tmp_path: Path) -> None:
    told = gongkai(Workspace(tmp_path / "none"), "doctor")
    assert (told.returncode, "no data folder" in told.stderr) == (1, True)
