"""From the published file to ``exports/``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, Literal, get_args

import duckdb

from pipeline.warehouse import contract
from pipeline.warehouse.dictionary import Table, read_tables
from pipeline.warehouse.exports.changes import CHANGES, Changes
from pipeline.warehouse.exports.datapackage import read_build, read_builds, write_datapackage
from pipeline.warehouse.exports.formats import Format, Selection, read_header, write
from pipeline.warehouse.lookup import check_years
from pipeline.warehouse.publish import open_published
from pipeline.workspace import JobError, Workspace

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows: report years, provinces and functions of agencies; all where a field is empty.

    A mart without such a column is not filtered by it.
    """

    year: tuple[int, ...] = ()
    province: tuple[str, ...] = ()
    function: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As it stands in the name of a file: ``-2022-2023-河南省``."""
        return "".join(f"-{value}" for field in fields(self) for value in getattr(self, field.name))


@dataclass(frozen=True, slots=True)
class _Export:
    mart: str
    path: Path
    form: Format
    headers: Language
    rows: Filter = Filter()


_MEMORY: Final = "3GB"
_TABLES: Final = "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'marts'"

_AGENCY: Final = frozenset({"province", "function"})
"""Fields of `Filter` by which marts that lack them are filtered through ``dim_agency``."""


def export(
    workspace: Workspace,
    *,
    marts: Sequence[str] | None = None,
    format: Format = "csv",
    headers: Language = "en",
    rows: Filter = Filter(),
) -> list[Path]:
    """Write ``exports/MART.csv`` (``.parquet``, ``.xlsx``) for each mart, all of one publication; give their paths.

    CSV is UTF-8 with BOM; dates are ISO, numbers plain digits, rows sorted by the mart's key, so that two
    exports can be compared. Text that a spreadsheet would run as a formula is preceded by an apostrophe;
    figures never are, and Parquet holds all as it is published. ``headers="zh"`` labels the columns in
    Chinese, by the published columns' comments. A file of only some ``rows`` is named after them.

    Beside the files stand ``datapackage.json``, which says what they are and of which build, and ``CHANGES.csv``:
    what changed in the whole marts since the build exported before. Each file appears complete or not at all.

    What is written whole is what `renew_exports` keeps up to date.

    Raises:
        JobError: nothing is published, there is no such mart, nothing is of such a year, province or function, or
            there are more rows than the format holds.
    """
    chosen = list(dict.fromkeys(marts)) if marts else contract.marts()
    if unknown := [mart for mart in chosen if mart not in contract.marts()]:
        raise JobError(f"There is no mart {', '.join(unknown)}. The marts are: {', '.join(contract.marts())}.")
    folder = workspace.exports
    with open_published(workspace) as connection:
        _check(connection, rows)
        there = _published_marts(connection)
        if absent := [mart for mart in chosen if mart not in there and marts]:
            raise JobError(f"The published build has no mart {', '.join(absent)}. It has: {', '.join(there)}.")
        wanted = [
            _Export(mart, folder / f"{mart}{rows}.{format}", format, headers, rows) for mart in chosen if mart in there
        ]
        return _write(connection, folder, wanted)


def renew_exports(workspace: Workspace) -> list[Path]:
    """Write anew each whole export that is not of the build that is published; give their paths.

    An export keeps the format and the language of headers in which it was last written. Each mart has a CSV:
    where one is missing it is written, with English headers.

    Raises:
        JobError: nothing is published.
    """
    with open_published(workspace) as connection:
        for path in _exports_of_nothing(workspace, connection):
            path.unlink()
        stale = _stale_exports(workspace, connection)
        return _write(connection, workspace.exports, stale) if stale else []


def exports_are_current(workspace: Workspace) -> bool:
    """Whether `renew_exports` would find nothing to do.

    Raises:
        JobError: nothing is published.
    """
    with open_published(workspace) as connection:
        return not _stale_exports(workspace, connection) and not _exports_of_nothing(workspace, connection)


def _stale_exports(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> list[_Export]:
    """The whole exports that are not of the build that is published, later or earlier."""
    ((build_id,),) = connection.sql("SELECT build_id FROM landing.build").fetchall()
    builds = read_builds(workspace.exports)
    stale = []
    for form in get_args(Format):
        for mart in _published_marts(connection):
            path = workspace.exports / f"{mart}.{form}"
            if builds.get(path.name) != build_id if path.exists() else form == "csv":
                header = "".join(read_header(path)) if path.exists() else ""
                stale.append(_Export(mart, path, form, "en" if header.isascii() else "zh"))
    return stale


def _exports_of_nothing(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> list[Path]:
    """The exports of marts that the published build, an older one, does not have."""
    absent = set(contract.marts()) - set(_published_marts(connection))
    paths = [workspace.exports / f"{mart}.{form}" for mart in sorted(absent) for form in get_args(Format)]
    return [path for path in paths if path.exists()]


def _published_marts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The marts of the contract that are published: an older build that was rolled back to may lack some."""
    there = {name for (name,) in connection.sql(_TABLES).fetchall()}
    return [mart for mart in contract.marts() if mart in there]


def _write(connection: duckdb.DuckDBPyConnection, folder: Path, exports: Sequence[_Export]) -> list[Path]:
    """Write all parts, then what has changed, and only then put each in its place."""
    folder.mkdir(parents=True, exist_ok=True)
    # What does not fit goes to disk where the exports go: the folder of the published file may be read-only.
    connection.execute(f"SET memory_limit = '{_MEMORY}'")
    connection.execute("SET temp_directory = $folder", {"folder": str(folder / ".part-spill")})
    ((build_id,),) = connection.sql("SELECT build_id FROM landing.build").fetchall()
    tables = {table.name: table for table in read_tables(connection) if table.schema == "marts"}
    changes = Changes(connection, read_build(folder), build_id)
    for export in exports:
        selection = _select(tables[export.mart], export)
        about = {"mart": export.mart, "build_id": build_id, "rows": str(export.rows).strip("-") or "all"}
        write(connection, selection, _part(export.path), export.form, about)
        if export.form == "csv" and export.rows == Filter():
            changes.compare(export.mart, contract.key(export.mart), export.path, _part(export.path))
    changes.write(folder / CHANGES)
    for export in exports:
        _part(export.path).replace(export.path)
    write_datapackage(folder, build_id, {export.path: (tables[export.mart], export.headers) for export in exports})
    return [export.path for export in exports]


def _part(path: Path) -> Path:
    return path.with_name(f".part-{path.name}")


def _select(table: Table, export: _Export) -> Selection:
    columns = {column.name: column.type for column in table.columns}
    labels = [column.description.label_zh if export.headers == "zh" else column.name for column in table.columns]
    where = []
    if export.rows.year and "report_year" in columns:
        where.append(f"report_year IN ({', '.join(map(str, export.rows.year))})")
    for name in sorted(_AGENCY):
        if values := getattr(export.rows, name):
            listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
            if name in columns:
                where.append(f'"{name}" IN ({listed})')
            elif "agency_id" in columns:
                where.append(f'agency_id IN (SELECT agency_id FROM marts.dim_agency WHERE "{name}" IN ({listed}))')
    order = ", ".join(f"{column} NULLS FIRST" for column in contract.key(export.mart) if column in columns)
    query = f"FROM marts.{export.mart} {'WHERE ' if where else ''}{' AND '.join(where)} ORDER BY {order or 'ALL'}"
    return Selection(query, columns, labels)


def _check(connection: duckdb.DuckDBPyConnection, rows: Filter) -> None:
    check_years(connection, rows.year)
    for name in sorted(_AGENCY):
        known = {value for (value,) in connection.sql(f'SELECT DISTINCT "{name}" FROM marts.dim_agency').fetchall()}
        if unknown := [value for value in getattr(rows, name) if value not in known]:
            there = ", ".join(sorted(filter(None, known))) or "none"
            raise JobError(f"No agency has the {name} {', '.join(unknown)}. There are: {there}.")
