"""Frames as a build gives them to the agencies' room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import polars as pl

from pipeline import agencies
from pipeline.agencies.identity import Aliases
from pipeline.agencies.resolution import AGENCIES

TEXT = pl.String()


class Case(NamedTuple):
    """What is known of one document; ``evidence`` are rows of field, value and rule."""

    name: str | None
    url: str | None = None
    year: int | None = 2022
    evidence: tuple[tuple[str, str, str], ...] = ()
    text: str = ""
    source_id: str | None = None
    division_code: str | None = None


def resolve(cases: Mapping[str, Case] | Iterable[Case], aliases: Aliases | None = None) -> list[dict[str, Any]]:
    """Resolve documents together, in their order."""
    found = (
        dict(cases)
        if isinstance(cases, Mapping)
        else {f"{n:012x}".ljust(64, "0"): case for n, case in enumerate(cases)}
    )
    reports = [(one, case.name, case.year) for one, case in found.items()]
    observations = [(one, case.url, case.source_id, case.division_code) for one, case in found.items()]
    evidence = [(one, *row, row[1]) for one, case in found.items() for row in case.evidence]
    sections = [(one, case.text) for one, case in found.items() if case.text]
    rows = agencies.resolve(
        pl.DataFrame(reports, {"document_id": TEXT, "agency_name": TEXT, "report_year": pl.Int32()}, orient="row"),
        pl.DataFrame(
            observations,
            {"document_id": TEXT, "url": TEXT, "source_id": TEXT, "division_code": TEXT},
            orient="row",
        ),
        pl.DataFrame(evidence, dict.fromkeys(("document_id", "field", "value", "rule", "excerpt"), TEXT), orient="row"),
        pl.DataFrame(sections, {"document_id": TEXT, "body": TEXT}, orient="row"),
        aliases,
    )
    assert rows.schema == AGENCIES
    assert rows["document_id"].to_list() == list(found)
    return list(rows.iter_rows(named=True))


def one(name: str | None, url: str | None = None, **known: Any) -> dict[str, Any]:
    """Resolve one document alone."""
    (row,) = resolve([Case(name, url, **known)])
    return row
