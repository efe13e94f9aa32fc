"""One page image as paragraphs and tables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Final, NamedTuple

import numpy as np

from pipeline.readers.document import Cell, Origin, Paragraph, Table
from pipeline.readers.scan.grid import Grid, find_grids
from pipeline.readers.scan.recognition import Image, Quad, recognise
from pipeline.readers.scan.upright import EM, Upright, set_upright
from pipeline.readers.scan.writing import UNREADABLE, read_cells
from pipeline.readers.whitespace import fold_spaces

_INK: Final = 0.03  # share of a line of text, at least; the writing of a seal has none left
_SAME_LINE: Final = 0.5
_TEXTS_OF_ROW: Final = 3  # side by side, in so many rows: a table without ruling lines
_ROWS_OF_TABLE: Final = 3
_FULL: Final = 2.6  # ems: a line that ends nearer to the right edge goes on in the next; a year may not have fitted
_INDENT: Final = 1.0
_EM_OF_LINE: Final = 0.75
_PITCH: Final = 1.35  # times the usual distance of lines: more begins a paragraph


class _Line(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float
    text: str
    confidence: float


def read_page_image(image: Image, page: int) -> list[Paragraph | Table]:
    """Read a page image (height x width x 3, BGR), of any resolution and however it lies.

    ``page`` counts from 1. Text between ruling lines comes as aligned tables, each cell with its box on the image and
    the least confidence of its characters; a cell in which something is written that cannot be read holds U+FFFD.
    Where the lines do not close to a grid, or there are none, a table is not aligned. Other text comes as paragraphs,
    in reading order. The two pages of a spread come one after the other.
    """
    return [block for upright in set_upright(image) for block in _read(upright, page)]


def _read(upright: Upright, page: int) -> list[Paragraph | Table]:
    grids = find_grids(upright.ruling, EM)
    blocks: list[tuple[float, Paragraph | Table]] = [
        (grid.box[1], table) for grid, table in zip(grids, _tables(upright, grids, page), strict=True)
    ]
    lines: list[_Line] = []
    for rows in _runs(_read_rows(upright, grids)):
        if len(rows) >= _ROWS_OF_TABLE and len(rows[0]) >= _TEXTS_OF_ROW:
            blocks.append((rows[0][0].top, _unruled_table(rows, upright, page)))
        else:
            lines += [_joined(row) for row in rows]
    tops = [top for top, _ in blocks]
    blocks += _paragraphs(lines, tops, page)
    return [block for _, block in sorted(blocks, key=lambda placed: placed[0])]


def _tables(upright: Upright, grids: Sequence[Grid], page: int) -> list[Table]:
    written = iter(read_cells(upright.ink, upright.ruling, [cell for grid in grids for cell in grid.cells], EM))
    tables: list[Table] = []
    for grid in grids:
        cells = []
        for cell in grid.cells:
            text, confidence = next(written)
            lines = "\n".join(fold_spaces(line) for line in text.split("\n"))
            origin = Origin(page, upright.view.in_source(cell.box), confidence)
            cells.append(Cell(cell.row, cell.column, lines, cell.row_span, cell.column_span, origin))
        if grid.is_certain:
            tables.append(Table(cells, grid.row_count, grid.column_count, aligned=True))
        else:
            rows = [list(row) for _, row in groupby(cells, key=lambda cell: cell.row)]
            tables.append(_unaligned(rows))
    return tables


def _unaligned(rows: Sequence[Sequence[Cell]]) -> Table:
    """A table of which no more is certain than what stands in which row, and in which order."""
    cells = [
        cell._replace(row=row, column=column, row_span=1, column_span=1)
        for row, own in enumerate(rows)
        for column, cell in enumerate(own)
    ]
    return Table(cells, len(rows), max(map(len, rows)), aligned=False)


def _unruled_table(rows: Sequence[Sequence[_Line]], upright: Upright, page: int) -> Table:
    def cell(line: _Line) -> Cell:
        box = upright.view.in_source((line.left, line.top, line.right, line.bottom))
        return Cell(0, 0, line.text or UNREADABLE, origin=Origin(page, box, line.confidence))

    return _unaligned([[cell(line) for line in row] for row in rows])


def _runs(rows: Sequence[list[_Line]]) -> list[list[list[_Line]]]:
    """Rows of several texts side by side that follow each other, and all other rows, in turn."""
    return [list(run) for _, run in groupby(rows, key=lambda row: len(row) >= _TEXTS_OF_ROW)]


def _read_rows(upright: Upright, grids: Sequence[Grid]) -> list[list[_Line]]:
    """The lines of text that stand in no ruled table, from top to bottom, those side by side together."""
    outside = [
        line
        for line in upright.lines
        if not any(_is_within(line, grid) for grid in grids) and _crop(upright.ink.mask, line).mean() > _INK * 255
    ]
    readings = recognise([_crop(upright.ink.grey, line) for line in outside])
    lines = [
        _Line(
            float(line[:, 0].min()),
            float(line[:, 1].min()),
            float(line[:, 0].max()),
            float(line[:, 1].max()),
            fold_spaces(reading.text),
            reading.confidence,
        )
        for line, reading in zip(outside, readings, strict=True)
    ]
    rows: list[list[_Line]] = []
    for line in sorted(lines, key=lambda line: (line.top + line.bottom) / 2):
        middle = (line.top + line.bottom) / 2
        if rows and middle - (rows[-1][0].top + rows[-1][0].bottom) / 2 < _SAME_LINE * EM:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row) for row in rows]


def _is_within(line: Quad, grid: Grid) -> bool:
    x, y = line.mean(axis=0)
    left, top, right, bottom = grid.box
    return bool(left <= x <= right and top <= y <= bottom)


def _crop(grey: Image, line: Quad) -> Image:
    left, top = np.maximum(line.min(axis=0).astype(int), 0)
    right, bottom = line.max(axis=0).astype(int) + 1
    crop = grey[top : max(bottom, top + 4), left : max(right, left + 4)]
    return crop if crop.size else np.full((8, 8), 255, np.uint8)


def _joined(row: Sequence[_Line]) -> _Line:
    return _Line(
        row[0].left,
        min(line.top for line in row),
        row[-1].right,
        max(line.bottom for line in row),
        " ".join(line.text for line in row if line.text),
        min(line.confidence for line in row),
    )


def _paragraphs(lines: Sequence[_Line], tables: Sequence[float], page: int) -> list[tuple[float, Paragraph]]:
    """Lines as paragraphs: one that reaches the right edge goes on in the next, if that is near and not indented.

    On a page that indents nothing, one that ends its sentence ends its paragraph.
    """
    lines = [line for line in lines if line.text]
    if not lines:
        return []
    right = max(line.right for line in lines)
    left = min(line.left for line in lines)
    pitches = sorted(below.bottom - line.bottom for line, below in pairwise(lines))
    usual = pitches[len(pitches) // 4] if pitches else 0.0
    is_flush = not any(_INDENT * EM < line.left - left < 3 * EM for line in lines)
    paragraphs: list[tuple[float, list[str]]] = []
    last: _Line | None = None
    for line in lines:
        goes_on = (
            last is not None
            and last.right > right - _FULL * max(EM, _EM_OF_LINE * (last.bottom - last.top))
            and line.left < left + _INDENT * EM
            and not (is_flush and last.text.endswith("。"))
            and line.bottom - last.bottom < _PITCH * max(usual, last.bottom - last.top)
            and not any(last.top < top < line.top for top in tables)
        )
        if goes_on:
            paragraphs[-1][1].append(line.text)
        else:
            paragraphs.append((line.top, [line.text]))
        last = line
    return [(top, Paragraph("".join(texts), page)) for top, texts in paragraphs]
