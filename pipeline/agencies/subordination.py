"""Under whom an agency stands: the nodes from the top down to its own, by which one report's figures hold another's.

410000 > 410100 > 410105 > 410105-司法局            a department, under the governments of its divisions
420000 > 420200 > 420281 > 420281-陈贵镇            a township's government
410000 > 410300 > 410300-高新技术产业开发区           a zone's board
420000 > 420300 > 420300-生态环境局 > …分局          a branch, under its bureau, whose place is not whom it serves
税务-320000 > 税务-321100 > 税务-321183              a vertical body, under its line alone
兵团 > 兵团-第八师 > 659001                          a city of the 兵团, which the region's government does not lead

A government's own node is its division's code, so that all that lies in the division has it above; any other agency's
is its id. Who stands under no government is data: ``rules/apart.csv``.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from typing import Final, Literal, NamedTuple

from pipeline.agencies import rules
from pipeline.agencies.attributes import governs
from pipeline.agencies.divisions import Division, ancestors, divisions, history, is_statistical
from pipeline.agencies.identity import CORPS, full_zone
from pipeline.agencies.names import GOVERNMENT, AgencyName

Standing = Literal["government", "office", "department", "branch", "vertical", "public_institution", "national"]
"""``government``: of a division, township or zone. ``office``: a government's own office, which may report for it.
``vertical``: a local arm of a national body. ``public_institution``: school, hospital, company."""

STANDINGS: Final[tuple[Standing, ...]] = (
    "government",
    "office",
    "department",
    "branch",
    "vertical",
    "public_institution",
    "national",
)

_OFFICE: Final = re.compile(rf"(?:{GOVERNMENT}|管理委员会)?(?:党政)?(?:综合)?办公[厅室]")


class Subordination(NamedTuple):
    """What an agency is among others, and the nodes from the top down to its own; none where its place is unknown."""

    standing: Standing
    nodes: tuple[str, ...]


def subordination(name: AgencyName, place: Division | None, year: int | None, agency_id: str) -> Subordination:
    """Say under whom an agency stands.

    Args:
        name: its name.
        place: the county or above that it is in, None where that is not known.
        year: of its report. A division that was only recoded goes by its new code from the year of the change on.
        agency_id: its id.
    """
    if name.is_national:
        return Subordination("national", (agency_id,))
    standing, line = _apart(name, place)
    if standing == "vertical":
        return Subordination("vertical", tuple(f"{line}-{code}" for code in _codes(place, year)))
    if standing == "public_institution":
        return Subordination("public_institution", (agency_id,))
    if name.corps:
        return _of_corps(name, agency_id)
    if place is None or name.is_unnamed_township:
        return Subordination(_standing(name), ())
    if name.branch:
        return _of_branch(name, place, year, agency_id)
    zone = name.zone or name.zone_above
    nodes = list(_codes(_above_zone(name, place) if zone else place, year))
    if zone:
        nodes.append(_zone(full_zone(zone), nodes[-1]))
    if name.township:
        nodes.append(f"{nodes[-1]}-{name.township.text}")
    own = _standing(name)
    return Subordination(own, tuple(nodes) if own == "government" else (*nodes, agency_id))


def _standing(name: AgencyName) -> Standing:
    if governs(name):
        return "government"
    return "office" if not name.arm and _OFFICE.fullmatch(name.body) else "department"


def _apart(name: AgencyName, place: Division | None) -> tuple[Standing | None, str]:
    """Whether an agency stands under no government, and its line; any local arm of a national body does."""
    if name.township and governs(name):
        return None, ""
    return _apart_by_rule(name.body, name.arm, place.level if place else "")


@lru_cache(maxsize=65536)  # most agencies are called as many others are
def _apart_by_rule(body: str, arm: str, level: str) -> tuple[Standing | None, str]:
    for row in rules.rows("apart.csv"):
        right_level = not row["levels"] or level in row["levels"].split()
        if right_level and any(_pattern(row["pattern"]).search(text) for text in (body, arm + body)):
            return ("vertical" if row["standing"] == "vertical" else "public_institution"), row["line"]
    return ("vertical", arm) if arm else (None, "")


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _codes(place: Division | None, year: int | None) -> tuple[str, ...]:
    """The codes of a place and of all above it, the province first; a city of the 兵团 under its 师."""
    if place is None:
        return ()
    if corps := _corps_of().get(place.code):
        return (CORPS, f"{CORPS}-{corps}", place.code)
    now = _recoded(place, year)
    return (*(one.code for one in ancestors(now.code)), now.code)


def _recoded(division: Division, year: int | None) -> Division:
    """The division as coded at the end of a year, where it had been recoded and neither merged nor split."""
    while division.valid_to and (year is None or division.valid_to <= year) and len(division.successors) == 1:
        after = divisions()[division.successors[0]]
        if after.valid_from != division.valid_to or _predecessors()[after.code] > 1 or after.code == division.code:
            break
        division = after
    return division


@cache
def _predecessors() -> Counter[str]:
    return Counter(code for one in history() for code in set(one.successors) if code != one.code)


def is_of_corps(code: str) -> bool:
    """Tell whether a division is a city of the 新疆生产建设兵团."""
    return code in _corps_of()


@cache
def _corps_of() -> dict[str, str]:
    return {row["code"]: row["corps"] for row in rules.rows("corps_cities.csv")}


def _above_zone(name: AgencyName, place: Division) -> Division:
    """The division that a zone is said to belong to: the county that a township of it is coded under may be another."""
    chain = (place, *ancestors(place.code))
    return next((one for one in chain if name.places and one in name.places[-1].divisions), place)


def _zone(zone: str, above: str) -> str:
    """A zone's node: the code where the bureau of statistics gives it one, since its townships are coded under that."""
    return _coded_zones().get((above, zone)) or f"{above}-{zone}"


@cache
def _coded_zones() -> dict[tuple[str, str], str]:
    """The codes of zones, by what each is coded under and its name, with that of its place before it and without."""
    found: dict[tuple[str, str], str] = {}
    for one in history():
        if one.parent and is_statistical(one.code):
            for name in (one.name, one.name.removeprefix(divisions()[one.parent].name.rstrip("市县区"))):
                found[one.parent, full_zone(name)] = one.code
    return found


def _of_corps(name: AgencyName, agency_id: str) -> Subordination:
    division = re.match("第.{1,3}师", name.corps)
    nodes = [CORPS]
    if division:
        nodes.append(f"{CORPS}-{division[0]}")
    if "团" in name.corps.removeprefix("新疆生产建设兵团").removeprefix(CORPS):
        nodes.append(f"{CORPS}-{name.corps}")
    if governs(name):
        return Subordination("government", tuple(nodes))
    return Subordination(_standing(name), (*nodes, agency_id))


def _of_branch(name: AgencyName, place: Division, year: int | None, agency_id: str) -> Subordination:
    """A branch is its bureau's, wherever whom it serves: under the government that the bureau is under."""
    bureau_id = bureau_of(name, place)
    if bureau_id is None:
        return Subordination("branch", ())
    bureau = divisions()[bureau_id.partition("-")[0]]
    return Subordination("branch", (*_codes(bureau, year), bureau_id, agency_id))


def bureau_of(name: AgencyName, place: Division) -> str | None:
    """Give the id of the bureau that a branch belongs to; None for what is no branch or names no bureau's place."""
    if not (name.branch and name.places):
        return None
    bureau = name.body.partition(name.branch.text)[0]
    codes = {place.code, *(one.code for one in ancestors(place.code))}
    above = [one for one in name.places[-1].divisions if one.code in codes]
    return f"{above[0].code}-{bureau}" if above else None
