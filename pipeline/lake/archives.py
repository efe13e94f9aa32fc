"""ZIP archives of documents: each member is a document of its own, read from where it lies.

A member is known by its number in the archive's directory, at each level: names may be double, or no text. Its path
is that of the archive, ``!/``, and its name; it is shown and never written to disk.
"""

from __future__ import annotations

import hashlib
import lzma
import stat
import zlib
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import IO, Final, NamedTuple
from zipfile import BadZipFile, ZipFile, ZipInfo

from pipeline.lake.limits import MAX_BYTES
from pipeline.lake.places import is_ignored
from pipeline.readers import UnreadableDocument
from pipeline.readers.formats import detect, package_kind

SEPARATOR: Final = "!/"
MAX_DEPTH: Final = 3
"""Levels of archives in archives."""
MAX_MEMBERS: Final = 10_000
MAX_RATIO: Final = 100
"""How many times its own size an archive may unfold to; small ones to `MAX_BYTES` at least. Office files and PDF are
compressed already, and text shrinks to a tenth."""

LISTING_SECONDS: Final = 300
"""Processor time that listing one archive may take."""

_SHOWN: Final = 10
_ENCRYPTED: Final = 1
_DAMAGE: Final = (
    BadZipFile,
    NotImplementedError,  # a method of compression that Python has not
    RuntimeError,  # a password
    OSError,
    ValueError,
    EOFError,
    IndexError,
    zlib.error,
    lzma.LZMAError,
)


class Member(NamedTuple):
    """A document in an archive."""

    path: str
    number: tuple[int, ...]
    document_id: str
    size_bytes: int


class Listing(NamedTuple):
    """What an archive holds.

    ``problem`` is the code and message of what keeps some of it from being read, None if nothing does: every member
    is among ``members`` or told of there.
    """

    members: list[Member]
    problem: tuple[str, str] | None


def list_members(path: Path) -> Listing | None:
    """List the documents in the archive at ``path``; None if it is no archive of documents.

    Raises:
        OSError: the file cannot be opened.
    """
    with path.open("rb") as stream:
        if stream.read(2) != b"PK":
            return None
        try:
            if package_kind(stream) != "zip":
                return None
        except UnreadableDocument:
            return None  # its reader says what is wrong
        lister = _Lister(max(MAX_BYTES, MAX_RATIO * stream.seek(0, 2)))
        try:
            members = list(lister.members(stream, "", ()))
        except UnreadableDocument as reason:
            return Listing([], (reason.code, reason.message))
    return Listing(members, lister.problem(len(members)))


def read_member(path: Path, number: tuple[int, ...]) -> bytes | None:
    """The bytes of a member; None if the archive no longer has it."""
    try:
        return _read(_archive(path, number[:-1]), number[-1])
    except _DAMAGE:
        return None


def forget_archives() -> None:
    """Close what `read_member` holds open for the next member."""
    _archive.cache_clear()


class _Lister:
    """Goes through an archive and those in it, as far as its size allows."""

    def __init__(self, max_bytes: int) -> None:
        self.bytes_left = max_bytes
        self.members_left = MAX_MEMBERS
        self.unread: list[tuple[str, str, str]] = []  # path, code, reason

    def problem(self, members: int) -> tuple[str, str] | None:
        """What to say of the archive itself."""
        if not self.unread:
            return None if members else ("empty", "This archive holds no documents.")
        shown = "; ".join(f"{path} ({reason})" for path, _, reason in self.unread[:_SHOWN])
        more = f"; and {len(self.unread) - _SHOWN:,} more" if len(self.unread) > _SHOWN else ""
        return (
            self.unread[0][1],
            f"{len(self.unread):,} of the files in this archive cannot be had: {shown}{more}. "
            "Unpack it and put them into raw/ by themselves.",
        )

    def members(self, stream: IO[bytes], prefix: str, number: tuple[int, ...]) -> Iterator[Member]:
        with ZipFile(stream) as archive:
            seen: Counter[str] = Counter()
            for place, info in enumerate(archive.infolist()):
                name = _name(info)
                if info.is_dir() or not name or any(map(is_ignored, name.split("/"))):
                    continue
                seen[name] += 1
                path = f"{prefix}{name}" + (f"#{seen[name]}" if seen[name] > 1 else "")
                self.members_left -= 1
                if self.members_left < 0:
                    raise UnreadableDocument(
                        "too_large", f"This archive holds more than {MAX_MEMBERS:,} files. Put it into raw/ in parts."
                    )
                try:
                    yield from self._member(archive, info, path, (*number, place))
                except _DAMAGE as error:
                    encrypted = info.flag_bits & _ENCRYPTED
                    self.unread.append(
                        (path, "encrypted", "needs a password") if encrypted else (path, "undecodable", str(error))
                    )

    def _member(self, archive: ZipFile, info: ZipInfo, path: str, number: tuple[int, ...]) -> Iterator[Member]:
        if stat.S_ISLNK(info.external_attr >> 16):
            self.unread.append((path, "unsupported_format", "is a link"))
            return
        digest, size, held = hashlib.sha256(), 0, bytearray()
        with archive.open(info) as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
                self.bytes_left -= len(chunk)
                if self.bytes_left < 0:
                    raise UnreadableDocument(
                        "too_large",
                        f"This archive unfolds to more than {MAX_RATIO} times its size, as no archive of reports does.",
                    )
                if size <= MAX_BYTES and (held or (size == len(chunk) and chunk.startswith(b"PK"))):
                    held += chunk
        if size <= MAX_BYTES and _is_archive(bytes(held)):
            if len(number) == MAX_DEPTH:
                self.unread.append((path, "too_large", f"an archive more than {MAX_DEPTH} deep"))
                return
            known = len(self.unread)
            inner = list(self.members(BytesIO(held), f"{path}{SEPARATOR}", number))
            if not inner and len(self.unread) == known:
                self.unread.append((path, "empty", "an archive that holds no documents"))
            yield from inner
            return
        yield Member(path, number, digest.hexdigest(), size)


def _is_archive(data: bytes) -> bool:
    try:
        return bool(data) and detect(data) == "zip"
    except UnreadableDocument:
        return False  # its reader says what is wrong


@lru_cache(maxsize=MAX_DEPTH)
def _archive(path: Path, number: tuple[int, ...]) -> ZipFile:
    return ZipFile(BytesIO(_read(_archive(path, number[:-1]), number[-1])) if number else path.open("rb"))


def _read(archive: ZipFile, place: int) -> bytes:
    """The bytes of one member: never more than `MAX_BYTES` and one, whatever its directory says."""
    with archive.open(archive.infolist()[place]) as stream:
        return stream.read(MAX_BYTES + 1)


def _name(info: ZipInfo) -> str:
    """The name of a member as text that leads nowhere: archivers of China write GB18030 without saying so."""
    name = info.orig_filename
    try:
        raw = name.encode("cp437")  # what zipfile takes a name for that is not marked as UTF-8
    except UnicodeEncodeError:
        pass
    else:
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    name = "".join(character if character.isprintable() else "\ufffd" for character in name.replace("\\", "/"))
    return "/".join(part for part in name.split("/") if part not in ("", ".", ".."))
