"""A night: a published folder, then a few hundred new documents; what disturbs the run, and what may be there after."""

from __future__ import annotations

import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psutil

from pipeline.workspace import Workspace
from tests.corpus.draft import Draft
from tests.corpus.html import write_html
from tests.corpus.plausible import plausible_numbers
from tests.corpus.report import MarkedReport
from tests.corpus.text import write_text_cells

GONGKAI = Path(sys.executable).with_name("gongkai")
SAID = "COLUMNS(name -> name <> 'extracted_at')"
"""All columns but the one that says when this machine did something."""

Tables = dict[str, tuple[int, int]]
"""Of each table of a published file how many rows it has, and a hash of them."""


def fill(raw: Path, number: int) -> None:
    """Put so many generated reports into ``raw/``, pages and text files."""
    folder = raw / "generated"
    folder.mkdir(parents=True)
    for seed in range(number):
        draft = Draft.of(MarkedReport(seed, marker=plausible_numbers))
        name, data = ("html", write_html(draft)) if seed % 2 else ("txt", write_text_cells(draft))
        (folder / f"{seed:04}.{name}").write_bytes(data)


def tables(path: Path) -> Tables:
    """What a published file says, but for when it was made.

    Raises:
        duckdb.Error: it cannot be opened or read.
    """
    found: Tables = {}
    with duckdb.connect(path, read_only=True) as connection:
        names = connection.sql(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE schema_name || '.' || table_name <> ?",
            params=["landing.build"],
        ).fetchall()
        assert len(names) > 20
        for schema, name in names:
            ((rows, digest),) = connection.sql(
                f"SELECT count(*), sum(hash(row)) FROM (SELECT {SAID} FROM {schema}.{name}) AS row"
            ).fetchall()
            found[f"{schema}.{name}"] = (rows, int(digest or 0))
    return found


def different_rows(one: Path, other: Path) -> dict[str, int]:
    """The rows of marts that are in one of two files alone, by the mart; compared row by row."""
    found = {}
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{one}' AS one (READ_ONLY); ATTACH '{other}' AS other (READ_ONLY)")
        marts = connection.sql(
            "SELECT DISTINCT table_name FROM duckdb_tables() WHERE schema_name = 'marts' ORDER BY 1"
        ).fetchall()
        for (mart,) in marts:
            ((rows,),) = connection.sql(
                f"""
                SELECT
                    (SELECT count(*) FROM (FROM one.marts.{mart} EXCEPT ALL FROM other.marts.{mart}))
                    + (SELECT count(*) FROM (FROM other.marts.{mart} EXCEPT ALL FROM one.marts.{mart}))
                """
            ).fetchall()
            if rows:
                found[mart] = rows
    return found


def twice_or_lost(workspace: Workspace, expected: int) -> tuple[int, int]:
    """How many documents the published file holds twice, and how many not at all."""
    with duckdb.connect(workspace.published, read_only=True) as connection:
        ((rows, documents),) = connection.sql(
            "SELECT count(*), count(DISTINCT document_id) FROM landing.documents"
        ).fetchall()
    return rows - documents, expected - documents


@dataclass(frozen=True)
class Night:
    """``before`` is a published folder into which new documents were put, ``after`` the same after a run.

    ``last`` and ``new`` are what their published files say, ``seconds`` (of the processors) what the run took.
    """

    before: Workspace
    after: Workspace
    last: Tables
    new: Tables
    seconds: float

    @classmethod
    def spend(cls, folder: Path, published: Workspace, documents: int) -> Night:
        """Run once, undisturbed."""
        before, after = Workspace(folder / "before"), Workspace(folder / "after")
        copy(published, before)
        fill(before.raw, documents)
        copy(before, after)
        start = _seconds_of_children()
        done = run(after)
        assert done.returncode == 0, done.stderr
        seconds = _seconds_of_children() - start
        last, new = tables(before.published), tables(after.published)
        assert last != new
        return cls(before, after, last, new, seconds)

    def begin(self, folder: Path) -> Workspace:
        """A folder in the state before the run."""
        workspace = Workspace(folder)
        copy(self.before, workspace)
        return workspace

    def what_is_published(self, workspace: Workspace) -> str:
        """Whether it is the ``last`` good build or the ``new`` one.

        Raises:
            AssertionError: it is neither.
        """
        now = tables(workspace.published)
        assert now in (self.last, self.new), {
            name: (now.get(name), self.last.get(name), self.new.get(name))
            for name in self.new
            if now.get(name) not in (self.last.get(name), self.new.get(name))
        }
        return "new" if now == self.new else "last"

    def assert_healed(self, workspace: Workspace) -> None:
        """All is as after the run that nothing disturbed."""
        assert tables(workspace.published) == self.new
        assert different_rows(workspace.published, self.after.published) == {}
        assert twice_or_lost(workspace, self.new["landing.documents"][0]) == (0, 0)
        for path in self.after.exports.glob("*.csv"):
            if path.name != "CHANGES.csv":
                assert (workspace.exports / path.name).read_bytes() == path.read_bytes(), path.name
        assert _hidden(workspace) <= _hidden(self.after)


def _hidden(workspace: Workspace) -> set[Path]:
    """What is half made has a hidden name."""
    return {path.relative_to(workspace.warehouse) for path in workspace.warehouse.rglob(".*")}


def copy(source: Workspace, target: Workspace) -> None:
    """As ``cp --archive``: links between builds and the published file stay links."""
    shutil.rmtree(target.root, ignore_errors=True)
    target.root.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "--archive", source.root, target.root], check=True)


def run(workspace: Workspace) -> subprocess.CompletedProcess[str]:
    """`gongkai run`, to its end."""
    return subprocess.run(
        [GONGKAI, "--data", workspace.root, "run"], capture_output=True, text=True, check=False, timeout=900
    )


def started(workspace: Workspace) -> subprocess.Popen[str]:
    """`gongkai run`, under way."""
    return subprocess.Popen(
        [GONGKAI, "--data", workspace.root, "run"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def kill(process: subprocess.Popen[str]) -> bool:
    """``kill -9``; whether it was still at work."""
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


class Markers:
    """What a run shows of the stages that it comes to, in the folder alone."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._batches = set(workspace.batches.glob("batch_id=*"))
        self._statements = set(workspace.lake.glob("statements/*/batch_id=*"))
        self._manifest = workspace.manifest.stat().st_ino
        self._published = workspace.published.stat().st_ino

    def stage(self) -> str:
        """The last stage that was begun."""
        found = "listing"
        for name, reached in self._reached():
            if reached:
                found = name
        return found

    def wait(self, stage: str, process: subprocess.Popen[str]) -> bool:
        """Wait until a stage is begun; False if the run ended without it."""
        while process.poll() is None:
            if dict(self._reached())[stage]:
                return True
            time.sleep(0.005)
        return False

    def _reached(self) -> Iterator[tuple[str, bool]]:
        w = self._workspace
        yield "reading", bool(set(w.batches.glob(".part-*")) or set(w.batches.glob("batch_id=*")) - self._batches)
        yield "statements", bool(set(w.lake.glob("statements/*/*")) - self._statements)
        yield "loading", any(w.warehouse.glob(".build-*/gongkai.duckdb"))
        yield "marts", any(w.warehouse.glob(".build-*/dbt"))
        yield "exports", w.published.stat().st_ino != self._published


STAGES = ("listing", "reading", "statements", "loading", "marts", "exports")


def wait_and_do(workspace: Workspace, stage: str, do: Callable[[], object]) -> subprocess.CompletedProcess[str]:
    """Run, and do something once a stage is begun."""
    markers, process = Markers(workspace), started(workspace)
    if markers.wait(stage, process):
        do()
    output, errors = process.communicate(timeout=900)
    return subprocess.CompletedProcess([], process.returncode, output, errors)


def killed_at(workspace: Workspace, seconds: float) -> tuple[bool, str]:
    """Run, and kill once it has had so many seconds of the processors; whether it was still at work, and its stage.

    By the clock most kills would come early where the machine has more to do than when the run was measured.
    """
    markers, process = Markers(workspace), started(workspace)
    seen = psutil.Process(process.pid)
    while process.poll() is None and _seconds_of(seen) < seconds:
        time.sleep(0.01)
    stage = markers.stage() if process.poll() is None else "done"
    return kill(process), stage


def _seconds_of(process: psutil.Process) -> float:
    """What a process and all below it have had of the processors."""
    with suppress(psutil.NoSuchProcess):
        own = sum(process.cpu_times()[:4])  # of itself, and of children that have ended
        return own + sum(map(_seconds_of, process.children()))
    return 0.0


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def flip(path: Path, rng: random.Random) -> None:
    """Flip one bit somewhere in a file."""
    data = bytearray(path.read_bytes())
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(data)
