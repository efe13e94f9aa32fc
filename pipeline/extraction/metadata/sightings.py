"""Sightings of metadata, and the choice among those that differ."""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Final

from pipeline.extraction.report import Evidence, SeenField

_HERE: Final = Path(__file__).parent
_THRESHOLD: Final = 30
_AGREEMENT: Final = 5
_EXCERPT: Final = 120


class Sightings:
    """What was seen of each field; the weights of the rules that saw it stand in ``weights.csv``."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._seen: list[tuple[SeenField, str, str, str, str]] = []  # as in `Evidence`
        self._weights: defaultdict[SeenField, dict[str, dict[str, int]]] = defaultdict(dict)  # by value and rule

    def add(self, field: SeenField, value: object, rule: str, location: str, excerpt: str) -> None:
        """Note that a rule saw a value (text, year or date)."""
        text = str(value)
        self._seen.append((field, text, rule, location, excerpt[:_EXCERPT]))
        weights = self._weights[field]
        if text in weights:
            weights[text][rule] = _weights()[field, rule]
        else:
            weights[text] = {rule: _weights()[field, rule]}

    def best(self, field: SeenField) -> str | None:
        """Give the value that weighs most, the first of equals; None where nothing weighs enough.

        A value weighs as its heaviest sighting, and a little more for each further rule that agrees. Below
        the threshold stand rules that may see another report or agency: only several together count.
        """
        best, most = None, _THRESHOLD - 1
        for value, weights in self._weights[field].items():
            weight = max(weights.values()) + _AGREEMENT * (len(weights) - 1)
            if weight > most:
                best, most = value, weight
        return best

    def evidence(self, chosen: dict[SeenField, str]) -> list[Evidence]:
        """Give all sightings; of those that saw a chosen value the heaviest is marked."""
        marked: dict[SeenField, tuple[str, str]] = {}
        for field, value in chosen.items():
            weights = self._weights[field][value]
            marked[field] = (value, max(weights, key=weights.__getitem__))
        result = []
        for field, value, rule, location, excerpt in self._seen:
            mark = marked.get(field) == (value, rule)
            if mark:
                del marked[field]  # the first of several
            result.append(Evidence(field, value, rule, location, excerpt, mark))
        return result


@cache
def _weights() -> dict[tuple[str, str], int]:
    with (_HERE / "weights.csv").open(encoding="utf-8", newline="") as file:
        return {(row["field"], row["rule"]): int(row["weight"]) for row in csv.DictReader(file)}
