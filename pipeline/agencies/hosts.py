"""Places that host names spell in pinyin: ruzhou.gov.cn, hbdaye.gov.cn, xxgk-fs.cbs.gov.cn."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from pipeline.agencies import rules
from pipeline.agencies.divisions import PROVINCE, TOWNSHIP, Division, ancestors, divisions, history, is_statistical
from pipeline.agencies.places import FIRST_REPORTS, is_within

_NOT_LABELS: Final = frozenset({"www", "gov", "cn", "com", "net", "org", "big5", "m", "wap"})
_SPLIT: Final = re.compile(r"[.\-_]")
_LETTERS: Final = re.compile("[a-z]+")
_CHINA: Final = ("china", "cn", "zg")
_SHORTEST_SPELLING: Final = 4
"""Letters of a name in full pinyin below which it is as likely an abbreviation."""


class Spelling(NamedTuple):
    """Divisions that a host can spell, and how.

    ``pinyin``: in full; ``initials``: by first letters; ``compound``: by those with the places above (gdhf: 广东 海丰).
    """

    divisions: tuple[Division, ...]
    kind: str


def host_of(url: str) -> str:
    """Give the host of an address, without ``www.``; empty for what is no address, as a sidecar may hold."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


@lru_cache(maxsize=65536)
def spelled(host: str) -> tuple[Spelling, ...]:
    """Give the places that a host name spells, from above: of yunyang.shiyan.gov.cn 十堰市, then 郧阳区.

    A label further left counts only for what lies within the place before it: bureaus have hosts of their own
    (tjj.xiangyang.gov.cn). Hosts of national bodies spell no place.
    """
    if host.endswith(tuple(row["host"] for row in rules.rows("national_hosts.csv"))):
        return ()
    found: list[Spelling] = []
    for label in reversed(_SPLIT.split(host)):
        if label in _NOT_LABELS or not _LETTERS.fullmatch(label):
            continue
        for kind in ("pinyin", "compound", "initials"):
            if kind != "pinyin" and found and label in rules.words("bureau_hosts.txt"):
                continue
            places = _read_label(label, kind)
            if found:
                above = found[-1].divisions
                places = tuple(one for one in places if is_within(one, above) and one not in above)
            if places:
                found.append(Spelling(places, kind))
                break
    return tuple(found)


class _Form(NamedTuple):
    """How a division is written in pinyin: what may stand before it (the places above) and behind it."""

    division: Division
    above: frozenset[str]
    ends: frozenset[str]


def _read_label(label: str, kind: str) -> tuple[Division, ...]:
    """Give the divisions that a label spells, alone or with the places above: daye, hbdaye, dayeshi."""
    row = _provinces().get(label)
    if row:
        return (row,) if kind == "pinyin" else ()
    index = _forms()["pinyin" if kind == "pinyin" else "initials"]
    found = {
        form.division.code: form.division
        for start in range(len(label) - 1)
        for end in range(start + 1, len(label) + 1)
        for form in index.get(label[start:end], ())
        if label[:start] in form.above and label[end:] in form.ends and (len(label) > 2 or end - start > 1)
        if kind != "compound" or (start > 1 and label[:start] not in _CHINA and len(label) - start > 1)
    }
    return tuple(found.values())


@cache
def _provinces() -> Mapping[str, Division]:
    """The provinces' own domains, which are abbreviations by decree: zj.gov.cn."""
    return {row["label"]: divisions()[row["division"]] for row in rules.rows("province_hosts.csv")}


@cache
def _forms() -> Mapping[str, Mapping[str, list[_Form]]]:
    """Of all divisions since the first reports, the forms of each name in full pinyin and by first letters."""
    index: dict[str, dict[str, list[_Form]]] = {"pinyin": defaultdict(list), "initials": defaultdict(list)}
    syllables = _pinyin()
    for division in history():
        if division.level == TOWNSHIP or is_statistical(division.code) or (division.valid_to or 9999) < FIRST_REPORTS:
            continue
        stem, kind = _stem(division, syllables[division.name])
        above = {"", *_CHINA}
        for other in ancestors(division.code):
            other_stem, _ = _stem(other, syllables[other.name])
            above |= {"".join(word[0] for word in other_stem), "".join(other_stem)}
        ends = frozenset({"", kind, kind[:1], "zf", f"{kind[:1]}zf", f"{kind}zf", "rmzf", "gov"})
        form = _Form(division, frozenset(above), ends)
        if len(stem) > 1 or len(stem[0]) >= _SHORTEST_SPELLING:
            index["pinyin"]["".join(stem)].append(form)
        for initials in {"".join(word[0] for word in stem), "".join(map(_initial, stem))}:
            index["initials"][initials].append(form)
    return index


def _stem(division: Division, words: list[str]) -> tuple[list[str], str]:
    """Take the syllables of what kind the division is off its name's."""
    if division.level == PROVINCE and len(words) > 2 and not division.name.endswith(("省", "市")):
        return words, ""  # 内蒙古; 广西 and others are written without their kind
    return (words[:-1], words[-1]) if len(words) > 1 else (words, "")


def _initial(syllable: str) -> str:
    """Give the consonant that a syllable begins with: ch of chao."""
    return syllable[:2] if syllable[:2] in {"zh", "ch", "sh"} else syllable[0]


@cache
def _pinyin() -> Mapping[str, list[str]]:
    path = Path(__file__).with_name("clues") / "pinyin.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["pinyin"].split() for row in csv.DictReader(file)}
