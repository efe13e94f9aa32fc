"""Which documents are one report: a page, and the files that it offers or shows and that hold its tables.

A file belongs to a page if a link of the page leads to it (by its address, or inside ``raw/`` by its path), or if its
sidecar names the page (``page_url``). That alone does not make it part of the page's report: lists link to the reports
of many agencies and years. So

- the page has to show the title of a report,
- what the file says of its agency and year must not contradict the page, nor the other files that would join,
- and only one page may claim it.

What a page offers and what did not join is kept with the reason.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final, Literal, NamedTuple

import polars as pl
from rapidfuzz.distance import Levenshtein

from pipeline.extraction.metadata.title import find_title
from pipeline.forms.text import simplify
from pipeline.lake.schemas import LINKS, REPORTS, Schema
from pipeline.warehouse.addresses import Addresses, Place
from pipeline.warehouse.project import DBT_PROJECT

Role = Literal["page", "attachment", "picture"]
Reason = Literal["several_pages", "other_agency", "other_year", "several_reports", "no_tables", "unreadable"]

REPORT_PARTS: Final[Schema] = {
    "report_document_id": pl.String(),
    "part_document_id": pl.String(),
    "role": pl.String(),  # page, attachment, picture
    "position": pl.Int32(),  # among the parts of the report: the page is 0
}

PARTS_APART: Final[Schema] = {
    "page_document_id": pl.String(),
    "part_document_id": pl.String(),
    "reason": pl.String(),  # several_pages, other_agency, other_year, several_reports, no_tables, unreadable
}
"""Files that a page with a report's title offers, which are here and no part of its report."""

RESOLVED_LINKS: Final[Schema] = {**LINKS, "target_document_id": pl.String()}
"""The links of the lake, each with the document of ``raw/`` that it leads to."""

TABLES_ELSEWHERE: Final = "tables_elsewhere"
"""``error_code`` of a page whose report cannot be made: the files with its tables are missing or do not help."""

_SHOWN: Final = 5
_FIELDS: Final = tuple(name for name in REPORTS if name != "document_id" and not name.endswith("_evidence"))


class Document(NamedTuple):
    """A document as the lake has it; ``raw_path`` is the first of its paths."""

    document_id: str
    raw_path: str
    media_type: str | None
    status: str
    error_code: str | None


class Link(NamedTuple):
    """A link of a document, as in `RESOLVED_LINKS`."""

    href: str
    text: str
    kind: str
    target: str | None


class _Claim(NamedTuple):
    """A file that a page offers or shows, in the page's order."""

    part: str
    role: Role


@dataclass(slots=True)
class Parts:
    """What belongs together.

    ``parts`` are the files of each page's report, without the page itself; ``apart`` those that did not join and why;
    ``elsewhere`` is the message for each page that is no report because its tables are in none of the files here.
    """

    parts: dict[str, list[_Claim]] = field(default_factory=dict)
    apart: list[tuple[str, str, Reason]] = field(default_factory=list)
    elsewhere: dict[str, str] = field(default_factory=dict)


def resolve_links(links: pl.DataFrame, observations: pl.DataFrame) -> pl.DataFrame:
    """Say which document of ``raw/`` each link leads to.

    Args:
        links: schema `LINKS`.
        observations: schema `pipeline.lake.schemas.OBSERVATIONS`.

    Returns:
        The links with ``target_document_id`` (schema `RESOLVED_LINKS`), null where the file is not here.
    """
    places = [Place(*row) for row in observations.select(Place._fields).iter_rows()]
    addresses, seen_at = Addresses(places), defaultdict(list)
    for place in places:
        seen_at[place.document_id].append(place)
    targets = [
        addresses.target(seen_at[document_id], href) for document_id, href in links.select("document_id", "href").rows()
    ]
    return links.with_columns(pl.Series("target_document_id", targets, pl.String())).select(list(RESOLVED_LINKS))


def put_together(
    documents: Iterable[Document],
    observations: pl.DataFrame,
    links: pl.DataFrame,
    reports: pl.DataFrame,
    recognised: Collection[str] = (),
) -> Parts:
    """Say which documents are one report.

    Args:
        documents: all documents.
        observations: where they were seen, schema `pipeline.lake.schemas.OBSERVATIONS`.
        links: schema `RESOLVED_LINKS`.
        reports: what each document says of itself, schema `pipeline.lake.schemas.REPORTS`; a row for each report, and
            for each page that shows a report's title.
        recognised: the documents whose characters were recognised (OCR) and may be misread.
    """
    known = {document.document_id: document for document in documents}
    said = {row["document_id"]: _Identity.of(row) for row in reports.iter_rows(named=True)}
    pages = {page for page, identity in said.items() if identity.shows_title and page in known}
    links_of: dict[str, list[Link]] = defaultdict(list)
    telling = links.filter((pl.col("kind") == "attachment") | pl.col("target_document_id").is_not_null())
    for document_id, *link in (
        telling.sort("document_id", "position")
        .select("document_id", "href", "text", "kind", "target_document_id")
        .iter_rows()
    ):
        if document_id in pages:
            links_of[document_id].append(Link(*link))
    places = [Place(*row) for row in observations.select(Place._fields).iter_rows()]
    named = Addresses(places).offered_by_page()

    result = Parts()
    claims: dict[str, list[_Claim]] = {}
    offered: dict[str, dict[str, _Claim]] = {}
    lists: set[str] = set()
    for page in sorted(pages, key=lambda page: (known[page].raw_path, page)):
        offered[page] = _offered(page, links_of[page], named.get(page, ()), known)
        titles = _titles(links_of[page])
        own = [title for title in titles.values() if _differ(said[page], title) is None]
        joining = []
        for claim in offered[page].values():
            part = said.get(claim.part, _UNKNOWN).or_else(titles.get(claim.part, _UNKNOWN))
            if claim.part in recognised and _may_be_misread(said[page].agency, part.agency):
                part = part._replace(agency=said[page].agency)
            if reason := _refuse(said[page], known[claim.part], part):
                if claim.role != "picture" or reason != "no_tables":  # the site's own pictures
                    result.apart.append((page, claim.part, reason))
            else:
                joining.append(claim)
                own.append(part)
        if not _agree(own):
            result.apart += [(page, claim.part, "several_reports") for claim in joining]
            lists.add(page)
        elif joining:
            claims[page] = joining
    result.parts = _settle(_without_parts_of_parts(claims), said, places, result)
    reasons: dict[str, dict[str, Reason]] = defaultdict(dict)
    for page, part_id, reason in result.apart:
        reasons[page][part_id] = reason
    for page in sorted(pages - lists - result.parts.keys()):
        message = _explain(links_of[page], offered[page], known, reasons[page])
        if message and known[page].status == "not_a_report":
            result.elsewhere[page] = message
    return result


def merge_reports(reports: pl.DataFrame, parts: Mapping[str, list[_Claim]], paths: Mapping[str, str]) -> pl.DataFrame:
    """Fill what a page does not say of its report from the files that belong to it.

    What the page is only said to be about (a publisher's name, the year of an address) counts as not said where a file
    says it itself. The evidence then names the file by its path.

    Args:
        reports: schema `pipeline.lake.schemas.REPORTS`, with a row for each document of ``parts``.
        parts: the files of each page.
        paths: the path in ``raw/`` of each file.
    """
    rows = {row["document_id"]: row for row in reports.iter_rows(named=True)}
    for page, claims in parts.items():
        for name in _FIELDS:
            if _is_firm(name, rows[page]):
                continue
            others = [rows[claim.part] for claim in claims if rows[claim.part][name] is not None]
            found = next((row for row in others if _is_firm(name, row)), None)
            if found is None and rows[page][name] is None:
                found = next(iter(others), None)
            if found is not None:
                rows[page][name] = found[name]
                evidence = found[f"{name}_evidence"] or ""
                rows[page][f"{name}_evidence"] = f"{evidence} [{paths[found['document_id']]}]".lstrip()
    inner = {claim.part for claims in parts.values() for claim in claims}
    return pl.DataFrame([row for document_id, row in rows.items() if document_id not in inner], schema=REPORTS)


class _Identity(NamedTuple):
    """Which report a document says it is; None where it does not say so itself."""

    shows_title: bool
    agency: str | None
    year: int | None

    @classmethod
    def of(cls, row: Mapping[str, object]) -> _Identity:
        agency = row["agency_name"] if _is_firm("agency_name", row) else None
        year = row["report_year"] if _is_firm("report_year", row) else None
        assert agency is None or isinstance(agency, str)
        assert year is None or isinstance(year, int)
        return cls(_is_firm("title", row), _fold(agency), year)

    def or_else(self, other: _Identity) -> _Identity:
        """What ``other`` says where this says nothing."""
        return self._replace(agency=self.agency or other.agency, year=self.year or other.year)


_UNKNOWN: Final = _Identity(False, None, None)


def _titles(links: list[Link]) -> dict[str, _Identity]:
    """Which reports a page says that it offers, by the texts of its links; those to files not here by their address."""
    found: dict[str, _Identity] = {}
    for link in links:
        if link.kind == "attachment" and (title := find_title(link.text)):
            found[link.target or link.href] = _Identity(False, _fold(title.agency), title.year)
    return found


def _fold(agency: str | None) -> str | None:
    return simplify("".join(agency.split())) if agency else None


def _is_firm(name: str, row: Mapping[str, object]) -> bool:
    """Whether a value is there, and by a sighting that is of this report for certain."""
    if row[name] is None:
        return False
    rule = str(row[f"{name}_evidence"] or "").partition(" (")[0]
    return (name, rule) not in _hearsay()


@cache
def _hearsay() -> frozenset[tuple[str, str]]:
    """The sightings (field, rule) that may be of another report or agency."""
    with (DBT_PROJECT / "seeds" / "witnesses.csv").open(encoding="utf-8", newline="") as file:
        return frozenset((row["field"], row["rule"]) for row in csv.DictReader(file) if row["is_firm"] == "false")


def _offered(page: str, links: list[Link], named: Iterable[str], known: Mapping[str, Document]) -> dict[str, _Claim]:
    """The documents that a page offers or shows, in its order; those that only name it come last."""
    found: dict[str, _Claim] = {}
    for link in links:
        if link.target and link.target != page and link.target in known:
            role: Role = "picture" if link.kind == "picture" else "attachment"
            found.setdefault(link.target, _Claim(link.target, role))
    for part in sorted(named, key=lambda part: (known[part].raw_path, part)):
        role = "picture" if (known[part].media_type or "").startswith("image/") else "attachment"
        found.setdefault(part, _Claim(part, role))
    return found


def _refuse(page: _Identity, document: Document, part: _Identity) -> Reason | None:
    if document.status == "quarantined":
        return "unreadable"
    return _differ(page, part) if document.status == "extracted" else "no_tables"


def _differ(page: _Identity, part: _Identity) -> Reason | None:
    if page.year is not None and part.year is not None and page.year != part.year:
        return "other_year"
    return None if _may_be_one(page.agency, part.agency) else "other_agency"


def _agree(parts: list[_Identity]) -> bool:
    """Whether files can all belong to one report."""
    years = {part.year for part in parts if part.year is not None}
    agencies = [part.agency for part in parts if part.agency is not None]
    return len(years) <= 1 and all(_may_be_one(agencies[0], other) for other in agencies[1:])


def _may_be_one(one: str | None, other: str | None) -> bool:
    """Whether two names may be of one agency: all characters of the shorter stand in the longer, in their order."""
    if one is None or other is None:
        return True
    short, long = sorted((one, other), key=len)
    rest = iter(long)
    return all(character in rest for character in short)


def _may_be_misread(one: str | None, other: str | None) -> bool:
    """Whether two names differ in so few characters that one may be the other misread."""
    return one is not None and other is not None and Levenshtein.distance(one, other) <= max(len(one), len(other)) // 5


def _without_parts_of_parts(claims: Mapping[str, list[_Claim]]) -> dict[str, list[_Claim]]:
    """Make each document a page or a file of one: a file of a page has no files of its own.

    Of pages that claim each other in a circle, the first in ``raw/`` is the page.
    """
    kept: dict[str, list[_Claim]] = {}
    rest = dict(claims)
    claimed = Counter(claim.part for claimed in claims.values() for claim in claimed)
    free = [page for page in claims if not claimed[page]]  # no page that is left claims them
    while rest:
        page = free.pop() if free else next(iter(rest))
        kept[page] = [claim for claim in rest.pop(page) if claim.part not in kept]
        for part in [claim.part for claim in kept[page] if claim.part in rest]:
            dropped = {claim.part for claim in rest.pop(part)}
            claimed.subtract(dropped)
            free += [page for page in dropped & rest.keys() if not claimed[page]]
    return kept


def _settle(
    claims: Mapping[str, list[_Claim]], said: Mapping[str, _Identity], places: Iterable[Place], result: Parts
) -> dict[str, list[_Claim]]:
    """Give each file to the one page that claims it; of several versions of one page, to the latest fetched.

    A page that names no year (the column's) yields to one that does (the report's).
    """
    pages_of: dict[str, list[str]] = defaultdict(list)
    for page, claimed in claims.items():
        for claim in claimed:
            pages_of[claim.part].append(page)
    for part, pages in pages_of.items():
        pages_of[part] = [page for page in pages if said[page].year is not None] or pages
    contested = {page for pages in pages_of.values() if len(pages) > 1 for page in pages}
    versions = Addresses([place for place in places if place.document_id in contested])
    settled = {}
    for page, claimed in claims.items():
        kept = []
        for claim in claimed:
            if page == versions.latest(pages_of[claim.part]):
                kept.append(claim)
            else:
                result.apart.append((page, claim.part, "several_pages"))
        if kept:
            settled[page] = kept
    return settled


def _explain(
    links: list[Link], offered: Mapping[str, _Claim], known: Mapping[str, Document], reasons: Mapping[str, Reason]
) -> str | None:
    """What became of the files that a page offers; None if it offers none."""
    lines = list(_account(links, offered, known, reasons))
    if not lines:
        return None
    more = f" (and {len(lines) - _SHOWN} more)" if len(lines) > _SHOWN else ""
    return (
        "The page shows a report's title and no tables; these may stand in the files that it offers: "
        f"{'; '.join(lines[:_SHOWN])}{more}. What is missing joins the page once it lies in raw/, "
        "where the page's link leads or with its address in its .meta.json (url, or this page's as page_url)."
    )


def _account(
    links: list[Link], offered: Mapping[str, _Claim], known: Mapping[str, Document], reasons: Mapping[str, Reason]
) -> Iterator[str]:
    names = {link.target: link.text for link in links if link.target}
    for link in links:
        if link.kind == "attachment" and link.target is None:
            yield f"{f'“{link.text}” ' if link.text else ''}({link.href}) is not here"
    for part in offered:
        state = _STATES.get(reasons.get(part))
        if state:
            name = f"“{names[part]}” " if names.get(part) else ""
            yield f"{name}({known[part].raw_path}) is here and {state.format(code=known[part].error_code)}"


_STATES: Final[Mapping[Reason | None, str]] = {
    "several_pages": "is offered by several pages, so that it stands for itself",
    "no_tables": "holds none of the tables",
    "unreadable": "could not be read ({code})",
}
