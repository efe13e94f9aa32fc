"""The formats of documents, and which of them the bytes are of: told by the bytes themselves, never by a name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from types import MappingProxyType
from typing import Final, NamedTuple
from zipfile import BadZipFile, ZipFile

from pipeline.readers.document import UnreadableDocument


class Format(NamedTuple):
    """A file format that is read.

    ``reader`` is its function as ``module:function``, imported when the first such document comes; None for what is
    text, which `pipeline.readers.read` decodes first. ``version`` is raised when the reader gives other documents:
    those read by an older one are then read again. ``seconds`` is the time that one document may take. ``is_slow``:
    what the reader gave is kept, so that a change in extraction does not repeat it.
    """

    media_type: str
    version: int
    reader: str | None = None
    seconds: int = 60
    is_slow: bool = False


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        "html": Format("text/html", 2),
        "text": Format("text/plain", 2),
        "mhtml": Format("multipart/related", 1, "pipeline.readers.mhtml:read_mhtml"),
    }
)
"""The formats that are read, by name."""

_SIGNATURES: Final = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),  # an archive of nothing
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"GIF8", "image"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gzip"),
)
_UNREAD: Final = {
    "rar": "a RAR archive",
    "7z": "a 7-Zip archive",
    "gzip": "a gzip archive",
    "ofd": "an OFD document",
    "pptx": "a presentation",
    "ppt": "a presentation",
    "package": "a ZIP container of an unknown kind",
    "ole": "a compound file of an unknown kind",
}
"""Formats that are known and not read, with what to call them."""
# In this order: a document's package may carry those of others inside, never above.
_PACKAGES: Final = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "xlsx"),
    ("ppt/presentation.xml", "pptx"),
    ("OFD.xml", "ofd"),
)
_ODF: Final = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_STREAMS: Final = (  # names in the directory of a compound file
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
)
_PDF_WITHIN: Final = 1024  # as readers of PDF allow before its header
_MIME: Final = re.compile(rb"\A\s*(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?MIME-Version:", re.IGNORECASE)
_OFFICE_XML: Final = re.compile(rb"<\?mso-application\s+progid=\"(Word|Excel)|<(?:w:wordDocument|pkg:package)\b")


def detect(data: bytes) -> str | None:
    """The name of the format that the bytes are of, one of `FORMATS`; None for what can only be text.

    ``zip`` stands for an archive of documents. Formats without a reader yet are refused by their name.

    Raises:
        UnreadableDocument: ``unsupported_format``, ``encrypted`` or ``truncated``.
    """
    name = next((name for signature, name in _SIGNATURES if data.startswith(signature)), None)
    if name == "zip":
        name = _package(data)
    elif name == "ole":
        name = _compound(data)
    elif name is None and b"%PDF-" in data[:_PDF_WITHIN]:
        name = "pdf"
    elif name is None and _MIME.match(data[:4096]):
        name = "mhtml"
    elif name is None and _OFFICE_XML.search(data[:4096]):
        name = "office_xml"
    if name is None or name in FORMATS or name == "zip":
        return name
    raise UnreadableDocument(
        "unsupported_format",
        f"This is {_UNREAD.get(name, f'a file of the format {name}')}, which is not read. "
        "Save what it holds in another format (HTML, Word, Excel, PDF).",
    )


def _package(data: bytes) -> str:
    """What kind of ZIP container it is, by the members that its kind must have."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return _ODF.get(archive.read("mimetype").strip(), "package")
    except (BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError) as error:
        raise UnreadableDocument(
            "truncated", f"This ZIP container (Word, Excel or an archive) is damaged: {error}. Fetch it again."
        ) from error
    for member, name in _PACKAGES:
        if member in names:
            return name
    return "package" if "[Content_Types].xml" in names else "zip"


def _compound(data: bytes) -> str:
    """What kind of compound file (MS-CFB) it is, by the names of its streams."""
    for stream, name in _STREAMS:
        if f"{stream}\0".encode("utf-16-le") in data:
            if name == "encrypted":
                raise UnreadableDocument("encrypted", "The file needs a password. Save it without one.")
            return name
    return "ole"
