"""The administrative divisions of China: provinces, prefectures, counties and townships, with their history.

The data stands in `gazetteer/`; where it comes from and under which licences says `gazetteer/NOTICE.txt`, and
`scripts/divisions.py` makes it. Codes are those of GB/T 2260 (six digits) and GB/T 10114 (nine, townships).
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

GAZETTEER: Final = Path(__file__).with_name("gazetteer")

PROVINCE: Final = "province"
PREFECTURE: Final = "prefecture"
COUNTY: Final = "county"
TOWNSHIP: Final = "township"
LEVELS: Final = (PROVINCE, PREFECTURE, COUNTY, TOWNSHIP)


class Division(NamedTuple):
    """One code under one name: a division that was renamed or recoded is several, each the successor of another.

    Attributes:
        code: six digits (GB/T 2260), nine for a township; the same for two divisions where only the name changed.
        name: in full, as the ministry writes it: 金水区, 陈贵镇.
        level: one of `LEVELS`.
        parent: the code above, None for a province. A county that no prefecture governs (济源市, and all of a
            municipality's) stands under its province, a township of a city without counties (东莞市) under the city.
        valid_from: the year in which it came to be; None where that lies before the data: 1984 for counties and above,
            2015 for townships.
        valid_to: the year in which it ended, which its successor's first year is; None while it stands. For a township
            it is the first year whose list lacks it, 2026 for all since 2023.
        successors: the codes that its area, or most of it, went to; empty while it stands, and where no source says.
    """

    code: str
    name: str
    level: str
    parent: str | None
    valid_from: int | None
    valid_to: int | None
    successors: tuple[str, ...]

    def stood_in(self, year: int) -> bool:
        """Tell whether it stood at some time in the year."""
        return (self.valid_from or year) <= year <= (self.valid_to or year)


@cache
def divisions() -> Mapping[str, Division]:
    """Give every code ever in use with the division that has it, or had it last."""
    return MappingProxyType({division.code: division for division in history()})


@cache
def history() -> tuple[Division, ...]:
    """Give all divisions that stand or stood, by code, the latest name of a code last."""
    return (*_read("divisions.csv"), *_read("townships.csv"))


def _read(name: str) -> Iterator[Division]:
    with (GAZETTEER / name).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for code, full, parent, start, end, after in rows:
            yield Division(
                code,
                full,
                _level(code),
                parent or None,
                int(start) if start else None,
                int(end) if end else None,
                tuple(after.split("|")) if after else (),
            )


def _level(code: str) -> str:
    if len(code) > 6:
        return TOWNSHIP
    return COUNTY if code[4:] != "00" else PREFECTURE if code[2:4] != "00" else PROVINCE


def named(name: str, year: int | None = None) -> tuple[Division, ...]:
    """Give the divisions of a name, full or short, standing or not: 金水区, 金水, 恩施州, 波阳县.

    Short forms, made by rule, all of two characters at least, so that 陵县 and 芒市 have none:

    - without what kind of division it is: 句容市 句容, 陈贵镇 陈贵, 浦东新区 浦东, 大兴安岭地区 大兴安岭;
    - without the peoples whose autonomy it is: 恩施土家族苗族自治州 恩施州 and 恩施, 内蒙古自治区 内蒙古,
      五峰土家族自治县 五峰县 and 五峰, 瀍河回族区 瀍河区 and 瀍河, 九门回族乡 九门乡 and 九门;
    - those of `gazetteer/colloquial.csv`, which follow no rule: 科左中旗, 巴州;
    - none that would say only a direction or a kind: 科尔沁左翼中旗, 井陉矿区 and 郊区 keep their ends.

    Args:
        name: the name alone, without the divisions above it.
        year: leave out what did not stand in this year.

    Returns:
        Those so called in full before those in short; then what stands before what ended, the latest end first; then
        by level and code. Empty where nothing has the name.
    """
    found = (history()[position] for position in _positions().get(name, ()))
    return tuple(
        sorted(
            (division for division in found if year is None or division.stood_in(year)),
            key=lambda division: (
                division.name != name,
                -(division.valid_to or 9999),
                LEVELS.index(division.level),
                division.code,
            ),
        )
    )


def ancestors(code: str) -> tuple[Division, ...]:
    """Give the divisions above a code, the province first.

    Raises:
        KeyError: no division has or had the code.
    """
    parent = divisions()[code].parent
    return (*ancestors(parent), divisions()[parent]) if parent else ()


def path(code: str) -> str:
    """Give the name of a division with all above it: 河南省郑州市金水区, 北京市东城区.

    Raises:
        KeyError: no division has or had the code.
    """
    return "".join(division.name for division in (*ancestors(code), divisions()[code]))


def heirs(division: Division) -> tuple[Division, ...]:
    """Give the standing divisions that a division is now, by code: itself while it stands, its successors' heirs else.

    Empty where the sources do not say what became of it.
    """
    found: dict[str, Division] = {}
    seen: set[Division] = set()
    rest = [division]
    while rest:
        one = rest.pop()
        if one in seen:
            continue
        seen.add(one)
        if one.valid_to is None:
            found[one.code] = one
        rest.extend(_holder(code, one.valid_to) for code in one.successors)
    return tuple(found[code] for code in sorted(found))


def _holder(code: str, year: int | None) -> Division:
    """The division that had a code in a year, the one that began last; the latest where none had it."""
    held = _holders()[code]
    return max(
        (one for one in held if year and one.stood_in(year)), key=lambda one: one.valid_from or 0, default=held[-1]
    )


@cache
def _holders() -> Mapping[str, list[Division]]:
    held: dict[str, list[Division]] = defaultdict(list)
    for division in history():
        held[division.code].append(division)
    return held


def ambiguous(level: str = COUNTY, year: int | None = None) -> Mapping[str, tuple[Division, ...]]:
    """Give the full names of a level that several divisions bear, standing now or in a year: 鼓楼区, 城关镇."""
    bearers: dict[str, list[Division]] = defaultdict(list)
    for division in history():
        stands = division.valid_to is None if year is None else division.stood_in(year)
        if stands and division.level == level:
            bearers[division.name].append(division)
    return {name: tuple(several) for name, several in sorted(bearers.items()) if len(several) > 1}


def is_statistical(code: str) -> bool:
    """Tell whether a county code is none of the standard: the bureau of statistics gives it to what is no county, as
    development zones (410173 郑州航空港经济综合实验区) and administrative committees."""
    return len(code) == 6 and ("71" <= code[4:] <= "79" or code in _STATISTICAL)


_STATISTICAL: Final = frozenset({"232761", "232762", "232763", "232764", "632857"})
"""加格达奇区 and three more of 大兴安岭地区, 大柴旦行政委员会."""


def with_area_code(area_code: str) -> tuple[Division, ...]:
    """Give the divisions that share a telephone area code (0371, 010): prefectures, provinces where they have one code,
    and counties that no prefecture governs. Empty for a code that is none."""
    return tuple(divisions()[code] for code in _by_first("area_codes.csv").get(area_code, ()))


def with_postcode(postcode: str) -> tuple[Division, ...]:
    """Give the prefectures whose main post office's postcode begins with the same three digits, else the provinces
    with the same two. A county may well have the three digits of its neighbour's prefecture: a hint, no more. Empty
    for what is no postcode."""
    found = _by_first("postcodes.csv")
    return tuple(divisions()[code] for code in found.get(postcode[:3]) or found.get(postcode[:2], ()))


@cache
def _by_first(name: str) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for first, code in _pairs(name):
        found[first].append(code)
    return {first: tuple(codes) for first, codes in found.items()}


def _pairs(name: str) -> list[list[str]]:
    with (GAZETTEER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


@cache
def _positions() -> Mapping[str, list[int]]:
    """Where in `history` the divisions of each name and short form stand."""
    positions: dict[str, list[int]] = defaultdict(list)
    for position, division in enumerate(history()):
        for name in {division.name, *short_names(division.name)}:
            positions[name].append(position)
    for name, code in _pairs("colloquial.csv"):
        positions[name].extend(positions[divisions()[code].name])
    return dict(positions)


_KINDS: Final = (
    *("特别行政区", "自治区", "自治州", "自治县", "自治旗", "民族苏木", "民族乡"),
    *("地区", "新区", "林区", "特区", "街道", "苏木"),
    *"省市盟县区旗镇乡",
)
"""What names of divisions end in, the longest first where one ends in another."""

_KINDS_BY_END: Final = {end: tuple(kind for kind in _KINDS if kind[-1] == end) for end in {kind[-1] for kind in _KINDS}}

_KEEPS_END: Final = re.compile(r"矿区$|[左右前后中]旗$")

_AUTONOMOUS: Final = {"自治区": "", "自治州": "州", "自治县": "县", "自治旗": "旗"}


def short_names(name: str) -> tuple[str, ...]:
    """Give the short forms of a full name by the rules that `named` tells; none for what has none."""
    kind = next((kind for kind in _KINDS_BY_END.get(name[-1:], ()) if name.endswith(kind)), None)
    if kind is None or _KEEPS_END.search(name):
        return ()
    stem = name.removesuffix(kind)
    place = _without_peoples(stem) if kind in _AUTONOMOUS or "族" in stem else stem
    short = [place] if len(place) > 1 else []
    if place != stem or kind in _AUTONOMOUS:
        short.append(place + _AUTONOMOUS.get(kind, kind.removeprefix("民族")))
    return tuple(form for form in short if len(form) > 1 and form != name)


@cache
def _peoples() -> re.Pattern[str]:
    """The peoples at the end of a stem, two characters at least before them: 恩施|土家族苗族, 巴里坤|哈萨克.

    Some are written without 族; a people of one character never is (陵水黎族 is 陵水 and the 黎).
    """
    names = sorted((GAZETTEER / "peoples.txt").read_text(encoding="utf-8").split(), key=len, reverse=True)
    written = [name + "族?" if len(name) > 1 else name + "族" for name in names]
    return re.compile(rf"(?<=..)(?:{'|'.join(written)}|各族)+$")


def _without_peoples(stem: str) -> str:
    return _peoples().sub("", stem).removesuffix("族")
