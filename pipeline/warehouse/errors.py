"""What goes wrong with a build."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.workspace import JobError


class BuildFailed(JobError):  # noqa: N818 - the state of a build
    """A build cannot be made or published; what is published stays as it is."""


class PublishedInUse(JobError):  # noqa: N818 - the state of a file
    """Another program has the published file open for writing: it can be neither read nor compared with."""


class NotComparableError(Exception):
    """What is published, or was before, is damaged and nothing can be compared with it."""


class PublicationRefused(BuildFailed):
    """A build was made and must not be published: it lost something, or breaks the contract."""


def in_use(file: Path, error: duckdb.Error) -> PublishedInUse | None:
    """What to tell a person where DuckDB cannot open ``file`` since another program writes into it; else None."""
    if "Could not set lock" not in str(error):
        return None
    return PublishedInUse(
        f"Another program has {file} open for writing: {error}\n"
        "Close it there, and open it read-only. Until then nothing can be compared with it, and nothing is published."
    )


def is_damage(error: duckdb.Error) -> bool:
    """Whether DuckDB found a block of a file damaged."""
    return "orrupt" in str(error) or "checksum" in str(error)
