"""What lies in ``raw/``: files, their hashes and their sidecars."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from pipeline.extraction import Source
from pipeline.lake.schemas import SNAPSHOT, Schema
from pipeline.lake.sidecar import SIDECAR_SUFFIX, fingerprint, read_sidecar
from pipeline.workspace import JobError, Workspace

Progress = Callable[[str, int, int], None]
"""Told of long work: what is being done, how much is done, how much there is."""

IGNORED_NAMES: Final = (".*", "~$*", "*~", "*.tmp", "*.part", "*.crdownload", "Thumbs.db", "desktop.ini")
"""Names (of files and folders) that are no documents: hidden, half written, left by other programs."""

OBSERVED: Final[Schema] = {
    **SNAPSHOT,
    "path": pl.Binary(),  # as the file system has it, under raw/; ``raw_path`` is its text
    "has_sidecar": pl.Boolean(),
    "source_fingerprint": pl.String(),
}
"""A file of ``raw/`` as it stands now: a row of the snapshot, and what is needed to read it."""


class _File(NamedTuple):
    path: str
    size_bytes: int
    mtime_ns: int
    ctime_ns: int
    has_sidecar: bool


def scan(workspace: Workspace, previous: pl.DataFrame, progress: Progress) -> tuple[pl.DataFrame, list[str]]:
    """Look at every file of ``raw/``; hash those that changed since ``previous`` (schema `SNAPSHOT`).

    Returns one row a file (schema `OBSERVED`, in the order of ``raw_path``), and warnings: what is wrong with
    sidecars, and which files cannot be opened and are left out.

    Raises:
        JobError: ``raw/`` cannot be listed.
    """
    known = {
        (raw_path, size, mtime_ns, ctime_ns): document_id
        for raw_path, size, mtime_ns, ctime_ns, document_id in previous.select(
            "raw_path", "size_bytes", "mtime_ns", "ctime_ns", "document_id"
        ).iter_rows()
    }
    warnings: list[str] = []
    rows = []
    files = list(_walk(workspace.raw, warnings))
    for done, file in enumerate(files, start=1):
        progress("Looking at files", done, len(files))
        raw_path = _printable(file.path)
        document_id = known.get((raw_path, file.size_bytes, file.mtime_ns, file.ctime_ns))
        try:
            document_id = document_id or _hash(workspace.raw / file.path)
        except OSError as error:
            warnings.append(f"{raw_path} cannot be opened ({error.strerror}) and is left out")
            continue
        source = Source()
        if file.has_sidecar:
            source, problems = read_sidecar(workspace.raw / f"{file.path}{SIDECAR_SUFFIX}")
            warnings += [f"{raw_path}{SIDECAR_SUFFIX}: {problem}" for problem in problems]
        rows.append(
            {
                "document_id": document_id,
                "raw_path": raw_path,
                "source_id": source.source_id,
                "url": source.url,
                "fetched_at": source.fetched_at,
                "size_bytes": file.size_bytes,
                "mtime_ns": file.mtime_ns,
                "ctime_ns": file.ctime_ns,
                "path": os.fsencode(file.path),
                "has_sidecar": file.has_sidecar,
                "source_fingerprint": fingerprint(source),
            }
        )
    return pl.DataFrame(rows, schema=OBSERVED).sort("raw_path"), warnings


def _walk(raw: Path, warnings: list[str]) -> Iterator[_File]:
    """The regular files under ``raw`` that are documents; links that lead out of it are not followed."""
    home = raw.resolve()
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            entries = {entry.name: entry for entry in os.scandir(raw / folder)}
        except OSError as error:
            if not folder:
                raise JobError(f"{raw} cannot be listed: {error.strerror}.") from error
            warnings.append(f"{_printable(folder)}/ cannot be listed ({error.strerror}) and is left out")
            continue
        for name, entry in entries.items():
            path = os.path.join(folder, name)  # noqa: PTH118 - names may be no text, and there are many
            if any(fnmatchcase(name, pattern) for pattern in IGNORED_NAMES) or name.endswith(SIDECAR_SUFFIX):
                continue
            if entry.is_symlink() and not _stays_inside(entry, home):
                warnings.append(f"{_printable(path)} is a link to a folder or out of raw/ and is left out")
            elif entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif entry.is_file():
                sidecar = entries.get(name + SIDECAR_SUFFIX)
                has_sidecar = sidecar is not None and sidecar.is_file() and _stays_inside(sidecar, home)
                stat = entry.stat()
                yield _File(path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, has_sidecar)


def _stays_inside(entry: os.DirEntry[str], home: Path) -> bool:
    return not entry.is_symlink() or (
        Path(entry.path).resolve().is_relative_to(home) and entry.is_file(follow_symlinks=True)
    )


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _printable(path: str) -> str:
    """A path as text; bytes that are not UTF-8 (names out of old Chinese archives) as ``\\xNN``."""
    return os.fsencode(path).decode("utf-8", errors="backslashreplace")
