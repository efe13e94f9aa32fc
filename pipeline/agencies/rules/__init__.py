"""The rules of agency names and places, as data."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Give the rows of a table of this folder."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def words(name: str) -> frozenset[str]:
    """Give the words of a list of this folder."""
    return frozenset((FOLDER / name).read_text(encoding="utf-8").split())


@cache
def pattern(name: str) -> re.Pattern[str]:
    """Give a pattern of ``patterns.csv``."""
    return next(re.compile(row["pattern"]) for row in rows("patterns.csv") if row["name"] == name)
