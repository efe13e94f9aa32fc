"""The index of words: which narratives hold them.

It is SQLite's (FTS5), in ``DIR/warehouse/explorer/``, derived and removable at any time. A child process brings it up
to a new build while pages are served; what a narrative says never changes, so it cuts those that are new. Documents
that are gone stay in it, and are not shown, until they are a third of it: then it is made anew.
"""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from pipeline.explorer.words.cutting import cut, cut_question
from pipeline.extraction.keywords import KEYWORDS_VERSION
from pipeline.workspace import Workspace

_FORMAT: Final = 1
_BATCH: Final = 100
_PATIENCE: Final = 60.0
"""Seconds after which a child that failed is begun again."""
_STALE: Final = 3
"""Anew where more than one in so many documents is gone."""


_CHILD: Final = "pipeline.explorer.child"


class Hits(NamedTuple):
    """What the index says of a question: its words, how many narratives hold them all, those shown.

    ``state`` is ``ready``, ``growing`` (a build's new narratives are not all in it yet) or ``none`` (it cannot be made
    here).
    """

    words: list[str]
    total: int
    documents: list[str]
    state: str
    indexed: int


class TextIndex:
    """The index of words of one data folder."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._begun: str | None = None
        self._at = 0.0

    @property
    def path(self) -> Path:
        """Its file; another format or another cut of words is another file."""
        return self._workspace.explorer / f"words-{_FORMAT}-{KEYWORDS_VERSION}.sqlite"

    def renew(self, build_id: str) -> None:
        """Begin to bring it up to a build, once a build, in a process of its own (`pipeline.explorer.child`)."""
        with self._lock:
            is_due = self._begun != build_id or (self._has_failed() and time.monotonic() - self._at > _PATIENCE)
            if self._is_running() or not is_due:
                return
            self._begun, self._at = build_id, time.monotonic()
            command = [sys.executable, "-m", _CHILD, str(self._workspace.root)]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def wait(self, seconds: float) -> bool:
        """Wait until the child is done; whether it is."""
        if self._process is None:
            return True
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return not self._is_running()

    def close(self) -> None:
        """End the child; it goes on where it was when it is begun again."""
        if self._process and self._is_running():
            self._process.terminate()
            self._process.wait(10)

    def _is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _has_failed(self) -> bool:
        return self._process is not None and bool(self._process.poll())

    def find(self, question: str, build_id: str, limit: int, offset: int) -> Hits:
        """The narratives that hold all words of a question, those of the latest year first.

        Documents may be among them that the build has no longer.
        """
        self.renew(build_id)
        asked = cut_question(question)
        state = "none" if self._has_failed() else "growing"
        if not self.path.exists():
            return Hits(asked, 0, [], state, 0)
        try:
            with contextlib.closing(sqlite3.connect(self.path)) as index:
                index.execute("PRAGMA query_only = true")
                state = "ready" if _said_build(index) == build_id else state
                return _ask(index, asked, state, limit, offset)
        except sqlite3.Error:  # just begun, damaged, or not to be opened here
            return Hits(asked, 0, [], state, 0)


def _ask(index: sqlite3.Connection, asked: list[str], state: str, limit: int, offset: int) -> Hits:
    ((indexed,),) = index.execute("SELECT count(*) FROM documents").fetchall()
    if not asked:
        return Hits(asked, 0, [], state, indexed)
    match = " AND ".join(f'"{word}"' for word in asked)
    ((total,),) = index.execute("SELECT count(*) FROM words WHERE words MATCH ?", [match]).fetchall()
    rows = index.execute(
        "SELECT document_id FROM words JOIN documents ON documents.id = words.rowid WHERE words MATCH ? "
        "ORDER BY year DESC, documents.id LIMIT ? OFFSET ?",
        [match, limit, offset],
    ).fetchall()
    return Hits(asked, total, [document_id for (document_id,) in rows], state, indexed)


def _said_build(index: sqlite3.Connection) -> str | None:
    try:
        row = index.execute("SELECT build_id FROM state").fetchone()
    except sqlite3.Error:
        return None
    return row[0] if row else None


def renew_index(published: Path, path: Path) -> int:
    """Bring the index at ``path`` up to the published file; make one that is damaged anew.

    Returns:
        How many documents were cut.
    """
    try:
        return _make(published, path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # a full disk, rights, another writer
            raise
        path.unlink()
        return _make(published, path)


def _make(published: Path, path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        duckdb.connect(published, read_only=True, config={"threads": 1, "memory_limit": "1GB"}) as warehouse,
        contextlib.closing(sqlite3.connect(path, timeout=60)) as index,
    ):
        ((build_id,),) = warehouse.execute("SELECT build_id FROM landing.build").fetchall()
        if _said_build(index) == build_id:
            return 0
        # A kill loses nothing; what a loss of power damages is made anew.
        index.execute("PRAGMA synchronous = OFF")
        with index:
            index.executescript(_SCHEMA)
        there = {one for (one,) in index.execute("SELECT document_id FROM documents")}
        wanted = dict(warehouse.execute(_DOCUMENTS).fetchall())
        if len(there - wanted.keys()) * _STALE > len(there):
            with index:
                index.executescript(f"DROP TABLE words; DROP TABLE documents; DROP TABLE state; {_SCHEMA}")
            there = set()
        new = [document_id for document_id in wanted if document_id not in there]
        for batch in _batches(new):
            texts: dict[str, list[str]] = {}
            for document_id, body in warehouse.execute(_BODIES, [batch]).fetchall():
                texts.setdefault(document_id, []).append(body)
            with index:
                for document_id in batch:
                    cursor = index.execute(
                        "INSERT INTO documents (document_id, year) VALUES (?, ?)", [document_id, wanted[document_id]]
                    )
                    held = sorted({word for body in texts.get(document_id, ()) for word in cut(body)})
                    index.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", [cursor.lastrowid, " ".join(held)])
        with index:
            index.execute("DELETE FROM state")
            index.execute("INSERT INTO state VALUES (?)", [build_id])
    return len(new)


def _batches(documents: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(documents), _BATCH):
        yield documents[start : start + _BATCH]


_SCHEMA: Final = """
    CREATE TABLE IF NOT EXISTS documents (id INTEGER PRIMARY KEY, document_id TEXT UNIQUE NOT NULL, year INTEGER);
    CREATE TABLE IF NOT EXISTS state (build_id TEXT NOT NULL);
    CREATE VIRTUAL TABLE IF NOT EXISTS words
        USING fts5(text, content = '', detail = 'none', tokenize = "unicode61 remove_diacritics 0");
"""
_DOCUMENTS: Final = """
    SELECT sections.document_id, any_value(reports.report_year)
    FROM landing.sections
    LEFT JOIN landing.reports USING (document_id)
    GROUP BY sections.document_id
    ORDER BY sections.document_id
"""
_BODIES: Final = "SELECT document_id, body FROM landing.sections WHERE document_id IN (SELECT unnest($1))"
