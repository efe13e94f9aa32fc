"""Long tables, some lines at a time."""

from __future__ import annotations

from typing import NamedTuple


class Pages(NamedTuple):
    """Which page of how many is shown, and of how many lines."""

    number: int
    last: int
    lines: int


def page_number(said: str | None, lines: int, on_page: int) -> Pages:
    """The page that an address asks for, the nearest one that there is."""
    last = max(1, -(-lines // on_page))
    number = int(said) if said and said.isascii() and said.isdigit() and len(said) < 10 else 1
    return Pages(min(max(number, 1), last), last, lines)
