"""Image files as documents: PNG, JPEG, TIFF of several pages, GIF."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Final

import numpy as np
from PIL import Image as Pictures
from PIL import ImageOps, UnidentifiedImageError

from pipeline.readers.document import Document, Paragraph, Table, UnreadableDocument
from pipeline.readers.scan.page import read_page_image
from pipeline.readers.scan.recognition import Image

_MAX_PIXELS: Final = 150_000_000  # A3 at 600 dpi has 70 million
_MAX_PAGES: Final = 200
_MAX_SIDE: Final = 5000  # more detail than this tells no more of a page
_ONE_FRAME: Final = frozenset({"GIF", "WEBP", "MPO", "PNG"})  # what follows is an animation or another view


def read_image(data: bytes) -> Document:
    """Read an image file as a scan, page by page.

    Raises:
        UnreadableDocument: ``undecodable``, ``truncated`` or ``too_large``.
    """
    blocks: list[Paragraph | Table] = []
    with _opened(data) as picture:
        media_type = Pictures.MIME.get(picture.format or "", "application/octet-stream")
        for number, page in enumerate(_pages(picture), 1):
            blocks += read_page_image(page, number)
    return Document(blocks, media_type)


def decode_pages(data: bytes) -> Iterator[Image]:
    """The pages of an image file as pixels (height x width x 3, BGR), as cells have their boxes on them.

    Raises:
        UnreadableDocument: as `read_image`.
    """
    with _opened(data) as picture:
        yield from _pages(picture)


def decode_picture(data: bytes) -> Image:
    """The first page of an image file as pixels (height x width x 3, BGR).

    Raises:
        UnreadableDocument: as `read_image`.
    """
    with _opened(data) as picture:
        return next(_pages(picture))


def _opened(data: bytes) -> Pictures.Image:
    try:
        return Pictures.open(BytesIO(data))
    except Pictures.DecompressionBombError as error:
        raise _too_large() from error
    except UnidentifiedImageError as error:
        raise UnreadableDocument("undecodable", "The picture cannot be decoded. Fetch it again.") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise UnreadableDocument("undecodable", f"The picture cannot be decoded: {error}. Fetch it again.") from error


def _pages(picture: Pictures.Image) -> Iterator[Image]:
    count = 1 if picture.format in _ONE_FRAME else getattr(picture, "n_frames", 1)
    if count > _MAX_PAGES:
        raise _too_large()
    for number in range(count):
        try:
            picture.seek(number)
            if picture.width * picture.height > _MAX_PIXELS:
                raise _too_large()
            yield _pixels(picture)
        except Pictures.DecompressionBombError as error:
            raise _too_large() from error
        except (OSError, EOFError, ValueError, SyntaxError) as error:
            raise UnreadableDocument(
                "truncated", f"The picture breaks off or is damaged on page {number + 1}: {error}. Fetch it again."
            ) from error


def _pixels(picture: Pictures.Image) -> Image:
    """A frame on white paper, standing as its camera says, with square pixels."""
    resolution = picture.info.get("dpi")
    if max(picture.size) > 2 * _MAX_SIDE:
        picture.draft("RGB", (_MAX_SIDE, _MAX_SIDE))
    frame = ImageOps.exif_transpose(picture)
    if frame.mode in ("RGBA", "LA", "PA") or "transparency" in frame.info:
        rgba = frame.convert("RGBA")
        frame = Pictures.alpha_composite(Pictures.new("RGBA", rgba.size, "white"), rgba)
    frame = frame.convert("RGB")
    width, height = frame.size
    if resolution and min(resolution) > 0 and 1.2 < max(resolution) / min(resolution) < 4:  # fax: 204 by 98 dpi
        across, down = (max(resolution) / float(value) for value in resolution)
        width, height = round(width * across), round(height * down)
    shrink = max(1.0, max(width, height) / _MAX_SIDE)
    size = max(1, round(width / shrink)), max(1, round(height / shrink))
    if size != frame.size:
        frame = frame.resize(size, Pictures.Resampling.LANCZOS, reducing_gap=2.0)
    return np.ascontiguousarray(np.asarray(frame)[:, :, ::-1])


def _too_large() -> UnreadableDocument:
    return UnreadableDocument("too_large", "The picture has more pixels, or pages, than a scanned report would.")
