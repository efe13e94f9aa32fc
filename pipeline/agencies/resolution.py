"""Who reported, document by document."""

from __future__ import annotations

import csv
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import polars as pl

from pipeline.agencies.words import names_place

AGENCIES: Final = (
    "document_id",
    "agency_id",
    "agency_name",
    "agency_full_name",
    "division_code",
    "province",
    "prefecture",
    "county",
    "township",
    "level",
    "function",
    "scope",
)
"""The columns of `resolve`, all text."""


def resolve(reports: pl.DataFrame, observations: pl.DataFrame) -> pl.DataFrame:
    """Say for each report document which agency reported.

    An agency is known by its name as printed, characters folded to one width. A name that does not say
    where the agency is (水务局) is shared by many: it counts as one agency only within one host; without a
    known host, and where no name was found, the document stands alone. Divisions stay null until they are
    known with certainty; so does the level, unless the name's ending settles it (镇人民政府).

    Args:
        reports: one row a report document, with ``document_id`` and ``agency_name``.
        observations: where documents were seen, with ``document_id`` and ``url``.

    Returns:
        One row a report document, with the columns `AGENCIES`.
    """
    hosts = _hosts(observations)
    rows = [
        _agency(document_id, name, hosts.get(document_id))
        for document_id, name in reports.select("document_id", "agency_name").iter_rows()
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(AGENCIES, pl.String()), orient="row")


def _agency(document_id: str, printed: str | None, host: str | None) -> dict[str, str | None]:
    name = unicodedata.normalize("NFKC", "".join(printed.split())) if printed else None
    if name and names_place(name):
        agency_id = name
    elif name and host:
        agency_id = f"{name}@{host}"
    else:
        agency_id = f"document-{document_id[:12]}"
    return {
        **dict.fromkeys(AGENCIES),
        "document_id": document_id,
        "agency_id": agency_id,
        "agency_name": name,
        "agency_full_name": name,
        "level": _level(name) if name else None,
        "scope": "own",
    }


def _hosts(observations: pl.DataFrame) -> dict[str, str]:
    """The host of each document: the first in the alphabet where there are several, so that runs agree."""
    hosts: dict[str, str] = {}
    for document_id, url in observations.select("document_id", "url").drop_nulls().iter_rows():
        host = (urlsplit(url).hostname or "").removeprefix("www.")
        if host:
            hosts[document_id] = min(host, hosts.get(document_id, host))
    return hosts


def _level(name: str) -> str | None:
    return next((level or None for suffix, level in _levels() if name.endswith(suffix)), None)


@cache
def _levels() -> list[tuple[str, str]]:
    """Endings of names that settle the level (empty: that mislead), the longest first."""
    with Path(__file__).with_name("levels.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["suffix"], row["level"]) for row in csv.DictReader(file)]
    return sorted(rows, key=lambda row: -len(row[0]))
