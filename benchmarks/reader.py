"""One reader of a published file: the process that `benchmarks.readers` starts many of. Imports next to nothing.

Run as ``python -m benchmarks.reader FILE STOP HOLD PAUSE``, queries (a list, JSON) on standard input. Until there is a
file STOP it opens FILE, asks one of the queries and for the marks of its build, closes it, and waits PAUSE seconds;
with HOLD ``1`` it opens once and keeps asking. It prints a line after its first round, and at last what it saw as JSON:
``rounds``, ``errors``, ``torn`` (marks that differ within one connection), ``builds`` in order, and milliseconds:
``open`` of each time it opened, ``ask`` of each query.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import duckdb

MARKED = (("landing.documents", "media_type"), ("marts.report", "title"), ("marts.finding", "message"))
"""Columns of which every row carries the mark of its build, in files that `benchmarks.readers` publishes."""

_LOOK = 0.2
"""Seconds between two looks whether to stop."""


def main() -> None:
    path, stop, hold, pause = sys.argv[1], Path(sys.argv[2]), sys.argv[3] == "1", float(sys.argv[4])
    queries = json.load(sys.stdin)
    seen: dict[str, Any] = {"rounds": 0, "errors": [], "torn": [], "builds": [], "open": [], "ask": []}
    held = None
    for number in count():
        if stop.exists():
            break
        try:
            start = time.perf_counter()
            connection = held or duckdb.connect(path, read_only=True, config={"threads": 1})
            if connection is not held:
                seen["open"].append((time.perf_counter() - start) * 1000)
            held = connection if hold else None
            ask(connection, queries[number % len(queries)] if queries else None, seen)
            if not hold:
                connection.close()
        except duckdb.Error as error:
            seen["errors"].append(f"{type(error).__name__}: {error}")
        seen["rounds"] += 1
        if seen["rounds"] == 1:
            print(flush=True)
        over = time.monotonic() + pause
        while time.monotonic() < over and not stop.exists():
            time.sleep(min(pause, _LOOK))
    print(json.dumps(seen))


def ask(connection: duckdb.DuckDBPyConnection, query: str | None, seen: dict[str, Any]) -> None:
    """Ask a query, and each mark by a statement of its own."""
    marks = []
    for statement in (query, *(f"SELECT min({column}), max({column}) FROM {table}" for table, column in MARKED)):
        if statement is None:
            continue
        start = time.perf_counter()
        with closing(connection.cursor()) as cursor:
            rows = cursor.execute(statement).fetchall()
        seen["ask"].append((time.perf_counter() - start) * 1000)
        if statement is not query:
            marks += rows[0]
    ((build,),) = connection.execute("SELECT build_id FROM landing.build").fetchall()
    if {f"build {mark}" for mark in marks} != {f"build {build}"}:
        seen["torn"].append([build, *marks])
    if seen["builds"][-1:] != [build]:
        seen["builds"].append(build)


if __name__ == "__main__":
    main()
