"""Charts: Altair says how one looks, the browser draws it by Vega, which this server serves itself.

What a chart looks like does not depend on its rows, so a specification is made once a language; Altair takes a tenth of
a second for it. A page brings the rows (macro ``chart``), and ``static/chart.js`` puts both together.
"""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from pipeline.explorer.language import LANGUAGES, Language, Words, words

if TYPE_CHECKING:
    import altair as alt

ROWS: Final = "rows"
"""The name of the data in every specification."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A chart with its rows, for the macro ``chart``."""

    spec: Mapping[str, Any]
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class Chart:
    """A kind of chart; ``draw`` makes it in the words of one language, over the data named `ROWS`."""

    draw: Callable[[Words], alt.Chart | alt.LayerChart | alt.FacetChart | alt.VConcatChart]

    def __post_init__(self) -> None:
        """Let it be drawn before the first request for it (`draw_all`)."""
        _CHARTS.append(self)

    def of(self, t: Words, rows: Iterable[Mapping[str, Any]]) -> Shown:
        """The chart of these rows, which have the columns that ``draw`` names."""
        return Shown(_spec(self, t.language), [{key: _value(value) for key, value in row.items()} for row in rows])


_CHARTS: Final[list[Chart]] = []
_drawing = threading.Lock()


def draw_all() -> None:
    """Draw all charts, so that no request waits for it."""
    for chart in _CHARTS:
        for language in LANGUAGES:
            _spec(chart, language)


@cache
def _drawn(chart: Chart, language: Language) -> Mapping[str, Any]:
    spec: dict[str, Any] = chart.draw(words(language)).to_dict()
    return spec


def _spec(chart: Chart, language: Language) -> Mapping[str, Any]:
    with _drawing:  # Altair counts its parameters in a global
        return _drawn(chart, language)


def _value(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    return value if value is None or isinstance(value, (int, float, str, bool, list)) else str(value)


@cache
def _bundle() -> bytes:
    """Vega, Vega-Lite and Vega-Embed in one file, as vl-convert holds them; takes some seconds."""
    import vl_convert

    return gzip.compress(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;").encode(), 6)


_bundling = threading.Lock()


def bundle() -> bytes:
    """Vega's JavaScript, by gzip; made once a process."""
    with _bundling:
        return _bundle()


def vega(request: Request) -> Response:
    """Vega's JavaScript."""
    text, headers = bundle(), {"cache-control": "public, max-age=86400", "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
    else:
        text = gzip.decompress(text)
    return Response(text, media_type="text/javascript; charset=utf-8", headers=headers)


def as_json(shown: Shown) -> str:
    """What ``static/chart.js`` reads, safe within a page."""
    text = json.dumps({"spec": shown.spec, "rows": shown.rows}, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


Kind = Literal["bar", "line", "point"]
"""How `plot` draws."""


def plot(rows: Iterable[Mapping[str, Any]], kind: Kind, x: str, y: str, language: Language) -> Shown:
    """A plain chart of any table: column ``y`` over column ``x``, which is a scale where all of it are numbers."""
    pairs = [{"x": _value(row[x]), "y": _value(row[y])} for row in rows]
    scaled = kind != "bar" and all(isinstance(pair["x"], (int, float)) for pair in pairs)
    spec = json.loads(json.dumps(_spec(_PLOTS[kind, scaled], language)))
    for channel, name in (("x", x), ("y", y)):
        spec["encoding"][channel]["title"] = name
    for shown, name in zip(spec["encoding"]["tooltip"], (x, y), strict=True):
        shown["title"] = name
    return Shown(spec, pairs)


def _draw_plot(kind: Kind, scaled: bool) -> Callable[[Words], alt.Chart]:
    def draw(_: Words) -> alt.Chart:
        import altair as alt

        chart = alt.Chart(alt.NamedData(ROWS))
        marked = {"bar": chart.mark_bar, "line": chart.mark_line, "point": chart.mark_point}[kind]()
        across = alt.X("x:Q", scale=alt.Scale(zero=False)) if scaled else alt.X("x:N", sort=None)
        drawn: alt.Chart = marked.encode(
            across, alt.Y("y:Q"), tooltip=[alt.Tooltip("x:Q" if scaled else "x:N"), alt.Tooltip("y:Q")]
        ).properties(width="container", height=280)
        return drawn

    return draw


_KINDS: Final[tuple[Kind, ...]] = ("bar", "line", "point")
_PLOTS: Final = {(kind, scaled): Chart(_draw_plot(kind, scaled)) for kind in _KINDS for scaled in (False, True)}
