"""``build.json``: what a build was made of, how long it took, what it holds and how its checks went."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import duckdb

from pipeline.extraction.statements import STATEMENTS_VERSION
from pipeline.lake.passes import PASSES
from pipeline.lake.store import read_parquet
from pipeline.warehouse.fingerprint import ROOMS, source_files
from pipeline.warehouse.project import DBT_PROJECT
from pipeline.workspace import Workspace

RECORD: Final = "build.json"
FORMAT: Final = 1
_STEPS: Final = "steps.json"
_RULES: Final = DBT_PROJECT / "seeds" / "rules.csv"


@dataclass(frozen=True, slots=True)
class Build:
    """A build that is kept: its folder, and its ``build.json``."""

    folder: Path
    record: Mapping[str, Any]

    @property
    def build_id(self) -> str:
        """Its id, which is the name of its folder."""
        return self.folder.name

    @property
    def file(self) -> Path:
        """Its DuckDB file."""
        return self.folder / "gongkai.duckdb"

    @property
    def number(self) -> int:
        """Its place in the order of publication, from 1; 0 if it never was published."""
        return int(self.record.get("number") or 0)

    @property
    def at(self) -> datetime:
        """When it was published or refused, in UTC."""
        return datetime.fromisoformat(self.record["published_at"] or self.record["refused_at"])

    @property
    def fingerprint(self) -> str:
        """The hash over its inputs."""
        return str(self.record["fingerprint"])

    def rows(self, schema: str, table: str) -> int | None:
        """How many rows a table has; None where that is not known."""
        count = self.record["counts"][schema].get(table)
        return None if count is None else int(count)


def read_build(folder: Path) -> Build | None:
    """The build in a folder; None where there is none that is whole."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        build = Build(folder, record)
        is_whole = record["build_id"] == folder.name and build.at and record["counts"] and build.file.exists()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return build if is_whole else None


@contextmanager
def timed(target: Path, step: str) -> Iterator[None]:
    """Keep beside ``target`` how long a step of its build took, in seconds."""
    start = time.perf_counter()
    yield
    steps = _steps(target) | {step: round(time.perf_counter() - start, 3)}
    (target.parent / _STEPS).write_text(json.dumps(steps), encoding="utf-8")


def _steps(target: Path) -> dict[str, float]:
    path = target.parent / _STEPS
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def compose(
    workspace: Workspace, target: Path, checks: Mapping[str, list[str]], before: str | None, *, accepted: bool
) -> dict[str, Any]:
    """The record of a build that was just made and checked; who publishes or refuses it adds when.

    ``checks`` are the faults that each check found, ``before`` is the build published until now.
    """
    return {
        **_said_by(target),
        "build_before": before,
        "inputs": {
            **_said_of_documents(target),
            "batches": _batches(workspace),
            "edited": edited(workspace),
        },
        "versions": {
            **_said_of_versions(target),
            "statements": STATEMENTS_VERSION,
            "passes": passes(),
            "rules": _hash([_RULES]),
            "dbt_project": _hash([*source_files(DBT_PROJECT)]),
            "code": _hash([path for room in ROOMS for path in source_files(room)]),
        },
        "seconds": _steps(target),
        "accepted_losses": accepted and any(checks.values()),
        "checks": [{"check": name, "passed": not faults, "faults": faults} for name, faults in checks.items()],
    }


def recompose(file: Path) -> dict[str, Any]:
    """The record of a file that was published before builds were kept: what it says of itself."""
    return {
        **_said_by(file),
        "build_before": None,
        "inputs": {**_said_of_documents(file), "batches": None, "edited": None},
        "versions": {
            **_said_of_versions(file),
            "statements": None,
            "passes": None,
            "rules": None,
            "dbt_project": None,
            "code": None,
        },
        "seconds": {},
        "accepted_losses": False,
        "checks": [],
    }


def write_record(folder: Path, record: Mapping[str, Any]) -> None:
    """Write ``build.json``, so that it survives a loss of power."""
    with (folder / RECORD).open("w", encoding="utf-8") as file:
        json.dump(record, file, ensure_ascii=False, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    (folder / RECORD).chmod(0o444)


def now() -> str:
    """This moment in UTC, as it stands in records."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def edited(workspace: Workspace) -> dict[str, str | None]:
    """The SHA-256 of each file that users edit; None where there is none."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None for path in workspace.edited
    }


def passes() -> dict[str, int]:
    """The version of each pass over the narrative."""
    return {name: one.version() for name, one in PASSES.items()}


def _said_by(file: Path) -> dict[str, Any]:
    with duckdb.connect(file, read_only=True) as connection:
        ((build_id, fingerprint, built_at),) = connection.sql(
            "SELECT build_id, fingerprint, built_at FROM landing.build"
        ).fetchall()
        counts: dict[str, dict[str, int]] = {"landing": {}, "marts": {}}
        for schema, table in connection.sql(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE schema_name IN ('landing', 'marts') ORDER BY ALL"
        ).fetchall():
            ((rows,),) = connection.sql(f'SELECT count(*) FROM {schema}."{table}"').fetchall()
            counts[schema][table] = rows
    return {
        "format": FORMAT,
        "build_id": build_id,
        "fingerprint": fingerprint,
        "built_at": built_at.isoformat(timespec="seconds"),
        "published_at": None,
        "refused_at": None,
        "size_bytes": file.stat().st_size,
        "counts": counts,
    }


def _batches(workspace: Workspace) -> int:
    snapshot = read_parquet(workspace.snapshot, ["document_id"])
    manifest = read_parquet(workspace.manifest, ["document_id", "batch_id"])
    return manifest.join(snapshot, on="document_id", how="semi")["batch_id"].n_unique()


def _said_of_documents(file: Path) -> dict[str, Any]:
    with duckdb.connect(file, read_only=True) as connection:
        ((documents, size),) = connection.sql(
            "SELECT count(*), coalesce(sum(size_bytes), 0)::BIGINT FROM landing.documents"
        ).fetchall()
    return {"documents": documents, "bytes": size}


def _said_of_versions(file: Path) -> dict[str, Any]:
    with duckdb.connect(file, read_only=True) as connection:
        ((package, readers, extraction),) = connection.sql(
            "SELECT package_version, reader_versions, extraction_versions FROM landing.build"
        ).fetchall()
    return {"gongkai": package, "readers": readers, "extraction": extraction}


def _hash(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"\0{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
