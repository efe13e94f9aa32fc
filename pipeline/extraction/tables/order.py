"""Which indicator a row of the annex is, where its wording is that of several: what stands around it decides.

被依法纠错数 is printed under 行政复议 and under 行政诉讼. The rows follow the form's order, so a row is known if the
certain rows above and below it leave one indicator only, however the rows between them are shared out. Which of several
is likely does not count: a heading that is missing may have been any.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

from pipeline.forms.indicators import LED_ROWS
from pipeline.forms.registry import STATISTICS_PARENTS, STATISTICS_ROWS


class Entry(NamedTuple):
    """A row as far as its order tells something.

    ``indicator``: one of ``codes``. ``heading``: no figure of its own; ``codes`` is what comes under it. ``unknown``: a
    row that the form does not have. ``break``: other text, so that what stands above says nothing of what stands below.
    ``note``: tells nothing.
    """

    kind: Literal["indicator", "heading", "unknown", "break", "note"]
    codes: tuple[str, ...] = ()


_FIRST: Final = {
    **{parent: code for code, parent in reversed(list(STATISTICS_PARENTS.items())) if parent},
    **{code: code for code in STATISTICS_ROWS},
}
"""Indicator, or heading without figures -> the first row that it stands over or is."""
_BEGIN: Final = -1
_END: Final = 2 * len(STATISTICS_ROWS)
_MOST: Final = 4096
"""Ways to share out rows that are looked at; more than real annexes have."""


def _position(code: str) -> int:
    return 2 * STATISTICS_ROWS.index(code)


def _anchor(entry: Entry) -> int | None:
    """Where a row stands in the form, if that is certain; a heading right above what it heads."""
    if entry.kind == "heading":
        return _position(_FIRST[entry.codes[0]]) - 1
    return _position(entry.codes[0]) if entry.kind == "indicator" and len(entry.codes) == 1 else None


def decide(entries: Sequence[Entry]) -> list[str | None]:
    """The indicator of each row, in printing order; None where it is none or not certain."""
    decided: list[str | None] = [
        entry.codes[0] if entry.kind == "indicator" and len(entry.codes) == 1 else None for entry in entries
    ]
    for start, stop in _open_runs(entries):
        above = _anchor(entries[start - 1]) if start else None
        below = _anchor(entries[stop]) if stop < len(entries) else None
        # What follows a row that the form does not have may belong to that.
        known = next((at for at in range(start, stop) if entries[at].kind == "unknown"), stop)
        rows = [at for at in range(start, known) if entries[at].kind == "indicator"]
        choices = [[_position(code) for code in entries[at].codes] for at in rows]
        claimed = {code for at in range(known, stop) for code in entries[at].codes}
        for at, places in zip(rows, _shared_out(choices, above, below), strict=True):
            if len(places) == 1 and not claimed & set(entries[at].codes):
                decided[at] = STATISTICS_ROWS[places.pop() // 2]
    for at, entry in enumerate(entries):
        if entry.codes and decided[at] in LED_ROWS and not _is_led(entries, decided, at):
            decided[at] = None
    return decided


def _open_runs(entries: Sequence[Entry]) -> Iterator[tuple[int, int]]:
    """The runs of rows, between two that are certain, that hold one whose wording has several meanings."""
    start = 0
    for at in range(len(entries) + 1):
        if at == len(entries) or entries[at].kind == "break" or _anchor(entries[at]) is not None:
            if any(entry.kind == "indicator" for entry in entries[start:at]):
                yield start, at
            start = at + 1


def _shared_out(choices: Sequence[Sequence[int]], above: int | None, below: int | None) -> list[set[int]]:
    """For each row the places that it has in any way to put all rows in the form's order."""
    low, high = _BEGIN if above is None else above, _END if below is None else below
    found: list[set[int]] = [set() for _ in choices]
    # Where what follows stands earlier in the form, the form begins again somewhere between.
    cuts = range(len(choices) + 1) if low >= high else [len(choices)]
    for cut in cuts:
        if low < high:
            ways = _ways(choices, low, high)
        else:
            ways = [
                (*before, *after)
                for before in _ways(choices[:cut], low, _END)
                for after in _ways(choices[cut:], _BEGIN, high)
            ]
        for way in ways:
            for places, place in zip(found, way, strict=True):
                places.add(place)
    return found


def _ways(choices: Sequence[Sequence[int]], low: int, high: int) -> list[tuple[int, ...]]:
    ways: list[tuple[int, ...]] = [()]
    for places in choices:
        ways = [(*way, place) for way in ways for place in places if (way[-1] if way else low) < place < high]
        if len(ways) > _MOST:
            return []
    return ways


def _is_led(entries: Sequence[Entry], decided: Sequence[str | None], at: int) -> bool:
    """Whether the row over which 其中 is printed is the one that the form has there.

    Reasons under 同意部分公开答复数 are not those of a refusal; nor need those under an unknown row be.
    """
    parent = STATISTICS_PARENTS[decided[at] or ""]
    for above in range(at - 1, -1, -1):
        entry, code = entries[above], decided[above]
        if entry.kind in ("unknown", "break"):
            return False
        if entry.kind == "heading":
            code = _FIRST[entry.codes[0]]
        if code is not None and STATISTICS_PARENTS[code] != parent:
            return code == parent or STATISTICS_PARENTS[code] != STATISTICS_PARENTS[parent]
    return True
