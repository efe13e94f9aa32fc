"""The start page: what is in here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.explorer.changes import read_changes
from pipeline.explorer.charts import ROWS, Chart
from pipeline.explorer.language import Words
from pipeline.explorer.page import Explorer, Look, page
from pipeline.explorer.statement import Query

if TYPE_CHECKING:
    import altair as alt


async def start(request: Request) -> Response:
    """What is in here."""
    queries = {
        "counts": Query("start_counts"),
        "reports": Query("start_reports"),
        "coverage": Query("start_coverage"),
        "findings": Query("start_findings"),
    }
    return await page(request, "start.html", queries, _then)


def _then(look: Look) -> Mapping[str, object]:
    explorer: Explorer = look.request.app.state.explorer
    explorer.index.renew(look.build.build_id)
    rows = [
        {"year": str(row["report_year"]), "quality": grade, "reports": row[f"quality_{grade.lower()}"]}
        for row in look.tables["reports"]
        for grade in "ABCD"
        if row["report_year"]
    ]
    severities: dict[str, int] = {}
    for row in look.tables["findings"]:
        severities[row["severity"]] = severities.get(row["severity"], 0) + row["findings"]
    changes = read_changes(explorer.workspace, look.build.build_id)
    look.passing = changes is None
    return {
        "by_year": _BY_YEAR.of(look.t, rows),
        "severities": severities,
        "changes": changes,
    }


def _draw_by_year(t: Words) -> alt.Chart:
    import altair as alt

    drawn: alt.Chart = (
        alt.Chart(alt.NamedData(ROWS))
        .mark_bar()
        .encode(
            alt.X("year:O", title=t("start.year"), axis=alt.Axis(labelAngle=0)),
            alt.Y("reports:Q", title=t("start.reports")),
            alt.Color(
                "quality:N",
                title=t("start.quality"),
                scale=alt.Scale(domain=list("ABCD"), range=["#2b7a4b", "#c98a1b", "#d0562b", "#8c1d18"]),
            ),
            tooltip=[
                alt.Tooltip("year:O", title=t("start.year")),
                alt.Tooltip("quality:N", title=t("start.quality")),
                alt.Tooltip("reports:Q", title=t("start.reports")),
            ],
        )
        .properties(width="container", height=180)
    )
    return drawn


_BY_YEAR = Chart(_draw_by_year)

ROUTES = [Route("/", start)]
