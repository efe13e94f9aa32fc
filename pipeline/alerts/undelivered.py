"""What goes wrong on the way."""

from __future__ import annotations

from pipeline.workspace import JobError


class Undelivered(JobError):  # noqa: N818 - the state of an alert
    """An alert did not arrive; the message says why, and holds no secret."""
