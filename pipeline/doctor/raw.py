"""The files of ``raw/`` against what was recorded of them: what nobody can make anew."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from pipeline.doctor.finding import Finding, Progress, count, names
from pipeline.lake.archives import Listing
from pipeline.lake.places import hash_file
from pipeline.lake.processes import Died, Processes
from pipeline.lake.scan import scan
from pipeline.lake.schemas import SNAPSHOT
from pipeline.lake.store import read_table
from pipeline.workspace import Workspace


def examine_raw(workspace: Workspace, progress: Progress, *, quick: bool) -> Iterator[Finding]:
    """Look at every file; hash those that should be as they were, unless ``quick``.

    Raises:
        JobError: ``raw/`` cannot be listed.
    """
    before = read_table(workspace.snapshot, SNAPSHOT)
    recorded: dict[bytes, dict[tuple[int, ...], str]] = {}
    stamps: dict[bytes, tuple[int | None, ...]] = {}
    columns = ("path", "member", "document_id", "file_bytes", "mtime_ns", "ctime_ns")
    for path, member, document_id, *stamp in before.select(columns).iter_rows():
        recorded.setdefault(path, {})[tuple(member)] = document_id
        stamps[path] = tuple(stamp)
    with closing(Processes()) as processes, tempfile.TemporaryDirectory() as scratch:
        list_archive = partial(processes.list_members, scratch=Path(scratch))
        observed, warnings = scan(workspace, before, progress, list_archive)
        here = {
            path: tuple(stamp)
            for path, *stamp in observed.select("path", "file_bytes", "mtime_ns", "ctime_ns").iter_rows()
        }
        same = [path for path, stamp in here.items() if stamps.get(path) == stamp]
        rotten = []
        for done, path in enumerate(same if not quick else (), 1):
            progress("Hashing files", done, len(same))
            file = workspace.raw / os.fsdecode(path)
            try:
                found = _documents(file, set(recorded[path]), list_archive)
            except (OSError, Died) as error:
                warnings.append(f"{os.fsdecode(path)}: {error}")
                continue
            if found != recorded[path]:
                rotten.append(path)
    new = [path for path in here if path not in recorded]
    changed = [path for path in here if path in recorded and stamps[path] != here[path] and path not in new]
    gone = [path for path in recorded if path not in here]
    how = "by size and time" if quick else "every byte hashed"
    told = f"{count(len(here), 'file')}, {len(same) - len(rotten):,} as recorded ({how})"
    if rotten:
        yield Finding(
            "raw files",
            "broken",
            f"{told}; {count(len(rotten), 'file')} with other bytes, though of the same size and times: "
            f"{_names(rotten)}",
            "The disk may be failing. Restore them from a backup; what they said before stays published until then",
        )
    else:
        yield Finding("raw files", "ok", told)
    if new or changed:
        parts = [f"{len(new):,} new"] * bool(new) + [f"{len(changed):,} changed: {_names(changed)}"] * bool(changed)
        yield Finding("raw files", "look", "; ".join(parts), f"To read them: {workspace.command('run')}")
    if gone:
        yield Finding(
            "raw files",
            "look",
            f"{count(len(gone), 'file')} no longer there: {_names(gone)}",
            "The next run takes them out of the warehouse; if they should be there, restore them first",
        )
    if warnings:
        yield Finding("raw files", "look", names(warnings), "Mend what is named there")
    if left := list(workspace.crawled.glob("*/*/.part-*")):
        yield Finding("raw files", "look", f"{count(len(left), 'half-written file')} of a crawl that was killed",
                      "They are never read, and may be removed when no crawl runs")  # fmt: skip


def _documents(
    file: Path, members: set[tuple[int, ...]], list_archive: Callable[[Path], Listing | None]
) -> dict[tuple[int, ...], str]:
    """The documents of a file, by their numbers in it, as they are recorded of it."""
    found: dict[tuple[int, ...], str] = {(): hash_file(file)} if () in members else {}
    if members - {()}:
        listing = list_archive(file)
        found |= {member.number: member.document_id for member in (listing.members if listing else ())}
    return found


def _names(paths: list[bytes]) -> str:
    return names(sorted(os.fsencode(path).decode(errors="backslashreplace") for path in paths))
