"""One batch of documents: bytes in, a folder of Parquet files out. This is what runs in worker processes."""

from __future__ import annotations

import hashlib
import os
import traceback
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args

import polars as pl

from pipeline.extraction import EXTRACTION_VERSION, Metadata, NotAReport, Report, Source, extract
from pipeline.extraction.report import Figure, MetadataField
from pipeline.lake.schemas import BATCH_TABLES, MANIFEST, Schema
from pipeline.lake.sidecar import SIDECAR_SUFFIX, fingerprint, read_sidecar
from pipeline.lake.store import write_batch
from pipeline.readers import READER_VERSION, Origin, UnreadableDocument, read

MAX_BYTES: Final = 64 * 2**20
"""Larger files are quarantined and never held in memory."""

_NOWHERE: Final = Origin()


class Task(NamedTuple):
    """A document to read: its hash, and a file of ``raw/`` that had these bytes when it was listed."""

    document_id: str
    path: bytes
    size_bytes: int
    has_sidecar: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents that one worker reads in one go. Folders are absolute, on storage that all workers see."""

    raw: Path
    batches: Path
    tasks: tuple[Task, ...]


class BatchSummary(NamedTuple):
    """What came of a batch, in documents; ``changed`` ones no longer had the bytes that were listed."""

    extracted: int = 0
    not_a_report: int = 0
    quarantined: int = 0
    changed: int = 0
    cells: int = 0


@dataclass(slots=True)
class Reading:
    """What came of one document; ``report`` is None unless ``status`` is ``extracted``."""

    document_id: str
    size_bytes: int
    source_fingerprint: str
    status: str = "extracted"
    media_type: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    report: Report | None = field(default=None, repr=False)

    @property
    def crashed(self) -> bool:
        """Whether reading it failed by a defect of ours or of the machine, which may pass."""
        return self.error_code == "crashed"

    def set_aside(self, status: str, code: str, message: str) -> None:
        """Keep the document without a report, for the reason given."""
        self.status, self.error_code, self.error_message, self.report = status, code, message, None


def read_batch(batch: Batch) -> BatchSummary:
    """Read the documents of a batch and write what they say into the lake.

    A document that cannot be read is quarantined. One whose bytes are not those listed is left out: the next
    run finds it as it then is.

    Raises:
        OSError: the lake cannot be written.
    """
    readings = [reading for task in batch.tasks if (reading := read_document(batch.raw, task)) is not None]
    return _write(batch, readings)


def quarantine_batch(batch: Batch, message: str) -> BatchSummary:
    """Write a batch whose documents end the process that reads them."""
    readings = []
    for task in batch.tasks:
        reading = Reading(task.document_id, task.size_bytes, fingerprint(_source(batch.raw, task)))
        reading.set_aside("quarantined", "crashed", message)
        readings.append(reading)
    return _write(batch, readings)


def read_document(raw: Path, task: Task) -> Reading | None:
    """Read one document of ``raw/``; None if the file is gone or has other bytes than ``task`` says."""
    source = _source(raw, task)
    if task.size_bytes > MAX_BYTES:
        return _too_large(task.document_id, task.size_bytes, source)
    try:
        with (raw / os.fsdecode(task.path)).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError:
        return None
    if hashlib.sha256(data).hexdigest() != task.document_id:
        return None
    return read_bytes(data, source)


def read_file(path: Path) -> tuple[Reading, list[str]]:
    """Read one file and its sidecar, wherever they lie; with what is wrong with the sidecar.

    Raises:
        OSError: the file cannot be opened.
    """
    sidecar = path.with_name(path.name + SIDECAR_SUFFIX)
    source, problems = read_sidecar(sidecar) if sidecar.is_file() else (Source(), [])
    if (size := path.stat().st_size) > MAX_BYTES:
        with path.open("rb") as stream:
            return _too_large(hashlib.file_digest(stream, "sha256").hexdigest(), size, source), problems
    return read_bytes(path.read_bytes(), source), problems


def read_bytes(data: bytes, source: Source) -> Reading:
    """Read one document; whatever it does to the readers is told in the reading, never raised."""
    reading = Reading(hashlib.sha256(data).hexdigest(), len(data), fingerprint(source))
    try:
        document = read(data, source.headers)
        reading.media_type = document.media_type
        reading.report = _storable(extract(document, source))
    except UnreadableDocument as reason:
        reading.set_aside("quarantined", reason.code, reason.message)
    except NotAReport as reason:
        reading.set_aside("not_a_report", reason.code, reason.message)
    except Exception as error:  # a defect of ours, which must not take the other documents along
        reading.set_aside("quarantined", "crashed", _describe(error))
    return reading


def _too_large(document_id: str, size_bytes: int, source: Source) -> Reading:
    reading = Reading(document_id, size_bytes, fingerprint(source))
    reading.set_aside(
        "quarantined",
        "too_large",
        f"The file has {size_bytes / 2**20:,.0f} MB; up to {MAX_BYTES / 2**20:,.0f} MB are read. "
        "If it holds several reports, put them into raw/ one by one.",
    )
    return reading


def _source(raw: Path, task: Task) -> Source:
    if not task.has_sidecar:
        return Source()
    return read_sidecar(raw / (os.fsdecode(task.path) + SIDECAR_SUFFIX))[0]


def _describe(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "pipeline" in Path(frame.filename).parts] or frames
    place = f"{Path(own[-1].filename).name}, line {own[-1].lineno}"
    return (
        f"{type(error).__name__}: {error} ({place}). This is a defect of Gongkai, not of the document: "
        "please report it with the file."
    )


def _storable(report: Report) -> Report:
    """The report as the lake can hold it exactly: a number of other than DECIMAL(20,6) is unreadable."""
    report.figures = [
        figure
        if figure.value is None or _fits(figure.value)
        else figure._replace(value=None, unit=None, status="unreadable")
        for figure in report.figures
    ]
    return report


def _fits(value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    if isinstance(exponent, str):  # NaN, Infinity
        return False
    return abs(value) < 10**14 and (exponent >= -6 or value == round(value, 6))


def _write(batch: Batch, readings: list[Reading]) -> BatchSummary:
    """Write one batch of all readings, but each crash apart: tried again, it gives the same batch again."""
    readings.sort(key=lambda reading: reading.document_id)
    try:
        tables = _tables([reading for reading in readings if not reading.crashed])
    except Exception:  # some reading holds what no table can: find it, keep the others
        for reading in readings:
            try:
                _tables([reading])
            except Exception as error:
                reading.set_aside("quarantined", "crashed", _describe(error))
        tables = _tables([reading for reading in readings if not reading.crashed])
    for part in (tables, *(_tables([reading]) for reading in readings if reading.crashed)):
        if batch_id := part["manifest"]["batch_id"].first():
            write_batch(batch.batches, str(batch_id), part)
    statuses = [reading.status for reading in readings]
    return BatchSummary(
        extracted=statuses.count("extracted"),
        not_a_report=statuses.count("not_a_report"),
        quarantined=statuses.count("quarantined"),
        changed=len(batch.tasks) - len(readings),
        cells=sum(len(reading.report.figures) for reading in readings if reading.report),
    )


def _tables(readings: list[Reading]) -> dict[str, pl.DataFrame]:
    """The tables of a batch: those of `BATCH_TABLES`, and its own manifest."""
    now = datetime.now(UTC).replace(tzinfo=None)
    versions = (READER_VERSION, EXTRACTION_VERSION)
    keys = [(r.document_id, r.source_fingerprint, *versions, not r.crashed) for r in readings]
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
                *versions,
                now,
            )
            for r in readings
        ),
        "reports": ((key, *_values(metadata)) for key, _, metadata in reports),
        "report_parts": ((key, key, "page") for key, _, _ in reports),
        "cells": (cell_row(key, figure) for key, report, _ in reports for figure in report.figures),
        "sections": ((key, *section) for key, report, _ in reports for section in report.sections),
        "evidence": ((key, *evidence) for key, _, metadata in reports for evidence in metadata.evidence),
    }
    tables = {name: _frame(rows[name], schema) for name, schema in BATCH_TABLES.items()}
    manifest = ((key[0], batch_id, *key[1:]) for key in keys)
    return {**tables, "manifest": _frame(manifest, MANIFEST)}


def cell_row(document_id: str, figure: Figure) -> tuple[Any, ...]:
    """A figure as a row of ``landing.cells``."""
    return (document_id, *figure[:-1], *(figure.origin or _NOWHERE))


def _values(metadata: Metadata) -> Iterable[Any]:
    """Each value, with the rules that saw it, where, and in which words."""
    for name in get_args(MetadataField):
        yield getattr(metadata, name)
        seen = [e for e in metadata.evidence if e.field == name and e.chosen]
        yield "; ".join(f"{e.rule} ({e.location}): {e.excerpt}" for e in seen) or None


def _frame(rows: Iterable[tuple[Any, ...]], schema: Schema) -> pl.DataFrame:
    # By columns, strictly: built by rows, Polars turns what does not fit into null.
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pl.DataFrame(dict(zip(schema, columns, strict=True)), schema=schema, strict=True)
