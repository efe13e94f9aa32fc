"""Agencies by any metric: a ranking, how the values spread, and who does not stand in it and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.explorer.charts import ROWS, Chart
from pipeline.explorer.choice import LEVELS, SCOPES, Choice, choose
from pipeline.explorer.language import Words
from pipeline.explorer.metrics import Metric, by_topic
from pipeline.explorer.page import Look, page
from pipeline.explorer.paging import page_number
from pipeline.explorer.statement import Query

if TYPE_CHECKING:
    import altair as alt

LINES: Final = 50
_SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "ranked": ("ranked",),
    "with_small": ("ranked", "small"),
    "small": ("small",),
    "unknown": ("unknown",),
    "misprint": ("misprint",),
}
"""What the address may ask for, and the states that it means; beside these ``missing``, who has no report."""
_MISSING: Final = "missing"


async def rankings(request: Request) -> Response:
    """The ranking of a metric."""

    def then(look: Look) -> Mapping[str, object]:
        choice = choose(request, look)
        if choice is None:
            return {"choice": None}
        return {"choice": choice, **_ranking(request, look, choice)}

    return await page(request, "rankings.html", then=then, topics=by_topic(), levels=LEVELS, scopes=SCOPES)


def _ranking(request: Request, look: Look, choice: Choice) -> dict[str, object]:
    metric, asked = choice.metric, request.query_params
    states = look.table("states", Query("rankings_states", choice.parameters, metric.choices))
    missing = look.table("missing_count", Query("rankings_missing_count", choice.coverage))
    spread = look.table(
        "distribution", Query("rankings_distribution", {**choice.parameters, **metric.bars}, metric.choices)
    )
    counts = {row["state"]: row["reports"] for row in states}
    counts["with_small"] = counts.get("ranked", 0) + counts.get("small", 0)
    counts[_MISSING] = sum(row["agencies"] for row in missing)
    shown = asked.get("show", "ranked")
    shown = shown if shown in {*_SHOWN, _MISSING} else "ranked"
    order = "asc" if asked.get("order") == "asc" else "desc"
    number = page_number(asked.get("page"), counts.get(shown, 0), LINES)
    lines = {"limit": LINES, "offset": (number.number - 1) * LINES}
    whole = {"limit": None, "offset": 0}
    if shown == _MISSING:
        look.table("missing", Query("rankings_missing", {**choice.coverage, **lines}, whole=whole))
    else:
        parameters = {**choice.parameters, "states": list(_SHOWN[shown]), **lines}
        look.table("ranking", Query("rankings", parameters, {**metric.choices, "order": order}, whole))
    return {
        "counts": counts,
        "shown": shown,
        "order": order,
        "pages": number,
        "chart": _SPREAD.of(look.t, _bars(spread.rows, metric, look.t)) if spread else None,
    }


def _bars(rows: list[dict[str, Any]], metric: Metric, t: Words) -> list[dict[str, Any]]:
    """The rows of the distribution as a chart has them: one for each bar and state."""
    bars = []
    for place, row in enumerate(rows):
        low, high = (metric.show(row[end]) if row[end] is not None else None for end in ("low", "high"))
        label = t("rankings.from", low=low) if high is None else str(low) if low == high else f"{low} – {high}"
        bars += [
            {"place": place, "label": label, "state": t(f"rankings.state.{state}"), "agencies": row[state]}
            for state in ("ranked", "small")
            if row[state]
        ]
    return bars


def _draw_spread(t: Words) -> alt.Chart:
    import altair as alt

    states = [t("rankings.state.ranked"), t("rankings.state.small")]
    drawn: alt.Chart = (
        alt.Chart(alt.NamedData(ROWS))
        .mark_bar()
        .encode(
            alt.X("label:N", sort=alt.EncodingSortField("place"), title=None, axis=alt.Axis(labelAngle=-45)),
            alt.Y("agencies:Q", title=t("rankings.agencies")),
            alt.Color("state:N", title=None, scale=alt.Scale(domain=states, range=["#2f6db0", "#c7a54a"])),
            tooltip=[
                alt.Tooltip("label:N", title=t("rankings.value")),
                alt.Tooltip("state:N", title=t("rankings.state")),
                alt.Tooltip("agencies:Q", title=t("rankings.agencies")),
            ],
        )
        .properties(width="container", height=200)
    )
    return drawn


_SPREAD: Final = Chart(_draw_spread)

ROUTES = [Route("/rankings", rankings)]
