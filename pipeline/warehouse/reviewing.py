"""Write what a person says of a finding into ``reviews.csv``, beside what others wrote there."""

from __future__ import annotations

import codecs
import csv
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from filelock import FileLock, Timeout

from pipeline.edited import decode_edited
from pipeline.warehouse.reviews import REVIEWS, read_reviews
from pipeline.workspace import JobError, Workspace

LONGEST: Final = 2000
"""Characters of a reason: it is a line of a table, not an essay."""
_PATIENCE: Final = 10.0
"""Seconds to wait for another who writes a review at the same time."""
_TRIES: Final = 5


class Review(NamedTuple):
    """What a person says of a finding."""

    finding_id: str
    verdict: str
    reason: str
    reviewer: str | None = None
    reviewed_on: date | None = None


class ReviewChanged(JobError):  # noqa: N818 - the state of a review
    """Somebody reviewed the finding since it was looked at; ``found`` is what stands there now."""

    def __init__(self, found: Review | None) -> None:
        said = f"{found.verdict} ({found.reason})" if found else "no review"
        super().__init__(f"Somebody else reviewed this finding meanwhile: {said}. Look at it before you save again.")
        self.found = found


def all_reviews(path: Path) -> dict[str, Review]:
    """The reviews of a data folder, by the finding.

    Raises:
        JobError: as `read_reviews`.
    """
    return {row[0]: Review(*row) for row in read_reviews(path).iter_rows()}


def save_review(workspace: Workspace, review: Review, seen: Review | None) -> None:
    """Write a review: a new line at the end, or in place of the one that the finding has.

    All other lines stay byte for byte, as do the file's encoding, its columns, what ends its lines and who may read it.
    The file is replaced by one rename, so that a run reads either all of the old or all of the new one; it is read as
    a run reads it first. Whoever writes by this function waits for the other.

    Args:
        workspace: the data folder.
        review: what to write; white space in its texts becomes single spaces.
        seen: the review that the writer saw, None for none.

    Raises:
        ReviewChanged: another review stands there than the one that the writer saw.
        JobError: the review or the file is not as `read_reviews` wants it; nothing is written.
    """
    review = _tidy(review)
    path = workspace.reviews.resolve()
    try:
        with _alone(workspace):
            for _ in range(_TRIES):
                before = path.read_bytes() if path.exists() else None
                found = all_reviews(path).get(review.finding_id)
                if found not in (seen, review):
                    raise ReviewChanged(found)
                if found == review or _replace(path, before, _with_review(path, before, review), review):
                    return
    except OSError as error:
        raise JobError(f"{path} cannot be written: {error.strerror or error}. Nothing was changed.") from error
    raise JobError(f"{path} changes all the time: another program writes to it. Close it there, and save again.")


def _tidy(review: Review) -> Review:
    reason, reviewer = (" ".join((text or "").split()) for text in (review.reason, review.reviewer))
    if len(reason) > LONGEST or len(reviewer) > LONGEST:
        raise JobError(f"A reason has at most {LONGEST} characters; this one has {max(len(reason), len(reviewer))}.")
    if not (reason + reviewer).isprintable():
        raise JobError("The reason or the name holds characters that cannot be printed. Take them out.")
    return review._replace(finding_id=review.finding_id.lower(), reason=reason, reviewer=reviewer or None)


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    workspace.warehouse.mkdir(parents=True, exist_ok=True)
    lock = FileLock(workspace.warehouse / ".reviews.lock", timeout=_PATIENCE)
    try:
        lock.acquire()
    except Timeout as error:
        raise JobError("Another process is writing a review and does not end. Save again in a moment.") from error
    try:
        yield
    finally:
        lock.release()


def _with_review(path: Path, before: bytes | None, review: Review) -> bytes:
    """The file's bytes with the review in it."""
    if before is None:
        line = _line(list(REVIEWS), review, {}, ",")
        return codecs.BOM_UTF8 + f"{','.join(REVIEWS)}\r\n{line}\r\n".encode()
    text, encoding = decode_edited(path)
    mark = b""
    if encoding == "utf-16":
        encoding = "utf-16-be" if before.startswith(codecs.BOM_UTF16_BE) else "utf-16-le"
        mark = before[:2]
    elif before.startswith(codecs.BOM_UTF8):
        mark = codecs.BOM_UTF8
    if mark + text.encode(encoding) != before:
        raise JobError(f"{path} cannot be written back as it is ({encoding}). Save it as CSV UTF-8.")
    return mark + _put(text, review).encode(encoding)


def _put(text: str, review: Review) -> str:
    """The text of a table with the review's line; a column that is wanted and not there is added to the first line."""
    header = text.partition("\n")[0]
    delimiter = "\t" if "\t" in header else ","
    ending = "\r\n" if header.endswith("\r") else "\n"
    printed = list(io.StringIO(text, newline=""))
    reader = csv.reader(iter(printed), delimiter=delimiter, strict=True)
    names = [name.strip() for name in next(reader)]
    ends = [reader.line_num]
    place: tuple[int, dict[str, str]] | None = None
    for row in reader:
        fields = dict(zip(names, row, strict=False))
        if fields.get("finding_id", "").strip().lower() == review.finding_id:
            place = len(ends), fields
        ends.append(reader.line_num)
    pieces = ["".join(printed[start:end]) for start, end in zip([0, *ends[:-1]], ends, strict=True)]
    if added := [name for name in REVIEWS if name not in names]:
        names += added
        body = pieces[0].rstrip("\r\n")
        pieces[0] = delimiter.join([body, *added]) + (pieces[0][len(body) :] or ending)
    if place:
        number, fields = place
        body = pieces[number].rstrip("\r\n")
        pieces[number] = _line(names, review, fields, delimiter) + pieces[number][len(body) :]
    else:
        if not pieces[-1].endswith(("\n", "\r")):
            pieces[-1] += ending
        pieces.append(_line(names, review, {}, delimiter) + ending)
    return "".join(pieces)


def _line(names: list[str], review: Review, fields: dict[str, str], delimiter: str) -> str:
    """The line of a review; what the line before said in columns of the user's own stays."""
    said = {name: "" if value is None else str(value) for name, value in review._asdict().items()}
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow([(fields | said).get(name, "") for name in names])
    return out.getvalue()


def _replace(path: Path, before: bytes | None, after: bytes, review: Review) -> bool:
    """Replace the file by one rename, if it still is as it was; False if somebody wrote to it meanwhile."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, part)
        else:
            part.chmod(0o644)
        try:
            written = all_reviews(part).get(review.finding_id)
        except JobError as error:
            raise JobError(str(error).replace(str(part), str(path))) from error
        if written != review:
            raise JobError(f"{path} would not say what it has to: {written}. Nothing was written.")
        if (path.read_bytes() if path.exists() else None) != before:
            return False
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return True
