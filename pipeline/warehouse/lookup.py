"""Agencies and the evidence for one document, out of the published file, for a person to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb

from pipeline.warehouse.publish import open_published
from pipeline.workspace import JobError, Workspace


class Agency(NamedTuple):
    """An agency as `gongkai agencies` lists it; ``aliases`` are the ids that meant it before."""

    agency_id: str
    full_name: str
    level: str | None
    function: str | None
    reports: int
    aliases: tuple[str, ...]


class Sighting(NamedTuple):
    """One piece of evidence for a field, ``taken`` where it gave the value."""

    field: str
    value: str
    rule: str
    location: str
    excerpt: str
    taken: bool


class Explanation(NamedTuple):
    """What the warehouse took a document to be, and everything that it went by.

    ``taken`` is that of the report at ``report_path``, of which the document is a part; None where it is part of none.
    ``state`` tells why.
    """

    document_id: str
    raw_path: str
    state: str
    report_path: str | None
    taken: dict[str, str | None] | None
    sightings: tuple[Sighting, ...]


_FIELDS = {"title": "Title", "report_year": "Year", "publish_date": "Published", "signed_date": "Signed"}

_CHOICES = """
    SELECT agencies.agency_id, agencies.agency_full_name, agencies.division_code,
        concat(agencies.province, agencies.prefecture, agencies.county, agencies.township) AS place,
        agencies.level, agencies.function,
        agencies.scope, agencies.scope_evidence, agencies.place_evidence, agencies.place_weight,
        agencies.place_runner_up, agencies.place_margin, agencies.place_finding, reports.agency_name AS printed,
        reports.title, reports.report_year, reports.publish_date, reports.signed_date, documents.raw_path
    FROM landing.report_parts
    JOIN landing.agencies ON report_document_id = agencies.document_id
    JOIN landing.reports ON report_document_id = reports.document_id
    JOIN landing.documents ON report_document_id = documents.document_id
    WHERE part_document_id = ?
"""


def find_agencies(workspace: Workspace, words: str) -> list[Agency]:
    """Find the agencies whose id, old ids, full name or function hold all words, by division and name.

    Raises:
        JobError: nothing is published yet.
    """
    with open_published(workspace) as connection:
        rows = connection.execute(
            """
            SELECT agency_id, agency_full_name, level, function,
                (SELECT count(*) FROM marts.report WHERE report.agency_id = dim_agency.agency_id),
                (
                    SELECT coalesce(list(alias_id ORDER BY alias_id), [])
                    FROM marts.agency_alias WHERE agency_alias.agency_id = dim_agency.agency_id
                )
            FROM marts.dim_agency
            ORDER BY division_code NULLS LAST, agency_full_name, agency_id
            """
        ).fetchall()
    found = [
        Agency(agency_id, full_name, level, function, reports, tuple(aliases))
        for agency_id, full_name, level, function, reports, aliases in rows
    ]
    return [one for one in found if all(_holds(one, word) for word in words.split())]


def _holds(agency: Agency, word: str) -> bool:
    texts = (agency.agency_id, agency.full_name, agency.function, agency.level, *agency.aliases)
    return any(word in text for text in texts if text)


def check_years(connection: duckdb.DuckDBPyConnection, years: Iterable[int]) -> None:
    """See that something is known of these report years.

    Raises:
        JobError: nothing is of one of them; with those that there are.
    """
    rows = connection.sql(
        "SELECT report_year FROM marts.report UNION SELECT report_year FROM marts.coverage"
    ).fetchall()
    known = {year for (year,) in rows if year is not None}
    if unknown := [str(year) for year in years if year not in known]:
        there = ", ".join(map(str, sorted(known))) or "none"
        raise JobError(f"No report is of the year {', '.join(unknown)}. There are: {there}.")


def explain(workspace: Workspace, document: str) -> Explanation:
    """Give the evidence for one document.

    Args:
        workspace: the data folder.
        document: the beginning of its id, or its path, in ``raw/`` or from here.

    Raises:
        JobError: nothing is published yet, or the document is none or several.
    """
    with open_published(workspace) as connection:
        document_id, raw_path, state = find_document(connection, workspace, document)
        answer = connection.execute(_CHOICES, [document_id])
        names = [column[0] for column in answer.description or ()]
        row = answer.fetchone()
        taken = row and {name: None if value is None else str(value) for name, value in zip(names, row, strict=True)}
        sightings = connection.execute(
            "SELECT field, value, rule, location, excerpt, chosen FROM landing.evidence WHERE document_id = ? "
            "ORDER BY field, chosen DESC, rule, location",
            [document_id],
        ).fetchall()
    report_path = taken["raw_path"] if taken else None
    seen = tuple(Sighting(*one) for one in sightings)
    return Explanation(document_id, raw_path, state, report_path, taken or None, seen)


def find_document(connection: duckdb.DuckDBPyConnection, workspace: Workspace, document: str) -> tuple[str, str, str]:
    """Find the document that a person means, by the beginning of its id or its path, in ``raw/`` or from here.

    Returns:
        Its id, its path in ``raw/``, and its state with the reason.

    Raises:
        JobError: it is none or several.
    """
    found = connection.execute(
        "SELECT document_id, raw_path, concat_ws(' ', status, '(' || error_code || '). ' || error_message) "
        "FROM landing.documents WHERE starts_with(document_id, $1) "
        "OR document_id IN (SELECT document_id FROM landing.observations WHERE raw_path = $2)",
        [document, _in_raw(workspace, document)],
    ).fetchall()
    if len(found) != 1:
        are = f"{len(found)} documents are" if found else "No document is"
        raise JobError(f"{are} {document!r}: give its path, or more of its id.")
    document_id, raw_path, state = found[0]
    return document_id, raw_path, state


def _in_raw(workspace: Workspace, document: str) -> str:
    """The path in ``raw/`` of a path that leads there."""
    path, raw = Path(document).absolute(), workspace.raw.absolute()
    return path.relative_to(raw).as_posix() if path.is_relative_to(raw) else document


def tell(explanation: Explanation) -> Iterator[str]:
    """Write an explanation in lines."""
    yield f"Document   {explanation.document_id[:12]}  {explanation.raw_path}"
    if explanation.taken is None:
        yield f"           {explanation.state}"
    else:
        if explanation.report_path != explanation.raw_path:
            yield f"           part of the report of {explanation.report_path}"
        yield from _tell_taken(explanation.taken)
    for one in explanation.sightings:
        mark = "*" if one.taken else " "
        yield f"  {mark} {one.field:<13} {one.value}  [{one.rule}, {one.location}] {one.excerpt}"


def _tell_taken(taken: dict[str, str | None]) -> Iterator[str]:
    yield f"Agency     {taken['agency_full_name'] or 'unknown'}  ({taken['agency_id']})"
    yield f"           {taken['level'] or 'level unknown'}, {taken['function'] or 'function unknown'}"
    yield f"Scope      {taken['scope']}: {taken['scope_evidence'] or 'no evidence'}"
    known = " ".join(filter(None, (taken["division_code"], taken["place"], taken["place_finding"])))
    yield f"Place      {known or 'not applicable'}"
    if taken["place_evidence"]:
        yield f"           {taken['place_evidence']} (weighs {taken['place_weight']})"
    if taken["place_runner_up"]:
        yield f"           next: {taken['place_runner_up']}, {taken['place_margin']} less"
    for field, label in _FIELDS.items():
        yield f"{label:<10} {taken[field] or 'unknown'}"
