"""Words that say of figures that they are of another year or another body, or none at all: a sample."""

from __future__ import annotations

import re
from typing import Final

_YEAR: Final = re.compile(r"(?<!\d)(20\d\d)\s*年")
_ANY_YEAR: Final = re.compile(r"[0-9〇零一二三四五六七八九]\s*年|[上本去今当往]年|上一年|同期|[上本]期")
_OTHER: Final = re.compile(r"[上去往]年|上一年|同期|下属|所属|二级单位|模板|样表|样例|示例|范例")


def years_of(text: str) -> set[int]:
    """The years that a text names."""
    return {int(year) for year in _YEAR.findall(text)}


def without_years(text: str) -> str:
    """A text without the years that it names."""
    return _YEAR.sub("", text)


def names_a_year(text: str) -> bool:
    """Whether a text names a year, this one or another, by its number or otherwise (本年, 去年同期)."""
    return bool(_ANY_YEAR.search(text))


def says_other(text: str) -> bool:
    """Whether a text says, otherwise than by a number, that what follows is not the report's own."""
    return bool(_OTHER.search(text))
