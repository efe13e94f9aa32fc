"""Workbooks: XLSX, XLS (WPS writes the same as ET), ODS. The values that their used and visible sheets show."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from math import isfinite
from typing import Final

import python_calamine as calamine

from pipeline.readers.document import Cell, Document, UnreadableDocument
from pipeline.readers.layout import Block
from pipeline.readers.ooxml import core_properties
from pipeline.readers.package import Package
from pipeline.readers.sheet_facts import Range, SheetFacts, ods_facts, require_small, xlsx_facts
from pipeline.readers.sheet_layout import lay_out
from pipeline.readers.whitespace import fold_spaces

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_XLS: Final = "application/vnd.ms-excel"
_ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"
Place = tuple[int, int]
Value = int | float | str | bool | time | date | datetime | timedelta


def read_sheets(data: bytes) -> Document:
    """Read a workbook.

    Raises:
        UnreadableDocument: ``truncated``, ``undecodable``, ``encrypted``, ``too_large``; ``unsupported_format`` for
            binary workbooks (XLSB), whose merged cells no library tells.
    """
    media_type, facts, meta = _facts(data)
    try:
        blocks = _read_workbook(data, facts)
    except calamine.PasswordError as error:
        raise UnreadableDocument("encrypted", "The workbook needs a password. Save it without one.") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise UnreadableDocument("undecodable", f"The workbook is damaged: {error}. Save it again.") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what the library, which is Rust, raises where it gives up
            raise
        raise UnreadableDocument("undecodable", "The workbook is damaged, or cut off. Fetch it again.") from error
    return Document(blocks, media_type, meta=meta)


def _read_workbook(data: bytes, facts: Mapping[str, SheetFacts]) -> list[Block]:
    blocks: list[Block] = []
    with calamine.load_workbook(BytesIO(data)) as workbook:
        for metadata in workbook.sheets_metadata:
            is_sheet = metadata.typ == calamine.SheetTypeEnum.WorkSheet
            if is_sheet and metadata.visible == calamine.SheetVisibleEnum.Visible:
                sheet = workbook.get_sheet_by_name(metadata.name)
                blocks += _read_sheet(sheet, facts.get(metadata.name, SheetFacts()))
    return blocks


def _facts(data: bytes) -> tuple[str, Mapping[str, SheetFacts], dict[str, str]]:
    """The media type, what the file says of its sheets beside their values, and its properties."""
    if not data.startswith(b"PK"):
        return _XLS, {}, {}
    package = Package(data)
    if "xl/workbook.bin" in package:
        raise UnreadableDocument("unsupported_format", "This is a binary workbook (XLSB). Save it as XLSX.")
    for name in package.members:
        if name.endswith(".xml"):
            package.read(name)  # the library reads them without a limit
    if "content.xml" in package:
        return _ODS, ods_facts(package), {}
    return _XLSX, xlsx_facts(package), core_properties(package)


def _read_sheet(sheet: calamine.CalamineSheet, facts: SheetFacts) -> list[Block]:
    """The blocks of one sheet."""
    if sheet.start is None or sheet.end is None:
        return []
    require_small(sheet.height, sheet.width)
    (first_row, first_column), (last_row, last_column) = sheet.start, sheet.end
    rows = [row for row in range(first_row, last_row + 1) if row not in facts.hidden_rows]
    columns = [
        column
        for column in range(first_column, last_column + 1)
        if not any(column in hidden for hidden in facts.hidden_columns)
    ]
    merged = sheet.merged_cell_ranges if facts.merged is None else facts.merged
    spans, covered = _visible_spans(merged or [], rows, columns)
    values = sheet.to_python(skip_empty_area=True)

    def text_at(row: int, column: int) -> str:
        """What a place of the sheet shows."""
        return facts.errors.get((row, column)) or _text(values[row - first_row][column - first_column])

    grid: list[list[Cell]] = []
    for r, row in enumerate(rows):
        cells: list[Cell] = []
        for c, column in enumerate(columns):
            if (r, c) in covered:
                continue
            (top, left), down, across = spans.get((r, c), ((row, column), 1, 1))
            inside = top >= first_row and left >= first_column
            cells.append(Cell(r, c, text_at(top, left) if inside else "", down, across))
        grid.append(cells)
    return list(lay_out(grid))


def _visible_spans(
    merged: Iterable[Range], rows: list[int], columns: list[int]
) -> tuple[dict[Place, tuple[Place, int, int]], set[Place]]:
    """Where merged cells begin to be seen: the place that holds their text, and their spans. And what they cover."""
    spans: dict[Place, tuple[Place, int, int]] = {}
    covered: set[Place] = set()
    area = 0
    for start, end in merged:
        top, bottom = bisect_left(rows, start[0]), bisect_right(rows, end[0])
        left, right = bisect_left(columns, start[1]), bisect_right(columns, end[1])
        if top >= bottom or left >= right:
            continue
        area += (bottom - top) * (right - left)
        if area > len(rows) * len(columns):
            raise UnreadableDocument("undecodable", "Merged cells of a sheet overlap. Save the workbook again.")
        spans[top, left] = start, bottom - top, right - left
        covered.update((row, column) for row in range(top, bottom) for column in range(left, right))
    covered.difference_update(spans)
    return spans, covered


def _text(value: Value) -> str:
    """What a value shows: numbers with at most 15 digits and no exponent, dates in ISO form."""
    if isinstance(value, str):
        lines = map(fold_spaces, value.splitlines())
        return "\n".join(line for line in lines if line)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{Decimal(f'{value:.15g}'):f}" if isfinite(value) else str(value)
    return str(value)
