"""The findings, out of the published file, with the cells that they are about as people read them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

import duckdb

from pipeline.warehouse.lookup import check_years, find_document
from pipeline.warehouse.publish import open_published
from pipeline.workspace import JobError, Workspace

SEVERITIES: Final = ("error", "warning", "note")


class Finding(NamedTuple):
    """A finding as `gongkai check` shows it; ``raw_path`` is that of its report, ``cells`` what is printed there."""

    finding_id: str
    severity: str
    rule_code: str
    agency: str
    report_year: int | None
    raw_path: str
    left_value: Decimal | None
    right_value: Decimal | None
    difference: Decimal | None
    message: str
    cells: str
    review: str | None
    review_reason: str | None
    url: str | None


_FINDINGS: Final = """
    SELECT finding_id, finding.severity, rule_code, coalesce(agency_full_name, finding.agency_id), finding.report_year,
        raw_path, left_value, right_value, difference, {message}, cells, review, review_reason,
        coalesce(
            report.url,
            (SELECT min(seen.url) FROM landing.observations AS seen WHERE seen.document_id = finding.document_id)
        )
    FROM marts.finding
    JOIN marts.dim_agency USING (agency_id)
    JOIN landing.documents USING (document_id)
    LEFT JOIN marts.report ON report.document_id = finding.document_id
    WHERE ($document IS NULL AND (NOT superseded OR $all) OR finding.document_id = $document)
        AND (contains(agency_full_name, $agency) OR contains(finding.agency_id, $agency))
        AND ($year IS NULL OR finding.report_year = $year)
        AND ($all OR coalesce(review, 'confirmed') = 'confirmed')
        AND (len($severities::VARCHAR[]) = 0 OR list_contains($severities::VARCHAR[], finding.severity))
        AND (len($rules::VARCHAR[]) = 0 OR list_contains($rules::VARCHAR[], rule_code))
    ORDER BY array_position(['error', 'warning', 'note'], finding.severity), raw_path, rule_code, message, finding_id
"""

_LABELS: Final = """
    SELECT 'requests', row_code, coalesce(label_2021, label_2019) FROM landing.form_requests_rows
    UNION ALL SELECT 'requests', column_code, label FROM landing.form_requests_columns
    UNION ALL SELECT DISTINCT 'litigation', venue_code, venue_label FROM landing.form_litigation_columns
    UNION ALL SELECT DISTINCT 'litigation', result_code, result_label FROM landing.form_litigation_columns
    UNION ALL SELECT 'disclosure', row_code, row_label FROM landing.form_disclosure_cells
    UNION ALL SELECT 'disclosure', column_code, column_label FROM landing.form_disclosure_cells
    UNION ALL SELECT 'statistics', row_code, label FROM landing.form_statistics_2014 ORDER BY ALL
"""


def find_findings(
    workspace: Workspace,
    document: str | None = None,
    *,
    severities: Collection[str] = (),
    rules: Collection[str] = (),
    agency: str = "",
    year: int | None = None,
    closed: bool = False,
    chinese: bool = False,
) -> list[Finding]:
    """Find the findings of one report or of all.

    Args:
        workspace: the data folder.
        document: the beginning of its id, or its path; of a file that is part of a report, that report's findings are
            given. None for all reports that no other supersedes.
        severities: those of `SEVERITIES` that are wanted; none for all.
        rules: the codes of the rules that are wanted; none for all.
        agency: what the agency's full name or id holds: a place gives all that is in it.
        year: the report year; None for all, and for reports of which it is unknown.
        closed: also those that were explained or dismissed, and those of superseded documents.
        chinese: messages and cells in Chinese.

    Raises:
        JobError: nothing is published yet; the document is none or several, or no report; or there is no such rule,
            agency or year.
    """
    with open_published(workspace) as connection:
        known = {code for (code,) in connection.sql("SELECT rule_code FROM marts.rules").fetchall()}
        if unknown := [rule for rule in rules if rule not in known]:
            raise JobError(f"There is no rule {unknown[0]}; there are {', '.join(sorted(known))}.")
        check_years(connection, [] if year is None else [year])
        holds = "SELECT 1 FROM marts.dim_agency WHERE contains(agency_full_name, $part) OR contains(agency_id, $part)"
        if agency and not connection.execute(holds, {"part": agency}).fetchone():
            raise JobError(f"No agency's full name or id holds {agency}. All: {workspace.command('agencies')}")
        labels = {(table, code): label for table, code, label in connection.sql(_LABELS).fetchall()} if chinese else {}
        rows = connection.execute(
            _FINDINGS.format(message="message_zh" if chinese else "message"),
            {
                "document": document and _report_of(connection, workspace, document),
                "severities": list(severities),
                "rules": list(rules),
                "agency": agency,
                "year": year,
                "all": closed,
            },
        ).fetchall()
    found = [Finding(*row) for row in rows]
    return [one._replace(cells=_tell_cells(json.loads(one.cells), labels)) for one in found]


def _report_of(connection: duckdb.DuckDBPyConnection, workspace: Workspace, document: str) -> str:
    document_id, raw_path, state = find_document(connection, workspace, document)
    report = connection.execute(
        "SELECT report_document_id FROM landing.report_parts WHERE part_document_id = ?", [document_id]
    ).fetchone()
    if report is None:
        raise JobError(f"{raw_path} is no report: {state}")
    return str(report[0])


def _tell_cells(cells: list[dict[str, Any]], labels: Mapping[tuple[str, str], str]) -> str:
    """What is printed, cell by cell: ``received_new total 14``; sightings as ``signed_date 2023-01-19``.

    Of several documents each is named by the beginning of its id. Cells in which nothing or 0 stands, where there are
    others, are left out: sums have many.
    """
    marked = [cell for cell in cells if cell.get("raw_text", "x") not in {"", "0"}] or cells
    several = len({cell["document_id"] for cell in marked}) > 1
    told = []
    for cell in marked:
        table = cell.get("table_code")
        if table is None:
            words = [cell.get("field"), cell.get("value")]
        else:
            codes = [cell.get("row_code") or "?", cell.get("column_code") or "?"]
            words = [*(labels.get((table, code), code) for code in codes), cell.get("raw_text") or "''"]
        told.append(" ".join([*([f"[{cell['document_id'][:8]}]"] if several else []), *map(str, words)]))
    return "; ".join(dict.fromkeys(told))
