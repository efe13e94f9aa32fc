"""Tables that are there for the layout, and those that hold data: told alike in every format that nests tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pipeline.readers.document import Paragraph, Table

Block = Paragraph | Table

_LONGEST_DATUM: Final = 60
_DATA_IN_A_ROW: Final = 3


def place_table(table: Table, contents: Iterable[Iterable[Block]]) -> list[Block]:
    """What a table is in the flow of the document that it stands in.

    ``contents`` are the blocks of each of its cells. A table of data is itself. One that holds other tables, or
    never two texts in one row, is there for the layout: its contents stay in the flow. If such a table has rows of
    data beside the tables in it, it is read as a table as well.
    """
    flow = [block for blocks in contents for block in blocks]
    if any(isinstance(block, Table) for block in flow):
        return [table, *flow] if has_data_row(table) else flow
    return flow if is_list(table) else [table]


def has_data_row(table: Table) -> bool:
    """Whether three short texts stand in one row."""
    filled: dict[int, int] = {}
    for cell in table.cells:
        if 0 < len(cell.text) <= _LONGEST_DATUM:
            filled[cell.row] = filled.get(cell.row, 0) + 1
    return max(filled.values(), default=0) >= _DATA_IN_A_ROW


def is_list(table: Table) -> bool:
    """Whether there are never two texts in one row."""
    filled: set[int] = set()
    for cell in table.cells:
        if cell.text:
            if cell.row in filled:
                return False
            filled.add(cell.row)
    return True
