"""An agency: its history over all years and forms, beside its peers; its documents; its findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipeline.explorer.charts import ROWS, Chart, Shown
from pipeline.explorer.filters import segment
from pipeline.explorer.language import Words
from pipeline.explorer.page import Look, NotThere, Row, page
from pipeline.explorer.statement import Query

if TYPE_CHECKING:
    import altair as alt

TOPICS: Final = ("applications", "outcomes", "disputes", "disclosure", "resources", "responses", "topic")
"""The topics of the series, in the order of the page."""
_SHOWN: Final = ("applications", "outcomes", "disputes")
"""Those of them that are shown unless others are asked for."""
_FINDINGS: Final = 100
_RATES: Final = frozenset(
    {"disclosure_rate", "refusal_rate", "unavailability_rate", "carried_out_share", "reconsideration_corrected_rate"}
)
"""The ranked measures that are shares of one."""


class Line(NamedTuple):
    """A series: its cells by year, and why it breaks where it does."""

    series: str
    title: str
    unit: str
    is_stock: bool
    years: dict[int, Row]
    breaks: list[Row]


class Peers(NamedTuple):
    """A ranked measure over the years, and its chart."""

    measure: str
    is_rate: bool
    rows: list[Row]
    chart: Shown


async def agency(request: Request) -> Response:
    """An agency, by its id; by one that was corrected since, its present address."""
    agency_id = request.path_params["agency_id"]
    asked = request.query_params.get("topic")
    topics = [asked] if asked in TOPICS else list(_SHOWN)
    chosen = request.query_params.get("series", "received_new")
    own = {"agency_id": agency_id}

    def then(look: Look) -> Mapping[str, object]:
        if not look.tables["agency"]:
            found = look.table("alias", Query("agency_of_alias", {"alias_id": agency_id}))
            if found:
                raise _Moved(found.first["agency_id"])
            raise NotThere("agency.missing", id=agency_id)
        lines = _lines(look.tables["series"], look.t.language)
        drawn = next((line for lines_of in lines.values() for line in lines_of if line.series == chosen), None)
        if drawn is None:
            drawn = next((line for lines_of in lines.values() for line in lines_of), None)
        return {
            "lines": lines,
            "all_years": sorted({year for group in lines.values() for line in group for year in line.years}),
            "drawn": drawn,
            "history": drawn and _HISTORY.of(look.t, _points(drawn, look.tables["peers"], look.t.language)),
            "peers": _peers(look.tables["peers"], look.t),
            "cell_of": _cell_of,
        }

    queries = {
        "agency": Query("agency", own),
        "predecessors": Query("agency_predecessors", own),
        "years": Query("agency_years", own),
        "series": Query("agency_series", {**own, "topics": topics}),
        "carried": Query("agency_carried", own),
        "peers": Query("agency_peers", own),
        "documents": Query("agency_documents", own),
        "revisions": Query("agency_revisions", own),
        "findings": Query("agency_findings", {**own, "limit": _FINDINGS}, whole={"limit": None}),
    }
    try:
        return await page(request, "agency.html", queries, then, topics=topics, all_topics=TOPICS, most=_FINDINGS)
    except _Moved as moved:
        return RedirectResponse(f"/agency/{segment(moved.agency_id)}", 301)


class _Moved(Exception):  # noqa: N818 - an answer
    def __init__(self, agency_id: str) -> None:
        super().__init__(agency_id)
        self.agency_id = agency_id


def _lines(rows: Iterable[Row], language: str) -> dict[str, list[Line]]:
    found: dict[str, dict[str, Line]] = {}
    for row in rows:
        group = found.setdefault(row["topic"], {})
        line = group.setdefault(
            row["series"],
            Line(row["series"], row[f"title_{language}"], row["unit"], bool(row["is_stock"]), {}, []),
        )
        line.years[row["report_year"]] = row
        if row["is_break"]:
            line.breaks.append(row)
    return {topic: list(found[topic].values()) for topic in TOPICS if topic in found}


def _cell_of(row: Row) -> str | None:
    """The figure that a value was printed as, as the page of a report takes it; a sum of several is printed nowhere."""
    parts = str(row["parts"] or "").split()
    if row["form"] == "2014" or len(parts) != 1:
        return None
    table, *codes = parts[0].split(".")
    return "-".join([table, "1", codes[0], codes[1] if len(codes) > 1 else "total"])


def _points(line: Line, peers: Iterable[Row], language: str) -> list[dict[str, Any]]:
    """The rows of the chart of a series: its values, a rule a break, the quartiles of its peers where there are any."""
    quartiles = {row["report_year"]: row for row in peers if row["measure"] == line.series}
    years = range(min(line.years), max(line.years) + 1)
    points: list[dict[str, Any]] = []
    gaps = 0
    for year in years:
        row, of_peers = line.years.get(year), quartiles.get(year, {})
        gaps += row is None or row["value"] is None
        points.append(
            {
                "year": str(year),
                "value": row and row["value"],
                # A line joins neither what a break divides nor what a year without a value does.
                "stretch": f"{row['close_since']}-{gaps}" if row and row["value"] is not None else None,
                "broken": year if row and row["is_break"] else None,
                "reason": row[f"reason_{language}"] if row and row["is_break"] else None,
                **{name: of_peers.get(name) for name in ("q1", "median", "q3")},
            }
        )
    return points


def _peers(rows: Iterable[Row], t: Words) -> list[Peers]:
    measures: dict[str, list[Row]] = {}
    for row in rows:
        measures.setdefault(row["measure"], []).append(row)
    found = []
    for measure, of_measure in measures.items():
        if any(row["value"] is not None for row in of_measure):
            points = [
                {
                    "year": str(row["report_year"]),
                    **{name: row[name] for name in ("value", "q1", "median", "q3")},
                }
                for row in of_measure
            ]
            is_rate = measure in _RATES
            found.append(Peers(measure, is_rate, of_measure, (_RATE if is_rate else _COUNT).of(t, points)))
    return found


def _draw_history(t: Words) -> alt.LayerChart:
    import altair as alt

    rows = alt.Chart(alt.NamedData(ROWS))
    year = alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0))
    told = [alt.Tooltip("year:O", title=t("agency.year")), alt.Tooltip("value:Q", title=t("agency.value"))]
    reasons = [alt.Tooltip("year:O", title=t("agency.year")), alt.Tooltip("reason:N", title=t("agency.break"))]
    line = rows.mark_line(strokeWidth=2).encode(year, alt.Y("value:Q", title=None), detail="stretch:N")
    points = rows.mark_point(filled=True, size=55).encode(year, alt.Y("value:Q"), tooltip=told)
    breaks = (
        rows.transform_filter("datum.broken != null")
        .mark_rule(strokeDash=[5, 4], strokeWidth=2, color="#c9621b")
        .encode(year, tooltip=reasons)
    )
    return _over_peers(rows, year, [breaks, line, points], t)


def _draw_peers(is_rate: bool) -> Any:  # noqa: ANN401 - of Altair
    def draw(t: Words) -> alt.LayerChart:
        import altair as alt

        rows = alt.Chart(alt.NamedData(ROWS))
        year = alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0))
        form = "%" if is_rate else ""
        told = [
            alt.Tooltip("year:O", title=t("agency.year")),
            *(
                alt.Tooltip(f"{name}:Q", title=t(f"agency.{name}"), format=".1%" if is_rate else ",")
                for name in ("value", "q1", "median", "q3")
            ),
        ]
        scaled = alt.Y("value:Q", title=None, axis=alt.Axis(format=form) if form else alt.Axis())
        line = rows.mark_line(strokeWidth=2).encode(year, scaled)
        points = rows.mark_point(filled=True, size=45).encode(year, scaled, tooltip=told)
        drawn: alt.LayerChart = _over_peers(rows, year, [line, points], t).properties(height=150)
        return drawn

    return draw


def _over_peers(rows: alt.Chart, year: alt.X, layers: list[alt.Chart], t: Words) -> alt.LayerChart:
    """The agency's own layers over the band of its peers' quartiles and the line of their median."""
    import altair as alt

    known = rows.transform_filter("datum.q1 != null")
    band = known.mark_area(opacity=0.18, color="#7a7f87").encode(year, alt.Y("q1:Q", title=None), alt.Y2("q3:Q"))
    median = known.mark_line(strokeDash=[2, 3], color="#7a7f87").encode(year, alt.Y("median:Q", title=None))
    drawn: Any = alt.layer(band, median, *layers)
    return drawn.properties(width="container", height=240)  # type: ignore[no-any-return]


_HISTORY = Chart(_draw_history)
_COUNT = Chart(_draw_peers(False))
_RATE = Chart(_draw_peers(True))

ROUTES = [Route("/agency/{agency_id}", agency)]
