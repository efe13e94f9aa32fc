"""Layers (optional content) that may be switched off: whether a text in one is drawn shows on the drawn page alone."""

from __future__ import annotations

from ctypes import byref, c_ulong, c_ushort, string_at
from math import sqrt
from typing import Final

import pypdfium2.raw as pdfium

from pipeline.readers.document import UnreadableDocument
from pipeline.readers.pdf.calls import lean
from pipeline.readers.pdf.geometry import Frame

_LAYER: Final = "OC"  # the tag of marked content that belongs to a layer
_LONGEST_NAME: Final = 16
_MAX_PIXELS: Final = 4_000_000
_WHITE: Final = 0xFFFFFFFF


def is_in_layer(item: int | None) -> bool:
    """Whether an object (its address) stands in a layer."""
    for number in range(lean.FPDFPageObj_CountMarks(item)):
        name = (c_ushort * _LONGEST_NAME)()
        size = c_ulong()
        mark = lean.FPDFPageObj_GetMark(item, number)
        if lean.FPDFPageObjMark_GetName(mark, name, 2 * _LONGEST_NAME, byref(size)):
            text = bytes(name)[: max(size.value - 2, 0)].decode("utf-16-le", "replace")
            if text == _LAYER:
                return True
    return False


class Ink:
    """A page as it is drawn, in shades of grey, to see where something is."""

    def __init__(self, page: pdfium.FPDF_PAGE, sheet: Frame) -> None:
        """Draw the page; ``sheet`` is its frame as it is shown."""
        self._sheet = sheet
        self._scale = min(2.0, sqrt(_MAX_PIXELS / (sheet.width * sheet.height)))
        self._columns = max(1, round(sheet.width * self._scale))
        self._rows = max(1, round(sheet.height * self._scale))
        bitmap = pdfium.FPDFBitmap_CreateEx(self._columns, self._rows, pdfium.FPDFBitmap_Gray, None, 0)
        if not bitmap:
            raise UnreadableDocument("too_large", "A page of the PDF is too large to be drawn.")
        try:
            pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, self._columns, self._rows, _WHITE)
            pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, self._columns, self._rows, 0, 0)
            self._stride = pdfium.FPDFBitmap_GetStride(bitmap)
            self._shades = string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), self._stride * self._rows)
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)

    def is_at(self, box: tuple[float, float, float, float]) -> bool:
        """Whether anything is drawn in a rectangle (left, bottom, right, top in the format's coordinates)."""
        left, top, right, bottom = (place * self._scale for place in self._sheet.box(*box))
        shades: set[int] = set()
        for row in range(max(0, int(top)), min(self._rows, int(bottom) + 1)):
            start = row * self._stride
            shades.update(self._shades[start + max(0, int(left)) : start + min(self._columns, int(right) + 1)])
        return len(shades) > 1
