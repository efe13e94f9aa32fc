"""Pictures inside other documents: a table that was pasted as one is read, all else is decoration."""

from __future__ import annotations

from typing import Final

from pipeline.readers.document import Paragraph, Table, UnreadableDocument

_LEAST_BYTES: Final = 1500  # icons, bullets, spacers
_LEAST_SIDE: Final = 120  # pixels
_LEAST_PLACES: Final = 6


def read_picture(data: bytes) -> list[Paragraph | Table]:
    """Read a picture that holds a ruled table; any other, and what is no picture, gives nothing.

    The cheap look for ruling lines comes first: most pictures in documents are emblems, photographs and charts.
    Pages of the blocks are 1: a picture has but one.
    """
    if len(data) < _LEAST_BYTES:
        return []
    from pipeline.readers.scan.page import read_page_image
    from pipeline.readers.scan.raster import decode_picture
    from pipeline.readers.scan.upright import may_hold_table

    try:
        image = decode_picture(data)
    except UnreadableDocument:
        return []  # the document around it can be read all the same
    if min(image.shape[:2]) < _LEAST_SIDE or not may_hold_table(image):
        return []
    blocks = read_page_image(image, 1)
    is_table = any(isinstance(block, Table) and len(block.cells) >= _LEAST_PLACES for block in blocks)
    return blocks if is_table else []
