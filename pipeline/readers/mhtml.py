"""Web pages saved as one file (MHTML, RFC 2557): browsers, Word and WPS write them, often under the name ``.doc``.

The page is read as any other; the pictures saved with it are put into it, where it shows them.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from email import policy
from email.errors import CloseBoundaryNotFoundDefect, StartBoundaryNotFoundDefect
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Final

from pipeline.readers.document import Document, UnreadableDocument
from pipeline.readers.encoding import decode
from pipeline.readers.html import read_html
from pipeline.readers.links import join
from pipeline.readers.whitespace import fold_spaces

_SOURCE: Final = re.compile(
    r"""(?P<before><(?:img|v:imagedata)\b[^>]*?\bsrc\s*=\s*["']?)(?P<href>[^"'\s>]+)""", re.IGNORECASE
)
_FRAMESET: Final = re.compile(r"<frameset\b", re.IGNORECASE)
_MAX_PARTS: Final = 1000
_MAX_NESTING: Final = 50  # parts that hold parts


def read_mhtml(data: bytes) -> Document:
    """Read a web page saved as one file.

    Raises:
        UnreadableDocument: ``truncated``, if it breaks off; ``undecodable``, if it holds no page; ``too_large``.
    """
    texts, subject = read_pages(data)
    documents = [read_html(text.encode("utf-8", "replace"), text) for text in texts]
    first = documents[0]
    for other in documents[1:]:  # the sheets of a workbook, the frames of a page
        first.blocks += other.blocks
        first.links += other.links
    first.media_type = "multipart/related"
    first.page_title = first.page_title or subject
    return first


def read_pages(data: bytes) -> tuple[list[str], str | None]:
    """The pages of a saved one, each with its pictures in it; and the subject that it was saved under.

    Raises:
        UnreadableDocument: as `read_mhtml`.
    """
    if data.lower().count(b"boundary=") > _MAX_NESTING:
        raise UnreadableDocument("too_large", "The saved page nests its parts deeper than any page.")
    message = BytesParser(policy=policy.default).parsebytes(data.lstrip())
    parts = list(_parts(message))
    pages = [part for part in parts if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    if any(isinstance(d, CloseBoundaryNotFoundDefect | StartBoundaryNotFoundDefect) for d in message.defects):
        raise UnreadableDocument("truncated", "The saved page breaks off before its end. Fetch it again.")
    if not pages:
        raise UnreadableDocument("undecodable", "This file of MIME parts holds no web page. Save the page as HTML.")
    pictures = {place: part for part in parts if part.get_content_maintype() == "image" for place in _places(part)}
    texts = [_with_pictures(_text(page), page, pictures) for page in pages]
    shown = [text for text in texts if not _FRAMESET.search(text)] or texts
    return shown, fold_spaces(str(message["Subject"] or "")) or None


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    for number, part in enumerate(message.walk()):
        if number == _MAX_PARTS:
            raise UnreadableDocument("too_large", f"The saved page has more than {_MAX_PARTS:,} parts.")
        if not part.is_multipart():
            yield part


def _places(part: EmailMessage) -> Iterator[str]:
    """The names by which a page refers to a part."""
    if location := str(part["Content-Location"] or "").strip():
        yield location
    if identity := str(part["Content-ID"] or "").strip().strip("<>"):
        yield f"cid:{identity}"


def _text(page: EmailMessage) -> str:
    headers = {"content-type": str(page["Content-Type"] or "")}
    return decode(_content(page), headers)[0]


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _with_pictures(text: str, page: EmailMessage, pictures: dict[str, EmailMessage]) -> str:
    base = str(page["Content-Location"] or "").strip()

    def embed(match: re.Match[str]) -> str:
        part = pictures.get(match["href"]) or pictures.get(join(base, match["href"]))
        if part is None:
            return match[0]
        return f"{match['before']}data:{part.get_content_type()};base64,{b64encode(_content(part)).decode()}"

    return _SOURCE.sub(embed, text) if pictures else text
