"""Facts add up, always: reports whose cells are in any state, against a plain account of the rule."""

from __future__ import annotations

import random
from collections import defaultdict
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

from pipeline.warehouse import build, open_published
from pipeline.workspace import Workspace
from tests.warehouse.lake import COLUMNS, TYPES, Lake, form_rows

AGENCIES = [f"{stem}{branch}县水务局" for stem, branch in product("甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥")]
ROWS = [row for row in form_rows("2021") if not row.startswith(("refused", "unavailable", "not_processed"))]
OUTCOMES = [row for row in ROWS if row.startswith(("granted", "other"))]
STOCKS_AND_FLOWS = ("received_new", "carried_in", "carried_out")

Place = tuple[str, str]
Table = dict[Place, object]

UNREADABLE = "四"


def any_table(chance: random.Random) -> Table:
    """A table in which any cell is a number, blank, unreadable or missing; and so is any row or column."""
    states: list[object] = ["", "/", UNREADABLE, None]
    # Some tables have single figures that cannot be read; in others whole rows and columns alone are so.
    extra = [UNREADABLE] if chance.random() < 0.3 else []
    whole = {place: chance.choice([*states, *["number"] * 8]) for place in (*ROWS, *COLUMNS)}
    table: Table = {}
    for row in ROWS:
        for column in COLUMNS:
            state = next((whole[place] for place in (row, column) if whole[place] != "number"), "number")
            if state == "number":
                state = chance.choice([chance.randint(-3, 99), chance.randint(0, 9), "0", *states[:2], *extra])
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


def known_total(table: Table, total: Place, parts: list[Place]) -> Decimal | None:
    """A total as printed; of its parts if it is blank and all of them can be read; else None."""
    printed = number(table.get(total, ""))
    if printed is None and UNREADABLE in [table.get(place) for place in (total, *parts)]:
        return None
    return total_of(printed, [value for place in parts if (value := number(table.get(place, ""))) is not None])


@pytest.fixture(scope="module")
def tables() -> dict[str, Table]:
    """Reports by the agency that they are of."""
    chance = random.Random(20240131)
    return {agency: any_table(chance) for agency in AGENCIES}


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

        relation = connection.sql("FROM marts.agency_year JOIN marts.dim_agency USING (agency_id)")
        rows = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
        years = {row["agency_name"]: row for row in rows}

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
            in_facts = [value for place, value in facts.items() if place[1] == kind]
            assert total_of(None, in_facts) == total_of(figures.get(("outcomes_total", kind)), parts)
            expected = known_total(table, ("outcomes_total", kind), [(outcome, kind) for outcome in OUTCOMES])
            assert sums.get(("concluded", kind)) == expected
            concluded += [expected] if expected is not None else []

        everything = figures.get(("outcomes_total", "total"))
        all_concluded = total_of(None, [value for (measure, _), value in sums.items() if measure == "concluded"])
        counted = [(row, column) for row in (*OUTCOMES, "outcomes_total") for column in COLUMNS]
        if everything is not None:
            assert all_concluded == total_of(None, list(facts.values())) == everything == years[agency]["concluded"]
        elif UNREADABLE in [table.get(place) for place in counted]:
            assert years[agency]["concluded"] is None
            assert ("concluded", "unattributed") not in sums
            assert ("unattributed", "unattributed") not in facts
        else:
            assert all_concluded == total_of(None, list(facts.values())) == years[agency]["concluded"]
            if any(("outcomes_total", kind) in figures for kind in TYPES):
                assert all_concluded == sum(concluded)

        for measure in STOCKS_AND_FLOWS:
            parts = [value for kind in TYPES if (value := figures.get((measure, kind))) is not None]
            in_facts = [value for (name, _), value in sums.items() if name == measure]
            assert total_of(None, in_facts) == total_of(figures.get((measure, "total")), parts)

        for measure in ("received_new", "carried_in", "carried_out", "granted", "granted_partly"):
            expected = known_total(table, (measure, "total"), [(measure, kind) for kind in TYPES])
            assert years[agency][measure] == expected


def test_the_reports_are_in_many_states(tables: dict[str, Table], published: Workspace) -> None:
    with open_published(published) as connection:
        ((negative, remainders),) = connection.sql(
            "SELECT count(*) FILTER (applications < 0), count(*) FILTER (applicant_type = 'unattributed') "
            "FROM marts.fct_outcomes WHERE outcome_code = 'unattributed'"
        ).fetchall()
    assert negative > len(AGENCIES) / 4
    assert remainders > len(AGENCIES) / 6
    assert sum(("outcomes_total", "total") not in table for table in tables.values()) > len(AGENCIES) / 20
