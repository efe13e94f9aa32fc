"""Time and memory of a build in which nearly every sum fails: reports whose every figure is random.

``python -m benchmarks.build [REPORTS [FOLDER]]`` writes a lake of so many reports (default 20,000) of the form of
2021 and builds it. The peak of memory is that of the whole process, DuckDB and dbt included.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import polars as pl

from pipeline.lake.schemas import BATCH_TABLES, MANIFEST, SNAPSHOT, Schema
from pipeline.lake.store import write_batch, write_table
from pipeline.warehouse import build, open_published
from pipeline.workspace import Workspace

REPORTS = 20_000
BATCH = 500
YEARS = (2021, 2022, 2023, 2024)
FORMS = Path(__file__).parents[1] / "pipeline" / "forms"


def main() -> None:
    reports = int(sys.argv[1]) if len(sys.argv) > 1 else REPORTS
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        workspace = Workspace(Path(folder))
        write_lake(workspace, reports)
        start = time.perf_counter()
        build(workspace)
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        with open_published(workspace) as warehouse:
            counts = [
                warehouse.sql(f"SELECT count(*) FROM {table}").fetchall()[0][0]
                for table in ("landing.cells", "marts.finding")
            ]
        size = workspace.published.stat().st_size / 2**30
    print(f"{reports:,} reports, {counts[0]:,} cells, {counts[1]:,} findings")
    print(f"build {seconds:.0f} s, peak of memory {peak:.1f} GiB, published file {size:.2f} GiB")


def write_lake(workspace: Workspace, reports: int) -> None:
    """Write a lake of random reports, as `pipeline.lake` writes one."""
    places = form_places()
    manifests, snapshots = [], []
    for first in range(0, reports, BATCH):
        numbers = range(first, min(first + BATCH, reports))
        documents = pl.DataFrame(
            {
                "document_id": [f"{number:064x}" for number in numbers],
                "agency_name": [f"第{number // len(YEARS)}县水利局" for number in numbers],
                "source_id": [f"{number // len(YEARS)}" for number in numbers],
                "report_year": [YEARS[number % len(YEARS)] for number in numbers],
                "raw_path": [f"{number}.html" for number in numbers],
                "batch_id": [f"{first}"] * len(numbers),
            }
        ).with_columns(
            title=pl.col("agency_name") + "政府信息公开工作年度报告",
            media_type=pl.lit("text/html"),
            status=pl.lit("extracted"),
            source_fingerprint=pl.lit(""),
            reader_version=1,
            extraction_version=1,
            extracted_at=datetime(2024, 2, 1),
            settled=True,
            size_bytes=1,
            mtime_ns=1,
            ctime_ns=1,
        )
        cells = documents.select("document_id").join(places, how="cross")
        cells = cells.with_columns(value=pl.int_range(pl.len()).shuffle(first) % 1000, status=pl.lit("number"))
        cells = cells.with_columns(raw_text=pl.col("value").cast(pl.String))
        sections = documents.select("document_id").join(pl.DataFrame({"section": range(1, 7)}), how="cross")
        rows = {
            "documents": documents,
            "reports": documents,
            "cells": cells,
            "sections": sections.with_columns(heading=pl.lit("部分"), body=pl.lit("正文")),
            "evidence": documents.head(0),
            "links": documents.head(0),
        }
        write_batch(workspace.batches, f"{first}", {name: fit(rows[name], BATCH_TABLES[name]) for name in BATCH_TABLES})
        manifests.append(fit(documents, MANIFEST))
        snapshots.append(fit(documents, SNAPSHOT))
    write_table(pl.concat(manifests), workspace.manifest)
    write_table(pl.concat(snapshots), workspace.snapshot)


def form_places() -> pl.DataFrame:
    """Every place of the three tables of the form of 2021, in order."""
    disclosure = pl.read_csv(FORMS / "disclosure_cells.csv").filter(pl.col("form") == 2021)
    rows = pl.read_csv(FORMS / "requests_rows.csv").filter(pl.col("label_2021").is_not_null())
    columns = pl.read_csv(FORMS / "requests_columns.csv")
    litigation = pl.read_csv(FORMS / "litigation_columns.csv")
    tables = [
        ("disclosure", "2021", disclosure.select("row_code", "column_code")),
        ("requests", "2021", rows.select("row_code").join(columns.select("column_code"), how="cross")),
        ("litigation", None, litigation.select(row_code="venue_code", column_code="result_code")),
    ]
    return pl.concat(
        table.with_row_index("position").with_columns(
            table_code=pl.lit(code),
            form=pl.lit(form, dtype=pl.String),
            table_set=1,
            table_index=index,
            row_index=pl.col("position") // 7,
            column_index=pl.col("position") % 7,
        )
        for index, (code, form, table) in enumerate(tables)
    )


def fit(rows: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The columns of a table of the lake, null where ``rows`` has none."""
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )


if __name__ == "__main__":
    main()
