"""Which queries are let through: one SELECT, of functions that look at the published file and nothing else.

A query is judged by what DuckDB's own parser makes of it, never by its text: comments, quotes and letters of other
cases change nothing. What DuckDB cannot write down as the tree of a SELECT is none.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import duckdb


def _functions() -> dict[str, frozenset[str]]:
    with Path(__file__).with_name("functions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {kind: frozenset(row["name"] for row in rows if row["kind"] == kind) for kind in ("table", "scalar", "view")}


_FUNCTIONS: Final = _functions()
"""The table functions that may be called, the other functions that may not, and the views that may not be looked at."""


class Barred(Exception):  # noqa: N818 - a query that is not let through
    """A query that must not be run; ``code`` and ``detail`` as `pipeline.console.answers.Refused` has them."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


def check(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Let a query through.

    Raises:
        Barred: it must not be run.
        duckdb.Error: it is no SQL.
    """
    statements = connection.extract_statements(query)
    if not statements:
        raise Barred("empty")
    kinds = [statement.type.name for statement in statements]
    if len(statements) > 1:
        # DuckDB makes two statements of a PIVOT whose columns it has to look up.
        is_pivot = kinds == ["CREATE", "SELECT"] and not any(statement.query for statement in statements)
        raise Barred("not_select", "PIVOT … ON … without IN (…)") if is_pivot else Barred("several", str(len(kinds)))
    # As a literal, in which only a quote means anything: for a parameter DuckDB would import pandas.
    literal = query.replace("'", "''")
    ((serialized,),) = connection.execute(f"SELECT json_serialize_sql('{literal}')").fetchall()
    tree = json.loads(serialized)
    if tree["error"] or len(tree["statements"]) != 1:
        raise Barred("not_select", kinds[0])
    for name, is_barred in _calls(tree["statements"]):
        if is_barred:
            raise Barred("function", name)


def _calls(tree: Any) -> Iterator[tuple[str, bool]]:  # noqa: ANN401 - a tree of JSON
    """Each function that is called in a tree and each table that is named, and whether it must not be."""
    waiting: list[tuple[Any, bool]] = [(tree, False)]
    while waiting:  # a query may be nested deeper than Python calls itself
        node, is_table = waiting.pop()
        if isinstance(node, list):
            waiting += [(child, False) for child in node]
        elif isinstance(node, dict):
            kind = node.get("type")
            if "function_name" in node:
                name = str(node["function_name"]).lower()
                yield name, name not in _FUNCTIONS["table"] if is_table else name in _FUNCTIONS["scalar"]
            if kind in ("BASE_TABLE", "SHOW_REF"):
                name = str(node.get("table_name", "")).lower()
                yield name, name in _FUNCTIONS["view"]
            waiting += [(child, kind == "TABLE_FUNCTION" and key == "function") for key, child in node.items()]
