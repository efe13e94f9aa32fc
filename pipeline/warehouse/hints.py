"""What a query that names a table or column that is not there may have meant."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Final

import duckdb

from pipeline.warehouse import contract
from pipeline.warehouse.dictionary import SCHEMAS

_MISSING_COLUMN: Final = re.compile(
    r'Referenced column "([^"]+)" not found'
    r'|does not have a column named "([^"]+)"'
    r'|Column "([^"]+)" does not exist on'
)
_MISSING_TABLE: Final = re.compile(r'Table with name "?(?:[^".]+\.)?([^".]+?)"? does not exist')
_MOST: Final = 5


def hint(connection: duckdb.DuckDBPyConnection, error: duckdb.Error) -> str | None:
    """Tell where a missing name is, or which name comes near; None where that says nothing.

    DuckDB itself looks among the tables of the query only, where a column that has to be joined is not.
    """
    said = str(error)
    if match := _MISSING_COLUMN.search(said):
        return _column(connection, next(name for name in match.groups() if name))
    if match := _MISSING_TABLE.search(said):
        return _table(connection, match[1])
    return None


def _column(connection: duckdb.DuckDBPyConnection, name: str) -> str | None:
    tables = [table for table, column in _names(connection) if column == name.lower()]
    if not tables:
        near = get_close_matches(name.lower(), {column for _, column in _names(connection)}, _MOST)
        return f"No table has a column {name!r}. Columns of a like name: {', '.join(near)}." if near else None
    where = [
        f"{table} ({', '.join(contract.key(*reversed(table.split('.'))) or ['no key'])})" for table in tables[:_MOST]
    ]
    more = f" and {len(tables) - _MOST} more" if len(tables) > _MOST else ""
    return f"{name!r} is a column of {', '.join(where)}{more}. In brackets: what identifies a row, to join by."


def _table(connection: duckdb.DuckDBPyConnection, name: str) -> str | None:
    tables = {table.split(".")[1]: table for table, _ in reversed(_names(connection))}
    near = get_close_matches(name.lower(), tables, _MOST)
    return f"Tables of a like name: {', '.join(tables[one] for one in near)}." if near else None


def _names(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Each table, with its schema, and column of the published file: the marts first."""
    return connection.execute(
        """
        SELECT schema_name || '.' || table_name, lower(column_name) FROM duckdb_columns()
        WHERE list_contains($1, schema_name) AND NOT internal
        ORDER BY list_position($1, schema_name), table_oid, column_index
        """,
        [list(SCHEMAS)],
    ).fetchall()
