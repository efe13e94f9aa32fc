"""Crawl sources side by side, each in a process of its own, those that share a host one after another."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Final

import yaml

from pipeline import __version__
from pipeline.crawl.child import Task
from pipeline.crawl.manifest import Visit
from pipeline.crawl.source import Source, read_sources
from pipeline.workspace import JobError, Workspace

Progress = Callable[[str, Visit], None]
"""Told of each visit: the source's name, and the visit."""

_SIDE_BY_SIDE: Final = 16
"""Sources crawled at once: each waits for its site nearly all the time."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``DIR/crawl.yml``: who crawls, so that a site can complain. ``allow_private`` is for tests on one machine."""

    contact: str = ""
    allow_private: bool = False

    @property
    def user_agent(self) -> str:
        """What the crawler calls itself."""
        return f"Gongkai/{__version__} (collects government information annual reports; contact: {self.contact})"


@dataclass(frozen=True, slots=True)
class Crawled:
    """What the crawl of one source gave; ``error`` where it did not come to its end."""

    source: str
    visits: list[Visit] = field(default_factory=list)
    error: str | None = None

    @property
    def outcomes(self) -> Counter[str]:
        """How many addresses came to what, lists apart."""
        return Counter(visit.outcome for visit in self.visits if visit.kind != "list")


def crawl(
    workspace: Workspace, names: Sequence[str] = (), *, dry_run: bool = False, progress: Progress | None = None
) -> list[Crawled]:
    """Crawl the sources named, or all that are enabled; give what each gave, in the order of their names.

    New documents are in ``raw/crawl/SOURCE/`` afterwards, manifests in ``warehouse/crawl/SOURCE/``. A dry run asks for
    list pages only, and tells what it would fetch. A source that fails does not keep the others from their ends.

    Raises:
        JobError: there is no such source, one cannot be used, or nobody says who crawls.
    """
    known = read_sources(workspace)
    if unknown := [name for name in names if name not in known]:
        raise JobError(f"There is no source {', '.join(unknown)}. There are: {', '.join(known) or 'none'}.")
    chosen = [known[name] for name in dict.fromkeys(names)] or [s for s in known.values() if s.rules["enabled"]]
    if not chosen:
        return []
    settings = read_settings(workspace)
    run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    say = progress or (lambda source, visit: None)

    def crawl_group(group: Sequence[Source]) -> list[Crawled]:
        return [_crawl(workspace, source, settings, run_id, dry_run, say) for source in group]

    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        crawled = [one for group in pool.map(crawl_group, _by_host(chosen)) for one in group]
    return sorted(crawled, key=lambda one: one.source)


def read_settings(workspace: Workspace) -> Settings:
    """Who crawls.

    Raises:
        JobError: ``crawl.yml`` is not there, cannot be read, or names no contact.
    """
    path = workspace.crawl_settings
    hint = f'Write an address at which a site can reach you into {path}:\n  contact: "mailto:you@example.org"'
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        settings = Settings(**said)
    except FileNotFoundError:
        raise JobError(f"Sites have a right to know who crawls them. {hint}") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError) as error:
        raise JobError(f"{path} cannot be used: {error}\n{hint}") from error
    if not isinstance(settings.contact, str) or not settings.contact.strip():
        raise JobError(f"{path} names no contact. {hint}")
    return settings


def _crawl(
    workspace: Workspace, source: Source, settings: Settings, run_id: str, dry_run: bool, say: Progress
) -> Crawled:
    task = Task(
        str(workspace.root.resolve()), source.name, run_id, settings.user_agent, settings.allow_private, dry_run
    )
    visits = []
    with (
        subprocess.Popen(
            [sys.executable, "-m", "pipeline.crawl.child", json.dumps(asdict(task))],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        ) as process,
        ThreadPoolExecutor(1) as reader,
    ):
        assert process.stdout is not None and process.stderr is not None
        errors = reader.submit(process.stderr.read)
        for line in process.stdout:
            visit = Visit(**json.loads(line))
            visits.append(visit)
            say(source.name, visit)
    status = process.wait()
    message = errors.result().strip()
    return Crawled(source.name, visits, message[-2000:] or f"ended with status {status}" if status else None)


def _by_host(sources: Sequence[Source]) -> Iterator[list[Source]]:
    """Groups of sources of which no two share a host."""
    groups: list[tuple[set[str], list[Source]]] = []
    for source in sources:
        sharing = [group for group in groups if group[0] & source.hosts]
        hosts = set(source.hosts).union(*(group[0] for group in sharing))
        members = [member for group in sharing for member in group[1]]
        groups = [group for group in groups if group not in sharing] + [(hosts, [*members, source])]
    yield from (members for _, members in groups)
