"""Figures of another year, of another body or of another thing do not stand in the places of the report's own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.extraction import extract
from pipeline.extraction.report import Figure
from pipeline.extraction.tables import read_figures
from pipeline.readers import read
from tests.extraction.pages import figures

RESULTS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
TYPES = ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]
RESULT_CODES = ["upheld", "corrected", "other", "pending", "total"]
VENUES = ["行政复议", "未经复议直接起诉", "复议后起诉"]
VENUE_CODES = ["reconsideration", "litigation_direct", "litigation_after_reconsideration"]
NUMBERS = [str(number) for number in range(31, 46)]
BLANK = [""] * 15


def certain(rows: list[list[str]]) -> list[Figure]:
    return [figure for figure in figures(rows) if figure.value is not None]


def header(*before: str) -> list[list[str]]:
    """Of the litigation table, in full rows."""
    blank = [""] * len(before)
    return [
        [*before, *[VENUES[0]] * 5, *["行政诉讼"] * 10],
        [*blank, *RESULTS, *[VENUES[1]] * 5, *[VENUES[2]] * 5],
        [*blank, *RESULTS * 3],
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [["2023年", *BLANK], ["2022年", *NUMBERS]],
        [["2022年", *NUMBERS], ["2023年", *BLANK]],
        [["本机关", *BLANK], ["所属事业单位", *NUMBERS]],
    ],
)
def test_a_blank_row_may_be_the_reports_own(rows: list[list[str]]) -> None:
    assert certain([*header("年度"), *rows]) == []
    assert len(certain([*header("年度"), [rows[0][0], *NUMBERS]])) == 15


def test_a_heading_between_a_blank_row_and_the_figures() -> None:
    assert certain([*header(), BLANK, ["上年情况"], NUMBERS]) == []
    assert len(certain([*header(), NUMBERS])) == 15


def test_numbers_of_columns_are_no_figures() -> None:
    numbered = [str(number) for number in range(1, 16)]
    assert certain([*header(), numbered, BLANK]) == []
    assert [figure.value for figure in certain([*header(), numbered, NUMBERS])] == [*map(Decimal, NUMBERS)]


def test_two_rows_of_one_venue() -> None:
    rows = [["类别", *RESULTS]]
    rows += [[venue, *NUMBERS[5 * at : 5 * at + 5]] for at, venue in enumerate(VENUES)]
    assert len(certain(rows)) == 15
    assert len(certain([*rows, [VENUES[0], "91", "92", "93", "94", "95"]])) == 10


def test_venues_side_by_side_over_results() -> None:
    filled = {("结果维持", 0): "51", ("总计", 0): "52", ("其他结果", 2): "53"}
    rows = [["审理结果", *VENUES]] + [[one, *(filled.get((one, at), "") for at in range(3))] for one in RESULTS]
    found = {(figure.row_code, figure.column_code): str(figure.value) for figure in certain(rows)}
    assert found == {
        ("reconsideration", "upheld"): "51",
        ("reconsideration", "total"): "52",
        ("litigation_after_reconsideration", "other"): "53",
    }


def test_venues_side_by_side_in_another_order_below_two_header_rows() -> None:
    rows = [["审理结果", "行政诉讼", "", "行政复议"], ["", VENUES[1], VENUES[2], ""]]
    rows += [[one, str(at + 61), str(at + 71), str(at + 81)] for at, one in enumerate(RESULTS)]
    found = {(figure.row_code, figure.column_code): int(figure.value or 0) for figure in certain(rows)}
    assert (
        found.items()
        <= {
            **{("litigation_direct", code): at + 61 for at, code in enumerate(RESULT_CODES)},
            **{("litigation_after_reconsideration", code): at + 71 for at, code in enumerate(RESULT_CODES)},
            **{("reconsideration", code): at + 81 for at, code in enumerate(RESULT_CODES)},
        }.items()
    )
    assert found


def test_years_side_by_side_behind_results() -> None:
    rows = [["类别", "结果", "2022年", "2023年"]]
    rows += [[venue if not at else "", one, "61", ""] for venue in VENUES for at, one in enumerate(RESULTS)]
    assert certain(rows) == []


DISCLOSURE = ["第二十条第（五）项"]


@pytest.mark.parametrize(
    "labels",
    [
        ["本年处理决定数量（2022年）", "本年处理决定数量（2023年）"],
        ["2022年本年处理决定数量", "2023年本年处理决定数量"],
    ],
)
def test_columns_of_two_years(labels: list[str]) -> None:
    assert certain([DISCLOSURE, ["信息内容", *labels], ["行政许可", "71", ""]]) == []
    assert certain([DISCLOSURE, ["信息内容", *labels], ["行政许可", "", "71"]]) == []


def test_a_column_that_texts_below_its_label_divide() -> None:
    rows = (
        "<tr><td>信息内容</td><td colspan=2>本年处理决定数量</td></tr>{}<tr><td>行政许可</td><td>71</td><td></td></tr>"
    )
    for years, count in (("", 1), ("<tr><td></td><td>2022年</td><td>2023年</td></tr>", 0)):
        page = f"<html><body><table>{rows.format(years)}</table></body></html>"
        assert sum(figure.value is not None for figure in read_figures(read(page.encode()))) == count


def test_a_label_that_holds_the_first_figure() -> None:
    head = [["项目", "自然人", *["法人或其他组织"] * 5, "总计"], ["", "", *TYPES, ""]]
    slipped = ["（一）予以公开 81", "82", "83", "84", "85", "86", "87", ""]
    assert certain([*head, slipped]) == []
    assert len(certain([*head, ["（一）予以公开", "81", *slipped[1:7]]])) == 7


def table(first: int) -> str:
    """A litigation table with numbers of its own."""
    rows = [*header(), [str(number) for number in range(first, first + 15)]]
    return f"<table>{''.join('<tr>' + ''.join(f'<td>{text}</td>' for text in row) + '</tr>' for row in rows)}</table>"


@pytest.mark.parametrize(
    ("above", "own"),
    [
        (("<p>2022年度</p>", "<p>2023年度</p>"), 200),
        (("<p>表1 2022年复议诉讼情况</p>", ""), 200),
        (("<p>所属单位情况</p>", "<p>本机关情况</p>"), 200),
        (("<p>填报样例</p>", ""), 200),
        (("<p>2023年度</p>", "<p>2022年度</p>"), 100),
        (("<p>本级</p>", "<p>全市</p>"), 100),
        (("<p>与2022年相比，行政复议案件有所增加。</p>", ""), 100),
    ],
)
def test_the_first_set_is_the_reports_own(above: tuple[str, str], own: int) -> None:
    title = "清河县财政局2023年政府信息公开工作年度报告"
    text = "<p>一、总体情况</p><p>根据有关规定编制本报告。</p><p>五、存在的主要问题及改进情况</p><p>仍有不足。</p>"
    tables = f"{above[0]}{table(100)}{above[1]}{table(200)}"
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{tables}{text}</body></html>"
    report = extract(read(page.encode()))
    assert report.metadata.report_year == 2023
    upheld = [
        figure for figure in report.figures if (figure.row_code, figure.column_code) == (VENUE_CODES[0], "upheld")
    ]
    assert {figure.table_set: figure.value for figure in upheld} == {1: own, 2: 300 - own}
