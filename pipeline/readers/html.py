"""HTML pages: paragraphs and tables in reading order, spans resolved into a grid, layout tables seen through.

The tree is reduced until it holds nothing but blocks: scripts go, inline elements (which cut words and numbers in
Word's markup) dissolve into their text, each table of data is taken out and leaves a mark in its place. What is
left is read as text in one pass, a piece a block.
"""

from __future__ import annotations

import re
from functools import lru_cache
from secrets import token_hex

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from pipeline.readers.document import Cell, Document, Link, Paragraph, Table, UnreadableDocument
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
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.IGNORECASE)
_MAX_UNSEEN = 200
"""Characters of text in a table that may be hidden; more is content that a script shows."""
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

_FILE = re.compile(
    r"\.(?:docx?|wps|wpt|rtf|odt|pdf|ofd|xlsx?|et|ods|zip|rar|7z|png|jpe?g|tiff?|gif|bmp)(?=$|[?#&])"
    r"|download|attach|fujian",
    re.IGNORECASE,
)
"""What the address of a file has in it, and that of a page has not."""
_MAX_LINKS = 200

_BREAK = "\x1e"  # between the texts of two blocks
_MARK = f"\x1d{token_hex(8)}:"  # before the number of a table that stood here; no page can know it


def _tag_ids(*tags: str) -> frozenset[int]:
    node = LexborHTMLParser("<p>").create_node
    return frozenset(node(tag).tag_id for tag in tags)


_ROW_GROUP = _tag_ids("thead", "tbody", "tfoot")
_ROW = _tag_ids("tr")
_CELL = _tag_ids("td", "th")
_BLOCK = _tag_ids(*_BLOCKS)
_DROPPED = _tag_ids(*_NOT_TEXT)
_SPACED = _tag_ids(*_APART)


def read_html(source: bytes, text: str) -> Document:
    """Read an HTML page. ``source`` is UTF-8, ``text`` the same as text.

    Raises:
        UnreadableDocument: ``truncated``, if the page breaks off.
    """
    _require_end(text)
    _require_shallow(source)
    tree = LexborHTMLParser(source, options=LexborDocumentOptions.WO_EVENTS)
    meta = _read_meta(tree)
    title = tree.css_first("title")
    page_title = fold_spaces(title.text()) if title else None
    body = tree.body
    if body is None:
        return Document([], "text/html", page_title, meta)
    links = _read_links(body)
    _drop_unseen(body, "table [style*=none i], table [hidden]")
    tables = _take_tables(body)
    _reduce_to_blocks(body)
    blocks: list[Paragraph | Table] = []
    for piece in body.text(separator=_BREAK, skip_empty=True).split(_BREAK):
        if piece.startswith(_MARK):
            blocks.append(tables[int(piece.removeprefix(_MARK))])
        elif folded := fold_spaces(piece):
            blocks.append(Paragraph(folded))
    return Document(blocks, "text/html", page_title or None, meta, links)


def _read_links(body: LexborNode) -> list[Link]:
    """The files that the page offers or shows; not its scripts, styles and icons, nor what it links to beside."""
    links: list[Link] = []
    for node in body.css("a[href], iframe[src], embed[src], object[data], img[src]"):
        attributes = node.attributes
        href = (attributes.get("href") or attributes.get("src") or attributes.get("data") or "").strip()
        if node.tag == "img":
            if not href.startswith("data:"):
                links.append(Link(href, attributes.get("alt") or "", "picture"))
        elif _FILE.search(href):
            links.append(Link(href, fold_spaces(node.text()) or attributes.get("title") or "", "attachment"))
    return links[:_MAX_LINKS]


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


def _drop_unseen(root: LexborNode, candidates: str) -> None:
    """Take out what a table's rows and cells hold but do not print (template rows, hidden spans)."""
    for node in reversed(root.css(candidates)):
        attributes = node.attributes
        unseen = "hidden" in attributes or _UNSEEN.search(attributes.get("style") or "")
        if unseen and len(node.text()) <= _MAX_UNSEEN and not node.css_first("table"):
            node.decompose()


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


def _take_tables(body: LexborNode) -> list[Table]:
    """Take the tables of data out of the tree, innermost first, and leave marks.

    A table that holds other tables, or never two texts in one row, is there for the layout: its content stays
    in the flow. If such a table has rows of data beside the tables in it, it is read as a table as well.
    """
    tables: list[Table] = []
    outer = {node.mem_id for node in body.css("table:has(table)")} if body.css_first("table table") else ()
    for node in reversed(body.css("table")):
        table = _read_table(node)
        is_outer = node.mem_id in outer and (_MARK in node.text() or len(node.css("table")) > 1)
        if is_outer:
            if _has_data_row(table):
                node.insert_before(_marked(len(tables)))
                tables.append(table)
        elif _is_list(table):
            if outer:  # a box around a text, perhaps around a figure in a cell
                node.unwrap()
        else:
            node.replace_with(_marked(len(tables)))
            tables.append(table)
    return tables


def _marked(number: int) -> str:
    return f"{_BREAK}{_MARK}{number}{_BREAK}"  # apart even when it grows together with the text beside it


def _read_table(table: LexborNode) -> Table:
    spans = {node.mem_id: _spans(node) for node in table.css("[colspan],[rowspan]")}
    spans_of, cell_text, new = spans.get, _cell_text, tuple.__new__  # this loop runs for every cell of every page
    rows = _rows(table)
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
            text = node.text(separator=_BREAK, skip_empty=True)
            if not text.isalnum():
                if _BREAK in text:  # several texts: runs of one line, or lines
                    _drop_unseen(node, "[style]")
                    _reduce_to_blocks(node)
                    text = node.text(separator=_BREAK)
                text = cell_text(text)
            span = spans_of(node.mem_id)
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
            rows.extend(node for node in child.iter() if node.tag_id in _ROW)
        elif child.tag_id in _ROW:
            rows.append(child)
    return rows


def _spans(node: LexborNode) -> tuple[int, int]:
    """(column span, row span) of a cell; a row span of 0 reaches to the table's end."""
    attributes = node.attributes
    return min(_span(attributes.get("colspan")) or 1, _MAX_SPAN), _span(attributes.get("rowspan"))


@lru_cache(maxsize=1024)
def _span(printed: str | None) -> int:
    number = _SPAN.match(printed or "")
    return int(number[1]) if number else 1


@lru_cache(maxsize=65536)
def _cell_text(raw: str) -> str:
    """The lines of a cell; the marks of tables that stood in it are no text of its own."""
    lines = [fold_spaces(line) for line in raw.split(_BREAK) if not line.startswith(_MARK)]
    return "\n".join(line for line in lines if line)


def _has_data_row(table: Table) -> bool:
    filled: dict[int, int] = {}
    for cell in table.cells:
        if 0 < len(cell.text) <= 60:
            filled[cell.row] = filled.get(cell.row, 0) + 1
    return max(filled.values(), default=0) >= 3


def _is_list(table: Table) -> bool:
    filled: set[int] = set()
    for cell in table.cells:
        if cell.text:
            if cell.row in filled:
                return False
            filled.add(cell.row)
    return True
