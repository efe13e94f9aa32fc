"""Time and memory of a build, step by step, and of typical queries on what it published.

``python -m benchmarks.build [consistent|random] [REPORTS [FOLDER]]`` writes a lake of so many reports
(`benchmarks.lakes`) and builds it: ``consistent`` (default, 100,000 reports) is what reports are like, all sums hold
but for one figure in one report of fifty; ``random`` (20,000 reports) is the worst case, nearly no sum holds. The peak
of memory is that of the whole process, DuckDB and dbt included; seconds of CPU are given beside those of the clock,
since others may work on the same machine.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import duckdb

from benchmarks.lakes import consistent_figures, random_figures, write_lake
from pipeline.warehouse import open_published, publish
from pipeline.warehouse.assemble import assemble
from pipeline.warehouse.build import new_scratch
from pipeline.warehouse.transform import transform
from pipeline.workspace import Workspace

KINDS = {"consistent": (consistent_figures, 100_000), "random": (random_figures, 20_000)}
SHOWN = 12

QUERIES = {
    "an agency's history": """
        SELECT agency_year.* FROM marts.agency_year JOIN marts.dim_agency USING (agency_id)
        WHERE agency_full_name = '河南省郑州市金水区教育局' ORDER BY report_year
    """,
    "its outcomes, year by year": """
        SELECT report_year, outcome_group, sum(applications) FROM marts.fct_outcomes
        WHERE agency_id = (SELECT agency_id FROM marts.dim_agency WHERE agency_full_name = '河南省郑州市金水区教育局')
        GROUP BY ALL ORDER BY ALL
    """,
    "a ranking of a year": """
        SELECT agency_full_name, concluded, disclosure_rate
        FROM marts.agency_year JOIN marts.dim_agency USING (agency_id)
        WHERE report_year = 2023 ORDER BY concluded DESC, agency_full_name LIMIT 20
    """,
    "a province's trend": """
        SELECT report_year, sum(received_new), sum(granted)
        FROM marts.agency_year JOIN marts.dim_agency USING (agency_id)
        WHERE province = '河南省' GROUP BY ALL ORDER BY ALL
    """,
    "a province's outcomes": """
        SELECT report_year, outcome_code, sum(applications)
        FROM marts.fct_outcomes JOIN marts.dim_agency USING (agency_id)
        WHERE province = '河南省' GROUP BY ALL ORDER BY ALL
    """,
    "findings of a report": """
        SELECT rule_code, message, cells FROM marts.finding
        WHERE document_id = (SELECT min(document_id) FROM marts.finding WHERE severity = 'error')
    """,
    "printed cells of a report": """
        SELECT * FROM landing.cells WHERE document_id = (SELECT min(document_id) FROM marts.report)
    """,
}


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "consistent"
    figures, reports = KINDS[kind]
    reports = int(sys.argv[2]) if len(sys.argv) > 2 else reports
    with tempfile.TemporaryDirectory(dir=sys.argv[3] if len(sys.argv) > 3 else None) as folder:
        workspace = Workspace(Path(folder))
        with _step("write the lake", {}):
            write_lake(workspace, reports, figures)
        measure(workspace)


class Figures(NamedTuple):
    """What a build took: seconds of each step, its peak of memory and the published file (GiB), queries (ms)."""

    steps: dict[str, float]
    peak: float
    size: float
    queries: dict[str, float]


def measure(workspace: Workspace) -> Figures:
    """Build the lake of a workspace, and print and give what each step took."""
    target, steps = new_scratch(workspace), dict[str, float]()
    before = _clocks()
    with _step("load the lake", steps):
        assemble(workspace, target)
    with _step("dbt build", steps):
        nodes = transform(target)
    with _step("verify and publish", steps):
        publish(workspace, target)
    _say("whole build", before)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    size = workspace.published.stat().st_size / 2**30
    print(f"peak of memory {peak:.1f} GiB, published file {size:.2f} GiB")
    _print_models(nodes)
    queries: dict[str, float] = {}
    with open_published(workspace) as warehouse:
        for table in ("landing.reports", "landing.cells", "marts.fct_outcomes", "marts.finding"):
            print(f"{table:32}{_count(warehouse, table):>12,} rows")
        for name, query in QUERIES.items():
            seconds = [_ask(warehouse, query) for _ in range(9)]
            queries[name] = statistics.median(seconds) * 1000
            print(f"{name:32}{seconds[0] * 1000:8.0f} ms at first, {queries[name]:.0f} ms then")
    return Figures(steps, peak, size, queries)


def _print_models(nodes: Mapping[str, float]) -> None:
    took = sorted(
        ((seconds, name.split(".")[2]) for name, seconds in nodes.items() if name.startswith("model.")), reverse=True
    )
    print(f"{len(took)} models, {sum(seconds for seconds, _ in took):.1f} s; those that took longest:")
    for seconds, name in took[:SHOWN]:
        print(f"    {seconds:6.2f}  {name}")


def _ask(warehouse: duckdb.DuckDBPyConnection, query: str) -> float:
    start = time.perf_counter()
    warehouse.sql(query).fetchall()
    return time.perf_counter() - start


def _count(warehouse: duckdb.DuckDBPyConnection, table: str) -> int:
    ((count,),) = warehouse.sql(f"SELECT count(*) FROM {table}").fetchall()
    return int(count)


@contextmanager
def _step(name: str, steps: dict[str, float]) -> Iterator[None]:
    before = _clocks()
    yield
    steps[name] = _clocks()[0] - before[0]
    _say(name, before)


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _say(name: str, before: tuple[float, float]) -> None:
    elapsed, cpu = (now - then for now, then in zip(_clocks(), before, strict=True))
    print(f"{name:24}{elapsed:8.1f} s{cpu:8.1f} s of CPU", flush=True)


if __name__ == "__main__":
    main()
