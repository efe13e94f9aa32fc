"""Rows and headers that slipped by a cell: what does not stand where its labels say is no number."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extraction.report import Figure
from pipeline.extraction.tables import read_figures
from pipeline.readers import read
from pipeline.readers.document import Cell, Document, Table
from tests.extraction.pages import figures

RESULTS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
TYPES = ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]


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


def test_a_header_that_lost_a_row_is_not_whole() -> None:
    """自然人 and 总计 are gone: 商业企业 stands where the natural persons' figures are."""
    first = [["三、本年度办理结果", "（三）不予公开", "1.属于国家秘密", "11", "12", "13", "14", "15", "", ""]]
    for rows in (first, [*first, *ITEMS[1:]]):
        found = figures([row for row in requests(*rows) if "自然人" not in row])
        assert {f.status for f in found if f.raw_text} == {"unreadable"}


def test_a_row_that_slipped_with_its_label() -> None:
    rows = [*ITEMS[:2], ["", "3.危及“三安全一稳定”", "", "", "", "", "", "", "39", ""]]
    found = figures(requests(*rows))
    assert [f.status for f in found if f.raw_text == "39"] == ["unreadable"]


GROUPS = [
    ["三、本年度办理结果", "（一）予以公开", "", "51", "52", "53", "54", "55", "56", ""],
    ["", "（二）部分公开", "", *PARTS],
]


def test_a_row_that_still_stands_squarely_under_the_header() -> None:
    total = ["", "（七）总计", "", "61", "62", "63", "64", "65", "66", ""]
    assert len(numbers(requests(*GROUPS, *ITEMS, total))) == 36
    slipped = figures(requests(["", *GROUPS[0][:-1]], GROUPS[1], *ITEMS, total))
    assert {f.status for f in slipped if f.row_code == "granted"} == {"unreadable"}
    assert sum(f.value is not None for f in slipped) == 30


def test_two_rows_of_which_either_may_have_slipped() -> None:
    assert len(numbers(requests(*GROUPS))) == 12
    assert not numbers(requests(["", *GROUPS[0][:-1]], GROUPS[1]))


def test_the_blanks_of_a_row_that_slipped_are_none() -> None:
    row = ["", "（四）无法提供", "1.本机关不掌握相关政府信息", "", "", "", "", "", "79", ""]
    found = figures(requests(*ITEMS, ["", *row[:-1]]))
    assert {f.status for f in found if f.row_code == "unavailable_not_held"} == {"unreadable"}


def test_a_row_that_lacks_a_cell() -> None:
    width = len(ITEMS[0])
    short = "".join(f"<td>{text}</td>" for text in ["", "（二）部分公开", "", *PARTS[:-1]])
    full = ["".join(f"<td>{text}</td>" for text in (row + [""] * width)[:width]) for row in requests(*ITEMS)]
    body = "".join(f"<tr>{row}</tr>" for row in [*full, short])
    found = read_figures(read(f"<html><body><table>{body}</table></body></html>".encode()))
    assert {f.status for f in found if f.row_code == "granted_partly"} == {"unreadable"}


def test_rows_as_long_as_the_columns_in_a_header_with_a_column_without_a_name() -> None:
    header = [[*row[:-2], "", *row[-2:]] for row in (row + [""] * (10 - len(row)) for row in requests())]
    rows = [[*row[:3], "91", "92", "93", "94", "95", "96", "97", ""] for row in ITEMS]
    assert not numbers(header + rows)


def test_a_row_printed_again_that_slipped() -> None:
    again = ["", "2.其他法律行政法规禁止公开", "", "", "", "", "", "", "29", ""]
    found = figures(requests(*ITEMS, again))
    assert {f.status for f in found if f.row_code == "refused_prohibited_by_law" and f.raw_text} == {"unreadable"}
    assert sum(f.value is not None for f in found) == 12


def uneven(rows: list[list[str]]) -> list[Figure]:
    """Read rows that have the cells given and no more."""
    body = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in rows)
    return read_figures(read(f"<html><body><table>{body}</table></body></html>".encode()))


def test_a_blank_too_many_in_the_header_does_not_make_room_for_one_in_a_row() -> None:
    header = [row + [""] * (10 - len(row)) for row in requests()]
    pushed = ["一、本年新收政府信息公开申请数量", "", "", "", *PARTS]
    found = uneven([header[0], [*header[1], ""], header[2], *ITEMS, pushed])
    assert {f.status for f in found if f.row_code == "received_new"} == {"unreadable"}
    assert sum(f.value is not None for f in found) == 18


def test_a_blank_too_many_before_a_figure_of_a_block() -> None:
    block = [["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"], ["规章", "81", "82", "83"]]
    pushed = ["行政规范性文件", "", "", "84", ""]
    cells = [Cell(at, column, text) for at, row in enumerate([*block, pushed]) for column, text in enumerate(row)]
    without_spans = Document([Table(cells, 3, 5, aligned=False)], "text/plain")
    for found in (uneven([*block, pushed]), read_figures(without_spans)):
        assert [int(f.value) for f in found if f.value is not None] == [81, 82, 83]
        assert [f.status for f in found if f.raw_text == "84"] == ["unreadable"]


def test_blanks_beside_a_figure_that_may_be_one_place_to_the_right() -> None:
    short = ["", "", "4.保护第三方合法权益", "", "", "", "88", "", ""]
    found = uneven([*(row + [""] * (10 - len(row)) for row in requests(*ITEMS)), short])
    blank = {f.column_code for f in found if f.row_code == "refused_third_party" and f.status == "blank"}
    assert blank == {"natural_person", "company", "research_institution", "other_organisation", "total"}
    assert [f.status for f in found if f.raw_text == "88"] == ["unreadable"]


def test_a_figure_that_pushed_those_of_the_next_row() -> None:
    body = """<tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>
        <tr><td>规章</td><td rowspan=2>81</td><td>82</td><td>83</td></tr>
        <tr><td>行政规范性文件</td><td>84</td><td>85</td><td>86</td></tr>"""
    found = read_figures(read(f"<html><body><table>{body}</table></body></html>".encode()))
    assert {int(f.value) for f in found if f.value is not None} == {82, 83}


def spread(row: list[str]) -> list[str]:
    """A row filled up to the ten columns of the requests table."""
    return row + [""] * (10 - len(row))


def spanned(
    rows: list[list[str]], over_types: str = "<td colspan=5>法人或其他组织</td>", types: Sequence[str] = TYPES
) -> list[Figure]:
    """Read rows under the header of the form, with its spans."""
    title = "<td rowspan=3 colspan=3>（本列数据的勾稽关系为）</td><td colspan=7>申请人情况</td>"
    people = f"<td rowspan=2>自然人</td>{over_types}<td rowspan=2>总计</td>"
    head = [title, people, "".join(f"<td>{name}</td>" for name in types)]
    body = ["".join(f"<td>{text}</td>" for text in row) for row in rows]
    table = "".join(f"<tr>{row}</tr>" for row in head + body)
    return read_figures(read(f"<html><body><table>{table}</table></body></html>".encode()))


def statuses(found: list[Figure], row_code: str) -> set[str]:
    """What came of all that is printed in a row."""
    return {f.status for f in found if f.row_code == row_code and f.raw_text}


def test_a_label_broken_over_two_cells_pushes_its_figures() -> None:
    broken = ["", "（四）无法提供", "1.本机关不掌握", "相关政府信息", "21", "22", "23", "24", "25", "26", ""]
    found = spanned([*ITEMS[:2], broken])
    assert statuses(found, "unavailable_not_held") == {"unreadable"}
    assert sum(f.value is not None for f in found) == 12


BLOCK = [["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"], ["规章", "81", "82", "83"]]


def test_a_label_of_a_block_broken_over_two_cells() -> None:
    found = uneven([*BLOCK, ["行政规范性文", "件", "84", "", ""]])
    assert sorted(int(f.value) for f in found if f.value is not None) == [81, 82, 83]
    assert [f.status for f in found if f.raw_text == "84"] == ["unreadable"]


def test_a_block_whose_header_lost_a_column() -> None:
    """What stands under 现行有效件数 may be of 本年废止件数, which is gone."""
    rows = [*BLOCK[1:], ["行政规范性文件", "84", "85", ""]]
    for lost in (1, 2, 3):
        header = [label for number, label in enumerate(BLOCK[0]) if number != lost]
        assert not [f for f in uneven([header, *rows]) if f.value is not None]


def test_a_block_of_two_columns_of_which_one_is_left() -> None:
    for header in (["信息内容", "采购总金额"], ["信息内容", "采购项目数量"]):
        found = uneven([header, ["政府集中采购", "91", ""]])
        assert {f.status for f in found if f.raw_text} == {"unreadable"}
    alone = uneven([["信息内容", "本年收费金额（单位：万元）"], ["行政事业性收费", "92", ""]])
    assert [(f.column_code, str(f.value)) for f in alone if f.value is not None] == [("amount_10k_yuan", "92")]


def test_a_label_of_a_header_broken_over_two_rows() -> None:
    """What is left of 处理决定数量 in a row of its own heads no block: the figures stand to its left."""
    header = [["信息内容", "上一年项目数量", "本年增/减", "处"], ["", "", "", "理决定数量"]]
    found = uneven([*header, ["行政处罚", "93", "", ""]])
    assert [f.status for f in found if f.raw_text] == ["unreadable"]


def test_a_header_that_lost_the_cell_over_the_organisations() -> None:
    """总计 has moved to where 商业企业 is: all seven columns are named, and stand in the wrong order."""
    assert sum(f.value is not None for f in spanned(ITEMS)) == 18
    assert not [f for f in spanned(ITEMS, over_types="") if f.value is not None]


def test_rows_with_a_place_more_than_a_whole_header_has() -> None:
    """Seven figures side by side beside a blank: which of the eight places is the one too many, nothing tells."""
    rows = [[*row[:3], *(f"{tens}{ones}" for ones in range(1, 8)), ""] for tens, row in enumerate(ITEMS, 1)]
    found = uneven([*map(spread, requests()), *rows])
    assert not [f for f in found if f.value is not None]
    nameless = [TYPES[0], "1740399", *TYPES[1:]]  # pushes 其他 under 总计: no place of the header is known
    assert not [f for f in spanned(rows, types=nameless) if f.value is not None]
    one = uneven([*map(spread, requests(*ITEMS[:2])), rows[2]])
    assert statuses(one, "refused_security_stability") == {"number"}


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
