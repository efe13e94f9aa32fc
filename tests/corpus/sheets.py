"""XLSX as offices fill it in: titles and prose in merged rows, the tables one below the other or a sheet each."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from tests.corpus.draft import Draft
from tests.corpus.grid import Box, Grid
from tests.corpus.report import Text


def write_xlsx(draft: Draft) -> bytes:
    """The draft as a workbook."""
    style = draft.sheets
    width = max((block.width for block in draft.blocks if isinstance(block, Grid)), default=1)
    workbook = Workbook()
    sheet = workbook.active
    at = 1 + style.margin
    for number, block in enumerate(draft.blocks):
        if style.apart and isinstance(block, Text) and block.kind == "heading":
            sheet, at = workbook.create_sheet(), 1 + style.margin
        elif number and draft.rng.random() < style.gaps:
            at += 1
        at += (
            _write_text(draft, sheet, at, width, block) if isinstance(block, Text) else _write(draft, sheet, at, block)
        )
    if style.hidden:
        hidden = workbook.create_sheet("底稿", 0)
        _write(draft, hidden, 1, next(block for block in draft.blocks if isinstance(block, Grid)))
        hidden.sheet_state = style.hidden
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _write_text(draft: Draft, sheet: Worksheet, row: int, width: int, block: Text) -> int:
    column = 1 + draft.sheets.margin
    if block.kind == "signature":
        column += max(0, width - 2)
    sheet.cell(row, column).value = block.text
    if draft.sheets.merged_lines and block.kind != "signature":
        sheet.merge_cells(start_row=row, end_row=row, start_column=column, end_column=column + width - 1)
    return 1


def _write(draft: Draft, sheet: Worksheet, top: int, grid: Grid) -> int:
    """Write a table; how many rows it takes."""
    left = 1 + draft.sheets.margin
    for placed in grid.placed():
        row, column = top + placed.row, left + placed.column
        cell = sheet.cell(row, column)
        _fill(draft, cell, placed.box)
        if placed.row_span > 1 or placed.column_span > 1:
            if draft.markup.spans == "blank":
                continue
            end_row, end_column = row + placed.row_span - 1, column + placed.column_span - 1
            if draft.sheets.text_under_merges:
                sheet.cell(end_row, end_column).value = 987654
            sheet.merged_cells.add(f"{cell.coordinate}:{sheet.cell(end_row, end_column).coordinate}")
    for r, boxes in enumerate(grid.rows):
        if all(box.hidden for box in boxes):
            sheet.row_dimensions[top + r].hidden = True
    return len(grid.rows)


def _fill(draft: Draft, cell, box: Box) -> None:
    text = box.text
    is_number = text.isascii() and text.isdigit() and (text == "0" or text[0] != "0")
    if is_number and not draft.sheets.numbers_as_text:
        cell.value = int(text)
        cell.number_format = draft.rng.choice(("General", "0", "#,##0", "0_ ", "0_);[Red]\\(0\\)"))
    elif text:
        cell.value = text
        cell.data_type = "s"  # no formula, no error
        cell.alignment = Alignment(wrapText="\n" in text)
