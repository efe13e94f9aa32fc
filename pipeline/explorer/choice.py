"""What rankings and places are of: a metric and a year, and which agencies, as an address says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from pipeline.explorer.metrics import Metric, metrics
from pipeline.explorer.page import Look, NotThere, Row
from pipeline.explorer.statement import Query

LEVELS: Final = ("national", "province", "prefecture", "county", "township")
SCOPES: Final = ("own", "whole")
_FIRST: Final = "received_new"


@dataclass(frozen=True, slots=True)
class Choice:
    """A metric of a year, of the agencies of a level, function, province and scope; None for all."""

    metric: Metric
    year: int
    level: str | None
    function: str | None
    province: str | None
    scope: str | None
    years: tuple[int, ...]
    provinces: tuple[str, ...]
    functions: tuple[str, ...]

    @property
    def coverage(self) -> dict[str, object]:
        """The parameters by which agencies without a report are found."""
        return {"year": self.year, "level": self.level, "function": self.function, "province": self.province}

    @property
    def parameters(self) -> dict[str, object]:
        """The parameters by which values are found."""
        return {**self.coverage, "scope": self.scope, **self.metric.bounds}

    @property
    def of_country(self) -> dict[str, object]:
        """The same in all provinces."""
        return {**self.parameters, "province": None}


def choose(request: Request, look: Look) -> Choice | None:
    """Read the choice of an address; what it does not say, or says of nothing here: the latest year, all agencies.

    Returns:
        None where there is no report of any year.

    Raises:
        NotThere: there is no such metric.
    """
    options = look.table("options", Query("rankings_options")).rows
    asked = request.query_params
    code = asked.get("metric") or _FIRST
    if code not in metrics():
        raise NotThere("rankings.no_metric", metric=code)
    years = tuple(sorted((int(one) for one in _codes(options, "year")), reverse=True))
    if not years:
        return None
    provinces, functions = _codes(options, "province"), _codes(options, "function")
    year = asked.get("year", "")
    return Choice(
        metrics()[code],
        int(year) if year.isascii() and year.isdigit() and int(year) in years else years[0],
        _one_of(asked.get("level"), LEVELS),
        _one_of(asked.get("function"), functions),
        _one_of(asked.get("province"), provinces),
        _one_of(asked.get("scope"), SCOPES),
        years,
        provinces,
        functions,
    )


def _codes(options: list[Row], kind: str) -> tuple[str, ...]:
    return tuple(row["code"] for row in options if row["kind"] == kind and row["code"] is not None)


def _one_of(said: str | None, known: tuple[str, ...]) -> str | None:
    return said if said in known else None
