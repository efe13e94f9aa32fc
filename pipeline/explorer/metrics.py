"""What agencies are ranked and places coloured by: ``metrics.csv``, and how each kind of it is read."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pipeline.explorer.filters import NOTHING, number, percent, signed

_FILE: Final = Path(__file__).parent / "metrics.csv"
_UNBOUNDED: Final = 1e30


@dataclass(frozen=True, slots=True)
class _Kind:
    """How values of a kind are shown, which of them can only be misprints, and how wide the bars of their spread are:
    without a width each is twice as wide as the one before. ``step`` is 0 where there is something between 0 and 1."""

    lowest: float
    highest: float
    factor: float = 1
    step: int = 1
    width: float | None = None
    last: float = _UNBOUNDED


_KINDS: Final[Mapping[str, _Kind]] = {
    "count": _Kind(0, _UNBOUNDED),
    "amount": _Kind(0, _UNBOUNDED, step=0),
    "change": _Kind(-_UNBOUNDED, _UNBOUNDED),
    "share": _Kind(0, 1, width=0.05, last=0.95),
    "per_100": _Kind(0, _UNBOUNDED, factor=100, width=5, last=100),
    "growth": _Kind(-1, _UNBOUNDED, width=0.25, last=3),
    "days": _Kind(0, _UNBOUNDED, width=15, last=360),
}


@dataclass(frozen=True, slots=True)
class Metric:
    """A line of ``metrics.csv``.

    Attributes:
        code: its column; its name is the text ``metric.CODE``.
        topic: under which it is listed, the text ``topic.CODE``.
        kind: what its values are: one of `_KINDS`.
        together: how a group has one value: ``sum``; ``rate``, numerators over denominators; ``median``.
        source: the table of ``queries/parts/judged_reports.sql`` that has its columns.
        numerator: of a rate; else the column itself.
        denominator: of a rate; else the column itself.
        small: the column that tells whether the denominator is small.
    """

    code: str
    topic: str
    kind: str
    together: str
    source: str
    numerator: str
    denominator: str
    small: str

    @property
    def choices(self) -> dict[str, str]:
        """What `pipeline.explorer.statement.Query` puts into the statement."""
        return {
            "metric": self.code,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "small": self.small,
            "source": self.source,
        }

    @property
    def bounds(self) -> dict[str, object]:
        """The lowest and highest value that is no misprint, as parameters."""
        kind = _KINDS[self.kind]
        return {"lowest": kind.lowest, "highest": kind.highest}

    @property
    def bars(self) -> dict[str, object]:
        """How wide the bars of a distribution are, as parameters; the last is open."""
        kind = _KINDS[self.kind]
        return {"width": kind.width, "last": kind.last, "step": kind.step}

    @property
    def factor(self) -> float:
        """What numerator over denominator is multiplied by."""
        return _KINDS[self.kind].factor

    def show(self, value: float | None) -> str:
        """A value as people read it."""
        if value is None:
            return NOTHING
        match self.kind:
            case "share":
                return percent(value)
            case "growth":
                return ("+" if value > 0 else "") + percent(value).replace("-", "−")
            case "change":
                return signed(value)
        return number(value)


@cache
def metrics() -> Mapping[str, Metric]:
    """All metrics by their codes, in the order in which they are offered."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    return {
        line["metric"]: Metric(
            line["metric"],
            line["topic"],
            line["kind"],
            line["together"],
            line["source"],
            line["numerator"] or line["metric"],
            line["denominator"] or line["metric"],
            line["small"] or "never",
        )
        for line in lines
    }


def by_topic() -> dict[str, list[Metric]]:
    """The metrics under their topics."""
    topics: dict[str, list[Metric]] = {}
    for metric in metrics().values():
        topics.setdefault(metric.topic, []).append(metric)
    return topics
