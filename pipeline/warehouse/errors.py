"""What goes wrong with a build."""

from __future__ import annotations

from pipeline.workspace import JobError


class BuildFailed(JobError):  # noqa: N818 - the state of a build
    """A build cannot be made or published; what is published stays as it is."""


class PublicationRefused(BuildFailed):
    """A finished build that may not be published."""
