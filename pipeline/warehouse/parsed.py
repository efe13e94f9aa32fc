"""What dbt makes of its project, kept from one build to the next: to make it takes longer than a small build."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from pipeline.warehouse.fingerprint import source_files
from pipeline.warehouse.project import DBT_PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable

    from dbt.contracts.graph.manifest import Manifest

_DBT: Final = ("dbt-core", "dbt-adapters", "dbt-common", "dbt-duckdb")
"""The packages of dbt that have a part in it: ``dbt-adapters`` holds the macros of ``unique`` and the like."""

Kept = TypeVar("Kept")


def parsed_project(parse: Callable[[], Manifest]) -> Manifest:
    """What ``parse`` gives for the project as it stands."""
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumaro_encoder, extended_mashumuro_decoder

    return kept_of_project(
        "parsed",
        "msgpack",
        lambda: parse().to_msgpack(extended_mashumaro_encoder),
        lambda data: Manifest.from_msgpack(data, decoder=extended_mashumuro_decoder),
    )


def kept_of_project(name: str, suffix: str, make: Callable[[], bytes], read: Callable[[bytes], Kept]) -> Kept:
    """What ``make`` gives for the project as it stands, read; made once for each state of its files and version of dbt.

    It is kept in the project's ``target`` folder, where that can be written.
    """
    path = DBT_PROJECT / "target" / f"{name}-{_state()}.{suffix}"
    with suppress(Exception):  # whatever lies there and cannot be read is made anew
        return read(path.read_bytes())
    data = make()
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        _keep(path, data, f"{name}-*.{suffix}")
    return read(data)


def _state() -> str:
    digest = hashlib.sha256(repr([version(package) for package in _DBT]).encode())
    for path in source_files(DBT_PROJECT):
        digest.update(f"\0{path.relative_to(DBT_PROJECT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _keep(path: Path, data: bytes, all_states: str) -> None:
    part = path.with_name(f".{path.name}-{os.getpid()}")
    part.write_bytes(data)
    part.replace(path)
    for other in path.parent.glob(all_states):
        if other != path:
            other.unlink(missing_ok=True)
