"""What a crawl did: a line for each address that it asked for, or would have."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, Self

from pipeline.workspace import EARLIER_VISITS

Kind = Literal["list", "report", "attachment"]
Outcome = Literal[
    "fetched",  # bytes that were not there before
    "unchanged",  # the server says so, or the bytes are the same
    "robots",  # its robots.txt forbids it
    "blocked",  # the site keeps crawlers out: 401, 403, 412, 429, 451, a challenge page, a refused TLS handshake
    "gone",  # 404, 410
    "refused",  # by us: a host that is not the source's, a private address, too large, too many redirects
    "failed",  # it answered with an error, or not at all, and so again
    "limit",  # not asked for: as many list pages, or as deep, as the source allows
    "new",  # of a dry run: not asked for, and nothing from there is in raw/
    "known",  # of a dry run: not asked for, and something from there is
]

DONE: Final = frozenset({"fetched", "unchanged", "robots", "blocked", "gone", "refused"})
"""Outcomes that a crawl that goes on where another stopped does not ask for again."""

PROBLEMS: Final = frozenset({"robots", "blocked", "gone", "refused", "failed", "limit"})
"""Outcomes by which a report may be missing."""

KEPT_RUNS: Final = 30
"""Crawls of a source whose manifests and logs are kept, at least; and up to twice as many, since folding takes time."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One address, and what came of it. ``page_url`` led there, by a link with ``link_text``."""

    url: str
    kind: Kind
    outcome: Outcome
    status: int | None = None
    reason: str | None = None
    page_url: str | None = None
    link_text: str | None = None
    raw_path: str | None = None
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="microseconds"))


class Manifest:
    """``RUN.jsonl`` in the folder of a source: its visits, line by line; the last line says that the crawl ended.

    A line that was cut off by a kill, or damaged, is left out when it is read.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Open the manifest at ``path``, with what it has; without one nothing is written."""
        self.path = path
        self.last: dict[str, Visit] = {}
        self._file = None
        if path:
            self.last = {visit.url: visit for visit in read_visits(path)}
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a", encoding="utf-8", errors="replace")
            if path.stat().st_size:
                self._file.write("\n")  # after a line that may have been cut off

    @classmethod
    def resume(cls, folder: Path, run_id: str) -> Self:
        """The manifest of the last crawl if it did not end, else a new one; it comes after all others by its name.

        So it does where the clock was set back since.
        """
        last = max(folder.glob("*.jsonl"), key=lambda path: path.stem, default=None)
        if last and not has_ended(last):
            return cls(last)
        return cls(folder / f"{run_id if not last or run_id > last.stem else f'{last.stem}-later'}.jsonl")

    def add(self, visit: Visit) -> None:
        """Write a visit down; of several of one address the last one counts."""
        self.last[visit.url] = visit
        self._write({name: value for name, value in asdict(visit).items() if value is not None})

    def end(self) -> None:
        """Write down that the crawl came to its end."""
        outcomes: Counter[str] = Counter(visit.outcome for visit in self.last.values())
        self._write({"ended": datetime.now(UTC).isoformat(timespec="seconds"), **dict(outcomes)})

    def _write(self, line: dict[str, object]) -> None:
        if self._file:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()


def read_visits(path: Path) -> Iterator[Visit]:
    """The visits of a manifest; none if there is no such file."""
    for line in _lines(path):
        if "url" in line:
            with suppress(TypeError):  # a line that is damaged, or of another version
                yield Visit(**line)


def has_ended(path: Path) -> bool:
    """Whether the crawl of this manifest came to its end."""
    return any("ended" in line for line in _lines(path))


def fold(folder: Path) -> None:
    """Fold the manifests of a source's earlier crawls into one of the last visit of each address.

    So what a build reads of crawls grows with addresses, not with nights. The folded manifest is there before those in
    it are removed: killed in between, both say the same. The caller is the only one who crawls this source.

    Raises:
        OSError: the folder cannot be written.
    """
    runs = sorted(folder.glob("*.jsonl"))
    if len(runs) <= 2 * KEPT_RUNS:
        return
    earlier, old = folder / EARLIER_VISITS, runs[:-KEPT_RUNS]
    last: dict[str, dict[str, Any]] = {}
    for path in (earlier, *old):
        for line in _lines(path):
            if "url" in line and "outcome" in line:
                visit = {"run": path.stem, **line}
                known = last.get(visit["url"])
                if known is None or _when(known) <= _when(visit):
                    last[visit["url"]] = visit
    part = folder / f".part-{EARLIER_VISITS}"
    with part.open("w", encoding="utf-8", errors="replace") as file:
        file.writelines(json.dumps(visit, ensure_ascii=False) + "\n" for visit in last.values())
        file.flush()
        os.fsync(file.fileno())
    part.replace(earlier)
    for path in old:
        path.with_suffix(".log").unlink(missing_ok=True)
        path.unlink()


def _when(visit: dict[str, Any]) -> tuple[str, str]:
    return str(visit["run"]), str(visit.get("at", ""))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    for text in path.read_text(encoding="utf-8", errors="replace").split("\n"):  # no other ends a line of JSON
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict):
            yield line
