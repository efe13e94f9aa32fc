"""The grammar of an agency's name: the places that it begins with, the body, and what belongs to both.

国家税务总局 | 江苏省 镇江市 句容市 | 税务局        arm, places, body
广州市 荔湾区 | 人民政府 | 南源街道 | 办事处          places, government, township, body
县 | 水务局                                          rank, body: which county, only evidence elsewhere can tell
洛阳市 | 高新技术产业开发区 | 管理委员会               places, zone, body
十堰市 | 生态环境局 郧阳 分局                         places, body with a branch
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final

from pipeline.agencies import rules
from pipeline.agencies.divisions import COUNTY, PREFECTURE, PROVINCE, TOWNSHIP, Division
from pipeline.agencies.places import Place, is_within, place_at, township_at, townships
from pipeline.agencies.text import fold_name

GOVERNMENT: Final = "人民政府"
OFFICE: Final = "办事处"
BOARD: Final = "管理委员会"
ADMINISTRATION: Final = "行政公署"

TOWNSHIP_RANKS: Final = frozenset({"镇", "乡", "街道", "苏木"})

_GOVERNMENTS: Final = ("人民政府", "政府")
_NOTE: Final = re.compile(r"\([^()]*\)$|\((?:本级|机关|本部)\)|(?<=[局府委厅会])(?:机关|本级)$")
_DASH: Final = re.compile(r"[-—_·:：,，.。]+$|^[-—_·:：,，.。]+")


@dataclass(frozen=True, slots=True)
class AgencyName:
    """A name in its parts, short forms in full.

    Attributes:
        text: the whole, folded.
        arm: the national body that a local arm belongs to, as printed at the beginning (国家税务总局).
        is_national: the name begins as those of national bodies do.
        places: the places from above that it begins with, down to the county.
        unlisted: the place that it begins with, where the gazetteer does not have it.
        rank: instead of a place only of what kind it is: 县 in 县水务局.
        township: the township in full, with the divisions of the name that it can be (none if it is not known).
        zone: a zone that is no division: 高新区.
        zone_above: the zone that a township is said to lie in.
        corps: 兵团, 第八师, 第八师一二一团: the 新疆生产建设兵团 and what it is made of.
        body: what the agency is, in full: 人民政府, 人民政府办公室, 司法局.
        branch: whom a branch bureau serves.
    """

    text: str
    arm: str = ""
    is_national: bool = False
    places: tuple[Place, ...] = ()
    unlisted: str = ""
    rank: str = ""
    township: Place | None = None
    zone: str = ""
    zone_above: str = ""
    corps: str = ""
    body: str = ""
    branch: Place | None = None

    @property
    def own(self) -> tuple[Division, ...]:
        """What the agency's own division can be, by its name alone; nothing if it does not say."""
        if self.township:
            return self.township.divisions
        if self.branch:
            return self.branch.divisions
        return self.places[-1].divisions if self.places else ()

    @property
    def is_unnamed_township(self) -> bool:
        """Tell whether it is a township's government that says no name: 镇人民政府, 街道办事处."""
        return self.rank in TOWNSHIP_RANKS

    def title(self, division: Division | None) -> str:
        """Write the name from the agency's own division on.

        Args:
            division: the county or above where the agency is, if it is known; it takes the place of what the name says.
        """
        if self.arm or self.is_national or self.corps:
            return self.text if not self.corps else self.corps + self.zone + self.body
        if self.township:
            return self.township.text + self.body
        if self.is_unnamed_township:
            return self.rank + self.body
        if self.branch and self.places:
            division = None if self.places[-1].is_full else division
        if self.places and not self.places[-1].is_full and (self.zone or not self.has_usual_body):
            return "".join(place.text for place in self.places if not place.is_full) + self.zone + self.body
        if self.places and self.places[-1].is_full:
            division = None
        own = division.name if division else self.places[-1].text if self.places else self.unlisted or self.rank
        return own + self.zone + self.body

    @property
    def has_usual_body(self) -> bool:
        """Tell whether the body is one that governments of most places have."""
        return self.body == GOVERNMENT or self.body in usual_bodies()


@lru_cache(maxsize=65536)
def read_name(printed: str) -> AgencyName:
    """Read a name in its parts; it need not be in full, but there must be nothing else around it.

    Args:
        printed: the name as printed: 国家税务总局句容市税务局, 两英镇政府, 县水务局.
    """
    text = _DASH.sub("", fold_name(printed))
    text = (_NOTE.sub("", text) or text).removeprefix("中共")
    if text.startswith("原") and not place_at(text, 0) and place_at(text, 1):
        text = text.removeprefix("原")
    if name := _corps(text):
        return name
    arm, is_national = _arm(text)
    if is_national:
        first = next(word for word in _national() if text.startswith(word))
        whole = first + expand(text[len(first) :])
        return AgencyName(whole, is_national=True, body=whole)
    name = _local(text, len(arm))
    return replace(name, text=text, arm=arm)


def _local(text: str, start: int) -> AgencyName:
    places, end = _stack(text, start)
    rest = text[end:]
    within = places[-1].divisions if places else ()
    name = AgencyName(text, places=places)
    governed = next((word for word in _GOVERNMENTS if rest.startswith(word) and len(rest) > len(word)), "")
    if found := _township(rest[len(governed) :], within):
        zone_above = rules.pattern("zone_above").match(rest[len(governed) :])
        inside = zone_above is not None and not rest.startswith(found[0].text, len(governed))
        return replace(
            name, township=found[0], body=found[1], zone_above=zone_above["zone"] if zone_above and inside else ""
        )
    if not places and (rank := _rank(rest)):
        name = replace(name, rank=rank)
        rest = rest[len(rank) :]
        if rank in TOWNSHIP_RANKS:
            return replace(name, body=_seat_body(rank, rest))
    elif places and (again := _rank(rest)) and _repeats(again, places[-1], rest[len(again) :]):
        rest = rest[len(again) :]
    if found_zone := rules.pattern("zone").match(rest):
        return replace(name, zone=found_zone["zone"], body=expand(found_zone["body"]) or BOARD)
    if not (places or name.rank or start) and (unlisted := rules.pattern("unlisted").match(rest)):
        name = replace(name, unlisted=unlisted[0])
        rest = rest[unlisted.end() :]
    return _branch(replace(name, body=_body(rest, places)), within)


def _stack(text: str, start: int) -> tuple[tuple[Place, ...], int]:
    """Read the places that a text begins with, from above; give them and where they end."""
    places: list[Place] = []
    while place := place_at(text, start, places[-1].divisions if places else ()):
        end = start + len(place.text)
        if not place.is_full and not _may_stand_short(text, place, end):
            break
        if places:
            # what lies above may now be told apart: 吉林吉林市
            above = tuple(one for one in places[-1].divisions if any(is_within(two, (one,)) for two in place.divisions))
            places[-1] = places[-1]._replace(divisions=above)
        places.append(place)
        start = end
        for word in _GOVERNMENTS:
            if text.startswith(word, start) and place_at(text, start + len(word), place.divisions):
                inner = place_at(text, start + len(word), place.divisions)
                if inner and inner.is_full:
                    start += len(word)
                    break
    return tuple(places), start


def _may_stand_short(text: str, place: Place, end: int) -> bool:
    """Tell whether a place without its kind is one (江苏句容市, 深圳海事局) and not the beginning of a word or of a
    township (湖南镇, 中山街道)."""
    rest = text[end:]
    inner = place_at(text, end, place.divisions)
    if inner and (inner.is_full or _may_stand_short(text, inner, end + len(inner.text))):
        return True
    if not rest or rest[0] in "镇乡街村路社道岛湖河江山":
        return False
    if township_at(text, end, place.divisions):
        return True
    if rules.pattern("not_bare").fullmatch(place.text) or township_at(text, end - len(place.text)):
        return False
    if len(rest) > 1 and rest[0] in "省市县区旗州盟" and not rules.pattern("word").match(rest):
        return False
    if rest == "局":
        return any(division.level != COUNTY for division in place.divisions)
    return len(rest) > 1 and rest != "分局"


def _township(rest: str, within: tuple[Division, ...]) -> tuple[Place, str] | None:
    """Read a township and the body in it; known ones by their names, others by how names of townships end."""
    if zone := rules.pattern("zone_above").match(rest):
        found = _township(rest[zone.end() :], within)
        if found and found[0].divisions:
            return found
    known = township_at(rest, 0, within)
    if known:
        body = rest[len(known.text) :]
        if body.startswith("街道") and known.text.endswith("街"):
            known = None
        elif body == "" or _is_seat(body):
            return known, _government_of(known.text)
        elif rules.pattern("office").match(body) or body in usual_bodies() or expand(body) != body:
            return known, expand(body) if not rules.pattern("office").match(body) else GOVERNMENT + "办公室"
        elif within and not known.text.endswith("街") and len(body) > 2 and body[-1] in "所站心队院室办会局":
            return known, body
    for rule in ("street_double", "street", "street_short", "town"):
        match = rules.pattern(rule).match(rest)
        if match is None:
            continue
        name = match["township"]
        if rule == "street_double":
            name += "街道"
        elif rule == "street_short":
            name = _street(name, within)
        if (len(name) < 3 and not _known(name, within)) or (
            name[-2:] in rules.words("not_towns.txt") and len(name) < 4
        ):
            continue
        return Place(name, _known(name, within), True), _government_of(name)
    return None


def _is_seat(body: str) -> bool:
    """Tell whether a body is a township's government, printed in any way: 政府, 镇政府, 办事处, 街道办."""
    return body in rules.words("seats.txt")


def _street(name: str, within: tuple[Division, ...]) -> str:
    """Write a street in full: 北京街 is 北京街道, 东城街 is 东城街街道 where that is what exists."""
    double = name + "街道"
    return double if _known(double, within) and not _known(name + "道", within) else name + "道"


def _known(name: str, within: tuple[Division, ...]) -> tuple[Division, ...]:
    return tuple(one for one in townships(name) if not within or is_within(one, within))


def _government_of(township: str) -> str:
    return OFFICE if township.endswith("街道") else GOVERNMENT


def _seat_body(rank: str, rest: str) -> str:
    if not rest or _is_seat(rest):
        return OFFICE if rank == "街道" else GOVERNMENT
    return expand(rest)


def _rank(rest: str) -> str:
    """Read of what kind the agency's division is, where a name says only that: 县水务局, 自治区国资委."""
    if rules.pattern("word").match(rest):
        return ""
    for row in rules.rows("ranks.csv"):
        word = row["word"]
        if rest.startswith(word) and len(rest) > len(word):
            body = rest[len(word) :]
            return "" if body.startswith(("委", "长")) and not body.startswith("委员会") else word
    return ""


def _repeats(rank: str, place: Place, rest: str) -> bool:
    """Tell whether a rank only repeats the place before it: 宁波市市教育局."""
    return place.text.endswith(rank) and (expand(rest) != rest or rest in usual_bodies())


def _body(rest: str, places: tuple[Place, ...]) -> str:
    for word in _GOVERNMENTS:
        if rest.startswith(word) and len(rest) > len(word):
            inner = rest[len(word) :]
            return _bodies().get(rest) or GOVERNMENT + expand(inner)
    if rest:
        return expand(rest)
    if places and any(places[-1].text.endswith(kind) for kind in ("盟", "地区")):
        return ADMINISTRATION
    return GOVERNMENT


def _branch(name: AgencyName, within: tuple[Division, ...]) -> AgencyName:
    """Find whom a branch bureau serves: 生态环境局郧阳分局 under 十堰市."""
    match = rules.pattern("branch").match(name.body)
    if match is None or not within:
        return name
    place = place_at(match["place"], 0, within)
    if place is None or place.text != match["place"]:
        return name
    served = tuple(one for one in place.divisions if one not in within)
    return replace(name, branch=Place(place.text, served, place.is_full)) if served else name


@lru_cache(maxsize=16384)
def expand(body: str) -> str:
    """Write a body in full: 卫健委 卫生健康委员会, 政务服务办 政务服务办公室."""
    full = _bodies().get(body)
    if full:
        return full
    if body.endswith("委") and len(body) > 3 and not body.endswith(("党委", "纪委", "团委", "政法委", "工委", "常委")):
        return expand(body + "员会")
    if body.endswith("办") and len(body) > 2 and not body.endswith("街道办"):
        return body + "公室"
    if body.endswith("管委会"):
        return body.removesuffix("管委会") + BOARD
    if body.endswith("街道办"):
        return body + "事处"
    return body


@cache
def _bodies() -> dict[str, str]:
    return {row["short"]: row["full"] for row in rules.rows("bodies.csv")}


@cache
def usual_bodies() -> frozenset[str]:
    """Give the bodies that governments of most places have; behind a short place name they mean the government's."""
    return frozenset(_bodies().values()) | rules.words("usual_bodies.txt")


def _arm(text: str) -> tuple[str, bool]:
    """Find the national body that a name begins with: of a local arm (国家税务总局句容市税务局), or the whole name."""
    if text.startswith(("中国(", "中国〈")):
        return "", False
    if not text.startswith(_national()):
        return "", False
    ends = rules.pattern("arm")
    for end in range(2, len(text) - 2):
        if not ends.search(text[:end]):
            continue
        place = place_at(text, end)
        if place is None:
            continue
        rest = text[end + len(place.text) :]
        if place.is_full or (
            not rules.pattern("not_bare").fullmatch(place.text) and rules.pattern("local_arm").search(rest)
        ):
            return text[:end], False
    return "", True


@cache
def _national() -> tuple[str, ...]:
    return tuple(row["name"] for row in rules.rows("national.csv"))


def _corps(text: str) -> AgencyName | None:
    """Read a name of the 新疆生产建设兵团, whose 师 and 团 stand beside the region's divisions."""
    match = rules.pattern("corps").match(text)
    if match is None or not (match["corps"] or match["division"]):
        return None
    division, city, regiment = match["division"], match["city"] or "", match["regiment"]
    corps = "新疆生产建设兵团"
    if division:
        corps = f"第{division}师{city}"
    if regiment:
        corps += f"{regiment}团{match['town'] or ''}"
    place = place_at(city, 0) if city else None
    body = expand(match["body"]) if match["body"] not in {"", "政府", "人民政府"} else ""
    return AgencyName(text, places=(place,) if place else (), corps=corps, body=body)


def level_of(name: AgencyName, division: Division | None) -> str | None:
    """Give the level of the government that an agency belongs to.

    Args:
        name: the agency's name.
        division: where it is, the township if it is one's.
    """
    if name.is_national:
        return "national"
    if name.corps:
        return COUNTY if "团" in name.corps.removesuffix("兵团") else PREFECTURE if "师" in name.corps else PROVINCE
    if name.township or name.is_unnamed_township:
        return TOWNSHIP
    if name.body.endswith(("大学", "学院")):
        return None
    if name.zone and division:
        # a zone stands a step below whom it belongs to; in a municipality that is the county
        below = {PROVINCE: COUNTY if division.name.endswith("市") else PREFECTURE, PREFECTURE: COUNTY}
        return below.get(division.level, division.level)
    if division:
        return division.level
    if name.rank or name.unlisted:
        rank = name.rank or next(row["word"] for row in rules.rows("ranks.csv") if name.unlisted.endswith(row["word"]))
        levels = next(row["levels"] for row in rules.rows("ranks.csv") if row["word"] == rank).split()
        return levels[0] if len(levels) == 1 else None
    return PROVINCE if name.body.endswith("厅") and not name.body.endswith("办公厅") else None
