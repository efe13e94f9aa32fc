"""Plain text: what Word files and pages become when they are saved or copied as text.

Two dialects of tables are met. *Cell lines*: one cell a line behind a tab, further paragraphs of the cell on the
lines after it, a blank line at the end of each row; places covered by a vertical span are empty cells, a
horizontal span is one cell. *Row lines*: one row a line, its cells parted by tabs. Both lose the spans, so their
tables are not aligned.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.readers.document import Cell, Document, Paragraph, Table
from pipeline.readers.whitespace import fold_spaces

_MAX_BROKEN = 2
_LINE_END = re.compile(r"\r\n?|[\n\v\f\u0085\u2028\u2029]")


def read_text(text: str) -> Document:
    """Read plain text in either dialect; which one is told by where the tabs stand."""
    lines = _LINE_END.split(text.removeprefix("\ufeff"))
    cell_lines = sum(line.startswith("\t") and line.count("\t") == 1 for line in lines)
    row_lines = sum("\t" in line.lstrip("\t") or line.count("\t") > 1 for line in lines)
    read_blocks = _read_cell_lines if cell_lines > row_lines else _read_row_lines
    return Document(list(read_blocks(lines)), "text/plain")


def _read_cell_lines(lines: list[str]) -> Iterator[Paragraph | Table]:
    rows: list[list[str]] = []
    row: list[str] = []
    for line in lines:
        if line.startswith("\t"):
            row.append(fold_spaces(line))
        elif not line.strip():
            if row:
                rows.append(row)
                row = []
        elif row:
            row[-1] = f"{row[-1]}\n{fold_spaces(line)}".strip()
        else:
            if rows:
                yield _table(rows)
                rows = []
            yield Paragraph(fold_spaces(line))
    if row:
        rows.append(row)
    if rows:
        yield _table(rows)


def _read_row_lines(lines: list[str]) -> Iterator[Paragraph | Table]:
    rows: list[list[str]] = []
    after_blank: set[int] = set()  # rows that follow no other directly
    in_row = False
    for line in lines:
        if "\t" in line:
            if not in_row:
                after_blank.add(len(rows))
            rows.append([fold_spaces(cell) for cell in line.split("\t")])
        elif in_row and line.strip().isdigit():
            rows[-1][-1] += f"\n{line.strip()}"  # the rest of a figure that a line break cut in two
        elif line.strip():
            if rows:
                yield _table(_with_broken_figures(rows, after_blank))
                rows, after_blank = [], set()
            yield Paragraph(fold_spaces(line))
        in_row = "\t" in line
    if rows:
        yield _table(_with_broken_figures(rows, after_blank))


def _with_broken_figures(rows: list[list[str]], after_blank: set[int]) -> list[list[str]]:
    """Show in full the figures that a line break in their cell cut in two, and their row with them.

    The first half alone would be read as a number that nobody printed. The row stays cut: a line break in a
    label looks the same, and two lines that only happen to make up a row must not become one.
    """
    width = Counter(map(len, rows)).most_common(1)[0][0]
    if sum(row[0].isdigit() for row in rows) > _MAX_BROKEN:
        return rows  # a column that numbers the rows
    for number, row in enumerate(rows[1:], 1):
        last = rows[number - 1]
        halves = len(last) + len(row) - 1 == width and number not in after_blank
        if halves and last[-1].isdigit() and row[0].isdigit():
            last[-1] += f"\n{row[0]}"
    return rows


def _table(rows: list[list[str]]) -> Table:
    cells = [Cell(row, column, text) for row, texts in enumerate(rows) for column, text in enumerate(texts)]
    return Table(cells, len(rows), max(map(len, rows)), aligned=False)
