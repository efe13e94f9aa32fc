"""How values look on a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

NOTHING: Final = "–"
"""Stands where a value is not known: blank is not zero."""


def number(value: Decimal | float | None, digits: int = 2) -> str:
    """A number with thousands set apart, without zeros behind the point; a dash where it is not known.

    A decimal was printed so, or is a sum of such, and is never rounded; ``digits`` are of what was computed otherwise.
    """
    if value is None:
        return NOTHING
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−") if text != "-0" else "0"


def percent(value: float | None, digits: int = 1) -> str:
    """A share as per cent."""
    return NOTHING if value is None else f"{value * 100:.{digits}f} %"


def signed(value: Decimal | float | None, digits: int = 2) -> str:
    """A difference, with its sign."""
    text = number(value, digits)
    return f"+{text}" if value is not None and value > 0 and text != "0" else text


def day(value: date | datetime | None) -> str:
    """A date; of a time, to the minute."""
    match value:
        case None:
            return NOTHING
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat()


def segment(value: object) -> str:
    """A value as one part of the path of an address."""
    return quote(str(value), safe="")


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "number": number,
    "percent": percent,
    "signed": signed,
    "day": day,
    "segment": segment,
}
"""By the name that templates use."""
