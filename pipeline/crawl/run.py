"""Crawl sources side by side, each in a process of its own, those that share a host one after another."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from threading import Event, Timer
from typing import Final

from pipeline import __version__
from pipeline.crawl.child import Task
from pipeline.crawl.history import record
from pipeline.crawl.manifest import PROBLEMS, Visit
from pipeline.crawl.source import BadSource, Source, find_faults, read_source, source_files
from pipeline.edited import read_yaml
from pipeline.workspace import JobError, Workspace

Progress = Callable[[str, Visit], None]
"""Told of each visit: the source's name, and the visit."""

_SIDE_BY_SIDE: Final = 16
"""Sources crawled at once: each waits for its site nearly all the time."""

_GRACE: Final = 900
"""Seconds beyond its hours in which a crawl may end what is on its way; then its process hangs, and is ended."""

_LONGEST: Final = 500
"""Characters of an error that are told."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``DIR/crawl.yml``: who crawls, so that a site can complain. ``allow_loopback`` is for tests on one machine."""

    contact: str = ""
    allow_loopback: bool = False

    @property
    def user_agent(self) -> str:
        """What the crawler calls itself."""
        return f"Gongkai/{__version__} (collects government information annual reports; contact: {self.contact})"


@dataclass(frozen=True, slots=True)
class Crawled:
    """What the crawl of one source gave; ``error`` where it did not come to its end.

    ``visits`` are the last ones of each address; of a crawl that went on where another stopped, those since.
    """

    source: str
    visits: list[Visit] = field(default_factory=list)
    error: str | None = None

    @property
    def was_reached(self) -> bool:
        """Whether the site gave anything at all."""
        return any(visit.outcome in {"fetched", "unchanged", "new", "known"} for visit in self.visits)

    @property
    def has_failed(self) -> bool:
        """Whether reports may be missing because the crawl did not get through all lists."""
        return self.error is not None or any(visit.kind == "list" for visit in self.problems)

    @property
    def outcomes(self) -> Counter[str]:
        """How many reports and files came to what."""
        return Counter(visit.outcome for visit in self.visits if visit.kind != "list")

    @property
    def problems(self) -> list[Visit]:
        """What could not be had and ought to be looked at: pages of lists among it, since they lead to reports.

        Not those that are gone but for the first ones: that is how counting them ends.
        """
        return [
            visit
            for visit in self.visits
            if visit.outcome in PROBLEMS and not (visit.kind == "list" and visit.outcome == "gone" and visit.page_url)
        ]


def crawl(
    workspace: Workspace, names: Sequence[str] = (), *, dry_run: bool = False, progress: Progress | None = None
) -> list[Crawled]:
    """Crawl the sources named, or all that are enabled; give what each gave, in the order of their names.

    New documents are in ``raw/crawl/SOURCE/`` afterwards, manifests in ``warehouse/crawl/SOURCE/``. A dry run asks for
    list pages only, tells what it would fetch and writes nothing. A source that fails, or whose file cannot be used,
    does not keep the others from their ends.

    Raises:
        JobError: there is no such source, or nobody says who crawls.
    """
    files = source_files(workspace)
    if unknown := [name for name in names if name not in files]:
        raise JobError(f"There is no source {', '.join(unknown)}. There are: {', '.join(files) or 'none'}.")
    sources, unusable = [], []
    for name in dict.fromkeys(names or files):
        try:
            source = read_source(files[name])
        except BadSource as error:
            unusable.append(Crawled(name, error=str(error)))
            if not dry_run:
                record(workspace, name, failed=True, reason=str(error))
            continue
        if names or source.rules["enabled"]:
            sources.append(source)
    crawled = crawl_sources(workspace, sources, dry_run=dry_run, progress=progress)
    return sorted([*unusable, *crawled], key=lambda one: one.source)


def crawl_sources(
    workspace: Workspace, sources: Sequence[Source], *, dry_run: bool = False, progress: Progress | None = None
) -> list[Crawled]:
    """Crawl these sources; see `crawl`.

    Raises:
        JobError: nobody says who crawls, or ``raw/`` is on object storage.
    """
    if not sources:
        return []
    if workspace.storage and not dry_run:
        raise JobError(
            f"What is crawled is written to a folder, and raw/ is on {workspace.storage}. Crawl into a data folder "
            f"without storage, and copy its raw/crawl/ to {workspace.crawled}/ (aws s3 sync)."
        )
    if not dry_run:
        workspace.raw.mkdir(parents=True, exist_ok=True)
    crawls = _Crawls(workspace, read_settings(workspace), dry_run, progress or (lambda source, visit: None))
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        try:
            crawled = [one for group in pool.map(crawls.crawl_group, _by_host(sources)) for one in group]
        except BaseException:  # Ctrl-C among them
            crawls.stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return sorted(crawled, key=lambda one: one.source)


def read_settings(workspace: Workspace) -> Settings:
    """Who crawls.

    Raises:
        JobError: ``crawl.yml`` is not there, cannot be used, or names no contact; all that is wrong is told at once.
    """
    path = workspace.crawl_settings
    hint = f'Write an address at which a site can reach you into {path}:\n  contact: "mailto:you@example.org"'
    if not path.exists():
        raise JobError(f"Sites have a right to know who crawls them. {hint}")
    said = read_yaml(path)
    said = {} if said is None else said
    if faults := list(find_faults(said, "crawl")):
        raise JobError("\n".join([f"{path} cannot be used:", *(f"  {fault}" for fault in faults), hint]))
    if not (said.get("contact") or "").strip():
        raise JobError(f"{path} names no contact. {hint}")
    return Settings(**said)


class _Crawls:
    """The processes of one crawl of several sources."""

    def __init__(self, workspace: Workspace, settings: Settings, dry_run: bool, say: Progress) -> None:
        self._workspace, self._settings, self._dry_run, self._say = workspace, settings, dry_run, say
        self._run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
        self._stopped = Event()
        self._running: set[subprocess.Popen[str]] = set()

    def stop(self) -> None:
        """End all processes, and begin none."""
        self._stopped.set()
        for process in tuple(self._running):
            process.kill()  # what they write is whole at any moment

    def crawl_group(self, group: Sequence[Source]) -> list[Crawled]:
        """Crawl sources one after another."""
        return [self._crawl(source) for source in group if not self._stopped.is_set()]

    def _crawl(self, source: Source) -> Crawled:
        settings = self._settings
        task = Task(
            data=str(self._workspace.root.resolve()),
            source=source.name,
            rules=source.rules,
            run_id=self._run_id,
            user_agent=settings.user_agent,
            allow_loopback=settings.allow_loopback,
            dry_run=self._dry_run,
        )
        visits: dict[str, Visit] = {}
        with (
            subprocess.Popen(
                [sys.executable, "-m", "pipeline.crawl.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                start_new_session=True,  # Ctrl-C is for this process, which ends those
            ) as process,
            ThreadPoolExecutor(1) as reader,
        ):
            self._running.add(process)
            if self._stopped.is_set():  # while it was begun
                process.kill()
            assert process.stdin and process.stdout and process.stderr
            overdue = Timer(source.rules["limits"]["hours"] * 3600 + _GRACE, process.kill)
            overdue.daemon = True
            overdue.start()
            errors = reader.submit(process.stderr.read)
            with suppress(BrokenPipeError):  # its errors tell why it ended
                process.stdin.write(json.dumps(asdict(task)) + "\n")
                process.stdin.flush()  # and left open: its end tells the process to stop
            for line in process.stdout:
                visit = Visit(**json.loads(line))
                visits[visit.url] = visit
                self._say(source.name, visit)
            status = process.wait()
            overdue.cancel()
        self._running.discard(process)
        lines = errors.result().strip().splitlines() or [f"its process ended with status {status}"]
        crawled = Crawled(source.name, list(visits.values()), lines[-1][:_LONGEST] if status else None)
        if not self._dry_run and not self._stopped.is_set():
            record(self._workspace, source.name, failed=crawled.has_failed, reason=_reason(crawled))
        return crawled


def _reason(crawled: Crawled) -> str | None:
    """Why a crawl has failed: its error, else the first list page that could not be had."""
    lists = (f"{visit.url}: {visit.reason or visit.outcome}" for visit in crawled.problems if visit.kind == "list")
    return crawled.error or next(lists, None)


def _by_host(sources: Sequence[Source]) -> Iterator[list[Source]]:
    """Groups of sources of which no two share a host."""
    groups: list[tuple[set[str], list[Source]]] = []
    for source in sources:
        sharing = [group for group in groups if group[0] & source.hosts]
        hosts = set(source.hosts).union(*(group[0] for group in sharing))
        members = [member for group in sharing for member in group[1]]
        groups = [group for group in groups if group not in sharing] + [(hosts, [*members, source])]
    yield from (members for _, members in groups)
