"""The dbt project as Dagster sees it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

from dagster_dbt import DbtCliResource
from filelock import FileLock

from pipeline.warehouse import DBT_PROJECT

_TARGET: Final = DBT_PROJECT / "target"


def dbt_resource() -> DbtCliResource:
    """Runs the dbt of this environment on the project."""
    return DbtCliResource(
        project_dir=str(DBT_PROJECT),
        profiles_dir=str(DBT_PROJECT),
        dbt_executable=str(Path(sys.executable).with_name("dbt")),
    )


def prepared_manifest() -> Path:
    """The project's ``manifest.json``; made anew where it is missing or older than a file of the project."""
    manifest = _TARGET / "manifest.json"
    _TARGET.mkdir(exist_ok=True)
    with FileLock(_TARGET / ".lock"):
        if not manifest.exists() or manifest.stat().st_mtime < _last_change():
            with tempfile.TemporaryDirectory(dir=_TARGET) as folder:
                dbt_resource().cli(["parse"], target_path=Path(folder)).wait()
                (Path(folder) / manifest.name).replace(manifest)
    return manifest


def _last_change() -> float:
    return max(path.stat().st_mtime for path in DBT_PROJECT.rglob("*") if _TARGET not in (path, *path.parents))
