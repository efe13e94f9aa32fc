"""How a data folder is kept from night to night: ``DIR/settings.yml`` over `defaults.yml`, by `schema.json`."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml  # type: ignore[import-untyped]

from pipeline.edited import read_yaml
from pipeline.workspace import JobError, Workspace

ENGINE_VARIABLE: Final = "GONGKAI_ENGINE"
"""Names the engine for one command, over the settings."""

STORAGE_VARIABLE: Final = "GONGKAI_STORAGE"
"""Names the storage of raw files and lake, over the settings."""

_HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Lake:
    """For how many days what was read of a document is kept after the document has gone from ``raw/``."""

    keep_days: float


@dataclass(frozen=True, slots=True)
class Builds:
    """How many builds are kept: publications beside the current one, the last ones of months, refused ones."""

    keep: int
    keep_monthly: int
    keep_refused: int


@dataclass(frozen=True, slots=True)
class Gate:
    """What a publication may lose: ``shrinkage`` is a share (0 to 1) of a mart's rows.

    ``shrinkage_of_text`` is that of the marts made of the narrative, where another version reads it.
    """

    shrinkage: float
    shrinkage_of_text: float


@dataclass(frozen=True, slots=True)
class Nightly:
    """When the nightly job runs, after how many ``hours`` it hangs, how often it is tried again."""

    cron: str
    timezone: str
    hours: float
    retries: int
    keep_days: int


@dataclass(frozen=True, slots=True)
class Mail:
    """The SMTP server that takes alerts, and whom they go to. ``user`` is None where nobody logs in."""

    host: str
    sender: str
    recipients: tuple[str, ...]
    security: str = "starttls"
    port: int | None = None
    user: str | None = None
    password_variable: str | None = None


@dataclass(frozen=True, slots=True)
class Alerts:
    """When people are told, and how: ``webhook`` is an address or None, ``mail`` None where there is none.

    ``webhook_form`` names what is posted: ``json``, or what a kind of bot takes.
    """

    stale_hours: float
    failing_nights: int
    webhook: str | None
    mail: Mail | None
    webhook_form: str = "json"


@dataclass(frozen=True, slots=True)
class Settings:
    """All of ``settings.yml`` but ``storage``, which `open_workspace` looks for.

    ``engine`` names who reads: ``processes``, or a Dask cluster.
    """

    engine: str
    lake: Lake
    builds: Builds
    gate: Gate
    nightly: Nightly
    alerts: Alerts


def open_workspace(root: Path) -> Workspace:
    """The data folder at ``root``, with the storage that `STORAGE_VARIABLE` or its settings name.

    What else the settings say is not looked at where that is right.

    Raises:
        JobError: that is no storage (all else that is wrong with the settings is told with it), what it needs is not
            installed, or the settings speak of a storage and cannot be read: nobody knows then where ``raw/`` is.
    """
    where, storage = STORAGE_VARIABLE, os.environ.get(STORAGE_VARIABLE)
    said: dict[str, Any] = {"storage": storage}
    if not storage:
        workspace = Workspace(root)
        where = str(workspace.settings)
        with suppress(OSError):
            told = read_yaml(workspace.settings) if b"storage" in workspace.settings.read_bytes() else None
            said = told if isinstance(told, dict) else {}
            storage = said.get("storage")
    if storage:
        if _faults({"storage": storage}):
            _checked(said, where)
        if not find_spec("s3fs"):
            raise JobError(f"The storage {storage} needs s3fs, which is not installed: pip install 'gongkai[cluster]'")
        return Workspace(root, storage.rstrip("/"))
    return Workspace(root)


def read_settings(workspace: Workspace) -> Settings:
    """The settings of a data folder; the defaults where it has none.

    Raises:
        JobError: the file, or `ENGINE_VARIABLE`, cannot be used; all that is wrong with it is told at once.
    """
    said: dict[str, Any] = dict(_read(workspace.settings)) if workspace.settings.exists() else {}
    if engine := os.environ.get(ENGINE_VARIABLE):
        said |= _checked({"engine": engine}, ENGINE_VARIABLE)
    rules = yaml.safe_load((_HERE / "defaults.yml").read_text(encoding="utf-8"))
    for part, values in said.items():
        rules[part] = rules[part] | values if isinstance(values, dict) else values
    alerts = rules["alerts"]
    mail = alerts["mail"]
    return Settings(
        rules["engine"],
        Lake(**rules["lake"]),
        Builds(**rules["builds"]),
        Gate(**rules["gate"]),
        Nightly(**rules["nightly"]),
        Alerts(
            alerts["stale_hours"],
            alerts["failing_nights"],
            alerts["webhook"].get("url"),
            Mail(**{**mail, "recipients": tuple(mail["recipients"])}) if "host" in mail else None,
            alerts["webhook"].get("form", "json"),
        ),
    )


def _read(path: Path) -> dict[str, Any]:
    return _checked(read_yaml(path) or {}, str(path))


def _checked(said: Any, where: str) -> dict[str, Any]:  # noqa: ANN401 - what YAML makes of it
    if faults := _faults(said):
        raise JobError("\n".join([f"{where} cannot be used:", *(f"  {fault}" for fault in faults)]))
    return dict(said)


def _faults(said: Any) -> list[str]:  # noqa: ANN401 - what YAML makes of it
    """All that cannot be meant, part by part."""
    import jsonschema  # type: ignore[import-untyped]

    schema = json.loads((_HERE / "schema.json").read_text(encoding="utf-8"))
    checker = jsonschema.FormatChecker([])
    checker.checks("cron schedule")(_is_cron)
    checker.checks("IANA time zone")(_is_timezone)
    errors = jsonschema.Draft202012Validator(schema, format_checker=checker).iter_errors(said)
    return [
        f"{'.'.join(map(str, error.path)) or 'the file'}: {error.message}"
        for error in sorted(errors, key=lambda error: list(map(str, error.path)))
    ]


def _is_cron(text: object) -> bool:
    """Whether Dagster takes this for a schedule. Its import takes a second: only who sets one waits for it."""
    from dagster._utils.schedules import is_valid_cron_schedule

    return not isinstance(text, str) or is_valid_cron_schedule(text)


def _is_timezone(text: object) -> bool:
    try:
        return not isinstance(text, str) or bool(ZoneInfo(text))
    except (OSError, ValueError, ZoneInfoNotFoundError):  # "Asia" is a folder of the database
        return False
