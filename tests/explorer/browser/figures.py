"""Figures of an agency over the years as offices really have them: applications by the dozen, sums that hold."""

from __future__ import annotations

import random

from tests.corpus.grid import Slot
from tests.corpus.report import BLANK, Mark, Marker, form_rows, header_unit

WEIGHTS = {"granted": 45, "granted_partly": 8, "unavailable_not_held": 16, "not_processed_petition": 5}
"""How often an application ends so; any other outcome has a weight of 1."""
TYPES = {"natural_person": 85, "company": 9, "other_organisation": 6}
SEEDED = 0.06
"""The share of reports that print one figure otherwise than it is, and of those that carry in other applications."""


class Office:
    """An agency: how many apply to it, how readily it refuses, what it carries over."""

    def __init__(self, seed: int, name: str) -> None:
        self.name = name
        self._rng = random.Random(f"office {seed}")
        self._size = min(300.0, self._rng.lognormvariate(2.8, 1.1))
        self._refuses = self._rng.choice((0.3, 1, 1, 2, 4))
        self._nothing = self._rng.choice(("0", "0", "0", ""))
        self._in_force = self._rng.randrange(5, 40)
        self._carried: dict[str, int] = {}

    def next_year(self) -> Marker:
        """What it prints for the year after the last one asked for."""
        carried_in, rng = self._carried, random.Random(self._rng.random())
        if carried_in and rng.random() < SEEDED:
            carried_in = {**carried_in, "natural_person": carried_in["natural_person"] + 2}
        carried_out = self._carried = {kind: rng.choice((0, 0, 1, 2)) for kind in TYPES}

        def marks(_: random.Random, slots: list[Slot]) -> dict[Slot, Mark]:
            numbers = dict.fromkeys(slots, 0)
            self._disclosure(numbers, rng)
            self._requests(numbers, rng, carried_in, carried_out)
            _litigation(numbers, rng)
            if rng.random() < SEEDED:
                numbers[rng.choice([slot for slot in slots if slot.table == "requests"])] += 3
            return {slot: self._mark(slot, number) for slot, number in numbers.items()}

        return marks

    def _disclosure(self, numbers: dict[Slot, int], rng: random.Random) -> None:
        """Licences and penalties by chance; of documents in force those of last year, the new, less the repealed."""
        for slot in numbers:
            if slot.table == "disclosure" and slot.row not in ("regulation", "normative_document"):
                numbers[slot] = int(rng.expovariate(1 / 40)) if rng.random() < 0.4 else 0
        issued, repealed = rng.choice((0, 0, 1, 3)), rng.choice((0, 0, 0, 1))
        self._in_force += issued - repealed
        for column, value in (("issued", issued), ("repealed", repealed), ("in_force", self._in_force)):
            if (slot := Slot("disclosure", 1, "normative_document", column)) in numbers:
                numbers[slot] = value

    def _requests(
        self, numbers: dict[Slot, int], rng: random.Random, carried_in: dict[str, int], carried_out: dict[str, int]
    ) -> None:
        rows = {row["row_code"]: row for row in form_rows("requests_rows")}
        printed = {slot.row for slot in numbers if slot.table == "requests"}
        outcomes = [code for code, row in rows.items() if row["kind"] == "outcome" and code in printed]
        weights = [
            WEIGHTS.get(code, 1) * (self._refuses if rows[code]["parent_code"] == "refused" else 1) for code in outcomes
        ]

        def add(row: str, column: str, number: int) -> None:
            for one in (column, "total"):
                numbers[Slot("requests", 1, row, one)] += number

        answered = {kind: carried_in.get(kind, 0) for kind in TYPES}
        for kind in rng.choices(list(TYPES), list(TYPES.values()), k=round(self._size * rng.uniform(0.6, 1.5))):
            answered[kind] += 1
        for kind, number in answered.items():
            for outcome in rng.choices(outcomes, weights, k=number):
                add(outcome, kind, 1)
            add("outcomes_total", kind, number)
            add("carried_in", kind, carried_in.get(kind, 0))
            add("carried_out", kind, carried_out[kind])
            add("received_new", kind, number + carried_out[kind] - carried_in.get(kind, 0))

    def _mark(self, slot: Slot, number: int) -> Mark:
        if number or self._nothing == "0":
            return Mark.number(str(number), unit=header_unit(slot))
        return BLANK


def _litigation(numbers: dict[Slot, int], rng: random.Random) -> None:
    for slot in [slot for slot in numbers if slot.table == "litigation" and slot.column != "total"]:
        cases = rng.choice((0, 0, 0, 0, 1, 2))
        for column in (slot.column, "total"):
            numbers[slot._replace(column=column)] += cases
