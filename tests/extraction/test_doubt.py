"""Recognised figures that the forms' own sums confirm or contradict."""

from __future__ import annotations

from decimal import Decimal

from pipeline.extraction.report import Figure
from pipeline.extraction.tables.doubt import doubt
from pipeline.forms.registry import LITIGATION_COLUMNS, REQUEST_COLUMNS, REQUEST_GROUPS
from pipeline.forms.sums import SUMS
from pipeline.readers.document import Origin


def test_every_part_of_a_form_stands_in_its_sum():
    sums = {rule.rule_code: rule for rule in SUMS}
    assert sums["outcomes_sum"].left == frozenset(REQUEST_GROUPS)
    types = sums["applicant_types_sum"]
    assert types.left | types.right == frozenset(REQUEST_COLUMNS)
    results = sums["litigation_results_sum"]
    assert results.left | results.right == {result for _, result in LITIGATION_COLUMNS}
    assert not any(rule.left & rule.right for rule in SUMS)


def litigation(values: dict[str, tuple[str, float]]) -> list[Figure]:
    return [
        Figure("litigation", None, 1, "reconsideration", code, raw, Decimal(raw), None, "number", 0, 3, column,
               Origin(1, None, confidence))
        for column, (code, (raw, confidence)) in enumerate(values.items())
    ]  # fmt: skip


def test_a_figure_that_breaks_a_sum_must_have_been_read_surely():
    doubtful = doubt(
        litigation({"upheld": ("3", 1.0), "corrected": ("8", 0.7), "pending": ("1", 1.0), "total": ("7", 1.0)})
    )
    assert [(figure.status, figure.value) for figure in doubtful] == [
        ("number", Decimal(3)),
        ("unreadable", None),
        ("number", Decimal(1)),
        ("number", Decimal(7)),
    ]
    assert doubtful[1].raw_text == "8"


def test_a_sum_that_holds_confirms_what_was_hardly_legible():
    figures = litigation({"upheld": ("3", 0.7), "corrected": ("8", 0.8), "total": ("11", 1.0)})
    assert doubt(figures) == figures


def test_misreadings_that_make_up_for_each_other_confirm_nothing():
    figures = litigation({"upheld": ("1", 0.3), "corrected": ("8", 1.0), "total": ("9", 0.4)})
    assert [figure.status for figure in doubt(figures)] == ["unreadable", "number", "unreadable"]


def test_hardly_legible_figures_are_no_numbers():
    assert [figure.status for figure in doubt(litigation({"upheld": ("3", 0.3), "pending": ("1", 1.0)}))] == [
        "unreadable",
        "number",
    ]


def test_what_the_format_says_is_never_doubted():
    figures = [
        figure._replace(origin=None)
        for figure in litigation({"upheld": ("3", 0.1), "corrected": ("9", 0.1), "total": ("7", 0.1)})
    ]
    assert doubt(figures) is figures
