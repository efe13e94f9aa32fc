"""A report's metadata: all that is seen of each field, and the choice among it."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, Literal

from pipeline.agencies.words import ends_as_name
from pipeline.extraction.dates import PrintedDate
from pipeline.extraction.lines import fold_for_matching
from pipeline.extraction.metadata.names import find_names, find_opening
from pipeline.extraction.metadata.places import find_places
from pipeline.extraction.metadata.publication import (
    DateSighting,
    find_date_below,
    find_labelled_dates,
    find_meta_dates,
    find_url_date,
)
from pipeline.extraction.metadata.scope import find_scope
from pipeline.extraction.metadata.sightings import Sightings
from pipeline.extraction.metadata.title import Title, find_title, is_agency
from pipeline.extraction.metadata.titles import TitleSighting, find_titles
from pipeline.extraction.metadata.years import Period, YearSighting, find_period, find_years
from pipeline.extraction.outline import Outline
from pipeline.extraction.report import Metadata, MetadataField, Section, SeenField, Source
from pipeline.readers.document import Document

_MONTHS_OF_REPORTS: Final = range(1, 7)  # due in January to March; later dates are those of pages that moved
_OWN_TITLES: Final = ("title_line", "title_below_list")


def read_metadata(document: Document, source: Source, sections: list[Section], outline: Outline) -> Metadata:
    """Read who reports on which year, and when, with every sighting of it.

    Args:
        document: the document.
        source: where it came from.
        sections: its sections, as `read_sections` gives them.
        outline: where the report stands in it, as `read_outline` gives it.
    """
    lines = outline.lines
    seen = Sightings()

    period = find_period(outline)
    years = [*find_years(sections, source.url)]
    labelled = [*find_labelled_dates(outline)]
    titles = find_titles(outline, _years_spoken_for(period, years, labelled, outline))
    places = [(lines.location(sighting.line), lines.printed[sighting.line]) for sighting in titles]
    for sighting, (place, words) in zip(titles, places, strict=True):
        _see_agency_and_year(seen, sighting.title, (sighting.rule, sighting.agency_rule), place, words)
    known = [shown.title for shown in titles if shown.title.agency and shown.title.agency in shown.title.text]
    _see_named_titles(seen, document, source, known)
    for name in find_names(outline):
        seen.add("agency_name", name.name, name.rule, lines.location(name.line), lines.printed[name.line])
    if seen.best("agency_name") is None and (opening := find_opening(sections)):
        seen.add("agency_name", opening, "opening", "section 1", sections[0].body)
    agency = seen.best("agency_name")
    for sighting, (place, words) in zip(titles, places, strict=True):
        text = sighting.title.text if sighting.title.agency == agency else sighting.text
        seen.add("title", text, sighting.rule, place, words)

    _see_period(seen, period)
    for year in years:
        seen.add("report_year", year.year, year.rule, year.location, year.excerpt)

    for where in find_places(outline, document.meta):
        seen.add("place", where.value, where.rule, where.location, where.excerpt)

    for stated in find_scope(outline):
        line = stated.line
        seen.add("scope", stated.sentence, "sentence", lines.location(line), lines.printed[line])

    own = _own_title_line(titles, seen.best("title"))
    below = find_date_below(outline, own) if own is not None else ()
    _see_dates(seen, document, source, outline, [*labelled, *below])
    return _choose(seen)


def _own_title_line(titles: list[TitleSighting], chosen: str | None) -> int | None:
    """Give the line of the report's own title; one among links is that if the page's tags repeat it."""
    for sighting in titles:
        if sighting.rule in _OWN_TITLES or (sighting.rule == "title_in_list" and sighting.title.text == chosen):
            return sighting.line
    return None


def _years_spoken_for(
    period: Period | None, years: list[YearSighting], published: list[DateSighting], outline: Outline
) -> set[int]:
    """Give the year of the covered period or, where none is stated, those that other places suggest."""
    if period and period.years[0] == period.years[1]:
        return {period.years[0]}
    dates = [sighting.date.date for sighting in published]
    if outline.sign_off:
        dates.append(outline.sign_off.date.date)
    suggested = {day.year - 1 for day in dates if day and day.month in _MONTHS_OF_REPORTS}
    return suggested.union(sighting.year for sighting in years)


def _see_agency_and_year(seen: Sightings, title: Title, rules: tuple[str, str], place: str, words: str) -> None:
    """See what a title names; ``rules`` are the one that saw the title and the one that saw the agency."""
    rule, agency_rule = rules
    if title.agency:
        seen.add("agency_name", title.agency, agency_rule, place, words)
    if title.year:
        seen.add("report_year", title.year, rule, place, words)


def _see_named_titles(seen: Sightings, document: Document, source: Source, known: list[Title]) -> None:
    """See the titles that the format, the page's meta tags and the link to the page give.

    Most repeat one that the text shows; ``known`` holds those, read already.
    """
    rules = _meta_rules()
    named = [("page_title", "page_title", document.page_title), ("link_text", "link_text", source.link_text)]
    named += [(rules[name], f"meta {name}", text) for name, text in document.meta.items() if name in rules]
    for rule, place, words in named:
        if not words or rule == "meta_date":
            continue
        text = "".join(words.split())
        same = (title for title in known if text.startswith(title.text))
        title = None if rule == "publisher" else next(same, None) or find_title(text)
        if title and (title.agency or title.year):
            seen.add("title", title.text, rule, place, words)
            _see_agency_and_year(seen, title, (rule, rule), place, words)
        elif rule in {"link_text", "publisher"} and is_agency(text) and ends_as_name(fold_for_matching(text)):
            seen.add("agency_name", text, rule, place, words)


def _see_period(seen: Sightings, period: Period | None) -> None:
    if period is None:
        return
    place = period.location
    _see_date(seen, "period_start", period.start, ("period", place, period.excerpt))
    _see_date(seen, "period_end", period.end, ("period", place, period.excerpt))
    rule = "period" if period.years[0] == period.years[1] else "period_uneven"
    for year in dict.fromkeys(period.years):
        seen.add("report_year", year, rule, place, period.excerpt)


def _see_dates(
    seen: Sightings,
    document: Document,
    source: Source,
    outline: Outline,
    shown: list[DateSighting],
) -> None:
    """See the dates; ``shown`` are those of publication that the page shows."""
    lines = outline.lines
    if outline.sign_off:
        line = outline.sign_off.date_line
        words = ("sign_off", lines.location(line), lines.printed[line])
        _see_date(seen, "signed_date", outline.sign_off.date, words)
        _see_year_before(seen, "signed_date")
    tagged = find_meta_dates(document.meta, _meta_rules())
    for sighting in (*shown, *tagged, *find_url_date(source.url)):
        _see_date(seen, "publish_date", sighting.date, sighting[1:])
    _see_year_before(seen, "publish_date")


def _see_date(seen: Sightings, field: MetadataField, printed: PrintedDate | None, words: tuple[str, str, str]) -> None:
    """See a date; ``words`` are rule, location and excerpt. One that no calendar has stays as printed."""
    if printed is None:
        return
    rule, place, excerpt = words
    if printed.date:
        seen.add(field, printed.date, rule, place, excerpt)
    else:
        seen.add(field, printed.text, "impossible_date", place, excerpt)


def _see_year_before(seen: Sightings, field: Literal["signed_date", "publish_date"]) -> None:
    """See the year before a date in the months of reports."""
    best = seen.best(field)
    day = date.fromisoformat(best) if best else None
    if day and day.month in _MONTHS_OF_REPORTS:
        seen.add("report_year", day.year - 1, field, field, day.isoformat())


def _choose(seen: Sightings) -> Metadata:
    chosen: dict[SeenField, str] = {}
    fields: tuple[MetadataField, ...] = (
        "title",
        "agency_name",
        "report_year",
        "publish_date",
        "signed_date",
        "period_start",
        "period_end",
    )
    for field in fields:
        if (best := seen.best(field)) is not None:
            chosen[field] = best
    year = chosen.get("report_year")

    def day(field: MetadataField) -> date | None:
        return date.fromisoformat(chosen[field]) if field in chosen else None

    return Metadata(
        title=chosen.get("title"),
        agency_name=chosen.get("agency_name"),
        report_year=int(year) if year else None,
        publish_date=day("publish_date"),
        signed_date=day("signed_date"),
        period_start=day("period_start"),
        period_end=day("period_end"),
        evidence=seen.evidence(chosen),
    )


@cache
def _meta_rules() -> dict[str, str]:
    """The rule of each meta tag's name, in lower case."""
    with Path(__file__).with_name("meta_names.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["rule"] for row in csv.DictReader(file)}
