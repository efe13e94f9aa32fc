"""Take out of the lake what is damaged, so that the documents are read again."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from pipeline.lake.passes import PASSES
from pipeline.lake.passes.reading import pass_folder
from pipeline.lake.schemas import MANIFEST
from pipeline.lake.seals import BATCH_FILES, damage
from pipeline.lake.store import batch_folders, read_table, remove_folder, write_whole
from pipeline.objects import side_by_side
from pipeline.workspace import JobError, Workspace

LAKE_VERSION: Final = 2
"""Of the way in which the lake lies on disk. A change of schema needs no other: what has another schema is read
again. A change that an older program would take for damage does. 2: folders have sums."""

_VERSION_FILE: Final = "version"


class Damage(NamedTuple):
    """A folder of the lake that is not sound: what is wrong, and how many documents (by the manifest) it holds.

    ``given_by`` is the pass that gave it, of the batch of the same id; None if it is a batch.
    """

    folder: Path
    fault: str
    documents: int
    given_by: str | None

    def __str__(self) -> str:
        """Which folder, and what is wrong with it."""
        what = f"the {self.given_by} of batch" if self.given_by else "batch"
        return f"{what} {self.folder.name.removeprefix('batch_id=')}: {self.fault}"


def check_version(workspace: Workspace) -> None:
    """See that this program knows the lake.

    Raises:
        JobError: a later version wrote it; the message says what to do.
    """
    if (version := lake_version(workspace)) > LAKE_VERSION:
        raise JobError(
            f"{workspace.lake} was written by a later version of Gongkai: its version is {version}, and this program "
            f"knows up to {LAKE_VERSION}. Install that version again; or remove {workspace.lake}, and all documents "
            f"are read again by: {workspace.command('run')}"
        )


def lake_version(workspace: Workspace) -> int:
    """The version of the lake on disk; 0 where nothing tells it."""
    try:
        return int((workspace.lake / _VERSION_FILE).read_bytes())
    except (OSError, ValueError):
        return 0


def sign_version(workspace: Workspace) -> None:
    """Write the version of the lake down.

    Raises:
        OSError: the lake cannot be written.
    """
    if lake_version(workspace) != LAKE_VERSION:
        write_whole(workspace.lake / _VERSION_FILE, f"{LAKE_VERSION}\n".encode())


def find_damage(
    workspace: Workspace,
    *,
    whole: bool | Collection[str] = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[Damage]:
    """Find the folders of batches, and of what passes gave of them, that are not sound (`pipeline.lake.seals.damage`).

    ``whole`` looks at every byte: of all, or of the batches that it names.

    Raises:
        OSError: the lake cannot be looked at.
    """
    folders: list[tuple[Path, str | None]] = [(path, None) for path in batch_folders(workspace.batches).values()]
    folders += [(path, name) for name in PASSES for path in batch_folders(pass_folder(workspace, name)).values()]

    def look(place: tuple[Path, str | None]) -> str | None:
        path, given_by = place
        every_byte = whole if isinstance(whole, bool) else path.name.removeprefix("batch_id=") in whole
        files = {f"{given_by}.parquet": PASSES[given_by].schema} if given_by else BATCH_FILES
        return damage(path, files, whole=every_byte)

    found = []
    for done, fault in enumerate(side_by_side(look, folders, workspace.lake), 1):
        if progress:
            progress("Looking at batches", done, len(folders))
        if fault:
            path, given_by = folders[done - 1]
            found.append((path, fault, given_by))
    if not found:
        return []
    held = dict(read_table(workspace.manifest, MANIFEST).group_by("batch_id").agg(pl.len()).iter_rows())
    return [
        Damage(path, fault, held.get(path.name.removeprefix("batch_id="), 0), given_by)
        for path, fault, given_by in found
    ]


def remove_damage(found: Collection[Damage]) -> list[str]:
    """Take what is damaged out of the lake; tell what will be read again.

    Raises:
        OSError: the lake cannot be written.
    """
    for one in found:
        remove_folder(one.folder)
    return [f"{one}; {_told(one)} read again" for one in found]


def _told(one: Damage) -> str:
    if one.given_by:
        return "they are"
    return f"its {one.documents:,} documents are" if one.documents else "its documents are"


def without_passes(workspace: Workspace) -> set[str]:
    """The ids of batches whose narrative is still to be read by a pass."""
    batches = set(batch_folders(workspace.batches))
    return {batch_id for name in PASSES for batch_id in batches - batch_folders(pass_folder(workspace, name)).keys()}
