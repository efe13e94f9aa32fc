"""How a mart is written: CSV and XLSX for spreadsheets, Parquet for programs."""

from __future__ import annotations

import codecs
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import duckdb
import polars as pl

from pipeline.workspace import JobError

Format = Literal["csv", "parquet", "xlsx"]

# A spreadsheet runs text that begins so as a formula, and this text comes from whoever wrote a page.
_FORMULA: Final = r"^[=+\-@\t\r]"
_CONTROL: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f]"
_XLSX_ROWS: Final = 1_048_576
"""Rows of a sheet (ECMA-376: SpreadsheetML has 20 bits for them)."""

_FETCHED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Selection:
    """What is to be written: a query, its columns by name and DuckDB type, and their headers."""

    query: str
    columns: dict[str, str]
    headers: list[str]


def write(
    connection: duckdb.DuckDBPyConnection, selection: Selection, path: Path, form: Format, about: dict[str, str]
) -> None:
    """Write a selection to ``path``; ``about`` (the build, ...) goes into the file where its format has a place.

    Raises:
        JobError: there are more rows than a sheet of the format holds.
    """
    _WRITERS[form](connection, selection, path, about)


def read_header(path: Path) -> list[str]:
    """The headers of an export; none if it cannot be read."""
    try:
        if path.suffix == ".parquet":
            return list(pl.read_parquet_schema(path))
        if path.suffix == ".xlsx":
            return list(pl.read_excel(path, sheet_id=1, engine="calamine", has_header=True).columns)
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            return file.readline().rstrip("\r\n").split(",")
    except Exception:
        # Whatever lies there: it is none of ours, and is written anew.
        return []


def _write_csv(connection: duckdb.DuckDBPyConnection, selection: Selection, path: Path, about: dict[str, str]) -> None:
    connection.execute(f"COPY ({_select(selection, _as_text)}) TO {_text(str(path))} (FORMAT csv, HEADER true)")
    marked = path.with_name(f"{path.name}-bom")
    with path.open("rb") as source, marked.open("wb") as sink:
        sink.write(codecs.BOM_UTF8)
        shutil.copyfileobj(source, sink, 1 << 20)
    marked.replace(path)


def _write_parquet(
    connection: duckdb.DuckDBPyConnection, selection: Selection, path: Path, about: dict[str, str]
) -> None:
    metadata = ", ".join(f"{_name(key)}: {_text(value)}" for key, value in about.items())
    connection.execute(
        f"COPY ({_select(selection, lambda name, _: name)}) TO {_text(str(path))} "
        f"(FORMAT parquet, KV_METADATA {{{metadata}}})"
    )


def _write_xlsx(connection: duckdb.DuckDBPyConnection, selection: Selection, path: Path, about: dict[str, str]) -> None:
    from openpyxl import Workbook  # type: ignore[import-untyped]

    ((rows,),) = connection.sql(f"SELECT count(*) FROM ({selection.query})").fetchall()
    if rows >= _XLSX_ROWS:
        raise JobError(
            f"{path.stem} has {rows:,} rows and a sheet holds {_XLSX_ROWS - 1:,}: choose years or places "
            "(--year, --province, --function), or write CSV or Parquet."
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("data")
    sheet.freeze_panes = "A2"
    sheet.append(selection.headers)
    found = connection.execute(_select(selection, _as_cell))
    while chunk := found.fetchmany(_FETCHED):
        for row in chunk:
            sheet.append(row)
    notes = book.create_sheet("about")
    for item in about.items():
        notes.append(item)
    book.save(path)


_WRITERS: Final[dict[Format, Callable[[duckdb.DuckDBPyConnection, Selection, Path, dict[str, str]], None]]] = {
    "csv": _write_csv,
    "parquet": _write_parquet,
    "xlsx": _write_xlsx,
}


def _select(selection: Selection, plain: Callable[[str, str], str]) -> str:
    columns = ", ".join(
        f"{plain(_name(column), data_type)} AS {_name(header)}"
        for (column, data_type), header in zip(selection.columns.items(), selection.headers, strict=True)
    )
    return f"SELECT {columns} FROM ({selection.query})"


def _as_text(name: str, data_type: str) -> str:
    """A column as a spreadsheet should read it: plain digits without zeros that nobody printed, no formula."""
    if data_type.startswith("DECIMAL"):
        return f"if(contains({name}::VARCHAR, '.'), rtrim(rtrim({name}::VARCHAR, '0'), '.'), {name}::VARCHAR)"
    return _harmless(name) if data_type in {"VARCHAR", "JSON"} else name


def _as_cell(name: str, data_type: str) -> str:
    if data_type in {"VARCHAR", "JSON"}:
        return f"regexp_replace({_harmless(name)}, '{_CONTROL}', '', 'g')"
    return (
        name
        if data_type.startswith(("DECIMAL", "INTEGER", "BIGINT", "DOUBLE", "DATE", "BOOLEAN"))
        else (f"{name}::VARCHAR")
    )


def _harmless(name: str) -> str:
    return f"CASE WHEN regexp_matches({name}, '{_FORMULA}') THEN '''' || {name} ELSE {name} END"


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(literal: str) -> str:
    return "'" + literal.replace("'", "''") + "'"
