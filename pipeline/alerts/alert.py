"""One alert, in words."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from string import Template
from typing import Any, Final, Self

import yaml  # type: ignore[import-untyped]

from pipeline.workspace import Workspace

_HERE: Final = Path(__file__).parent

_LONGEST: Final = 3000
"""Characters of one part of a text: chats refuse longer messages."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What people are told.

    ``kind`` is one of `words.yml`; ``key`` names the trouble, which another alert may say is over. ``build_id`` is the
    published build, ``run_id`` the run of Dagster, each where there is one. ``at`` is in UTC, ISO 8601. The same
    trouble of the same run has the same ``id``.
    """

    id: str
    kind: str
    key: str
    subject: str
    text: str
    build_id: str | None
    run_id: str | None
    data: str
    host: str
    at: str

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """What `to_json` gave."""
        return cls(**value)

    def to_json(self) -> dict[str, Any]:
        """Its fields."""
        return asdict(self)


def make_alert(
    workspace: Workspace,
    kind: str,
    key: str,
    *,
    build_id: str | None = None,
    run_id: str | None = None,
    at: datetime | None = None,
    **values: object,
) -> Alert:
    """An alert of a kind, with ``values`` in the places that `words.yml` has for them."""
    words = _words()[kind]
    said = {name: _shorten(str(value)) for name, value in values.items()}
    moment = (at or datetime.now(UTC)).isoformat(timespec="seconds")
    data, host = str(workspace.root.resolve()), platform.node()
    subject = Template(f"[Gongkai] {words['subject']}").substitute(said)
    where = [f"data {data} on {host}, {moment}"]
    where += [f"run {run_id}"] if run_id else []
    where += [f"published build {build_id}"] if build_id else []
    return Alert(
        id=hashlib.sha256("\0".join((kind, key, run_id or moment)).encode()).hexdigest()[:32],
        kind=kind,
        key=key,
        subject=" ".join(subject.split()),
        text="\n".join([Template(words["text"]).substitute(said).strip(), "", *where]),
        build_id=build_id,
        run_id=run_id,
        data=data,
        host=host,
        at=moment,
    )


@cache
def _words() -> dict[str, dict[str, str]]:
    return dict(yaml.safe_load((_HERE / "words.yml").read_text(encoding="utf-8")))


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
