"""What must hold of the warehouse as a whole; what a report got wrong is a finding and blocks nothing."""

import dagster as dg
import duckdb
import polars as pl

from pipeline import warehouse
from pipeline.lake.schemas import SNAPSHOT
from pipeline.lake.store import read_table, readings
from pipeline.orchestration.preview import table
from pipeline.orchestration.resources import GongkaiResource
from pipeline.warehouse.checks import (
    LowerTotal,
    Orphans,
    find_duplicate_reports,
    find_lower_totals,
    find_orphans,
)
from pipeline.warehouse.gate import Loss, Shrunk, find_losses, find_shrunk
from pipeline.workspace import Workspace

_SHOWN = 20


@dg.asset_check(asset="lake", blocking=True, description="Every document in raw/ has a reading in the lake.")
def every_document_is_read(gongkai: GongkaiResource) -> dg.AssetCheckResult:
    """Block what follows when the lake lost a document."""
    unread = unread_documents(gongkai.workspace)
    return dg.AssetCheckResult(
        passed=unread.is_empty(),
        metadata={"unread": unread.height, "preview": table(unread.columns, unread.head(_SHOWN).rows())},
    )


@dg.asset_check(
    asset=["landing", "documents"],
    blocking=True,
    description="Each document observed is there once, with its state, and its report if it has one.",
)
def every_document_is_accounted_for(gongkai: GongkaiResource) -> dg.AssetCheckResult:
    """Block the build of documents that came in twice, or without what belongs to them."""
    with duckdb.connect(gongkai.assembled_target, read_only=True) as connection:
        faults = unaccounted_documents(connection)
    return dg.AssetCheckResult(
        passed=not faults,
        metadata={"faults": len(faults), "preview": table(["fault", "document_id"], faults[:_SHOWN])},
    )


@dg.asset_check(
    asset=["landing", "build"],
    blocking=True,
    description="Each landing table has the rows that the lake has.",
)
def rows_are_those_of_the_lake(gongkai: GongkaiResource) -> dg.AssetCheckResult:
    """Block the build of tables that lost or doubled rows on the way."""
    with duckdb.connect(gongkai.assembled_target, read_only=True) as connection:
        counts = row_counts(connection)
    return dg.AssetCheckResult(
        passed=all(lake == landing for _, lake, landing in counts),
        metadata={"preview": table(["table", "lake", "landing"], counts)},
    )


# What follows is told here, and held by the publication itself: it refuses the build and keeps it for a look.
@dg.asset_check(asset=["marts", "dim_agency"], description="Each row of a mart has its agency and its document.")
def every_row_has_its_agency_and_document(gongkai: GongkaiResource) -> dg.AssetCheckResult:
    """Tell the rows that join nothing."""
    with duckdb.connect(gongkai.assembled_target, read_only=True) as connection:
        orphans = find_orphans(connection)
    return dg.AssetCheckResult(passed=not orphans, metadata={"preview": table(Orphans._fields, orphans)})


@dg.asset_check(asset=["marts", "report"], description="An agency has one report a year.")
def no_report_is_doubled(gongkai: GongkaiResource) -> dg.AssetCheckResult:
    """Tell the agency's years that count twice."""
    with duckdb.connect(gongkai.assembled_target, read_only=True) as connection:
        doubled = find_duplicate_reports(connection)
    return dg.AssetCheckResult(
        passed=not doubled,
        metadata={"doubled": len(doubled), "preview": table(["agency", "year", "reports"], doubled[:_SHOWN])},
    )


@dg.asset_check(
    asset=["marts", "agency_year"],
    description="No total is lower than published, unless documents were removed, read anew or superseded.",
)
def no_total_is_lower_than_published(gongkai: GongkaiResource) -> dg.AssetCheckResult:
    """Tell the reports that lost cases on the way."""
    with duckdb.connect(gongkai.assembled_target, read_only=True) as connection:
        lower = find_lower_totals(connection, gongkai.workspace.published)
    return dg.AssetCheckResult(
        passed=not lower,
        metadata={"lower": len(lower), "preview": table(LowerTotal._fields, lower[:_SHOWN])},
    )


@dg.asset_check(
    asset=["marts", "coverage"],
    description="No document that is still here gave more reports, figures or rows to the published build.",
)
def nothing_is_lost(gongkai: GongkaiResource) -> dg.AssetCheckResult:
    """Tell what the published build has of documents that are still here, and this one has not."""
    with duckdb.connect(gongkai.assembled_target, read_only=True) as connection:
        losses, shrunk = warehouse.compare(
            gongkai.workspace,
            lambda against: (
                (find_losses(connection, against), find_shrunk(connection, against)) if against else ([], [])
            ),
        )
    return dg.AssetCheckResult(
        passed=not losses and not shrunk,
        metadata={
            "documents": len(losses),
            "marts": table(Shrunk._fields, shrunk),
            "preview": table(Loss._fields, losses[:_SHOWN]),
        },
    )


@dg.asset_check(asset="published", description="The published file opens, and is made of what the lake holds.")
def published_is_current(gongkai: GongkaiResource) -> dg.AssetCheckResult:
    """Open the published file as a reader does, and compare its fingerprint."""
    published = warehouse.published_fingerprint(gongkai.workspace)
    return dg.AssetCheckResult(
        passed=published == warehouse.fingerprint(gongkai.workspace),
        metadata={"fingerprint": published or ""},
    )


def unread_documents(workspace: Workspace) -> pl.DataFrame:
    """The files that the snapshot has and no batch of the lake: ``raw_path`` and ``document_id``."""
    snapshot = read_table(workspace.snapshot, SNAPSHOT).select("raw_path", "document_id")
    return snapshot.join(readings(workspace), on="document_id", how="anti")


def unaccounted_documents(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """What is wrong with documents in ``landing``: the fault and the document."""
    return connection.sql(
        """
        SELECT 'observed, but no document' AS fault, document_id
        FROM landing.observations ANTI JOIN landing.documents USING (document_id)
        UNION ALL
        SELECT 'never observed', document_id
        FROM landing.documents ANTI JOIN landing.observations USING (document_id)
        UNION ALL
        SELECT 'more than once', document_id
        FROM landing.documents GROUP BY document_id HAVING count(*) > 1
        UNION ALL
        SELECT 'part of a report where none belongs, of none where one does, or of several', document_id
        FROM landing.documents LEFT JOIN landing.report_parts ON document_id = part_document_id
        GROUP BY document_id
        HAVING count(part_document_id) <> count(*) FILTER (documents.status = 'extracted')
        UNION ALL
        SELECT DISTINCT 'a part of no report', report_document_id
        FROM landing.report_parts ANTI JOIN landing.reports ON report_document_id = document_id
        UNION ALL
        SELECT 'a report without its page', document_id
        FROM landing.reports ANTI JOIN landing.report_parts ON document_id = report_document_id AND role = 'page'
        """
    ).fetchall()


def row_counts(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int, int]]:
    """For each table of ``landing``, how many rows the lake holds, and how many the table."""
    (expected,) = connection.sql("SELECT row_counts FROM landing.build").fetchall()[0]
    return [
        (name, count, connection.sql(f"SELECT count(*) FROM landing.{name}").fetchall()[0][0])
        for name, count in expected.items()
    ]
