"""Ninety real titles with their addresses: name, year, place and level."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.extraction.metadata.title import find_title
from tests.agencies.frames import Case, resolve

TITLES = [json.loads(line) for line in Path(__file__).with_name("titles.jsonl").read_text("utf-8").splitlines()]

Row = dict[str, Any]


@pytest.fixture(scope="module")
def resolved() -> list[Row]:
    read = [find_title(case["title"]) for case in TITLES]
    pairs = zip(read, TITLES, strict=True)
    rows = resolve([Case(title and title.agency, case["url"], title and title.year) for title, case in pairs])
    return [row | {"year": title and title.year} for row, title in zip(rows, read, strict=True)]


def place(row: Row) -> tuple[str | None, str | None, str | None]:
    return row["province"], row["prefecture"], row["county"]


@pytest.mark.parametrize(
    ("what", "read", "truth", "share"),
    [
        ("name", lambda row: row["agency_name"], lambda case: case["agency_name"], 0.97),
        ("year", lambda row: row["year"], lambda case: case["year"], 0.99),
        ("place", place, lambda case: (case["province"], case["city"], case["county"]), 0.97),
        ("level", lambda row: row["level"], lambda case: case["level"], 0.97),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_real_titles(
    resolved: list[Row], what: str, read: Callable[[Row], object], truth: Callable[[Row], object], share: float
) -> None:
    wrong = [
        f"{case['title']}: {read(row)} instead of {truth(case)} ({row['place_evidence']})"
        for row, case in zip(resolved, TITLES, strict=True)
        if read(row) != truth(case)
    ]
    print(*wrong, sep="\n")
    assert 1 - len(wrong) / len(TITLES) >= share, what


def test_every_title_has_a_function(resolved: list[Row]) -> None:
    assert [row["agency_name"] for row in resolved if row["function"] is None] == []


def test_full_names_end_in_the_name_and_say_each_division_once(resolved: list[Row]) -> None:
    for row in resolved:
        divisions = [row[level] for level in ("province", "prefecture", "county") if row[level]]
        assert all(row["agency_full_name"].count(division) <= 1 for division in divisions), row["agency_full_name"]


def test_ids_are_the_agencies_own(resolved: list[Row]) -> None:
    names: dict[str, set[str]] = {}
    for row in resolved:
        names.setdefault(row["agency_id"], set()).add(row["agency_full_name"])
    assert [(key, found) for key, found in names.items() if len(found) > 1] == []
