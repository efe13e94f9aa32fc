"""What must hold of the warehouse as a whole before it is published.

Each fault is one of ours; what a report got wrong is a finding, and no matter here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from pipeline.warehouse.contract import columns
from pipeline.warehouse.errors import is_damage

_AGENCIES: Final = ("agency_id", "covered_by", "parent_agency_id", "successor_agency_id")
_MAY_BE_ABSENT: Final = frozenset({("dim_agency", "parent_agency_id")})
"""The bureau of a branch is named whether it reports or not."""

_SHOWN: Final = 5


class Orphans(NamedTuple):
    """Rows of a mart whose agency or document is not there."""

    mart: str
    column: str
    rows: int
    example: str


class LowerTotal(NamedTuple):
    """A total of one report that was higher in the last build; ``now`` is None where the report has none any more."""

    agency_id: str
    report_year: int
    measure: str
    before: float
    now: float | None


def find_orphans(connection: duckdb.DuckDBPyConnection) -> list[Orphans]:
    """Find the rows whose agency is not in ``dim_agency``, or whose document not in ``landing.documents``."""
    found = []
    for schema, mart, column, *_ in columns():
        if schema != "marts" or (mart, column) in _MAY_BE_ABSENT:
            continue
        if column in _AGENCIES:
            parent, key = "marts.dim_agency", "agency_id"
        elif column.startswith("document_id"):
            parent, key = "landing.documents", "document_id"
        else:
            continue
        ((rows, example),) = connection.sql(
            f"SELECT count(*), min(child.{column}) FROM marts.{mart} AS child "
            f"ANTI JOIN {parent} AS parent ON child.{column} = parent.{key} WHERE child.{column} IS NOT NULL"
        ).fetchall()
        if rows:
            found.append(Orphans(mart, column, rows, example))
    return found


def find_duplicate_reports(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int, int]]:
    """Find the agencies and years that have several reports: agency, year, how many."""
    return connection.sql(
        "SELECT agency_id, report_year, count(*) FROM marts.report GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL"
    ).fetchall()


def find_lower_totals(connection: duckdb.DuckDBPyConnection, published: Path) -> list[LowerTotal]:
    """Find the reports whose totals are lower than in the file published before, without a reason in what was read.

    Held against each other are the sums of the facts and the number of figures of table 2, of each report that was
    current. Totals are rightly lower, and not among those given, where

    - the document, or one that is part of its report, was removed or read anew;
    - other files are part of its report now than were;
    - a document of it is part of another report now, which is current: a newer version of the page came;
    - another document is current for its agency and year now: the report is superseded, and counts no more; which also
      happens where an alias or a new document tells that two agencies are one.

    So a lower total means that a change of the program, of dbt or of a rule took figures away.

    Args:
        connection: to the file that was built.
        published: the file published before. There need be none; one that another program wrote, or a version so old
            that it lacks what is compared, or damaged, says nothing.
    """
    if not published.exists():
        return []
    ((now,),) = connection.sql("SELECT current_database()").fetchall()
    try:
        connection.execute(f"ATTACH '{str(published).replace(chr(39), chr(39) * 2)}' AS before (READ_ONLY)")
    except duckdb.Error:
        return []
    try:
        rows = connection.sql(_lower(now)).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException):
        return []
    except duckdb.Error as error:
        if not is_damage(error):
            raise
        return []
    finally:
        connection.execute("DETACH before")
    return [LowerTotal(*row) for row in rows]


def faults(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Tell what does not hold of the file that was built, check by check."""
    return {
        "agencies_and_documents": [
            f"marts.{one.mart} has {one.rows} rows whose {one.column} is not there, as {one.example}"
            for one in find_orphans(connection)
        ],
        "one_report_a_year": [
            f"marts.report has {count} reports of {agency} for {year}"
            for agency, year, count in find_duplicate_reports(connection)[:_SHOWN]
        ],
    }


def _totals(database: str) -> str:
    """The totals of each current report of a database, long: agency, year, document, its parts, measure, value."""
    return f"""
        SELECT agency_id, report_year, document_id, parts, measure, value
        FROM (
            SELECT agency_id, report_year, measure, value FROM (
                UNPIVOT (
                    SELECT agency_id, report_year, sum(received_new) AS received_new, sum(carried_in) AS carried_in,
                        sum(concluded) AS concluded, sum(carried_out) AS carried_out
                    FROM {database}.marts.fct_applications GROUP BY ALL
                ) ON received_new, carried_in, concluded, carried_out INTO NAME measure VALUE value
            )
            UNION ALL
            SELECT agency_id, report_year, 'outcomes', sum(applications) FROM {database}.marts.fct_outcomes GROUP BY ALL
            UNION ALL
            SELECT agency_id, report_year, venue, sum(cases) FROM {database}.marts.fct_litigation GROUP BY ALL
            UNION ALL
            SELECT agency_id, report_year, 'figures of table 2', count(value)
            FROM {database}.marts.fct_disclosure GROUP BY ALL
            UNION ALL
            SELECT agency_id, report_year, 'reports', 1 FROM {database}.marts.report
        )
        JOIN {database}.marts.report USING (agency_id, report_year)
        JOIN (
            SELECT report_document_id AS document_id, list(part_document_id ORDER BY part_document_id) AS parts
            FROM {database}.landing.report_parts GROUP BY ALL
        ) USING (document_id)
    """


def _lower(now: str) -> str:
    return f"""
    WITH old AS ({_totals("before")}),
    new AS ({_totals(now)}),
    read_anew AS (
        SELECT document_id FROM before.landing.documents AS was
        LEFT JOIN {now}.landing.documents AS now USING (document_id)
        WHERE (was.extracted_at, was.reader_version, was.extraction_version)
            IS DISTINCT FROM (now.extracted_at, now.reader_version, now.extraction_version)
    ),
    excused AS (
        SELECT report_document_id AS document_id FROM before.landing.report_parts
        SEMI JOIN read_anew ON part_document_id = read_anew.document_id
        UNION
        -- It joined the report of another document.
        SELECT part_document_id FROM {now}.landing.report_parts WHERE role <> 'page'
        UNION
        -- A file of its belongs to another page now, as to the newer version of its own.
        SELECT was.report_document_id FROM before.landing.report_parts AS was
        JOIN {now}.landing.report_parts AS parts
            ON was.part_document_id = parts.part_document_id AND was.report_document_id <> parts.report_document_id
        SEMI JOIN {now}.marts.report AS used ON parts.report_document_id = used.document_id
        UNION
        -- Another document is current for its agency and year.
        SELECT agencies.document_id FROM {now}.landing.agencies
        JOIN {now}.landing.reports USING (document_id)
        JOIN {now}.marts.report AS used
            ON agencies.agency_id = used.agency_id AND reports.report_year = used.report_year
        WHERE used.document_id <> agencies.document_id
    )
    SELECT old.agency_id, old.report_year, old.measure, old.value::DOUBLE, new.value::DOUBLE
    FROM old
    ANTI JOIN excused USING (document_id)
    LEFT JOIN new USING (document_id, measure)
    WHERE coalesce(new.value < old.value, true) AND coalesce(new.parts = old.parts, true)
    ORDER BY ALL
    """
