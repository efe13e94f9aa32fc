"""Tables as Dagster shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import dagster as dg
import duckdb

_ROWS: Final = 5
_WIDTH: Final = 60


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> dg.MarkdownMetadataValue:
    """Rows as a Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return dg.MetadataValue.md("\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines))


def preview(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, dg.MetadataValue]:
    """How many rows a table has, and the first of them."""
    (count,) = connection.sql(f"SELECT count(*) FROM {relation}").fetchall()[0]
    first = connection.sql(f"SELECT * FROM {relation} LIMIT {_ROWS}")
    return {
        "dagster/row_count": dg.MetadataValue.int(count),
        "preview": table(first.columns, first.fetchall()),
    }


def _cell(value: object) -> str:
    text = "" if value is None else " ".join(str(value).split()).replace("|", "\\|")
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
