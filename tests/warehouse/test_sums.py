"""Facts add up, always: reports whose cells are in any state, against a plain account of the rule."""

from __future__ import annotations

import random
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.warehouse import build, open_published
from pipeline.workspace import Workspace
from tests.warehouse.lake import COLUMNS, TYPES, Lake, form_rows

REPORTS = 120
ROWS = [row for row in form_rows("2021") if not row.startswith(("refused", "unavailable", "not_processed"))]
OUTCOMES = [row for row in ROWS if row.startswith(("granted", "other"))]
STOCKS_AND_FLOWS = ("received_new", "carried_in", "carried_out")

Table = dict[tuple[str, str], object]


def any_table(chance: random.Random) -> Table:
    """A table in which any cell is a number, blank, unreadable or missing; and so is any row or column."""
    states: list[object] = ["", "/", "四", None]
    whole = {place: chance.choice([*states, *["number"] * 8]) for place in (*ROWS, *COLUMNS)}
    table: Table = {}
    for row in ROWS:
        for column in COLUMNS:
            state = next((whole[place] for place in (row, column) if whole[place] != "number"), "number")
            if state == "number":
                state = chance.choice([chance.randint(-3, 99), chance.randint(0, 9), "0", *states[:2]])
            if state is not None:
                table[row, column] = state
    return table


def number(value: object) -> Decimal | None:
    """What is printed, if it is a number."""
    text = str(value)
    return Decimal(text) if text.lstrip("-").isdecimal() else None


def total_of(printed: Decimal | None, parts: list[Decimal]) -> Decimal | None:
    """A total as printed, else the sum of its parts; None if nothing is known."""
    if printed is not None:
        return printed
    return sum(parts, Decimal()) if parts else None


@pytest.fixture(scope="module")
def tables() -> dict[str, Table]:
    """Reports by the agency that they are of."""
    chance = random.Random(20240131)
    return {f"第{chr(0x4E00 + i)}县水务局": any_table(chance) for i in range(REPORTS)}


@pytest.fixture(scope="module")
def published(tables: dict[str, Table], tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The reports, published."""
    workspace = Workspace(Path(tmp_path_factory.mktemp("sums")))
    lake = Lake()
    for agency, table in tables.items():
        lake.report(agency, 2023, requests=table)
    lake.write(workspace)
    build(workspace)
    return workspace


def test_sums_are_the_printed_totals(tables: dict[str, Table], published: Workspace) -> None:
    outcomes: dict[str, dict[tuple[str, str], Decimal]] = defaultdict(dict)
    applications: dict[str, dict[tuple[str, str], Decimal]] = defaultdict(dict)
    with open_published(published) as connection:
        for agency, outcome, kind, value in connection.sql(
            "SELECT agency_name, outcome_code, applicant_type, applications "
            "FROM marts.fct_outcomes JOIN marts.dim_agency USING (agency_id)"
        ).fetchall():
            outcomes[agency][outcome, kind] = value
        for agency, kind, measure, value in connection.sql(
            "SELECT agency_name, applicant_type, measure, value "
            "FROM (UNPIVOT marts.fct_applications ON received_new, carried_in, concluded, carried_out "
            "INTO NAME measure VALUE value) JOIN marts.dim_agency USING (agency_id)"
        ).fetchall():
            applications[agency][measure, kind] = value

    for agency, table in tables.items():
        figures = {place: value for place, cell in table.items() if (value := number(cell)) is not None}
        facts, sums = outcomes[agency], applications[agency]

        printed = {place: value for place, value in figures.items() if place[0] in OUTCOMES and place[1] in TYPES}
        assert {place: value for place, value in facts.items() if "unattributed" not in place} == printed

        for outcome in OUTCOMES:
            parts = [value for place, value in printed.items() if place[0] == outcome]
            in_facts = [value for place, value in facts.items() if place[0] == outcome]
            assert total_of(None, in_facts) == total_of(figures.get((outcome, "total")), parts)

        concluded = []
        for kind in TYPES:
            parts = [value for place, value in printed.items() if place[1] == kind]
            expected = total_of(figures.get(("outcomes_total", kind)), parts)
            assert total_of(None, [value for place, value in facts.items() if place[1] == kind]) == expected
            assert sums.get(("concluded", kind)) == expected
            concluded += [expected] if expected is not None else []

        everything = figures.get(("outcomes_total", "total"))
        all_concluded = total_of(None, [value for (measure, _), value in sums.items() if measure == "concluded"])
        assert all_concluded == total_of(None, list(facts.values()))
        if everything is not None:
            assert all_concluded == everything
        elif any(("outcomes_total", kind) in figures for kind in TYPES):
            assert all_concluded == sum(concluded)

        for measure in STOCKS_AND_FLOWS:
            parts = [value for kind in TYPES if (value := figures.get((measure, kind))) is not None]
            in_facts = [value for (name, _), value in sums.items() if name == measure]
            assert total_of(None, in_facts) == total_of(figures.get((measure, "total")), parts)


def test_the_reports_are_in_many_states(tables: dict[str, Table], published: Workspace) -> None:
    with open_published(published) as connection:
        ((negative, remainders),) = connection.sql(
            "SELECT count(*) FILTER (applications < 0), count(*) FILTER (applicant_type = 'unattributed') "
            "FROM marts.fct_outcomes WHERE outcome_code = 'unattributed'"
        ).fetchall()
    assert negative > REPORTS / 4
    assert remainders > REPORTS / 4
    assert sum(("outcomes_total", "total") not in table for table in tables.values()) > REPORTS / 20
