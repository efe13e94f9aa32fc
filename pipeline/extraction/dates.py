"""Dates as reports and pages print them."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple

_HAN: Final = "〇○零Oo一二三四五六七八九十"
DATE: Final = re.compile(
    r"(?P<year>[2２][0０]\d\d)(?:\s*[-/.．年]\s*|(?=[01]?\d\s*月))(?P<month>[01]?\d)\s*[-/.．月]\s*"
    r"(?P<day>[0-3]?\d)(?!\d)\s*[日号]?"
    rf"|(?P<han_year>二[{_HAN}]{{3}})年(?P<han_month>[{_HAN}]{{1,2}})月(?P<han_day>[{_HAN}]{{1,3}})[日号]?"
)
"""A date; white space may stand around its separators, and 年 may be lost where 月 is printed."""

_COMPACT: Final = re.compile(r"(20\d\d)([01]\d)([0-3]\d)(?:\d{6})?(?!\d)")
_VALUES: Final = {
    **dict.fromkeys("〇○零Oo", 0),
    **{character: number for number, character in enumerate("一二三四五六七八九", 1)},
}


class PrintedDate(NamedTuple):
    """A date as printed; ``date`` is None for one that no calendar has (2023年2月30日)."""

    text: str
    date: date | None


def match_date(text: str, start: int = 0) -> PrintedDate | None:
    """Read a date that begins at a place in a text, 20220130 and 20220130101500 among its forms."""
    if match := DATE.match(text, start):
        return PrintedDate(match[0], read_date(match))
    if compact := _COMPACT.match(text, start):
        return PrintedDate(compact[0], make_date(*compact.groups()))
    return None


def read_date(match: re.Match[str]) -> date | None:
    """Read a match of `DATE`; None for a date that no calendar has."""
    if match["year"]:
        return make_date(match["year"], match["month"], match["day"])
    year = int("".join(str(_VALUES.get(character, 0)) for character in match["han_year"]))
    return make_date(year, _han_number(match["han_month"]), _han_number(match["han_day"]))


def make_date(year: str | int, month: str | int, day: str | int) -> date | None:
    """Make a date of its numbers; None where no calendar has it."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _han_number(text: str) -> int:
    """Read a Chinese number below 100, written with 十 or digit by digit."""
    if "十" in text:
        tens, _, ones = text.partition("十")
        return 10 * _VALUES.get(tens or "一", 0) + _VALUES.get(ones, 0)
    return int("".join(str(_VALUES[character]) for character in text))
