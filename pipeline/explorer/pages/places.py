"""The provinces by any metric: a map of tiles, one square each, and the same as a table."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.explorer.choice import LEVELS, SCOPES, choose
from pipeline.explorer.metrics import by_topic
from pipeline.explorer.page import Look, Row, page
from pipeline.explorer.statement import Query

SMALL_DENOMINATOR: Final = 30
"""``small_denominator`` of the dbt project: a rate over fewer cases is set apart."""
SMALLEST_GROUP: Final = 5
"""``smallest_group`` of the dbt project: fewer agencies have no median worth a look."""
SHADES: Final = 5
_SQUARES: Final = Path(__file__).parents[1] / "provinces.csv"


class Square(NamedTuple):
    """A province and its square on the map, from 1 on; ``reports``: whether its agencies fall under the Regulation."""

    province: str
    short: str
    en: str
    column: int
    row: int
    reports: bool


class Tile(NamedTuple):
    """A square with what stands in it: ``shade`` from 0 on, None without a value that compares."""

    square: Square
    row: Row | None
    state: str
    shade: int | None


@cache
def squares() -> tuple[Square, ...]:
    """All provinces, each with its square."""
    with _SQUARES.open(encoding="utf-8", newline="") as file:
        return tuple(
            Square(
                line["province"],
                line["short"],
                line["en"],
                int(line["column"]),
                int(line["row"]),
                line["reports"] == "true",
            )
            for line in csv.DictReader(file)
        )


async def places(request: Request) -> Response:
    """The map of a metric."""

    def then(look: Look) -> Mapping[str, object]:
        choice = choose(request, look)
        if choice is None:
            return {"choice": None}
        metric = choice.metric
        parameters = {
            **choice.of_country,
            "together": metric.together,
            "factor": metric.factor,
            "small_denominator": SMALL_DENOMINATOR,
            "smallest_group": SMALLEST_GROUP,
        }
        found = look.table("places", Query("places", parameters, metric.choices))
        tiles, bounds = _tiles(found.rows)
        return {"choice": choice, "tiles": tiles, "bounds": bounds}

    return await page(request, "places.html", then=then, topics=by_topic(), levels=LEVELS, scopes=SCOPES)


def _tiles(rows: list[Row]) -> tuple[list[Tile], list[tuple[float, float]]]:
    """The squares with their values, and of each shade the lowest and the highest value that has it.

    Shades are fifths of the provinces with a value that compares; equal values have one shade.
    """
    found = {row["province"]: row for row in rows}
    values = sorted(row["value"] for row in rows if row["state"] == "known" and row["province"])
    shades: dict[float, int] = {}
    for place, value in enumerate(values):
        shades.setdefault(value, place * SHADES // len(values))
    bounds = []
    for shade in range(SHADES):
        of_shade = [value for value in values if shades[value] == shade]
        if of_shade:
            bounds.append((of_shade[0], of_shade[-1]))
    order: dict[int, int] = {shade: place for place, shade in enumerate(sorted(set(shades.values())))}
    tiles = []
    for square in squares():
        row: dict[str, Any] | None = found.get(square.province)
        state = row["state"] if row else ("unknown" if square.reports else "outside")
        shaded = order[shades[row["value"]]] if row and state == "known" else None
        tiles.append(Tile(square, row, state, shaded))
    return tiles, bounds


ROUTES = [Route("/places", places)]
