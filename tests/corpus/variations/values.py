"""What is printed in the cells."""

from __future__ import annotations

from decimal import Decimal

from tests.corpus.draft import Draft
from tests.corpus.grid import Slot
from tests.corpus.report import BLANK, Mark
from tests.corpus.variations.registry import variation

FULL_WIDTH = str.maketrans("0123456789,.+-", "０１２３４５６７８９，．＋－")


def _some(draft: Draft, share: float) -> list[Slot]:
    return [slot for slot in draft.truth if draft.rng.random() < share]


def _unit(slot: Slot) -> str:
    if slot.column in ("amount", "amount_10k_yuan"):
        return "万元"
    return "项" if slot.column.startswith("items") else "件"


@variation("values blank", certain="html cells", doubtful="rows")
def blanks(draft: Draft) -> None:
    """Cells left empty here and there."""
    for slot in _some(draft, 0.3):
        draft.reprint(slot, BLANK)


@variation("values blank", certain="html cells", doubtful="rows")
def blank_rows(draft: Draft) -> None:
    """Whole rows left empty."""
    rows = sorted({(slot.table, slot.row) for slot in draft.truth if slot.table != "litigation"})
    empty = set(draft.rng.sample(rows, 8))
    for slot in draft.truth:
        if (slot.table, slot.row) in empty:
            draft.reprint(slot, BLANK)


@variation("values blank", certain="html cells", doubtful="rows")
def totals_only(draft: Draft) -> None:
    """All parts left empty and only the totals filled."""
    for slot in draft.truth:
        if slot.table != "disclosure" and slot.column != "total":
            draft.reprint(slot, BLANK)


@variation("values blank", certain="html cells", doubtful="rows")
def parts_only(draft: Draft) -> None:
    """The parts filled and the totals left empty."""
    for slot in draft.truth:
        if slot.column == "total" or slot.row == "outcomes_total":
            draft.reprint(slot, BLANK)


@variation("values blank", certain="html cells", doubtful="rows")
def all_blank(draft: Draft) -> None:
    """Nothing filled in but one figure a table."""
    kept = {table: draft.rng.choice([s for s in draft.truth if s.table == table]) for table in TABLES}
    for slot in draft.truth:
        if slot not in kept.values():
            draft.reprint(slot, BLANK)


@variation("values")
def zeros(draft: Draft) -> None:
    """The commonest report of all: nearly every figure a zero."""
    for slot in _some(draft, 0.9):
        draft.reprint(slot, Mark.number("0", unit=draft.truth[slot].unit))


@variation("values")
def not_applicable(draft: Draft) -> None:
    """Signs for "does not apply"."""
    sign = draft.rng.choice(("/", "—", "-", "无", "——", "／", "－", "--", "–"))
    for slot in _some(draft, 0.3):
        draft.reprint(slot, Mark(sign, "not_applicable"))


@variation("values")
def number_forms(draft: Draft) -> None:
    """Separators, full-width digits, units, signs, decimals, leading spaces."""
    rng = draft.rng
    for slot in _some(draft, 0.7):
        mark = draft.truth[slot]
        value = mark.value
        if value is None:
            continue
        raw, unit = mark.raw, mark.unit
        if slot.column == "items_change":
            sign = rng.choice(("+", "-", "－", "＋", "增", "减", "增加", "减少"))
            raw, value = sign + raw, -value if sign in ("-", "－", "减", "减少") else value
        elif slot.column.startswith("amount"):
            digits = rng.randrange(1, 7)
            value = value.scaleb(-digits)
            raw = f"{value:f}"
        elif value > 999 and rng.random() < 0.6:
            raw = f"{value:,}"
        form = rng.choice(("plain", "wide", "unit", "spaces"))
        if form == "wide":
            raw = raw.translate(FULL_WIDTH)
        elif form == "unit":
            unit = _unit(slot)
            raw += unit
        elif form == "spaces":
            raw = f"  {raw} "
        draft.reprint(slot, Mark(raw, "number", value, unit))


@variation("values")
def money_in_yuan(draft: Draft) -> None:
    """An amount with a unit of its own, which is not the header's."""
    for slot, mark in draft.truth.items():
        if slot.column in ("amount", "amount_10k_yuan") and mark.value is not None:
            raw = draft.rng.choice((f"{mark.raw}元", f"{mark.value:,}元", f"{mark.raw} 元"))
            draft.reprint(slot, Mark(raw, "number", mark.value, "元"))


@variation("values")
def text_for_numbers(draft: Draft) -> None:
    """Words and sentences where a number belongs."""
    words = ("详见附件", "若干", "O", "l2", "1O", "未统计", "见说明", "按规定公开", "三", "待定", "*", "？")
    for slot in _some(draft, 0.15):
        raw = draft.rng.choice(words)
        if draft.rng.random() < 0.3:
            raw = f"{draft.report.year}年共收到申请{draft.rng.randrange(10, 99)}件，均已按时答复。"
        draft.reprint(slot, Mark(raw, "unreadable"))


@variation("values")
def two_numbers_in_a_cell(draft: Draft) -> None:
    """What is more than one number, or not one for certain, is none."""
    forms = (
        "{}/{}",
        "{}-{}",
        "{}、{}",
        "{}（其中上年结转{}）",
        "{}+{}",
        "{}件{}",
        "{}~{}",
        "{}:{}",
        "{}，其中{}",
    )
    for slot in _some(draft, 0.15):
        raw = draft.rng.choice(forms).format(draft.unused_number(), draft.rng.randrange(2, 99))
        draft.reprint(slot, Mark(raw, "unreadable"))


@variation("values", certain="", doubtful="html cells rows")
def unclear_numbers(draft: Draft) -> None:
    """Numbers that a person would ask about."""
    forms = (
        "约{}",
        "{}余",
        "{}左右",
        "{}.",
        "{}*",
        "[{}]",
        "（{}）",
        "{}①",
        "{}%",
        "{},00",
        "{}万",
        "+{}+",
        "-{}-",
    )
    for slot in _some(draft, 0.15):
        mark = draft.truth[slot]
        form = draft.rng.choice(forms)
        if mark.value is not None:
            value = None if form in ("{},00", "-{}-", "+{}+") else mark.value
            unit = form[2:] if form in ("{}万", "{}%") else mark.unit
            raw = form.format(mark.raw)
            printed = Mark(raw, "unreadable") if value is None else Mark(raw, "number", value, unit)
            draft.reprint(slot, printed)


@variation("values", certain="", doubtful="html cells rows")
def wrapped_numbers(draft: Draft) -> None:
    """A number broken over two lines of a narrow cell: 11476 as 114 over 76."""
    for slot in _some(draft, 0.3):
        mark = draft.truth[slot]
        if len(mark.raw) > 2:
            cut = draft.rng.randrange(1, len(mark.raw))
            draft.reprint(slot, mark._replace(raw=f"{mark.raw[:cut]}\n{mark.raw[cut:]}"))


@variation("values")
def small_numbers(draft: Draft) -> None:
    """Numbers that look like the numbering of labels, years and sums: 1 to 9, 2023."""
    for slot in draft.truth:
        n = draft.rng.choice((1, 2, 3, 4, 5, 6, 7, 8, 9, draft.report.year))
        draft.reprint(slot, Mark.number(str(n), Decimal(n), draft.truth[slot].unit))


TABLES = ("disclosure", "requests", "litigation")
