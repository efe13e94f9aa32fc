"""Bytes to text: which of the encodings of Chinese pages and files a document is written in."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping

from pipeline.readers.document import UnreadableDocument

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)""", re.IGNORECASE)
_DECLARED_XML = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9_:.-]+)""", re.IGNORECASE)
_PRESCAN = 4096  # the HTML standard looks at 1,024 bytes; government pages bring comments before their meta
# A browser reads these labels as the larger encoding that contains them.
_ALIASES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
}
_GUESSES = ("gb18030", "big5hkscs")
_COMMON = frozenset("的一是在和政府信息公开工作年度报告情况数有不为行本部主要收到处理申请開報資訊務會關")
_MAX_REPLACED = 0.01
"""Share of characters that may be undecodable before the bytes count as no text of that encoding."""


def decode(data: bytes, headers: Mapping[str, str]) -> tuple[str, bool]:
    """Decode a text or HTML file; the text, and whether the bytes themselves are plain UTF-8.

    Tried in order: a byte-order mark; UTF-8, if the bytes are valid (other Chinese text practically never is);
    the charset that the HTTP header or the page declares; GB18030 and Big5, whichever reads as common Chinese.

    Raises:
        UnreadableDocument: ``undecodable``, if no encoding fits.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _lenient(data, name) or _fail(), False
    if b"\0" not in data[:4096]:
        try:
            return data.decode(), True
        except UnicodeDecodeError:
            pass
    else:
        # UTF-16 without a mark: markup and digits leave every other byte zero.
        even, odd = data[0:4096:2].count(0), data[1:4096:2].count(0)
        if max(even, odd) > 8 * (min(even, odd) + 1):
            return _lenient(data, "utf-16-le" if odd > even else "utf-16-be") or _fail(), False
    for name in _declared(data, headers):
        if text := _lenient(data, name):
            return text, False
    guesses = [text for name in _GUESSES if (text := _lenient(data, name))]
    return max(guesses, key=_commonness, default=None) or _lenient(data, "utf-8") or _fail(), False


def _declared(data: bytes, headers: Mapping[str, str]) -> Iterator[str]:
    content_type = next((value for key, value in headers.items() if key.lower() == "content-type"), "")
    head = data[:_PRESCAN]
    labels = (
        _DECLARED.search(content_type.encode("ascii", "ignore")),
        _DECLARED.search(head),
        _DECLARED_XML.search(head),
    )
    for label in labels:
        if label is None:
            continue
        name = label[1].decode().lower()
        try:
            yield codecs.lookup(_ALIASES.get(name, name)).name
        except LookupError:
            continue


def _lenient(data: bytes, name: str) -> str | None:
    """The text, a few broken characters replaced by U+FFFD; None if more than a few are broken."""
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        text = data.decode(name, "replace")
    broken = text.count("\ufffd")
    return text if broken <= max(2, _MAX_REPLACED * len(text)) else None


def _commonness(text: str) -> float:
    sample = [character for character in text[:20000] if character > "\u2e80"]
    return sum(character in _COMMON for character in sample) / (len(sample) or 1)


def _fail() -> str:
    raise UnreadableDocument(
        "undecodable",
        "The bytes are no text in UTF-8, UTF-16, GB18030 or Big5. Fetch the file again, or save it as UTF-8.",
    )
