"""What one page holds, in reading order: tables, lines of text, or what was recognised in its image."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from ctypes import byref, c_float
from math import inf
from typing import Final, NamedTuple

import pypdfium2.raw as pdfium

from pipeline.readers.document import Paragraph, Table, UnreadableDocument
from pipeline.readers.pdf.characters import UNKNOWN, Character, Printed, read_characters
from pipeline.readers.pdf.contents import distribute, pieces_of
from pipeline.readers.pdf.geometry import Box, Frame
from pipeline.readers.pdf.grids import Grid, find_grids
from pipeline.readers.pdf.images import read_as_image
from pipeline.readers.pdf.lines import TextLine, text_lines
from pipeline.readers.pdf.rulings import Drawn, Line, read_drawn
from pipeline.readers.pdf.tables import PageTable, page_table
from pipeline.readers.pdf.unruled import UnruledTable, find_unruled

_LARGEST: Final = 15_000.0  # points: what the format allows
_FEW: Final = 8  # characters: no text, but for a page number or a stamp
_SCAN: Final = 0.4  # of the page that its picture covers
_LARGE_PICTURE: Final = 0.06  # of the page
_WIDE_PICTURE: Final = 0.5
_MANY_CURVES: Final = 40
_UNMAPPED: Final = 0.02  # of a page's characters: a few bullets, no more


_STRUCK: Final = (0.5, 0.15)  # of a character's size above its baseline: where a line strikes it out


_FILLED_IN: Final = {pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT}
_MOST_ANNOTATIONS: Final = 10_000
_MIDDLE: Final = (0.35, 0.65)  # of the page's width: where the gutter of two halves lies
_GUTTER: Final = 12.0  # points
_FEWEST_AREAS: Final = 4
_MOST_AREAS: Final = 2_000
_FULL_LINE: Final = 0.25  # of the page's width: a line of a column of text
_FEWEST_LINES: Final = 5

Item = PageTable | TextLine | Paragraph | Table


class Page(NamedTuple):
    """A page: its number from 1, its size in points, and what stands on it in reading order."""

    number: int
    width: float
    height: float
    items: list[Item]


def read_page(document: pdfium.FPDF_DOCUMENT, index: int) -> Page:
    """Read one page.

    Raises:
        UnreadableDocument: if the page is damaged, too large, or cannot be recognised as an image.
    """
    page = _load(document, index)
    try:
        if _has_filled_in(page) and pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS:
            pdfium.FPDF_ClosePage(page)
            page = _load(document, index)
        printed = read_characters(page, _sheet(page))
        drawn = read_drawn(page, printed.frame)
        number, frame = index + 1, printed.frame
        items: list[Item] = []
        if _is_image(printed, drawn):
            items += read_as_image(page, number)
        else:
            pictures = [
                Recognised(read_as_image(page, number, frame.fractions(box)), box)
                for box in _pictures_of_text(printed, drawn)
            ]
            items += _items(printed, drawn, number, pictures)
        return Page(number, frame.width, frame.height, items)
    finally:
        pdfium.FPDF_ClosePage(page)


def _load(document: pdfium.FPDF_DOCUMENT, index: int) -> pdfium.FPDF_PAGE:
    page = pdfium.FPDF_LoadPage(document, index)
    if not page:
        raise UnreadableDocument("undecodable", f"Page {index + 1} of the PDF is damaged. Fetch it again.")
    return page


def _has_filled_in(page: pdfium.FPDF_PAGE) -> bool:
    """Whether fields of a form or texts stand upon the page, which are no part of its own content."""
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, number)
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if kind in _FILLED_IN:
            return True
    return False


def _sheet(page: pdfium.FPDF_PAGE) -> Frame:
    rect = pdfium.FS_RECTF()
    known = pdfium.FPDF_GetPageBoundingBox(page, byref(rect))
    bounds = (rect.left, rect.bottom, rect.right, rect.top)
    if not known or not 0 < bounds[2] - bounds[0] <= _LARGEST or not 0 < bounds[3] - bounds[1] <= _LARGEST:
        raise UnreadableDocument("too_large", "A page of the PDF has no size, or one that no sheet has.")
    media = [c_float() for _ in range(4)]
    has_media = pdfium.FPDFPage_GetMediaBox(page, *map(byref, media))
    is_cropped = bool(has_media) and any(abs(edge.value - bound) > 1 for edge, bound in zip(media, bounds, strict=True))
    turns = pdfium.FPDFPage_GetRotation(page) % 4
    return Frame(bounds, is_cropped, turns, turns)


def _is_image(printed: Printed, drawn: Drawn) -> bool:
    """Whether the page's content is a picture, or text of which the file does not say what it is."""
    count = sum(char.text != " " for char in printed.characters)
    if printed.unmapped > _UNMAPPED * count:
        return True
    if count > _FEW:
        return False
    page = printed.frame.width * printed.frame.height
    return max([box.area for box in drawn.pictures], default=0) > _SCAN * page or drawn.curves > _MANY_CURVES


class Recognised(NamedTuple):
    """What a picture on a page shows, and where it stands."""

    blocks: list[Paragraph | Table]
    box: Box


def _pictures_of_text(printed: Printed, drawn: Drawn) -> list[Box]:
    """The pictures that may show a table or a text: large ones, upon which nothing is printed."""
    frame = printed.frame
    page = Box(0, 0, frame.width, frame.height)
    return [
        box
        for picture in dict.fromkeys(drawn.pictures)
        if (box := picture.meet(page)).area > _LARGE_PICTURE * page.area
        and box.width > _WIDE_PICTURE * page.width
        and sum(box.holds(char.x, char.y) for char in printed.characters) <= _FEW
    ]


def _items(printed: Printed, drawn: Drawn, number: int, pictures: Sequence[Recognised]) -> list[Item]:
    grids, loose = find_grids(drawn.horizontal, drawn.vertical)
    grids += _coloured(drawn.areas, grids)
    pieces = pieces_of(_not_struck_out(printed.characters, loose))
    tables: list[PageTable | UnruledTable] = []
    for grid in grids:
        contents, left_over = distribute(grid, pieces)
        table = page_table(grid, contents, printed.frame, number)
        if table.has_rows():
            tables.append(table)
            pieces = left_over
    # A bullet of an unknown kind is no loss; within a table it may have been a digit.
    rest = [char for piece in pieces for char in piece if char.text != UNKNOWN]
    items: list[Item] = []
    for left, right in _halves(printed.frame.width, rest, tables):
        lines = text_lines([char for char in rest if left <= char.x < right])
        unruled, lines = find_unruled(lines, loose, printed.frame, number)
        beside = [table for table in tables if left <= (table.box.left + table.box.right) / 2 < right]
        shown = [picture for picture in pictures if left <= (picture.box.left + picture.box.right) / 2 < right]
        for item in sorted([*beside, *unruled, *lines, *shown], key=_top):
            if isinstance(item, Recognised):
                items += item.blocks
            else:
                items.append(item.table if isinstance(item, UnruledTable) else item)
    return items


def _coloured(areas: Sequence[Box], grids: Sequence[Grid]) -> list[Grid]:
    """The grids of tables that have no lines, and cells of colours."""
    outside = [
        area
        for area in areas
        if not any(grid.box.holds((area.left + area.right) / 2, (area.top + area.bottom) / 2) for grid in grids)
    ]
    if not _FEWEST_AREAS <= len(outside) <= _MOST_AREAS:
        return []
    across = [Line(y, area.left, area.right) for area in outside for y in (area.top, area.bottom)]
    down = [Line(x, area.top, area.bottom) for area in outside for x in (area.left, area.right)]
    return find_grids(across, down)[0]


def _halves(
    width: float, characters: Sequence[Character], tables: Sequence[PageTable | UnruledTable]
) -> list[tuple[float, float]]:
    """The page from side to side; its two halves if two pages, or two columns of text, stand on it side by side."""
    whole = [(-inf, inf)]
    spans = sorted(
        [
            *((char.left, char.right) for char in characters if char.text != " "),
            *((table.box.left, table.box.right) for table in tables),
        ]
    )
    end, gutter = 0.0, (0.0, 0.0)
    for left, right in spans:
        middle = (end + left) / 2
        if _MIDDLE[0] * width < middle < _MIDDLE[1] * width and left - end > gutter[1] - gutter[0]:
            gutter = (end, left)
        end = max(end, right)
    if gutter[1] - gutter[0] < _GUTTER:
        return whole
    cut = sum(gutter) / 2
    for left, right in ((-inf, cut), (cut, inf)):
        lines = text_lines([char for char in characters if left <= char.x < right])
        full = sum(line.box.width > _FULL_LINE * width for line in lines)
        if full < _FEWEST_LINES and not any(left <= table.box.left < right for table in tables):
            return whole
    return [(-inf, cut), (cut, inf)]


def _not_struck_out(characters: list[Character], loose: Sequence[Line]) -> list[Character]:
    """The characters through whose middle no line is drawn: what is struck out does not count."""
    if not loose:
        return characters
    positions = [line.position for line in loose]
    kept = []
    for char in characters:
        first = bisect_left(positions, char.baseline - _STRUCK[0] * char.size)
        last = bisect_right(positions, char.baseline - _STRUCK[1] * char.size)
        if not any(line.start - 1 <= char.x <= line.end + 1 for line in loose[first:last]):
            kept.append(char)
    return kept


def _top(item: PageTable | UnruledTable | TextLine | Recognised) -> float:
    return (item.box.top + item.box.bottom) / 2 if isinstance(item, TextLine) else item.box.top
