"""How the crawls of each source went, night by night: a line each in ``nights.ndjson`` of the source's folder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.crawl.source import BadSource, read_source, source_files
from pipeline.workspace import Workspace

_TAIL: Final = 65_536
"""Bytes of the file that are read: a year of nights and more."""

_LONGEST: Final = 500
"""Characters of a reason that are kept."""


@dataclass(frozen=True, slots=True)
class Crawl:
    """One crawl of a source: when it ended (UTC, ISO 8601), whether reports may be missing by it, and why."""

    at: str
    failed: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class FailingSource:
    """A source that failed ``nights`` nights in a row, the first of them ``since``; ``reason`` is that of the last."""

    source: str
    nights: int
    since: date
    reason: str


def record(workspace: Workspace, source: str, *, failed: bool, reason: str | None, at: datetime | None = None) -> None:
    """Write down how a crawl of ``source`` went."""
    path = _file(workspace, source)
    path.parent.mkdir(parents=True, exist_ok=True)
    crawl = Crawl((at or datetime.now(UTC)).isoformat(timespec="seconds"), failed, reason and reason[:_LONGEST])
    line = f"{json.dumps(asdict(crawl), ensure_ascii=False)}\n".encode(errors="replace")
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        os.write(fd, line)  # in one piece: two processes do not mix
    finally:
        os.close(fd)


def failing_sources(workspace: Workspace, nights: int, timezone: str) -> list[FailingSource]:
    """The sources that are to be crawled and failed on each of the last ``nights`` nights on which they were.

    A night is a day of ``timezone``; the last crawl of a day counts, so that one that was made good by hand has not
    failed, and several tries of one day are one.
    """
    zone, failing = ZoneInfo(timezone), []
    for name, path in source_files(workspace).items():
        by_day = {datetime.fromisoformat(one.at).astimezone(zone).date(): one for one in _crawls(workspace, name)}
        row = []
        for day in sorted(by_day, reverse=True):
            if not by_day[day].failed:
                break
            row.append(day)
        if len(row) >= nights and _is_crawled(path):
            failing.append(FailingSource(name, len(row), row[-1], by_day[row[0]].reason or ""))
    return failing


def _is_crawled(path: Path) -> bool:
    try:
        return bool(read_source(path).rules["enabled"])
    except BadSource:
        return True  # it should be, and cannot


def _crawls(workspace: Workspace, source: str) -> Iterator[Crawl]:
    path = _file(workspace, source)
    if not path.exists():
        return
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        lines = file.read().split(b"\n")
    for line in lines:
        try:
            said = json.loads(line)
            yield Crawl(str(said["at"]), bool(said["failed"]), said.get("reason"))
        except (ValueError, TypeError, KeyError):
            continue  # cut off, by a kill or by where reading began


def _file(workspace: Workspace, source: str) -> Path:
    return workspace.crawls / source / "nights.ndjson"
