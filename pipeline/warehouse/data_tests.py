"""The data tests of the dbt project, run on a built file without dbt.

dbt takes some ten times longer to prepare a test than DuckDB to run it on a small build. What it makes of a test is the same
for each build: it is compiled once for each state of the project, and kept.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import duckdb
import yaml

from pipeline.warehouse.errors import BuildFailed
from pipeline.warehouse.parsed import kept_of_project
from pipeline.warehouse.project import DBT_PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dbt.contracts.results import RunResult

_PROFILE: Final = ("gongkai", "outputs", "build")


class DataTest(NamedTuple):
    """A data test: ``sql`` gives how many rows fail it, and whether that many fail the build."""

    name: str
    sql: str


def compiled_tests(compile_tests: Callable[[], Iterable[RunResult]]) -> list[DataTest]:
    """The data tests of the project as it stands; ``compile_tests`` gives them as dbt has compiled them.

    Those of severity ``warn`` are not among them: no build fails of them.
    """

    def make() -> bytes:
        tests = [_test(result.node) for result in compile_tests() if result.node.config.severity.upper() == "ERROR"]
        return json.dumps(sorted(tests), ensure_ascii=False).encode()

    return kept_of_project("tests", "json", make, lambda data: [DataTest(*test) for test in json.loads(data)])


def _test(node: Any) -> DataTest:
    """As the materialization ``test`` of dbt asks."""
    config = node.config
    limit = "" if config.limit is None else f"\nLIMIT {config.limit}"
    failures = f"SELECT {config.fail_calc} AS failures FROM (\n{node.compiled_code}{limit}\n)"
    return DataTest(node.name, f"SELECT failures, failures {config.error_if} FROM (\n{failures}\n)")


def run_data_tests(target: Path, tests: Iterable[DataTest]) -> None:
    """Run ``tests`` on ``target`` and the scratch database beside it, as many at a time as dbt has threads.

    Raises:
        BuildFailed: tests failed; with the name of each and how many rows fail it.
    """
    profile = yaml.safe_load((DBT_PROJECT / "profiles.yml").read_text(encoding="utf-8"))
    for key in _PROFILE:
        profile = profile[key]
    with duckdb.connect(target, read_only=True, config=profile["config_options"]) as connection:
        connection.execute(f"ATTACH '{_quoted(target)}.scratch' AS scratch (READ_ONLY)")
        for name, value in profile["settings"].items():
            connection.execute(f"SET GLOBAL {name} = '{value}'")
        with ThreadPoolExecutor(profile["threads"]) as pool:
            outcomes = pool.map(lambda test: _failure(connection, test), tests)
            failures = [failure for failure in outcomes if failure]
    if failures:
        raise BuildFailed("\n".join(["dbt failed:", *failures]))


def _failure(connection: duckdb.DuckDBPyConnection, test: DataTest) -> str | None:
    with connection.cursor() as cursor:
        try:
            ((rows, fails),) = cursor.execute(test.sql).fetchall()
        except duckdb.Error as error:
            return f"test {test.name}: {error}"
    return f"test {test.name}: {rows} rows fail it" if fails else None


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
