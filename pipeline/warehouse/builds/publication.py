"""Publish a build, or refuse it; whether one is needed at all."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from pipeline.settings import read_settings
from pipeline.warehouse.builds.record import Build, compose, edited, passes, read_build, timed
from pipeline.warehouse.builds.rolled_back import away
from pipeline.warehouse.builds.shelf import (
    heal,
    last_published,
    list_builds,
    opens,
    retire,
    shelve_and_publish,
    shelve_refused,
)
from pipeline.warehouse.errors import NotComparableError, PublicationRefused
from pipeline.warehouse.fingerprint import fingerprint
from pipeline.warehouse.gate import Baseline
from pipeline.warehouse.publish import examine, published_build
from pipeline.workspace import Workspace

_GATE: Final = ("nothing_lost", "totals", "marts")
"""The checks that compare with what is published: a person may accept what they find."""

_log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plan:
    """Whether a build is needed.

    ``rolled_back`` is the build of these very inputs that was rolled back, for which none is made; else None.
    """

    fingerprint: str
    is_needed: bool
    rolled_back: str | None = None


def plan(workspace: Workspace) -> Plan:
    """Say whether a build is needed: not if its inputs are those of what is published, or of what was rolled back.

    Raises:
        BuildFailed: nothing has been read yet, or what was read cannot be opened.
        PublishedInUse: another program has the published file open for writing.
    """
    identity = fingerprint(workspace)
    published = published_build(workspace)
    if published is None:
        return Plan(identity, is_needed=True)
    if published.fingerprint == identity:
        return Plan(identity, is_needed=False)
    held = [build_id for build_id, one in away(workspace, published.build_id).items() if one.fingerprint == identity]
    return Plan(identity, not held, max(held, default=None))


def tell_rolled_back(workspace: Workspace, build_id: str) -> str:
    """Say why nothing was built, and what to do if that is not meant."""
    return (
        f"Nothing has changed since build {build_id} was rolled back: it is not published again by itself. "
        f"If it should be: {workspace.command('rollback', build_id)}"
    )


def tidy(workspace: Workspace) -> None:
    """Heal what a killed run left, and remove the builds that need not be kept any longer."""
    heal(workspace)
    retire(workspace, read_settings(workspace).builds)


def baseline(workspace: Workspace) -> Baseline:
    """What the next publication is held against: what is published; if that is damaged, the last build that is not.

    Raises:
        PublishedInUse: another program has the published file open for writing.
    """
    return next(_baselines(workspace))


def compare(workspace: Workspace, look: Callable[[Baseline | None], T]) -> T:
    """Hold a file that was built against what is published, by ``look``.

    Where a file to compare with turns out to be damaged, the build published before it takes its place, so that one bad
    block does not let pass what lost something; None once there is no other.

    Raises:
        PublishedInUse: another program has the published file open for writing.
    """
    for one in _baselines(workspace):
        try:
            return look(one)
        except NotComparableError as error:
            _log.warning("%s\nWhat is built is held against the build published before.", error)
    return look(None)


def _baselines(workspace: Workspace) -> Iterator[Baseline]:
    gate, edits, versions = read_settings(workspace).gate, edited(workspace), passes()

    def against(file: Path, build: Build | None) -> Baseline:
        same_edits = build is not None and build.record["inputs"]["edited"] == edits
        # A record of an older version does not tell by which versions the narrative was read.
        same_passes = build is not None and build.record["versions"].get("passes") == versions
        of_text = None if same_passes else gate.shrinkage_of_text
        return Baseline(file, workspace.snapshot, gate.shrinkage, same_edits, of_text)

    published = published_build(workspace)
    current = read_build(workspace.builds / published.build_id) if published else last_published(workspace)
    if published:
        yield against(workspace.published, current)
    before = [one for one in reversed(list_builds(workspace)) if current and one.number <= current.number]
    others = [one for one in before if not published or one.build_id != published.build_id]
    sound = False
    for build in others:
        if opens(build):
            sound = True
            yield against(build.file, build)
    if not published and not sound:
        if workspace.published.exists():
            _log.warning("%s cannot be read, and no build is kept: nothing is compared.", workspace.published)
        yield against(workspace.published, None)


def publish(workspace: Workspace, target: Path, *, accept_losses: bool = False) -> Build:
    """Check ``target`` and make it the published file, in one step that survives a loss of power.

    Whoever has the old file open keeps reading it undisturbed. It is kept as a build, as long as the settings say. One
    that lost something, or breaks the contract, is kept aside for a look. ``accept_losses`` publishes what lost
    something nevertheless; nothing that breaks the contract.

    Raises:
        PublicationRefused: nothing was published; with all that is wrong, and what to do.
        PublishedInUse: another program has the published file open for writing: nothing can be compared with it.
        JobError: the settings cannot be used.
    """
    settings = read_settings(workspace)
    published = published_build(workspace)
    with timed(target, "checks"):
        checks = compare(workspace, lambda against: examine(target, against))
    refusing = {name: faults for name, faults in checks.items() if faults and not (accept_losses and name in _GATE)}
    record = compose(workspace, target, checks, published.build_id if published else None, accepted=accept_losses)
    if refusing:
        refused = shelve_refused(workspace, target, record, settings.builds.keep_refused)
        raise PublicationRefused(_tell(workspace, refusing, refused))
    build = shelve_and_publish(workspace, target, record)
    retire(workspace, settings.builds)
    return build


def _tell(workspace: Workspace, refusing: dict[str, list[str]], refused: Build | None) -> str:
    lines = ["The build cannot be published; what is published stays:"]
    lines += [f"- {fault}" for faults in refusing.values() for fault in faults]
    if refused:
        lines.append(f"It is kept for a look: {refused.folder}")
        if workspace.published.exists():
            lines.append(f"What is other than published: {workspace.command('diff', refused.build_id)}")
    if refusing.keys() <= set(_GATE):
        lines.append(
            "If a change of the program is at fault, go back to the version before. "
            f"If what is lost should be: {workspace.command('run', '--accept-losses')}"
        )
    else:
        lines.append("This is a defect of Gongkai: please report it to its maintainers with all of the above.")
    return "\n".join(lines)
