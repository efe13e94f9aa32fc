"""The bytes of a document, from wherever in ``raw/`` it was last seen."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from pipeline.extraction import Source
from pipeline.lake.archives import SEPARATOR, forget_archives, list_members, read_member
from pipeline.lake.limits import MAX_BYTES
from pipeline.lake.reading import within_archive
from pipeline.lake.sidecar import SIDECAR_SUFFIX, read_sidecar


def find_bytes(raw: Path, snapshot: Path, document_id: str, raw_paths: tuple[str, ...]) -> tuple[bytes, Source] | None:
    """The bytes of a document and where they came from; None if they are no longer in ``raw/``.

    The lake's snapshot says where, else ``raw_paths``, as they stand in the published file. What lies outside ``raw``
    is never opened, and what has other bytes never given.
    """
    home = raw.resolve()
    try:
        for path, member in _places(raw, snapshot, document_id, raw_paths):
            if not path.resolve().is_relative_to(home) or not path.is_file():
                continue
            data = read_member(path, member) if member else _read(path)
            if data is not None and hashlib.sha256(data).hexdigest() == document_id:
                return data, _source(path, home, is_member=bool(member))
    finally:
        forget_archives()
    return None


def _places(
    raw: Path, snapshot: Path, document_id: str, raw_paths: tuple[str, ...]
) -> Iterator[tuple[Path, tuple[int, ...]]]:
    """Files, and the number of the member where they are archives."""
    if snapshot.exists():
        seen = pl.scan_parquet(snapshot, glob=False).filter(pl.col("document_id") == document_id)
        for path, member in seen.select("path", "member").collect().iter_rows():
            yield raw / os.fsdecode(path), tuple(member)
    for raw_path in raw_paths:
        file, _, name = raw_path.partition(SEPARATOR)
        path = raw / file
        if not name:
            yield path, ()
        elif path.resolve().is_relative_to(raw.resolve()) and path.is_file() and (listing := list_members(path)):
            yield from ((path, found.number) for found in listing.members if found.document_id == document_id)


def _read(path: Path) -> bytes | None:
    with path.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    return data if len(data) <= MAX_BYTES else None


def _source(path: Path, home: Path, *, is_member: bool) -> Source:
    sidecar = path.with_name(path.name + SIDECAR_SUFFIX)
    if not sidecar.is_file() or not sidecar.resolve().is_relative_to(home):
        return Source()
    source, _ = read_sidecar(sidecar)
    return within_archive(source) if is_member else source
