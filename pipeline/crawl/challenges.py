"""Answers that are not the page but a bar before it."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Final

BLOCKING: Final = frozenset({401, 403, 412, 429, 451})
"""Statuses by which a site keeps a crawler out (RFC 9110; 429 after all retries)."""

_LONGEST: Final = 60_000
"""Characters: a challenge is short, and a report may tell of a firewall."""


def challenge_in(text: str) -> str | None:
    """What kind of bar a page is (``challenges.csv``); None for a page that is what it should be."""
    if len(text) > _LONGEST:
        return None
    return next((name for pattern, name in _patterns() if pattern.search(text)), None)


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    with Path(__file__).with_name("challenges.csv").open(encoding="utf-8", newline="") as file:
        return [(re.compile(row["pattern"], re.DOTALL), row["of"]) for row in csv.DictReader(file)]
