"""Whether sources are right: their files, and what their sites say to them; nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pipeline.crawl.run import Crawled, crawl_sources
from pipeline.crawl.source import BadSource, Source, read_source, source_files
from pipeline.workspace import JobError, Workspace

_LIST_PAGES: Final = 3
"""How many further list pages of a source are tried."""


def check(workspace: Workspace, names: Sequence[str] = ()) -> list[Crawled]:
    """Read sources, then ask their sites for the first list pages; give what each would bring.

    Args:
        workspace: the data folder.
        names: sources, or files of sources wherever they lie; all if there are none.

    Returns:
        One for each; a file that cannot be used is one with an ``error``.

    Raises:
        JobError: there is no such source, or nobody says who crawls.
    """
    files = source_files(workspace)
    sources, checked = [], []
    for name in names or files:
        path = files.get(name) or Path(name)
        if not path.is_file():
            raise JobError(f"There is no source and no file {name}. There are: {', '.join(files) or 'none'}.")
        try:
            sources.append(_shortened(read_source(path)))
        except BadSource as error:
            checked.append(Crawled(path.stem, error=str(error)))
    checked += crawl_sources(workspace, sources, dry_run=True)
    return sorted(checked, key=lambda one: one.source)


def _shortened(source: Source) -> Source:
    limits = source.rules["limits"]
    few = min(limits["list_pages"], len(source.starts) + _LIST_PAGES)
    return Source(source.name, {**source.rules, "limits": {**limits, "list_pages": few}})
