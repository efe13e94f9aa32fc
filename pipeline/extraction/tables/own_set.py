"""Which of several sets of a table is the report's own: a heading above it may say another year or another body."""

from __future__ import annotations

import re
from typing import Final

from pipeline.extraction.report import Figure
from pipeline.extraction.tables.others import says_other, without_years, years_of
from pipeline.readers.document import Document, Paragraph

_LONGEST: Final = 30
"""Characters of a heading."""
_ALONE: Final = 4
"""Characters beside a year that stands alone: 2022年度情况."""
_SENTENCE: Final = re.compile(r"[。；;！？]")


def own_set_first(figures: list[Figure], document: Document, report_year: int | None) -> list[Figure]:
    """Figures whose first set of a table is the report's own, where headings tell.

    If what stands above the first set is of another year, of bodies below the agency, or a sample, and another set
    follows of which that is not said, that one becomes set 1, and the others keep their order behind it.
    """
    several = {figure.table_code for figure in figures if figure.table_set > 1}
    if not several:
        return figures
    foreign = _foreign_tables(document, report_year)
    if not foreign:
        return figures
    renumbered: dict[tuple[str, int], int] = {}
    for table_code in several:
        sets = {figure.table_set: True for figure in figures if figure.table_code == table_code}
        for figure in figures:
            if figure.table_code == table_code:
                sets[figure.table_set] &= figure.table_index in foreign
        own = sorted(number for number, is_foreign in sets.items() if not is_foreign)
        if own and sets.get(1):
            order = [own[0], *(number for number in sorted(sets) if number != own[0])]
            renumbered |= {(table_code, number): at for at, number in enumerate(order, 1)}
    if not renumbered:
        return figures
    return [
        figure._replace(table_set=renumbered.get((figure.table_code, figure.table_set), figure.table_set))
        for figure in figures
    ]


def _foreign_tables(document: Document, report_year: int | None) -> set[int]:
    """The tables, by number, whose heading says that they are not the report's own.

    A year that stands alone holds until another is named; all else holds for the table below it.
    """
    foreign: set[int] = set()
    number, of_other_year, is_other = 0, False, False
    for block in document.blocks:
        if not isinstance(block, Paragraph):
            if of_other_year or is_other:
                foreign.add(number)
            number, is_other = number + 1, False
        elif len(block.text) <= _LONGEST and not _SENTENCE.search(block.text):
            years = years_of(block.text)
            is_own = report_year is None or report_year in years
            if years and (is_own or len(without_years(block.text)) <= _ALONE):
                of_other_year = not is_own
            is_other = not is_own and (bool(years) or says_other(block.text))
    return foreign
