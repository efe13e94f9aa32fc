"""The pages of PDF and image files as pictures."""

from __future__ import annotations

from io import BytesIO
from itertools import islice
from typing import Final, NamedTuple

import numpy as np
import pypdfium2
from PIL import Image

from pipeline.readers import UnreadableDocument
from pipeline.readers.scan.raster import decode_pages

_WIDTH: Final = 1400  # pixels: the smallest print of an A4 page can be read
_MOST_HEIGHT: Final = 4200
_MOST_PAGES: Final = 300
QUALITY: Final = 72


class Size(NamedTuple):
    """Of a page, in pixels as it is rendered."""

    width: int
    height: int


def page_sizes(data: bytes, format: str) -> list[Size]:
    """The sizes of the pages, of the first `_MOST_PAGES` of them.

    Raises:
        UnreadableDocument: the file cannot be opened.
    """
    if format != "pdf":
        return [_fit(page.shape[1], page.shape[0]) for page in islice(decode_pages(data), _MOST_PAGES)]
    document = _open(data)
    try:
        return [_fit(*document.get_page_size(number)) for number in range(min(len(document), _MOST_PAGES))]
    finally:
        document.close()


def render_page(data: bytes, format: str, number: int) -> bytes | None:
    """Page ``number`` (from 1) as WebP, as its cells have their boxes on it; None if there is no such page.

    Raises:
        UnreadableDocument: the file cannot be opened.
    """
    if format != "pdf":
        page = next(islice(decode_pages(data), number - 1, number), None)
        if page is None:
            return None
        picture = Image.fromarray(np.ascontiguousarray(page[:, :, ::-1]))
    else:
        document = _open(data)
        try:
            if not 1 <= number <= len(document):
                return None
            sheet = document[number - 1]
            width, _ = sheet.get_size()
            picture = sheet.render(scale=_fit(*sheet.get_size()).width / width).to_pil().convert("RGB")
        finally:
            document.close()
    size = _fit(*picture.size)
    if size != picture.size:
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    file = BytesIO()
    picture.save(file, "WEBP", quality=QUALITY, method=2)
    return file.getvalue()


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument("undecodable", f"The PDF cannot be opened: {error}.") from error


def _fit(width: float, height: float) -> Size:
    width, height = max(1.0, width), max(1.0, height)
    scale = min(_WIDTH / width, _MOST_HEIGHT / height)
    return Size(max(1, round(width * scale)), max(1, round(height * scale)))
