"""Which year a report covers, by what stands in its text and address."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.extraction.dates import PrintedDate, make_date
from pipeline.extraction.lines import Lines
from pipeline.extraction.outline import Outline
from pipeline.extraction.report import Section

_CLOCK: Final = r"(?:\d{1,2}[时点](?:\d\d分)?)?"
_PERIOD: Final = re.compile(
    rf"(?P<start>(?P<year>20\d\d)[年.．/-]?(?P<month>[01]?\d)(?:[月.．/-](?P<day>[0-3]?\d)?)?(?:日|号)?){_CLOCK}"
    r"(?:起|开始)?[，,、]?(?:至|到|—+|－|-+|~|～|–)"
    r"(?P<end>(?:(?P<end_year>20\d\d)[年.．/-]?|(?:当|本|同)年)?"
    r"(?P<end_month>[01]?\d)[月.．/-](?P<end_day>[0-3]?\d)?(?:日|号)?)"
)
_LIKELY: Final = ("月", "统", ".31", "12-31")
_ANCHOR: Final = re.compile(r"1月1日|12(?:月|[.\-]31)|统计(?:[期时]限|时间)")
_SAYS_PERIOD: Final = re.compile("统计|期限|时限|数据")
_NARRATIVE: Final = re.compile(
    r"(?:[（(]?[一1][)）、.．][^，。：:；]{0,20}[。：:；]?)?(?:在|过去的|刚刚过去的)?(?P<year>20\d\d)年"
    r"(?!\d|[至到—\-~]|将|计划|拟|以前|之前|前|底|末)"
)
_HEADING_YEAR: Final = re.compile(r"(?P<year>20\d\d)年")
_FIRST_PARAGRAPHS: Final = 3
_FIRST_WORDS: Final = 60


class YearSighting(NamedTuple):
    """A year, the rule that saw it, where, and in which words."""

    year: int
    rule: str
    location: str
    excerpt: str


class Period(NamedTuple):
    """The covered period; ``years`` are those of its first and last day.

    Where only months are printed (2021年1月至12月) the days are None; the years count nonetheless.
    """

    start: PrintedDate | None
    end: PrintedDate | None
    years: tuple[int, int]
    location: str
    excerpt: str


def find_period(outline: Outline) -> Period | None:
    """Find the sentence on the covered period, in the preface or in the report's text."""
    lines, end = outline.lines, outline.end
    period = _period(lines, lines.containing(_LIKELY, outline.edges))
    return period or _period(lines, lines.containing(_LIKELY, lines.excerpt(end, end, end)))


def _period(lines: Lines, numbers: list[int]) -> Period | None:
    for line in numbers:
        text = lines.folded[line]
        match = _PERIOD.search(text) if _ANCHOR.search(text) and not lines.is_cell(line) else None
        if match is None or not (_SAYS_PERIOD.search(text) or _is_year(match)):
            continue
        year = int(match["year"])
        end_year = int(match["end_year"] or year)
        start = end = None
        if match["day"]:
            start = PrintedDate(match["start"], make_date(year, match["month"], match["day"]))
        if match["end_day"]:
            end = PrintedDate(match["end"], make_date(end_year, match["end_month"], match["end_day"]))
        return Period(start, end, (year, end_year), lines.location(line), match[0])
    return None


def _is_year(match: re.Match[str]) -> bool:
    """Tell whether a period is a calendar year; others in the text are those of meetings and works."""
    months = int(match["month"]), int(match["end_month"])
    return months == (1, 12) and match["day"] == "1" and match["end_day"] == "31"


def find_years(sections: list[Section], url: str | None) -> Iterator[YearSighting]:
    """Find the year in the sections' headings, at the beginning of the first section, and in the address."""
    for section in sections:
        if match := _HEADING_YEAR.search(section.heading):
            yield YearSighting(int(match["year"]), "heading", f"section {section.section}", section.heading)
    if sections and sections[0].section == 1:
        yield from _narrative(sections[0].body)
    matches = [match for pattern in url_patterns("year") if (match := pattern.search(url or ""))]
    for year, match in {int(match["year"]): match for match in matches}.items():
        yield YearSighting(year, "url", "url", match[0])


def _narrative(body: str) -> Iterator[YearSighting]:
    """Only a year that begins one of the first paragraphs counts; further on are those of laws and plans."""
    for paragraph in body.split("\n", _FIRST_PARAGRAPHS)[:_FIRST_PARAGRAPHS]:
        match = _NARRATIVE.match("".join(paragraph[:_FIRST_WORDS].split()))
        if match:
            yield YearSighting(int(match["year"]), "narrative", "section 1", paragraph)
            return


@cache
def url_patterns(rule: str) -> list[re.Pattern[str]]:
    """The patterns of addresses for a rule (``year`` or ``date``), in order of trust."""
    with Path(__file__).with_name("url_patterns.csv").open(encoding="utf-8", newline="") as file:
        return [re.compile(row["pattern"]) for row in csv.DictReader(file) if row["rule"] == rule]
