"""Figures that were recognised, not given: the forms' own sums tell which of them can be believed.

No figure is ever changed to make a sum hold: one that is doubtful keeps its raw text and becomes ``unreadable``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import Final

from pipeline.extraction.report import Figure
from pipeline.forms.sums import SUMS, Sum

# Measured by `benchmarks.scan_accuracy --bounds`. In scans as offices make them all 2,300 figures above 0.6 were right,
# 18 of them read with less than 0.9. In illegible ones (85 to 150 dots an inch, blurred, saved as JPEG of low quality)
# 134 of 162 figures below 0.9 were wrong (69 of 75 below 0.6), 3 of 22 from there to 0.95, and 3 of 592 above.
_ILLEGIBLE: Final = 0.6
_LEGIBLE: Final = 0.9
_SURE: Final = 0.98

_Place = tuple[str, int, str, str]


def doubt(figures: list[Figure]) -> list[Figure]:
    """Figures with those that were not surely read, and that nothing confirms, as ``unreadable``.

    A figure is confirmed by a sum that holds with it, but not below `_ILLEGIBLE`: two misreadings can make up for each
    other. One that is not needs a confidence of `_LEGIBLE`, and of `_SURE` where a sum that it is part of does not
    hold. Figures without a confidence are what the format says, and stay.
    """
    if not any(figure.origin and figure.origin.confidence is not None for figure in figures):
        return figures
    confirmed: set[_Place] = set()
    contradicted: set[_Place] = set()
    for places, holds in _judged(figures):
        (confirmed if holds else contradicted).update(places)
    return [
        figure._replace(value=None, unit=None, status="unreadable")
        if figure.status == "number" and _is_doubtful(figure, confirmed, contradicted)
        else figure
        for figure in figures
    ]


def _is_doubtful(figure: Figure, confirmed: set[_Place], contradicted: set[_Place]) -> bool:
    confidence = figure.origin.confidence if figure.origin else None
    place = _place(figure)
    if confidence is None:
        return False
    if place in confirmed:
        return confidence < _ILLEGIBLE
    return confidence < (_SURE if place in contradicted else _LEGIBLE)


def _judged(figures: Iterable[Figure]) -> Iterator[tuple[list[_Place], bool]]:
    """Every sum that prints its total and a part and has no figure that cannot be read, and whether it holds."""
    for rule, members in _members(figures):
        codes = [(figure.row_code if rule.along == "row" else figure.column_code, figure) for figure in members]
        left = [figure for code, figure in codes if code in rule.left]
        right = [figure for code, figure in codes if code in rule.right]
        if any(figure.status in ("unreadable", "unplaced") for figure in chain(left, right)):
            continue
        numbers = [[figure.value for figure in side if figure.value is not None] for side in (left, right)]
        if all(numbers):
            totals = [sum(values, Decimal(0)) for values in numbers]
            yield [_place(figure) for figure in chain(left, right)], totals[0] == totals[1]


def _members(figures: Iterable[Figure]) -> Iterator[tuple[Sum, Sequence[Figure]]]:
    """The sums of each row and of each column, with all figures that stand in it."""
    lines: dict[tuple[str, int, str, str], list[Figure]] = {}
    for figure in figures:
        if figure.row_code and figure.column_code:
            lines.setdefault((figure.table_code, figure.table_set, "column", figure.row_code), []).append(figure)
            lines.setdefault((figure.table_code, figure.table_set, "row", figure.column_code), []).append(figure)
    for (table_code, _, along, _), members in lines.items():
        for rule in SUMS:
            if (rule.table_code, rule.along) == (table_code, along):
                yield rule, members


def _place(figure: Figure) -> _Place:
    return figure.table_code, figure.table_set, figure.row_code or "", figure.column_code or ""
