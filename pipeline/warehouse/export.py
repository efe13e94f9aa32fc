"""Copies of the marts for spreadsheets and other programs."""

from __future__ import annotations

import codecs
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import duckdb
import polars as pl

from pipeline.warehouse import contract
from pipeline.warehouse.publish import open_published
from pipeline.workspace import JobError, Workspace

# A spreadsheet runs text that begins so as a formula, and this text comes from whoever wrote a page.
_FORMULA: Final = r"^[=+\-@\t\r]"


def export(
    workspace: Workspace,
    *,
    marts: Sequence[str] | None = None,
    format: Literal["csv", "parquet"] = "csv",
    headers: Literal["en", "zh"] = "en",
) -> list[Path]:
    """Write ``exports/MART.csv`` (or ``.parquet``) for each mart, all of one publication; give their paths.

    CSV is UTF-8 with BOM; dates are ISO, numbers plain digits, rows sorted by the mart's key, so that two
    exports can be compared. Text that a spreadsheet would run as a formula is preceded by an apostrophe;
    figures never are, and Parquet holds all as it is published. ``headers="zh"`` labels the columns in
    Chinese, by the published columns' comments. Each file appears complete or not at all.

    What is written is what `renew_exports` keeps up to date.

    Raises:
        JobError: nothing is published, or there is no such mart.
    """
    chosen = list(dict.fromkeys(marts)) if marts else contract.marts()
    if unknown := [mart for mart in chosen if mart not in contract.marts()]:
        raise JobError(f"There is no mart {', '.join(unknown)}. The marts are: {', '.join(contract.marts())}.")
    with open_published(workspace) as connection:
        return [_export(connection, mart, workspace.exports / f"{mart}.{format}", headers) for mart in chosen]


def renew_exports(workspace: Workspace) -> list[Path]:
    """Write anew each export that is older than what is published; give their paths.

    An export keeps the format and the language of headers in which it was last written. Each mart has a CSV:
    where one is missing it is written, with English headers.

    Raises:
        JobError: nothing is published.
    """
    if not (stale := _stale_exports(workspace)):
        return []
    with open_published(workspace) as connection:
        return [_export(connection, path.stem, path, _language(path)) for path in stale]


def exports_are_current(workspace: Workspace) -> bool:
    """Whether `renew_exports` would find nothing to do."""
    return not _stale_exports(workspace)


def _stale_exports(workspace: Workspace) -> list[Path]:
    published = workspace.published.stat().st_mtime_ns
    copies = [workspace.exports / f"{mart}.csv" for mart in contract.marts()]
    copies += [path for mart in contract.marts() if (path := workspace.exports / f"{mart}.parquet").exists()]
    return [path for path in copies if not path.exists() or path.stat().st_mtime_ns < published]


def _language(path: Path) -> str:
    """The language of the headers of an export, by the file itself; English if it cannot be read."""
    try:
        if path.suffix == ".parquet":
            header = "".join(pl.read_parquet_schema(path))
        else:
            with path.open(encoding="utf-8-sig", errors="replace") as file:
                header = file.readline()
    except (OSError, pl.exceptions.PolarsError):
        return "en"
    return "en" if header.isascii() else "zh"


def _export(connection: duckdb.DuckDBPyConnection, mart: str, path: Path, headers: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    csv = path.suffix == ".csv"
    selected = []
    for column, data_type, comment in connection.execute(
        "SELECT column_name, data_type, comment FROM duckdb_columns() "
        "WHERE schema_name = 'marts' AND table_name = ? ORDER BY column_index",
        [mart],
    ).fetchall():
        value = _plain(column, data_type) if csv else f'"{column}"'
        selected.append(f"{value} AS {_identifier(chinese_label(comment) if headers == 'zh' else column)}")
    order = ", ".join(f"{column} NULLS FIRST" for column in contract.key(mart))
    part = path.with_name(f".part-{path.name}")
    options = "FORMAT csv, HEADER true" if csv else "FORMAT parquet"
    connection.execute(
        f"COPY (SELECT {', '.join(selected)} FROM marts.{mart} ORDER BY {order}) "
        f"TO '{str(part).replace(chr(39), chr(39) * 2)}' ({options})"
    )
    if csv:
        _prepend_bom(part)
    return part.replace(path)


def chinese_label(comment: str) -> str:
    """The Chinese name of a column: its comment is ``中文名。说明 | English name. Explanation``."""
    return re.split("[|。]", comment, maxsplit=1)[0].strip()


def _plain(column: str, data_type: str) -> str:
    """An expression that gives a column as a spreadsheet should read it."""
    name = _identifier(column)
    if data_type.startswith("DECIMAL"):
        return f"rtrim(rtrim({name}::VARCHAR, '0'), '.')"
    if data_type in {"VARCHAR", "JSON"}:
        return f"CASE WHEN regexp_matches({name}, '{_FORMULA}') THEN '''' || {name} ELSE {name} END"
    return name


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _prepend_bom(path: Path) -> None:
    marked = path.with_name(f"{path.name}-bom")
    with path.open("rb") as source, marked.open("wb") as sink:
        sink.write(codecs.BOM_UTF8)
        shutil.copyfileobj(source, sink, 1 << 20)
    marked.replace(path)
