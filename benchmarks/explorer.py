"""How long the pages of the explorer take with many users side by side.

``python -m benchmarks.explorer [--published FILE | --data DIR | --reports 100000] [--users 20] [--seconds 60]`` starts
`gongkai serve` in a process of its own on a published warehouse (a new one of so many reports, `benchmarks.lakes`,
unless there is one), opens every page once, waits until the index of words is made, and then has that many users, each
a thread, open one page after another of agencies, reports and findings by chance, with a pause (``--pause``, seconds)
to look at each. It prints the median and the 95th percentile of each page in milliseconds, from the request to the last
byte, and the peak of the server's memory. The pages of the console take a process each.

Exit status 1 if a page was an error. The aim is a median of 300 ms and a 95th percentile of 1 s for each page.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import duckdb
import numpy as np

from benchmarks.lakes import consistent_figures, write_lake
from pipeline.console.cookbook import questions
from pipeline.explorer.language import words
from pipeline.warehouse import open_published
from pipeline.warehouse.build import build
from pipeline.workspace import Workspace

MEDIAN: Final = 300
P95: Final = 1000
"""Milliseconds that a page may take."""
_CHOICES: Final = 200
"""Agencies, reports and findings that are looked at."""

Paths = Mapping[str, Sequence[str]]
"""By the name of a page the addresses that it is opened at."""


class Visit(NamedTuple):
    """One answer: ``told`` is what was found wrong with it."""

    page: str
    path: str
    status: int
    ms: float
    told: str | None


@dataclass
class Users:
    """Users who open pages until they are told to stop, each a thread with a connection of its own."""

    port: int
    paths: Paths
    pause: float
    look: Callable[[int, bytes], str | None] = lambda user, body: None
    """Look at what a user got; gives what is wrong with it."""
    visits: list[Visit] = field(default_factory=list)

    @contextmanager
    def visiting(self, users: int) -> Iterator[None]:
        """Have so many users open pages meanwhile."""
        stop = threading.Event()
        threads = [threading.Thread(target=self._visit, args=(user, stop), daemon=True) for user in range(users)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def open(self, user: int, page: str, path: str, connection: http.client.HTTPConnection) -> Visit:
        """Open a page, to its last byte."""
        start = time.perf_counter()
        for is_new in (connection.sock is None, True):
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                body, status = answer.read(), answer.status
                break
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                # A connection that the server has closed meanwhile is opened anew, as by a browser.
                if is_new:
                    return Visit(page, path, 0, (time.perf_counter() - start) * 1000, repr(error))
        ms = (time.perf_counter() - start) * 1000
        told = f"status {status}: {_text(body)}" if status != 200 else self.look(user, body)
        return Visit(page, path, status, ms, told)

    def _visit(self, user: int, stop: threading.Event) -> None:
        chance = random.Random(user)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        pages = list(self.paths)
        at = user  # not all on the same page
        stop.wait(chance.random() * self.pause)
        while not stop.is_set():
            page = pages[at % len(pages)]
            self.visits.append(self.open(user, page, chance.choice(self.paths[page]), connection))
            at += 1
            stop.wait(self.pause * (0.5 + chance.random()))
        connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.explorer")
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--published", type=Path, help="a published file, in place of a new build")
    parser.add_argument("--data", type=Path, help="a data folder with a published file, served as it is")
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument(
        "--pause", type=float, default=1.0, help="seconds, on average, for which a user looks at a page"
    )
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder by default")
    parser.add_argument("--wait", type=float, default=1800, help="seconds to wait at most for the index of words")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        workspace = Workspace(options.data or Path(folder))
        if options.published:
            workspace.warehouse.mkdir(parents=True)
            shutil.copyfile(options.published, workspace.published)
        elif not options.data:
            write_lake(workspace, options.reports, consistent_figures)
            build(workspace)
        with open_published(workspace) as connection:
            paths = choose(connection)
            ((reports,),) = connection.execute("SELECT count(*) FROM marts.report").fetchall()
        with serving(workspace) as (port, process):
            print(f"{reports:,} reports, {options.users} users, a pause of {options.pause:g} s", flush=True)
            sys.exit(measure(port, process.pid, paths, options.users, options.seconds, options.pause, options.wait))


def measure(port: int, pid: int, paths: Paths, users: int, seconds: float, pause: float, wait: float) -> int:
    """Warm up, measure and print; gives the exit status."""
    load = Users(port, paths, pause)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    first = {page: load.open(0, page, some[0], connection) for page, some in paths.items()}
    waited = wait_for_words(paths["words"][0], connection, wait)
    made = "is not made: it grows beside what is measured" if waited is None else f"made within {waited:.0f} s"
    print(f"index of words {made}", flush=True)
    start = time.monotonic()
    with load.visiting(users):
        time.sleep(seconds)
    elapsed = time.monotonic() - start
    print(f"{'page':16}{'visits':>8}{'first':>9}{'median':>9}{'p95':>9}{'max':>9}  ms")
    slow = []
    for page in paths:
        took = [visit.ms for visit in load.visits if visit.page == page]
        if not took:
            print(f"{page:16}{0:8}")
            continue
        median, p95, most = np.percentile(took, [50, 95, 100])
        slow += [page] if median > MEDIAN or p95 > P95 else []
        print(f"{page:16}{len(took):8,}{first[page].ms:9.0f}{median:9.0f}{p95:9.0f}{most:9.0f}")
    median, p95 = np.percentile([visit.ms for visit in load.visits], [50, 95])
    print(f"{'all':16}{len(load.visits):8,}{'':9}{median:9.0f}{p95:9.0f}")
    print(f"{len(load.visits) / elapsed:.1f} pages a second; peak of the server's memory {_peak(pid):.2f} GiB")
    print(f"aim ({MEDIAN} ms, p95 {P95} ms) missed by: {', '.join(slow) or 'none'}")
    faults = [f"{visit.path}: {visit.told}" for visit in [*first.values(), *load.visits] if visit.told]
    print("\n".join(sorted(set(faults))[:20]) or "no error")
    return int(bool(faults))


def choose(connection: duckdb.DuckDBPyConnection) -> Paths:
    """The addresses of all pages, of agencies, reports and findings by chance, the same each time."""

    def some(query: str) -> list[tuple[str, ...]]:
        rows = connection.execute(query).fetchall()
        return random.Random(1).sample(rows, min(_CHOICES, len(rows)))

    agencies = some("SELECT agency_id FROM marts.dim_agency JOIN marts.report USING (agency_id) GROUP BY 1 ORDER BY 1")
    reports = some("SELECT document_id FROM marts.report ORDER BY 1")
    findings = some("SELECT finding_id FROM marts.finding ORDER BY 1 LIMIT 10000")
    names = some("SELECT DISTINCT agency_name FROM marts.dim_agency WHERE agency_name IS NOT NULL ORDER BY 1")
    years = some(
        "SELECT min(document_id), max(document_id) FROM marts.report GROUP BY agency_id HAVING count(*) > 1 ORDER BY 1"
    )
    pairs = years or list(zip([one for (one,) in reports], [one for (one,) in reports[1:]], strict=False))
    return {
        "start": ["/"],
        "search": ["/search?" + urlencode({"q": name}) for (name,) in names],
        "words": ["/search?" + urlencode({"q": word}) for word in ("公开 申请", "行政复议", "培训", "不予公开")],
        "agency": [f"/agency/{quote(one, safe='')}" for (one,) in agencies],
        "report": [f"/report/{quote(one, safe='')}" for (one,) in reports],
        "compare": ["/compare?" + urlencode({"left": left, "right": right}) for left, right in pairs],
        "rankings": ["/rankings", "/rankings?year=2023&level=county", "/rankings?year=2022"],
        "places": ["/places", "/places?year=2023"],
        "findings": ["/findings", "/findings?severity=error", "/findings?page=2"],
        "finding": [f"/finding/{quote(one, safe='')}" for (one,) in findings],
        "sql": ["/sql?" + urlencode({"q": question.sql}) for question in questions()],
        "CSV": [f"/agency/{quote(one, safe='')}?format=csv&table=years" for (one,) in agencies],
    }


@contextmanager
def serving(workspace: Workspace) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """The real command, on a free port."""
    command = [Path(sys.executable).with_name("gongkai"), "--data", workspace.root, "serve", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    assert process.stderr
    try:
        said = process.stderr.readline()
        port = urlsplit(said.strip()).port
        assert port, said
        _wait_until_it_listens(port)
        threading.Thread(target=shutil.copyfileobj, args=(process.stderr, sys.stderr), daemon=True).start()
        yield port, process
    finally:
        if process.poll() is not None:
            print(f"the server ended by itself, with status {process.returncode}", flush=True)
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait_until_it_listens(port: int) -> None:
    until = time.monotonic() + 120
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 10).close()
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def wait_for_words(path: str, connection: http.client.HTTPConnection, seconds: float) -> float | None:
    """Wait until the index of words is made; gives the seconds, None if it is not made in time."""
    start = time.monotonic()
    growing = words("zh")("search.growing").partition("{")[0].encode()
    while True:
        connection.request("GET", path)
        is_growing = growing in connection.getresponse().read()
        waited = time.monotonic() - start
        if not is_growing or waited > seconds:
            return None if is_growing else waited
        time.sleep(1)


def _text(body: bytes) -> str:
    main = re.search(rb"<main.*?</main>", body, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", (main[0] if main else body).decode(errors="replace")).split())[:200]


def _peak(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    match = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(match[1]) / 2**20 if match else float("nan")


if __name__ == "__main__":
    main()
