"""What a data folder holds, for a person to look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import duckdb

from pipeline.agencies.identity import read_aliases
from pipeline.warehouse.publish import open_published
from pipeline.workspace import Workspace


class Unread(NamedTuple):
    """A document that gave no report: its state, and what a person can do about it."""

    raw_path: str
    status: str
    code: str
    message: str


class FindingCount(NamedTuple):
    """How often a rule was broken, by documents that no other supersedes, and no review closed it."""

    severity: str
    rule_code: str
    title_en: str
    title_zh: str
    findings: int


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the published warehouse.

    ``documents`` counts by status, ``coverage`` agency-years by status, ``quality`` reports by grade; ``composite`` are
    the reports that are a page with its files. ``agencies`` are those with a report. ``coverage_of_roster`` is that of
    the agencies on the roster, by province, or by level where they are all in one; ``unattributed`` are the unread
    documents that belong to nobody known. ``reviews`` counts by verdict; ``reviews_of_nothing`` are those (finding,
    verdict, reason) of findings that are no more. ``roster_of_nowhere`` are lines (number, id) whose division is not
    known and of whose agency nothing is here, ``aliases_of_nobody`` those (old id, id) that a user gave to an agency
    that is not here. ``findings`` are the open ones. ``visits`` counts what sources asked
    for by what it last came to, ``unfetched`` the reports that sites did not give and that belong to nobody known.
    """

    build_id: str
    built_at: datetime
    documents: dict[str, int]
    unread: list[Unread]
    agencies: int
    reports: int
    composite: int
    coverage: dict[str, int]
    quality: dict[str, int]
    findings: list[FindingCount]
    coverage_of_roster: dict[str, dict[str, int]]
    unattributed: int
    reviews: dict[str, int]
    reviews_of_nothing: list[tuple[str, str, str]]
    roster_of_nowhere: list[tuple[int, str]]
    aliases_of_nobody: list[tuple[str, str]]
    visits: dict[str, int]
    unfetched: int


def status(workspace: Workspace) -> Status:
    """The state of what is published.

    Raises:
        JobError: nothing is published yet.
    """
    of_all = read_aliases().ids  # those of the project may mean agencies that are elsewhere
    with open_published(workspace) as connection:
        build_id, built_at = _rows(connection, "SELECT build_id, built_at FROM landing.build")[0]
        ((agencies, reports, composite),) = _rows(
            connection,
            """
            SELECT
                (SELECT count(*) FROM marts.dim_agency SEMI JOIN landing.agencies USING (agency_id)),
                count(*),
                count(*) FILTER (document_id IN (
                    SELECT report_document_id FROM landing.report_parts WHERE role <> 'page'
                ))
            FROM marts.report
            """,
        )
        return Status(
            build_id=build_id,
            built_at=built_at,
            documents=dict(_rows(connection, "SELECT status, count(*) FROM landing.documents GROUP BY 1 ORDER BY 1")),
            unread=[
                Unread(*row)
                for row in _rows(
                    connection,
                    """
                    SELECT raw_path, status, error_code, error_message FROM landing.documents
                    WHERE status <> 'extracted' ORDER BY status DESC, raw_path
                    """,
                )
            ],
            agencies=agencies,
            reports=reports,
            composite=composite,
            coverage=dict(_rows(connection, "SELECT status, count(*) FROM marts.coverage GROUP BY 1 ORDER BY 1")),
            quality=dict(_rows(connection, "SELECT quality, count(*) FROM marts.report GROUP BY 1 ORDER BY 1")),
            findings=[
                FindingCount(*row)
                for row in _rows(
                    connection,
                    """
                    SELECT finding.severity, rule_code, title_en, title_zh, count(*) AS findings
                    FROM marts.finding JOIN marts.rules USING (rule_code)
                    WHERE NOT superseded AND coalesce(review, 'confirmed') = 'confirmed'
                    GROUP BY finding.severity, rule_code, title_en, title_zh
                    ORDER BY
                        array_position(['error', 'warning', 'note'], finding.severity),
                        findings DESC,
                        rule_code
                    """,
                )
            ],
            coverage_of_roster=_coverage_of_roster(connection),
            unattributed=_rows(connection, "SELECT count(*) FROM landing.unread WHERE agency_id IS NULL")[0][0],
            reviews=dict(_rows(connection, "SELECT verdict, count(*) FROM landing.reviews GROUP BY 1 ORDER BY 1")),
            reviews_of_nothing=_rows(
                connection,
                """
                SELECT finding_id, verdict, reason FROM landing.reviews
                ANTI JOIN marts.finding USING (finding_id) ORDER BY 1
                """,
            ),
            roster_of_nowhere=_rows(
                connection,
                """
                SELECT line, agency_id FROM landing.roster
                JOIN marts.dim_agency USING (agency_id)
                ANTI JOIN landing.agencies USING (agency_id)
                WHERE dim_agency.division_code IS NULL AND dim_agency.level IS NULL ORDER BY 1
                """,
            ),
            aliases_of_nobody=[
                row
                for row in _rows(
                    connection,
                    "SELECT alias_id, agency_id FROM landing.agency_aliases "
                    "ANTI JOIN marts.dim_agency USING (agency_id) ORDER BY 1",
                )
                if row[0] not in of_all
            ],
            visits=dict(_rows(connection, "SELECT outcome, count(*) FROM landing.visits GROUP BY 1 ORDER BY 1")),
            unfetched=_rows(connection, "SELECT count(*) FROM landing.unfetched WHERE agency_id IS NULL")[0][0],
        )


def _coverage_of_roster(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for place, state, years in _rows(
        connection,
        """
        WITH listed AS (
            SELECT status, coalesce(if(count(DISTINCT province) OVER () > 1, province, level), 'elsewhere') AS place
            FROM marts.coverage JOIN marts.dim_agency USING (agency_id)
            WHERE is_expected IS NOT NULL
        )
        SELECT place, status, count(*) FROM listed GROUP BY place, status
        ORDER BY array_position(['national', 'province', 'prefecture', 'county', 'township'], place), place, status
        """,
    ):
        counts.setdefault(place, {})[state] = years
    return counts


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.sql(query).fetchall()
