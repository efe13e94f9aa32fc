"""Where an agency is, by weighted evidence: the name, the site, the host, the telephone, the text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

from pipeline.agencies import rules
from pipeline.agencies.divisions import (
    COUNTY,
    PREFECTURE,
    PROVINCE,
    TOWNSHIP,
    Division,
    ancestors,
    divisions,
    history,
    is_statistical,
    with_area_code,
    with_postcode,
)
from pipeline.agencies.hosts import spelled
from pipeline.agencies.names import AgencyName, read_name
from pipeline.agencies.places import Place, chain, place_at
from pipeline.agencies.text import fold_name

THRESHOLD: Final = 30
"""What a place must weigh to be believed at all."""

MARGIN: Final = 15
"""What it must weigh more than the next."""

_BELOW: Final = 0.5
"""How much of its weight evidence for a place gives to what lies above: a county's site carries a city's report."""

NOT_SITES: Final = ("bm", "yy")
"""What site codes of national bodies begin with instead of a division."""


_NARROW: Final = str.maketrans("０１２３４５６７８９（）：－", "0123456789():-")


class Clue(NamedTuple):
    """What one kind of evidence (of ``place_weights.csv``) says: the divisions that it can mean, and its words."""

    kind: str
    divisions: tuple[Division, ...]
    words: str


class Candidate(NamedTuple):
    """A place that the agency may be in.

    ``division`` is a county or above, or the township itself where it is known.
    """

    division: Division
    weight: float
    clues: tuple[Clue, ...]


class Decision(NamedTuple):
    """The candidates, the heaviest first, and which of them is believed: the first, or none.

    ``shared`` is the nearest division that holds all candidates that are too close to tell apart.
    """

    candidates: tuple[Candidate, ...]
    chosen: Division | None
    shared: Division | None

    @property
    def margin(self) -> float | None:
        """How much more the first weighs than the second; None where there is no second."""
        if len(self.candidates) < 2:
            return None
        return self.candidates[0].weight - self.candidates[1].weight


class Weight(NamedTuple):
    """What a kind of evidence weighs, and whether it can propose a place that the name does not say."""

    weight: int
    proposes: bool


@cache
def weights() -> Mapping[str, Weight]:
    """Give the weight of each kind of evidence."""
    return {
        row["kind"]: Weight(int(row["weight"]), row["proposes"] == "yes") for row in rules.rows("place_weights.csv")
    }


def find_contact(text: str) -> Iterator[tuple[str, str]]:
    """Find what a text says of the place of who wrote it: area codes, postcodes, site codes, addresses.

    Returns:
        Each with its rule (``area_code``, ``postcode``, ``site_code``, ``address``) and its value as printed.
    """
    text = text.translate(_NARROW)
    for rule, pattern in _contact_patterns():
        for match in pattern.finditer(text):
            yield rule, match["value"]


@cache
def _contact_patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(row["rule"], re.compile(row["pattern"])) for row in rules.rows("contact.csv")]


@cache
def meta_rules() -> Mapping[str, str]:
    """Give the rule of each meta tag that says whose a site is; names in lower case."""
    return {row["name"]: row["rule"] for row in rules.rows("meta_places.csv")}


def read_clue(rule: str, value: str) -> Clue | None:
    """Read what evidence found in a document means; None where it means no place.

    Args:
        rule: ``site_code``, ``site_name``, ``area_code``, ``postcode`` or ``address``.
        value: as printed: 3609000012, 宜春市人民政府, 0795, 336000, 江西省宜春市宜阳大道.
    """
    found = _meaning(rule, value)
    return Clue(rule, found, value) if found else None


@lru_cache(maxsize=65536)
def _meaning(rule: str, value: str) -> tuple[Division, ...]:
    if rule == "area_code":
        return with_area_code(value)
    if rule == "postcode":
        return with_postcode(value)
    if rule == "site_code":
        one = divisions().get(value[:6]) if value[:6].isdigit() else None
        return (one,) if one and not is_statistical(one.code) else ()
    name = read_name(value) if rule == "site_name" else AgencyName(value, places=_stack_of(value))
    if name.is_national:
        return ()
    return name.places[-1].divisions if name.places and name.places[-1].is_full else ()


def _stack_of(text: str) -> tuple[Place, ...]:
    """Read the places that an address begins with."""
    text = fold_name(text)
    found: list[Place] = []
    start = 0
    while place := place_at(text, start, found[-1].divisions if found else ()):
        found.append(place)
        start += len(place.text)
    return tuple(found)


def host_clues(host: str) -> Iterator[Clue]:
    """Give what a host name spells."""
    for spelling in spelled(host):
        yield Clue(f"host_{spelling.kind}", spelling.divisions, host)


def name_clue(name: AgencyName, year: int | None = None) -> Clue | None:
    """Give what the name itself says; of divisions of one name those that stood in the year (now, if it is None)."""
    if name.township:
        found = standing(name.township.divisions, year)
        if name.places and not found:
            found = name.places[-1].divisions
        kind = "name" if name.places else "township" if len({one.code for one in found}) == 1 else "township_shared"
        return Clue(kind, found, name.text) if found else None
    if name.branch:
        return Clue("name", standing(name.branch.divisions, year), name.text)
    if not name.places:
        return _zone_clue(name.zone)
    place = name.places[-1]
    full = any(one.is_full for one in name.places) or bool(name.arm)
    kind = "name" if full else "name_short" if name.has_usual_body else "name_short_free"
    return Clue(kind, standing(place.divisions, year), name.text)


def _zone_clue(zone: str) -> Clue | None:
    """Give where a zone lies that is known by its name alone."""
    code = next((row["division"] for row in rules.rows("zones.csv") if row["zone"] == zone), None)
    return Clue("name", (divisions()[code],), zone) if code else None


def decide(name: AgencyName, clues: Sequence[Clue], year: int | None) -> Decision:
    """Decide where an agency is.

    Args:
        name: its name.
        clues: what is known beside the name.
        year: that the report covers; of divisions of one name those count that stood in it.
    """
    if name.is_national:
        return Decision((), None, None)
    own = name_clue(name, year)
    every = ([own] if own else []) + [clue._replace(divisions=standing(clue.divisions, year)) for clue in clues]
    candidates = list(own.divisions) if own else []
    if not (own and own.kind == "name"):
        candidates += _proposed(name, every, candidates)
    scored = sorted(
        (_weigh(division, every) for division in dict.fromkeys(candidates)),
        key=lambda candidate: (-candidate.weight, candidate.division.code),
    )
    if not scored or scored[0].weight < THRESHOLD:
        return Decision(tuple(scored), None, None)
    best = scored[0]
    close = [one for one in scored if best.weight - one.weight < MARGIN]
    if len(close) == 1:
        return Decision(tuple(scored), best.division, None)
    return Decision(tuple(scored), None, _shared([one.division for one in close]))


def _proposed(name: AgencyName, clues: Sequence[Clue], known: Sequence[Division]) -> Iterator[Division]:
    """Give the places that evidence beside the name proposes, as far as the name allows them."""
    ends, levels = _allowed(name)
    inside = {code for division in known for code in chain(division.code)}
    for clue in clues:
        if not weights()[clue.kind].proposes or _may_be_the_site_above(clue.divisions, ends, levels):
            continue
        for division in clue.divisions:
            for one in (division, *ancestors(division.code)):
                if one.level in levels and (not ends or one.name.endswith(ends)):
                    if not (known and one.code in inside):
                        yield one
                    break


def _may_be_the_site_above(found: tuple[Division, ...], ends: tuple[str, ...], levels: tuple[str, ...]) -> bool:
    """Tell whether one of several divisions cannot be the name's place but may lie above it.

    For 区财政局 on ziyang.gov.cn that is 资阳市, so that 资阳区 is not certain.
    """
    return len(found) > 1 and any(
        one.level in {PROVINCE, PREFECTURE} and not (one.level in levels and (not ends or one.name.endswith(ends)))
        for one in found
    )


def _allowed(name: AgencyName) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the endings and levels that the place of a name without one can have; no endings for any."""
    if name.township or name.is_unnamed_township:
        return (), (COUNTY,)
    if name.rank:
        row = next(row for row in rules.rows("ranks.csv") if row["word"] == name.rank)
        return tuple(row["ends"].split()), tuple(row["levels"].split())
    if name.body.endswith("厅") and not name.body.endswith("办公厅"):
        return (), ("province",)
    return (), ("province", "prefecture", "county")


def _weigh(division: Division, clues: Iterable[Clue]) -> Candidate:
    own = chain(division.code)
    best: dict[str, tuple[float, Clue]] = {}
    for clue in clues:
        weight = weights()[clue.kind].weight
        share = max((_share(one, division, own) for one in clue.divisions), default=0.0)
        if share and share * weight > best.get(clue.kind, (0.0, clue))[0]:
            best[clue.kind] = (share * weight, clue)
    return Candidate(division, sum(weight for weight, _ in best.values()), tuple(clue for _, clue in best.values()))


def _share(said: Division, division: Division, own: tuple[str, ...]) -> float:
    if said.code in own:
        return 1.0
    return _BELOW if division.code in chain(said.code) else 0.0


def standing(found: tuple[Division, ...], year: int | None) -> tuple[Division, ...]:
    """Keep of several divisions those that stood in a year (now, if it is None); all if none did.

    Where one took another's place within the year it is the one.
    """
    if len(found) < 2:
        return found
    stood = tuple(one for one in found if (one.stood_in(year) if year else one.valid_to is None)) or found
    codes = {one.code for one in stood}
    newest = tuple(one for one in stood if not (one.valid_to and codes.intersection(one.successors)))
    return newest or stood


def _shared(found: Sequence[Division]) -> Division | None:
    """Give the nearest division that holds all."""
    codes = [chain(one.code) for one in found]
    return next((divisions()[code] for code in codes[0] if all(code in other for other in codes)), None)


def mentions(text: str, candidates: Sequence[Candidate]) -> Iterator[Clue]:
    """Give the clues of a text that names what lies above some of the candidates."""
    above = {one for candidate in candidates for one in ancestors(candidate.division.code)}
    for one in sorted(above):
        if one.name in text:
            yield Clue("text", (one,), one.name)


def county_of(division: Division, year: int | None) -> Division | None:
    """Give the county or above that a township stood in in a year; None where several are possible."""
    if division.level != TOWNSHIP:
        return division
    above = divisions()[division.parent] if division.parent else None
    if above is None or year is None or (above.valid_from or year) <= year:
        return above
    before = [one for one in _predecessors().get(above.code, ()) if one.stood_in(year)]
    return before[0] if len(before) == 1 else None


@cache
def _predecessors() -> Mapping[str, list[Division]]:
    found: dict[str, list[Division]] = defaultdict(list)
    for one in history():
        if one.level != TOWNSHIP:
            for code in one.successors:
                found[code].append(one)
    return found
