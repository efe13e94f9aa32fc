"""Make the tables of `pipeline/agencies/clues/`: how names of divisions are read, and traditional characters.

    pip install pypinyin==0.55.0 opencc-python-reimplemented==0.1.7
    python scripts/clues.py

Run it again after `scripts/divisions.py`. Where the data comes from says `pipeline/agencies/clues/NOTICE.txt`.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

import opencc
from pypinyin import lazy_pinyin

from pipeline.agencies.divisions import TOWNSHIP, history, short_names

OUT: Final = Path(__file__).parents[1] / "pipeline" / "agencies" / "clues"

FIRST_REPORTS: Final = 2008
"""Divisions that ended before the first reports have no host."""

READINGS: Final = {  # local readings that the dictionary of common words does not know; by name or first character
    **dict.fromkeys("都", "du"),
    "长": "chang",
    "朝": "chao",
    "长子": "zhang zi",
    "乐陵": "lao ling",
    "大城": "dai cheng",
    "六合": "lu he",
    "洪洞": "hong tong",
    "涡阳": "guo yang",
    "单县": "shan xian",
    "荥经": "ying jing",
    "浚县": "xun xian",
    "繁峙": "fan shi",
    "什邡": "shi fang",
    "筠连": "jun lian",
    "宕昌": "tan chang",
    "珲春": "hun chun",
    "佛坪": "fo ping",
    "漯河": "luo he",
    "覃塘": "qin tang",
    "召陵": "shao ling",
    "西藏": "xi zang",
}


def compact(name: str) -> str:
    """Give a division's name without its peoples: 恩施州, 金水区, 内蒙古."""
    short = short_names(name)
    if "自治" in name:
        return next((form for form in reversed(short) if name.startswith(form[:2])), name)
    return name


def syllables(name: str) -> str:
    """Give how a name is read, syllable by syllable."""
    for length in (3, 2):
        if name[:length] in READINGS:
            return " ".join([READINGS[name[:length]], *lazy_pinyin(name[length:])])
    return " ".join(
        READINGS.get(character, reading) for character, reading in zip(name, lazy_pinyin(name), strict=True)
    )


def pinyin() -> Iterable[tuple[str, str]]:
    """Each name of a county or above, and how it is read without its peoples."""
    names = {
        division.name
        for division in history()
        if division.level != TOWNSHIP and (division.valid_to or FIRST_REPORTS) >= FIRST_REPORTS
    }
    return ((name, syllables(compact(name))) for name in sorted(names))


def characters() -> Iterable[tuple[str, str]]:
    """Each traditional character and what it is simplified to, as OpenCC says; none that names of today have (乾县)."""
    names = {character for division in history() for character in division.name}
    path = Path(opencc.__file__).parent / "dictionary" / "TSCharacters.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        traditional, _, simplified = line.partition("\t")
        first = simplified.split(" ")[0]
        if (
            traditional not in names
            and len(traditional) == 1
            and first != traditional
            and ord(traditional) < 0x10000
            and ord(first) < 0x10000
        ):
            yield traditional, first


def write(name: str, header: tuple[str, str], rows: Iterable[tuple[str, str]]) -> None:
    """Write a table."""
    with (OUT / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    write("pinyin.csv", ("name", "pinyin"), pinyin())
    write("traditional.csv", ("traditional", "simplified"), characters())
