"""What users say of findings: ``reviews.csv`` in the data folder."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from pipeline.edited import read_edited
from pipeline.workspace import JobError

VERDICTS: Final = ("confirmed", "explained", "dismissed")
"""``confirmed``: the report is wrong there; ``explained``: it is as printed, for a reason that is no fault;
``dismissed``: the finding itself is wrong. A finding of the last two is closed."""

REVIEWS: Final[dict[str, pl.DataType]] = {
    "finding_id": pl.String(),
    "verdict": pl.String(),
    "reason": pl.String(),
    "reviewer": pl.String(),
    "reviewed_on": pl.Date(),
}

_REQUIRED: Final = ("finding_id", "verdict", "reason")
_ID: Final = re.compile(r"[0-9a-f]{32}")
_DATE: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
"""Spreadsheets make 2026/1/5 of 2026-01-05."""


def read_reviews(path: Path) -> pl.DataFrame:
    """Read the reviews of a data folder; there need be none.

    Returns:
        One row a review, with the columns `REVIEWS`.

    Raises:
        JobError: the file cannot be read as such a table, a verdict is none of `VERDICTS`, a reason is missing, a date
            is none, or a finding is reviewed twice; the message names the line.
    """
    rows: dict[str, tuple[object, ...]] = {}
    lines: dict[str, int] = {}
    for number, fields in read_edited(path, _REQUIRED) if path.exists() else []:
        place = f"{path}, line {number}"
        finding, verdict, reason = (fields[name] for name in _REQUIRED)
        finding, verdict = finding.lower(), verdict.lower()
        if not _ID.fullmatch(finding):
            raise JobError(f"{place}: {finding or 'blank'} is no finding_id: it has 32 characters, 0-9 and a-f.")
        if verdict not in VERDICTS:
            raise JobError(f"{place}: verdict has to be {', '.join(VERDICTS)} and is {verdict or 'blank'}.")
        if not reason:
            raise JobError(f"{place}: reason has to be filled in.")
        if finding in lines:
            raise JobError(f"{place}: {finding} is reviewed in line {lines[finding]} already. Remove one of them.")
        lines[finding] = number
        reviewed_on = _read_date(place, fields.get("reviewed_on", ""))
        rows[finding] = (finding, verdict, reason, fields.get("reviewer") or None, reviewed_on)
    return pl.DataFrame([rows[finding] for finding in sorted(rows)], schema=REVIEWS, orient="row")


def _read_date(place: str, text: str) -> date | None:
    if not text:
        return None
    if found := _DATE.match(text):
        try:
            return date(*map(int, found.groups()))
        except ValueError:
            pass
    raise JobError(f"{place}: reviewed_on is no date such as 2026-01-05 and is {text}.")
