"""What crawls came to: the last outcome of each address, and whose the reports are that could not be had."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import duckdb
import polars as pl

from pipeline.agencies.resolution import DESCRIPTION
from pipeline.lake.schemas import Schema
from pipeline.warehouse.unread import WORDS
from pipeline.workspace import EARLIER_VISITS, Workspace

VISITS: Final[Schema] = {
    "source_id": pl.String(),
    "run_id": pl.String(),
    "url": pl.String(),
    "kind": pl.String(),  # list, report, attachment
    "outcome": pl.String(),  # fetched, unchanged, robots, blocked, gone, refused, failed, limit
    "status": pl.Int32(),  # of HTTP
    "reason": pl.String(),
    "link_text": pl.String(),
    "page_url": pl.String(),  # the page that led there
    "raw_path": pl.String(),
    "visited_at": pl.Datetime("us"),
}

UNFETCHED: Final[Schema] = {
    "url": pl.String(),
    "outcome": pl.String(),
    "reason": pl.String(),
    "report_year": pl.Int32(),
    "evidence": pl.String(),  # the words by which it is known
    **DESCRIPTION,
}
"""Reports that a site lists and did not give; who and when are null where that cannot be told."""

_NOT_GIVEN: Final = ("blocked", "robots", "refused", "failed")
"""Outcomes of reports that are there and were not had. What is gone is not there."""

_HAD: Final = ("fetched", "unchanged")

_DECLARED: Final = {"status": "INTEGER"}


def read_visits(workspace: Workspace) -> pl.DataFrame:
    """The last visit of each address by each source, of all crawls; schema `VISITS`.

    Crawls follow each other by the names of their manifests, which rise even where a clock was set back. Lines that a
    killed crawl left cut off are passed over.
    """
    with suppress(duckdb.IOException):  # a crawl that runs beside may fold what was listed, once in many nights
        return _read(workspace)
    return _read(workspace)


def _read(workspace: Workspace) -> pl.DataFrame:
    manifests = sorted(str(path) for name in ("*.jsonl", EARLIER_VISITS) for path in workspace.crawls.glob(f"*/{name}"))
    if not manifests:
        return pl.DataFrame(schema=VISITS)
    facts = [name for name in VISITS if name not in {"source_id", "run_id", "visited_at"}]
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        rows = connection.execute(
            f"""
            SELECT
                parse_path(filename)[-2] AS source_id,
                coalesce(run, parse_filename(filename, true)) AS run_id,
                {", ".join(facts)},
                "at"::TIMESTAMP AS visited_at
            FROM read_ndjson(?, ignore_errors = true, filename = true, columns = {{
                {", ".join(f"{name}: '{_DECLARED.get(name, 'VARCHAR')}'" for name in facts)},
                "at": 'TIMESTAMPTZ', run: 'VARCHAR'
            }})
            WHERE url IS NOT NULL AND outcome IS NOT NULL
            QUALIFY row_number() OVER (PARTITION BY source_id, url ORDER BY run_id DESC, "at" DESC) = 1
            ORDER BY source_id, url
            """,
            [manifests],
        ).fetchall()
    return pl.DataFrame(rows, VISITS, orient="row")


def content(visits: pl.DataFrame) -> bytes:
    """What of visits changes a build: not when they were, nor whether what is in ``raw/`` was fetched again."""
    had = pl.col("outcome").is_in(_HAD)
    kept = visits.with_columns(
        pl.when(had).then(pl.lit("had")).otherwise("outcome").alias("outcome"),
        pl.when(~had).then("status").alias("status"),
    )
    return kept.drop("run_id", "visited_at", "raw_path").write_ndjson().encode()


def not_given(visits: pl.DataFrame, observations: pl.DataFrame) -> pl.DataFrame:
    """The visits of reports that are there, could not be had, and were not had before either."""
    here = set(observations["url"].drop_nulls())
    wanted = (pl.col("kind") == "report") & pl.col("outcome").is_in(_NOT_GIVEN) & ~pl.col("url").is_in(list(here))
    return visits.filter(wanted).unique("url", keep="first", maintain_order=True)


def words_of(visits: pl.DataFrame) -> pl.DataFrame:
    """What is known of reports that were not had, as `pipeline.warehouse.unread.attribute` takes it, by their URL."""
    said = [
        (row["url"], kind, row[kind])
        for row in visits.iter_rows(named=True)
        for kind in ("link_text", "url")
        if row[kind]
    ]
    return pl.DataFrame(said, WORDS, orient="row")
