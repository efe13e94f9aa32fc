"""The dbt project as dbt has parsed it, kept from one build to the next: parsing takes longer than a small build."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.warehouse.fingerprint import source_files
from pipeline.warehouse.project import DBT_PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable

    from dbt.contracts.graph.manifest import Manifest


def parsed_project(parse: Callable[[], Manifest]) -> Manifest:
    """What ``parse`` gives for the project as it stands; made once for each state of its files and version of dbt.

    It is kept in the project's ``target`` folder, where that can be written.
    """
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumaro_encoder, extended_mashumuro_decoder

    path = DBT_PROJECT / "target" / f"parsed-{_state()}.msgpack"
    with suppress(Exception):  # whatever lies there and cannot be read is made anew
        manifest: Manifest = Manifest.from_msgpack(path.read_bytes(), decoder=extended_mashumuro_decoder)
        return manifest
    manifest = parse()
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        _keep(path, manifest.to_msgpack(extended_mashumaro_encoder))
    return manifest


def _state() -> str:
    from dbt.adapters.duckdb.__version__ import version as adapter_version
    from dbt.version import __version__

    digest = hashlib.sha256(f"{__version__} {adapter_version}".encode())
    for path in source_files(DBT_PROJECT):
        digest.update(f"\0{path.relative_to(DBT_PROJECT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _keep(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}-{os.getpid()}")
    part.write_bytes(data)
    part.replace(path)
    for other in path.parent.glob("parsed-*.msgpack"):
        if other != path:
            other.unlink(missing_ok=True)
