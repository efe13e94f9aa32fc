"""Reports for 2014 to 2018: other sections, and the annex with its one column of figures; and how these stray."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest

from tests.corpus.compose import WRITERS
from tests.corpus.draft import Draft
from tests.corpus.grid import Box, Grid, Slot, lay_out
from tests.corpus.report import BLANK, Mark, MarkedReport, Text, form_rows
from tests.corpus.variations import FORMATS, VARIATIONS, Format

CODE = "statistics"
HEADINGS = {
    "disclosed_items": "一、主动公开情况",
    "channel_gazette": "（二）通过不同渠道和方式公开政府信息的情况",
    "responses": "二、回应解读情况",
    "press_conferences": "（二）通过不同渠道和方式回应解读的情况",
    "applications_received": "三、依申请公开情况",
    "offices": "八、机构建设和保障经费情况",
    "meetings": "九、政府信息公开会议和培训情况",
}
"""The rows without figures, by the row that each stands before."""
SECTIONS = ("disclosed_items", "responses", "applications_received", "reconsiderations", "suits", "complaints")
SECTIONS += ("fees_charged", "offices", "meetings")
PROSE = (
    ("一、概述", "{year}年，{agency}认真贯彻落实《中华人民共和国政府信息公开条例》，推进政务公开。"),
    ("二、主动公开政府信息情况", "全年主动公开政府信息{n}条，其中通过政府网站公开{n}条，通过政务微信公开{n}条。"),
    ("三、依申请公开政府信息情况", "全年收到申请{n}件，全部按时办结，没有收取费用。"),
    ("四、因政府信息公开申请行政复议、提起行政诉讼的情况", "全年没有因政府信息公开被申请行政复议、提起行政诉讼。"),
    ("五、存在的主要问题和改进措施", "公开内容不够全面，下一步将加强培训，提高质量。"),
)


class AnnexReport(MarkedReport):
    """A report for one of the years 2014 to 2018."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.year = self.rng.randrange(2014, 2019)
        self.signed = f"{self.year + 1}年3月{self.rng.randrange(1, 31)}日"

    def slots(self, table_set: int = 1) -> list[Slot]:
        """The annex's slots, in printing order."""
        return [Slot(CODE, table_set, row["row_code"], "value") for row in form_rows("statistics_2014")]

    def blocks(self, marks: dict[Slot, Mark], table_set: int = 1) -> list[Text | Grid]:
        """Narrative, sign-off and the annex in its official layout."""
        blocks: list[Text | Grid] = [Text(self.title, "title")]
        for heading, sentence in PROSE:
            words = sentence.format(agency=self.agency, year=self.year, n=self.rng.randrange(10, 99))
            blocks += [Text(heading, "heading"), Text(words)]
        blocks += [Text(self.agency, "signature"), Text(self.signed, "signature")]
        return [*blocks, Text(f"政府信息公开情况统计表（{self.year}年度）", "caption"), annex_grid(marks, table_set)]


@dataclass(slots=True)
class Row:
    """A row of the annex before it is laid out; ``code`` None for a heading, ``figure`` None where none is printed."""

    label: str
    code: str | None = None
    unit: str = ""
    figure: Box | None = None


def official_rows(marks: dict[Slot, Mark], table_set: int = 1) -> list[Row]:
    """All rows of the form, headings with theirs."""
    rows: list[Row] = []
    for line in form_rows("statistics_2014"):
        label, code = line["label"], line["row_code"]
        if code in HEADINGS:
            rows.append(Row(HEADINGS[code]))
            number = HEADINGS[code][: 3 if HEADINGS[code][0] == "（" else 2]
            label = label.removeprefix(number)
        slot = Slot(CODE, table_set, code, "value")
        rows.append(Row(label, code, line["unit"], Box(marks[slot].raw, "figure", slot)))
    return rows


def _cells(row: Row) -> list[tuple[Box, int, int]]:
    label = Box(row.label, "label")
    if row.figure is None and not row.unit:
        return [(label, 1, 3)]
    return [(label, 1, 1), (Box(row.unit, "note"), 1, 1), (row.figure or Box("", "note"), 1, 1)]


def annex_grid(marks: dict[Slot, Mark], table_set: int = 1) -> Grid:
    """The annex in its official layout: indicator, unit, figure; a heading spans all."""
    header = [(Box(text, "header"), 1, 1) for text in ("统计指标", "单位", "统计数")]
    rows = [header, *(_cells(row) for row in official_rows(marks, table_set))]
    return Grid(lay_out(rows), CODE, table_set, header_rows=1)


Apply = Callable[[Draft], None]


@dataclass(frozen=True, slots=True)
class Straying:
    """A way in which annexes stray; of each topic a document takes no other."""

    name: str
    topics: frozenset[str]
    certain: frozenset[Format]
    apply: Apply
    stage: int


ANNEX: dict[str, Straying] = {}
_TEXT = "cells rows"
_GRIDS = "html docx xlsx"
_ALL = f"{_GRIDS} {_TEXT}"


def _straying(topics: str, stage: int, certain: str = _ALL) -> Callable[[Apply], Apply]:
    def register(apply: Apply) -> Apply:
        formats = frozenset(format for format in FORMATS if format in certain.split())
        ANNEX[apply.__name__] = Straying(apply.__name__, frozenset(topics.split()), formats, apply, stage)
        return apply

    return register


def _annex(draft: Draft) -> Grid:
    return draft.grids(CODE)[0]


def _label(row: list[Box]) -> Box:
    return next(box for box in row if box.role == "label")


def _figure(row: list[Box]) -> Box | None:
    return next((box for box in row if box.slot), None)


def _relabel(draft: Draft, change: Callable[[str], str], *codes: str) -> None:
    for grid in draft.grids(CODE):
        for row in grid.rows[grid.header_rows :]:
            figure = _figure(row)
            if not codes or (figure and figure.slot and figure.slot.row in codes):
                box = _label(row)
                box.text = change(box.text)


def _drop(draft: Draft, codes: Sequence[str]) -> None:
    for grid in draft.grids(CODE):
        kept = []
        for row in grid.rows:
            figure = _figure(row)
            if figure and figure.slot and figure.slot.row in codes:
                draft.truth.pop(figure.slot)
            else:
                kept.append(row)
        grid.rows = kept


def _codes(draft: Draft) -> list[str]:
    return [box.slot.row for box in _annex(draft).boxes() if box.slot]


def _at(grid: Grid, code: str) -> int:
    return grid.row_of(code)


# Values


@_straying("values", 0, certain="html docx cells rows")
def some_blank(draft: Draft) -> None:
    """Some figures left out, or a dash or 无 in their place."""
    for slot in draft.rng.sample(list(draft.truth), 12):
        raw = draft.rng.choice(("", "", "/", "—", "无"))
        draft.reprint(slot, BLANK if not raw else Mark(raw, "not_applicable"))


@_straying("values", 0, certain="")
def all_blank_but_few(draft: Draft) -> None:
    """Nearly nothing filled in."""
    for slot in draft.rng.sample(list(draft.truth), 50):
        draft.reprint(slot, BLANK)


@_straying("values", 0)
def units_beside_figures(draft: Draft) -> None:
    """35条."""
    for slot, mark in list(draft.truth.items()):
        if draft.rng.random() < 0.5 and mark.status == "number":
            draft.reprint(slot, mark._replace(raw=f"{mark.raw}{mark.unit}"))


@_straying("values", 0)
def money_with_decimals(draft: Draft) -> None:
    """Amounts with decimals, in yuan."""
    for slot, mark in list(draft.truth.items()):
        if mark.unit == "万元":
            raw = f"{mark.raw}.{draft.rng.randrange(10, 99)}"
            draft.reprint(slot, Mark(f"{raw}元", "number", Decimal(raw), "元"))


@_straying("values", 0)
def unclear_figures(draft: Draft) -> None:
    """Figures that no one can take for a number."""
    for slot in draft.rng.sample(list(draft.truth), 6):
        number = draft.unused_number()
        raw = draft.rng.choice((f"约{number}", f"{number}（其中网站3）", f"0{number}"))
        draft.reprint(slot, Mark(raw, "unreadable"))


# Labels


@_straying("numbering", 1)
def no_numbering(draft: Draft) -> None:
    """Nothing but the words."""
    _relabel(draft, lambda text: re.sub(r"^(?:（.）|.、|\d\.)", "", text))


@_straying("numbering", 1)
def other_numbering(draft: Draft) -> None:
    """1、 for 1., (一) for （一）, in another order."""
    digits = "一二三四五六七八九"

    def change(text: str) -> str:
        text = re.sub(r"^\d\.", lambda _: f"{draft.rng.randrange(1, 9)}{draft.rng.choice(('、', '．', '. '))}", text)
        return re.sub(r"^（.）", lambda _: f"({draft.rng.choice(digits)}) ", text)

    _relabel(draft, change)


@_straying("numbering", 1)
def reasons_numbered(draft: Draft) -> None:
    """其中：1.涉及国家秘密, 2.涉及商业秘密."""
    reasons = [code for code in _codes(draft) if code.startswith("refused_")]
    for number, code in enumerate(reasons, 1):
        _relabel(draft, lambda text, n=number: re.sub(r"^(其中：)?", rf"\g<1>{n}.", text), code)


@_straying("led", 1)
def led_dropped(draft: Draft) -> None:
    """Without 其中."""
    _relabel(draft, lambda text: text.removeprefix("其中："))


@_straying("counts", 1)
def counts_dropped(draft: Draft) -> None:
    """收到申请 for 收到申请数."""
    _relabel(draft, lambda text: re.sub(r"总?次?数量?(?=$|（)", "", text) if len(text) > 6 else text)


@_straying("counts", 1)
def counts_in_full(draft: Draft) -> None:
    """收到申请数量."""
    _relabel(draft, lambda text: re.sub(r"数(?=$|（)", "数量", text))


@_straying("remarks", 1)
def remarks_dropped(draft: Draft) -> None:
    """Without what stands in brackets behind labels."""
    _relabel(draft, lambda text: re.sub(r"（[^（）]{2,}）$", "", text))


@_straying("spaces", 1)
def labels_indented(draft: Draft) -> None:
    """Indentation and spaces inside labels."""
    _relabel(draft, lambda text: "\u3000" * draft.rng.randrange(4) + " ".join([text[:3], text[3:]]))


@_straying("lines", 1, certain="html docx xlsx cells")
def labels_broken(draft: Draft) -> None:
    """Labels of two lines."""
    _relabel(draft, lambda text: f"{text[:9]}\n{text[9:]}" if len(text) > 12 else text)


@_straying("wording short", 1)
def same_wordings(draft: Draft) -> None:
    """Rows of several sections in the same words."""
    _relabel(draft, lambda _: "（一）维持具体行政行为数", "suits_upheld")
    _relabel(draft, lambda _: "5.其他方式", "channel_other", "responses_other")
    _relabel(draft, lambda _: "其中：主要负责同志参加次数", "press_conferences_by_head", "online_interviews_by_head")


@_straying("wording", 1)
def known_rewordings(draft: Draft) -> None:
    """Wordings that are not the form's and mean the same."""
    for code, text in REWORDED.items():
        if draft.rng.random() < 0.6:
            _relabel(draft, lambda _, text=text: text, code)


@_straying("wording", 1, certain="")
def unknown_rewordings(draft: Draft) -> None:
    """Some rows in words that nobody knows, or that mean something else."""
    for code, texts in MISLEADING.items():
        if draft.rng.random() < 0.5:
            slot = Slot(CODE, 1, code, "value")
            text = draft.rng.choice(texts)
            _relabel(draft, lambda _, text=text: text, code)
            mark = draft.truth.pop(slot)
            for box in draft.boxes():
                if box.slot == slot:
                    box.slot = None
            draft.tolerated.add(mark.raw)


@_straying("units", 1)
def units_in_labels(draft: Draft) -> None:
    """（单位：件） in the label, and no column of units."""
    grid = _annex(draft)
    for row in grid.rows[grid.header_rows :]:
        if _figure(row):
            row[0].text += f"（{draft.rng.choice(('单位：', ''))}{row[1].text}）"
    grid.rows = [[row[0], row[2]] for row in grid.rows]


# Rows


@_straying("rows", 2)
def headings_missing(draft: Draft) -> None:
    """No rows without figures."""
    grid = _annex(draft)
    grid.rows = [row for n, row in enumerate(grid.rows) if n < grid.header_rows or _figure(row)]


@_straying("rows", 2)
def headings_dashed(draft: Draft) -> None:
    """Dashes beside headings."""
    grid = _annex(draft)
    for n, row in enumerate(grid.rows):
        if n >= grid.header_rows and not _figure(row):
            grid.rows[n] = [_label(row), *(Box("——") for _ in row[1:])]


@_straying("rows lines", 2)
def headings_in_labels(draft: Draft) -> None:
    """一、（一）主动公开政府信息数 in one cell."""
    grid = _annex(draft)
    rows, above = [], ""
    for n, row in enumerate(grid.rows):
        if n < grid.header_rows or _figure(row):
            if above:
                _label(row).text = f"{above} {_label(row).text}"
            rows.append(row)
            above = ""
        else:
            above += _label(row).text
    grid.rows = rows


@_straying("missing", 2, certain="")
def rows_missing(draft: Draft) -> None:
    """Some rows of the form are not there."""
    codes = _codes(draft)
    _drop(draft, draft.rng.sample(codes, draft.rng.randrange(1, len(codes) // 2)))


@_straying("missing", 2, certain="")
def rows_of_disputes_missing(draft: Draft) -> None:
    """Of reconsiderations and suits only some rows are there."""
    codes = [code for code in _codes(draft) if code.startswith(("reconsiderations", "suits"))]
    _drop(draft, draft.rng.sample(codes, draft.rng.randrange(1, len(codes))))


@_straying("missing", 2, certain="")
def refusal_missing(draft: Draft) -> None:
    """Reasons without the row of the refusals that they are given for."""
    _drop(draft, ["answered_refused"])


@_straying("added", 2, certain="")
def rows_added(draft: Draft) -> None:
    """Rows that the form does not have."""
    grid = _annex(draft)
    for text in draft.rng.sample(ADDED, 5):
        number = draft.unused_number()
        draft.extras.append(number)
        at = draft.rng.randrange(grid.header_rows + 1, len(grid.rows))
        grid.rows.insert(at, [Box(text, "label"), *(Box("件") for _ in range(grid.width - 2)), Box(number)])


@_straying("added", 2, certain="")
def section_added(draft: Draft) -> None:
    """A section of no form, whose rows are worded as those of others."""
    grid = _annex(draft)
    code = draft.rng.choice(("complaints", "suits", "offices"))
    at = _at(grid, code)
    at -= at > 0 and _figure(grid.rows[at - 1]) is None  # before its heading
    if at < 0:
        return
    for text in ("行政赔偿数量", "（一）维持具体行政行为数", "（二）被依法纠错数", "（三）其他情形数"):
        number = draft.unused_number()
        draft.extras.append(number)
        grid.rows.insert(at, [Box(text, "label"), *(Box("件") for _ in range(grid.width - 2)), Box(number)])
        at += 1


@_straying("added", 2, certain="")
def reasons_of_partial_refusals(draft: Draft) -> None:
    """Reasons under 同意部分公开答复数 too, or only there."""
    grid = _annex(draft)
    at = _at(grid, "answered_granted_partly") + 1
    if not at:
        return
    for text in ("其中：涉及国家秘密", "涉及商业秘密", "涉及个人隐私"):
        number = draft.unused_number()
        draft.extras.append(number)
        grid.rows.insert(at, [Box(text, "label"), *(Box("件") for _ in range(grid.width - 2)), Box(number)])
        at += 1
    if draft.rng.random() < 0.5:
        _drop(draft, ["refused_state_secret", "refused_trade_secret", "refused_privacy", "answered_refused"])


@_straying("added cells", 2, certain="")
def row_printed_twice(draft: Draft) -> None:
    """A row again with another figure."""
    grid = _annex(draft)
    at = draft.rng.choice([n for n, row in enumerate(grid.rows) if _figure(row)])
    number = draft.unused_number()
    draft.extras.append(number)
    grid.rows.insert(at + 1, [Box(box.text, box.role) for box in grid.rows[at][:-1]] + [Box(number)])


@_straying("order", 2, certain="")
def sections_in_other_order(draft: Draft) -> None:
    """The sections shuffled."""
    grid = _annex(draft)
    starts = sorted(at - (code in HEADINGS) for code in SECTIONS if (at := _at(grid, code)) > 0)
    starts = [max(start, grid.header_rows) for start in starts]
    parts = [grid.rows[a:b] for a, b in zip_longest(starts, starts[1:])]
    draft.rng.shuffle(parts)
    grid.rows = [*grid.rows[: starts[0]], *(row for part in parts for row in part)]


# Layout


@_straying("columns", 3)
def figure_before_unit(draft: Draft) -> None:
    """Indicator, figure, unit."""
    grid = _annex(draft)
    if grid.width == 3:
        grid.rows = [[row[0], row[2], row[1]] for row in grid.rows]


@_straying("columns units", 3)
def no_units(draft: Draft) -> None:
    """No column of units."""
    for grid in draft.grids(CODE):
        grid.rows = [[row[0], row[2]] for row in grid.rows]
    for slot, mark in draft.truth.items():
        if mark.status == "number" and mark.raw.isdigit():
            draft.truth[slot] = mark._replace(unit=None)


@_straying("columns", 3)
def numbers_of_rows(draft: Draft) -> None:
    """序号 before the indicators."""
    for grid in draft.grids(CODE):
        boxes = [Box("序号", "header"), *(Box(str(n)) for n in range(1, len(grid.rows)))]
        grid.insert_column(0, boxes)
        draft.tolerated.update(box.text for box in boxes)


@_straying("columns header", 3, certain=_GRIDS)
def codes_of_rows(draft: Draft) -> None:
    """代码 between indicators and figures."""
    for grid in draft.grids(CODE):
        boxes = [Box("代码", "header"), *(Box(str(n)) for n in range(1, len(grid.rows)))]
        grid.insert_column(1, boxes)
        draft.tolerated.update(box.text for box in boxes)


@_straying("columns header", 3, certain=_GRIDS)
def column_of_remarks(draft: Draft) -> None:
    """备注, with a number now and then, but not in place of a figure."""
    for grid in draft.grids(CODE):
        boxes = [Box("备注", "header")]
        for row in grid.rows[1:]:
            figure = _figure(row)
            numbered = figure is not None and figure.text.isdigit() and draft.rng.random() < 0.1
            text = draft.unused_number() if numbered else draft.rng.choice(("", "", "含下属单位"))
            draft.tolerated.add(text)
            boxes.append(Box(text))
        grid.insert_column(grid.width, boxes)


@_straying("columns", 3, certain="")
def column_of_last_year(draft: Draft) -> None:
    """Two years side by side, now and then only the other one."""
    for grid in draft.grids(CODE):
        year = draft.report.year
        boxes = [Box(f"{year - 1}年", "header")]
        for _ in grid.rows[1:]:
            number = draft.unused_number()
            draft.tolerated.add(number)
            boxes.append(Box(number))
        at = grid.width - draft.rng.randrange(2)
        grid.insert_column(at, boxes)
        if draft.rng.random() < 0.5:
            grid.rows[0][-1 if at < grid.width - 1 else -2].text = f"{year}年"
        if draft.rng.random() < 0.3:
            grid.rows.pop(0)
            grid.header_rows = 0


@_straying("columns", 3)
def sections_beside_rows(draft: Draft) -> None:
    """A first column of merged cells with the sections' names."""
    grid = _annex(draft)
    width = grid.width
    rows: list[list[Box]] = [[Box("类别", "header"), *row] for row in grid.rows[: grid.header_rows]]
    section = Box("", "note")
    for row in grid.rows[grid.header_rows :]:
        label = _label(row)
        figure = _figure(row)
        if figure is None and re.match("[一二三八九]、", label.text):
            section = Box(label.text, "note")
            continue
        if figure and figure.slot and figure.slot.row in ("reconsiderations", "suits", "complaints", "fees_charged"):
            section = Box("", "note")
        rows.append([section, *row] if width == len(row) else row)
    grid.rows = rows
    grid.label_columns = 2


@_straying("columns split", 3, certain=_GRIDS)
def side_by_side(draft: Draft) -> None:
    """Two columns of indicators on one page."""
    grid = _annex(draft)
    body = grid.rows[grid.header_rows :]
    half = draft.rng.randrange(len(body) // 3, 2 * len(body) // 3)
    numbered = draft.rng.random() < 0.4
    head = grid.rows[0][-1].role == "header" and grid.header_rows
    rows: list[list[Box]] = []

    def one(row: list[Box] | None, number: int) -> list[Box]:
        cells = row or [Box() for _ in range(grid.width)]
        draft.tolerated.add(str(number))
        return [Box(str(number) if row else ""), *cells] if numbered else cells

    if head:
        names = [box.text for box in grid.rows[0]]
        rows.append([Box(text, "header") for _ in range(2) for text in (["序号"] if numbered else []) + names])
    for number, (left, right) in enumerate(zip_longest(body[:half], body[half:]), 1):
        rows.append([*one(left, number), *one(right, number + half)])
    grid.rows = rows


@_straying("header", 4)
def header_missing(draft: Draft) -> None:
    """No row that names the columns."""
    for grid in draft.grids(CODE):
        grid.rows = grid.rows[grid.header_rows :]
        grid.header_rows = 0


@_straying("split", 4)
def cut_by_pages(draft: Draft) -> None:
    """Cut in two or three, the header repeated or not."""
    repeated = draft.rng.random() < 0.5
    for _ in range(draft.rng.randrange(1, 3)):
        grid = draft.grids(CODE)[-1]
        if len(grid.rows) < 8:
            return
        head, tail = grid.split(draft.rng.randrange(grid.header_rows + 2, len(grid.rows) - 2))
        if repeated:
            tail.rows = [[Box(box.text, "header") for box in row] for row in grid.rows[: grid.header_rows]] + tail.rows
            tail.header_rows = grid.header_rows
        at = next(i for i, block in enumerate(draft.blocks) if block is grid)
        draft.blocks[at : at + 1] = [head, Text(f"- {at} -"), tail]


@_straying("split values", 4)
def table_a_section(draft: Draft) -> None:
    """A table for each of the nine sections, under its name."""
    grid = _annex(draft)
    starts = sorted(at for code in SECTIONS if (at := _at(grid, code)) > 0)
    starts[0] = 0
    blocks: list[Text | Grid] = []
    for number, (start, stop) in enumerate(zip_longest(starts, starts[1:]), 1):
        rows = grid.rows[start:stop]
        blocks += [Text(f"表{number}", "caption"), Grid(rows, CODE, 1)]
    at = next(i for i, block in enumerate(draft.blocks) if block is grid)
    draft.blocks[at : at + 1] = blocks


@_straying("split", 4)
def printed_twice(draft: Draft) -> None:
    """One for the agency, one for all below it."""
    slots = draft.report.slots(2)
    numbers = {slot: draft.unused_number() for slot in slots}
    while len(set(numbers.values())) < len(numbers):
        numbers = {slot: draft.unused_number() for slot in slots}
    marks = {slot: Mark.number(number, unit=_unit(slot)) for slot, number in numbers.items()}
    draft.truth |= marks
    draft.after(draft.grids(CODE)[-1], Text("政府信息公开情况统计表（全市）", "caption"), annex_grid(marks, 2))


def _unit(slot: Slot) -> str:
    return next(row["unit"] for row in form_rows("statistics_2014") if row["row_code"] == slot.row)


@_straying("cells", 4, certain="")
def figures_merged_downwards(draft: Draft) -> None:
    """A figure in a cell that spans two rows."""
    grid = draft.rng.choice([grid for grid in draft.grids(CODE) if len(grid.rows) > 5] or draft.grids(CODE))
    at = [n for n in range(1, len(grid.rows)) if _figure(grid.rows[n]) and _figure(grid.rows[n - 1])]
    if at:
        n = draft.rng.choice(at)
        above, below = grid.rows[n - 1], grid.rows[n]
        figure, kept = _figure(below), _figure(above)
        if figure and figure.slot and kept and below.index(figure) == above.index(kept):
            draft.truth.pop(figure.slot)
            below[below.index(figure)] = kept


@_straying("cells units", 4, certain="")
def labels_over_two_rows(draft: Draft) -> None:
    """A label broken into two rows, the figure beside its first or its second part."""
    for grid in draft.grids(CODE):
        for n in range(len(grid.rows) - 1, grid.header_rows - 1, -1):
            row = grid.rows[n]
            label = row[0]
            if label.role == "label" and _figure(row) and len(label.text) > 9 and draft.rng.random() < 0.2:
                label.text, rest = label.text[:7], label.text[7:]
                other = [Box(rest, "label"), *(Box() for _ in row[1:])]
                if draft.rng.random() < 0.5:
                    other[0].text, label.text = label.text, rest
                    grid.rows.insert(n, other)
                else:
                    grid.rows.insert(n + 1, other)


@_straying("cells", 4, certain="")
def rows_slipped(draft: Draft) -> None:
    """Some rows one place to the left or the right, without their blanks."""
    for grid in draft.grids(CODE):
        for row in grid.rows[grid.header_rows :]:
            if _figure(row) and draft.rng.random() < 0.1:
                row.insert(draft.rng.randrange(len(row)), Box())
        width = grid.width
        for row in grid.rows:
            row += [Box() for _ in range(width - len(row))]


REWORDED = {
    "disclosed_items": "（一）主动公开政府信息条数",
    "channel_website": "2.政府网站公开信息数",
    "channel_wechat": "4.通过政务微信公开政府信息数",
    "responses": "（一）回应公众关注热点和重大舆情数",
    "press_conferences": "1.举办或参加新闻发布会次数",
    "interpretations": "3.发布政策解读稿件数",
    "received_online": "3.网上申请数",
    "concluded_in_time": "1.按期办结数",
    "answered_refused": "4.不予公开答复数",
    "refused_security_stability": "可能危及国家安全、公共安全、经济安全和社会稳定",
    "answered_does_not_exist": "6.申请的政府信息不存在数",
    "reconsiderations": "四、行政复议数",
    "complaints": "六、投诉举报数量",
    "fees_charged": "七、依申请公开信息收取费用",
    "staff": "（三）政府信息公开工作人员数",
    "budget": "（四）政府信息公开工作专项经费",
}
MISLEADING = {
    "channel_gazette": ("1.政府公告公开政府信息数", "1.政府公开栏公开政府信息数"),
    "channel_microblog": ("3.政务新媒体公开政府信息数", "3.政务微博微信公开政府信息数"),
    "press_conferences_by_head": ("其中：部门负责同志参加新闻发布会次数", "其中：非主要负责同志参加新闻发布会次数"),
    "answered_granted": ("2.未同意公开答复数", "2.拟同意公开答复数"),
    "concluded_extended": ("2.未按时办结数", "2.逾期办结数"),
    "issued_normative_documents": ("废止规范性文件总数",),
    "reconsiderations": ("四、行政救济数量", "四、复议案件"),
    "suits": ("五、行政应诉数量", "五、行政赔偿数量"),
    "suits_upheld": ("（一）撤销具体行政行为或者驳回原告诉讼请求数",),
    "staff_part_time": ("2.非专职人员数",),
    "refused_trade_secret": ("涉及工作秘密",),
}
ADDED = (
    "（四）尚未办结数",
    "6.新闻媒体公开政府信息数",
    "其中：主动公开地方性法规数",
    "5.电子邮件申请数",
    "（四）结转下年度办理数",
    "9.其他",
    "（五）政府信息公开咨询接待人次",
    "七、政务公开示范点数",
    "微博粉丝数",
    "（二）申请人为法人数",
)

HOW_WRITTEN = {
    "utf8_with_mark", "utf8_undeclared", "gb18030", "gb18030_undeclared", "utf16", "padding_stripped",
    "empty_cells_at_row_ends", "windows_lines", "many_blank_lines", "no_blank_lines", "site", "layout_table",
    "nested_layout_tables", "div_soup", "word_export", "words_cut_by_tags", "sloppy_tags", "cells_of_paragraphs",
    "header_cells", "spans_overlong", "spans_zero", "spans_missing", "spans_wrong", "spans_taken_apart",
    "spans_repeated", "tables_in_tables", "tables_in_paragraphs", "figures_beside_what_is_not_shown",
    "figures_in_nested_tables", "tracked_changes", "content_controls", "old_horizontal_merges", "lines_not_merged",
    "rows_left_free", "numbers_as_text", "margin", "hidden_sheet",
}  # fmt: skip
"""The variations of other reports that are ways of writing any table."""


@dataclass(frozen=True, slots=True)
class AnnexRecipe:
    """All that it takes to write such a report again."""

    seed: int
    format: Format
    variations: tuple[str, ...] = ()
    written: tuple[str, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether every figure must be in its place."""
        return all(self.format in ANNEX[name].certain for name in self.variations) and all(
            self.format in VARIATIONS[name].certain for name in self.written
        )

    def __str__(self) -> str:
        return f"{self.format}-{self.seed}-{'+'.join((*self.variations, *self.written)) or 'plain'}"

    def draft(self) -> Draft:
        """The draft with its truth."""
        draft = Draft.of(AnnexReport(self.seed))
        for name in sorted(self.variations, key=lambda name: (ANNEX[name].stage, list(ANNEX).index(name))):
            ANNEX[name].apply(draft)
        for name in self.written:
            VARIATIONS[name].apply(draft)
        return draft

    def write(self) -> tuple[Draft, bytes]:
        """The draft with its truth, and the document."""
        draft = self.draft()
        return draft, WRITERS[self.format](draft)


def single_annexes(format: Format, seeds: range) -> Iterator[AnnexRecipe]:
    """Every variation alone."""
    for seed in seeds:
        yield from (AnnexRecipe(seed, format, (name,)) for name in ANNEX)
        written = sorted(name for name in HOW_WRITTEN if format in VARIATIONS[name].formats)
        yield from (AnnexRecipe(seed, format, (), (name,)) for name in written)


def random_annexes(seeds: range, *, certain: bool, formats: Sequence[Format] = FORMATS) -> Iterator[AnnexRecipe]:
    """Several variations at once, at most one of each topic, drawn by seed."""
    for seed in seeds:
        rng = random.Random(f"annex {seed}")
        format = formats[seed % len(formats)]
        taken: set[str] = set()
        names: list[str] = []
        possible = [v for v in ANNEX.values() if not certain or format in v.certain]
        for straying in rng.sample(possible, rng.randrange(2, 9)):
            if not taken & straying.topics:
                taken |= straying.topics
                names.append(straying.name)
        ways = sorted(
            name
            for name in HOW_WRITTEN
            if format in (VARIATIONS[name].certain if certain else VARIATIONS[name].formats)
            and not (name == "padding_stripped" and "values" in taken)  # what is blank is then not printed
            and not (name == "spans_repeated" and "cells" in taken)  # what is merged is then printed again
        )
        yield AnnexRecipe(seed, format, tuple(names), (rng.choice(ways),) if rng.random() < 0.5 else ())
