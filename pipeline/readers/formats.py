"""The formats of documents, and which of them the bytes are of: told by the bytes themselves, never by a name."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from io import BytesIO
from types import MappingProxyType
from typing import IO, Final, NamedTuple
from zipfile import BadZipFile, ZipFile

from pipeline.readers.document import UnreadableDocument


class Format(NamedTuple):
    """A file format that is read.

    ``reader`` is its function as ``module:function``, imported when the first such document comes; None for what is
    text, which `pipeline.readers.read` decodes first, and for what LibreOffice first makes another format of,
    ``through`` which it is read. ``version`` (from 1) is raised when the reader gives other documents: those read by
    an older one are then read again. ``seconds`` is the processor time that one document may take. ``is_slow``: what
    the reader gave is kept, so that a change in extraction does not repeat it.
    """

    media_type: str
    version: int
    reader: str | None = None
    seconds: int = 60
    is_slow: bool = False
    through: str | None = None


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        "html": Format("text/html", 3),
        "text": Format("text/plain", 2),
        "pdf": Format("application/pdf", 2, "pipeline.readers.pdf:read_pdf", seconds=600),
        "docx": Format(
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            2,
            "pipeline.readers.docx:read_docx",
            seconds=600,  # its tables may be pictures
        ),
        "xlsx": Format(
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            1,
            "pipeline.readers.sheets:read_sheets",
        ),
        "xls": Format("application/vnd.ms-excel", 1, "pipeline.readers.sheets:read_sheets"),
        "ods": Format("application/vnd.oasis.opendocument.spreadsheet", 1, "pipeline.readers.sheets:read_sheets"),
        "mhtml": Format("multipart/related", 2, "pipeline.readers.mhtml:read_mhtml"),
        "doc": Format("application/msword", 1, seconds=600, through="docx", is_slow=True),
        "rtf": Format("application/rtf", 1, seconds=600, through="docx", is_slow=True),
        "odt": Format("application/vnd.oasis.opendocument.text", 1, seconds=600, through="docx", is_slow=True),
        "word_xml": Format("application/msword", 1, seconds=600, through="docx", is_slow=True),
        "excel_xml": Format("application/vnd.ms-excel", 1, through="xlsx", is_slow=True),
        "image": Format("image/*", 1, "pipeline.readers.scan:read_image", seconds=600, is_slow=True),
    }
)
"""The formats that are read, by name."""

DETECTION_VERSION: Final = 1
"""Raise it when `detect` tells formats in another way: every document is then looked at again."""


def reader_version(name: str | None) -> int:
    """The version of what reads a format; 0 where nothing does, so that a first reader of it is a newer one."""
    found = FORMATS.get(name or "")
    return found.version + (reader_version(found.through) if found.through else 0) if found else 0


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
_MAIN_PARTS: Final = (  # of packages whose main part has another name, as Word online gives it
    (b"wordprocessingml.document.main+xml", "docx"),
    (b"spreadsheetml.sheet.main+xml", "xlsx"),
)
_CONTENT_TYPES: Final = "[Content_Types].xml"
_MAX_CONTENT_TYPES: Final = 1 << 20
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
_OFFICE_XML: Final = (  # of 2003, and packages as one file
    (re.compile(rb"progid=[\"']Excel\b|urn:schemas-microsoft-com:office:spreadsheet"), "excel_xml"),
    (re.compile(rb"progid=[\"']Word\b|<(?:w:wordDocument|pkg:package)\b"), "word_xml"),
)


def detect(data: bytes) -> str | None:
    """The name of the format that the bytes are of; None for what can only be text.

    It is one of `FORMATS`, ``zip`` for an archive of documents, or a format without a reader.

    Raises:
        UnreadableDocument: ``encrypted``, ``truncated`` or ``too_large``.
    """
    name = next((name for signature, name in _SIGNATURES if data.startswith(signature)), None)
    if name == "zip":
        name = package_kind(BytesIO(data))
    elif name == "ole":
        name = _compound(data)
    elif name is None and b"%PDF-" in data[:_PDF_WITHIN]:
        name = "pdf"
    elif name is None and _MIME.match(data[:4096]):
        name = "mhtml"
    elif name is None and data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        name = next((name for pattern, name in _OFFICE_XML if pattern.search(data[:4096])), None)
    return name


def describe(name: str) -> str:
    """What to call a format that has no reader."""
    return _UNREAD.get(name, f"a file of the format {name}")


def package_kind(stream: IO[bytes]) -> str:
    """What kind of ZIP container it is, by the members that its kind must have; ``zip`` if none of a known kind.

    Raises:
        UnreadableDocument: ``truncated``.
    """
    try:
        with ZipFile(stream) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return _ODF.get(archive.read("mimetype").strip(), "package")
            content_types = b""
            if _CONTENT_TYPES in names:
                with archive.open(_CONTENT_TYPES) as part:
                    content_types = part.read(_MAX_CONTENT_TYPES)
    except (BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError, zlib.error) as error:
        raise UnreadableDocument(
            "truncated", f"This ZIP container (Word, Excel or an archive) is damaged: {error}. Fetch it again."
        ) from error
    for member, name in _PACKAGES:
        if member in names:
            return name
    kinds = (name for content_type, name in _MAIN_PARTS if content_type in content_types)
    return next(kinds, "package" if content_types else "zip")


def _compound(data: bytes) -> str:
    """What kind of compound file (MS-CFB) it is, by the names of its streams."""
    for stream, name in _STREAMS:
        if f"{stream}\0".encode("utf-16-le") in data:
            if name == "encrypted":
                raise UnreadableDocument("encrypted", "The file needs a password. Save it without one.")
            return name
    return "ole"
