"""A page as an image, and what is recognised in it."""

from __future__ import annotations

from ctypes import POINTER, c_ubyte, cast
from math import sqrt
from typing import Final

import pypdfium2.raw as pdfium

from pipeline.readers.document import Paragraph, Table, UnreadableDocument

_DOTS_PER_POINT: Final = 200 / 72
_MAX_PIXELS: Final = 16_000_000
_WHITE: Final = 0xFFFFFFFF


WHOLE: Final = (0.0, 0.0, 1.0, 1.0)


def read_as_image(
    page: pdfium.FPDF_PAGE, number: int, part: tuple[float, float, float, float] = WHOLE
) -> list[Paragraph | Table]:
    """Draw a page at 200 dots an inch (less if it is large) and recognise what it, or a part of it, shows.

    ``part`` is a box as `Origin.box` has it.

    Raises:
        UnreadableDocument: if it cannot be drawn or recognised.
    """
    import numpy as np

    from pipeline.readers.scan import read_page_image

    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    scale = min(_DOTS_PER_POINT, sqrt(_MAX_PIXELS / max(width * height, 1.0)))
    columns, rows = max(1, round(width * scale)), max(1, round(height * scale))
    bitmap = pdfium.FPDFBitmap_CreateEx(columns, rows, pdfium.FPDFBitmap_BGR, None, 0)
    if not bitmap:
        raise UnreadableDocument("too_large", f"Page {number} of the PDF is too large to be drawn.")
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, columns, rows, _WHITE)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, columns, rows, 0, pdfium.FPDF_ANNOT)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        pixels = cast(pdfium.FPDFBitmap_GetBuffer(bitmap), POINTER(c_ubyte))
        image = np.ctypeslib.as_array(pixels, (rows, stride))[:, : columns * 3].reshape(rows, columns, 3).copy()
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    left, top, right, bottom = part
    image = image[int(top * rows) : max(int(bottom * rows), 1), int(left * columns) : max(int(right * columns), 1)]
    blocks = read_page_image(np.ascontiguousarray(image), number)
    return blocks if part == WHOLE else [_moved(block, part) for block in blocks]


def _moved(block: Paragraph | Table, part: tuple[float, float, float, float]) -> Paragraph | Table:
    """A block with its boxes on the page instead of on the part of it that was read."""
    if isinstance(block, Paragraph):
        return block
    left, top, right, bottom = part
    cells = []
    for cell in block.cells:
        origin = cell.origin
        if origin and origin.box:
            x0, y0, x1, y1 = origin.box
            width, height = right - left, bottom - top
            box = (left + x0 * width, top + y0 * height, left + x1 * width, top + y1 * height)
            origin = origin._replace(box=box)
        cells.append(cell._replace(origin=origin))
    return block._replace(cells=cells)
