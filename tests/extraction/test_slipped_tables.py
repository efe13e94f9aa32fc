"""Rows and headers that slipped by a cell: what does not stand where its labels say is no number."""

from __future__ import annotations

from pipeline.extraction.report import Figure
from pipeline.extraction.tables import read_figures
from pipeline.readers import read

RESULTS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
TYPES = ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]


def figures(rows: list[list[str]]) -> list[Figure]:
    """Read a grid without spans, filled up to its widest row."""
    width = max(map(len, rows))
    cells = ["".join(f"<td>{text}</td>" for text in row + [""] * (width - len(row))) for row in rows]
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return read_figures(read(f"<html><body><table>{body}</table></body></html>".encode()))


def numbers(rows: list[list[str]]) -> dict[tuple[str | None, str | None], int]:
    return {(f.row_code, f.column_code): int(f.value) for f in figures(rows) if f.value is not None}


def requests(*rows: list[str], shift: int = 0) -> list[list[str]]:
    blank = [""] * (3 - shift)
    return [
        ["（本列数据的勾稽关系为）", *blank[1:], "申请人情况"],
        [*blank, "自然人", "法人或其他组织", "", "", "", "", "总计"],
        [*blank, "", *TYPES],
        *rows,
    ]


PARTS = ["11", "12", "13", "14", "15", "16", ""]  # the total left blank
ITEMS = [
    ["三、本年度办理结果", "（三）不予公开", "1.属于国家秘密", *PARTS],
    ["", "", "2.其他法律行政法规禁止公开", "21", "22", "23", "24", "25", "26", ""],
    ["", "", "3.危及“三安全一稳定”", "31", "32", "33", "34", "35", "36", ""],
]


def test_a_table_that_has_not_slipped() -> None:
    found = numbers(requests(*ITEMS))
    assert len(found) == 18
    assert found["refused_prohibited_by_law", "company"] == 22


def test_a_header_that_slipped_to_the_left() -> None:
    rows = [["一、本年新收政府信息公开申请数量", "", "", "1", "2", "3", "4", "5", "6", ""], *ITEMS]
    right = numbers(requests(*rows))
    slipped = numbers(requests(*[[*row, ""] for row in rows], shift=1))
    assert slipped.items() <= right.items()


def test_a_row_that_slipped_with_its_label() -> None:
    rows = [*ITEMS[:2], ["", "3.危及“三安全一稳定”", "", "", "", "", "", "", "39", ""]]
    found = figures(requests(*rows))
    assert [f.status for f in found if f.raw_text == "39"] == ["unreadable"]


LITIGATION = [
    ["行政复议", "", "", "", "", "行政诉讼", *[""] * 9],
    [*RESULTS, "未经复议直接起诉", "", "", "", "", "复议后起诉", "", "", "", ""],
    ["", "", "", "", "", *RESULTS, *RESULTS],
]


def test_a_blank_row_within_the_litigation_header() -> None:
    found = numbers([LITIGATION[0], [""] * 15, *LITIGATION[1:], [str(n) for n in range(41, 56)]])
    assert len(found) == 15
    assert found["litigation_after_reconsideration", "upheld"] == 51


def test_a_litigation_header_out_of_step() -> None:
    totals = ["", "", "", "", "61", "", "", "", "", "62", "", "", "", "", "63", ""]
    found = figures([*LITIGATION[:2], ["", *LITIGATION[2]], totals])
    assert {f.status for f in found if f.raw_text} == {"unreadable"}
