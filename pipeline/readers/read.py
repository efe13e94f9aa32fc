"""Bytes in, `Document` out, whatever their format."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple, Protocol

from pipeline.readers.document import Document, UnreadableDocument
from pipeline.readers.encoding import decode
from pipeline.readers.formats import FORMATS, describe, detect
from pipeline.readers.html import read_html
from pipeline.readers.text import read_text

_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|table|tbody|tr|td|div|p|span|br|h[1-6]|ul|font|center)\b",
    re.IGNORECASE,
)
_CONTROL = bytes([*range(1, 9), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F])
_MAX_CONTROL = 8


class Reader(Protocol):
    """A reader of one format."""

    def __call__(self, data: bytes) -> Document:
        """Read the bytes of one document; raises `UnreadableDocument`."""


class Opened(NamedTuple):
    """A document whose format is told: one of `FORMATS`, ``zip``, or one without a reader.

    ``read`` reads it; raises `UnreadableDocument`.
    """

    format: str
    read: Callable[[], Document]


def read(data: bytes, headers: Mapping[str, str] = MappingProxyType({})) -> Document:
    """Read the bytes of one document.

    ``headers`` are the HTTP headers it was fetched with, if any: their charset and length are evidence.

    Raises:
        UnreadableDocument: empty, of a format without a reader, damaged, locked or cut off.
    """
    return open_document(data, headers).read()


def open_document(data: bytes, headers: Mapping[str, str] = MappingProxyType({})) -> Opened:
    """Tell the format of the bytes of one document, by the bytes.

    Raises:
        UnreadableDocument: empty, or of no format that can be told.
    """
    if not data.strip(b"\0 \t\r\n\f\v\xef\xbb\xbf\xff\xfe"):
        raise UnreadableDocument("empty", "The file holds nothing. Fetch it again.")
    name = detect(data)
    if name is None:
        return _open_text(data, headers)
    if name not in FORMATS:
        return Opened(name, partial(_refuse, name))
    if FORMATS[name].through:
        return Opened(name, partial(_convert_and_read, name, data))
    return Opened(name, lambda: reader(name)(data))


@cache
def reader(name: str) -> Reader:
    """The reader of a format of `FORMATS` that is not text; imported here, since some are heavy."""
    place = FORMATS[name].reader
    assert place is not None, name
    module, _, function = place.partition(":")
    found: Reader = getattr(import_module(module), function)
    return found


def read_converted(name: str, made: bytes | UnreadableDocument) -> Document:
    """Read what LibreOffice made of a document of the format ``name``, or raise why it made nothing."""
    if isinstance(made, UnreadableDocument):
        raise made
    through = FORMATS[name].through
    assert through is not None, name
    return replace(reader(through)(made), media_type=FORMATS[name].media_type)


def _convert_and_read(name: str, data: bytes) -> Document:
    from pipeline.readers.office import convert

    return read_converted(name, convert([(name, data)])[0])


def _refuse(name: str) -> Document:
    if name == "zip":
        message = "This is an archive of several files. Name one of them."
    else:
        message = f"This is {describe(name)}, which is not read. "
        message += "Save what it holds in another format (HTML, Word, Excel, PDF)."
    raise UnreadableDocument("unsupported_format", message)


def _open_text(data: bytes, headers: Mapping[str, str]) -> Opened:
    """HTML or plain text, in whatever encoding."""
    text, is_utf8 = decode(data, headers)
    plain = data if is_utf8 else text.encode("utf-8", "replace")
    head = plain[:8192]
    if len(head) - len(head.translate(None, _CONTROL)) > _MAX_CONTROL or b"\0" in plain:
        raise UnreadableDocument("unsupported_format", "This is a binary file of no known format.")
    if _HTML.search(text):
        return Opened("html", partial(read_html, plain, text))
    return Opened("text", partial(_read_plain, text, cut=data[-1] >= 0x80))


def _read_plain(text: str, *, cut: bool) -> Document:
    if cut and text.endswith("\ufffd"):
        raise UnreadableDocument("truncated", "The file ends in the middle of a character. Fetch it again.")
    return read_text(text)
