"""Marks as reports really print them: mostly noughts and small numbers, blanks and dashes, and sums that hold."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

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


@dataclass(slots=True)
class Years:
    """The marks of an agency's reports, made year after year: every sum holds, and so does what one year hands on.

    What is carried out of a year is carried into the next, and what is in force follows from what was issued and
    repealed. Where ``is_wrong``, the next report has one figure that is one too many, ``wrong`` says which; later years
    go on from what it should be. The figures follow from ``rng`` alone, whatever a report draws for itself.
    """

    rng: random.Random
    is_wrong: bool = False
    wrong: Slot | None = None
    carried: dict[str, int] = field(default_factory=dict)  # by column of the requests table
    in_force: dict[str, int] = field(default_factory=dict)  # by row of the disclosure table

    def __call__(self, _: random.Random, slots: list[Slot]) -> dict[Slot, Mark]:
        """The marks of the next year."""
        rng = self.rng
        numbers = {slot: _small(rng) for slot in slots}
        for table_set in {slot.table_set for slot in slots}:
            self.carried = _sum_requests(numbers, table_set, rng, self.carried)
            _sum_litigation(numbers, table_set)
            _sum_annex(numbers, table_set)
        for slot in slots:
            if slot.column == "in_force":
                issued, repealed = (slot._replace(column=name) for name in ("issued", "repealed"))
                standing = self.in_force.get(slot.row, rng.randrange(50, 500))
                numbers[repealed] = min(numbers[repealed], standing)
                numbers[slot] = self.in_force[slot.row] = standing + numbers[issued] - numbers[repealed]
        place = rng.choice(slots)
        self.wrong = place if self.is_wrong else None
        if self.is_wrong:
            numbers[place] += 1
        nothing = rng.choice(NOTHING)
        return {slot: _mark(slot, number, nothing) for slot, number in numbers.items()}


def _small(rng: random.Random) -> int:
    return rng.choice((0, 0, 0, rng.randrange(10), rng.randrange(100), rng.randrange(3000)))


def _sum_requests(
    numbers: dict[Slot, int], table_set: int, rng: random.Random, brought: dict[str, int] | None = None
) -> dict[str, int]:
    """Make the sums of the requests table hold; ``brought``: what the year before carried out, by column.

    Returns what is carried out.
    """
    kinds = {row["row_code"]: row["kind"] for row in form_rows("requests_rows")}
    columns = [column["column_code"] for column in form_rows("requests_columns")]
    rows = [row for row in kinds if Slot("requests", table_set, row, "total") in numbers]

    def at(row: str, column: str) -> Slot:
        return Slot("requests", table_set, row, column)

    for column in columns[:-1] if rows else ():
        total = sum(numbers[at(row, column)] for row in rows if kinds[row] == "outcome")
        out = rng.choice((0, 0, rng.randrange(30)))
        carried = rng.choice((0, 0, rng.randrange(total + out + 1)))
        if brought:
            carried = brought[column]
            out = max(out, carried - total)
        numbers |= {at("outcomes_total", column): total, at("carried_out", column): out}
        numbers |= {at("carried_in", column): carried, at("received_new", column): total + out - carried}
    for row in rows:
        numbers[at(row, "total")] = sum(numbers[at(row, column)] for column in columns[:-1])
    return {column: numbers[at("carried_out", column)] for column in columns[:-1]} if rows else {}


def _sum_litigation(numbers: dict[Slot, int], table_set: int) -> None:
    venues = {column["venue_code"] for column in form_rows("litigation_columns")}
    for venue in venues:
        slots = [slot for slot in numbers if slot[:3] == ("litigation", table_set, venue)]
        total = Slot("litigation", table_set, venue, "total")
        if total in slots:
            numbers[total] = sum(numbers[slot] for slot in slots if slot != total)


def _sum_annex(numbers: dict[Slot, int], table_set: int) -> None:
    def at(row: str) -> Slot:
        return Slot("statistics", table_set, row, "value")

    if at("applications_answered") not in numbers:
        return
    sums = [(row["left"].split("|"), row["right"], row["relation"]) for row in form_rows("statistics_sums")]
    for _ in range(2):  # a sum can be a part of another
        for left, right, relation in sums:
            if relation == "sum":
                numbers[at(right)] = sum(numbers[at(row)] for row in left)
    # What is concluded is what is answered.
    concluded = numbers[at("applications_concluded")] = numbers[at("applications_answered")]
    late = numbers[at("concluded_extended")] = min(numbers[at("concluded_extended")], concluded)
    numbers[at("concluded_in_time")] = concluded - late
    for left, right, relation in sums:
        if relation == "at_most":
            numbers[at(left[0])] = min(numbers[at(left[0])], numbers[at(right)])


def _mark(slot: Slot, number: int, nothing: str) -> Mark:
    if number or nothing == "0":
        return Mark.number(str(number), unit=header_unit(slot))
    return Mark(nothing, "not_applicable") if nothing else BLANK
