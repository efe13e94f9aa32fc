"""The tables and columns of the published file that others build on, as data (``contract.csv``)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

_FILE: Final = Path(__file__).with_name("contract.csv")


class Column(NamedTuple):
    """One column of the contract; ``type`` as DuckDB prints it, ``key`` if it is part of the table's key."""

    schema: str
    table: str
    column: str
    type: str
    key: bool


@cache
def columns() -> tuple[Column, ...]:
    """The columns of the contract, table by table."""
    return tuple(_read())


def marts() -> list[str]:
    """The names of the marts, in the order of the contract."""
    return list(dict.fromkeys(column.table for column in columns() if column.schema == "marts"))


def key(table: str, schema: str = "marts") -> list[str]:
    """The columns that identify a row of a table, and by which exports of marts are sorted."""
    return [c.column for c in columns() if c.schema == schema and c.table == table and c.key]


def _read() -> Iterator[Column]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Column(row["schema"], row["table"], row["column"], row["type"], row["key"] == "true")
