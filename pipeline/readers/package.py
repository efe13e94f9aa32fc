"""ZIP containers, read with a bound on what their members unfold to."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Final
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from pipeline.readers.document import UnreadableDocument

MAX_MEMBER: Final = 64 << 20
"""Bytes that one member may unfold to; the largest report's text has a twentieth of it."""
_MAX_TOTAL: Final = 512 << 20
_MAX_MEMBERS: Final = 20_000
_ENCRYPTED: Final = 0x1


class Package:
    """A ZIP container in memory; its members are read by name, each up to a limit."""

    def __init__(self, data: bytes) -> None:
        """Open a container.

        Raises:
            UnreadableDocument: ``truncated`` or ``too_large`` (by the number of members).
        """
        try:
            self._archive = ZipFile(BytesIO(data))
        except (BadZipFile, LargeZipFile, NotImplementedError, OSError, ValueError, EOFError) as error:
            raise UnreadableDocument("truncated", f"This ZIP container is damaged: {error}. Fetch it again.") from error
        self.members: dict[str, ZipInfo] = {info.filename: info for info in self._archive.infolist()}
        self._left = _MAX_TOTAL
        if len(self.members) > _MAX_MEMBERS:
            raise UnreadableDocument("too_large", f"This ZIP container has {len(self.members)} members.")

    def __contains__(self, name: str) -> bool:
        """Whether it has a member of this name."""
        return name in self.members

    def read(self, name: str, limit: int = MAX_MEMBER) -> bytes:
        """What a member unfolds to; no more than ``limit`` bytes are ever unfolded.

        Raises:
            UnreadableDocument: ``undecodable`` (no such member, damaged), ``encrypted`` or ``too_large``.
        """
        info = self.members.get(name)
        if info is None:
            raise UnreadableDocument("undecodable", f"The container has no {name}. Save the document again.")
        if info.flag_bits & _ENCRYPTED:
            raise UnreadableDocument("encrypted", "The container needs a password. Save it without one.")
        try:
            with self._archive.open(info) as member:
                data = member.read(limit + 1)  # the size that the directory states is not to be trusted
        except (BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, ValueError, EOFError) as error:
            raise UnreadableDocument(
                "undecodable", f"{name} in the container is damaged: {error}. Fetch the file again."
            ) from error
        if len(data) > limit:
            raise UnreadableDocument("too_large", f"{name} in the container unfolds to more than {limit >> 20} MB.")
        self._left -= len(data)
        if self._left < 0:
            raise UnreadableDocument("too_large", f"The container unfolds to more than {_MAX_TOTAL >> 20} MB.")
        return data
