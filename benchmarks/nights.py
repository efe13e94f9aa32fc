"""A data folder whose reports change from night to night, what is true of it, and one night of the real command.

The reports are HTML pages of the corpus: official layout, plausible figures, bodies of real divisions. What stands in
``raw/`` after any number of nights follows from the seed alone.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import deque
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from benchmarks.lakes import YEARS, agency_names
from pipeline.workspace import Workspace
from tests.corpus.draft import Draft
from tests.corpus.html import write_html
from tests.corpus.plausible import plausible_numbers
from tests.corpus.report import MarkedReport

_LOOK: Final = 0.1
"""Seconds between two looks at the memory of a run."""

_PAGE: Final = os.sysconf("SC_PAGE_SIZE")

_DOCUMENTS: Final = re.compile(r"Documents +([\d,]+) found: ([\d,]+) read, [\d,]+ unchanged; ([\d,]+) removed")


class Truth(NamedTuple):
    """What one file says: whose it is, of which year, how many numbers it prints, and their sum."""

    agency: str
    year: int
    numbers: int
    total: Decimal


class Change(NamedTuple):
    """Documents that a night adds, changes and removes."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    @property
    def to_read(self) -> int:
        """The documents that the next run has to read, and no others."""
        return self.added + self.changed

    @property
    def to_forget(self) -> int:
        """The documents that ``raw/`` no longer holds."""
        return self.changed + self.removed


class Reports:
    """Generated reports in ``raw/`` of a data folder, and the truth of each by its path there."""

    def __init__(self, workspace: Workspace, count: int, seed: int = 0) -> None:
        """Write the first ``count`` reports: whole agencies, each with all years. As many more wait to be added."""
        self.workspace = workspace
        self.truth: dict[str, Truth] = {}
        self._rng = random.Random(seed)
        self._written = 0
        agencies = agency_names(-(-2 * count // len(YEARS)))
        self._keys = {f"{code}/{name}-{year}.html": (name, year) for name, code in agencies for year in YEARS}
        self._waiting = deque(self._keys)
        for _ in range(count):
            self._write(self._waiting.popleft())

    def change(self, share: float) -> Change:
        """Change this share of the reports: a third of them is removed, a third added, the rest has other figures."""
        amount = max(3, round(share * len(self.truth)))
        chosen = self._rng.sample(sorted(self.truth), amount - amount // 3)
        removed, changed = chosen[: amount // 3], chosen[amount // 3 :]
        for path in removed:
            (self.workspace.raw / path).unlink()
            del self.truth[path]
        for _ in removed:
            self._write(self._waiting.popleft())
        self._waiting.extend(removed)
        for path in changed:
            self._write(path)
        return Change(len(removed), len(changed), len(removed))

    def faults(self) -> list[str]:
        """What the published file says otherwise than ``raw/``: nothing is lost, nothing counted twice."""
        with duckdb.connect(self.workspace.published, read_only=True) as warehouse:
            found = warehouse.sql(
                """
                SELECT raw_path, agency_name, report_year, count(value), coalesce(sum(value), 0)
                FROM landing.documents
                JOIN landing.reports USING (document_id)
                LEFT JOIN landing.cells USING (document_id)
                WHERE documents.status = 'extracted'
                GROUP BY ALL
                """
            ).fetchall()
            (marts,) = warehouse.sql(
                """
                SELECT count(*), count(DISTINCT (agency_id, report_year)), count(DISTINCT document_id)
                FROM marts.report
                """
            ).fetchall()
        published = {row[0]: Truth(*row[1:]) for row in found}
        faults = [f"{path} is lost" for path in self.truth.keys() - published.keys()]
        faults += [f"{path} is not there any more" for path in published.keys() - self.truth.keys()]
        faults += [
            f"{path} is {published[path]}, not {truth}"
            for path, truth in self.truth.items()
            if path in published and published[path] != truth
        ]
        if len(found) != len(published):
            faults.append(f"{len(found) - len(published)} reports are there twice")
        if set(marts) != {len(self.truth)}:
            faults.append(
                f"marts.report has {marts} rows, agencies and years, documents; not {len(self.truth)} of each"
            )
        return faults

    def _write(self, path: str) -> None:
        """Write a report that was never written before."""
        self._written += 1
        agency, year = self._keys[path]
        report = MarkedReport(self._written, marker=plausible_numbers)
        report.agency, report.year, report.signed = agency, year, f"{year + 1}年1月20日"
        draft = Draft.of(report)
        marks = [mark.value for mark in draft.truth.values() if mark.value is not None]
        self.truth[path] = Truth(agency, year, len(marks), sum(marks, Decimal(0)))
        target = self.workspace.raw / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(write_html(draft))


class Night(NamedTuple):
    """What one ``gongkai run`` did: seconds on the clock and of the processor, the peak of memory of all its processes
    (MiB), documents, and whether it built."""

    seconds: float
    cpu: float
    peak: float
    found: int
    read: int
    removed: int
    built: bool


def spend(workspace: Workspace) -> Night:
    """One night: the real command in a process of its own.

    Raises:
        SystemExit: the run failed; with what it said.
    """
    command = [str(Path(sys.executable).with_name("gongkai")), "--data", str(workspace.root), "run"]
    with tempfile.TemporaryFile("w+") as said:
        start, before = time.perf_counter(), os.times()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        peak = 0
        while process.poll() is None:
            peak = max(peak, _resident(process.pid))
            time.sleep(_LOOK)
        seconds, after = time.perf_counter() - start, os.times()
        said.seek(0)
        told = said.read()
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{told}")
    counts = _DOCUMENTS.search(told)
    assert counts, told
    found, read, removed = (int(count.replace(",", "")) for count in counts.groups())
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Night(seconds, cpu, peak / 2**20, found, read, removed, "(built in " in told)


def _resident(root: int) -> int:
    """Bytes that a process and all that it started hold in memory; what they share counts for each."""
    parents: dict[int, int] = {}
    resident: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):  # it has ended
            pid = int(folder.name)
            parents[pid] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            resident[pid] = int((folder / "statm").read_text().split()[1]) * _PAGE
    tree, found = {root}, 0
    while len(tree) > found:
        found = len(tree)
        tree |= {pid for pid, parent in parents.items() if parent in tree}
    return sum(resident.get(pid, 0) for pid in tree)
