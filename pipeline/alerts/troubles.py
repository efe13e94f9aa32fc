"""Which troubles people know of, so that each is told once, and its end as well."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

from filelock import FileLock

from pipeline.alerts.alert import Alert, make_alert
from pipeline.alerts.files import read_json, write_json
from pipeline.alerts.outbox import post
from pipeline.workspace import Workspace


class Trouble(TypedDict):
    """A trouble that people were told of: what, and when."""

    kind: str
    subject: str
    since: str


def open_troubles(workspace: Workspace) -> dict[str, Trouble]:
    """The troubles that are not over, by their keys."""
    return read_json(_file(workspace)) or {}


def report(workspace: Workspace, alert: Alert, ways: Mapping[str, object], *, again: bool = False) -> bool:
    """Tell of a trouble, unless people know of it; ``again`` tells of it all the same. Give whether it is told."""
    with _lock(workspace):
        known = open_troubles(workspace)
        if alert.key in known and not again:
            return False
        post(workspace, alert, ways)
        since = known[alert.key]["since"] if alert.key in known else alert.at
        known[alert.key] = Trouble(kind=alert.kind, subject=alert.subject, since=since)
        write_json(_file(workspace), known)
    return True


def recover(
    workspace: Workspace,
    key: str,
    ways: Mapping[str, object],
    *,
    build_id: str | None = None,
    run_id: str | None = None,
) -> bool:
    """Tell that a trouble is over, if people know of it. Give whether it is told."""
    with _lock(workspace):
        known = open_troubles(workspace)
        if key not in known:
            return False
        trouble = known.pop(key)
        what = trouble["subject"].removeprefix("[Gongkai] ")
        since = trouble["since"]
        post(
            workspace,
            make_alert(workspace, "recovered", key, build_id=build_id, run_id=run_id, what=what, since=since),
            ways,
        )
        write_json(_file(workspace), known)
    return True


def _file(workspace: Workspace) -> Path:
    return workspace.alerts / "troubles.json"


def _lock(workspace: Workspace) -> FileLock:
    workspace.alerts.mkdir(parents=True, exist_ok=True)
    return FileLock(workspace.alerts / ".lock")
