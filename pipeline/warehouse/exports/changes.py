"""What changed in the marts since the build that was exported before, row by row."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import duckdb

from pipeline.warehouse.exports.formats import Selection, read_header, write
from pipeline.warehouse.exports.records import different_records

CHANGES: Final = "CHANGES.csv"
"""Columns ``mart``, ``change`` (added, removed, changed; not_compared where the export before cannot be read), ``key``
(the row's key, as it is exported), ``column``, ``before`` and ``after`` (of a changed value), ``build_before``,
``build_after``."""

_COLUMNS: Final = ("mart", "change", "key", "column", "before", "after", "build_before", "build_after")


class Changes:
    """Collects what differs between the exports of one build and those of another."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, build_before: str | None, build: str) -> None:
        """``build_before`` is the build that was exported before, None where it is not known."""
        self._connection = connection
        self._builds = (build_before, build)
        self._asked = False
        declared = ", ".join(f'"{column}" VARCHAR' for column in _COLUMNS)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE changes ({declared})")

    def compare(self, mart: str, key: Sequence[str], before: Path, after: Path) -> None:
        """Compare the export of a mart with the one that it replaces.

        Columns that only one of them has are not compared, nor are exports whose headers are in other languages. One
        that a spreadsheet saved again, in an encoding of its own for instance, need not be readable: that is told.
        """
        self._asked = True
        kept, new = read_header(before) if before.exists() else [], read_header(after)
        if self._builds[0] in (None, self._builds[1]) or not {*key} <= {*kept} & {*new}:
            return
        folder = after.with_name(".part-changes")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            self._compare(mart, key, *_pruned(before, after, folder), kept, new)
        finally:
            shutil.rmtree(folder)

    def _compare(
        self, mart: str, key: Sequence[str], before: Path, after: Path, kept: Sequence[str], new: Sequence[str]
    ) -> None:
        values = [column for column in new if column in kept and column not in key]
        columns = ", ".join(map(_name, [*key, *values]))
        ordered = f"concat_ws(' / ', {', '.join(f'coalesce({_name(column)}, {_EMPTY})' for column in key)})"
        listed = ", ".join(f"{{'name': '{column}', 'value': {_name(column)}}}" for column in values) or "NULL"
        query = f"""
            INSERT INTO changes
            WITH
            old AS (SELECT {columns} FROM {_read(before, kept)}),
            new AS (SELECT {columns} FROM {_read(after, new)}),
            gone AS (FROM old EXCEPT ALL FROM new),
            come AS (FROM new EXCEPT ALL FROM old),
            pairs AS (
                SELECT
                    coalesce(gone.key, come.key) AS key,
                    CASE WHEN come.key IS NULL THEN 'removed' WHEN gone.key IS NULL THEN 'added' ELSE 'changed' END
                        AS change,
                    gone.row AS was,
                    come.row AS row
                FROM (SELECT {ordered} AS key, [{listed}] AS row FROM gone) AS gone
                FULL JOIN (SELECT {ordered} AS key, [{listed}] AS row FROM come) AS come USING (key)
            ),
            cells AS (
                SELECT key, change, unnest(was) AS was, unnest(row) AS cell FROM pairs WHERE change = 'changed'
                UNION ALL
                SELECT key, change, NULL, NULL FROM pairs WHERE change <> 'changed'
            )
            SELECT ?, change, key, cell.name, was.value, cell.value, ?, ?
            FROM cells
            WHERE change <> 'changed' OR was.value IS DISTINCT FROM cell.value
        """
        try:
            self._connection.execute(query, [mart, *self._builds])
        except (duckdb.InvalidInputException, duckdb.ConversionException, UnicodeDecodeError):
            # The last is DuckDB's, of its own message about a line that is too long.
            self._connection.execute(
                "INSERT INTO changes VALUES (?, 'not_compared', NULL, NULL, NULL, NULL, ?, ?)", [mart, *self._builds]
            )

    def write(self, path: Path) -> None:
        """Write all that was found; nothing where no mart was compared, or the exports were of this build already."""
        if not self._asked or self._builds[0] == self._builds[1]:
            return
        part = path.with_name(f".part-{path.name}")
        columns = dict.fromkeys(_COLUMNS, "TEXT")
        query = 'FROM changes ORDER BY mart, key, change, "column"'
        write(self._connection, Selection(query, columns, list(_COLUMNS)), part, "csv", {})
        part.replace(path)


_EMPTY: Final = "''"


def _pruned(before: Path, after: Path, folder: Path) -> tuple[Path, Path]:
    """Two exports without the records that both have; as they are where that saves nothing."""
    try:
        different = different_records(before, after)
    except ValueError:  # the comparison tells of it
        return before, after
    if different is None:
        return before, after
    pruned = folder / "before.csv", folder / "after.csv"
    for path, records in zip(pruned, different, strict=True):
        path.write_bytes(b"".join(record.rstrip(b"\r\n") + b"\n" for record in records))
    return pruned


def _read(path: Path, header: Sequence[str]) -> str:
    """All columns as text. Nothing is guessed: a few records do not tell how a file is written."""
    quoted = str(path).replace("'", "''")
    columns = ", ".join(f"{_name(column)}: 'VARCHAR'" for column in header)
    return (
        f"read_csv('{quoted}', header = true, auto_detect = false, columns = {{{columns}}}, "
        "delim = ',', quote = '\"', escape = '\"')"
    )


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'
