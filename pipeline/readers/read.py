"""Which reader a document needs: told by its bytes, never by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from pipeline.readers.document import Document, UnreadableDocument
from pipeline.readers.encoding import decode
from pipeline.readers.html import read_html
from pipeline.readers.text import read_text

READER_VERSION = 1
"""Raise it when a reader gives other documents: those read by an older version are then read again."""

# Signatures of formats without a reader, so that their quarantine says what they are.
_SIGNATURES = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP container (Word, Excel or an archive)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Word, Excel or WPS file"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG\r\n\x1a\n", "PNG picture"),
    (b"\xff\xd8\xff", "JPEG picture"),
    (b"II*\x00", "TIFF picture"),
    (b"MM\x00*", "TIFF picture"),
    (b"GIF8", "GIF picture"),
    (b"Rar!\x1a\x07", "RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
    (b"\x1f\x8b", "gzip archive"),
)
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|table|tbody|tr|td|div|p|span|br|h[1-6]|ul|font|center)\b",
    re.IGNORECASE,
)
_CONTROL = bytes([*range(1, 9), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F])
_MAX_CONTROL = 8


def read(data: bytes, headers: Mapping[str, str] = MappingProxyType({})) -> Document:
    """Read the bytes of one document.

    ``headers`` are the HTTP headers it was fetched with, if any: their charset and length are evidence.

    Raises:
        UnreadableDocument: empty, of a format without a reader, undecodable, or cut off.
    """
    if not data.strip(b"\0 \t\r\n\f\v\xef\xbb\xbf\xff\xfe"):
        raise UnreadableDocument("empty", "The file holds nothing. Fetch it again.")
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            raise UnreadableDocument(
                "unsupported_format",
                f"This is a {name}; only HTML and plain text are read so far. Save it as HTML or text.",
            )
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
