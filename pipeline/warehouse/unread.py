"""Whose report an unread document is, by what is known of it without reading it.

That is what the link said that led to it, what the page says that offers it, and what its file is called; of a page
whose tables are elsewhere also what it shows. Nothing is guessed: where these contradict each other, or do not name
both the agency and the year, the document belongs to nobody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

import polars as pl

from pipeline.agencies import resolve
from pipeline.agencies.identity import Aliases
from pipeline.agencies.resolution import DESCRIPTION, STANDS_ALONE
from pipeline.agencies.words import ends_as_name
from pipeline.extraction.lines import fold_for_matching
from pipeline.extraction.metadata.title import YEAR, find_title, is_agency, read_year
from pipeline.lake.schemas import Schema

UNREAD: Final[Schema] = {
    "document_id": pl.String(),
    "report_year": pl.Int32(),
    "evidence": pl.String(),  # the words by which it is known
    **DESCRIPTION,
}
"""The columns of `attribute`; only the document and its evidence are there where it belongs to nobody."""

WORDS: Final[Schema] = {
    "document_id": pl.String(),
    "kind": pl.String(),  # agency_name and report_year, as taken from a page; link_text; raw_path and url
    "words": pl.String(),
}

_NAME_AND_YEAR: Final = re.compile(
    rf"(?P<agency>\D+?)[-_—·.]*[(]?(?P<year>{YEAR})年?度?[)]?|(?P<year_first>{YEAR})年?度?[-_—·.]*(?P<agency_after>\D+)"
)


class _Known(NamedTuple):
    agency: str | None
    year: int | None


def attribute(
    documents: Iterable[str],
    words: pl.DataFrame,
    reports: pl.DataFrame,
    observations: pl.DataFrame,
    evidence: pl.DataFrame,
    aliases: Aliases,
    known: Iterable[str],
) -> pl.DataFrame:
    """Say of each unread document which agency's report of which year it is.

    Args:
        documents: the unread documents.
        words: what is known of them, with the columns `WORDS`, the most trusted first.
        reports: the reports of the build, as `pipeline.agencies.resolve` takes them: by those of its host an agency's
            place can be known.
        observations: where all these documents were seen.
        evidence: what was sighted in the reports.
        aliases: corrected names and ids.
        known: the ids of the agencies that report.

    Returns:
        One row a document, with the columns `UNREAD`.
    """
    said: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for document_id, kind, text in words.select(list(WORDS)).iter_rows():
        said[document_id].append((kind, text))
    found = {document_id: _read_all(said[document_id]) for document_id in documents}
    named = [(document_id, agency, year) for document_id, (agency, year) in found.items() if agency and year]
    agencies = _resolve(named, reports, observations, evidence, aliases, frozenset(known))
    rows = []
    for document_id, (_, year) in found.items():
        row: dict[str, object] = {
            "document_id": document_id,
            "evidence": "；".join(dict.fromkeys(text for _, text in said[document_id])),
        }
        if agency := agencies.get(document_id):
            row |= {"report_year": year, **{name: agency[name] for name in DESCRIPTION}}
        rows.append({name: row.get(name) for name in UNREAD})
    return pl.DataFrame(rows, schema=UNREAD, orient="row")


def _resolve(
    named: list[tuple[str, str, int]],
    reports: pl.DataFrame,
    observations: pl.DataFrame,
    evidence: pl.DataFrame,
    aliases: Aliases,
    known: frozenset[str],
) -> Mapping[str, Mapping[str, str]]:
    """The agency of each document that has one; where its name alone does not tell, by the reports of its host."""
    columns = {"document_id": pl.String(), "agency_name": pl.String(), "report_year": pl.Int32()}
    unread = pl.DataFrame(named, schema=columns, orient="row")
    ids = set(unread["document_id"])
    seen = observations.filter(pl.col("document_id").is_in(list(ids)))
    alone = resolve(unread, seen, aliases=aliases, known=known)
    undecided = set(alone.filter(pl.col("division_code").is_null())["document_id"])
    hosts = {
        host for one, url in seen.select("document_id", "url").iter_rows() if one in undecided and (host := _host(url))
    }
    if hosts:
        near = [one for one, url in observations.select("document_id", "url").iter_rows() if _host(url) in hosts]
        mates = reports.select(list(columns)).filter(
            pl.col("document_id").is_in(near), ~pl.col("document_id").is_in(list(ids))
        )
        together = pl.concat([unread.filter(pl.col("document_id").is_in(list(undecided))), mates])
        wanted = pl.col("document_id").is_in(together["document_id"].implode())
        decided = resolve(together, observations.filter(wanted), evidence.filter(wanted), aliases=aliases, known=known)
        alone = pl.concat([alone.filter(~pl.col("document_id").is_in(list(undecided))), decided])
    return {
        row["document_id"]: row
        for row in alone.iter_rows(named=True)
        if row["document_id"] in ids and not row["agency_id"].startswith(STANDS_ALONE)
    }


def _host(url: str | None) -> str | None:
    try:
        return urlsplit(url or "").hostname
    except ValueError:
        return None


def _read_all(said: Iterable[tuple[str, str]]) -> _Known:
    """What all words together say; nothing of what they contradict each other in."""
    known = [_read(kind, text) for kind, text in said]
    years = {one.year for one in known if one.year}
    agencies = list(dict.fromkeys(one.agency for one in known if one.agency))
    longest = max(agencies, key=len, default=None)
    agree = all(_abbreviates(fold_for_matching(one), fold_for_matching(longest or "")) for one in agencies)
    return _Known(longest if agree else None, years.pop() if len(years) == 1 else None)


def _read(kind: str, text: str) -> _Known:
    if kind == "agency_name":
        return _Known(text, None)
    if kind == "report_year":
        return _Known(None, int(text))
    if kind in {"raw_path", "url"}:
        text = PurePosixPath(unquote(text.partition("?")[0])).stem
    title = find_title(text)
    if title:
        return _Known(title.agency, title.year)
    compact = "".join(text.split())
    match = _NAME_AND_YEAR.fullmatch(fold_for_matching(compact))
    name = match and (match["agency"] or match["agency_after"])
    if match and name and is_agency(name) and ends_as_name(name):
        return _Known(name, read_year(match["year"] or match["year_first"]))
    return _Known(compact if is_agency(compact) and ends_as_name(fold_for_matching(compact)) else None, None)


def _abbreviates(short: str, long: str) -> bool:
    """Tell whether all characters of ``short`` stand in ``long``, in their order."""
    rest = iter(long)
    return all(character in rest for character in short)
