"""What users wrote: aliases, reviews, roster, settings, sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.agencies.identity import read_aliases
from pipeline.agencies.roster import read_roster
from pipeline.crawl.run import read_settings as read_crawl_settings
from pipeline.crawl.source import read_source, source_files
from pipeline.doctor.finding import Finding, count
from pipeline.settings import read_settings
from pipeline.warehouse.reviews import read_reviews
from pipeline.workspace import JobError, Workspace


def examine_edited(workspace: Workspace) -> Iterator[Finding]:
    """Read each file that users edit, as a run does."""
    files: list[tuple[Path, Callable[[], object]]] = [
        (workspace.aliases, lambda: read_aliases(workspace.aliases)),
        (workspace.reviews, lambda: read_reviews(workspace.reviews)),
        (workspace.roster, lambda: read_roster(workspace.roster)),
        (workspace.settings, lambda: read_settings(workspace)),
        (workspace.crawl_settings, lambda: read_crawl_settings(workspace)),
    ]
    for path in source_files(workspace).values():
        if path.is_relative_to(workspace.sources):
            files.append((path, lambda path=path: read_source(path)))  # type: ignore[misc]
    read = 0
    for path, take in files:
        if not path.exists():
            continue
        try:
            take()
        except (JobError, OSError) as error:
            yield Finding("edited files", "broken", str(error), f"Mend {path}, or restore it from a backup")
        else:
            read += 1
    yield Finding("edited files", "ok", f"{count(read, 'file')} read")
