"""The forms' own sums: which figures of a row or a column add up to which."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from pipeline.forms.registry import STATISTICS, read_table


class Sum(NamedTuple):
    """A sum that holds in every row (``along`` is ``column``) or in every column (``row``) of a table.

    ``left`` and ``right`` are codes of columns, or of rows; what the left ones print adds up to what the right do.
    """

    rule_code: str
    table_code: str
    along: Literal["row", "column"]
    left: frozenset[str]
    right: frozenset[str]


def _sum(line: dict[str, str]) -> Sum:
    left, right = (frozenset(line[side].split("|")) for side in ("left", "right"))
    return Sum(line["rule_code"], line["table_code"], "row" if line["along"] == "row" else "column", left, right)


def _statistics() -> Iterator[Sum]:
    for line in read_table("statistics_sums.csv"):
        if line["relation"] == "sum":
            yield _sum({**line, "table_code": STATISTICS, "along": "row"})


SUMS: Final = (*(_sum(line) for line in read_table("sums.csv")), *_statistics())
"""The sums of the mandated forms, as 国办公开办函〔2021〕30号 states them under its tables, and those of the annex."""
