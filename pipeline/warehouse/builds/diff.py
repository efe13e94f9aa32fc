"""What differs between two builds: reports, and the figures that are printed in those that both have."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from pipeline.warehouse.builds.record import Build
from pipeline.workspace import JobError


class Change(NamedTuple):
    """A difference.

    ``change`` is ``report_added``, ``report_removed`` or ``report_replaced`` (another document is current for the
    agency and year), or ``figure_added``, ``figure_removed`` or ``figure_changed`` (value or status), in a report that
    both builds have. Places in tables are codes of the forms; ``raw_text`` is what is printed.
    """

    change: str
    agency_id: str
    agency_full_name: str | None
    report_year: int
    table_code: str | None
    table_set: int | None
    row_code: str | None
    column_code: str | None
    value_before: Decimal | None
    value_after: Decimal | None
    raw_text_before: str | None
    raw_text_after: str | None
    status_before: str | None
    status_after: str | None
    document_id_before: str | None
    document_id_after: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """How two builds differ.

    ``counts`` are the changes by kind, ``marts`` the rows of each mart before and after, None where it was not there.
    """

    before: str
    after: str
    counts: dict[str, int]
    marts: dict[str, tuple[int | None, int | None]]


@contextmanager
def diff(before: Build, after: Build) -> Iterator[tuple[Difference, duckdb.DuckDBPyConnection]]:
    """Compare two builds; give what differs in sum, and a connection whose table ``changes`` lists all (`Change`).

    Figures are the cells with a place in the forms of the current report of each agency and year. A place that is
    printed several times is compared in the order of its cells.

    Raises:
        JobError: one of the files cannot be opened, or lacks what is compared.
    """
    with tempfile.TemporaryDirectory(prefix="gongkai-diff-") as folder, duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '3GB'; SET temp_directory = '{_quote(Path(folder))}'")
        for name, build in (("before", before), ("after", after)):
            try:
                connection.execute(f"ATTACH '{_quote(build.file)}' AS {name} (READ_ONLY)")
            except duckdb.Error as error:
                raise JobError(f"{build.file} cannot be opened: {error}") from error
        try:
            connection.execute(_CHANGES)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise JobError(f"One of the builds is of a version too old to be compared: {error}") from error
        counts = connection.sql("SELECT change, count(*) FROM changes GROUP BY 1 ORDER BY 1").fetchall()
        marts = {
            mart: (before.rows("marts", mart), after.rows("marts", mart))
            for mart in dict.fromkeys([*after.record["counts"]["marts"], *before.record["counts"]["marts"]])
        }
        yield Difference(before.build_id, after.build_id, dict(counts), marts), connection


def _quote(path: Path) -> str:
    return re.sub("'", "''", str(path))


def _figures(build: str) -> str:
    """The cells of the current reports of a build that have a place in the forms."""
    return f"""
        SELECT
            report.agency_id, report.report_year, cells.table_code, cells.table_set, cells.row_code, cells.column_code,
            row_number() OVER (
                PARTITION BY report.agency_id, report.report_year, cells.table_code, cells.table_set, cells.row_code,
                    cells.column_code
                ORDER BY report_parts.position, cells.table_index, cells.row_index, cells.column_index
            ) AS occurrence,
            cells.value, cells.raw_text, cells.status, cells.document_id
        FROM {build}.marts.report
        JOIN {build}.landing.report_parts ON report.document_id = report_parts.report_document_id
        JOIN {build}.landing.cells ON report_parts.part_document_id = cells.document_id
        WHERE cells.row_code IS NOT NULL AND cells.column_code IS NOT NULL
    """


SHOWN: Final = """
    SELECT
        change, coalesce(agency_full_name, agency_id) AS agency, report_year AS year, table_code, row_code, column_code,
        coalesce(raw_text_before, status_before) AS before, coalesce(raw_text_after, status_after) AS after
    FROM changes LIMIT 20
"""
"""The first of the changes, as a person looks at them."""

_CHANGES: Final = f"""
    CREATE TEMP TABLE changes AS
    WITH reports AS (
        SELECT
            agency_id, report_year, was.document_id AS was, now.document_id AS now,
            CASE
                WHEN was.document_id IS NULL THEN 'report_added'
                WHEN now.document_id IS NULL THEN 'report_removed'
                WHEN was.document_id <> now.document_id THEN 'report_replaced'
            END AS change
        FROM before.marts.report AS was
        FULL JOIN after.marts.report AS now USING (agency_id, report_year)
    ),
    figures AS (
        SELECT
            agency_id, report_year, table_code, table_set, row_code, column_code, occurrence,
            was.value AS value_before, now.value AS value_after,
            was.raw_text AS raw_text_before, now.raw_text AS raw_text_after,
            was.status AS status_before, now.status AS status_after,
            was.document_id AS document_id_before, now.document_id AS document_id_after
        FROM ({_figures("before")}) AS was
        FULL JOIN ({_figures("after")}) AS now
            USING (agency_id, report_year, table_code, table_set, row_code, column_code, occurrence)
        WHERE was.value IS DISTINCT FROM now.value OR was.status IS DISTINCT FROM now.status
    ),
    found AS (
        SELECT change, agency_id, report_year, was AS document_id_before, now AS document_id_after
        FROM reports WHERE change IS NOT NULL
        UNION ALL BY NAME
        SELECT
            CASE
                WHEN document_id_before IS NULL THEN 'figure_added'
                WHEN document_id_after IS NULL THEN 'figure_removed'
                ELSE 'figure_changed'
            END AS change,
            figures.*
        FROM figures
        SEMI JOIN (FROM reports WHERE was IS NOT NULL AND now IS NOT NULL) AS common USING (agency_id, report_year)
    )
    SELECT
        found.change,
        found.agency_id,
        coalesce(now.agency_full_name, was.agency_full_name) AS agency_full_name,
        found.report_year,
        {", ".join(f"found.{column}" for column in Change._fields[4:])}
    FROM found
    LEFT JOIN before.marts.dim_agency AS was ON found.agency_id = was.agency_id
    LEFT JOIN after.marts.dim_agency AS now ON found.agency_id = now.agency_id
    ORDER BY
        found.change LIKE 'figure%', found.agency_id, found.report_year, found.change, found.table_code,
        found.table_set, found.row_code, found.column_code, found.occurrence
"""
