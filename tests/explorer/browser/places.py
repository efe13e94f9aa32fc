"""The addresses of the pages that are looked at, by what they show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

from pipeline.workspace import Workspace
from tests.explorer.browser.warehouse import document_id

Query = Callable[..., list[tuple[Any, ...]]]
"""Gives the rows of a query of the published file, with its parameters."""

AGENCY: Final = "河南省洛阳市司法局"
ASKED: Final = (
    "SELECT province, count(*) AS reports, sum(received_new) AS received FROM marts.agency_year "
    "JOIN marts.dim_agency USING (agency_id) WHERE report_year = 2023 GROUP BY ALL ORDER BY received DESC"
)

_YEARS: Final = """
    SELECT document_id FROM marts.report JOIN marts.dim_agency USING (agency_id)
    WHERE agency_full_name = ? AND report_year > 2020 ORDER BY report_year LIMIT 2
"""
_FINDING: Final = """
    SELECT finding_id FROM marts.finding WHERE rule_code = 'outcomes_sum' ORDER BY abs(difference), finding_id LIMIT 1
"""


def addresses(workspace: Workspace, query: Query) -> dict[str, str]:
    """The path of each page on a server of a folder that holds the generated reports."""
    ((agency,),) = query("SELECT agency_id FROM marts.dim_agency WHERE agency_full_name = ?", AGENCY)
    ((finding,),) = query(_FINDING)
    (left,), (right,) = query(_YEARS, AGENCY)

    def figure(document: str | None) -> str:
        return f"/report/{document}?cell=requests-1-unavailable_not_held-natural_person"

    return {
        "start": "/",
        "search": "/search?q=洛阳司法",
        "search of texts": "/search?q=业务人员",
        "nothing found": "/search?q=zzzz",
        "agency": f"/agency/{agency}",
        "report": f"/report/{document_id(workspace, 'docx')}",
        "figure in a page": figure(left),
        "figure in a scan": figure(document_id(workspace, "scan")),
        "report of 2016": f"/report/{document_id(workspace, 'annex')}",
        "compare": "/compare",
        "two reports": f"/compare?left={left}&right={right}",
        "rankings": "/rankings",
        "places": "/places",
        "findings": "/findings",
        "finding": f"/finding/{finding}",
        "sql": "/sql",
        "answer of a query": f"/sql?q={quote(ASKED)}",
    }


NAMES: Final = (
    "start, search, search of texts, nothing found, agency, report, figure in a page, figure in a scan, "
    "report of 2016, compare, two reports, rankings, places, findings, finding, sql, answer of a query"
).split(", ")
"""The keys of `addresses`."""
