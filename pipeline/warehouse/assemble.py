"""From the lake into a new DuckDB file: schema ``landing``."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb
import polars as pl

from pipeline import __version__
from pipeline.agencies.identity import Aliases, read_aliases
from pipeline.agencies.regions import DIVISIONS, regions
from pipeline.agencies.resolution import AGENCIES
from pipeline.agencies.roster import ROSTER, read_roster, resolve_roster
from pipeline.lake import mend
from pipeline.lake.passes import PASSES
from pipeline.lake.passes.reading import pass_files
from pipeline.lake.schemas import BATCH_TABLES, DOCUMENTS, MANIFEST, OBSERVATIONS, Schema
from pipeline.lake.store import parquet_bytes, read_parquet
from pipeline.objects import side_by_side
from pipeline.warehouse.errors import BuildFailed
from pipeline.warehouse.fingerprint import fingerprint
from pipeline.warehouse.objects import open_objects
from pipeline.warehouse.parts import (
    PARTS_APART,
    REPORT_PARTS,
    RESOLVED_LINKS,
    TABLES_ELSEWHERE,
    Document,
    merge_reports,
    put_together,
    resolve_links,
)
from pipeline.warehouse.reviews import REVIEWS, read_reviews
from pipeline.warehouse.unread import UNREAD, attribute
from pipeline.warehouse.visits import UNFETCHED, VISITS, not_given, read_visits, words_of
from pipeline.workspace import Workspace

LANDING_TABLES: Final[dict[str, Schema]] = {
    **BATCH_TABLES,
    "documents": {"document_id": DOCUMENTS["document_id"], "raw_path": pl.String(), **DOCUMENTS},
    "observations": OBSERVATIONS,
    **{name: one.schema for name, one in PASSES.items()},
    "links": RESOLVED_LINKS,
    "report_parts": REPORT_PARTS,
    "parts_apart": PARTS_APART,
    "agencies": AGENCIES,
    "divisions": DIVISIONS,
    "agency_aliases": {"alias_id": pl.String(), "agency_id": pl.String()},
    "unread": UNREAD,
    "roster": ROSTER,
    "reviews": REVIEWS,
    "visits": VISITS,
    "unfetched": UNFETCHED,
}
"""What the lake, the files that users edit and the manifests of crawls give to ``landing``, beside the mandated forms
and `landing.build`."""

LOADED_AS_THEY_ARE: Final = tuple(name for name in BATCH_TABLES if name != "reports")
"""The tables whose every row in the lake is one in ``landing``. A row of reports may become one with another's."""

FORM_TABLES: Final = (
    "requests_rows",
    "requests_columns",
    "litigation_columns",
    "disclosure_cells",
    "statistics_2014",
    "statistics_sums",
)
"""The mandated forms, loaded as ``landing.form_NAME``: what each code means, for SQL and for analysts."""

_BEGINNING: Final = 1500
"""Characters of the first section in which a report says whose figures it holds."""

_TYPES: Final = {
    pl.String(): "VARCHAR",
    pl.Int32(): "INTEGER",
    pl.Int64(): "BIGINT",
    pl.Boolean(): "BOOLEAN",
    pl.Date(): "DATE",
    pl.Datetime("us"): "TIMESTAMP",
    pl.Decimal(20, 6): "DECIMAL(20,6)",
    pl.Float32(): "FLOAT",
    pl.List(pl.Float32()): "FLOAT[]",
    pl.List(pl.String()): "VARCHAR[]",
}

_log = logging.getLogger(__name__)


def assemble(workspace: Workspace, target: Path) -> dict[str, int]:
    """Load the lake into ``target``, a new DuckDB file, as schema ``landing``; give the rows of each table.

    A row of a batch counts if the manifest names its batch for its document and the snapshot still has the
    document. Which documents are one report and which agency it is by is decided here, at each build, so that a file
    that comes later or an edited alias never causes a re-read. ``landing.build`` tells what the file was made of.

    What of the lake is not as it was written is read again first: a damaged batch may load, with other figures.

    Raises:
        BuildFailed: nothing has been read yet, or the lake does not hold what its manifest says.
        JobError: the aliases, the roster or the reviews cannot be read.
    """
    for damaged in mend(workspace):
        _log.warning(damaged)
    identity = fingerprint(workspace)
    aliases = read_aliases(workspace.aliases)
    roster = read_roster(workspace.roster)
    reviews = read_reviews(workspace.reviews)
    visits = read_visits(workspace)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    with duckdb.connect(target) as connection:
        # The order of rows in the lake means nothing, and to keep it takes time and memory.
        connection.execute(
            """
            SET TimeZone = 'UTC';
            SET memory_limit = '3GB';
            SET preserve_insertion_order = false;
            CREATE SCHEMA landing
            """
        )
        open_objects(connection, workspace.lake)
        for name, schema in LANDING_TABLES.items():
            connection.execute(f"CREATE TABLE landing.{name} ({_declare(schema)})")
        for name in FORM_TABLES:
            connection.execute(
                f"CREATE TABLE landing.form_{name} AS FROM read_csv(?, header = true, all_varchar = true)",
                [_file(Path(str(files("pipeline.forms") / f"{name}.csv")))],
            )
        try:
            _load(connection, workspace)
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise BuildFailed(
                f"The lake does not hold what its manifest says, or cannot be loaded: {error}\n"
                f"Unless the disk is full, have a look at it by: {workspace.command('doctor')}"
            ) from error
        with TemporaryDirectory(dir=target.parent) as folder:
            _put_parts_together(connection, Path(folder))
            known = _resolve_agencies(connection, Path(folder), aliases, visits)
            _put(
                connection, "roster", resolve_roster(roster, aliases, file=workspace.roster, known=known), Path(folder)
            )
            _put(connection, "reviews", reviews, Path(folder))
            _put(connection, "divisions", regions(), Path(folder))
            _put(connection, "visits", visits, Path(folder))
        counts = {name: _count(connection, name) for name in LANDING_TABLES}
        _sign(connection, identity, {**counts, **_lake_counts(workspace)})
    return counts


def _declare(schema: Schema) -> str:
    return ", ".join(f"{name} {_TYPES[dtype]}" for name, dtype in schema.items())


def _load(connection: duckdb.DuckDBPyConnection, workspace: Workspace) -> None:
    connection.execute("CREATE TEMP TABLE snapshot AS SELECT * FROM read_parquet(?)", [_file(workspace.snapshot)])
    connection.execute(
        """
        CREATE TEMP TABLE reading AS
        SELECT document_id, batch_id FROM read_parquet(?) SEMI JOIN snapshot USING (document_id)
        """,
        [_file(workspace.manifest)],
    )
    connection.execute(
        """
        CREATE TEMP TABLE place AS
            SELECT document_id, min(raw_path) AS raw_path FROM snapshot GROUP BY document_id;
        INSERT INTO landing.observations BY NAME
            SELECT document_id, raw_path, source_id, url, page_url, link_text, fetched_at
            FROM snapshot SEMI JOIN reading USING (document_id)
            ORDER BY document_id, raw_path
        """
    )
    batches = [row[0] for row in connection.sql("SELECT DISTINCT batch_id FROM reading ORDER BY 1").fetchall()]
    if not batches:
        return
    for name, schema in BATCH_TABLES.items():
        found = [workspace.batches / f"batch_id={batch}" / f"{name}.parquet" for batch in batches]
        _load_batches(connection, name, schema, found)
    for name, one in PASSES.items():
        _load_batches(connection, name, one.schema, pass_files(workspace, name, batches))


def _load_batches(connection: duckdb.DuckDBPyConnection, name: str, schema: Schema, found: list[Path]) -> None:
    """Load the rows of the readings that count from the files of a table, one a batch.

    They are ordered by document, so that those of one are found without a look at all.
    """
    if not found:
        return
    columns = ", ".join(f"batch.{column}" for column in schema)
    raw_path = ", place.raw_path" if name == "documents" else ""
    connection.execute(
        f"""
        INSERT INTO landing.{name} BY NAME
        SELECT {columns}{raw_path}
        FROM read_parquet(?, hive_partitioning = true, hive_types = {{'batch_id': VARCHAR}}) AS batch
        JOIN reading ON batch.document_id = reading.document_id AND batch.batch_id = reading.batch_id
        {"JOIN place ON batch.document_id = place.document_id" if raw_path else ""}
        ORDER BY batch.document_id
        """,
        [[_file(path) for path in found]],
    )


def _put_parts_together(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make one report of a page and its files, and say which file a page without tables lacks."""
    observations, said = _take(connection, "landing.observations", folder), _take(connection, "landing.reports", folder)
    links = resolve_links(_take(connection, "landing.links", folder).drop("target_document_id"), observations)
    documents = [
        Document(*row)
        for row in connection.sql(f"SELECT {', '.join(Document._fields)} FROM landing.documents").fetchall()
    ]
    recognised = connection.sql(
        "SELECT DISTINCT document_id FROM landing.cells WHERE confidence IS NOT NULL"
    ).fetchall()
    found = put_together(documents, observations, links, said, {document_id for (document_id,) in recognised})
    reports = {document.document_id for document in documents if document.status == "extracted"} | found.parts.keys()
    paths = {document.document_id: document.raw_path for document in documents}
    merged = merge_reports(said.filter(pl.col("document_id").is_in(list(reports))), found.parts, paths)
    parts = [(report, report, "page", 0) for report in merged["document_id"]]
    parts += [
        (page, part, role, number)
        for page, claims in found.parts.items()
        for number, (part, role) in enumerate(claims, 1)
    ]
    _put(connection, "links", links, folder)
    _put(connection, "reports", merged, folder)
    _put(connection, "report_parts", pl.DataFrame(parts, REPORT_PARTS, orient="row"), folder)
    _put(connection, "parts_apart", pl.DataFrame(found.apart, PARTS_APART, orient="row"), folder)
    connection.execute(
        """
        UPDATE landing.documents SET status = 'extracted', error_code = NULL, error_message = NULL
        FROM landing.report_parts WHERE document_id = report_document_id
        """
    )
    for page, message in found.elsewhere.items():
        connection.execute(
            "UPDATE landing.documents SET error_code = ?, error_message = ? WHERE document_id = ?",
            [TABLES_ELSEWHERE, message, page],
        )


def _resolve_agencies(
    connection: duckdb.DuckDBPyConnection, folder: Path, aliases: Aliases, visits: pl.DataFrame
) -> set[str]:
    """Let the agencies' room say who reported, and whose is what could not be read or fetched.

    Returns:
        The ids of who reported.
    """
    from pipeline.agencies import resolve

    connection.execute(
        f"""
        CREATE TEMP VIEW said AS
            SELECT document_id, field, value, rule, excerpt FROM landing.evidence
            WHERE field IN ('agency_name', 'place', 'scope')
            ORDER BY document_id, field, rule, value, excerpt;
        CREATE TEMP VIEW beginnings AS
            SELECT document_id, left(body, {_BEGINNING}) AS body FROM landing.sections WHERE section = 1;
        CREATE TEMP VIEW unread AS
            SELECT document_id FROM landing.documents
            WHERE status = 'quarantined' OR error_code = '{TABLES_ELSEWHERE}';
        CREATE TEMP VIEW words AS
            SELECT document_id, kind, words FROM (
                SELECT document_id, field AS kind, value AS words, 0 AS trust FROM landing.evidence
                WHERE chosen AND field IN ('agency_name', 'report_year')
                UNION
                SELECT document_id, 'link_text', link_text, 1 FROM landing.observations
                UNION
                SELECT target_document_id, 'link_text', text, 2 FROM landing.links
                UNION
                SELECT document_id, 'raw_path', raw_path, 3 FROM landing.observations
                UNION
                SELECT document_id, 'url', url, 4 FROM landing.observations
            )
            SEMI JOIN unread USING (document_id)
            WHERE words <> ''
            ORDER BY document_id, trust, kind, words
        """
    )
    reports, observations = (
        _take(connection, "landing.reports", folder),
        _take(connection, "landing.observations", folder),
    )
    said = _take(connection, "said", folder)
    agencies = resolve(reports, observations, said, _take(connection, "beginnings", folder), aliases)
    known = set(agencies["agency_id"])
    unread = _take(connection, "unread", folder)["document_id"].sort()
    words = _take(connection, "words", folder)
    _put(connection, "unread", attribute(unread, words, reports, observations, said, aliases, known), folder)
    lost = not_given(visits, observations)
    seen = lost.select(pl.col("url").alias("document_id"), "url", "source_id")
    nearby = pl.concat([observations, seen], how="diagonal")
    whose = attribute(lost["url"], words_of(lost), reports, nearby, said, aliases, known)
    unfetched = lost.join(whose.rename({"document_id": "url"}), on="url", how="left").select(list(UNFETCHED))
    _put(connection, "unfetched", unfetched, folder)
    _put(connection, "agencies", agencies.select(list(AGENCIES)), folder)
    ids = pl.DataFrame([*aliases.ids.items()], LANDING_TABLES["agency_aliases"], orient="row")
    _put(connection, "agency_aliases", ids.sort("alias_id"), folder)
    return known


def _take(connection: duckdb.DuckDBPyConnection, name: str, folder: Path) -> pl.DataFrame:
    """A table or view. Parquet is the hand-over between DuckDB and Polars."""
    path = folder / f"{name}.parquet"
    connection.execute(f"COPY {name} TO '{_quote(path)}'")
    table = pl.read_parquet(path, glob=False, memory_map=False)
    path.unlink()
    return table


def _put(connection: duckdb.DuckDBPyConnection, name: str, table: pl.DataFrame, folder: Path) -> None:
    """Make ``table`` all that a table of ``landing`` holds."""
    path = folder / f"{name}.parquet"
    path.write_bytes(parquet_bytes(table))
    connection.execute(f"DELETE FROM landing.{name}")
    connection.execute(f"INSERT INTO landing.{name} BY NAME SELECT * FROM read_parquet(?)", [_file(path)])
    path.unlink()


def _sign(connection: duckdb.DuckDBPyConnection, identity: str, counts: dict[str, int]) -> None:
    """Write ``landing.build``: one row that says what this file was made of, and when."""
    built_at = datetime.now(UTC).replace(tzinfo=None)
    connection.execute(
        """
        CREATE TABLE landing.build AS
        SELECT
            $build_id::VARCHAR AS build_id,
            $fingerprint::VARCHAR AS fingerprint,
            $built_at::TIMESTAMP AS built_at,
            $version::VARCHAR AS package_version,
            coalesce(list_sort(list(DISTINCT reader_version)), [])::INTEGER[] AS reader_versions,
            coalesce(list_sort(list(DISTINCT extraction_version)), [])::INTEGER[] AS extraction_versions,
            $counts::MAP(VARCHAR, BIGINT) AS row_counts
        FROM landing.documents
        """,
        {
            "build_id": f"{built_at:%Y%m%dT%H%M%SZ}-{identity[:8]}",
            "fingerprint": identity,
            "built_at": built_at,
            "version": __version__,
            "counts": counts,
        },
    )


def _lake_counts(workspace: Workspace) -> dict[str, int]:
    """The rows that ``landing`` must hold, counted in the lake by other means than those that loaded it."""
    manifest = read_parquet(workspace.manifest, list(MANIFEST))
    snapshot = read_parquet(workspace.snapshot, ["document_id"])
    reading = manifest.join(snapshot, on="document_id", how="semi")
    counts = {"observations": snapshot.join(reading, on="document_id", how="semi").height}
    by_batch = {str(batch_id): current for (batch_id,), current in reading.group_by("batch_id")}

    def count(path: Path) -> int:
        current = by_batch[path.parent.name.removeprefix("batch_id=")]
        return read_parquet(path, ["document_id"]).join(current, on="document_id", how="semi").height

    for name in LOADED_AS_THEY_ARE:
        paths = [workspace.batches / f"batch_id={batch_id}" / f"{name}.parquet" for batch_id in by_batch]
        counts[name] = sum(side_by_side(count, paths, workspace.lake))
    for name in PASSES:
        counts[name] = sum(side_by_side(count, pass_files(workspace, name, by_batch), workspace.lake))
    return counts


def _count(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    (count,) = connection.sql(f"SELECT count(*) FROM landing.{name}").fetchall()[0]
    return int(count)


def _file(path: Path) -> str:
    """A path for DuckDB to read, which would take brackets and stars in it for a pattern."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def _quote(path: Path) -> str:
    return str(path).replace("'", "''")
