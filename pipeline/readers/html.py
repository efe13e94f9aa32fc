"""HTML pages: paragraphs and tables in reading order, spans resolved into a grid, layout tables seen through.

The tree is reduced until it holds nothing but blocks: scripts go, inline elements (which cut words and numbers in
Word's markup) dissolve into their text, each table of data is taken out and leaves a mark in its place. What is
left is read as text in one pass, a piece a block.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from functools import lru_cache
from secrets import token_hex
from typing import NamedTuple
from urllib.parse import unquote

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from pipeline.readers.document import Cell, Document, Link, Paragraph, Table, UnreadableDocument
from pipeline.readers.layout import has_data_row, is_list
from pipeline.readers.links import join, names_file
from pipeline.readers.styles import settle_styles
from pipeline.readers.whitespace import fold_spaces

_BLOCKS = (
    "address article aside blockquote body br caption center col colgroup dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hr html legend li main menu "
    "nav ol optgroup option p pre section summary table tbody td tfoot th thead tr ul"
).split()
"""Elements that break the text; all others, known to HTML or not (Word's ``st1:chsdate``), stand within a line."""
_NOT_TEXT = "script style template select textarea svg title noframes button object iframe".split()
_APART = "sup sub s strike del img input rp rt".split()
"""Within a line, but apart from the text beside it: a footnote's number does not lengthen a figure."""
_CLOSED = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_OPENED = re.compile(r"<(?:html|body)\b", re.IGNORECASE)
_TABLE_TAG = re.compile(r"<(/?)table\b", re.IGNORECASE)
_NESTING_TAG = re.compile(
    rb"<(/?)(?!p\b|li\b|t[drh]\b|dd\b|dt\b|option\b|br\b|hr\b|img\b|input\b|meta\b|link\b|col\b|wbr\b|area\b"
    rb"|base\b|embed\b|param\b|source\b|track\b)[a-z]",
    re.IGNORECASE,
)
"""Tags that nest until they are closed: not void, nor closed by the next of their kind."""
_MANY_BYTES = 64_000
_MAX_DEPTH = 1000  # browsers stop at 512
_SPAN = re.compile(r"\s*(\d{1,6})")
_MAX_SPAN = 100
"""Grid places that one cell may span: no table of a report is wider, and pages set 1000 for "all"."""

_MAX_LINKS = 200
_PICTURE = b";base64,"
_LEAST_PICTURE = 2000  # characters; icons are shorter

_BREAK = "\x1e"  # between the texts of two blocks
_MARK = f"table {token_hex(8)} "  # before the number of a table that stood here; no page can know it


def _tag_ids(*tags: str) -> frozenset[int]:
    node = LexborHTMLParser("<p>").create_node
    return frozenset(node(tag).tag_id for tag in tags)


_ROW_GROUP = _tag_ids("thead", "tbody", "tfoot")
_ROW = _tag_ids("tr")
_CELL = _tag_ids("td", "th")
_BLOCK = _tag_ids(*_BLOCKS)
_DROPPED = _tag_ids(*_NOT_TEXT)
_SPACED = _tag_ids(*_APART)


class Printed(NamedTuple):
    """A page as read, and where its tables stand in it.

    ``cells`` has for each table of the document the numbers of its cells among all ``td`` and ``th`` of the body, in
    the order of ``Table.cells``; None for a table that is a picture, or that the page does not show at first.
    """

    document: Document
    cells: list[list[int] | None]


def read_html(source: bytes, text: str) -> Document:
    """Read an HTML page. ``source`` is UTF-8, ``text`` the same as text.

    Raises:
        UnreadableDocument: ``truncated``, if the page breaks off.
    """
    return _read(source, text, None)


def read_printed(source: bytes, text: str) -> Printed:
    """Read an HTML page as `read_html` does, and tell which elements its cells are.

    Raises:
        UnreadableDocument: as `read_html`.
    """
    places: dict[int, list[int]] = {}
    document = _read(source, text, places)
    return Printed(document, [places.get(id(table)) for table in document.tables])


def _read(source: bytes, text: str, places: dict[int, list[int]] | None) -> Document:
    """``places``, if any, is filled with the numbers of the cells of each table, by the ``id`` of the table."""
    _require_end(text)
    _require_shallow(source)
    tree = LexborHTMLParser(source, options=LexborDocumentOptions.WO_EVENTS)
    meta = _read_meta(tree)
    title = tree.css_first("title")
    page_title = fold_spaces(title.text()) if title else None
    body = tree.body
    if body is None:
        return Document([], "text/html", page_title, meta)
    base = tree.css_first("base[href]")
    numbers = {} if places is None else {node.mem_id: number for number, node in enumerate(body.css("td, th"))}
    links = _read_links(body, (base.attributes.get("href") or "") if base else "")
    pictures = _take_pictures(body) if _PICTURE in source else {}
    settle_styles(tree, body, source, _BREAK)
    tables = _take_tables(body, numbers, places)
    _reduce_to_blocks(body)
    pieces = filter(None, map(fold_spaces, _texts(body).split(_BREAK)))
    blocks: list[Paragraph | Table] = []
    for piece in pieces:
        if piece in pictures:
            blocks += pictures[piece]
        else:
            blocks.append(tables.get(piece) or Paragraph(piece))
    return Document(blocks, "text/html", page_title or None, meta, links)


def _texts(node: LexborNode) -> str:
    """All texts below a node, parted by breaks; but for those that are white space alone."""
    return node.text(True, _BREAK, False, True)  # by position, since it is called for every cell


def _read_links(body: LexborNode, base: str) -> list[Link]:
    """The files that the page offers or shows; not its scripts, styles and icons, nor what it links to beside.

    ``base`` is the address that the page gives for its own, if any: addresses are relative to it.
    """
    links: list[Link] = []
    for node in body.css("a[href], iframe[src], embed[src], object[data], img[src]"):
        attributes = node.attributes
        href = (attributes.get("href") or attributes.get("src") or attributes.get("data") or "").strip()
        if node.tag == "img":
            if not href.startswith("data:"):
                links.append(Link(href, attributes.get("alt") or "", "picture"))
        elif names_file(href):
            links.append(Link(href, fold_spaces(node.text()) or attributes.get("title") or "", "attachment"))
    if base:
        links = [link._replace(href=join(base, link.href)) for link in links]
    return links[:_MAX_LINKS]


def _take_pictures(body: LexborNode) -> dict[str, list[Paragraph | Table]]:
    """Put marks in the place of tables as pictures that the page itself holds; their blocks, by the marks."""
    blocks: dict[str, list[Paragraph | Table]] = {}
    for node in body.css("img[src^='data:' i]"):
        _, _, encoded = (node.attributes.get("src") or "").partition(";base64,")
        if len(encoded) < _LEAST_PICTURE:
            continue
        from pipeline.readers.pictures import read_picture

        try:
            found = read_picture(b64decode(unquote(encoded)))
        except ValueError:
            continue  # the page can be read all the same
        if found:
            mark = f"{_MARK}of picture {len(blocks)}"
            node.replace_with(f"{_BREAK}{mark}{_BREAK}")
            blocks[mark] = found
    return blocks


def _require_end(text: str) -> None:
    """A page that opens its body must close it, or close its tables at least; else the transfer broke off."""
    if _CLOSED.search(text, max(0, len(text) - 4096)) or _CLOSED.search(text):
        return
    tags = [match[1] for match in _TABLE_TAG.finditer(text)]
    open_tables = tags.count("") > tags.count("/")
    open_tag = text.rfind("<") > text.rfind(">")
    if _OPENED.search(text) or open_tables or open_tag or text.endswith("\ufffd"):
        raise UnreadableDocument(
            "truncated", "The page breaks off before its end (no </html>). Fetch it again, or save it whole."
        )


def _require_shallow(source: bytes) -> None:
    """The time to parse grows with the square of the depth: large pages deeper than browsers show are refused."""
    if len(source) < _MANY_BYTES:
        return
    depth = 0
    for match in _NESTING_TAG.finditer(source):
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > _MAX_DEPTH:
            raise UnreadableDocument("too_large", f"The page nests its elements more than {_MAX_DEPTH} deep.")


def _read_meta(tree: LexborHTMLParser) -> dict[str, str]:
    meta: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name, content = attributes.get("name") or attributes.get("property"), attributes.get("content")
        if name and content and (folded := fold_spaces(content)):
            meta.setdefault(name.lower(), folded)
    return meta


def _reduce_to_blocks(root: LexborNode) -> None:
    """Leave nothing but blocks and their text below a block."""
    # From the last to the first, so that no node is touched after the one that it stood in.
    for node in reversed([node for node in root.traverse() if node.tag_id not in _BLOCK]):
        if node.tag_id in _DROPPED:
            node.decompose()
            continue
        if node.tag_id in _SPACED:
            node.insert_before(" ")
            node.insert_after(" ")
        node.unwrap(delete_empty=True)
    root.merge_text_nodes()


def _take_tables(body: LexborNode, numbers: Mapping[int, int], places: dict[int, list[int]] | None) -> dict[str, Table]:
    """Take the tables of data out of the tree, innermost first, and leave marks; the tables, by their marks.

    A table that holds other tables, or never two texts in one row, is there for the layout: its content stays
    in the flow. If such a table has rows of data beside the tables in it, it is read as a table as well.
    """
    tables: dict[str, Table] = {}
    spans = _read_spans(body)
    outer = {node.mem_id for node in body.css("table:has(table)")} if body.css_first("table table") else ()
    for node in reversed(body.css("table")):
        table, mark = _read_table(node, spans), f"{_MARK}{len(tables)}"
        marked = f"{_BREAK}{mark}{_BREAK}"  # apart even when it grows together with the text beside it
        if places is not None:  # the cells as `_read_table` goes through them
            cells = [cell.mem_id for row in _rows(node) for cell in row.iter() if cell.tag_id in _CELL]
            if all(cell in numbers for cell in cells):
                places[id(table)] = [numbers[cell] for cell in cells]
        is_outer = node.mem_id in outer and (_MARK in node.text() or len(node.css("table")) > 1)
        if is_outer:
            if has_data_row(table):
                node.insert_before(marked)
                tables[mark] = table
        elif is_list(table):
            if outer:  # a box around a text, perhaps around a figure in a cell
                node.unwrap()
        else:
            node.replace_with(marked)
            tables[mark] = table
    return tables


def _read_spans(body: LexborNode) -> dict[int, tuple[int, int]]:
    """(column span, row span) of the cells that span, by their ids; a row span of 0 reaches to the table's end."""
    spans = {}
    for node in body.css("[colspan],[rowspan]"):
        attribute = node.attributes.get
        spans[node.mem_id] = min(_span(attribute("colspan")) or 1, _MAX_SPAN), _span(attribute("rowspan"))
    return spans


def _read_table(table: LexborNode, spans: Mapping[int, tuple[int, int]]) -> Table:
    rows = _rows(table)
    span_of, new = spans.get, tuple.__new__  # this loop runs for every cell of every page
    free_from: list[int] = []  # by grid column: the first row that no span from above reaches
    reached = 0
    cells: list[Cell] = []
    width = 0
    for row_number, row in enumerate(rows):
        column = 0
        for node in row.iter():
            if node.tag_id not in _CELL:
                continue
            while column < reached and free_from[column] > row_number:
                column += 1
            text = node.text(True, _BREAK, False, True)
            if not text.isalnum():
                text = _cell_text(node, text)
            span = span_of(node.mem_id)
            if span is None:
                cells.append(new(Cell, (row_number, column, text, 1, 1, None)))
                column += 1
                continue
            column_span, row_span = span
            if row_span != 1:
                row_span = min(row_span or len(rows), len(rows) - row_number)
                free_from.extend([0] * (column + column_span - len(free_from)))
                free_from[column : column + column_span] = [row_number + row_span] * column_span
                reached = len(free_from)
            cells.append(new(Cell, (row_number, column, text, row_span, column_span, None)))
            column += column_span
        width = max(width, column)
    return Table(cells, len(rows), width, aligned=True)


def _rows(table: LexborNode) -> list[LexborNode]:
    rows: list[LexborNode] = []
    for child in table.iter():
        if child.tag_id in _ROW_GROUP:
            rows += [node for node in child.iter() if node.tag_id in _ROW]
        elif child.tag_id in _ROW:
            rows.append(child)
    return rows


@lru_cache(maxsize=1024)
def _span(printed: str | None) -> int:
    number = _SPAN.match(printed or "")
    return int(number[1]) if number else 1


def _cell_text(node: LexborNode, text: str) -> str:
    """The lines of a cell with these texts."""
    if _BREAK in text:  # several: runs of one line, or lines
        _reduce_to_blocks(node)
        text = node.text(separator=_BREAK)
    return _lines(text)


@lru_cache(maxsize=65536)
def _lines(raw: str) -> str:
    """The lines of a cell; the marks of tables that stood in it are no text of its own."""
    lines = [fold_spaces(line) for line in raw.split(_BREAK) if not line.startswith(_MARK)]
    return "\n".join(line for line in lines if line)
