"""What one document may take, and how its reader tells the process that watches it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Protocol

MAX_BYTES: Final = 64 * 2**20
"""Larger documents are quarantined and never held in memory."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that reading one document may take, whatever its format is given.

    ``seconds`` are of processor time; a process that waits is given `PATIENCE` times as long. ``memory_bytes`` is
    what a reading process may hold.
    """

    seconds: float = math.inf
    memory_bytes: int = 2 * 2**30


PATIENCE: Final = 10
"""How much longer than its processor time a document may take by the clock: other processes run as well."""

OUT_OF_MEMORY: Final = 71
"""Exit status of a reading process whose document takes more memory than it may."""


class Watch(Protocol):
    """Told what a process reads from now on, and how long that may take."""

    def __call__(self, index: int | None, seconds: float, format: str | None = None) -> None:
        """``index`` is the document's in its batch, None for work on the batch; ``seconds`` of processor time."""


def unwatched(index: int | None, seconds: float, format: str | None = None) -> None:
    """Read without limits, in the caller's own process."""
