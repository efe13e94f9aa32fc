"""PDF pages become paragraphs and grids, each figure whole and in its cell, or not a figure."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pypdfium2
import pytest

from pipeline.extraction.tables.values import read_value
from pipeline.readers import Document, Table, UnreadableDocument, read
from tests.corpus.pdf import HAN_FONT, UNMAPPED_FONT, PdfPage, form_object, write_pdf

XS = [50, 150, 200, 250]
YS = [700, 670, 640]
ROWS = [["行政许可", "12", "34"], ["行政处罚", "5", "678"]]


def ruled(rows: list[list[str]] | None = None, **size: float) -> PdfPage:
    """A page with a table of two rows, ruled with strokes."""
    page = PdfPage(**size)
    page.grid(XS, YS)
    page.fill(XS, YS, rows or ROWS)
    return page


def only_table(document: Document) -> Table:
    (table,) = document.tables
    return table


def texts(document: Document) -> list[list[str]]:
    """The texts of the only table, by row."""
    table = only_table(document)
    return [[cell.text for cell in table.cells if cell.row == row] for row in range(table.row_count)]


def places(table: Table) -> list[tuple[int, int, str, int, int]]:
    return [(cell.row, cell.column, cell.text, cell.row_span, cell.column_span) for cell in table.cells]


# How tables are drawn


def by_strokes(page: PdfPage) -> None:
    page.grid(XS, YS)


def by_thin_rectangles(page: PdfPage) -> None:
    for y in YS:
        page.bar(XS[0], y - 0.25, XS[-1] - XS[0], 0.5)
    for x in XS:
        page.bar(x - 0.25, YS[-1], 0.5, YS[0] - YS[-1])


def by_double_lines(page: PdfPage) -> None:
    for shift in (-0.9, 0.9):
        page.grid([x + shift for x in XS], [y + shift for y in YS])


def by_frames_of_cells(page: PdfPage) -> None:
    for left, right in pairwise(XS):
        for top, bottom in pairwise(YS):
            page.operators.append(f"0.5 w {left} {bottom} {right - left} {top - bottom} re S")


def by_pieces(page: PdfPage) -> None:
    for y in YS:
        for x in range(XS[0], XS[-1], 5):
            page.line(x, y, x + 3, y)
    for x in XS:
        for y in range(YS[-1], YS[0], 5):
            page.line(x, y, x, y + 3)


def by_lines_a_little_short(page: PdfPage) -> None:
    for y in YS:
        page.line(XS[0] + 1.5, y, XS[-1] - 1.5, y)
    for number, x in enumerate(XS):
        page.line(x + number % 2, YS[0] - 1.5, x + number % 2, YS[-1] + 1.5)


def by_one_path_within_a_transformation(page: PdfPage) -> None:
    lines = [f"{XS[0] / 2} {y / 2} m {XS[-1] / 2} {y / 2} l" for y in YS]
    lines += [f"{x / 2} {YS[0] / 2} m {x / 2} {YS[-1] / 2} l" for x in XS]
    page.operators.append(f"q 2 0 0 2 0 0 cm 0.3 w {' '.join(lines)} S Q")


def by_lines_cut_by_a_clip(page: PdfPage) -> None:
    page.operators.append(f"q {XS[0] - 1} {YS[-1] - 1} {XS[-1] - XS[0] + 2} {YS[0] - YS[-1] + 2} re W n")
    page.grid(XS, [900, *YS, 0])
    page.operators.append("Q")


@pytest.mark.parametrize(
    "draw",
    [
        by_strokes,
        by_thin_rectangles,
        by_double_lines,
        by_frames_of_cells,
        by_pieces,
        by_lines_a_little_short,
        by_one_path_within_a_transformation,
        by_lines_cut_by_a_clip,
    ],
)
def test_ruling_lines(draw):
    page = PdfPage()
    draw(page)
    page.fill(XS, YS, ROWS)
    document = read(write_pdf([page]))
    assert texts(document) == ROWS
    assert only_table(document).aligned


def test_borders_that_are_the_edges_of_coloured_cells():
    page = PdfPage()
    for row, (top, bottom) in enumerate(pairwise(YS)):
        for column, (left, right) in enumerate(pairwise(XS)):
            shade = 0.8 + 0.05 * ((row + column) % 2)
            page.bar(left, bottom, right - left, top - bottom, f"{shade} g")
    page.fill(XS, YS, ROWS)
    assert texts(read(write_pdf([page]))) == ROWS


def test_lines_in_a_form_object():
    page = PdfPage(entries="")
    inner = PdfPage()
    inner.grid([x * 2 for x in XS], [y * 2 for y in YS])
    page.operators.append("q 0.5 0 0 0.5 0 0 cm /X1 Do Q")
    page.fill(XS, YS, ROWS)
    form = form_object("\n".join(inner.operators))
    assert texts(read(write_pdf([page], [form], resources="/XObject << /X1 100 0 R >>"))) == ROWS


def test_merged_cells_are_where_lines_are_missing():
    page = PdfPage()
    for y in (700, 610):
        page.line(50, y, 250, y)
    page.line(100, 670, 250, 670)
    page.line(50, 640, 250, 640)
    for x in (50, 250):
        page.line(x, 700, x, 610)
    page.line(100, 700, 100, 640)
    page.line(150, 670, 150, 610)
    for x, y, text in (
        (55, 680, "甲"),
        (110, 680, "乙"),
        (110, 650, "1"),
        (160, 650, "2"),
        (55, 620, "丙"),
        (160, 620, "3"),
    ):
        page.text(x, y, text)
    assert places(only_table(read(write_pdf([page])))) == [
        (0, 0, "甲", 2, 1),
        (0, 1, "乙", 1, 2),
        (1, 1, "1", 1, 1),
        (1, 2, "2", 1, 1),
        (2, 0, "丙", 1, 2),
        (2, 2, "3", 1, 1),
    ]


def test_a_border_that_stands_aside_in_another_row_is_one():
    page = PdfPage()
    page.grid([50, 250], [700, 670, 640])
    page.line(150, 700, 150, 670)
    page.line(155, 670, 155, 640)
    page.fill([50, 156], [700, 670], [["行政许可", "12"], ["行政处罚", "5"]])
    assert places(only_table(read(write_pdf([page])))) == [
        (0, 0, "行政许可", 1, 1),
        (0, 1, "12", 1, 1),
        (1, 0, "行政处罚", 1, 1),
        (1, 1, "5", 1, 1),
    ]


def test_two_tables_that_touch_are_two():
    page = PdfPage()
    page.grid([50, 150, 250], [700, 680, 660])
    page.grid([50, 120, 180, 300], [659, 640, 620])
    page.fill([50, 150], [700, 680], [["甲", "1"], ["乙", "2"]], 8)
    page.fill([50, 120, 180], [659, 640], [["丙", "3", "4"], ["丁", "5", "6"]], 8)
    first, second = read(write_pdf([page])).tables
    assert [cell.text for cell in first.cells] == ["甲", "1", "乙", "2"]
    assert [cell.text for cell in second.cells] == ["丙", "3", "4", "丁", "5", "6"]


def test_a_frame_around_the_page_is_no_table():
    page = ruled()
    page.text(60, 760, "一、总体情况")
    page.grid([30, 565], [800, 30])
    document = read(write_pdf([page]))
    assert texts(document) == ROWS
    assert [paragraph.text for paragraph in document.paragraphs] == ["一、总体情况"]


# What the cells hold


@pytest.mark.parametrize(
    ("width", "printed", "read_as"),
    [
        (21, "114\n76", "11476"),  # filled: no digit has room
        (21, "114\n765\n3", "1147653"),
        (40, "114\n76", "114\n76"),  # there was room: two figures, or who knows
        (21, "12\n345", "12\n345"),
        (30, "1,23\n4件", "1,234件"),
        (21, "114\n件", "114\n件"),
    ],
)
def test_a_figure_wrapped_in_a_narrow_column(width, printed, read_as):
    page = PdfPage()
    xs = [50, 150, 150 + width]
    page.grid(xs, [700, 640, 610])
    page.fill(xs, [700, 640], [["行政许可", printed], ["行政处罚", "7"]])
    assert texts(read(write_pdf([page]))) == [["行政许可", read_as], ["行政处罚", "7"]]


def test_a_figure_that_runs_over_its_border_is_in_neither_cell():
    page = ruled([["行政许可", "", "34"], ["行政处罚", "5", "678"]])
    page.text(188, 685, "123456")
    table = texts(read(write_pdf([page])))
    assert [read_value(text).status for text in table[0]] == ["text", "text", "text"]
    assert table[1] == ROWS[1]


def test_a_figure_drawn_digit_by_digit_over_its_border_is_in_neither_cell():
    page = ruled([["行政许可", "", "34"], ["行政处罚", "5", "678"]])
    for at, digit in enumerate("123456"):
        page.text(188 + 5 * at, 685, digit)
    table = texts(read(write_pdf([page])))
    assert [read_value(text).status for text in table[0]] == ["text", "text", "text"]
    assert table[1] == ROWS[1]


def test_figures_printed_on_one_another_are_no_figures():
    page = ruled([["行政许可", "", ""], ["行政处罚", "", "8"]])
    for row, (first, second) in {685: ("970715", "941668"), 655: ("12", "345")}.items():
        for left, figure in ((160, first), (160 + 3.5 * len(first), second)):
            for at, digit in enumerate(figure):
                page.text(left + 5 * at, row, digit)
    table = texts(read(write_pdf([page])))
    assert [read_value(text).status for row in table for text in row[1:]] == ["text", "text", "text", "number"]


def test_text_drawn_twice_to_look_bold_is_read_once():
    page = PdfPage()
    page.grid(XS, YS)
    page.fill(XS, YS, ROWS)
    page.fill([x + 0.4 for x in XS], YS, ROWS)
    assert texts(read(write_pdf([page]))) == ROWS


def test_letter_spacing_is_no_space_and_a_space_is_one():
    page = ruled([["", "", ""], ["行政处罚", "", "5"]])
    page.text(55, 680, "行政许可", before="8 Tc")
    page.text(153, 680, "1234", before="3 Tc")
    page.text(203, 680, "12 34")
    page.text(153, 650, "1", before="")
    page.text(165, 650, "2", before="")
    first, second = texts(read(write_pdf([page])))
    assert first == ["行 政 许 可", "1234", "12 34"]
    assert second == ["行政处罚", "1 2", "5"]


def test_a_footnote_does_not_lengthen_a_figure():
    page = ruled([["行政许可", "12", ""], ["行政处罚", "5", "678"]])
    page.text(203, 685, "34")
    page.text(213, 690, "1", 5)
    assert texts(read(write_pdf([page])))[0] == ["行政许可", "12", "34 1"]


def test_what_is_struck_out_does_not_count():
    page = ruled([["行政许可", "", "34"], ["行政处罚", "5", "678"]])
    page.text(160, 685, "12")
    page.line(159, 688, 171, 688)
    page.text(172, 685, "15")
    page.line(200.5, 683, 214, 683)  # an underline, from border to text
    assert texts(read(write_pdf([page])))[0] == ["行政许可", "15", "34"]


def test_vertical_labels():
    page = ruled([["三\n本\n年", "12", "34"], ["行政处罚", "5", "678"]])
    page.operators.clear()
    page.grid(XS, [700, 640, 610])
    page.fill(XS, [700, 640], [["三\n本\n年", "12", "34"], ["行政处罚", "5", "678"]])
    assert texts(read(write_pdf([page])))[0] == ["三\n本\n年", "12", "34"]


def test_forms_of_digits_and_radicals():
    page = ruled([["⼀、⾏政许可", "１２", "34"], ["行政处罚", "5", "678"]])
    assert texts(read(write_pdf([page])))[0] == ["一、行政许可", "１２", "34"]


def test_a_hyphen_at_the_end_of_a_line_is_read():
    page = PdfPage()
    for number, line in enumerate(["COVID-", "19 与政务公开-", "2022年"]):
        page.text(50, 700 - 40 * number, line)
    assert [block.text for block in read(write_pdf([page])).paragraphs] == ["COVID-", "19 与政务公开-", "2022年"]


# What is printed and is no text of the page


def test_watermarks_do_not_get_into_cells():
    page = ruled()
    page.text(60, 600, "内部资料99", 40, matrix="0.7 0.7 -0.7 0.7", before="0.8 g")
    page.text(60, 650, "样本88", 45, before="0.85 g")
    assert texts(read(write_pdf([page]))) == ROWS


def test_text_that_is_not_drawn_is_not_read():
    page = ruled()
    page.text(165, 685, "99", before="3 Tr")
    assert texts(read(write_pdf([page]))) == ROWS


def test_a_layer_that_is_switched_off():
    page = ruled()
    page.operators.append("/OC /L1 BDC")
    page.text(165, 685, "99")
    page.operators.append("EMC")
    off = write_pdf([page], ["<< /Type /OCG /Name (hidden) >>"], resources="/Properties << /L1 100 0 R >>")
    assert texts(read(off)) == ROWS
    on = off.replace(b"/OFF [100 0 R]", b"/ON  [100 0 R]")
    assert texts(read(on))[0] == ["行政许可", "1299", "34"]


def test_fields_of_a_form_are_read():
    page = ruled([["行政许可", "", "34"], ["行政处罚", "5", "678"]])
    page.entries = "/Annots [101 0 R]"
    look = form_object("BT /F1 10 Tf 3 5 Td <00310032> Tj ET").replace("-2000 -2000 4000 4000", "0 0 50 30")
    widget = (
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /F 4 /Rect [150 670 200 700] /V (12) /AP << /N 100 0 R >> >>"
    )
    assert texts(read(write_pdf([page], [look, widget]))) == ROWS


# Pages


def test_a_page_that_is_turned():
    page = PdfPage(width=842, height=595, entries="/Rotate 90")
    for x in XS:
        page.line(842 - YS[0], x, 842 - YS[-1], x)
    for y in YS:
        page.line(842 - y, XS[0], 842 - y, XS[-1])
    for row, line in enumerate(ROWS):
        for column, text in enumerate(line):
            page.text(842 - YS[row] + 15, XS[column] + 3, text, matrix="0 1 -1 0")
    document = read(write_pdf([page]))
    assert texts(document) == ROWS
    box = only_table(document).cells[0].origin.box
    assert box == pytest.approx((50 / 595, 142 / 842, 150 / 595, 172 / 842), abs=0.002)


def test_a_table_laid_on_its_side_upon_an_upright_page():
    page = PdfPage()
    for x in XS:
        page.line(842 - YS[0], x, 842 - YS[-1], x)
    for y in YS:
        page.line(842 - y, XS[0], 842 - y, XS[-1])
    for row, line in enumerate(ROWS):
        for column, text in enumerate(line):
            page.text(842 - YS[row] + 15, XS[column] + 3, text, matrix="0 1 -1 0")
    document = read(write_pdf([page]))
    assert texts(document) == ROWS
    left, top, right, bottom = only_table(document).cells[0].origin.box
    assert (left, right) == pytest.approx((142 / 595, 172 / 595), abs=0.002)
    assert (top, bottom) == pytest.approx((1 - 150 / 842, 1 - 50 / 842), abs=0.002)


def test_two_pages_on_one_sheet_are_read_one_after_the_other():
    page = PdfPage(width=1190)
    for side, words in ((0, "左"), (595, "右")):
        for number in range(8):
            page.text(side + 50, 780 - 20 * number, f"{words}{'页的文字' * 10}{number}")
        page.grid([side + x for x in XS], [600, 570])
        page.fill([side + x for x in XS], [600], [[words, "1", "2"]])
    blocks = read(write_pdf([page])).blocks
    sides = [block.cells[0].text if isinstance(block, Table) else block.text[0] for block in blocks]
    assert sides == sorted(sides, reverse="左" > "右")
    assert {"左", "右"} == set(sides)


def test_a_crop_box_hides_what_is_outside():
    page = ruled()
    page.text(20, 810, "裁去")
    page.entries = "/CropBox [40 40 560 800]"
    document = read(write_pdf([page]))
    assert texts(document) == ROWS
    assert not document.paragraphs
    assert only_table(document).cells[0].origin.box == pytest.approx(
        (10 / 520, 100 / 760, 110 / 520, 130 / 760), abs=0.002
    )


def test_page_numbers_and_running_heads_are_not_read():
    pages = [ruled() for _ in range(3)]
    for number, page in enumerate(pages, 1):
        page.text(280, 30, f"- {number} -")
        page.text(200, 820, "某某市人民政府公报")
        page.text(50, 740, f"第{number}段正文")
    document = read(write_pdf(pages))
    assert [paragraph.text for paragraph in document.paragraphs] == ["第1段正文", "第2段正文", "第3段正文"]


def test_a_table_goes_on_over_pages_with_its_header_printed_again():
    header = ["信息内容", "制发件数", "废止件数"]
    first, second = ruled([header, ["规章", "12", "34"]]), ruled([header, ["规范性文件", "5", "678"]])
    for number, page in enumerate((first, second), 1):
        page.text(280, 30, str(number))
    document = read(write_pdf([first, second]))
    assert texts(document) == [header, ["规章", "12", "34"], ["规范性文件", "5", "678"]]
    assert [cell.origin.page for cell in only_table(document).cells] == [1] * 6 + [2] * 3


def test_a_row_that_a_page_cuts_is_whole():
    first, second = PdfPage(), PdfPage()
    xs = [50, 96, 150, 200]
    for page in (first, second):
        page.grid(xs, YS)
    first.fill(xs, YS, [["规章", "1", "2"], ["行政规范", "12", "34"]])
    second.fill(xs, YS, [["性文件", "", ""], ["行政许可", "5", "678"]])
    assert texts(read(write_pdf([first, second]))) == [
        ["规章", "1", "2"],
        ["行政规范\n性文件", "12", "34"],
        ["行政许可", "5", "678"],
    ]


@pytest.mark.parametrize(("label", "width"), [("没有现成", 54), ("②没有", 26)])
def test_full_rows_before_and_after_a_cut_are_two(label, width):
    """However full the label of the first, and even if a column of the table is empty throughout.

    Where figures fill their columns as well, they may be cut ones: only a number before the label tells.
    """
    first, second = PdfPage(), PdfPage()
    xs = [50, 96, 96 + width, 119 + width, 119 + 2 * width]
    for page in (first, second):
        page.grid(xs, YS)
    first.fill(xs, YS, [["规章", "1", "", "2"], ["①不掌握", "27555", "", "34567"]])
    second.fill(xs, YS, [[label, "117", "", "58899"], ["行政许可", "5", "", "678"]])
    assert texts(read(write_pdf([first, second])))[1:3] == [
        ["①不掌握", "27555", "", "34567"],
        [label, "117", "", "58899"],
    ]


def test_a_figure_that_a_page_cuts_is_no_figure():
    first, second = PdfPage(), PdfPage()
    xs = [50, 96, 150, 200]
    for page in (first, second):
        page.grid(xs, YS)
    first.fill(xs, YS, [["规章", "1", "2"], ["行政规范", "12", "34"]])
    second.fill(xs, YS, [["性文件", "", "5"], ["行政许可", "5", "678"]])
    assert texts(read(write_pdf([first, second])))[1] == ["行政规范\n性文件", "12", "34\n5"]


def test_figures_that_all_go_on_after_a_cut_are_not_made_whole():
    first, second = PdfPage(), PdfPage()
    xs = [50, 96, 122, 148]
    for page in (first, second):
        page.grid(xs, YS)
    first.fill(xs, YS, [["规章", "1", "2"], ["行政规范", "27555", "34567"]])
    second.fill(xs, YS, [["没有现成", "11799", "58899"], ["行政许可", "5", "678"]])
    found = [text for row in texts(read(write_pdf([first, second]))) for text in row]
    assert not {"2755511799", "3456758899"} & set(found)


def test_the_rest_of_a_figure_alone_on_the_next_page():
    first, second = PdfPage(), PdfPage()
    xs = [50, 96, 150, 173, 196, 219]
    first.grid(xs, YS)
    first.fill(xs, YS, [["规章", "1", "2", "3", "4"], ["行政许可", "12", "114", "56", "7"]])
    second.grid(xs, YS[:2])
    second.fill(xs, YS, [["", "", "76", "", ""]])
    assert texts(read(write_pdf([first, second])))[1] == ["行政许可", "12", "11476", "56", "7"]


# Tables without vertical lines


def test_columns_are_certain_only_between_rules_and_under_a_full_header():
    page = PdfPage()
    for y in (720, 700, 670, 640):
        page.line(50, y, 250, y)
    page.fill(XS, [720], [["信息内容", "制发", "废止"]], 8)
    page.fill(XS, YS, [["规章", "12", ""], ["行政规范性\n文件", "5", "678"]])
    table = only_table(read(write_pdf([page])))
    assert table.aligned
    assert [cell.text for cell in table.cells] == [
        "信息内容",
        "制发",
        "废止",
        "规章",
        "12",
        "",
        "行政规范性\n文件",
        "5",
        "678",
    ]


def test_a_table_without_lines_has_rows_and_no_columns():
    page = PdfPage()
    page.fill(
        XS,
        [720, 700, 680, 660],
        [["信息内容", "制发", "废止"], ["规章", "12", ""], ["文件", "5", "678"], ["许可", "7", "8"]],
    )
    table = only_table(read(write_pdf([page])))
    assert not table.aligned
    assert [(cell.row, cell.column, cell.text) for cell in table.cells][3:5] == [(1, 0, "规章"), (1, 1, "12")]


def test_a_header_between_rules_counts_if_its_columns_are_parted():
    page = PdfPage()
    for y in (740, 700, 680, 660, 640):
        page.line(50, y, 330, y)
    for x, y, text in [
        (160, 728, "法人或其他组织"),
        (150, 708, "商业"),
        (178, 708, "科研"),
        (206, 708, "其他"),
        (300, 718, "总计"),
    ]:
        page.text(x, y, text)
    for y, row in zip((686, 666, 646), (["甲", "1", "2"], ["乙", "3", "4"], ["丙", "5", "6"]), strict=True):
        for x, text in zip((60, 155, 300), row, strict=True):
            page.text(x, y, text)
    document = read(write_pdf([page]))
    assert [cell.text for cell in only_table(document).cells if cell.row == 0] == ["甲", "1", "2"]
    assert document.paragraphs


def unruled(rows: list[tuple[int, dict[int, str]]]) -> Document:
    """A page of texts at a height and places across, without lines."""
    page = PdfPage()
    for y, row in rows:
        for x, text in row.items():
            page.text(x, y, text)
    return read(write_pdf([page]))


FIGURES = [
    (660, {50: "新收", 152: "11", 202: "12", 252: "13", 302: "14"}),
    (640, {50: "结转", 152: "21", 252: "23", 302: "24"}),
    (620, {50: "公开", 152: "31", 202: "32", 252: "33", 302: "34"}),
]


def test_a_row_without_lines_has_a_blank_where_others_have_a_figure():
    table = only_table(unruled([(690, {50: "项目", 150: "甲", 200: "乙", 250: "丙", 300: "丁"}), *FIGURES]))
    assert [cell.text for cell in table.cells if cell.row == 2] == ["结转", "21", "", "23", "24"]


@pytest.mark.parametrize(
    ("header", "is_in_order"),
    [
        ([(700, {150: "甲", 220: "机构", 300: "丁"}), (680, {200: "乙", 250: "丙"})], True),
        ([(700, {220: "机构", 350: "人"}), (690, {150: "甲", 300: "丁"}), (680, {200: "乙", 250: "丙"})], False),
        ([(700, {220: "机构", 300: "丁"}), (690, {50: "项", 150: "甲"}), (680, {200: "乙", 250: "丙"})], False),
    ],
)
def test_a_header_without_lines_counts_if_its_texts_follow_one_another(header, is_in_order):
    document = unruled([*header, *FIGURES])
    assert only_table(document).row_count == len(FIGURES) + (len(header) if is_in_order else 0)
    assert bool(document.paragraphs) != is_in_order


# Text


def test_paragraphs_are_put_together_from_their_lines():
    page = PdfPage(width=420)
    words = "政府信息公开工作" * 4
    page.text(60, 780, "某某市教育局2023年政府信息公开", 18)
    page.text(220, 756, "工作年度报告", 18)
    lines = [f"　　{words[:30]}", f"{words[:30]}2023", "年1月1日起。", f"　　{words[:30]}", "结束"]
    for number, line in enumerate(lines):
        page.text(50, 700 - 16 * number, line)
    page.text(50, 600, "六、其他需要报告的事项")
    found = [paragraph.text for paragraph in read(write_pdf([page])).paragraphs]
    assert "".join(found[:-3]) == "某某市教育局2023年政府信息公开工作年度报告"
    assert found[-3:] == [f"{words[:30]}{words[:30]}2023年1月1日起。", f"{words[:30]}结束", "六、其他需要报告的事项"]


def test_the_files_own_metadata_is_named_as_such():
    data = write_pdf([ruled()], ["<< /Title (Report) /CreationDate (D:20240115) >>"])
    data = data.replace(b"/Root 1 0 R", b"/Root 1 0 R /Info 100 0 R")
    document = read(data)
    assert document.media_type == "application/pdf"
    assert document.page_title is None
    assert document.meta == {"pdf:title": "Report", "pdf:creationdate": "D:20240115"}


# Files that cannot be read


def test_a_file_that_breaks_off():
    data = write_pdf([ruled()])
    for end in (len(data) // 3, len(data) // 2, len(data) - 30):
        with pytest.raises(UnreadableDocument) as caught:
            read(data[:end])
        assert caught.value.code == "truncated"


def test_damaged_references_are_repaired():
    data = write_pdf([ruled()])
    assert texts(read(data.replace(b"xref\n0 1", b"xrex\n0 1"))) == ROWS


@pytest.mark.parametrize("tail", [b"\0" * 3000, b"\r\n<!-- served in 3 ms -->\r\n" * 20])
def test_what_servers_append_does_no_harm(tail):
    assert texts(read(write_pdf([ruled()]) + tail)) == ROWS


def test_a_page_of_no_size():
    with pytest.raises(UnreadableDocument) as caught:
        read(write_pdf([ruled(width=1e7, height=1e7)]))
    assert caught.value.code == "too_large"


def test_too_many_pages():
    with pytest.raises(UnreadableDocument) as caught:
        read(write_pdf([PdfPage()] * 1001))
    assert caught.value.code == "too_large"


def test_too_many_objects():
    page = PdfPage()
    page.operators = ["0 0 m 9 9 l S"] * 310_000
    with pytest.raises(UnreadableDocument) as caught:
        read(write_pdf([page]))
    assert caught.value.code == "too_large"


def test_a_drawing_of_many_lines_is_no_table():
    page = PdfPage()
    page.operators = [f"{x} 0 m {x} 800 l S 0 {x} m 500 {x} l S" for x in range(0, 500)] * 15
    page.text(50, 810, "图一")
    assert [block.text for block in read(write_pdf([page])).blocks] == ["图一"]


def test_a_table_that_is_a_picture_stands_between_the_paragraphs():
    page = PdfPage()
    page.text(50, 780, "三、收到和处理政府信息公开申请情况")
    shades = drawn(write_pdf([ruled()]))
    page.operators.append("q 500 0 0 300 50 450 cm /X1 Do Q")
    page.text(50, 300, "四、政府信息公开行政复议情况")
    picture = (
        f"<< /Type /XObject /Subtype /Image /Width {shades.shape[1]} /Height {shades.shape[0]} /ColorSpace /DeviceGray "
        f"/BitsPerComponent 8 /Filter /ASCIIHexDecode /Length {2 * shades.size + 1} >> stream\n"
        f"{shades.tobytes().hex()}>\nendstream"
    )
    before, table, after = read(write_pdf([page], [picture], resources="/XObject << /X1 100 0 R >>")).blocks
    assert [before.text[:2], after.text[:2]] == ["三、", "四、"]
    assert isinstance(table, Table)
    assert [cell.text for cell in table.cells if cell.text.isdigit()] == ["12", "34", "5", "678"]
    for cell in table.cells:
        left, top, right, bottom = cell.origin.box
        assert 50 / 595 - 0.01 < left < right < 550 / 595 + 0.01
        assert 92 / 842 - 0.01 < top < bottom < 392 / 842 + 0.01


def drawn(data: bytes) -> np.ndarray:
    """The table's part of a page, in shades of grey: 250 points wide, 150 high, four dots a point."""
    document = pypdfium2.PdfDocument(data)
    image = document[0].render(scale=4, grayscale=True).to_numpy()
    return np.ascontiguousarray(image.reshape(image.shape[:2])[110 * 4 : 260 * 4, 25 * 4 : 275 * 4])


@pytest.mark.parametrize(
    ("rows", "font"),
    [(ROWS, UNMAPPED_FONT), ([["\ue001\ue002", "\ue003", "34"], ["行政处罚", "5", "678"]], HAN_FONT)],
)
def test_a_page_whose_characters_are_not_known_is_read_as_an_image(rows, font):
    """What it shows is recognised, with its confidence; never are its codes taken for text."""
    document = read(write_pdf([ruled(rows)], font=font))
    origins = [cell.origin for table in document.tables for cell in table.cells if cell.text]
    assert all(origin and origin.confidence is not None for origin in origins)
    assert not any("\ue000" <= char <= "\uf8ff" for block in document.blocks for char in str(block))
