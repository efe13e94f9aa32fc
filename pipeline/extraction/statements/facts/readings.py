"""What topics, acts and a unit mean together: the rows of ``facts/readings.csv``."""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from pipeline.extraction.statements.lexicon import read_rows

_NOT: Final = "!"


class FactReading(NamedTuple):
    """A measure, and when a clause states it.

    Attributes:
        required: acts that the clause has to name.
        allowed: acts that it may name.
        units: of the figure.
        measure: a code of ``measures.csv``.
        zero_by_words: whether words alone may say 0 of it.
        of_parts: whether a figure behind 其中 or in brackets is one of its own, not a part of it.
        after: the measure that the sentence has to have stated before, or the act that it has to have named; with
            ``!``, must not have.
    """

    required: frozenset[str]
    allowed: frozenset[str]
    units: frozenset[str]
    measure: str
    zero_by_words: bool
    of_parts: bool
    after: str

    def fits(self, acts: frozenset[str], unit: str | None, in_part: bool, stated: frozenset[str]) -> bool:
        """Tell whether a clause with these acts and this unit states it; ``unit`` is None where words alone say 0."""
        if not self.required <= acts <= self.allowed or (in_part and not self.of_parts):
            return False
        if self.after and (self.after.removeprefix(_NOT) in stated) == self.after.startswith(_NOT):
            return False
        return self.zero_by_words if unit is None else unit in self.units


@cache
def fact_readings() -> dict[frozenset[str], list[FactReading]]:
    """The readings of each set of topics, in order."""
    readings: dict[frozenset[str], list[FactReading]] = {}
    for row in read_rows("facts/readings.csv"):
        acts = row["acts"].split()
        readings.setdefault(frozenset(row["topic"].split()), []).append(
            FactReading(
                frozenset(act for act in acts if not act.endswith("?")),
                frozenset(act.rstrip("?") for act in acts),
                frozenset(row["units"].split()),
                row["measure"],
                row["zero_by_words"] == "yes",
                row["of_parts"] == "yes",
                row["after"],
            )
        )
    return readings
