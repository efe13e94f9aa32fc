"""Queries of somebody who means harm: each is refused or stopped, nothing is read or written, and the console goes on.

``hostile.yml`` has those that can be written down; here are those that are made.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from pipeline.console import Console, Limits, Refused
from pipeline.console.answers import CODES
from pipeline.workspace import Workspace
from tests.conftest import ROOT

LIMITS = Limits(
    seconds=1, clock_seconds=60, memory_bytes=128 * 2**20, disk_bytes=64 * 2**20, rows=100, answer_bytes=2**20
)
SECRET = "wqx81-not-for-you"

MADE = {
    "deep brackets": ("SELECT " + "(" * 9000 + "1" + ")" * 9000, ["wrong", "died", "answered"]),
    "deep subqueries": ("SELECT * FROM " + "(SELECT * FROM " * 600 + "report" + ")" * 600, ["wrong", "died", "time"]),
    "deep lists": ("SELECT " + "[" * 4000 + "]" * 4000, ["wrong", "died"]),
    "deep negations": ("SELECT " + "NOT " * 4500 + "true", ["wrong", "died", "not_select"]),
    "many joins": (
        "SELECT count(*) FROM " + ", ".join(f"report AS r{n}" for n in range(900)),
        ["time", "memory", "wrong"],
    ),
    "many unions": (" UNION ALL ".join(["SELECT 1"] * 1000), ["cut", "wrong", "memory", "died", "time"]),
    "more text than is read": ("SELECT 1 --" + "a" * 20_000, ["too_long"]),
    "many statements": ("SELECT 1;" * 2000, ["several"]),
    "an answer that is no text": ("SELECT '\udc80'", ["wrong", "died"]),
}


class Case(NamedTuple):
    """A query, what it may come to, and what it came to."""

    query: str
    may: list[str]
    came: str
    said: str


def cases() -> dict[str, tuple[str, list[str]]]:
    listed: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("hostile.yml").read_text("utf-8"))
    found = {
        one["name"]: (one["query"], [one["code"]] if isinstance(one["code"], str) else one["code"]) for one in listed
    }
    assert len(found) == len(listed)
    return found | MADE


def state(file: Path) -> tuple[int, int, int, int]:
    """What changes when a file is written or replaced."""
    now = file.stat()
    return now.st_ino, now.st_size, now.st_mtime_ns, now.st_mode


@pytest.fixture(scope="module")
def console(published: Workspace) -> Iterator[Console]:
    console = Console(published, places=6, waiting=200)
    yield console
    console.close()


@pytest.fixture(scope="module")
def asked(published: Workspace, console: Console, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    """All cases, side by side on one console."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "secret.csv").write_text(f"a,b\n{SECRET},1\n", "utf-8")
    before = state(published.published)

    def ask(query: str, may: list[str]) -> Case:
        for word, path in (
            ("SECRET", folder / "secret.csv"), ("FILE", published.published), ("NEW", folder / "new"),
        ):  # fmt: skip
            query = query.replace(f"'{word}'", f"'{path}'")
        try:
            answer = console.ask(query, LIMITS)
        except Refused as refused:
            return Case(query, may, refused.code, refused.detail)
        return Case(query, may, "cut" if answer.is_cut else "answered", str(answer.rows))

    with ThreadPoolExecutor(6) as pool:
        came = {name: pool.submit(ask, *case) for name, case in cases().items()}
    assert {path.name for path in folder.iterdir()} == {"secret.csv"}
    assert state(published.published) == before
    return {name: future.result() for name, future in came.items()}


@pytest.mark.parametrize("name", cases())
def test_refused_or_stopped(asked: dict[str, Case], name: str) -> None:
    case = asked[name]
    assert case.came in case.may, case
    assert SECRET not in case.said
    assert case.came in {*CODES, "cut"} or name == "deep brackets"  # which mean nothing


def test_the_console_goes_on(asked: dict[str, Case], console: Console) -> None:
    answer = console.ask("SELECT agency_name FROM dim_agency ORDER BY 1")
    assert len(answer.rows) == 5
    assert len(asked) >= 50


def test_what_the_gate_lets_through_still_reaches_no_file(published: Workspace, tmp_path: Path) -> None:
    """DuckDB's settings and the kernel hold by themselves: all queries again, in one process, without the gate."""
    (tmp_path / "own").mkdir()
    (tmp_path / "secret.csv").write_text(f"a,b\n{SECRET},1\n", "utf-8")
    reading = [
        query.replace("'SECRET'", f"'{tmp_path}/secret.csv'").replace("'NEW'", f"'{tmp_path}/new'")
        for query, may in cases().values()
        if set(may) & {"function", "outside", "not_select"} and "sleep" not in query and len(query) < 500
    ]
    script = (
        "import duckdb, json, sys\n"
        "from pipeline.console import child\n"
        "connection = child._open(sys.argv[1], 2**28, 2**26)\n"
        "print('enclosed', child.sandbox.enclose([], __import__('pathlib').Path.cwd()))\n"
        "for query in json.load(sys.stdin):\n"
        "    try:\n"
        "        print(connection.execute(query).fetchmany(50))\n"
        "    except duckdb.Error as error:\n"
        "        print(error)\n"
        "print('OPENED')\n"
        "try:\n"
        "    print(open(sys.argv[2]).read())\n"
        "except OSError as error:\n"
        "    print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, published.published, tmp_path / "secret.csv"],
        input=json.dumps(reading),
        cwd=tmp_path / "own",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert len(reading) > 50
    by_sql, _, by_python = run.stdout.partition("OPENED")
    assert SECRET not in by_sql
    # Python itself is not refused anything by DuckDB: this is the kernel, where it can.
    assert SECRET not in by_python or "enclosed False" in by_sql
    assert {path.name for path in tmp_path.iterdir()} == {"own", "secret.csv"}
