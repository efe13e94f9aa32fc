"""DOCX: what Word and WPS print, paragraph by paragraph and table by table (ECMA-376 part 1, 17).

Read is what a person sees who has accepted all changes: deleted, moved and hidden text is not there, numbers that
Word draws are, of a text box's two forms one. Headers, footers, notes and comments stand outside the flow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

from pipeline.readers.document import Cell, Document, Link, Paragraph, Table, UnreadableDocument
from pipeline.readers.layout import Block, place_table
from pipeline.readers.links import names_file
from pipeline.readers.ooxml import core_properties, main_part, read_part, relationships
from pipeline.readers.package import MAX_MEMBER, Package
from pipeline.readers.styles import STRUCK
from pipeline.readers.whitespace import fold_spaces
from pipeline.readers.word_numbering import Numbering, W
from pipeline.readers.word_styles import NO_MARKS, Marks, Styles, read_marks, read_numbering
from pipeline.readers.xml import Element, parse_xml, stream_xml

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_MAX_SPAN: Final = 100
"""Grid places that one cell may span: no table of a report is wider."""
_MAX_TAGS: Final = 2_000_000
"""A report has a fortieth of it."""
_MAX_LINKS: Final = 200
_LEAST_PICTURE: Final = (300, 100)
"""Width and height in pixels of the smallest picture that can show a table."""

_BREAK: Final = "\x1e"  # between the lines of a paragraph; XML cannot hold it
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_VAL: Final = f"{W}val"
_BODY: Final = f"{W}body"
_P: Final = f"{W}p"
_TBL: Final = f"{W}tbl"
_TR: Final = f"{W}tr"
_TC: Final = f"{W}tc"
_R_ELEMENT: Final = f"{W}r"
_RPR: Final = f"{W}rPr"
_PPR: Final = f"{W}pPr"
_P_STYLE: Final = f"{W}pStyle"
_NUM_PR: Final = f"{W}numPr"
_TRPR: Final = f"{W}trPr"
_TCPR: Final = f"{W}tcPr"
_GRID: Final = f"{W}tblGrid"
_GRID_COLUMN: Final = f"{W}gridCol"
_WIDTH: Final = f"{W}w"
_GRID_BEFORE: Final = f"{W}gridBefore"
_GRID_SPAN: Final = f"{W}gridSpan"
_V_MERGE: Final = f"{W}vMerge"
_H_MERGE: Final = f"{W}hMerge"
_CELL_DELETED: Final = f"{W}cellDel"
_HYPERLINK: Final = f"{W}hyperlink"
_MATH_TEXT: Final = f"{_MATH}t"
_RUBY: Final = f"{W}ruby"
_TEXT: Final = f"{W}t"
_FIELD: Final = f"{W}fldChar"
_FORMULA: Final = f"{_MATH}oMath"
_ALTERNATIVES: Final = f"{_MC}AlternateContent"
_TEXT_BOX: Final = f"{W}txbxContent"
_BLIP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_IMAGE_DATA: Final = "{urn:schemas-microsoft-com:vml}imagedata"
_WRAPPERS: Final = frozenset(
    [f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")]
    + [f"{_MC}{name}" for name in ("Choice", "Fallback")]
)
"""What may stand around blocks, rows and cells."""
_NOT_SHOWN: Final = frozenset(
    f"{W}{name}" for name in ("pPr", "rPr", "del", "moveFrom", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr", "rt")
)
_BREAKS: Final = frozenset((f"{W}br", f"{W}cr"))
_SIGNS: Final = {f"{W}tab": " ", f"{W}ptab": " ", f"{W}noBreakHyphen": "-"}
_SYMBOL: Final = f"{W}sym"
_DRAWINGS: Final = frozenset(f"{W}{name}" for name in ("drawing", "pict", "object"))
_REMOVED: Final = (f"{W}del", f"{W}moveFrom", f"{W}vanish", f"{W}specVanish")
_ROW_REMOVED: Final = (f"{W}del", f"{W}hidden")
_PICTURES: Final = ("PNG", "JPEG", "BMP", "GIF", "TIFF")
_OFF: Final = frozenset(("0", "false", "off"))
_SLIVER: Final = 57
"""Twentieths of a point, a millimetre: no column is that narrow, but borders stand that far from their place."""


def read_docx(data: bytes) -> Document:
    """Read a Word document.

    Raises:
        UnreadableDocument: ``truncated`` or ``undecodable`` (a damaged package or part), ``encrypted``, ``too_large``.
    """
    package = Package(data)
    reader = _Reader(package, main_part(package, "word/document.xml"))
    return Document(reader.read(), MEDIA_TYPE, meta=core_properties(package), links=reader.links[:_MAX_LINKS])


@dataclass(slots=True)
class _Line:
    """A paragraph in the making: its text, what is anchored in it, and the state of its runs.

    ``fields`` tells for each open field whether its result has begun.
    """

    text: list[str] = field(default_factory=list)
    before: list[Block] = field(default_factory=list)
    after: list[Block] = field(default_factory=list)
    fields: list[bool] = field(default_factory=list)
    is_apart: bool = False


_Read = Callable[[Element, _Line, Marks], None]


class _Reader:
    """Reads one document; its lists are counted as it goes."""

    def __init__(self, package: Package, part: str) -> None:
        self.links: list[Link] = []
        self._package = package
        self._part = part
        self._relationships = relationships(package, part)
        self._styles = Styles(self._root_of("styles"))
        self._numbering = Numbering(self._root_of("numbering"))
        self._pictures: dict[str, list[Block]] = {}

    def _root_of(self, kind: str) -> Element | None:
        """The root of the part of a kind that the document names; None if it has none."""
        for relationship in self._relationships.values():
            if relationship.kind == kind and relationship.target in self._package:
                return parse_xml(read_part(self._package, relationship.target))
        return None

    def read(self) -> list[Block]:
        """The blocks of the body, up to each table as soon as it is complete, then forgotten."""
        data = read_part(self._package, self._part)
        if data.count(b"<") > _MAX_TAGS:
            raise UnreadableDocument("too_large", f"The document has more than {_MAX_TAGS:,} tags.")
        flow = _Flow(self)
        body = last = None
        for element in stream_xml(data, _TBL, _BODY):
            parent = element if element.tag == _BODY else element.getparent()
            if parent is None or parent.tag != _BODY:
                continue
            body = parent
            while (child := next(body.iterchildren(), None)) is not None:
                if child is not last:
                    flow.add(child)
                child.clear()
                if child is element:  # what follows it may not be complete: the parser is ahead
                    last = child
                    break
                body.remove(child)
        if body is None:
            raise UnreadableDocument("undecodable", "The document has no body. Save it again.")
        return flow.end()

    def flow(self, container: Element) -> list[Block]:
        """The blocks of a cell or a text box."""
        flow = _Flow(self)
        for child in container:
            flow.add(child)
        return flow.end()

    def paragraph(self, paragraph: Element, line: _Line) -> bool:
        """Read a paragraph onto a line; whether the line ends with it (its mark may have been deleted)."""
        properties = paragraph[0] if len(paragraph) and paragraph[0].tag == _PPR else None
        style, list_id, level = self._styles.default_paragraph, None, None
        is_end = True
        for element in () if properties is None else properties.iterchildren(_P_STYLE, _NUM_PR, _RPR):
            if element.tag == _P_STYLE:
                style = element.get(_VAL, "")
            elif element.tag == _RPR:
                is_end = not any(map(_is_on, element.iterchildren(*_REMOVED)))
            else:
                list_id, level = read_numbering(element)
        inherited = self._styles[style]
        line.fields.clear()
        self._inline(paragraph, line, inherited.marks)
        list_id = list_id or inherited.list_id
        if list_id and is_end and not inherited.marks.hidden:
            if level is None:
                level = self._numbering.level_of_style(list_id, style)
            number = self._numbering.count(list_id, inherited.level or 0 if level is None else level)
            line.text.insert(0, number)
        return is_end

    def _inline(self, parent: Element, line: _Line, marks: Marks) -> None:
        """Read what stands within a paragraph: runs, and whatever is around them."""
        for child in parent:
            tag = child.tag
            if tag == _R_ELEMENT:
                self._run(child, line, marks)
            elif tag in _NOT_SHOWN:
                continue
            elif tag == _FORMULA:
                line.text.append(f" {' '.join(text.text or '' for text in child.iter(_MATH_TEXT))} ")
            elif tag == _ALTERNATIVES:
                self._alternative(child, line, marks, self._inline)
            else:
                if tag == _HYPERLINK:
                    self._link(child)
                self._inline(child, line, marks)

    def _run(self, run: Element, line: _Line, marks: Marks) -> None:
        if len(run) and run[0].tag == _RPR:
            own = read_marks(run[0], self._styles)
            marks = marks if own is NO_MARKS else own.over(marks)
        if marks.hidden:
            for child in run.iterchildren(_FIELD):
                _step_field(child, line)
            return
        if bool(marks.apart) != line.is_apart:
            line.text.append(" ")
            line.is_apart = not line.is_apart
        before = len(line.text)
        self._run_content(run, line, marks)
        if marks.struck and not "".join(line.text[before:]).isspace():
            line.text.append(STRUCK)

    def _run_content(self, run: Element, line: _Line, marks: Marks) -> None:
        for child in run:
            tag = child.tag
            if tag == _FIELD:
                _step_field(child, line)
            elif tag == _ALTERNATIVES:
                self._alternative(child, line, marks, self._run_content)
            elif tag in _DRAWINGS:
                self._drawing(child, line)
            elif not all(line.fields):
                continue
            elif tag == _TEXT:
                text = child.text or ""
                if text[:1].isspace() or text[-1:].isspace():
                    text = text if child.get(_SPACE) == "preserve" else text.strip(" \t\r\n")
                line.text.append(text)
            elif tag in _BREAKS:
                line.text.append(_BREAK)
            elif tag in _SIGNS:
                line.text.append(_SIGNS[tag])
            elif tag == _SYMBOL:
                line.text.append(_symbol(child))
            elif tag == _RUBY:
                for base in child.iterchildren(f"{W}rubyBase"):
                    self._inline(base, line, marks)

    def _alternative(
        self, alternatives: Element, line: _Line, marks: Marks, read: Callable[[Element, _Line, Marks], None]
    ) -> None:
        """Read the first form of a content that gives anything: they all show the same."""
        before = len(line.text), len(line.before), len(line.after)
        for form in alternatives:
            read(form, line, marks)
            if (len(line.text), len(line.before), len(line.after)) != before:
                return

    def _drawing(self, drawing: Element, line: _Line) -> None:
        """Read the text boxes of a drawing, and the tables that its pictures show."""
        for child in drawing:
            tag = child.tag
            if tag == _TEXT_BOX:
                line.before += self.flow(child)
            elif tag == _BLIP:
                line.after += self._picture(child.get(f"{_R}embed"))
            elif tag == _IMAGE_DATA:
                line.after += self._picture(child.get(f"{_R}id"))
            elif tag == _ALTERNATIVES:
                self._alternative(child, line, NO_MARKS, lambda form, line, _: self._drawing(form, line))
            else:
                self._drawing(child, line)

    def _picture(self, identifier: str | None) -> list[Block]:
        """The tables that an embedded picture shows; what stands outside the file is never fetched."""
        relationship = self._relationships.get(identifier or "")
        if relationship is None or relationship.is_external or relationship.target not in self._package:
            return []
        if relationship.target not in self._pictures:
            data = self._package.read(relationship.target, MAX_MEMBER)
            self._pictures[relationship.target] = _read_picture(data)
        return self._pictures[relationship.target]

    def _link(self, hyperlink: Element) -> None:
        relationship = self._relationships.get(hyperlink.get(f"{_R}id", ""))
        if relationship and relationship.is_external and names_file(relationship.target):
            text = "".join(text.text or "" for text in hyperlink.iter(_TEXT))
            self.links.append(Link(relationship.target, fold_spaces(text), "attachment"))

    def table(self, table: Element) -> list[Block]:
        """Read a table: itself, or what it lays out."""
        grid = _Grid(_slivers(table), is_aligned=next(table.iter(_CELL_DELETED), None) is None)
        contents: list[list[Block]] = []
        for row in _within(table, _TR):
            before, is_shown = 0, True
            for properties in row.iterchildren(_TRPR):
                for element in properties.iterchildren(_GRID_BEFORE, *_ROW_REMOVED):
                    if element.tag == _GRID_BEFORE:
                        before = _span(element)
                    elif _is_on(element):
                        is_shown = False
            if not is_shown:
                continue
            grid.begin_row(before)
            for cell in _within(row, _TC):
                if grid.place(cell):
                    blocks = self.flow(cell)
                    grid.put("\n".join([block.text for block in blocks if isinstance(block, Paragraph)]))
                    contents.append(blocks)
        return place_table(grid.table(), contents)


class _Flow:
    """Blocks one after another, with the paragraph that is not at its end yet."""

    def __init__(self, reader: _Reader) -> None:
        self._reader = reader
        self._blocks: list[Block] = []
        self._line = _Line()

    def add(self, element: Element) -> None:
        """Add what an element at the place of a block holds."""
        tag = element.tag
        if tag == _P:
            if self._reader.paragraph(element, self._line):
                self._end_line()
        elif tag == _TBL:
            self._end_line()
            self._blocks += self._reader.table(element)
        elif tag in _WRAPPERS:
            for child in element:
                self.add(child)
        elif tag == _ALTERNATIVES:
            count = len(self._blocks)
            for form in element:
                self.add(form)
                if len(self._blocks) > count:
                    break

    def end(self) -> list[Block]:
        """All blocks."""
        self._end_line()
        return self._blocks

    def _end_line(self) -> None:
        line = self._line
        if not (line.text or line.before or line.after):
            return
        self._blocks += line.before
        text = "".join(line.text)
        for piece in text.split(_BREAK) if _BREAK in text else (text,):
            if folded := fold_spaces(piece):
                self._blocks.append(Paragraph(folded))
        self._blocks += line.after
        self._line = _Line()


class _Grid:
    """A table's grid as its rows come: ``gridSpan`` and ``gridBefore`` give the columns, ``vMerge`` the rows.

    Where single cells of a table were deleted as a tracked change, Word closes the gaps by the cells' widths: what
    then stands under what is not known, and the table is not ``is_aligned``. ``slivers`` are columns of the file that
    are none of the table.
    """

    def __init__(self, slivers: Collection[int], *, is_aligned: bool) -> None:
        self._slivers = slivers
        self._is_aligned = is_aligned
        self._cells: list[Cell] = []
        self._row = -1
        self._next = 0  # column of the file
        self._column = 0
        self._width = 0
        self._span = 1
        self._above: dict[int, tuple[int, int]] = {}  # cells that may go on below: number and span, by column
        self._open: dict[int, tuple[int, int]] = {}

    def begin_row(self, before: int) -> None:
        """Begin a row that leaves out its first ``before`` columns."""
        self._row += 1
        self._next = before
        self._column = before - self._slivers_in(0, before) if self._is_aligned else 0
        self._above, self._open = self._open, {}

    def place(self, cell: Element) -> bool:
        """Go on to a cell; whether it is printed, and not merged with one before or above."""
        self._span = 1
        down, across = None, None
        properties = cell[0] if len(cell) and cell[0].tag == _TCPR else ()
        for element in properties:
            tag = element.tag
            if tag == _GRID_SPAN:
                self._span = _span(element)
            elif tag == _V_MERGE:
                down = element.get(_VAL, "continue")
            elif tag == _H_MERGE:
                across = element.get(_VAL, "continue")
            elif tag == _CELL_DELETED:
                return False
        if not self._is_aligned:
            self._span = 1
            if down == "continue" or across == "continue":
                self.put("")
                return False
            return True
        start, self._next = self._next, self._next + self._span
        self._span -= self._slivers_in(start, self._next)
        if across == "continue" and self._column:
            if self._cells and (last := self._cells[-1]).row == self._row:
                self._cells[-1] = last._replace(column_span=last.column_span + self._span)
            self._advance()
            return False
        if down is not None:
            above = self._above.get(self._column) if down == "continue" else None
            if above and above[1] == self._span:
                merged = self._cells[above[0]]
                self._cells[above[0]] = merged._replace(row_span=merged.row_span + 1)
                self._open[self._column] = above
                self._advance()
                return False
            self._open[self._column] = len(self._cells), self._span
        return True

    def _slivers_in(self, start: int, end: int) -> int:
        return sum(start <= column < end for column in self._slivers)

    def put(self, text: str) -> None:
        """Print the cell that was gone on to."""
        self._cells.append(Cell(self._row, self._column, text, 1, self._span))
        self._advance()

    def _advance(self) -> None:
        self._column += self._span
        self._width = max(self._width, self._column)

    def table(self) -> Table:
        """The table of all rows."""
        return Table(self._cells, self._row + 1, self._width, self._is_aligned)


def _within(parent: Element, tag: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, also those in content controls."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _within(child, tag)


def _slivers(table: Element) -> set[int]:
    """The columns of a table's grid that only part borders which are one, standing a little aside in some rows.

    LibreOffice, which rounds, leaves such when it converts a file; a column that some cell is all of is none.
    """
    widths = [
        column.get(_WIDTH, "") for grid in table.iterchildren(_GRID) for column in grid.iterchildren(_GRID_COLUMN)
    ]
    slivers = {
        number for number, width in enumerate(widths[:_MAX_SPAN]) if width.isdecimal() and 0 < int(width[:9]) < _SLIVER
    }
    if not slivers:
        return slivers
    for row in _within(table, _TR):
        start = max((_span(before) for before in row.iterfind(f"{_TRPR}/{_GRID_BEFORE}")), default=0)
        for cell in _within(row, _TC):
            end = start + max((_span(span) for span in cell.iterfind(f"{_TCPR}/{_GRID_SPAN}")), default=1)
            if slivers.issuperset(range(start, end)):
                slivers.difference_update(range(start, end))
            start = end
    return slivers


def _span(element: Element) -> int:
    value = element.get(_VAL, "")
    return max(1, min(int(value[:9]), _MAX_SPAN)) if value.isdecimal() else 1


def _is_on(element: Element) -> bool:
    return element.get(_VAL) not in _OFF


def _step_field(character: Element, line: _Line) -> None:
    """Begin a field, its result, or end it."""
    match character.get(f"{W}fldCharType"):
        case "begin":
            line.fields.append(False)
        case "separate" if line.fields:
            line.fields[-1] = True
        case "end" if line.fields:
            line.fields.pop()


def _symbol(element: Element) -> str:
    """A character of a symbol font; what it looks like is not known, so it stays in the private area."""
    try:
        code = int(element.get(f"{W}char", ""), 16)
    except ValueError:
        return "\ufffd"
    return chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code <= 0xFFFD else "\ufffd"


def _read_picture(data: bytes) -> list[Block]:
    """The tables that a picture shows, if it is large enough to show one."""
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=_PICTURES) as picture:
            width, height = picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return []
    if width < _LEAST_PICTURE[0] or height < _LEAST_PICTURE[1]:
        return []
    from pipeline.readers.pictures import read_picture

    return [*read_picture(data)]
