"""Agencies and the evidence for one document, out of the published file, for a person to look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

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
    """What the warehouse took a document to be, and everything that it went by."""

    document_id: str
    raw_path: str
    taken: dict[str, str | None]
    sightings: tuple[Sighting, ...]


_FIELDS = {"title": "Title", "report_year": "Year", "publish_date": "Published", "signed_date": "Signed"}

_CHOICES = """
    SELECT agencies.agency_id, agencies.agency_full_name, agencies.division_code, agencies.level, agencies.function,
        agencies.scope, agencies.scope_evidence, agencies.place_evidence, agencies.place_weight,
        agencies.place_runner_up, agencies.place_margin, agencies.place_finding, reports.agency_name AS printed,
        reports.title, reports.report_year, reports.publish_date, reports.signed_date
    FROM landing.agencies JOIN landing.reports USING (document_id) WHERE document_id = ?
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


def explain(workspace: Workspace, document: str) -> Explanation:
    """Give the evidence for one document.

    Args:
        workspace: the data folder.
        document: the beginning of its id, or its path in ``raw/``.

    Raises:
        JobError: nothing is published yet, or the document is none or several.
    """
    with open_published(workspace) as connection:
        found = connection.execute(
            "SELECT document_id, raw_path FROM landing.documents WHERE starts_with(document_id, ?) OR raw_path = ?",
            [document, document],
        ).fetchall()
        if len(found) != 1:
            raise JobError(f"{len(found) or 'No'} documents are {document}: give more of the id, or the path in raw/.")
        ((document_id, raw_path),) = found
        answer = connection.execute(_CHOICES, [document_id])
        names = [column[0] for column in answer.description or ()]
        row = answer.fetchone() or (None,) * len(names)
        taken = {name: None if value is None else str(value) for name, value in zip(names, row, strict=True)}
        sightings = connection.execute(
            "SELECT field, value, rule, location, excerpt, chosen FROM landing.evidence WHERE document_id = ? "
            "ORDER BY field, chosen DESC, rule, location",
            [document_id],
        ).fetchall()
    return Explanation(document_id, raw_path, taken, tuple(Sighting(*one) for one in sightings))


def tell(explanation: Explanation) -> Iterator[str]:
    """Write an explanation in lines."""
    taken = explanation.taken
    yield f"Document   {explanation.document_id[:12]}  {explanation.raw_path}"
    yield f"Agency     {taken['agency_full_name'] or 'unknown'}  ({taken['agency_id']})"
    yield f"           {taken['level'] or 'level unknown'}, {taken['function'] or 'function unknown'}"
    yield f"Scope      {taken['scope']}: {taken['scope_evidence'] or 'no evidence'}"
    yield f"Place      {taken['division_code'] or taken['place_finding'] or 'not applicable'}"
    if taken["place_evidence"]:
        yield f"           {taken['place_evidence']} (weighs {taken['place_weight']})"
    if taken["place_runner_up"]:
        yield f"           next: {taken['place_runner_up']}, {taken['place_margin']} less"
    for field, label in _FIELDS.items():
        yield f"{label:<10} {taken[field] or 'unknown'}"
    for one in explanation.sightings:
        mark = "*" if one.taken else " "
        yield f"  {mark} {one.field:<13} {one.value}  [{one.rule}, {one.location}] {one.excerpt}"
