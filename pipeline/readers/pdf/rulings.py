"""The lines that a page draws: strokes, thin filled rectangles, the edges of coloured areas; and its pictures."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import byref, c_float, c_int, c_uint
from itertools import pairwise
from typing import Final, NamedTuple

import pypdfium2.raw as pdfium

from pipeline.readers.document import UnreadableDocument
from pipeline.readers.pdf.calls import address, lean
from pipeline.readers.pdf.geometry import Box, Frame

_MAX_OBJECTS: Final = 300_000
"""On one page, with those in its form XObjects."""
_MAX_SEGMENTS: Final = 2_000_000
_MAX_DEPTH: Final = 12  # of forms in forms
_THIN: Final = 3.0  # a filled rectangle no wider than this is a line
_STRAIGHT: Final = 0.8  # points that a line may be off the horizontal or vertical
_WHITE: Final = 250  # of 255
_EDGE: Final = 2.0  # points
_MOVE, _LINE = pdfium.FPDF_SEGMENT_MOVETO, pdfium.FPDF_SEGMENT_LINETO

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Final[Matrix] = (1, 0, 0, 1, 0, 0)


class Line(NamedTuple):
    """A horizontal or vertical line: its place across, and from where to where it runs; in points."""

    position: float
    start: float
    end: float


class Drawn(NamedTuple):
    """What a page draws beside its text.

    ``horizontal`` and ``vertical`` lines; ``areas`` filled with a colour; ``pictures``; and how many ``curves``:
    shapes that are neither lines nor rectangles, such as letters drawn as outlines.
    """

    horizontal: list[Line]
    vertical: list[Line]
    areas: list[Box]
    pictures: list[Box]
    curves: int


def read_drawn(page: pdfium.FPDF_PAGE, frame: Frame) -> Drawn:
    """Read the lines, areas and pictures of a page.

    Raises:
        UnreadableDocument: ``too_large``.
    """
    drawn = Drawn([], [], [], [], 0)
    reader = _Reader(frame, drawn)
    page_at = address(page)
    for index in range(lean.FPDFPage_CountObjects(page_at)):
        reader.read(lean.FPDFPage_GetObject(page_at, index), _IDENTITY, 0)
    return drawn._replace(curves=reader.curves)


class _Reader:
    """Goes through the objects of a page and of the forms on it."""

    def __init__(self, frame: Frame, drawn: Drawn) -> None:
        self._frame = frame
        self._drawn = drawn
        self._page = frame.content()
        self._sheet = Box(_EDGE, _EDGE, frame.width - _EDGE, frame.height - _EDGE)
        self._objects = 0
        self._segments = 0
        self.curves = 0
        self._matrix = pdfium.FS_MATRIX()
        self._x, self._y, self._number = c_float(), c_float(), c_float()
        self._fill, self._stroke = c_int(), c_int()
        self._colour = [c_uint() for _ in range(4)]

    def read(self, item: int, outer: Matrix, depth: int) -> None:
        """Read one object; ``outer`` brings the coordinates of the form that it stands in to the page's."""
        self._objects += 1
        if self._objects > _MAX_OBJECTS:
            raise UnreadableDocument("too_large", f"A page draws more than {_MAX_OBJECTS} objects.")
        kind = lean.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._read_path(item, outer)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            matrix = _product(self._matrix_of(item), outer)
            box = self._box([_apply(matrix, x, y) for x, y in ((0, 0), (1, 0), (0, 1), (1, 1))])
            if (seen := box.meet(self._clip(item, outer))).area > 0:
                self._drawn.pictures.append(seen)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            matrix = _product(self._matrix_of(item), outer)
            for index in range(lean.FPDFFormObj_CountObjects(item)):
                self.read(lean.FPDFFormObj_GetObject(item, index), matrix, depth + 1)
        elif kind == pdfium.FPDF_PAGEOBJ_SHADING:
            self.curves += 1

    def _read_path(self, item: int, outer: Matrix) -> None:
        lean.FPDFPath_GetDrawMode(item, byref(self._fill), byref(self._stroke))
        is_filled, is_stroked = self._fill.value != 0, self._stroke.value != 0
        if not (is_filled or is_stroked):
            return  # a path that only clips
        matrix = _product(self._matrix_of(item), outer)
        clip: Box | None = None
        for points, is_closed in self._subpaths(item):
            if points is None:
                self.curves += 1
                continue
            if clip is None:
                clip = self._clip(item, outer)
            corners = [_apply(matrix, x, y) for x, y in points]
            placed = [self._frame.point(x, y) for x, y in corners]
            if is_filled and not is_stroked:
                self._add_area(item, placed, clip)
                continue
            if is_closed and placed[0] != placed[-1]:
                placed.append(placed[0])
            for (x0, y0), (x1, y1) in pairwise(placed):
                if abs(y0 - y1) <= _STRAIGHT and abs(x0 - x1) > abs(y0 - y1):
                    self._add_line(Box(min(x0, x1), (y0 + y1) / 2, max(x0, x1), (y0 + y1) / 2), clip)
                elif abs(x0 - x1) <= _STRAIGHT and abs(y0 - y1) > abs(x0 - x1):
                    self._add_line(Box((x0 + x1) / 2, min(y0, y1), (x0 + x1) / 2, max(y0, y1)), clip)

    def _subpaths(self, item: int) -> Iterator[tuple[list[tuple[float, float]] | None, bool]]:
        """The corners of each part of a path, and whether it is closed; None for a part with curves."""
        count = lean.FPDFPath_CountSegments(item)
        self._segments += max(count, 0)
        if self._segments > _MAX_SEGMENTS:
            raise UnreadableDocument("too_large", f"A page draws more than {_MAX_SEGMENTS} lines.")
        points: list[tuple[float, float]] = []
        curved = closed = False
        for index in range(count):
            segment = lean.FPDFPath_GetPathSegment(item, index)
            kind = lean.FPDFPathSegment_GetType(segment)
            if kind == _MOVE and points:
                if len(points) > 1:
                    yield None if curved else points, closed
                points, curved = [], False
            curved |= kind not in (_MOVE, _LINE)
            lean.FPDFPathSegment_GetPoint(segment, byref(self._x), byref(self._y))
            points.append((self._x.value, self._y.value))
            closed = bool(lean.FPDFPathSegment_GetClose(segment))
        if len(points) > 1:
            yield None if curved else points, closed

    def _add_line(self, box: Box, clip: Box) -> None:
        seen = box.meet(clip)
        if seen.width > seen.height and seen.height >= 0:
            self._drawn.horizontal.append(Line(seen.top, seen.left, seen.right))
        elif seen.height > seen.width and seen.width >= 0:
            self._drawn.vertical.append(Line(seen.left, seen.top, seen.bottom))

    def _add_area(self, item: int, corners: list[tuple[float, float]], clip: Box) -> None:
        """A filled shape: a line if it is thin, an area if it is a rectangle."""
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        box = Box(min(xs), min(ys), max(xs), max(ys))
        at_edges = all(
            min(abs(x - box.left), abs(x - box.right)) <= _STRAIGHT
            and min(abs(y - box.top), abs(y - box.bottom)) <= _STRAIGHT
            for x, y in corners
        )
        if not at_edges:
            self.curves += not min(box.width, box.height) <= _THIN  # mitred borders are lines
            if min(box.width, box.height) > _THIN:
                return
        if min(box.width, box.height) <= _THIN:
            middle_x, middle_y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
            if box.width > box.height:
                self._add_line(Box(box.left, middle_y, box.right, middle_y), clip)
            else:
                self._add_line(Box(middle_x, box.top, middle_x, box.bottom), clip)
        elif not self._is_white(item) and (seen := box.meet(clip)).area > 0:
            self._drawn.areas.append(seen)

    def _is_white(self, item: int) -> bool:
        red, green, blue, alpha = self._colour
        if not lean.FPDFPageObj_GetFillColor(item, byref(red), byref(green), byref(blue), byref(alpha)):
            return False
        return alpha.value == 0 or min(red.value, green.value, blue.value) >= _WHITE

    def _clip(self, item: int, outer: Matrix) -> Box:
        """The part of the page outside of which the object is not seen, as a rectangle around it."""
        box = self._page
        clip_path = lean.FPDFPageObj_GetClipPath(item)
        count = lean.FPDFClipPath_CountPaths(clip_path) if clip_path else 0
        for number in range(max(count, 0)):
            corners = []
            for index in range(lean.FPDFClipPath_CountPathSegments(clip_path, number)):
                segment = lean.FPDFClipPath_GetPathSegment(clip_path, number, index)
                lean.FPDFPathSegment_GetPoint(segment, byref(self._x), byref(self._y))
                corners.append(_apply(outer, self._x.value, self._y.value))
            # A clip of the whole page only says where the sheet ends.
            if corners and not (shape := self._box(corners)).covers(self._sheet):
                box = box.meet(shape)
        return box

    def _box(self, corners: list[tuple[float, float]]) -> Box:
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return self._frame.box(min(xs), min(ys), max(xs), max(ys))

    def _matrix_of(self, item: int) -> Matrix:
        matrix = self._matrix
        if not lean.FPDFPageObj_GetMatrix(item, byref(matrix)):
            return _IDENTITY
        return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _product(inner: Matrix, outer: Matrix) -> Matrix:
    if outer == _IDENTITY:
        return inner
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
