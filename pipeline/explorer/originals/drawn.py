"""What a reader gave, drawn as HTML: paragraphs and tables, each cell with its place as its identity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from html import escape

from pipeline.readers import Cell, Document, Table

_WIDEST = 400
"""Columns of a table in which places without a cell are still drawn."""


def cell_id(table: int, row: int, column: int) -> str:
    """The identity of a cell in what is shown of its document, by its place in ``landing.cells``."""
    return f"c-{table}-{row}-{column}"


def draw(document: Document) -> str:
    """A document as HTML."""
    tables = 0
    drawn = []
    for block in document.blocks:
        if isinstance(block, Table):
            drawn.append(draw_table(block, tables))
            tables += 1
        else:
            drawn.append(f"<p>{escape(block.text, quote=False)}</p>")
    return "\n".join(drawn)


def draw_table(table: Table, index: int) -> str:
    """One table, with the identities of its cells by the number ``index``."""
    rows: dict[int, list[Cell]] = defaultdict(list)
    for cell in table.cells:
        rows[cell.row].append(cell)
    seen: set[str] = set()
    reached: dict[int, int] = {}  # by column: the first row that no cell from above spans
    lines = []
    for row in range(max(rows, default=-1) + 1):
        parts = "".join(_row(table, rows.get(row, []), row, index, reached, seen))
        lines.append(f"<tr>{parts}</tr>")
    kind = "drawn" if table.aligned else "drawn ragged"
    return f'<table class="{kind}"><tbody>{"".join(lines)}</tbody></table>'


def _row(
    table: Table, cells: list[Cell], row: int, index: int, reached: dict[int, int], seen: set[str]
) -> Iterator[str]:
    column = 0
    for cell in cells:
        while table.aligned and column < cell.column and column < _WIDEST:
            if reached.get(column, 0) <= row:
                yield '<td class="gap"></td>'
            column += 1
        identity = cell_id(index, cell.row, cell.column)
        mark = "" if identity in seen else f' id="{identity}"'
        seen.add(identity)
        spans = "".join(
            f' {name}="{span}"'
            for name, span in (("rowspan", cell.row_span), ("colspan", cell.column_span))
            if span > 1
        )
        for spanned in range(cell.column, cell.column + min(cell.column_span, _WIDEST)):
            reached[spanned] = max(reached.get(spanned, 0), row + cell.row_span)
        yield f"<td{mark}{spans}>{'<br>'.join(escape(line, quote=False) for line in cell.text.split(chr(10)))}</td>"
        column = cell.column + cell.column_span
