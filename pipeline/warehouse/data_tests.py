"""The data tests of the dbt project, run on a built file without dbt.

On a small build dbt takes some ten times longer to prepare a test than DuckDB to run it. What it makes of a test is the
same for each build: it is compiled once for each state of the project, and kept.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import duckdb
import yaml  # type: ignore[import-untyped]

from pipeline.warehouse.parsed import kept_of_project
from pipeline.warehouse.project import DBT_PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dbt.contracts.graph.nodes import TestNode

_PROFILE: Final = ("gongkai", "outputs", "build")


class DataTest(NamedTuple):
    """A data test: ``sql`` gives how many rows fail it, and whether that many fail the build."""

    name: str
    sql: str


def compiled_tests(compile_tests: Callable[[], Iterable[TestNode]]) -> list[DataTest]:
    """The data tests of the project as it stands; ``compile_tests`` gives them as dbt has compiled them.

    Each fails a build: of severity ``warn``, of which dbt would tell and go on, the project has none.
    """

    def make() -> bytes:
        return json.dumps(sorted(map(_test, compile_tests())), ensure_ascii=False).encode()

    return kept_of_project("tests", "json", make, lambda data: [DataTest(*test) for test in json.loads(data)])


def _test(node: TestNode) -> DataTest:
    """As the materialization ``test`` of dbt asks."""
    config = node.config
    limit = "" if config.limit is None else f"\nLIMIT {config.limit}"
    failures = f"SELECT {config.fail_calc} AS failures FROM (\n{node.compiled_code}{limit}\n)"
    return DataTest(node.name, f"SELECT failures, failures {config.error_if} FROM (\n{failures}\n)")


def failing_tests(target: Path, tests: Iterable[DataTest]) -> dict[str, str]:
    """Run ``tests`` on ``target`` and the scratch database beside it, as many at a time as dbt has threads.

    Gives the name of each that fails, and why.
    """
    profile = yaml.safe_load((DBT_PROJECT / "profiles.yml").read_text(encoding="utf-8"))
    for key in _PROFILE:
        profile = profile[key]
    with duckdb.connect(target, read_only=True, config=profile["config_options"]) as connection:
        connection.execute(f"ATTACH '{_quoted(target)}.scratch' AS scratch (READ_ONLY)")
        for name, value in profile["settings"].items():
            connection.execute(f"SET GLOBAL {name} = '{value}'")
        with ThreadPoolExecutor(profile["threads"]) as pool:
            outcomes = pool.map(lambda test: (test.name, _failure(connection, test)), tests)
            return {name: why for name, why in outcomes if why is not None}


def _failure(connection: duckdb.DuckDBPyConnection, test: DataTest) -> str | None:
    with connection.cursor() as cursor:
        try:
            ((rows, fails),) = cursor.execute(test.sql).fetchall()
        except duckdb.Error as error:
            return str(error)
    if fails is None:
        return "it does not say how many rows fail it"
    return f"{rows:,} rows fail it" if fails else None


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
