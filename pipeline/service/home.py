"""The folder in which Dagster keeps all that it remembers: ``DIR/dagster``, with its ``dagster.yaml``."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import Final

import yaml  # type: ignore[import-untyped]

from pipeline.settings import Settings, read_settings
from pipeline.workspace import JobError, Workspace

_TEMPLATE: Final = Path(__file__).with_name("dagster.yml")


def prepare_home(workspace: Workspace) -> Path:
    """Make ``DAGSTER_HOME`` of a data folder, or renew its ``dagster.yaml``, and give its path.

    What Dagster remembers is not derived from ``raw/``, so the folder stands beside ``warehouse/``, which is.

    Raises:
        JobError: ``settings.yml`` cannot be used, or a file stands where the folder belongs.
    """
    settings = read_settings(workspace)
    home = workspace.dagster.resolve()
    if home.exists() and not home.is_dir():
        raise JobError(f"{home} is a file where a folder belongs. Move it away.")
    home.mkdir(parents=True, exist_ok=True)
    path = home / "dagster.yaml"
    part = path.with_name(".dagster.yaml.part")
    part.write_text(instance_settings(home, settings), encoding="utf-8")
    part.replace(path)
    return home


def instance_settings(home: Path, settings: Settings) -> str:
    """``dagster.yaml`` for an instance that lives in ``home``."""
    nightly = settings.nightly
    values = {
        "home": str(home),
        "max_runtime": int(nightly.hours * 3600),
        "retries": nightly.retries,
        "keep_days": nightly.keep_days,
    }
    filled = _fill(yaml.safe_load(_TEMPLATE.read_text(encoding="utf-8")), values)
    head = f"# Written from {_TEMPLATE.name} and settings.yml at each start: edit settings.yml.\n"
    return head + str(yaml.safe_dump(filled, allow_unicode=True, sort_keys=False))


def _fill(part: object, values: dict[str, object]) -> object:
    """Replace names: one that stands alone by its value, with its type; within text by its words."""
    if isinstance(part, dict):
        return {name: _fill(value, values) for name, value in part.items()}
    if not isinstance(part, str):
        return part
    return values[part[1:]] if part[1:] in values and part.startswith("$") else Template(part).substitute(values)
