"""The published file as the explorer reads it: read-only, one build a request, each new publication at once.

DuckDB opens a path once in a process: a second connection to it would see the old build for as long as any request
still reads there. So each build is attached to a database of its own, in memory and empty, and is closed when the last
request that began with it is done.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

import duckdb

from pipeline.warehouse.errors import in_use
from pipeline.workspace import JobError, Workspace

_THREADS: Final = 1
"""Of a query: requests run beside each other, and a small query costs a third more where threads share it."""
_MEMORY: Final = "1500MB"
"""What all queries of one build may take together; they do not go to disk."""


class BuildSeen(NamedTuple):
    """Which build a request reads."""

    build_id: str
    built_at: datetime


_Identity = tuple[int, int, int]


@dataclass(slots=True)
class _Opened:
    identity: _Identity
    seen: BuildSeen
    connection: duckdb.DuckDBPyConnection
    readers: int = 0
    replaced: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


class Published:
    """The published file of one data folder, for many threads at once."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._current: _Opened | None = None
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[tuple[BuildSeen, duckdb.DuckDBPyConnection]]:
        """A connection of one's own to the build that is published now; it stays that build to the end.

        Raises:
            JobError: nothing is published, or the file is none of ours; the message says what to do.
        """
        opened = self._take()
        cursor = opened.connection.cursor()
        try:
            cursor.execute("USE gongkai")
            yield opened.seen, cursor
        finally:
            cursor.close()
            self._give_back(opened)

    def seen(self) -> BuildSeen:
        """The build that is published now.

        Raises:
            JobError: as `reading`.
        """
        opened = self._take()
        self._give_back(opened)
        return opened.seen

    def close(self) -> None:
        """Close what is open; requests under way keep theirs."""
        with self._lock:
            current, self._current = self._current, None
            if current:
                self._let_go(current)

    def _take(self) -> _Opened:
        with self._lock:
            identity = self._identity()
            if self._current is None or self._current.identity != identity:
                opened = self._open(identity)
                if self._current:
                    self._let_go(self._current)
                self._current = opened
            self._current.readers += 1
            return self._current

    def _give_back(self, opened: _Opened) -> None:
        with self._lock:
            opened.readers -= 1
            if opened.replaced and not opened.readers:
                opened.connection.close()

    def _let_go(self, opened: _Opened) -> None:
        opened.replaced = True
        if not opened.readers:
            opened.connection.close()

    def _identity(self) -> _Identity:
        path = self.workspace.published
        try:
            state = path.stat()
        except OSError:
            raise JobError(f"Nothing is published yet: there is no {path}. Make it: {self._how()}") from None
        return state.st_dev, state.st_ino, state.st_mtime_ns

    def _open(self, identity: _Identity) -> _Opened:
        path = self.workspace.published
        connection = duckdb.connect(
            config={
                "threads": _THREADS,
                "memory_limit": _MEMORY,
                "temp_directory": "",
                "autoinstall_known_extensions": False,
            }
        )
        try:
            quoted = str(path).replace("'", "''")
            connection.execute(f"ATTACH '{quoted}' AS gongkai (READ_ONLY)")
            connection.execute("SET GLOBAL TimeZone = 'UTC'; SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            row = connection.execute("SELECT build_id, built_at FROM gongkai.landing.build").fetchone()
        except duckdb.Error as error:
            connection.close()
            raise in_use(path, error) or JobError(
                f"{path} cannot be opened: {error}\nMove it away; it is built anew by: {self._how()}"
            ) from error
        if row is None:
            connection.close()
            raise JobError(f"{path} holds no build. Move it away; it is built anew by: {self._how()}")
        return _Opened(identity, BuildSeen(*row), connection)

    def _how(self) -> str:
        return self.workspace.command("run")
