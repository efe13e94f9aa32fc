"""One document: bytes in, what they say as a report out."""

from __future__ import annotations

import errno
import hashlib
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

from pipeline.extraction import NotAReport, Report, Source, extract
from pipeline.lake.archives import SEPARATOR, forget_archives, list_members, read_member
from pipeline.lake.limits import MAX_BYTES
from pipeline.lake.places import hash_file
from pipeline.lake.sidecar import SIDECAR_SUFFIX, fingerprint, read_sidecar
from pipeline.readers import Document, Link, UnreadableDocument
from pipeline.readers.blocks import find_block
from pipeline.readers.formats import FORMATS
from pipeline.readers.read import Opened, open_document
from pipeline.readers.recognition import RecognitionElsewhere

_PAGES: Final = frozenset({None, "html", "text"})
"""The formats of what a site sends instead of a document; None where nothing was told of the bytes."""

OUT_OF_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
"""What a full disk says, or one that cannot be written."""


@dataclass(slots=True)
class Reading:
    """What came of one document.

    ``format`` is what its bytes were told to be, None where they could not. ``report`` is what it says as a report:
    None for a document that cannot be read, or is no report nor shows the title of one (`NotAReport.shown`, which has
    no figures).
    """

    document_id: str
    size_bytes: int
    source_fingerprint: str
    format: str | None = None
    status: str = "extracted"
    media_type: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    report: Report | None = field(default=None, repr=False)
    links: list[Link] = field(default_factory=list, repr=False)

    @property
    def crashed(self) -> bool:
        """Whether reading it failed by a defect of ours or of the machine, which may pass."""
        return self.error_code == "crashed"

    def set_aside(self, status: str, code: str, message: str) -> None:
        """Keep the document without a report, for the reason given."""
        self.status, self.error_code, self.error_message, self.report = status, code, message, None
        if status == "quarantined":
            self.links = []

    def set_aside_too_large(self) -> None:
        """Keep a document that is not even opened."""
        self.set_aside(
            "quarantined",
            "too_large",
            f"The file has {self.size_bytes / 2**20:,.0f} MB; up to {MAX_BYTES / 2**20:,.0f} MB are read. "
            "If it holds several reports, put them into raw/ one by one.",
        )


def read_file(path: Path) -> tuple[Reading, list[str]]:
    """Read one file and its sidecar, or one document of an archive (``a.zip!/b.docx``), wherever they lie.

    Returns the reading, and what is wrong with the sidecar.

    Raises:
        OSError: the file cannot be opened.
    """
    file, _, member = str(path).partition(SEPARATOR)
    path = Path(file)
    sidecar = path.with_name(path.name + SIDECAR_SUFFIX)
    source, problems = read_sidecar(sidecar) if sidecar.is_file() else (Source(), [])
    if listing := list_members(path):
        for found in listing.members:
            if found.path == member and (data := read_member(path, found.number)) is not None:
                forget_archives()
                return read_bytes(data, within_archive(source)), problems
        told = [f"This archive holds no {member}."] if member else []
        told += [listing.problem[1]] if listing.problem else []
        if listing.members:
            names = ", ".join(f"{file}{SEPARATOR}{found.path}" for found in listing.members)
            told.append(f"Name a document of this archive: {names}")
        reading = Reading(hash_file(path), path.stat().st_size, fingerprint(source), "zip")
        reading.set_aside("quarantined", "unsupported_format", " ".join(told))
        return reading, problems
    if (size := path.stat().st_size) > MAX_BYTES:
        reading = Reading(hash_file(path), size, fingerprint(source))
        reading.set_aside_too_large()
        return reading, problems
    return read_bytes(path.read_bytes(), source), problems


def read_bytes(
    data: bytes, source: Source, read: Callable[[str, Opened], Document] = lambda _, opened: opened.read()
) -> Reading:
    """Read one document; whatever it does to the readers is told in the reading, never raised.

    ``read`` gives the document, by its identity and as it was opened.

    Raises:
        MemoryError: it takes more than the process may hold.
        OSError: the disk is full or cannot be written.
        RecognitionElsewhere: it needs recognition of characters, which may not be done here.
    """
    reading = Reading(hashlib.sha256(data).hexdigest(), len(data), fingerprint(source))
    try:
        opened = open_document(data, source.headers)
        reading.format = opened.format
        if opened.format in FORMATS:
            reading.media_type = FORMATS[opened.format].media_type
        document = read(reading.document_id, opened)
        reading.media_type, reading.links = document.media_type, document.links
        reading.report = _storable(extract(document, source))
    except UnreadableDocument as reason:
        reading.set_aside("quarantined", reason.code, reason.message)
    except NotAReport as reason:
        reading.set_aside("not_a_report", reason.code, reason.message)
        reading.report = reason.shown
    except (MemoryError, RecognitionElsewhere):
        raise
    except OSError as error:
        if error.errno in OUT_OF_ROOM:  # no fault of the document
            raise
        reading.set_aside("quarantined", "crashed", describe(error))
    except RecursionError:
        reading.set_aside("quarantined", "too_large", "It is nested deeper than any report. Save it in another format.")
    except Exception as error:  # a defect of ours, which must not take the other documents along
        reading.set_aside("quarantined", "crashed", describe(error))
    if reading.format in _PAGES and reading.status != "extracted" and not reading.crashed:
        _tell_block(reading, find_block(data, source.status, source.headers))
    return reading


def _tell_block(reading: Reading, block: str | None) -> None:
    if block:
        reading.set_aside(
            "quarantined", "blocked", f"The site did not give it: {block}. Fetch it again, slower or by hand."
        )


def within_archive(source: Source) -> Source:
    """Where a member of an archive is from: the headers of the archive say nothing of its bytes."""
    return replace(source, headers={}, status=None)


def describe(error: Exception) -> str:
    """What to say of a defect: where it showed, and what a person can do."""
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
        if figure.value is None or fits(figure.value)
        else figure._replace(value=None, unit=None, status="unreadable")
        for figure in report.figures
    ]
    return report


def fits(value: Decimal) -> bool:
    """Whether a number is one of DECIMAL(20,6), exactly."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, str):  # NaN, Infinity
        return False
    return abs(value) < 10**14 and (exponent >= -6 or value == round(value, 6))
