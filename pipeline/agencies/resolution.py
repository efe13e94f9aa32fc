"""Who reported, document by document."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import polars as pl

from pipeline.agencies.attributes import function_of, scope_of
from pipeline.agencies.divisions import LEVELS, TOWNSHIP, Division, ancestors, divisions, path
from pipeline.agencies.evidence import (
    Clue,
    Decision,
    county_of,
    decide,
    find_contact,
    host_clues,
    mentions,
    read_clue,
    weights,
)
from pipeline.agencies.hosts import spelled
from pipeline.agencies.identity import Aliases, agency_id, key, life, read_aliases
from pipeline.agencies.names import AgencyName, level_of, read_name
from pipeline.agencies.places import chain
from pipeline.agencies.text import fold_name

_TEXT: Final = pl.String()

AGENCIES: Final[dict[str, pl.DataType]] = {
    "document_id": _TEXT,
    "agency_id": _TEXT,
    "agency_name": _TEXT,
    "agency_full_name": _TEXT,
    "division_code": _TEXT,
    "province": _TEXT,
    "prefecture": _TEXT,
    "county": _TEXT,
    "township": _TEXT,
    "level": _TEXT,
    "function": _TEXT,
    "scope": _TEXT,
    "scope_evidence": _TEXT,
    "parent_agency_id": _TEXT,
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
    "successor_agency_id": _TEXT,
    "place_evidence": _TEXT,
    "place_weight": pl.Float32(),
    "place_runner_up": _TEXT,
    "place_margin": pl.Float32(),
    "place_finding": _TEXT,
}
"""The columns of `resolve`.

``parent_agency_id``: the bureau that a branch belongs to. ``valid_from``, ``valid_to``, ``successor_agency_id``: see
`pipeline.agencies.identity.Life`. ``place_evidence``: the kinds of evidence for the place and their words;
``place_weight``, ``place_runner_up`` (code and name), ``place_margin``: of the choice. ``place_finding``:
``place_undecided`` (several places weigh nearly the same), ``place_unknown`` (nothing says where),
``place_contradicted`` (the site's code says another place than the name), else null."""

DESCRIPTION: Final[dict[str, pl.DataType]] = {
    name: AGENCIES[name]
    for name in (
        *("agency_id", "agency_name", "agency_full_name", "division_code", "province", "prefecture", "county"),
        *("township", "level", "function", "parent_agency_id", "valid_from", "valid_to", "successor_agency_id"),
    )
}
"""Those of them that say what an agency is, whatever it is known by."""

STANDS_ALONE: Final = "document-"
"""How the id of an agency begins of which nothing but one document is known."""

_MOST_TEXT: Final = 4000
_LEARNT_FROM: Final = 3
"""Documents of a host whose names say where they lie, from which the host is known even if it spells no such place."""


NOWHERE: Final = Decision((), None, None)


@dataclass
class _Document:
    """What is known of one report document."""

    document_id: str
    name: AgencyName | None
    year: int | None
    host: str | None
    source_id: str | None
    clues: list[Clue] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    decision: Decision = NOWHERE


def resolve(
    reports: pl.DataFrame,
    observations: pl.DataFrame,
    evidence: pl.DataFrame | None = None,
    sections: pl.DataFrame | None = None,
    aliases: Aliases | None = None,
    known: Iterable[str] = (),
) -> pl.DataFrame:
    """Say for each report document which agency reported, where it is and what it is.

    Where an agency is follows from weighted evidence (`pipeline.agencies.evidence`): its name, the host, and what else
    the document says; a host is learnt from those of its documents whose names say where they are. A place that
    cannot be told stays null. Then the agency is one only within its host (or source, where there is none), and only if
    that host is one place's; else, and where no name was found, the document stands alone.

    Args:
        reports: one row a report document, with ``document_id`` and ``agency_name``; ``report_year`` if known.
        observations: where documents were seen, with ``document_id`` and ``url``; ``source_id`` and the source's
            ``division_code`` if known.
        evidence: what was sighted in the documents, with ``document_id``, ``field``, ``value``, ``rule`` and
            ``excerpt``: other names of agencies, and the rows of field ``place``.
        sections: the text of the documents, with ``document_id`` and ``body``.
        aliases: corrected names and ids; None for those of the project alone.
        known: ids of other agencies of the build, which may be named as successors.

    Returns:
        One row a report document, with the columns `AGENCIES`.
    """
    aliases = read_aliases() if aliases is None else aliases
    documents = _documents(reports, observations, aliases.names)
    _add_evidence(documents, evidence)
    _add_texts(documents, sections)
    for document in documents.values():
        _place(document)
    hosts = _learn_hosts(documents.values())
    for document in documents.values():
        learnt = hosts.get(document.host or "")
        if learnt and document.decision.chosen is None and document.name:
            document.clues.append(Clue("host_learnt", (learnt,), document.host or ""))
            _place(document)
    shared = _hosts_of_many(documents.values())
    rows = [_row(document, shared, aliases.ids) for document in documents.values()]
    here = {*known, *(row["agency_id"] for row in rows)}
    for row, document in zip(rows, documents.values(), strict=True):
        _add_life(row, document, here, aliases.ids)
    return pl.DataFrame(rows, schema=AGENCIES, orient="row")


def _documents(reports: pl.DataFrame, observations: pl.DataFrame, aliases: Mapping[str, str]) -> dict[str, _Document]:
    hosts = _first(observations, "url", lambda url: (urlsplit(url).hostname or "").removeprefix("www."))
    sources = _first(observations, "source_id", str)
    divisions_of = _first(observations, "division_code", str)
    with_year = reports if "report_year" in reports.columns else reports.with_columns(report_year=pl.lit(None))
    documents = {}
    for document_id, printed, year in with_year.select("document_id", "agency_name", "report_year").iter_rows():
        host = hosts.get(document_id)
        folded = fold_name(printed or "")
        meant = aliases.get(f"{folded}@{host}") or aliases.get(folded) or printed
        name = read_name(meant) if meant else None
        document = _Document(document_id, name, year, host, sources.get(document_id))
        if host:
            document.clues += host_clues(host)
        if stated := divisions().get(divisions_of.get(document_id, "")):
            document.clues.append(Clue("source", (stated,), stated.name))
        documents[document_id] = document
    return documents


def _first(observations: pl.DataFrame, column: str, read: Callable[[str], str]) -> dict[str, str]:
    """The value of each document: the first in the alphabet where there are several, so that runs agree."""
    found: dict[str, str] = {}
    if column in observations.columns:
        for document_id, printed in observations.select("document_id", column).drop_nulls().iter_rows():
            value = read(printed)
            if value:
                found[document_id] = min(value, found.get(document_id, value))
    return found


def _add_evidence(documents: Mapping[str, _Document], evidence: pl.DataFrame | None) -> None:
    if evidence is None:
        return
    wanted = evidence.filter(pl.col("field").is_in(["agency_name", "place"]))
    for document_id, field_, value, rule, excerpt in wanted.select(
        "document_id", "field", "value", "rule", "excerpt"
    ).iter_rows():
        document = documents.get(document_id)
        if document is None:
            continue
        if field_ == "place":
            if clue := read_clue(rule, value):
                document.clues.append(clue)
            continue
        document.texts.append(excerpt or "")
        if clue := _named_elsewhere(document.name, value):
            document.clues.append(clue)


def _named_elsewhere(name: AgencyName | None, value: str) -> Clue | None:
    """What another name in the document says of the place."""
    other = read_name(value)
    if name is None or name.text == other.text or not (other.places and other.places[-1].is_full):
        return None
    same = key(other) == key(name)
    return Clue("named_alike" if same else "named_other", other.places[-1].divisions, value)


def _add_texts(documents: Mapping[str, _Document], sections: pl.DataFrame | None) -> None:
    if sections is None:
        return
    for document_id, body in sections.select("document_id", "body").drop_nulls().iter_rows():
        if document_id in documents:
            documents[document_id].texts.append(body[:_MOST_TEXT])


def _place(document: _Document) -> None:
    """Decide on the place; what the text says is read only where the rest does not decide."""
    if document.name is None:
        return
    document.decision = decide(document.name, document.clues, document.year)
    if document.decision.chosen is None and document.texts and not document.name.is_national:
        text = "".join(document.texts)
        more = [clue for rule, value in find_contact(text) if (clue := read_clue(rule, value))]
        more += mentions(text, document.decision.candidates)
        if more:
            document.decision = decide(document.name, [*document.clues, *more], document.year)


def _learn_hosts(documents: Iterable[_Document]) -> dict[str, Division]:
    """Learn the place of each host from the documents on it whose place is certain.

    It is the lowest division in which at least nine in ten of them lie, and of few documents only what the host's name
    can spell too: a single county's report may stand on its prefecture's site.
    """
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    total: Counter[str] = Counter()
    for document in documents:
        chosen = document.decision.chosen
        if document.host and chosen:
            total[document.host] += 1
            seen[document.host].update(code for code in chain(chosen.code) if len(code) == len("110000"))
    learnt = {}
    for host, codes in seen.items():
        spelt = {one.code for spelling in spelled(host) for one in spelling.divisions}
        for code in sorted(codes, key=lambda code: (-LEVELS.index(divisions()[code].level), code)):
            if codes[code] >= 0.9 * total[host] and (total[host] >= _LEARNT_FROM or code in spelt):
                learnt[host] = divisions()[code]
                break
    return learnt


def _hosts_of_many(documents: Iterable[_Document]) -> set[str]:
    """The hosts on which documents of several counties stand: there a name without a place may be anyone's."""
    counties: dict[str, set[str]] = defaultdict(set)
    for document in documents:
        chosen = document.decision.chosen
        if document.host and chosen and chosen.level not in {"province", "prefecture"}:
            county = chosen.parent if chosen.level == TOWNSHIP else chosen.code
            counties[document.host].add(county or chosen.code)
    return {host for host, codes in counties.items() if len(codes) > 1}


def _row(document: _Document, shared: set[str], aliases: Mapping[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(AGENCIES)
    row["document_id"] = document.document_id
    name, decision = document.name, document.decision
    if name is None:
        alone = f"{STANDS_ALONE}{document.document_id[:12]}"
        row |= {"agency_id": aliases.get(alone, alone), "scope": "own"}
        return row
    chosen = decision.chosen
    place = county_of(chosen, document.year) if chosen else None
    division = chosen or place
    level = level_of(name, division)
    title = name.title(place)
    found = agency_id(name, place) or _local_id(title, document, shared)
    row["agency_id"] = aliases.get(found, found)
    row["agency_name"] = title
    row["agency_full_name"] = _full_name(name, title, place)
    row["level"] = level
    row["function"] = function_of(name)
    row["scope"], row["scope_evidence"] = scope_of(name, level, document.texts)
    row |= _divisions(name, division, place, decision.shared)
    row |= _choice(document)
    if name.branch and place and name.places:
        bureau = name.body.partition(name.branch.text)[0]
        above = [one for one in name.places[-1].divisions if one.code in chain(place.code)]
        parent = f"{above[0].code}-{bureau}" if above else None
        row["parent_agency_id"] = aliases.get(parent, parent) if parent else None
    return row


def _local_id(title: str, document: _Document, shared: set[str]) -> str:
    """The id of an agency whose place is not known: one within its host or source, else the document's own."""
    if document.name and document.name.is_unnamed_township:
        # every town on a county's site is 镇人民政府
        return f"{STANDS_ALONE}{document.document_id[:12]}"
    if document.name and document.name.unlisted:
        return title
    if document.host and document.host not in shared and not _is_below_its_site(document):
        return f"{title}@{document.host}"
    if document.source_id and not document.host:
        return f"{title}@{document.source_id}"
    return f"{STANDS_ALONE}{document.document_id[:12]}"


def _is_below_its_site(document: _Document) -> bool:
    """Tell whether a county's or township's agency is on what may be a prefecture's site, with others so called."""
    name = document.name
    low = name is not None and (name.township is not None or name.rank in {"县", "区", "旗"})
    levels = {one.level for clue in document.clues if clue.kind.startswith("host") for one in clue.divisions}
    return low and not levels.isdisjoint({"province", "prefecture"})


def _full_name(name: AgencyName, title: str, place: Division | None) -> str:
    """The name with the divisions above it, each once."""
    if place is None or name.arm or name.is_national:
        return title
    if name.corps:
        return title if title.startswith("新疆生产建设兵团") else f"新疆生产建设兵团{title}"
    if name.township or name.is_unnamed_township:
        return path(place.code) + title
    above = ancestors(place.code)
    if name.branch and name.places:
        bureau = name.places[-1]
        above = tuple(one for one in above if one not in bureau.divisions)
        above = tuple(one for one in above if one.name != bureau.text)
    short = [one.text for one in name.places if not one.is_full]
    if len(short) > 1 and title.startswith(short[0]):
        return path(place.code) + name.zone + name.body  # 湖南衡山萱洲国家湿地公园管理处
    own = name.places[-1].text if name.places and name.places[-1].is_full else ""
    if own and not name.branch:
        title = place.name + title.removeprefix(own)
    return "".join(one.name for one in above) + title


def _divisions(
    name: AgencyName, division: Division | None, place: Division | None, shared: Division | None
) -> dict[str, Any]:
    """The columns of the division; where it is not known those of what all candidates have in common."""
    row: dict[str, Any] = {}
    known = place or (shared if shared and shared.level != TOWNSHIP else None)
    if name.corps:
        row["province"] = "新疆维吾尔自治区"
    if known:
        for one in (*ancestors(known.code), known):
            row[one.level] = one.name
    if name.township and place:
        row["township"] = name.township.text
        row["division_code"] = division.code if division and division.level == TOWNSHIP else None
    elif name.township:
        row["township"] = name.township.text
    elif division and not (name.corps or name.is_unnamed_township):
        row["division_code"] = division.code
    return row


def _choice(document: _Document) -> dict[str, Any]:
    """The columns on how the place was chosen."""
    name, decision = document.name, document.decision
    row: dict[str, Any] = {}
    candidates = decision.candidates
    if candidates:
        best = candidates[0]
        row["place_evidence"] = "；".join(f"{clue.kind} {clue.words}" for clue in best.clues)
        row["place_weight"] = best.weight
        row["place_margin"] = decision.margin
        if len(candidates) > 1:
            second = candidates[1].division
            row["place_runner_up"] = f"{second.code} {path(second.code)}"
    if decision.chosen is None and name and not (name.is_national or name.corps or name.unlisted):
        undecided = len(candidates) > 1 and candidates[0].weight >= min(one.weight for one in weights().values())
        row["place_finding"] = "place_undecided" if undecided else "place_unknown"
    elif decision.chosen:
        own = chain(decision.chosen.code)
        for clue in document.clues:
            if clue.kind == "site_code" and not any(
                one.code in own or decision.chosen.code in chain(one.code) for one in clue.divisions
            ):
                row["place_finding"] = "place_contradicted"
    return row


def _add_life(row: dict[str, Any], document: _Document, known: set[str], aliases: Mapping[str, str]) -> None:
    if document.name is None:
        return
    chosen = document.decision.chosen
    place = county_of(chosen, document.year) if chosen else None
    row["valid_from"], row["valid_to"], row["successor_agency_id"] = life(document.name, place, chosen, known, aliases)
