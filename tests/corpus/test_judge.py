"""The judge sees what it is there to see."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from pipeline.extraction.report import Figure
from tests.corpus.draft import Draft
from tests.corpus.judge import judge_draft
from tests.corpus.report import MarkedReport
from tests.corpus.variations import VARIATIONS


def _draft() -> Draft:
    draft = Draft.of(MarkedReport(5))
    VARIATIONS["blanks"].apply(draft)
    VARIATIONS["unknown_outcome"].apply(draft)
    return draft


def _figures(draft: Draft) -> list[Figure]:
    figures = [
        Figure(
            slot.table,
            None,
            1,
            slot.row,
            slot.column,
            mark.raw,
            mark.value,
            mark.unit,
            mark.status,
            0,
            0,
            0,
            None,
        )
        for slot, mark in draft.truth.items()
    ]
    adrift = Figure("requests", "2021", 1, None, None, "", None, None, "unplaced", 0, 0, 0, None)
    return figures + [adrift._replace(raw_text=raw) for raw in draft.extras]


def _number(figures: list[Figure], n: int = 0) -> int:
    return [i for i, figure in enumerate(figures) if figure.status == "number"][n]


def _exchange(figures: list[Figure]) -> None:
    a, b = _number(figures, 3), _number(figures, 4)
    figures[a], figures[b] = (
        figures[a]._replace(row_code=figures[b].row_code, column_code=figures[b].column_code),
        figures[b]._replace(row_code=figures[a].row_code, column_code=figures[a].column_code),
    )


def _repeat(figures: list[Figure]) -> None:
    figures.append(figures[_number(figures)])


def _fill_a_blank(figures: list[Figure]) -> None:
    at = next(i for i, figure in enumerate(figures) if figure.status == "blank")
    figures[at] = figures[at]._replace(status="number", value=figures[_number(figures)].value)


def _empty_a_number(figures: list[Figure]) -> None:
    at = _number(figures)
    figures[at] = figures[at]._replace(status="blank", value=None)


def _lose(figures: list[Figure]) -> None:
    del figures[_number(figures)]


def _lose_an_extra(figures: list[Figure]) -> None:
    figures.pop()


def _place_an_extra(figures: list[Figure]) -> None:
    figures[-1] = figures[-1]._replace(row_code="granted", column_code="x", status="number", value=Decimal(1))


def _value_without_number(figures: list[Figure]) -> None:
    at = _number(figures)
    figures[at] = figures[at]._replace(status="unreadable")


SPOILERS = {
    "wrong": (_exchange, _repeat, _fill_a_blank, _empty_a_number, _place_an_extra, _value_without_number),
    "lost": (_lose, _lose_an_extra),
}


def test_all_right() -> None:
    draft = _draft()
    verdict = judge_draft(draft, _figures(draft))
    assert verdict.right == len(draft.truth)
    assert not verdict.faults(certain=True)


@pytest.mark.parametrize(("kind", "spoil"), [(kind, spoil) for kind in SPOILERS for spoil in SPOILERS[kind]])
def test_spoiled(kind: str, spoil: Callable[[list[Figure]], None]) -> None:
    draft = _draft()
    figures = _figures(draft)
    spoil(figures)
    assert getattr(judge_draft(draft, figures), kind)


def test_unreadable_is_flagged_only() -> None:
    draft = _draft()
    figures = _figures(draft)
    at = _number(figures)
    figures[at] = figures[at]._replace(status="unreadable", value=None, unit=None)
    verdict = judge_draft(draft, figures)
    assert len(verdict.flagged) == 1
    assert not verdict.faults(certain=False)
