"""Run dbt on an assembled file."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.warehouse.data_tests import compiled_tests, failing_tests
from pipeline.warehouse.errors import BuildFailed
from pipeline.warehouse.parsed import parsed_project
from pipeline.warehouse.project import DATABASE_VARIABLE, DBT_PROJECT

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.graph.nodes import TestNode
    from dbt_common.events.base_types import EventMsg

Progress = Callable[[str], None]

_LEAST_ROOM: Final = 2**20
"""Bytes on a disk with less of which DuckDB writes nothing: a block of it takes 256 KB."""


def transform(target: Path, *, progress: Progress | None = None) -> dict[str, float]:
    """Build all marts in ``target`` with ``dbt build``, in this process, then run the data tests.

    dbt writes its logs and what it compiles into ``dbt/`` beside ``target``, never into the source tree. Unit
    tests hold the models' logic and need no data of this build: they run with the project's own tests.
    ``progress`` is told each model and seed as it ends. Gives the seconds that each took, by its name in dbt.

    Raises:
        BuildFailed: a model or a test failed; with dbt's own words on each.
    """
    made = run_dbt("build", "--exclude-resource-type", "unit_test", "test", target=target, progress=progress)
    check_data(target)
    return {run.node.unique_id: run.execution_time for run in made.result.results}  # type: ignore[union-attr]


def check_data(target: Path) -> None:
    """Run the data tests of the dbt project on ``target``, which it has built.

    Raises:
        BuildFailed: data tests failed; with the name of each and why.
    """
    if failing := failing_data_tests(target):
        raise data_tests_failed(failing)


def data_tests_failed(failing: Mapping[str, str]) -> BuildFailed:
    """The error that tells of the data tests that fail."""
    return BuildFailed("\n".join(["dbt failed:", *(f"test {name}: {why}" for name, why in failing.items())]))


def failing_data_tests(target: Path, names: Container[str] | None = None) -> dict[str, str]:
    """The data tests that fail on ``target``, which dbt has built, and why; of those named alone, if any are.

    Raises:
        BuildFailed: dbt could not compile them.
    """

    def compile_tests() -> Iterable[TestNode]:
        only = ("--select", "resource_type:test", "--no-introspect", "--no-populate-cache")
        return [run.node for run in run_dbt("compile", *only, target=target).result.results]  # type: ignore[misc, union-attr]

    tests = compiled_tests(compile_tests)
    return failing_tests(target, [test for test in tests if names is None or test.name in names])


def run_dbt(*arguments: str, target: Path, progress: Progress | None = None) -> dbtRunnerResult:
    """Run one dbt command on ``target`` and close the file behind it.

    Raises:
        BuildFailed: dbt could not start, or a node failed.
    """
    if not (DBT_PROJECT / "dbt_project.yml").exists():
        raise BuildFailed(f"There is no dbt project in {DBT_PROJECT}: install Gongkai from its repository (make).")

    scratch = target.parent.resolve() / "dbt"
    options = [
        *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
        *("--target-path", str(scratch), "--log-path", str(scratch)),
        *("--log-level", "none", "--log-level-file", "none", "--no-write-json"),
    ]

    with _environment(DATABASE_VARIABLE, str(target)), _no_collection():
        from dbt.cli.main import dbtRunner

        def parse() -> Manifest:
            return _checked(dbtRunner().invoke(["parse", *options])).result  # type: ignore[return-value]

        try:
            runner = dbtRunner(parsed_project(parse), callbacks=[_listener(progress)] if progress else [])
            return _checked(runner.invoke([*arguments, *options]))
        except BuildFailed as failure:
            if shutil.disk_usage(target.parent).free < _LEAST_ROOM:  # of which dbt and DuckDB do not always tell
                raise BuildFailed(f"No space left on the disk of {target.parent}.\n{failure}") from failure
            raise
        finally:
            _close_database()


def _checked(outcome: dbtRunnerResult) -> dbtRunnerResult:
    if not outcome.success:
        raise BuildFailed(_explain(outcome))
    return outcome


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


@contextmanager
def _no_collection() -> Iterator[None]:
    """dbt keeps nearly all that it makes until it ends: to look for what is not kept takes a sixth of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _close_database() -> None:
    """dbt-duckdb keeps its database open for the next command; an open file cannot be published."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    if DuckDBConnectionManager._ENV is not None:
        DuckDBConnectionManager._ENV.close()
    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]


def _listener(progress: Progress) -> Callable[[EventMsg], None]:
    def listen(event: EventMsg) -> None:
        if event.info.name in {"LogModelResult", "LogSeedResult"}:
            progress(f"{event.data.node_info.node_name}: {event.data.status}")

    return listen


def _explain(outcome: dbtRunnerResult) -> str:
    if outcome.exception is not None:
        return f"dbt could not run: {outcome.exception}"
    failed = [run for run in getattr(outcome.result, "results", []) if run.status in {"error", "fail", "runtime error"}]
    reasons = [f"{run.node.resource_type} {run.node.name}: {run.message}" for run in failed]
    return "\n".join(["dbt failed:", *reasons])
