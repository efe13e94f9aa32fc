"""The figures of two reports as the tables in which they stand, each place with both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

Row = Mapping[str, Any]


class Line(NamedTuple):
    """A row of a table: its label, and a pair of figures for each column (None where neither report has the place)."""

    label: str
    pairs: tuple[Row | None, ...]


class Grid(NamedTuple):
    """A table of the form with the figures of both reports; ``differing`` places print other figures on either side."""

    table_code: str
    forms: tuple[str | None, str | None]
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    places: int
    differing: int
    reasons_zh: tuple[str, ...]
    reasons_en: tuple[str, ...]


def differs(pair: Row) -> bool:
    """Whether the two sides print other figures, or only one of them prints one. Blank is not zero; a dash for a blank
    is no difference, as in `marts.revision`."""
    states = [pair[f"{side}_status"] for side in ("left", "right")]
    if states == ["number", "number"]:
        return bool(pair["left_value"] != pair["right_value"] or pair["left_unit"] != pair["right_unit"])
    return "number" in states or ("unreadable" in states and pair["left_text"] != pair["right_text"])


def grids(rows: Iterable[Row]) -> Iterator[Grid]:
    """The rows of ``compare_figures``, in their order, as tables; each pair has ``differs`` beside its columns."""
    tables: dict[str, list[Row]] = {}
    for row in rows:
        tables.setdefault(row["table_code"], []).append({**row, "differs": differs(row)})
    for code, places in tables.items():
        columns = {row["column_code"]: row for row in places}
        order = sorted(columns, key=lambda column: (columns[column]["column_rank"] or 999, column))
        lines: dict[str, dict[str, Row]] = {}
        for row in places:
            lines.setdefault(row["row_code"], {})[row["column_code"]] = row
        yield Grid(
            code,
            (places[0]["left_form"], places[0]["right_form"]),
            tuple(columns[column]["column_label"] for column in order),
            tuple(
                Line(next(iter(line.values()))["row_label"], tuple(line.get(column) for column in order))
                for line in lines.values()
            ),
            len(places),
            sum(row["differs"] for row in places),
            *(tuple(dict.fromkeys(row[name] for row in places if row[name])) for name in ("reason_zh", "reason_en")),
        )
