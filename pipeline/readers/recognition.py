"""Whether characters may be recognised here, or only on a machine that is there for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_here: ContextVar[bool] = ContextVar("recognition_here", default=True)


class RecognitionElsewhere(Exception):  # noqa: N818 - no fault of the document
    """The document has to be read where characters may be recognised."""


@contextmanager
def recognition(*, here: bool) -> Iterator[None]:
    """Read with the recognition of characters, or have a document that needs it raise `RecognitionElsewhere`."""
    token = _here.set(here)
    try:
        yield
    finally:
        _here.reset(token)


def require_recognition() -> None:
    """See that characters may be recognised.

    Raises:
        RecognitionElsewhere: they may not be, here.
    """
    if not _here.get():
        raise RecognitionElsewhere
