"""The annex of 2014 to 2018 (政府信息公开情况统计表): one column of figures beside indicators and their units.

Its rows repeat their wordings, so that only all rows together tell which indicator each is (`order`). The annex may be
one table or one a section, cut by pages, two columns of indicators side by side, with or without units and numbers of
rows. A figure counts only if its table has one column that it can stand in.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from pipeline.extraction.report import Figure
from pipeline.extraction.tables.annex_lines import line_figures, named_in
from pipeline.extraction.tables.figures import Printing, figure, lost, one_number_a_place
from pipeline.extraction.tables.order import Entry, decide
from pipeline.extraction.tables.tokens import Role, Token, read_cell
from pipeline.forms.indicators import Meaning, read_indicator, read_unit, unit_in
from pipeline.forms.labels import NUMBERING, compact
from pipeline.forms.registry import STATISTICS, STATISTICS_COLUMN, STATISTICS_FORM, STATISTICS_ROWS
from pipeline.readers.document import Document, Paragraph, Table

_FEWEST: Final = 5
"""Indicators that a document names before its tables are taken for the annex."""
_ACROSS: Final = 4
"""Indicators side by side that are the header of another table (a row a body)."""
_HEADING: Final = 40
"""The longest paragraph that may be a heading within the annex."""
_FIGURE_LIKE: Final = re.compile(r"[0-9０-９]")
_STEPS: Final = 4
_MOSTLY: Final = 0.2


class Annex(NamedTuple):
    """Whether a document has the annex, and which of its tables belong to it, by their number."""

    is_there: bool
    tables: frozenset[int]


def find_annex(document: Document) -> Annex:
    """The annex of a document; it has none if it names too few of its indicators.

    A table without a label that anyone knows belongs to it where it goes on with one that does.
    """
    named: set[str] = set()
    annex: set[int] = set()
    index, width = -1, 0
    for block in document.blocks:
        if isinstance(block, Paragraph):
            if len(block.text) > _HEADING:
                width = 0
            if name := named_in(block):
                named.add(name)
            continue
        index += 1
        own, others, headers, has_numbers = 0, 0, 0, False
        for cell in block.cells:
            text = cell.text
            if not text:
                continue
            if text.isdigit():
                has_numbers = True
                continue
            said, code = _said(text)
            if said == "own":
                own += 1
                if code:
                    named.add(code)
            elif said == "other":
                others += 1
            elif said == "header":
                headers += 1  # 项目 stands over tables of all forms
            elif said == "number":
                has_numbers = True
        if own > others or (not others and not headers and has_numbers and block.column_count == width):
            annex.add(index)
            width = block.column_count
        else:
            width = 0
    is_there = len(named) >= _FEWEST
    return Annex(is_there, frozenset(annex) if is_there else frozenset())


@lru_cache(maxsize=65536)
def _said(text: str) -> tuple[Literal["own", "other", "header", "number"] | None, str | None]:
    """What a cell says for its table being the annex, and the indicator that it names.

    One look a cell: this runs for every cell of every document.
    """
    meaning = None if len(text) < 2 or text.isascii() else read_indicator(text)
    if meaning and meaning.kind in ("indicator", "heading"):
        is_certain = meaning.kind == "indicator" and len(meaning.codes) == 1
        return "own", meaning.codes[0] if is_certain else None
    value, labels, _, _ = read_cell(text)
    if labels:
        return "header" if meaning else "other", None
    return "number" if value.status == "number" else None, None


class _Header(NamedTuple):
    """What stands over the columns: (first column, the one past the last, kind).

    Kind is ``foreign`` for columns that the form does not have.
    """

    columns: tuple[tuple[int, int, str], ...]
    width: int

    def kind(self, column: int) -> str | None:
        """What a column is; None where the header does not say."""
        return next((kind for start, end, kind in self.columns if start <= column < end), None)

    def count(self, *kinds: str) -> int:
        """How many columns of some kinds it names."""
        return sum(kind in kinds for _, _, kind in self.columns)


@dataclass(slots=True)
class _Block:
    """A label of a row with all that stands behind it, up to the next one. ``above``: labels before it in its row."""

    label: Token
    meaning: Meaning | None
    above: list[tuple[Token, Meaning]]
    slots: list[Token] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    goes_on: bool = False  # its text is the beginning of the label in the next row


@dataclass(slots=True)
class _Line:
    """A row as it will come out: what its order says, and its figures."""

    entry: Entry
    slots: Sequence[Token] = ()
    unit: str | None = None
    certain: bool = True
    table_index: int = 0
    part: int = 0


class _Placed(NamedTuple):
    """A line, the row that it stands in, and in which of several columns of indicators."""

    row: int
    group: int
    line: _Line


class StatisticsTable:
    """Collects the rows of the annex of a document."""

    def __init__(self) -> None:
        self._lines: list[_Line] = []
        self._header: _Header | None = None
        self._part = 0
        self._fragment: _Block | None = None  # a text alone in the row before, which may be the beginning of a label
        self._adrift: list[Figure] = []

    def add_text(self, line: Paragraph, table_index: int, row_index: int, *, is_within: bool) -> None:
        """A paragraph: a heading between the tables of the annex, a row outside them, or the end of what stands above.

        Figures in it are held to stand in a row below the table above it; see `line_figures`.
        """
        text = line.text
        self._adrift += line_figures(line, table_index, row_index, is_within=is_within)
        meaning = read_indicator(text) if len(text) <= _HEADING else None
        if meaning and meaning.kind in ("indicator", "heading"):
            self._lines.append(_Line(_heading(meaning)))
        elif len(text) > _HEADING:
            self._lines.append(_Line(Entry("break")))
            self._header = self._fragment = None
        elif NUMBERING.match(compact(text)):
            self._lines.append(_Line(_UNKNOWN))

    def add_table(self, table: Table, rows: Sequence[Sequence[Token]], index: int) -> None:
        """A table of the annex; ``rows`` are its cells as `tokens` reads them."""
        if self._header and self._header.width != table.column_count:
            self._header = None
        start = 0
        for number, row in enumerate(rows):
            header = _read_header(row, table.column_count)
            if header:
                self._add_part(table, rows[start:number], index)
                self._header, start = header, number + 1
                self._lines += [_Line(_heading(meaning)) for meaning in _headings(row)]
        self._add_part(table, rows[start:], index)

    def _add_part(self, table: Table, rows: Sequence[Sequence[Token]], index: int) -> None:
        """The rows under one header, or of one table."""
        if not rows:
            return
        self._part += 1
        blocks = [self._read_row(row) for row in rows]
        for above, found, row in zip(blocks, blocks[1:], rows[1:], strict=False):
            if above and not any(block.meaning or _filled(block) for block in found):
                above[-1].units += _units_below(above[-1], row)
        widths = {len(row) for row, found in zip(rows, blocks, strict=True) if any(_is_own(block) for block in found)}
        columns = _Columns(rows, blocks, self._header, in_grid=table.aligned or len(widths) == 1)
        across = any(sum(_is_own(block) and not _filled(block) for block in found) >= _ACROSS for found in blocks)
        lines: list[_Placed] = []
        before: list[_Line] = []
        for at, (row, found) in enumerate(zip(rows, blocks, strict=True)):
            behind = {id(slot) for block in found for slot in block.slots}
            stray = [slot for slot in row if slot.role & Role.FIGURE and id(slot) not in behind]
            stray = [slot for slot in stray if not columns.is_ordinal(slot)]
            if not found and any(slot.value.status == "number" for slot in stray):
                for line in before:
                    line.certain = False  # the figure may be one of the row above
            printed: list[tuple[int, _Line]] = []
            for number, block in enumerate(found):
                printed += columns.lines(block, number, index, self._part)
            before = [line for _, line in printed]
            if across:
                for line in before:
                    line.certain = False
            lines += [_Placed(at, group, line) for group, line in printed]
            if stray:
                lines.append(_Placed(at, 0, _Line(_NOTE, stray, table_index=index, part=self._part)))
        starts = _starts(lines)
        lines.sort(key=lambda placed: (bisect(starts, placed.row), placed.group))
        self._lines += [placed.line for placed in lines]

    def _read_row(self, row: Sequence[Token]) -> list[_Block]:
        """The labels of a row with what stands behind each; a text behind a label may stand for its figure."""
        found: list[_Block] = []
        fragment, self._fragment = self._fragment, None
        for token in row:
            text = token.cell.text
            if not token.role & Role.TEXT:
                if found:
                    found[-1].slots.append(token)
                continue
            if unit := read_unit(text):
                if found:
                    found[-1].units.append(unit)
                continue
            meaning = read_indicator(text)
            if meaning and meaning.kind not in ("indicator", "heading"):
                meaning = None
            if not found and fragment:
                joined = read_indicator(fragment.label.cell.text + text)
                if joined and joined.kind == "indicator":
                    meaning, fragment.goes_on = joined, True
            if meaning is None and found and _FIGURE_LIKE.search(text) and not NUMBERING.match(compact(text)):
                found[-1].slots.append(token)
                continue
            above: list[tuple[Token, Meaning]] = []
            heads = found and not found[-1].slots and not found[-1].units
            if heads and (meaning or not found[-1].meaning):
                last = found.pop()
                above = [*last.above, *([(last.label, last.meaning)] if last.meaning else [])]
            found.append(_Block(token, meaning, above))
        # 未收到申请 behind a label, and nothing behind that: what is printed in place of the figure.
        stands_in = len(found) > 1 and _is_own(found[-2]) and not found[-2].slots
        stands_in = stands_in and found[-1].meaning is None and not _filled(found[-1])
        if stands_in and not NUMBERING.match(compact(found[-1].label.cell.text)):
            last = found.pop()
            found[-1].slots = [last.label]
        if len(found) == 1 and found[0].meaning is None and not _filled(found[0]):
            self._fragment = found[0]
        return found

    def finish(self) -> list[Figure]:
        """The figures of all annexes of the document."""
        _pass_over_captions(self._lines)
        decided = decide([line.entry for line in self._lines])
        sets = _sets(self._lines, decided)
        _doubt_blanks(self._lines)
        figures: list[Figure] = []
        for line, code, number in zip(self._lines, decided, sets, strict=True):
            table: Printing = (STATISTICS, STATISTICS_FORM, number)
            if line.entry.kind != "indicator":
                figures += lost(table, line.slots, line.table_index)
                continue
            certain = line.certain and code is not None
            figures += [
                figure(
                    table,
                    code,
                    STATISTICS_COLUMN if code else None,
                    slot,
                    line.table_index,
                    unit=line.unit,
                    certain=certain and slot.cell.row_span == 1,
                )
                for slot in line.slots
                if slot.role or certain
            ]
        return [*one_number_a_place(figures), *self._adrift]


_UNKNOWN: Final = Entry("unknown")
_NOTE: Final = Entry("note")


def _is_own(block: _Block) -> bool:
    return block.meaning is not None and block.meaning.kind == "indicator"


def _filled(block: _Block) -> list[Token]:
    return [slot for slot in block.slots if slot.role]


def _real(slots: Iterable[Token]) -> list[Token]:
    """What is printed in figures' places, but for dashes."""
    return [slot for slot in slots if slot.value.status in ("number", "text")]


def _has_content(slots: Iterable[Token]) -> bool:
    return any(slot.role for slot in slots)


def _numbers(block: _Block) -> list[Token]:
    """What may be a figure of the row: numbers, and texts in place of one."""
    return _real(block.slots)


def _units_below(above: _Block, row: Sequence[Token]) -> list[str]:
    """The units in a row without a figure, if the label above goes on in it and has none yet.

    A unit within a text counts only if the two are one label: the row may be one of its own, and blank.
    """
    if above.units or (above.meaning and above.meaning.unit):
        return []
    units: list[str] = []
    for token in row:
        text = token.cell.text
        if unit := read_unit(text):
            units.append(unit)
        elif unit := unit_in(text):
            joined = read_indicator(above.label.cell.text + text)
            if joined and (above.meaning is None or joined.codes == above.meaning.codes):
                units.append(unit)
    return units


def _headings(row: Sequence[Token]) -> list[Meaning]:
    meanings = [read_indicator(token.cell.text) for token in row if token.role & Role.TEXT]
    return [meaning for meaning in meanings if meaning and meaning.kind == "heading"]


def _heading(meaning: Meaning) -> Entry:
    """A label over others; one with several meanings tells nothing that is certain."""
    return Entry("heading", meaning.codes) if len(meaning.codes) == 1 else _UNKNOWN


def _read_header(row: Sequence[Token], width: int) -> _Header | None:
    """The columns that a row names; None if it is no header. A section's name may stand over its labels."""
    columns: list[tuple[int, int, str]] = []
    for token in row:
        if token.role & Role.FIGURE:
            return None
        if not token.role:
            continue
        meaning = read_indicator(token.cell.text)
        if meaning and meaning.kind == "indicator":
            return None
        kind = "foreign" if meaning is None else "label" if meaning.kind == "heading" else meaning.kind
        columns.append((token.cell.column, token.cell.column + token.cell.column_span, kind))
    found = _Header(tuple(columns), width)
    named = found.count("label", "unit", "value", "ordinal")
    is_header = (named > 1 and found.count("unit", "value")) or (named == 1 and len(columns) == found.count("value"))
    return found if is_header else None


class _Columns:
    """Which columns of a part hold its figures.

    ``in_grid``: a column's number tells which it is; else only the order of the cells in their row does.
    """

    def __init__(
        self,
        rows: Sequence[Sequence[Token]],
        blocks: Sequence[Sequence[_Block]],
        header: _Header | None,
        *,
        in_grid: bool,
    ) -> None:
        self._header = header if in_grid else None
        self._in_grid = in_grid
        self._blocks = [block for row in blocks for block in row if _is_own(block)]
        printed = [slot for block in self._blocks for slot in _numbers(block) if self._kind(slot) != "ordinal"]
        self._counts = Counter(slot.cell.column for slot in printed)
        stands = Counter(block.label.cell.column for block in self._blocks)
        self._labels = sorted(stands)
        most = max(stands.values(), default=0)
        self._odd = {column for column, count in stands.items() if count <= _MOSTLY * most}
        by_column: dict[int, list[Token]] = {}
        for row in rows:
            for slot in row:
                by_column.setdefault(slot.cell.column, []).append(slot)
        # Columns that number the rows, though no header says so.
        self._steps = {column for column in self._counts if _is_counted(by_column[column], {1})}
        first = self._labels[0] if self._labels else 0
        self._left = {column for column, slots in by_column.items() if column < first and _is_counted(slots)}
        self._certain = True
        if not in_grid:
            several = any(len(_numbers(block)) > 1 for block in self._blocks)
            widest = max((sum(map(_is_own, row)) for row in blocks), default=1)
            others = header is not None and header.count("value", "foreign") > max(widest, 1)
            firsts = [slot for block in self._blocks for slot in _numbers(block)[:1]]
            self._certain = not (several or others or _is_counted(firsts, {1}))
        self._chosen = {label: self._choose(label) if in_grid else None for label in self._labels}

    def _kind(self, slot: Token) -> str | None:
        return self._header.kind(slot.cell.column) if self._header else None

    def is_ordinal(self, slot: Token) -> bool:
        """Whether a figure numbers its row."""
        return self._kind(slot) == "ordinal" or slot.cell.column in self._left

    def _group(self, label: Token, number: int) -> int:
        """In which of several columns of indicators, side by side, a label stands; ``number``: in its row."""
        if not self._in_grid:
            return number
        chosen = {column for column in self._chosen.values() if column is not None}
        return sum(column < label.cell.column for column in chosen)

    def lines(self, block: _Block, number: int, index: int, part: int) -> list[tuple[int, _Line]]:
        """What comes out of a block: the labels before it, its row, and figures in columns of no form.

        Each with the number of its column of indicators. A heading before a label may be that of another column.
        """
        group = self._group(block.label, number)
        above = [
            (self._group(label, number), _Line(_heading(meaning), table_index=index, part=part))
            for label, meaning in block.above
        ]
        return [*above, *((group, line) for line in self._own_lines(block, index, part))]

    def _own_lines(self, block: _Block, index: int, part: int) -> list[_Line]:
        slots = [slot for slot in block.slots if self._kind(slot) != "ordinal"]
        if not _is_own(block):
            is_row = any(slot.value.status == "number" for slot in slots)
            is_row |= NUMBERING.match(compact(block.label.cell.text)) is not None
            entry = _heading(block.meaning) if block.meaning else _UNKNOWN if is_row else _NOTE
            return [_Line(_NOTE if block.goes_on else entry, slots, table_index=index, part=part)]
        meaning = block.meaning
        assert meaning is not None
        foreign = [slot for slot in slots if self._is_foreign(slot)]
        filled, certain = self._figures(block, [slot for slot in slots if slot not in foreign])
        if not _has_content(filled) and _has_content(foreign):
            filled, foreign, certain = foreign, [], False  # it may have slipped
        unit = block.units[0] if block.units else meaning.unit
        line = _Line(Entry("indicator", meaning.codes), filled, unit, certain, index, part)
        return [line, *([_Line(_NOTE, foreign, table_index=index, part=part)] if foreign else [])]

    def _is_foreign(self, slot: Token) -> bool:
        """Whether a slot stands under a name that the form does not have, beside a column that it has."""
        return self._kind(slot) == "foreign" and self._header is not None and self._header.count("value") > 0

    def _figures(self, block: _Block, slots: Sequence[Token]) -> tuple[list[Token], bool]:
        """The figure of a row, or all that may be it; and whether it is certain."""
        column = self._chosen.get(block.label.cell.column)
        certain = self._certain and block.label.cell.row_span == 1
        filled = [slot for slot in slots if slot.role]
        if column is not None:
            filled = [slot for slot in filled if slot.cell.column == column or slot.cell.column not in self._steps]
            beside = [slot for slot in filled if not _covers(slot, column)]
            if any(slot.value.status in ("number", "text") for slot in beside):
                return filled, False
            if beside and len(beside) == len(filled):
                return filled, False
            filled = [slot for slot in filled if slot not in beside]
        elif self._in_grid and any(slot.value.status == "number" for slot in filled):
            return filled, False
        if len(filled) > 1:
            told = [slot for slot in filled if slot.value.status != "not_applicable"]
            certain &= len(told) < 2
            filled = told or filled[-1:]
        if not filled:
            blanks = [slot for slot in slots if not slot.role]
            filled = ([slot for slot in blanks if column is not None and _covers(slot, column)] or blanks)[-1:]
            certain &= block.label.cell.column not in self._odd  # its row may have slipped, and its figure with it
        return filled, certain

    def _choose(self, label: int) -> int | None:
        header = self._header
        if header and header.count("value"):
            named = [(start, end) for start, end, kind in header.columns if kind == "value" and start > label]
            ends = [start for start, _, kind in header.columns if kind == "label" and start > label]
            named = [place for place in named if not ends or place[0] < min(ends)]
            if len(named) != 1:
                return None
            start, end = named[0]
            held = [column for column in range(start, end) if self._counts[column]]
            return start if not held else held[0] if len(held) == 1 else None
        columns = sorted(column for column in self._counts if column > label)
        if not columns:
            return None
        end = min((other for other in self._labels if other > columns[0]), default=columns[-1] + 1)
        columns = [column for column in columns if column < end]
        columns = [column for column in columns if column not in self._steps]
        return self._most(columns) if columns else None

    def _most(self, columns: Sequence[int]) -> int | None:
        """The column with nearly all figures, if no row has figures in two of them: the others have slipped."""
        if any(len({slot.cell.column for slot in _numbers(block)} & set(columns)) > 1 for block in self._blocks):
            return None
        first, *rest = sorted(columns, key=lambda column: -self._counts[column])
        return first if sum(self._counts[column] for column in rest) <= _MOSTLY * self._counts[first] else None


def _is_counted(slots: Iterable[Token], steps: Collection[int] = ()) -> bool:
    """Whether figures count the rows: each more than the one before, by one of ``steps`` or by any."""
    values = [slot.value.number for slot in slots if slot.value.number is not None]
    differences = [right - left for left, right in pairwise(values)]
    return len(values) >= _STEPS and all(step in steps if steps else step > 0 for step in differences)


def _covers(slot: Token, column: int) -> bool:
    return slot.cell.column <= column < slot.cell.column + slot.cell.column_span


def _doubt_blanks(lines: Sequence[_Line]) -> None:
    """Doubt what is blank right above or below the figure of another: that may be the rest of its label."""
    told = [line for line in lines if line.entry.kind != "note" or _real(line.slots)]
    for pair in pairwise(told):
        for one, other in (pair, pair[::-1]):
            has_figure = one.entry.kind in ("unknown", "heading") and bool(_real(one.slots))
            if has_figure and other.entry.kind == "indicator" and not _has_content(other.slots):
                other.certain = False


def _pass_over_captions(lines: Sequence[_Line]) -> None:
    """四、行政复议 without unit and figure, then a header, then 四、行政复议数量 with both: the first is a heading."""
    told = [line for line in lines if line.entry.kind != "note" or _real(line.slots)]
    for above, below in pairwise(told):
        same = above.entry == below.entry and above.entry.kind == "indicator"
        alone = above.part != below.part and above.unit is None and not _has_content(above.slots)
        if same and alone and below.unit and _real(below.slots):
            above.entry, above.slots = _NOTE, ()


def _starts(lines: Sequence[_Placed]) -> list[int]:
    """The rows at which a part prints the form's first column of indicators anew: both its columns go with that."""
    runs: list[tuple[int, _Printed]] = []
    last = len(STATISTICS_ROWS)
    for row, group, line in lines:
        if not group and line.entry.kind == "indicator" and len(line.entry.codes) == 1:
            place = STATISTICS_ROWS.index(line.entry.codes[0])
            if place < last:
                runs.append((row, {}))
            runs[-1][1][place] = ()
            last = place
    starts: list[int] = []
    seen: _Printed = {}
    for row, rows in runs:
        if _is_anew(rows, seen, _FEWEST):
            starts.append(row)
            seen = {}
        seen = rows | seen
    return starts


_Printed = dict[int, tuple[str, ...]]
"""Rows, by their place in the form, and what is printed in them."""


def _sets(lines: Sequence[_Line], decided: Sequence[str | None]) -> list[int]:
    """The set that each row belongs to.

    Parts are taken together as long as they go on in the form's order. What prints most of the rows so far again, or
    most of its own, begins a set. What prints only some of them again, and with other figures, may be either: it is
    doubted.
    """
    keys, by_key = _begun_again(lines, decided)
    runs: list[tuple[list[_Key], _Printed]] = []
    for key, rows in by_key.items():
        if runs and (not rows or not runs[-1][1] or min(rows) > max(runs[-1][1])):
            runs[-1][0].append(key)
            runs[-1][1].update(rows)
        else:
            runs.append(([key], dict(rows)))
    numbers: dict[_Key, int] = {}
    doubtful: set[_Key] = set()
    seen: _Printed = {}
    number = 1
    for grouped, rows in runs:
        if _is_anew(rows, seen, 2):
            number += 1
            seen = {}
        elif _differ(rows, seen):
            doubtful.update(grouped)
        seen = rows | seen
        numbers |= dict.fromkeys(grouped, number)
    for key, line in zip(keys, lines, strict=True):
        line.certain &= key not in doubtful
    return [numbers[key] for key in keys]


_Key = tuple[int, int]
"""A part, and how often the form has begun again within it."""


def _begun_again(lines: Sequence[_Line], decided: Sequence[str | None]) -> tuple[list[_Key], dict[_Key, _Printed]]:
    """What each line belongs to, and the rows of each: a part, or one of several annexes on a sheet without a header.

    A row further up in the form begins a run. One that prints enough of the part again is an annex of its own; one that
    prints some rows again, with other figures, is doubted.
    """
    runs: list[tuple[int, list[_Line], _Printed]] = []
    last = -1
    for line, code in zip(lines, decided, strict=True):
        known = line.entry.codes[0] if line.entry.kind == "indicator" and len(line.entry.codes) == 1 else code
        place = STATISTICS_ROWS.index(known) if known else None
        is_other = not runs or runs[-1][0] != line.part
        if is_other or (place is not None and place < last):
            runs.append((line.part, [], {}))
            last = -1
        runs[-1][1].append(line)
        if place is not None:
            runs[-1][2][place] = tuple(slot.cell.text for slot in _real(line.slots))
            last = place
    keys: list[_Key] = []
    by_key: dict[_Key, _Printed] = {}
    times: Counter[int] = Counter()
    for part, own, rows in runs:
        seen = by_key.setdefault((part, times[part]), {})
        if _is_anew(rows, seen, _FEWEST):
            times[part] += 1
            seen = by_key[part, times[part]] = {}
        elif _differ(rows, seen):
            for line in own:
                line.certain = False
        by_key[part, times[part]] = rows | seen
        keys += [(part, times[part])] * len(own)
    return keys, by_key


def _is_anew(rows: _Printed, seen: _Printed, fewest: int) -> bool:
    """Whether rows print most of those seen, or most of their own, again."""
    again = len(rows.keys() & seen.keys())
    return again >= fewest and 2 * again > min(len(rows), len(seen))


def _differ(rows: _Printed, seen: _Printed) -> bool:
    """Whether several rows are printed again with other figures."""
    return sum(rows[place] != seen[place] for place in rows.keys() & seen.keys()) > 1
