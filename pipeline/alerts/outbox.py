"""Alerts on their way: a file each, until every way has told it. A way that fails is tried again, later and later."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from pipeline.alerts.alert import Alert
from pipeline.alerts.files import read_json, write_json
from pipeline.alerts.undelivered import Undelivered
from pipeline.workspace import Workspace

_FIRST: Final = timedelta(minutes=1)
_LONGEST: Final = timedelta(hours=1)
_GIVEN_UP: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of one try: ``error`` is None where the alert was told."""

    alert: Alert
    way: str
    error: str | None
    given_up: bool = False


def post(workspace: Workspace, alert: Alert, ways: Mapping[str, object]) -> None:
    """Put ``alert`` into the outbox, to be told by each of ``ways``. The same alert twice is one."""
    write_json(_outbox(workspace) / f"{alert.id}.json", {"alert": alert.to_json(), "left": {way: {} for way in ways}})


def is_empty(workspace: Workspace) -> bool:
    """Whether there is nothing to tell."""
    return not any(_outbox(workspace).glob("*.json"))


def waiting(workspace: Workspace) -> list[Alert]:
    """The alerts that not every way has told, oldest first."""
    return [Alert.from_json(kept["alert"]) for _, kept in _kept(workspace)]


def deliver(
    workspace: Workspace, ways: Mapping[str, Callable[[Alert], None]], now: datetime | None = None
) -> list[Delivery]:
    """Try what is due, oldest first; give what came of it.

    That a way has told an alert is written down at once, so that it tells none twice. A way that failed is tried
    again after a minute, then after twice as long each time, an hour at most, for seven days; what else it has to tell
    waits for the next time, so that a dead server costs one try. What is left for a way that is configured no more is
    dropped. Where another process delivers, nothing is done.
    """
    outbox, moment = _outbox(workspace), now or datetime.now(UTC)
    if not outbox.is_dir():
        return []
    tried: list[Delivery] = []
    try:
        with FileLock(outbox / ".lock", timeout=0):
            for path, kept in _kept(workspace):
                dead = {one.way for one in tried if one.error}
                tried += _deliver(path, kept, ways, dead, moment)
    except Timeout:
        pass
    return tried


def _deliver(
    path: Path, kept: dict[str, Any], ways: Mapping[str, Callable[[Alert], None]], dead: Container[str], now: datetime
) -> list[Delivery]:
    alert, left = Alert.from_json(kept["alert"]), kept["left"]
    tried = []
    for name in list(left):
        state = left[name]
        if name not in ways:
            del left[name]
        elif name not in dead and ("due" not in state or now >= datetime.fromisoformat(state["due"])):
            error = try_way(ways[name], alert)
            given_up = error is not None and now - datetime.fromisoformat(alert.at) > _GIVEN_UP
            tried.append(Delivery(alert, name, error, given_up))
            if error is None or given_up:
                del left[name]
            else:
                tries = state.get("tries", 0) + 1
                due = now + min(_FIRST * 2 ** min(tries - 1, 10), _LONGEST)
                left[name] = {"tries": tries, "due": due.isoformat(), "error": error}
            write_json(path, kept)
    if not left:
        path.unlink(missing_ok=True)
    return tried


def try_way(way: Callable[[Alert], None], alert: Alert) -> str | None:
    """Tell ``alert`` by one way; give why it did not arrive, or None where it did."""
    try:
        way(alert)
    except Undelivered as error:
        return str(error)
    except Exception as error:  # a way's defect must not keep the others from being told
        return f"{type(error).__name__}: {error}"
    return None


def _kept(workspace: Workspace) -> list[tuple[Path, dict[str, Any]]]:
    found = [(path, read_json(path)) for path in _outbox(workspace).glob("*.json")]
    usable = [(path, kept) for path, kept in found if isinstance(kept, dict) and "alert" in kept]
    return sorted(usable, key=lambda one: str(one[1]["alert"]["at"]))


def _outbox(workspace: Workspace) -> Path:
    return workspace.alerts / "outbox"
