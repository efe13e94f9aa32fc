"""When a page says that it was published."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.extraction.dates import DATE, PrintedDate, make_date, match_date, read_date
from pipeline.extraction.lines import fold_for_matching
from pipeline.extraction.metadata.years import url_patterns
from pipeline.extraction.outline import Outline

_ANCHORS: Final = ("日期", "时间", "发布于")
_AFTER_LABEL: Final = re.compile(r"[\s:：\[\]【】（(]*")
_OTHER_LABELS: Final = re.compile(r"来源|浏览|阅读|点击|访问|作者|字[体号]|编辑")
_TODAY: Final = re.compile(r"星期|今天|您好|欢迎")
_BEFORE_DATE: Final = re.compile(r"[\s\[【（(]*")
_AFTER_DATE: Final = re.compile(r"\s*(?:T?\d\d?:\d\d(?::\d\d)?)?[\s\]】）)]*")
_BELOW_TITLE: Final = 8
_SHORT: Final = 80


class DateSighting(NamedTuple):
    """A date of publication as printed, the rule that saw it, where, and in which words."""

    date: PrintedDate
    rule: str
    location: str
    excerpt: str


def find_labelled_dates(outline: Outline) -> Iterator[DateSighting]:
    """Find the dates behind labels (发布日期:2022-01-30), on the label's line or alone on the next."""
    lines, labels = outline.lines, _labels()
    for line in lines.containing(_ANCHORS, outline.page):
        printed = fold_for_matching(lines.printed[line])
        for label in _label_pattern().finditer(printed):
            rule = labels["".join(label[0].split())]
            text, start = printed, _skip_to_date(printed, label.end())
            if start == len(printed) and line + 1 < len(lines):
                text, start = lines.printed[line + 1], _skip_to_date(lines.printed[line + 1], 0)
            found = match_date(text, start)
            if found and rule:
                rule = "label_below_text" if line >= outline.end else rule
                yield DateSighting(found, rule, lines.location(line), f"{label[0]} {found.text}")


def find_date_below(outline: Outline, title_line: int) -> Iterator[DateSighting]:
    """Find a date without a label, behind the title or on a line right below it; never today's."""
    lines = outline.lines
    for line in range(title_line, min(title_line + _BELOW_TITLE, outline.body)):
        text = lines.printed[line]
        if len(text) > _SHORT:
            continue
        match = DATE.search(text, max(text.rfind("报告"), text.rfind("年报"), 0) if line == title_line else 0)
        if match is None or _TODAY.search(text) or _ends_in_label(lines.printed[line - 1]):
            continue
        found = read_date(match)
        if found is None:
            continue
        alone = _BEFORE_DATE.fullmatch(text, 0, match.start()) and _AFTER_DATE.fullmatch(text, match.end())
        if alone or line == title_line or _OTHER_LABELS.search(text):
            printed = PrintedDate(match[0], found)
            yield DateSighting(printed, "date_below_title", lines.location(line), text)
            return


def find_meta_dates(meta: Mapping[str, str], rules: Mapping[str, str]) -> Iterator[DateSighting]:
    """Find the dates of meta tags; ``rules`` gives the rule of each tag's name."""
    for name, text in meta.items():
        if rules.get(name) == "meta_date" and (found := match_date(text.strip())):
            yield DateSighting(found, "meta_date", f"meta {name}", text)


def find_url_date(url: str | None) -> Iterator[DateSighting]:
    """Find the date in an address, by the patterns of the systems that sites run on."""
    for pattern in url_patterns("date"):
        match = pattern.search(url or "")
        if match and (found := make_date(match["year"], match["month"], match["day"])):
            yield DateSighting(PrintedDate(match[0], found), "url", "url", match[0])
            return


def _ends_in_label(text: str) -> bool:
    return any(not text[label.end() :].strip(" :：") for label in _label_pattern().finditer(text))


def _skip_to_date(text: str, start: int) -> int:
    match = _AFTER_LABEL.match(text, start)
    return match.end() if match else start


@cache
def _labels() -> dict[str, str]:
    """The rule of each label; empty for one whose date is no date of publication."""
    with Path(__file__).with_name("date_labels.csv").open(encoding="utf-8", newline="") as file:
        return {row["label"]: row["rule"] for row in csv.DictReader(file)}


@cache
def _label_pattern() -> re.Pattern[str]:
    """Any label, the longest first, with white space anywhere in it."""
    labels = sorted(_labels(), key=len, reverse=True)
    return re.compile("|".join(r"\s*".join(label) for label in labels))
