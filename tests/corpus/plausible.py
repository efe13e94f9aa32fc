"""Marks as reports really print them: mostly noughts and small numbers, blanks and dashes, and sums that hold."""

from __future__ import annotations

import random

from tests.corpus.grid import Slot
from tests.corpus.report import BLANK, Mark, form_rows, header_unit

NOTHING = ("0", "0", "0", "", "/", "—")


def plausible_numbers(rng: random.Random, slots: list[Slot]) -> dict[Slot, Mark]:
    """A mark for each slot; the sums of the requests and of the litigation table hold."""
    numbers = {slot: _small(rng) for slot in slots}
    for table_set in {slot.table_set for slot in slots}:
        _sum_requests(numbers, table_set, rng)
        _sum_litigation(numbers, table_set)
    nothing = rng.choice(NOTHING)
    return {slot: _mark(slot, number, nothing) for slot, number in numbers.items()}


def _small(rng: random.Random) -> int:
    return rng.choice((0, 0, 0, rng.randrange(10), rng.randrange(100), rng.randrange(3000)))


def _sum_requests(numbers: dict[Slot, int], table_set: int, rng: random.Random) -> None:
    kinds = {row["row_code"]: row["kind"] for row in form_rows("requests_rows")}
    columns = [column["column_code"] for column in form_rows("requests_columns")]
    rows = [row for row in kinds if Slot("requests", table_set, row, "total") in numbers]

    def at(row: str, column: str) -> Slot:
        return Slot("requests", table_set, row, column)

    for column in columns[:-1] if rows else ():
        total = sum(numbers[at(row, column)] for row in rows if kinds[row] == "outcome")
        out = rng.choice((0, 0, rng.randrange(30)))
        carried = rng.choice((0, 0, rng.randrange(total + out + 1)))
        numbers |= {at("outcomes_total", column): total, at("carried_out", column): out}
        numbers |= {at("carried_in", column): carried, at("received_new", column): total + out - carried}
    for row in rows:
        numbers[at(row, "total")] = sum(numbers[at(row, column)] for column in columns[:-1])


def _sum_litigation(numbers: dict[Slot, int], table_set: int) -> None:
    venues = {column["venue_code"] for column in form_rows("litigation_columns")}
    for venue in venues:
        slots = [slot for slot in numbers if slot[:3] == ("litigation", table_set, venue)]
        total = Slot("litigation", table_set, venue, "total")
        if total in slots:
            numbers[total] = sum(numbers[slot] for slot in slots if slot != total)


def _mark(slot: Slot, number: int, nothing: str) -> Mark:
    if number or nothing == "0":
        return Mark.number(str(number), unit=header_unit(slot))
    return Mark(nothing, "not_applicable") if nothing else BLANK
