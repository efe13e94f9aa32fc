"""The source of a page, inert, with the cells of its tables marked: those that the reader took, and no others.

The reader says which elements its cells are; the page is then parsed once more, since reading takes it apart. What was
written is read back: unless every cell prints what the reader gave of it, the reader's tables are drawn instead.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

from pipeline.explorer.originals.drawn import cell_id, draw_table
from pipeline.explorer.originals.inert import write_inert
from pipeline.readers import Table
from pipeline.readers.html import read_printed
from pipeline.readers.styles import PICTURED, STRUCK
from pipeline.readers.whitespace import INVISIBLE

_SIGNS: Final = re.compile(f"[{STRUCK}{PICTURED}]")
"""What the reader puts beside a text, and the page does not print."""


class Marked(NamedTuple):
    """Inert HTML of a page, and the tables in it that are pictures, which were drawn behind it."""

    html: str
    pictures: int


def mark(texts: list[str]) -> Marked | None:
    """The pages of a document, one after the other; None if some cell would not be found where it is printed."""
    shown: list[str] = []
    tables: list[Table] = []
    printed: list[list[int] | None] = []
    for text in texts:
        source = text.encode("utf-8", "replace")
        page = read_printed(source, text)
        body = LexborHTMLParser(source, options=LexborDocumentOptions.WO_EVENTS).body
        if body is None:
            continue
        elements = [node.mem_id for node in body.css("td, th")]
        marks: dict[int, str] = {}
        for index, (table, cells) in enumerate(zip(page.document.tables, page.cells, strict=True), len(tables)):
            for cell, number in zip(table.cells, cells or (), strict=cells is not None):
                marks.setdefault(elements[number], cell_id(index, cell.row, cell.column))
        shown.append(write_inert(body, marks))
        tables += page.document.tables
        printed += page.cells
    html = "\n<hr>\n".join(shown)
    if not _is_found(html, [table for table, cells in zip(tables, printed, strict=True) if cells], tables):
        return None
    pictures = [draw_table(table, index) for index, table in enumerate(tables) if printed[index] is None]
    return Marked("\n".join([html, *pictures]), len(pictures))


def _is_found(html: str, placed: list[Table], tables: list[Table]) -> bool:
    """Whether every cell that prints something has an element of its own that prints it."""
    parsed = LexborHTMLParser(html)
    for node in parsed.css("[hidden]"):
        node.decompose()
    found = {node.attributes["id"]: node for node in parsed.css("td[id], th[id]")}
    places = {id(table) for table in placed}
    for index, table in enumerate(tables):
        if id(table) not in places:
            continue
        for cell in table.cells:
            element = found.get(cell_id(index, cell.row, cell.column))
            if element is None:
                if cell.text:
                    return False
            elif not element.css_first("table") and _plain(element.text()) != _plain(cell.text):
                return False
    return True


def _plain(text: str) -> str:
    return _SIGNS.sub("", INVISIBLE.sub("", "".join(text.split())))
