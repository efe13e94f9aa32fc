"""What a publication must not lose: reports, figures and rows that documents still here gave to the one before."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from pipeline.warehouse.checks import LowerTotal, find_lower_totals
from pipeline.warehouse.contract import columns
from pipeline.warehouse.errors import NotComparableError, in_use, is_damage
from pipeline.warehouse.objects import open_objects

_log = logging.getLogger(__name__)

_SHOWN: Final = 5

_OF_OTHERS_TOO: Final = frozenset(
    {"agency_alias", "coverage", "finding", "reconciliation", "similarity", "similarity_passage"}
)
"""Marts whose rows on an agency follow from documents of other agencies, or from what users edit, as well."""

_OF_TEXT: Final = frozenset(
    {
        *("finding", "keyword_year", "narrative_fact", "promise_kept", "similarity", "similarity_passage"),
        *("statement", "topic_year"),
    }
)
"""Marts that follow from passes over the narrative, the versions of which change for better or worse."""

_OF_CRAWLS: Final = frozenset({"agency_alias", "coverage", "dim_agency"})
"""Marts that have rows for reports that sites list and do not give, or that follow from the last day of fetching."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a build is held against.

    Args:
        published: the file published before. There need be none; one that another program wrote, or a version so old
            that it lacks what is compared, says nothing.
        snapshot: what ``raw/`` holds, schema `pipeline.lake.schemas.SNAPSHOT`.
        shrinkage: the share of its rows (0 to 1) that a mart may lose.
        same_edits: whether the files that users edit are those of the published build.
        shrinkage_of_text: the share of its rows that a mart made of the narrative may lose, where another version reads
            the narrative; None where it is the same version.
    """

    published: Path
    snapshot: Path
    shrinkage: float
    same_edits: bool
    shrinkage_of_text: float | None = None


class Loss(NamedTuple):
    """What a document in ``raw/`` gave to the published build and gives no more.

    Its report is lost where ``is_lost`` is true; ``before`` and ``now`` count its figures (cells that hold a number).
    """

    document_id: str
    raw_path: str
    agency_id: str | None
    report_year: int | None
    is_lost: bool
    before: int
    now: int


class Shrunk(NamedTuple):
    """A mart that lost rows for which nothing in the inputs accounts."""

    mart: str
    before: int
    now: int


def faults(connection: duckdb.DuckDBPyConnection, baseline: Baseline) -> dict[str, list[str]]:
    """Tell what the file that was built lost, check by check.

    Raises:
        NotComparableError: the file that it is held against is damaged.
        PublishedInUse: another program has that file open for writing.
    """
    losses = find_losses(connection, baseline)
    lower = find_lower_totals(connection, baseline.published)
    return {
        "nothing_lost": _sum_up(
            losses, "documents that are still in raw/ gave more to the published build", list(map(_tell_loss, losses))
        ),
        "totals": _sum_up(
            lower,
            "totals are lower than those published, though their documents are here and were not read anew",
            list(map(_tell_total, lower)),
        ),
        "marts": [
            f"marts.{one.mart} has {one.now:,} rows where {one.before:,} were published, and no change of the "
            f"inputs explains it: it may lose {bound:.4g} of its rows (settings.yml, gate: {setting})"
            for one in find_shrunk(connection, baseline)
            for setting, bound in (_bound(one.mart, baseline),)
        ],
    }


def find_losses(connection: duckdb.DuckDBPyConnection, baseline: Baseline) -> list[Loss]:
    """Find the documents still in ``raw/`` that gave a report or more figures to the published build.

    What they are read by plays no part: a new version of a reader that reads less loses, too. A report is not lost
    where

    - the document, or one that was part of its report, was removed;
    - what it consists of is part of another report now, which is current: a page came, or a newer version of the page;
    - another document is current for its agency and year: it is superseded. That counts only if it still says the year
      that it said, or the other one is new, and if its agency is still the same, unless the inputs changed, by which
      (an alias, a new document) two agencies may turn out to be one.

    A page that gave no figure itself is no loss where its files stand for themselves.

    Args:
        connection: to the file that was built.
        baseline: what it is held against.
    """
    with _before(connection, baseline) as now:
        rows = connection.sql(_losses(now)).fetchall() if now else []
    return [Loss(*row) for row in rows]


def find_shrunk(connection: duckdb.DuckDBPyConnection, baseline: Baseline) -> list[Shrunk]:
    """Find the marts that lost more rows than they may, of those that should still be there.

    Where the documents, where they were seen and the files that users edit are the same, these are all rows. Else these
    are the rows on agencies whose documents are the same, of the marts that follow from an agency's own documents.
    """
    found = []
    with _before(connection, baseline) as now:
        if not now:
            return []
        ((is_same,),) = connection.sql(f"SELECT {_IS_SAME}").fetchall()
        there = _columns_before(connection)
        connection.execute(_same_agencies(now))
        ((crawls_same,),) = connection.sql(f"SELECT {_crawls_same(now)}").fetchall() if is_same else ((False,),)
        for mart in dict.fromkeys(column.table for column in columns() if column.schema == "marts"):
            if not (known := {column for schema, table, column in there if (schema, table) == ("marts", mart)}):
                continue  # a mart that the version before did not have
            has_agency = "agency_id" in known
            all_same = is_same and (crawls_same or mart not in _OF_CRAWLS)
            if not all_same and (not has_agency or mart in _OF_OTHERS_TOO):
                continue
            of_same = "" if all_same else "SEMI JOIN same_agencies USING (agency_id)"
            ((total, before, after),) = connection.sql(
                f"""
                SELECT
                    (SELECT count(*) FROM before.marts.{mart}),
                    (SELECT count(*) FROM before.marts.{mart} {of_same}),
                    (SELECT count(*) FROM {now}.marts.{mart} {of_same})
                """
            ).fetchall()
            if before - after > _bound(mart, baseline)[1] * total:
                found.append(Shrunk(mart, before, after))
    return found


def _bound(mart: str, baseline: Baseline) -> tuple[str, float]:
    """The setting by which a mart may lose rows, and the share."""
    if mart in _OF_TEXT and baseline.shrinkage_of_text is not None:
        return "shrinkage_of_text", baseline.shrinkage_of_text
    return "shrinkage", baseline.shrinkage


def _sum_up(found: list[Loss] | list[LowerTotal], what: str, told: list[str]) -> list[str]:
    more = "; ..." if len(told) > _SHOWN else ""
    return [f"{len(found):,} {what}: {'; '.join(told[:_SHOWN])}{more}"] if found else []


def _tell_loss(one: Loss) -> str:
    whose = f" of {one.agency_id}" if one.agency_id else ""
    year = f" {one.report_year}" if one.report_year else ""
    figures = f"{one.before:,} figures, now {one.now:,}" if one.now < one.before else ""
    report = f"the report{whose}{year} is lost" if one.is_lost else ""
    return f"{one.raw_path} ({', '.join(filter(None, (report, figures)))})"


def _tell_total(one: LowerTotal) -> str:
    now = "none" if one.now is None else f"{one.now:,.10g}"
    return f"{one.agency_id} {one.report_year} {one.measure} {one.before:,.10g}, now {now}"


@contextmanager
def _before(connection: duckdb.DuckDBPyConnection, baseline: Baseline) -> Iterator[str | None]:
    """Attach the published file as ``before``, and what ``raw/`` holds as ``here`` and what is the same as a macro.

    Gives the name of the database that was built; None where what is published cannot be compared.

    Raises:
        NotComparableError: what is published turned out to be damaged in the midst of it.
        PublishedInUse: another program has it open for writing.
    """
    ((now,),) = connection.sql("SELECT '\"' || current_database() || '\"'").fetchall()
    try:
        connection.execute(f"ATTACH '{_quote(baseline.published)}' AS before (READ_ONLY)")
    except duckdb.Error as error:
        if told := in_use(baseline.published, error):
            raise told from error
        yield None
        return
    try:
        open_objects(connection, baseline.snapshot)
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE here AS "
            f"SELECT document_id, {_PLACE} FROM read_parquet('{_quote(baseline.snapshot)}')"
        )
        connection.execute(f"CREATE OR REPLACE TEMP TABLE same AS SELECT {baseline.same_edits} AS edits")
        if not (is_comparable := _is_comparable(connection)):
            _log.warning("%s lacks what is compared: nothing is held against it.", baseline.published)
        yield now if is_comparable else None
    except duckdb.Error as error:
        if not is_damage(error):
            raise
        raise NotComparableError(f"{baseline.published} is damaged: {error}") from error
    finally:
        connection.execute("DETACH before")


def _is_comparable(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the file published before has all columns of the contract on which the comparison goes."""
    return _columns_before(connection) >= _COMPARED


def _columns_before(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str, str]]:
    """Schema, table and name of each column of the file published before."""
    rows = connection.sql(
        "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE database_name = 'before'"
    ).fetchall()
    return {(schema, table, column) for schema, table, column in rows}


_COMPARED: Final = {
    ("landing", table, column)
    for table, names in {
        "documents": "document_id raw_path",
        "observations": "document_id raw_path url page_url link_text fetched_at",
        "cells": "document_id status",
        "reports": "document_id report_year",
        "report_parts": "report_document_id part_document_id role",
        "agencies": "document_id agency_id",
        "unfetched": "url outcome agency_id report_year",
    }.items()
    for column in names.split()
} | {("marts", "report", column) for column in ("agency_id", "report_year", "document_id")}

_PLACE: Final = "raw_path, url, page_url, link_text"

_IS_SAME: Final = f"""
    (SELECT edits FROM same)
    AND NOT EXISTS (
        SELECT document_id, {_PLACE} FROM here EXCEPT SELECT document_id, {_PLACE} FROM before.landing.observations
    )
    AND NOT EXISTS (
        SELECT document_id, {_PLACE} FROM before.landing.observations EXCEPT SELECT document_id, {_PLACE} FROM here
    )
"""


def _crawls_same(now: str) -> str:
    """Whether sites give and withhold the same reports, and the last day of fetching is no earlier one.

    An earlier one comes of a clock that was set back; coverage expects the reports that were due on that day.
    """

    def withheld(database: str) -> str:
        return f"SELECT url, outcome, agency_id, report_year FROM {database}.landing.unfetched"

    def last(database: str) -> str:
        return f"(SELECT max(fetched_at) FROM {database}.landing.observations)"

    return f"""
        NOT EXISTS ({withheld("before")} EXCEPT {withheld(now)})
        AND coalesce({last(now)} >= {last("before")}, {last("before")} IS NULL)
    """


def _same_agencies(now: str) -> str:
    """The agencies whose reports consist of the same documents in both files."""

    def documents(database: str) -> str:
        return f"""
            SELECT agency_id, list(part_document_id ORDER BY part_document_id) AS documents
            FROM {database}.landing.agencies
            JOIN {database}.landing.report_parts ON document_id = report_document_id
            GROUP BY agency_id
        """

    return f"""
        CREATE OR REPLACE TEMP TABLE same_agencies AS
        SELECT agency_id FROM ({documents("before")}) JOIN ({documents(now)}) USING (agency_id, documents)
    """


def _losses(now: str) -> str:
    def figures(database: str) -> str:
        return (
            f"SELECT document_id, count(*) AS figures FROM {database}.landing.cells WHERE status = 'number' GROUP BY 1"
        )

    return f"""
    WITH
    was_figures AS ({figures("before")}),
    now_figures AS ({figures(now)}),
    fewer AS (
        SELECT document_id, was_figures.figures AS was, coalesce(now_figures.figures, 0) AS now
        FROM was_figures LEFT JOIN now_figures USING (document_id)
        WHERE document_id IN (SELECT document_id FROM here) AND was > now
    ),
    was_parts AS (
        SELECT report_document_id, part_document_id, count(*) OVER (PARTITION BY report_document_id) AS parts
        FROM before.landing.report_parts
    ),
    no_report AS (
        -- A page that had no figure of its own, where its files stand for themselves.
        SELECT part_document_id AS document_id FROM was_parts
        WHERE part_document_id IN (SELECT document_id FROM here)
            AND part_document_id NOT IN (SELECT part_document_id FROM {now}.landing.report_parts)
            AND NOT (
                part_document_id = report_document_id
                AND parts > 1
                AND part_document_id NOT IN (SELECT document_id FROM was_figures)
            )
    ),
    was_current AS (SELECT agency_id, report_year, document_id FROM before.marts.report),
    now_of AS (
        SELECT part_document_id AS document_id, report_document_id, agencies.agency_id, reports.report_year
        FROM {now}.landing.report_parts
        LEFT JOIN {now}.landing.reports ON report_document_id = reports.document_id
        LEFT JOIN {now}.landing.agencies ON report_document_id = agencies.document_id
    ),
    kept AS (
        -- A part of it is here, in a report that is current.
        SELECT was_parts.report_document_id AS document_id
        FROM was_parts
        JOIN now_of ON part_document_id = now_of.document_id
        SEMI JOIN {now}.marts.report AS current ON now_of.report_document_id = current.document_id
        UNION
        SELECT report_document_id FROM was_parts WHERE part_document_id NOT IN (SELECT document_id FROM here)
        UNION
        SELECT was_current.document_id
        FROM was_current
        JOIN now_of USING (document_id)
        JOIN {now}.marts.report AS current
            ON now_of.agency_id = current.agency_id AND now_of.report_year = current.report_year
        LEFT JOIN before.landing.documents AS known ON current.document_id = known.document_id
        WHERE (now_of.report_year = was_current.report_year OR known.document_id IS NULL)
            AND (now_of.agency_id = was_current.agency_id OR known.document_id IS NULL OR NOT ({_IS_SAME}))
    ),
    not_current AS (
        SELECT document_id FROM was_current
        WHERE document_id IN (SELECT document_id FROM here) AND document_id NOT IN (SELECT document_id FROM kept)
    ),
    lost AS (FROM no_report UNION FROM not_current)
    SELECT
        document_id,
        documents.raw_path,
        was_current.agency_id,
        was_current.report_year,
        lost.document_id IS NOT NULL,
        coalesce(fewer.was, 0),
        coalesce(fewer.now, 0)
    FROM fewer
    FULL JOIN lost USING (document_id)
    JOIN before.landing.documents AS documents USING (document_id)
    LEFT JOIN was_current USING (document_id)
    ORDER BY lost.document_id IS NOT NULL DESC, documents.raw_path
    """


def _quote(path: Path) -> str:
    return str(path).replace("'", "''")
