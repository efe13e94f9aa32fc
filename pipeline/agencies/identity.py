"""Which agency is which: ids that hold across years, aliases, and what became of agencies that ended."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.agencies import rules
from pipeline.agencies.divisions import TOWNSHIP, Division, divisions
from pipeline.agencies.names import GOVERNMENT, AgencyName
from pipeline.agencies.text import fold_name
from pipeline.edited import read_edited
from pipeline.workspace import JobError

ALIASES: Final = Path(__file__).with_name("aliases.csv")
"""The aliases that hold for all: ``kind`` (``name`` or ``id``), ``alias``, ``means``, ``reason``."""

_COLUMNS: Final = ("kind", "alias", "means")
_KINDS: Final = frozenset({"name", "id"})

NATIONAL: Final = "cn"
CORPS: Final = "兵团"

_LINKING: Final = str.maketrans("", "", "和与及暨、")
"""What is written or left out at will: 教育和体育局, 教育体育局."""

_ABBREVIATED: Final = (
    ("高新区", "高新技术产业开发区"),
    ("经开区", "经济技术开发区"),
    ("高新技术开发区", "高新技术产业开发区"),
)


class Aliases(NamedTuple):
    """What `read_aliases` gives: ``names`` as printed, folded, and ``ids`` no longer used, each with what it means."""

    names: Mapping[str, str]
    ids: Mapping[str, str]


class Life(NamedTuple):
    """From when to when an agency was, and which agency took its place."""

    valid_from: date | None
    valid_to: date | None
    successor_agency_id: str | None


def agency_id(name: AgencyName, place: Division | None) -> str | None:
    """Give the id of an agency: the code of its county, prefecture or province, and what it is there.

    410105-司法局, 421281-陈贵镇人民政府, 420304-生态环境局分局, cn-交通运输部海事局, 兵团-第八师石河子市教育局.

    Args:
        name: its name.
        place: the county or above that it is in, None where that is not known.

    Returns:
        The id, None where the place has to be known and is not.
    """
    if name.is_national:
        return f"{NATIONAL}-{name.text.translate(_LINKING)}"
    if name.corps:
        return f"{CORPS}-{name.corps}{key(name)}"
    if place is None or name.is_unnamed_township:
        return None
    return f"{place.code}-{key(name)}"


def key(name: AgencyName) -> str:
    """Give what an agency is at its place, the same for all ways to write it: 教育体育局, 陈贵镇人民政府."""
    zone = full_zone(name.zone)
    body = name.body
    if name.branch:
        # 生态环境局郧阳分局 and 郧阳区生态环境分局 are one
        bureau, _, kind = body.partition(name.branch.text)
        body = bureau.removesuffix("局").removesuffix("委员会") + kind
    if body.startswith(GOVERNMENT) and not body.startswith((f"{GOVERNMENT}办公", f"{GOVERNMENT}驻")):
        body = body.removeprefix(GOVERNMENT) or GOVERNMENT
    arm = "" if name.arm in rules.words("implied_arms.txt") else name.arm
    return arm + (name.township.text if name.township else "") + zone + body.translate(_LINKING)


def full_zone(zone: str) -> str:
    """Write the name of a zone in full: 高新区 is 高新技术产业开发区."""
    for short, full in _ABBREVIATED:
        zone = zone.replace(short, full)
    return zone


def read_aliases(own: Path | None = None) -> Aliases:
    """Read the aliases of the project and those of a data folder, which count where both have one.

    Args:
        own: the data folder's file, if there is one.

    Returns:
        Names may end in ``@host``; each id with the one that it means in the end.

    Raises:
        JobError: a file cannot be read as such a table, or an alias leads back to itself.
    """
    names: dict[str, str] = {}
    ids: dict[str, str] = {}
    for path in (ALIASES, *([own] if own and own.exists() else [])):
        for kind, alias, means in _entries(path):
            if kind == "name":
                names[fold_name(alias)] = means
            else:
                ids[alias] = means
    return Aliases(names, {alias: _last(ids, alias) for alias in ids})


def _last(ids: Mapping[str, str], alias: str) -> str:
    """Follow an id through what it means to the one that is in use."""
    seen = [alias]
    while (means := ids.get(seen[-1])) is not None:
        if means in seen:
            raise JobError(f"aliases.csv: {alias} leads back to {means}. Remove one of them.")
        seen.append(means)
    return seen[-1]


def _entries(path: Path) -> Iterator[tuple[str, str, str]]:
    for number, fields in read_edited(path, _COLUMNS):
        kind, alias, means = (fields[column] for column in _COLUMNS)
        if not kind or not alias or not means:
            raise JobError(f"{path}, line {number}: kind (name or id), alias and means have to be filled in.")
        if kind not in _KINDS:
            raise JobError(f"{path}, line {number}: kind has to be name or id and is {kind}.")
        yield kind, alias, means


def life(
    name: AgencyName,
    place: Division | None,
    division: Division | None,
    known: Container[str],
    aliases: Mapping[str, str],
) -> Life:
    """Say from when to when an agency was and what took its place, by its division's history and by reforms.

    Years of divisions are whole: an agency of a division that ended in 2015 is given until the last day of it.

    Args:
        name: its name.
        place: the county or above that it is in.
        division: its own division, the township if it is one's and known.
        known: the ids of all agencies of the build; a successor that is none of them is not named.
        aliases: ids no longer used, and those that they mean.
    """
    own = division or place
    started = date(own.valid_from, 1, 1) if own and own.valid_from and not name.is_national else None
    ended = date(own.valid_to, 12, 31) if own and own.valid_to and not name.is_national else None
    heirs = [*_heirs(name, own)] if own and own.valid_to else []
    for row in rules.rows("successors.csv"):
        if row["before"] == name.body and row["date"]:
            reform = date.fromisoformat(row["date"])
            if ended is None or reform < ended:
                ended = reform
                heirs = [
                    f"{place.code if place else NATIONAL}-{after.translate(_LINKING)}" for after in row["after"].split()
                ]
            break
    current = (aliases.get(heir, heir) for heir in heirs)
    return Life(started, ended, next((heir for heir in current if heir in known), None))


def _heirs(name: AgencyName, own: Division) -> Iterator[str]:
    for code in own.successors:
        after = divisions()[code]
        if after.level == TOWNSHIP and name.township:
            seat = "办事处" if after.name.endswith("街道") else GOVERNMENT
            body = seat if name.body in {GOVERNMENT, "办事处"} else name.body
            yield f"{after.parent}-{after.name}{body}"
        elif after.level != TOWNSHIP:
            yield f"{code}-{key(name)}"
