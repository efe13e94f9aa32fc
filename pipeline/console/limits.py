"""What one query may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MAX_QUERY: Final = 20_000
"""Characters of a query."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one query may take; ``memory_bytes`` and ``disk_bytes`` are DuckDB's own.

    ``seconds`` are of the processor, one core; where others use it as well, a query has ``clock_seconds``.

    ``rows`` more are cut off, and the answer says so. An answer of more than ``answer_bytes`` is refused.
    """

    seconds: float = 10
    clock_seconds: float = 30
    memory_bytes: int = 512 * 2**20
    disk_bytes: int = 512 * 2**20
    rows: int = 1000
    answer_bytes: int = 4 * 2**20


PAGE: Final = Limits()
"""Of an answer on a page."""

CSV: Final = Limits(rows=100_000, answer_bytes=64 * 2**20)
"""Of an answer as a file."""
