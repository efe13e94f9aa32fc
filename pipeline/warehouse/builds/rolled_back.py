"""What was rolled back, and to which build: ``rollback.json``."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.warehouse.builds.record import Build, now
from pipeline.workspace import Workspace

_FORMAT: Final = 1


class Away(NamedTuple):
    """A build that was rolled back: the hash over its inputs, and its place in the order of publication."""

    fingerprint: str
    number: int


@dataclass(frozen=True, slots=True)
class RolledBack:
    """The last rollback: from the build ``source`` to the build ``target``.

    ``away`` are the builds that are not to be published again by themselves, those published after ``target``: as
    long as it is published, inputs that are theirs make no build.
    """

    source: str
    target: str
    away: Mapping[str, Away]


def roll(workspace: Workspace, current: Build, build: Build) -> RolledBack:
    """The rollback from the ``current`` build to another, with what was rolled back before and still is."""
    known = {**away(workspace, current.build_id), current.build_id: Away(current.fingerprint, current.number)}
    later = {build_id: one for build_id, one in known.items() if one.number > build.number}
    return RolledBack(current.build_id, build.build_id, later)


def read_rollback(workspace: Workspace) -> RolledBack | None:
    """The last rollback; None where there was none."""
    try:
        said = json.loads(workspace.rollback.read_text(encoding="utf-8"))
        return RolledBack(said["from"], said["to"], {one: Away(**of) for one, of in said["away"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_rollback(workspace: Workspace, rollback: RolledBack) -> None:
    """Remember a rollback. It holds once its ``target`` is published."""
    part = unfinished(workspace)
    said = {
        "format": _FORMAT,
        "from": rollback.source,
        "to": rollback.target,
        "at": now(),
        "away": {build_id: one._asdict() for build_id, one in rollback.away.items()},
    }
    with part.open("w", encoding="utf-8") as file:
        json.dump(said, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(workspace.rollback)


def unfinished(workspace: Workspace) -> Path:
    """What a rollback that was killed may leave."""
    return workspace.rollback.with_name(f".part-{workspace.rollback.name}")


def away(workspace: Workspace, published: str) -> Mapping[str, Away]:
    """The builds that were rolled back, as long as the build rolled back to is published."""
    rollback = read_rollback(workspace)
    return rollback.away if rollback and rollback.target == published else {}
