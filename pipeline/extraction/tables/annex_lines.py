"""Lines of the annex of 2014 to 2018 outside its tables, as a PDF without ruled lines has them.

No line tells which label a figure stands beside where labels are broken, so that none of them is placed. But none is
lost: each comes out as ``unreadable``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from pipeline.extraction.report import Figure
from pipeline.extraction.tables.figures import figure
from pipeline.extraction.tables.tokens import Token, read_cell
from pipeline.forms.indicators import is_part_of_indicator, read_indicator, read_unit
from pipeline.forms.registry import STATISTICS, STATISTICS_FORM
from pipeline.readers.document import Cell, Origin, Paragraph

_LONGEST: Final = 80
"""Characters of a line that may be a row, or two side by side."""
_CJK: Final = re.compile("[\u4e00-\u9fff]")


def named_in(line: Paragraph) -> str | None:
    """What a line names before its figure, if it is an indicator, or a part of one before a unit."""
    if " " not in line.text:
        return None
    parted = _part(line.text)
    if not parted.numbers:
        return None
    meaning = read_indicator(parted.label)
    if meaning and meaning.kind == "indicator" and len(meaning.codes) == 1:
        return meaning.codes[0]
    return parted.label if parted.has_unit and is_part_of_indicator(parted.label) else None


def line_figures(line: Paragraph, table_index: int, row_index: int, *, is_within: bool) -> Iterator[Figure]:
    """The figures of a line of the annex, at the place given: that of a row below the table above it.

    ``is_within``: it stands between tables of the annex. Elsewhere its figure has to stand behind a unit, or its label
    has to be one, or a part of one.
    """
    parted = _part(line.text)
    if parted.numbers and (is_within or parted.has_unit or is_part_of_indicator(parted.label)):
        for column, text in enumerate(parted.numbers, 1):
            value, labels, role, codes = read_cell(text)
            token = Token(Cell(row_index, column, text, origin=Origin(line.page)), value, labels, role, codes)
            yield figure((STATISTICS, STATISTICS_FORM, 1), None, None, token, table_index, certain=False)


class _Parts(NamedTuple):
    """The words of a line up to its first number or the unit before it; its numbers; whether a unit stood there."""

    label: str = ""
    numbers: tuple[str, ...] = ()
    has_unit: bool = False


def _part(text: str) -> _Parts:
    """The parts of a line: numbers are those behind words; if it does not end with one, those behind a unit only."""
    if len(text) > _LONGEST:
        return _Parts()
    words = text.split()
    first = next((at for at, word in enumerate(words) if _CJK.search(word)), len(words))
    numbers = [at for at in range(first + 1, len(words)) if read_cell(words[at])[0].status == "number"]
    if numbers and numbers[-1] != len(words) - 1:
        numbers = [at for at in numbers if read_unit(words[at - 1])]
    if not numbers:
        return _Parts()
    has_unit = read_unit(words[numbers[0] - 1]) is not None
    label = "".join(words[first : numbers[0] - has_unit])
    return _Parts(label, tuple(words[at] for at in numbers), has_unit)
