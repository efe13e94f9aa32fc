"""What the doctor says of one part of a data folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, Literal, NamedTuple

State = Literal["ok", "look", "broken"]
"""``look``: the next run sees to it, or a person may want to know; ``broken``: something has to be done."""

Progress = Callable[[str, int, int], None]
"""Told of long work: what is being done, how much is done, how much there is."""

SHOWN: Final = 5


class Finding(NamedTuple):
    """A row of the table: the part, what was found there, and what to do about it (empty where nothing is)."""

    part: str
    state: State
    found: str
    remedy: str = ""
    derived: tuple[Path, ...] = ()
    """What of it a repair removes, since the run that follows makes it anew."""


def names(paths: Iterable[object]) -> str:
    """The first few of many names."""
    listed = [str(path) for path in paths]
    return ", ".join(listed[:SHOWN]) + (f" and {len(listed) - SHOWN:,} more" if len(listed) > SHOWN else "")


def count(number: int, one: str, many: str | None = None) -> str:
    """A number of things, in words."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
