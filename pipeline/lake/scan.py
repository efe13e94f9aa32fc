"""What lies in ``raw/``: files, their hashes and their sidecars."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from pipeline.extraction import Source
from pipeline.lake.archives import SEPARATOR, Listing, list_members
from pipeline.lake.places import hash_file, is_ignored
from pipeline.lake.processes import Died
from pipeline.lake.reading import within_archive
from pipeline.lake.schemas import OBSERVATIONS, SNAPSHOT, Schema, frame
from pipeline.lake.sidecar import SIDECAR_SUFFIX, SIDECAR_VERSION, fingerprint, read_sidecar
from pipeline.objects import ObjectPath, side_by_side
from pipeline.workspace import JobError, Workspace

Progress = Callable[[str, int, int], None]
"""Told of long work: what is being done, how much is done, how much there is."""

OBSERVED: Final[Schema] = {**SNAPSHOT, "has_sidecar": pl.Boolean()}
"""A place in ``raw/`` as it stands now: a row of the snapshot, and what is needed to read it."""


class _File(NamedTuple):
    path: str
    size_bytes: int
    mtime_ns: int
    ctime_ns: int
    sidecar: str
    """As it stands, in a text that changes with it; empty where there is none."""


class _Place(NamedTuple):
    raw_path: str
    member: tuple[int, ...]
    document_id: str
    size_bytes: int


class _Look(NamedTuple):
    """What looking at a file gave: its rows, with the columns `_COLUMNS`."""

    rows: list[tuple[Any, ...]]
    warnings: list[str]


_FILE: Final = ("path", "file_bytes", "mtime_ns", "ctime_ns")
_SAID: Final = tuple(name for name in OBSERVATIONS if name not in _Place._fields)
_COLUMNS: Final = (*_Place._fields, *_FILE, "sidecar", *_SAID, "source_fingerprint", "has_sidecar")
_FIRST: Final = len(_Place._fields)
_END: Final = _FIRST + len(_FILE)


def scan(
    workspace: Workspace,
    previous: pl.DataFrame,
    progress: Progress,
    list_archive: Callable[[Path], Listing | None] = list_members,
) -> tuple[pl.DataFrame, list[str]]:
    """Look at every file of ``raw/``; look into those that changed since ``previous`` (schema `SNAPSHOT`).

    Returns one row a place of a document (schema `OBSERVED`, in the order of ``raw_path``), and warnings: what is
    wrong with sidecars, and which files cannot be opened and are left out. ``list_archive`` may raise `Died`.

    Raises:
        JobError: ``raw/`` cannot be listed.
    """
    known: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for row in previous.select(_COLUMNS[:-1]).iter_rows():
        known.setdefault(row[_FIRST:_END], []).append(row)
    warnings: list[str] = []
    raw = workspace.raw
    files = list(walk_objects(raw, warnings) if isinstance(raw, ObjectPath) else _walk(raw, warnings))

    def look(file: _File) -> _Look:
        stamp = os.fsencode(file.path), file.size_bytes, file.mtime_ns, file.ctime_ns
        return _look(raw, file, known.get(stamp, []), list_archive)

    rows: list[tuple[Any, ...]] = []
    for done, seen in enumerate(side_by_side(look, files, raw), start=1):
        progress("Looking at files", done, len(files))
        warnings += seen.warnings
        rows += seen.rows
    observed = frame(rows, {name: OBSERVED[name] for name in _COLUMNS})
    return observed.select(list(OBSERVED)).sort("raw_path"), warnings


def _look(
    raw: Path, file: _File, before: list[tuple[Any, ...]], list_archive: Callable[[Path], Listing | None]
) -> _Look:
    """Look into a file, unless its places are known from ``before``, and at its sidecar, unless that is known too."""
    if before and before[0][_END] == file.sidecar:
        return _Look([(*row, bool(file.sidecar)) for row in before], [])
    warnings: list[str] = []
    file_bytes: int | None = file.size_bytes
    try:
        places = [_Place(*row[:_FIRST]) for row in before] if before else _places(raw, file, list_archive)
    except OSError as error:
        return _Look([], [f"{_printable(file.path)} cannot be opened ({error.strerror}) and is left out"])
    except Died as death:
        # The document that says so is the archive; the next run looks into it again.
        places, file_bytes = [_file_place(raw, file)], None
        warnings.append(f"{_printable(file.path)} cannot be looked into. {death.message}")
    source = Source()
    sidecar: str | None = ""
    if file.sidecar:
        source, problems = read_sidecar(raw / f"{file.path}{SIDECAR_SUFFIX}")
        warnings += [f"{_printable(file.path)}{SIDECAR_SUFFIX}: {problem}" for problem in problems]
        sidecar = file.sidecar if not problems else None  # what is wrong is told by every run
    stands = (os.fsencode(file.path), file_bytes, file.mtime_ns, file.ctime_ns, sidecar)
    said = tuple(getattr(source, name) for name in _SAID)
    rows = [
        (
            *place,
            *stands,
            *said,
            fingerprint(within_archive(source) if place.member else source),
            bool(file.sidecar),
        )
        for place in places
    ]
    return _Look(rows, warnings)


def _places(raw: Path, file: _File, list_archive: Callable[[Path], Listing | None]) -> list[_Place]:
    """The places of documents in a file: itself, or what it holds if it is an archive.

    An archive of which something cannot be had is a document as well, which says so.
    """
    itself = _file_place(raw, file)
    with (raw / file.path).open("rb") as stream:
        is_container = stream.read(2) == b"PK"
    listing = list_archive(raw / file.path) if is_container else None
    if listing is None:
        return [itself]
    members = [
        _Place(f"{itself.raw_path}{SEPARATOR}{member.path}", member.number, member.document_id, member.size_bytes)
        for member in listing.members
    ]
    return [*members, itself] if listing.problem else members


def _file_place(raw: Path, file: _File) -> _Place:
    return _Place(_printable(file.path), (), hash_file(raw / file.path), file.size_bytes)


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
            if is_ignored(name):
                continue
            if entry.is_symlink() and not _stays_inside(entry, home):
                warnings.append(f"{_printable(path)} is a link to a folder or out of raw/ and is left out")
            elif entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif entry.is_file():
                sidecar = entries.get(name + SIDECAR_SUFFIX)
                seen = ""
                if sidecar is not None and sidecar.is_file() and _stays_inside(sidecar, home):
                    told = sidecar.stat()
                    seen = f"{SIDECAR_VERSION} {told.st_size} {told.st_mtime_ns} {told.st_ctime_ns}"
                stat = entry.stat()
                yield _File(path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, seen)


def walk_objects(raw: ObjectPath, warnings: list[str]) -> Iterator[_File]:
    """The objects under ``raw`` that are documents.

    Object storage keeps one time of each, and a tag of what it holds: a number made of that stands for the other time.
    """
    try:
        objects = {found.path: found for found in raw.objects()}
    except OSError as error:
        raise JobError(f"{raw} cannot be listed: {error.strerror}.") from error
    for path, found in objects.items():
        parts = path.split("/")
        if found.size_bytes == 0 and path.endswith("/"):
            continue  # what some programs put in the place of a folder
        if any(map(is_ignored, parts)):
            continue
        if not {"", ".", ".."}.isdisjoint(parts):
            warnings.append(f"{path} has a name that no path can have and is left out")
            continue
        modified = round(found.modified.timestamp() * 1e9)
        tag = int.from_bytes(hashlib.sha256(found.etag.encode()).digest()[:7])
        sidecar = objects.get(path + SIDECAR_SUFFIX)
        seen = f"{SIDECAR_VERSION} {sidecar.size_bytes} {sidecar.etag}" if sidecar else ""
        yield _File(path, found.size_bytes, modified, tag, seen)


def _stays_inside(entry: os.DirEntry[str], home: Path) -> bool:
    return not entry.is_symlink() or (
        Path(entry.path).resolve().is_relative_to(home) and entry.is_file(follow_symlinks=True)
    )


def _printable(path: str) -> str:
    """A path as text; bytes that are not UTF-8 (names out of old Chinese archives) as ``\\xNN``."""
    return os.fsencode(path).decode("utf-8", errors="backslashreplace")
