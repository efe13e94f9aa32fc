"""A batch of documents: read one after another and written into the lake as one folder of Parquet files."""

from __future__ import annotations

import hashlib
import operator
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol, get_args

import polars as pl

from pipeline.extraction import EXTRACTION_VERSION, Metadata, Source
from pipeline.extraction.report import Figure, MetadataField
from pipeline.lake.archives import LISTING_SECONDS, forget_archives, list_members, read_member
from pipeline.lake.kept import keep, kept_path, load
from pipeline.lake.limits import MAX_BYTES, Limits, Watch, unwatched
from pipeline.lake.places import hash_file
from pipeline.lake.reading import Reading, describe, read_bytes, within_archive
from pipeline.lake.schemas import BATCH_TABLES, MANIFEST, frame
from pipeline.lake.sidecar import SIDECAR_SUFFIX, fingerprint, read_sidecar
from pipeline.lake.store import write_batch
from pipeline.readers import Document, Origin, UnreadableDocument
from pipeline.readers.formats import DETECTION_VERSION, FORMATS, detect, reader_version
from pipeline.readers.read import Opened, read_converted
from pipeline.readers.recognition import RecognitionElsewhere, recognition

_SLOW: Final = 1.0
"""Seconds of reading from which on what a reader gave is kept, whatever the format."""

_DETECTION_SECONDS: Final = 60
_WRITING_SECONDS: Final = 300
_NOWHERE: Final = Origin()


class Verdict(NamedTuple):
    """Why a document is not read again: it ended the process that read it, as ``format``."""

    code: str
    message: str
    format: str | None


class Task(NamedTuple):
    """A document to read: its hash, and a place in ``raw/`` that had these bytes when it was listed.

    ``member`` is the number of the member at each level of the archive at ``path``, empty for a file. With a
    ``verdict`` the document is set aside unread.
    """

    document_id: str
    path: bytes
    member: tuple[int, ...]
    size_bytes: int
    has_sidecar: bool
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents that one worker reads in one go. Folders are absolute, on storage that all workers see.

    ``begun_at`` (UTC) is when the batch was made up, and the time of its readings: whichever worker writes the batch
    writes the same bytes. Unless ``recognises``, a document that needs recognition of characters is left to another.
    """

    raw: Path
    batches: Path
    kept: Path
    limits: Limits
    tasks: tuple[Task, ...]
    begun_at: datetime = field(default_factory=lambda: datetime.now(UTC).replace(tzinfo=None))
    recognises: bool = True


class BatchSummary(NamedTuple):
    """What came of a batch, in documents; ``changed`` ones no longer had the bytes that were listed.

    ``left`` are those that need recognition of characters, each with its format; they are in none of the counts.
    """

    extracted: int = 0
    not_a_report: int = 0
    quarantined: int = 0
    changed: int = 0
    cells: int = 0
    left: tuple[tuple[Task, str], ...] = ()

    @property
    def documents(self) -> int:
        """How many documents are done with."""
        return self.extracted + self.not_a_report + self.quarantined + self.changed

    def with_others(self, other: BatchSummary) -> BatchSummary:
        """What came of both."""
        return BatchSummary(*map(operator.add, self, other))


Converted = dict[str, bytes | UnreadableDocument]
"""What LibreOffice made of documents, or why it made nothing, by their identity."""


class _WatchOne(Protocol):
    def __call__(self, seconds: float, format: str | None = None) -> None: ...


def read_batch(batch: Batch, watch: Watch = unwatched) -> BatchSummary:
    """Read the documents of a batch and write what they say into the lake.

    A document that cannot be read is quarantined. One whose bytes are not those listed is left out: the next
    run finds it as it then is. ``watch`` is told what is read.

    Raises:
        OSError: the lake cannot be written.
        MemoryError: what is read takes more than the process may hold.
    """
    readings: list[Reading] = []
    left: list[tuple[Task, str]] = []
    opened_as = ""

    def watch_one(index: int, seconds: float, format: str | None = None) -> None:
        nonlocal opened_as
        opened_as = format or opened_as
        watch(index, seconds, format)

    try:
        converted = _convert(batch, watch)
        with recognition(here=batch.recognises):
            for index, task in enumerate(batch.tasks):
                try:
                    if reading := _read_task(batch, task, converted, partial(watch_one, index)):
                        readings.append(reading)
                except RecognitionElsewhere:
                    left.append((task, opened_as))
    finally:
        forget_archives()
    watch(None, _WRITING_SECONDS)
    done = _write(batch, readings)
    return done._replace(changed=len(batch.tasks) - len(readings) - len(left), left=tuple(left))


def _convert(batch: Batch, watch: Watch) -> Converted:
    """Let LibreOffice convert the documents of a batch that it has to, in one start."""
    sources: dict[str, tuple[str, bytes]] = {}
    for index, task in enumerate(batch.tasks):
        watch(index, min(_DETECTION_SECONDS, batch.limits.seconds))
        data = None if task.verdict else _bytes(batch, task)
        try:
            name = detect(data) if data else None
        except UnreadableDocument:
            continue
        if data and name and name in FORMATS and FORMATS[name].through:
            document_id = hashlib.sha256(data).hexdigest()
            if load(kept_path(batch.kept, document_id, name)) is None:
                sources[document_id] = name, data
    if not sources:
        return {}
    from pipeline.readers.office import SECONDS, convert

    seconds = min(SECONDS, batch.limits.seconds)
    watch(None, seconds * (1 + len(sources)))
    return dict(zip(sources, convert(list(sources.values()), seconds), strict=True))


def _read_task(batch: Batch, task: Task, converted: Converted, watch: _WatchOne) -> Reading | None:
    """Read one document of ``raw/``; None if its place is gone or has other bytes than ``task`` says."""
    path = _path(batch, task)
    source = read_sidecar(path.with_name(path.name + SIDECAR_SUFFIX))[0] if task.has_sidecar else Source()
    source = within_archive(source) if task.member else source
    reading = Reading(task.document_id, task.size_bytes, fingerprint(source))
    if task.verdict:
        reading.set_aside("quarantined", task.verdict.code, task.verdict.message)
        reading.format = task.verdict.format
        return reading
    watch(min(LISTING_SECONDS, batch.limits.seconds))
    if not task.member and (problem := _archive_problem(path, task)):
        reading.set_aside("quarantined", *problem)
        reading.format, reading.media_type = "zip", "application/zip"
        return reading
    if task.size_bytes > MAX_BYTES:
        reading.set_aside_too_large()
        return reading
    watch(min(_DETECTION_SECONDS, batch.limits.seconds))
    data = _bytes(batch, task)
    if data is None or hashlib.sha256(data).hexdigest() != task.document_id:
        return None
    return read_bytes(data, source, partial(_read_opened, batch, converted, watch))


def _archive_problem(path: Path, task: Task) -> tuple[str, str] | None:
    """What to say of an archive that is a document itself, since not all that it holds can be; None for others."""
    try:
        listing = list_members(path)
        if listing is None or hash_file(path) != task.document_id:
            return None
    except OSError:
        return None
    return listing.problem or ("crashed", "Looking into this archive failed, which may have passed: run again.")


def _read_opened(batch: Batch, converted: Converted, watch: _WatchOne, document_id: str, opened: Opened) -> Document:
    """What the reader gives, or gave earlier and was kept."""
    known = FORMATS.get(opened.format)
    if known is None:
        return opened.read()
    path = kept_path(batch.kept, document_id, opened.format)
    if document := load(path):
        return document
    watch(min(known.seconds, batch.limits.seconds), opened.format)
    start = time.monotonic()
    made = converted.get(document_id)
    document = opened.read() if made is None else read_converted(opened.format, made)
    if known.is_slow or time.monotonic() - start > _SLOW:
        keep(document, path)
    return document


def _bytes(batch: Batch, task: Task) -> bytes | None:
    """The bytes at the place of a document; None if there are none, or more than are read."""
    path = _path(batch, task)
    if task.member:
        return read_member(path, task.member) if task.size_bytes <= MAX_BYTES else None
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError:
        return None
    return data if len(data) <= MAX_BYTES else None


def _path(batch: Batch, task: Task) -> Path:
    return batch.raw / os.fsdecode(task.path)


def _write(batch: Batch, readings: list[Reading]) -> BatchSummary:
    """Write one batch of all readings, but each crash apart: tried again, it gives the same batch again."""
    readings.sort(key=lambda reading: reading.document_id)
    try:
        tables = _tables([reading for reading in readings if not reading.crashed], batch.begun_at)
    except Exception:  # some reading holds what no table can: find it, keep the others
        for reading in readings:
            try:
                _tables([reading], batch.begun_at)
            except Exception as error:
                reading.set_aside("quarantined", "crashed", describe(error))
        tables = _tables([reading for reading in readings if not reading.crashed], batch.begun_at)
    for part in (tables, *(_tables([reading], batch.begun_at) for reading in readings if reading.crashed)):
        if batch_id := part["manifest"]["batch_id"].first():
            write_batch(batch.batches, str(batch_id), part)
    statuses = [reading.status for reading in readings]
    return BatchSummary(
        extracted=statuses.count("extracted"),
        not_a_report=statuses.count("not_a_report"),
        quarantined=statuses.count("quarantined"),
        cells=sum(len(reading.report.figures) for reading in readings if reading.report),
    )


def _tables(readings: list[Reading], read_at: datetime) -> dict[str, pl.DataFrame]:
    """The tables of a batch: those of `BATCH_TABLES`, and its own manifest."""
    versions = [(reader_version(r.format), EXTRACTION_VERSION) for r in readings]
    keys = [
        (r.document_id, r.source_fingerprint, r.format, DETECTION_VERSION, *version, r.error_code)
        for r, version in zip(readings, versions, strict=True)
    ]
    messages = [r.error_message for r in readings]
    batch_id = hashlib.sha256(repr((keys, messages)).encode()).hexdigest()[:32]
    reports = [(r.document_id, r.report, r.report.metadata) for r in readings if r.report]
    rows: dict[str, Iterable[tuple[Any, ...]]] = {
        "documents": (
            (
                r.document_id,
                r.media_type,
                r.size_bytes,
                r.status,
                r.error_code,
                r.error_message,
                *version,
                read_at,
            )
            for r, version in zip(readings, versions, strict=True)
        ),
        "reports": ((key, *_values(metadata)) for key, _, metadata in reports),
        "cells": (cell_row(key, figure) for key, report, _ in reports for figure in report.figures),
        "sections": ((key, *section) for key, report, _ in reports for section in report.sections),
        "evidence": ((key, *evidence) for key, _, metadata in reports for evidence in metadata.evidence),
        "links": ((r.document_id, number, *link) for r in readings for number, link in enumerate(r.links)),
    }
    tables = {name: frame(rows[name], schema) for name, schema in BATCH_TABLES.items()}
    manifest = ((key[0], batch_id, *key[1:]) for key in keys)
    return {**tables, "manifest": frame(manifest, MANIFEST)}


def cell_row(document_id: str, figure: Figure) -> tuple[Any, ...]:
    """A figure as a row of ``landing.cells``."""
    return (document_id, *figure[:-1], *(figure.origin or _NOWHERE))


def _values(metadata: Metadata) -> Iterable[Any]:
    """Each value, with the rules that saw it, where, and in which words."""
    for name in get_args(MetadataField):
        yield getattr(metadata, name)
        seen = [e for e in metadata.evidence if e.field == name and e.chosen]
        yield "; ".join(f"{e.rule} ({e.location}): {e.excerpt}" for e in seen) or None
