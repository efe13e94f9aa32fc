"""What is a number, and what is none; and tables made to mislead."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.extraction.tables import read_figures
from pipeline.readers import read
from tests.corpus.draft import Draft
from tests.corpus.grid import Slot
from tests.corpus.html import write_html
from tests.corpus.judge import judge
from tests.corpus.report import Mark, MarkedReport
from tests.corpus.text import write_text_cells, write_text_rows

WRITERS = (write_html, write_text_cells, write_text_rows)
SLOT = Slot("requests", 1, "refused_third_party", "legal_service")

NUMBERS = [
    ("0", "0", None),
    ("12", "12", None),
    (" 12 ", "12", None),
    ("１２", "12", None),
    ("1,234", "1234", None),
    ("1，234", "1234", None),
    ("12,345,678", "12345678", None),
    ("1,234.56", "1234.56", None),
    ("12.50", "12.5", None),
    ("0.123456", "0.123456", None),
    ("12件", "12", "件"),
    ("12 件", "12", "件"),
    ("０件", "0", "件"),
    ("1,234件", "1234", "件"),
    ("12件次", "12", "件次"),
    ("3宗", "3", "宗"),
    ("5项", "5", "项"),
    ("152790元", "152790", "元"),
    ("0.37万元", "0.37", "万元"),
    ("-5", "-5", None),
    ("－5", "-5", None),
    ("+5", "5", None),
]
NO_NUMBERS = [
    "1,23",
    "1,2345",
    "12,34,567",
    "1.2.3",
    "1 2",
    "12 345 6",
    "- 5",
    "– 1",
    "1/2",
    "12-15",
    "3、5",
    "3;5",
    "12（3）",
    "12件3项",
    "约12",
    "12余件",
    "近百件",
    "十二",
    "一百二十三",
    "O",
    "l2",
    "1O",
    "I",
    "②",
    "12①",
    "½",
    "1²",
    "Ⅳ",
    "٣",
    "१२",
    "1e5",
    "0x1F",
    "1_000",
    "NaN",
    "Infinity",
    "--5",
    "+-5",
    "5-",
    "0.1234567",
    "9" * 15,
    "9" * 400,
    "#REF!",
    "#DIV/0!",
    "=SUM(A1:A5)",
    "第12件",
    "2023年",
    "2023年1月",
    "见附件1",
    "同上",
    "〃",
    "是",
    "√",
    "×",
    "*",
    "**",
    "?",
    ".",
    ",",
    "。",
    "件",
    "万元",
    "\ufffd",
    "12\ufffd",
    "收到申请12件，均已办结。",
]
NOT_APPLICABLE = ["/", "／", "-", "—", "－", "——", "–", "无", "--", "\\"]


def _figure(raw: str, write):
    draft = Draft.of(MarkedReport(3))
    draft.reprint(SLOT, Mark(raw, "unreadable"))
    figures = read_figures(read(write(draft)))
    found = [f for f in figures if (f.row_code, f.column_code) == (SLOT.row, SLOT.column)]
    assert len(found) == 1
    del draft.truth[SLOT]
    assert not judge(draft.truth, [f for f in figures if f not in found]).faults(certain=True)
    return found[0]


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize(("raw", "value", "unit"), NUMBERS)
def test_number(raw, value, unit, write):
    figure = _figure(raw, write)
    assert (figure.status, figure.value, figure.unit) == ("number", Decimal(value), unit)


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("raw", NO_NUMBERS)
def test_no_number(raw, write):
    figure = _figure(raw, write)
    assert (figure.status, figure.value) == ("unreadable", None)
    assert figure.raw_text.strip() == raw


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("raw", NOT_APPLICABLE)
def test_not_applicable(raw, write):
    figure = _figure(raw, write)
    assert (figure.status, figure.value, figure.unit) == ("not_applicable", None, None)


@pytest.mark.parametrize("value", ["99999999999999.999999", "-99999999999999.999999"])
def test_largest_number_that_the_warehouse_holds(value):
    assert _figure(value, write_html).value == Decimal(value)
