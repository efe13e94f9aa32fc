"""What topics and acts mean together: the rows of ``readings.csv``."""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from pipeline.extraction.statements.lexicon import read_rows

KINDS: Final = {row["code"]: row["kind"] for row in read_rows("measures.csv")}
"""Measure -> its kind: requests, litigation, disclosure, money."""


class Reading(NamedTuple):
    """The measures that a clause is of, several where it says the same of each; whether words alone may say 0 of it."""

    measures: tuple[str, ...]
    zero_by_words: bool


class _Row(NamedTuple):
    required: frozenset[str]
    allowed: frozenset[str]
    reading: Reading


@cache
def _rows() -> dict[frozenset[str], list[_Row]]:
    rows: dict[frozenset[str], list[_Row]] = {}
    for row in read_rows("readings.csv"):
        acts = row["acts"].split()
        required = frozenset(act for act in acts if not act.endswith("?"))
        allowed = frozenset(act.rstrip("?") for act in acts)
        reading = Reading(tuple(row["measures"].split("|")), row["zero_by_words"] == "yes")
        rows.setdefault(frozenset(row["topic"].split()), []).append(_Row(required, allowed, reading))
    return rows


@cache
def reading(topics: frozenset[str], acts: frozenset[str]) -> Reading | None:
    """Give what a clause on these topics with these acts counts; None where no row says so."""
    for row in _rows().get(topics, ()):
        if row.required <= acts <= row.allowed:
            return row.reading
    return None
