"""The numbers that Word draws before paragraphs (一、 （一） 1.), of which its files hold the rules (ECMA-376 17.9)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from pipeline.readers.xml import Element

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS: Final = 9
_PLACE: Final = re.compile(r"%([1-9])")
_ENDS_AS_NUMBER: Final = re.compile(r"[0-9.,０-９．，]$")
_NOT_A_NUMBER: Final = frozenset({"bullet", "none"})


@dataclass(slots=True)
class Level:
    """One level of a list: how its numbers are counted and printed. ``restart`` is None where the usual rule holds."""

    start: int = 1
    number_format: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None
    style: str | None = None
    is_legal: bool = False


@dataclass(slots=True)
class _List:
    """A list in use: the abstract one whose counters it shares, its levels, and those that it starts anew."""

    abstract: str
    levels: dict[int, Level]
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of a document, and how far each has been counted."""

    def __init__(self, root: Element | None = None) -> None:
        """Take the lists from the root element of ``numbering.xml``; there are none without it."""
        self._lists: dict[str, _List] = {}
        self._counters: dict[str, list[int | None]] = {}
        if root is None:
            return
        abstract: dict[str, dict[int, Level]] = {}
        links: dict[str, str] = {}  # of abstract lists that only name the style of another one
        styles: dict[str, str] = {}
        for element in root.iterchildren(f"{W}abstractNum"):
            number = element.get(f"{W}abstractNumId", "")
            abstract[number] = _levels(element)
            if (link := element.find(f"{W}numStyleLink")) is not None:
                links[number] = link.get(f"{W}val", "")
            if (style := element.find(f"{W}styleLink")) is not None:
                styles[style.get(f"{W}val", "")] = number
        for element in root.iterchildren(f"{W}num"):
            used = _value(element.find(f"{W}abstractNumId")) or ""
            used = styles.get(links.get(used, ""), used)
            levels, starts = dict(abstract.get(used, {})), {}
            for override in element.iterchildren(f"{W}lvlOverride"):
                at = _integer(override.get(f"{W}ilvl"), 0)
                levels |= _levels(override)
                if (start := override.find(f"{W}startOverride")) is not None:
                    starts[at] = _integer(_value(start), 1)
            self._lists[element.get(f"{W}numId", "")] = _List(used, levels, starts)

    def level_of_style(self, list_id: str, style: str) -> int | None:
        """The level of a list that is tied to a paragraph style."""
        used = self._lists.get(list_id)
        return next((at for at, level in used.levels.items() if level.style == style), None) if used else None

    def count(self, list_id: str, at: int) -> str:
        """Count one more paragraph of a list on level ``at`` (from 0), and give what is drawn before it."""
        used = self._lists.get(list_id)
        level = used.levels.get(at) if used else None
        if used is None or level is None:
            return ""
        counters = self._counters.setdefault(used.abstract, [None] * _LEVELS)
        last = counters[at]
        counters[at] = used.starts.pop(at, level.start if last is None else last + 1)
        for deeper in range(at + 1, _LEVELS):
            restart = used.levels[deeper].restart if deeper in used.levels else None
            if restart is None or at < restart:
                counters[deeper] = None
        if level.number_format == "bullet":
            return ""

        def number(place: re.Match[str]) -> str:
            shown = int(place[1]) - 1
            other = used.levels.get(shown, Level())
            count = counters[shown]
            return _print(other.start if count is None else count, "decimal" if level.is_legal else other.number_format)

        text = _PLACE.sub(number, level.text)
        # A figure is not to grow together with the number before it.
        apart = text and (level.suffix != "nothing" or _ENDS_AS_NUMBER.search(text))
        return f"{text} " if apart else text


def _levels(parent: Element) -> dict[int, Level]:
    levels: dict[int, Level] = {}
    for element in parent.iterchildren(f"{W}lvl"):
        values = {child.tag: _value(child) for child in element if isinstance(child.tag, str)}
        restart = values.get(f"{W}lvlRestart")
        at = _integer(element.get(f"{W}ilvl"), 0)
        if not 0 <= at < _LEVELS:
            continue
        levels[at] = Level(
            start=_integer(values.get(f"{W}start"), 0),
            number_format=_format(element) or "decimal",
            text=values.get(f"{W}lvlText") or "",
            suffix=values.get(f"{W}suff") or "tab",
            restart=None if restart is None else _integer(restart, 0),
            style=values.get(f"{W}pStyle"),
            is_legal=f"{W}isLgl" in values and values[f"{W}isLgl"] not in ("0", "false", "off"),
        )
    return levels


def _format(level: Element) -> str | None:
    """The level's number format; newer ones stand beside an older one for programs that do not know them."""
    found = [element.get(f"{W}val") for element in level.iter(f"{W}numFmt")]
    return next((name for name in found if name in _FORMATS or name in _NOT_A_NUMBER), found[0] if found else None)


def _value(element: Element | None) -> str | None:
    value: str | None = None if element is None else element.get(f"{W}val")
    return value


def _integer(text: str | None, default: int) -> int:
    try:
        return int(text) if text else default
    except ValueError:
        return default


def _print(number: int, number_format: str) -> str:
    if number_format in _NOT_A_NUMBER:
        return ""
    return _FORMATS.get(number_format, str)(number)


def _counting(digits: str, units: tuple[str, ...], *, bare: bool = True) -> Callable[[int], str]:
    """Han numerals with their units (十 百 千); ``bare``: 十 stands for 一十 in front."""

    def write(number: int) -> str:
        if not 0 < number < 10_000:
            return digits[0] if number == 0 else str(number)
        text = ""
        for power, digit in zip(range(len(str(number)) - 1, -1, -1), map(int, str(number)), strict=True):
            if digit:
                text += digits[digit] + units[power]
            elif not text.endswith(digits[0]):
                text += digits[0]
        text = text.rstrip(digits[0])
        return text[1:] if bare and text.startswith(digits[1] + units[1]) else text

    return write


def _digits(digits: str) -> Callable[[int], str]:
    return lambda number: str(number).translate(dict(zip(range(0x30, 0x3A), digits, strict=True)))


def _one_of(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if 0 < number <= len(signs) else str(number)


def _letters(first: str) -> Callable[[int], str]:
    """A to Z, then AA to ZZ, and so on."""
    return lambda number: (
        chr(ord(first) + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number <= 780 else str(number)
    )


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    text = ""
    for value, sign in _ROMAN:
        while number >= value:
            text += sign
            number -= value
    return text


_ROMAN: Final = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")),
    *((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
_UNITS: Final = ("", "十", "百", "千")
_LEGAL_UNITS: Final = ("", "拾", "佰", "仟")
_CIRCLED: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_HAN: Final = _counting("零一二三四五六七八九", _UNITS)
_STEMS: Final = _one_of("甲乙丙丁戊己庚辛壬癸")
_FORMATS: Final[Mapping[str, Callable[[int], str]]] = MappingProxyType(
    {
        "decimal": str,
        "decimalZero": lambda number: f"{number:02}",
        "decimalFullWidth": _digits("０１２３４５６７８９"),
        "decimalFullWidth2": _digits("０１２３４５６７８９"),
        "decimalHalfWidth": str,
        "decimalEnclosedCircle": _one_of(_CIRCLED),
        "decimalEnclosedCircleChinese": _one_of(_CIRCLED),
        "decimalEnclosedFullstop": _one_of("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"),
        "decimalEnclosedParen": _one_of("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"),
        "upperLetter": _letters("A"),
        "lowerLetter": _letters("a"),
        "upperRoman": _roman,
        "lowerRoman": lambda number: _roman(number).lower(),
        "chineseCounting": _HAN,
        "chineseCountingThousand": _HAN,
        "taiwaneseCounting": _HAN,
        "taiwaneseCountingThousand": _HAN,
        "japaneseCounting": _HAN,
        "japaneseDigitalTenThousand": _digits("〇一二三四五六七八九"),
        "ideographDigital": _digits("〇一二三四五六七八九"),
        "taiwaneseDigital": _digits("〇一二三四五六七八九"),
        "chineseLegalSimplified": _counting("零壹贰叁肆伍陆柒捌玖", _LEGAL_UNITS, bare=False),
        "ideographLegalTraditional": _counting("零壹貳參肆伍陸柒捌玖", _LEGAL_UNITS, bare=False),
        "ideographTraditional": _STEMS,
        "ideographZodiac": _one_of("子丑寅卯辰巳午未申酉戌亥"),
        "ideographEnclosedCircle": _one_of("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"),
    }
)
