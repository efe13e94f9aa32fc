"""Bytes in, `Document` out, whatever their format."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Protocol

from pipeline.readers.document import Document, UnreadableDocument
from pipeline.readers.encoding import decode
from pipeline.readers.formats import FORMATS, detect
from pipeline.readers.html import read_html
from pipeline.readers.text import read_text

_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|table|tbody|tr|td|div|p|span|br|h[1-6]|ul|font|center)\b",
    re.IGNORECASE,
)
_CONTROL = bytes([*range(1, 9), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F])
_MAX_CONTROL = 8


READER_VERSION = 2
"""Raise it when a reader gives other documents: those read by an older version are then read again."""


class Reader(Protocol):
    """A reader of one format."""

    def __call__(self, data: bytes) -> Document:
        """Read the bytes of one document; raises `UnreadableDocument`."""


def read(data: bytes, headers: Mapping[str, str] = MappingProxyType({})) -> Document:
    """Read the bytes of one document.

    ``headers`` are the HTTP headers it was fetched with, if any: their charset and length are evidence.

    Raises:
        UnreadableDocument: empty, of a format without a reader, damaged, locked or cut off.
    """
    if not data.strip(b"\0 \t\r\n\f\v\xef\xbb\xbf\xff\xfe"):
        raise UnreadableDocument("empty", "The file holds nothing. Fetch it again.")
    name = detect(data)
    if name is None:
        return _read_text(data, headers)
    if name == "zip":
        raise UnreadableDocument("unsupported_format", "This is an archive of several files. Name one of them.")
    return reader(name)(data)


@cache
def reader(name: str) -> Reader:
    """The reader of a format of `FORMATS` that is not text; imported here, since some are heavy."""
    place = FORMATS[name].reader
    assert place is not None, name
    module, _, function = place.partition(":")
    found: Reader = getattr(import_module(module), function)
    return found


def _read_text(data: bytes, headers: Mapping[str, str]) -> Document:
    """Read HTML or plain text, in whatever encoding."""
    text, is_utf8 = decode(data, headers)
    plain = data if is_utf8 else text.encode("utf-8", "replace")
    head = plain[:8192]
    if len(head) - len(head.translate(None, _CONTROL)) > _MAX_CONTROL or b"\0" in plain:
        raise UnreadableDocument("unsupported_format", "This is a binary file of no known format.")
    if _HTML.search(text):
        return read_html(plain, text)
    if data[-1] >= 0x80 and text.endswith("\ufffd"):
        raise UnreadableDocument("truncated", "The file ends in the middle of a character. Fetch it again.")
    return read_text(text)
