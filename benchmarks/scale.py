"""So many reports from nothing to exports, then a night with some changed, then one with nothing new.

``python -m benchmarks.scale --reports N [--mix html=85,docx=9,pdf=5,doc=0.9,scan=0.1] [--folder DIR] [--json FILE]``
writes a corpus (`benchmarks.corpus`), reads, builds, publishes and exports it, each step in a process of its own, and
prints for each the seconds, those of the processor, the peak of memory of all its processes together, and the time a
document. Then it writes a share of the reports anew (``--share``, 0.01) and does the same again, and at last spends a
night with nothing new by the real command. ``--keep`` leaves the data folder; one that holds a corpus is used again.

Exit status 1 where a document was lost, read without need, or a figure is published otherwise than it is printed; of a
scan, where no finding names that figure.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb

from benchmarks.corpus import ANNEX_YEARS, MIX, Corpus, change_corpus, read_mix, write_corpus
from benchmarks.measured import Measured, measured
from pipeline.workspace import Workspace

JUDGED: Final = 5000
"""Documents whose cells are held against the truth, at most."""

NOTHING_NEW: Final = 20.0
"""Seconds that a run with nothing new may take at 100,000 documents."""

_SHOWN: Final = 15
_PLACES: Final = json.dumps(
    [dict.fromkeys(("document_id", "table_code", "row_code", "column_code"), "VARCHAR") | {"table_set": "INTEGER"}]
)
"""The cells of a finding."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--reports", type=int, required=True)
    parser.add_argument("--mix", type=read_mix, default=MIX)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--share", type=float, default=0.01, help="of the reports that change")
    parser.add_argument("--folder", type=Path, help="the data folder; a temporary one by default")
    parser.add_argument("--json", type=Path, help="where to write all figures")
    parser.add_argument("--once", action="store_true", help="the first run only")
    options = parser.parse_args()
    with _folder(options.folder) as folder:
        figures, faults = run(Corpus(folder, options.reports, options.seed, options.mix), options.share, options.once)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    print("\n".join(["", *faults] if faults else ["", "nothing lost, nothing wrong"]))
    sys.exit(bool(faults))


@contextmanager
def _folder(named: Path | None) -> Iterator[Path]:
    if named:
        named.mkdir(parents=True, exist_ok=True)
        yield named
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def run(corpus: Corpus, share: float, once: bool = False) -> tuple[dict[str, Any], list[str]]:
    """All three runs; gives their figures, and what is not as it must be."""
    workspace = Workspace(corpus.folder)
    figures: dict[str, Any] = {"reports": corpus.reports, "mix": dict(corpus.mix), "cores": os.cpu_count()}
    faults: list[str] = []
    if not workspace.raw.exists():
        start = time.perf_counter()
        written = write_corpus(corpus)
        seconds = time.perf_counter() - start
        print(f"corpus: {dict(written)} in {seconds:.0f} s", flush=True)
        figures["corpus"] = {"seconds": seconds, "formats": written}
    raw = _bytes(workspace.raw)
    figures["first"] = _spend(workspace, corpus.reports, "first run")
    figures["bytes"] = {
        "raw": raw,
        "lake": _bytes(workspace.lake),
        "published": workspace.published.stat().st_size,
        "exports": _bytes(workspace.exports),
    }
    faults += _check("first run", figures["first"], corpus.reports)
    faults += judge(workspace, figures)
    if once:
        return figures, faults
    changed = change_corpus(corpus, share).total()
    figures["change"] = _spend(workspace, changed, f"{changed:,} reports changed")
    faults += _check("change", figures["change"], changed)
    first, then = (sum(step["seconds"] for step in figures[name].values()) for name in ("first", "change"))
    print(f"the whole {then:.1f} s, {then / first:.2f} of the first run", flush=True)
    command = [Path(sys.executable).with_name("gongkai"), "--data", workspace.root, "run"]
    nothing = measured(command)
    figures["nothing_new"] = {"seconds": nothing.seconds, "cpu": nothing.cpu, "peak": nothing.peak}
    print(
        f"nothing new: {nothing.seconds:.1f} s, {nothing.cpu:.1f} s of CPU, {nothing.peak:.0f} MiB; "
        f"{nothing.seconds / corpus.reports * 1000:.3f} ms a document"
    )
    if f"{corpus.reports:,} found: 0 read" not in nothing.said or "no build needed" not in nothing.said:
        faults.append(f"nothing new, and yet: {nothing.said}")
    if nothing.seconds > NOTHING_NEW:
        faults.append(f"a run with nothing new took {nothing.seconds:.1f} s")
    return figures, faults


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _spend(workspace: Workspace, documents: int, title: str) -> dict[str, dict[str, Any]]:
    print(f"\n{title}: {documents:,} documents\n{'':10}{'s':>9}{'CPU s':>9}{'ms each':>9}{'peak MiB':>10}")
    steps: dict[str, dict[str, Any]] = {}
    for name in ("read", "build", "export"):
        step = measured([sys.executable, "-m", "benchmarks.step", name, workspace.root])
        _tell(name, step, documents)
        steps[name] = {"seconds": step.seconds, "cpu": step.cpu, "peak": step.peak, **json.loads(_last(step.said))}
        if name == "read":
            _tell_parts(steps[name]["stages"])
        if name == "build":
            _tell_parts(steps[name]["steps"] or {})
            print("    slowest models: " + _slowest(steps[name]["nodes"]), flush=True)
    return steps


def _tell(name: str, step: Measured, documents: int) -> None:
    each = step.seconds / documents * 1000
    print(f"{name:10}{step.seconds:9.1f}{step.cpu:9.1f}{each:9.2f}{step.peak:10.0f}", flush=True)


def _tell_parts(seconds: dict[str, float]) -> None:
    print("    of which " + ", ".join(f"{name} {value:.1f} s" for name, value in seconds.items() if value >= 0.05))


def _slowest(nodes: list[tuple[float, str]]) -> str:
    own = [(seconds, name.split(".")[2]) for seconds, name in nodes if name.startswith("model.")]
    return f"({sum(seconds for seconds, _ in own):.1f} s in all) " + ", ".join(
        f"{name} {seconds:.1f}" for seconds, name in own[:_SHOWN]
    )


def _last(said: str) -> str:
    return said.rstrip().rpartition("\n")[2]


def _check(name: str, steps: dict[str, dict[str, Any]], wanted: int) -> list[str]:
    read = steps["read"]
    return [] if read["read"] == wanted else [f"{name}: {wanted:,} documents to read, and {read['read']:,} were read"]


def judge(workspace: Workspace, figures: dict[str, Any]) -> list[str]:
    """Hold what is published against the truth of the corpus: every document, and every cell of some of them."""
    truth = workspace.root / "truth"
    with duckdb.connect(workspace.published, read_only=True) as warehouse:
        warehouse.execute(
            f"""
            SET memory_limit = '2GB';
            CREATE TEMP TABLE wanted AS
            SELECT * FROM read_parquet('{truth}/*/documents/*.parquet', hive_partitioning = true)
            QUALIFY edition = max(edition) OVER (PARTITION BY raw_path);
            CREATE TEMP TABLE sampled AS
            SELECT raw_path, edition, format, document_id
            FROM wanted JOIN landing.documents USING (raw_path)
            ORDER BY hash(raw_path) LIMIT {JUDGED};
            CREATE TEMP TABLE flagged AS
            SELECT DISTINCT place.*
            FROM (
                SELECT unnest(from_json(cells, '{_PLACES}')) AS place
                FROM marts.finding JOIN sampled USING (document_id)
                WHERE severity IN ('error', 'warning')
            );
            CREATE TEMP TABLE printed AS
            SELECT sampled.format, sampled.document_id, truth.* EXCLUDE (edition)
            FROM read_parquet('{truth}/*/figures/*.parquet', hive_partitioning = true) AS truth
            JOIN sampled USING (raw_path, edition);
            """
        )
        reports = warehouse.sql(
            """
            SELECT
                format,
                count(*) AS documents,
                count(*) FILTER (report.document_id IS NULL) AS lost,
                count(*) FILTER (report.report_year <> wanted.report_year) AS other_year,
                count(*) FILTER (dim_agency.agency_full_name <> wanted.agency_name) AS other_agency
            FROM wanted
            LEFT JOIN landing.documents USING (raw_path)
            LEFT JOIN marts.report USING (document_id)
            LEFT JOIN marts.dim_agency USING (agency_id)
            GROUP BY ALL ORDER BY documents DESC
            """
        ).fetchall()
        cells = warehouse.sql(
            """
            SELECT
                format,
                count(*) AS printed,
                count(*) FILTER (
                    cells.value IS NOT DISTINCT FROM printed.value AND cells.status = printed.status
                ) AS right_ones,
                count(*) FILTER (cells.value IS NOT NULL AND cells.value IS DISTINCT FROM printed.value) AS wrong_ones,
                count(*) FILTER (
                    cells.value IS NOT NULL
                    AND cells.value IS DISTINCT FROM printed.value
                    AND flagged.document_id IS NULL
                ) AS silent_ones
            FROM printed
            LEFT JOIN landing.cells USING (document_id, table_code, table_set, row_code, column_code)
            LEFT JOIN flagged USING (document_id, table_code, table_set, row_code, column_code)
            GROUP BY ALL ORDER BY printed DESC
            """
        ).fetchall()
        contradicting = warehouse.sql(
            f"""
            SELECT
                count(*) FILTER (wrong_row IS NOT NULL) AS seeded,
                count(*) FILTER (wrong_row IS NOT NULL AND document_id IN (FROM failing)) AS found,
                count(*) FILTER (wrong_row IS NULL AND document_id IN (FROM failing)) AS others
            FROM wanted JOIN landing.documents USING (raw_path),
            WHERE report_year NOT BETWEEN {ANNEX_YEARS.start} AND {ANNEX_YEARS.stop - 1}
            """.replace("(FROM failing)", "(SELECT document_id FROM marts.finding WHERE severity = 'error')")
        ).fetchall()
    print(
        f"\n{'':10}{'documents':>10}{'lost':>6}{'year':>6}{'agency':>8}{'cells':>11}{'right':>9}{'wrong':>7}{'silent':>8}"
    )
    faults = []
    by_format = {row[0]: row[1:] for row in cells}
    for name, documents, lost, year, agency in reports:
        printed, right, wrong, silent = by_format.get(name, (0, 0, 0, 0))
        share = f"{right / printed:9.2%}" if printed else f"{'':9}"
        print(f"{name:10}{documents:10,}{lost:6}{year:6}{agency:8}{printed:11,}{share}{wrong:7}{silent:8}")
        if name != "scan" and lost:
            faults.append(f"{lost} {name} documents are no report")
        if silent or (wrong and name != "scan"):
            faults.append(f"{wrong} cells of {name} are published otherwise than printed, {silent} without a finding")
    ((seeded, found, others),) = contradicting
    print(f"one figure too many in {seeded:,}: an error is found in {found:,} of them, and in {others:,} others")
    figures["judged"] = {"documents": reports, "cells": cells, "seeded": [seeded, found, others]}
    return faults


if __name__ == "__main__":
    main()
