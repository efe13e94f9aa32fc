"""Documents in which every figure is a number of its own: none may come in another's place, none get lost."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from pipeline.extraction.tables import read_figures
from pipeline.readers import read
from tests.corpus.compose import FORMS, SUFFIXES, Recipe, random_recipes, single_recipes
from tests.corpus.judge import check_places, judge_draft
from tests.corpus.variations import FORMATS

SINGLES = [
    pytest.param(list(recipes), id=f"{format}-{name}")
    for format in FORMATS
    for name, recipes in groupby(
        sorted(single_recipes(format, range(3)), key=lambda recipe: recipe.variations[0]),
        key=lambda recipe: recipe.variations[0],
    )
]
BLOCK = 50


ONCE_MISREAD = [  # combinations that misled extraction: seed, format, forms, variations
    (6260, "rows", "2019/2019", "litigation_in_two padding_stripped empty_column statistics_of_departments"),
    (1702, "cells", "2019/2021", "other_in_other_groups totals_only header_repeated quotes split_with_header"),
    (1304, "rows", "2019/2019", "column_of_last_year padding_stripped blank_rows_between all_blank"),
    (209, "rows", "2021/2021", "one_table statistics_of_departments subtotals_called_totals column_missing"),
    (974, "rows", "2019/2021", "notes_in_table empty_cells_at_row_ends two_numbers_in_a_cell"),
    (33, "html", "2021/2019", "litigation_a_row_a_venue empty_column header_repeated totals_only"),
    (1137, "html", "2019/2019", "spans_taken_apart articles_missing disclosure_article_column"),
    (783, "html", "2021/2021", "split_without_header word_export figures_with_footnotes"),
    (3537, "html", "2021/2021", "printed_twice_by_section other_wordings spans_wrong"),
    (3314, "rows", "2021/2021", "blank_rows_between remarks_column totals_only header_repeated"),
    (3295, "html", "2019/2021", "disclosure_unit_in_header figure_too_few spans_taken_apart"),
    (5273, "rows", "2019/2019", "padding_stripped parts_only subtotals_called_totals litigation_without_totals"),
    (5357, "rows", "2021/2021", "header_in_one_row unclear_numbers calendar requests_transposed no_blank_lines"),
    (5928, "html", "2019/2019", "split_disclosure_anywhere tables_in_tables spans_wrong numbering remarks_column"),
    (20438, "rows", "2021/2019", "tables_in_other_order headings_missing split_litigation other_wordings"),
    (22418, "xlsx", "2019/2019", "header_repeated parts_only label_lines column_printed_twice"),
    (40548, "docx", "2019/2021", "calendar spans_missing row_printed_twice totals_only reconsideration_only"),
    (1680, "html", "2019/2019", "spans_wrong groups_in_one_cell_with_items requests_transposed"),
]


def faults_of(recipe: Recipe, folder: Path) -> list[str]:
    """What is wrong with the extraction of a document; the document is left in ``folder`` for a look."""
    draft, data = recipe.write()
    document = read(data)
    figures = read_figures(document)
    faults = judge_draft(draft, figures).faults(recipe.certain) + check_places(document, figures)
    forms = {figure.table_code: figure.form for figure in figures if figure.status == "number"}
    for table, form in zip(("disclosure", "requests"), recipe.forms, strict=True):
        if recipe.certain and forms.get(table, form) != form:
            faults.append(f"FORM: {table} is of {form}, got {forms[table]}")
    if not faults:
        return []
    path = folder / f"{str(recipe).replace('/', '_')[:150]}.{SUFFIXES[recipe.format]}"
    path.write_bytes(data)
    return [f"\n{recipe}\n  {path}", *faults[:10], f"... {len(faults)} faults"]


def assert_sound(recipes: list[Recipe], folder: Path) -> None:
    faults = [line for recipe in recipes for line in faults_of(recipe, folder)]
    assert not faults, "\n  ".join(faults)


@pytest.mark.parametrize("format", FORMATS)
def test_official_layout(format, tmp_path):
    assert_sound([Recipe(seed, format, (), forms) for seed in range(5) for forms in FORMS], tmp_path)


@pytest.mark.parametrize("recipes", SINGLES)
def test_one_variation(recipes, tmp_path):
    assert_sound(recipes, tmp_path)


@pytest.mark.parametrize(("seed", "format", "forms", "variations"), ONCE_MISREAD)
def test_once_misread(seed, format, forms, variations, tmp_path):
    assert_sound([Recipe(seed, format, tuple(variations.split()), tuple(forms.split("/")))], tmp_path)


@pytest.mark.parametrize("start", range(0, 600, BLOCK))
def test_certain_variations_together(start, tmp_path):
    assert_sound(list(random_recipes(range(start, start + BLOCK), certain=True)), tmp_path)


@pytest.mark.parametrize("start", range(0, 600, BLOCK))
def test_all_variations_together(start, tmp_path):
    assert_sound(list(random_recipes(range(start, start + BLOCK), certain=False)), tmp_path)
