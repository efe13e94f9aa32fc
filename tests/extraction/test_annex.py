"""The annex of 2014 to 2018 in marked documents: every figure is a number of its own, in no other's place."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from pipeline.extraction import extract
from pipeline.extraction.tables import read_figures
from pipeline.extraction.tables.order import Entry, decide
from pipeline.forms.indicators import read_indicator
from pipeline.forms.registry import STATISTICS_ROWS, read_table
from pipeline.readers import read
from pipeline.readers.document import Cell, Document, Paragraph, Table
from tests.conftest import needs_libreoffice
from tests.corpus.annex import PROSE, AnnexRecipe, random_annexes, single_annexes
from tests.corpus.compose import SUFFIXES
from tests.corpus.judge import check_places, judge_draft
from tests.corpus.office import convert
from tests.corpus.pdf import PdfPage, write_pdf
from tests.corpus.variations import FORMATS

SINGLES = [
    pytest.param(list(recipes), id=format)
    for format, recipes in groupby(
        (recipe for format in FORMATS for recipe in single_annexes(format, range(1))), key=lambda recipe: recipe.format
    )
]


def faults_of(recipe: AnnexRecipe, folder: Path) -> list[str]:
    """What is wrong with the extraction of a document; the document is left in ``folder`` for a look."""
    draft, data = recipe.write()
    document = read(data)
    report = extract(document)
    faults = judge_draft(draft, report.figures).faults(recipe.certain) + check_places(document, report.figures)
    if report.metadata.report_year != draft.report.year:
        faults.append(f"YEAR: {draft.report.year}, got {report.metadata.report_year}")
    if {figure.form for figure in report.figures} != {"2014"}:
        faults.append("FORM")
    if not faults:
        return []
    path = folder / f"{str(recipe)[:150]}.{SUFFIXES[recipe.format]}"
    path.write_bytes(data)
    return [f"\n{recipe}\n  {path}", *faults[:10], f"... {len(faults)} faults"]


def assert_sound(recipes: list[AnnexRecipe], folder: Path) -> None:
    faults = [line for recipe in recipes for line in faults_of(recipe, folder)]
    assert not faults, "\n  ".join(faults)


@pytest.mark.parametrize("recipes", SINGLES)
def test_one_variation(recipes, tmp_path):
    assert_sound(recipes, tmp_path)


@pytest.mark.parametrize("start", range(0, 150, 50))
def test_certain_variations_together(start, tmp_path):
    assert_sound(list(random_annexes(range(start, start + 50), certain=True)), tmp_path)


@pytest.mark.parametrize("start", range(0, 300, 50))
def test_all_variations_together(start, tmp_path):
    assert_sound(list(random_annexes(range(start, start + 50), certain=False)), tmp_path)


def test_most_figures_are_numbers_even_where_much_strays():
    right = cells = 0
    for recipe in random_annexes(range(60), certain=False):
        draft, data = recipe.write()
        right += judge_draft(draft, extract(read(data)).figures).right
        cells += len(draft.truth)
    assert right / cells > 0.75


@pytest.mark.parametrize("code", STATISTICS_ROWS)
def test_each_label_of_the_form_may_be_its_row(code):
    label = next(row["label"] for row in read_table("statistics_2014.csv") if row["row_code"] == code)
    meaning = read_indicator(label)
    assert meaning and code in meaning.codes


@pytest.mark.parametrize(
    "label",
    [
        "其中：部门负责同志参加新闻发布会次数",
        "非主要负责同志参加新闻发布会次数",
        "主要负责同志未参加新闻发布会次数",
        "政务微博微信公开政府信息数",
        "政府公告公开政府信息数",
        "未按时办结数",
        "不同意部分公开答复数",
        "非专职人员数",
        "废止规范性文件总数",
        "四、行政复议数量（一）维持具体行政行为数",
    ],
)
def test_what_means_something_else_is_no_row(label):
    assert read_indicator(label) is None


def test_a_misprint_is_still_the_row():
    meaning = read_indicator("（二）设置政府信息公开查询点数")
    assert meaning and meaning.codes == ("reading_points",)


def test_reasons_are_those_of_a_refusal_only():
    partly, refused, secret = (
        Entry("indicator", (code,)) for code in ("answered_granted_partly", "answered_refused", "refused_state_secret")
    )
    assert decide([partly, refused, secret])[-1] == "refused_state_secret"
    assert decide([partly, secret]) == ["answered_granted_partly", None]
    assert decide([Entry("unknown"), secret]) == [None, None]


def disputes(*names: str) -> list[str | None]:
    return decide([Entry("indicator", WORDINGS[name]) for name in names])


WORDINGS = {
    "复议": ("reconsiderations",),
    "诉讼": ("suits",),
    "维持": ("reconsiderations_upheld", "suits_upheld"),
    "纠错": ("reconsiderations_corrected", "suits_corrected"),
    "其他": ("refused_other_law", "reconsiderations_other", "suits_other"),
    "投诉": ("complaints",),
}


def test_rows_of_one_wording_go_by_what_leaves_one_place_only():
    assert disputes("复议", "纠错", "诉讼", "纠错", "投诉")[1::2] == ["reconsiderations_corrected", "suits_corrected"]
    assert disputes("复议", "维持", "纠错", "其他", "维持", "纠错", "其他", "投诉")[4:7] == [
        "suits_upheld",
        "suits_corrected",
        "suits_other",
    ]
    # Without 行政诉讼 these may be of either.
    assert disputes("复议", "维持", "纠错", "其他", "投诉")[1:4] == [None] * 3
    assert disputes("诉讼", "纠错", "复议", "纠错", "诉讼")[1] == "suits_corrected"


def test_a_report_with_an_annex_keeps_its_sections_and_says_who_reports():
    draft, data = AnnexRecipe(3, "html", ("table_a_section",)).write()
    report = extract(read(data))
    assert report.metadata.title == draft.report.title
    assert report.metadata.agency_name == draft.report.agency
    assert [section.section for section in report.sections] == [1, 2, 3, 4, 5]
    assert [section.heading for section in report.sections] == [heading for heading, _ in PROSE]
    assert report.sections[-1].body.endswith("提高质量。")


def test_a_table_of_the_present_form_is_no_annex():
    sample = next(Path("data/raw/samples").glob("*2022.txt"))
    figures = extract(read(sample.read_bytes())).figures
    assert {figure.table_code for figure in figures} == {"disclosure", "requests", "litigation"}


def test_a_ruled_pdf():
    draft = AnnexRecipe(5, "html").draft()
    grid = draft.grids("statistics")[0]
    texts = [["" if c and row[c - 1] is box else box.text for c, box in enumerate(row)] for row in grid.rows]
    pages = []
    for start in range(0, len(texts), 30):
        part = texts[start : start + 30]
        page = PdfPage(height=900)
        if not start:
            page.text(100, 870, draft.report.title, 12)
        ys = [850 - 26 * n for n in range(len(part) + 1)]
        page.grid((30, 440, 490, 570), ys)
        page.fill((30, 440, 490, 570), ys, [[text[:38] for text in row] for row in part])
        pages.append(page)
    verdict = judge_draft(draft, extract(read(write_pdf(pages))).figures)
    assert not verdict.faults(certain=True)


@needs_libreoffice
def test_printed_by_an_office_program():
    recipes = [AnnexRecipe(seed, "html", names) for seed, names in enumerate(((), ("side_by_side",), ("no_units",)))]
    drafts, pages = zip(*(recipe.write() for recipe in recipes), strict=True)
    for draft, data in zip(drafts, convert(list(pages), "html", "pdf", infilter="HTML (StarWriter)"), strict=True):
        verdict = judge_draft(draft, extract(read(data)).figures)
        assert not verdict.wrong
        assert verdict.right > 0.9 * len(draft.truth)


HEADER = ["统计指标", "单位", "统计数"]
FORM_ROWS = read_table("statistics_2014.csv")


def rows_of_form(start: int) -> list[list[str]]:
    """The whole form with figures that count up from ``start``."""
    return [[row["label"], row["unit"], str(start + at)] for at, row in enumerate(FORM_ROWS)]


def found_in(*tables: list[list[str]]) -> list[tuple[int, str | None, str, str]]:
    """Set, indicator, what is printed and its status, of a page with these tables."""
    parts = ["".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in rows) for rows in tables]
    body = "<p>政府信息公开情况统计表</p>".join(f"<table>{rows}</table>" for rows in parts)
    page = f"<meta charset=utf-8><h1>某某市水利局2016年政府信息公开工作年度报告</h1>{body}"
    figures = extract(read(page.encode())).figures
    return [(figure.table_set, figure.row_code, figure.raw_text, figure.status) for figure in figures]


def test_two_annexes_under_each_other_in_one_table_are_two_sets():
    own, all_agencies = rows_of_form(1001), rows_of_form(5001)
    own[3][0] = "1.政府公告公开政府信息数"  # no row of the form: the other's is not to take its place
    found = found_in([*own, ["全市汇总", "", ""], *all_agencies])
    assert (1, "channel_website", "1005", "number") in found
    assert (2, "channel_gazette", "5004", "number") in found
    assert {(number, text[0]) for number, _, text, _ in found} == {(1, "1"), (2, "5")}


def test_two_annexes_of_two_columns_each_are_two_sets():
    halves = [
        [*left, *right]
        for form in map(rows_of_form, (1001, 5001))
        for left, right in zip(form[:29], form[29:], strict=True)
    ]
    halves.insert(29, ["全市汇总", *[""] * 5])
    found = found_in(halves)
    assert len(found) == 116
    assert {(number, text[0], status) for number, _, text, status in found} == {(1, "1", "number"), (2, "5", "number")}


def test_what_prints_some_rows_again_with_other_figures_is_doubted():
    own = rows_of_form(1001)[:30]
    again = [row for row in rows_of_form(5001) if 27 <= int(row[2]) - 5001 <= 40]
    found = found_in([*own, ["镇（街道）", "", ""], *again])
    assert {status for _, _, text, status in found if text[0] == "5"} == {"unreadable"}
    assert (1, "answered_refused", "1029", "unreadable") in found
    assert (1, "channel_website", "1005", "number") in found


def test_a_row_alone_under_a_repeated_header_is_read():
    rows = [[str(at), *row] for at, row in enumerate(rows_of_form(1001), 1)]
    header = ["序号", "项目", "单位", "数量"]
    found = found_in([header, *rows[:25]], [header, rows[25]], [header, *rows[26:]])
    assert {status for *_, status in found} == {"number"}
    assert [code for _, code, *_ in found] == [row["row_code"] for row in FORM_ROWS]


def test_a_heading_right_above_its_own_row_is_no_row():
    rows = rows_of_form(1001)
    found = found_in([HEADER, *rows[:39], ["四、行政复议", "", ""], HEADER, *rows[39:]])
    assert (1, "reconsiderations", "1040", "number") in found
    blank = found_in([HEADER, *rows[:39], ["四、行政复议", "件", ""], HEADER, *rows[39:]])
    assert (1, "reconsiderations", "1040", "unreadable") in blank  # a row with a unit is one, if blank


def test_the_unit_of_a_blank_row_below_is_not_that_of_the_row_above():
    rows = [[row[0] + (f"（{row[1]}）" if at != 53 else ""), row[2]] for at, row in enumerate(rows_of_form(1001))]
    rows.insert(54, ["政府信息公开工作经费预算（万元）", ""])
    page = "".join(f"<tr><td>{label}</td><td>{text}</td></tr>" for label, text in rows)
    figures = extract(
        read(f"<meta charset=utf-8><h1>某局2016年政府信息公开年报</h1><table>{page}</table>".encode())
    ).figures
    units = {figure.row_code: figure.unit for figure in figures}
    assert units["staff_part_time"] is None
    assert (units["staff_full_time"], units["budget"]) == ("人", "万元")


@pytest.mark.parametrize(
    ("label", "codes"),
    [
        ("（三）其它情形数", {"refused_other_law", "reconsiderations_other", "suits_other"}),
        ("以传真形式申请数", {"received_by_fax"}),
        ("政务微信", {"channel_wechat", "responses_microblog_wechat"}),
        ("2.参加政府网站在线访谈次数", {"online_interviews", "online_interviews_by_head"}),
    ],
)
def test_wordings_that_leave_open_which_row_they_are_go_by_their_order(label, codes):
    meaning = read_indicator(label)
    assert meaning and set(meaning.codes) == codes


@pytest.mark.parametrize(
    "label", ["法定期限内办结数", "举办新闻发布会总次数", "政府信息公开工作经费", "受理申请数", "信函、传真申请数"]
)
def test_what_counts_less_or_more_is_no_row(label):
    assert read_indicator(label) is None


def lines_of(rows: list[list[str]], unit: bool, remark: str = "") -> list[str]:
    """Rows as a PDF without ruled lines has them: what does not fit beside the figure follows in lines of its own."""
    lines = []
    for label, printed, number in rows:
        lines.append(" ".join(filter(None, (label[:8], printed if unit else "", number, remark))))
        lines += [label[at : at + 8] for at in range(8, len(label), 8)]
    return lines


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(lambda rows: lines_of(rows, unit=True), id="units"),
        pytest.param(lambda rows: lines_of(rows, unit=True, remark="含下属单位"), id="remarks behind"),
        pytest.param(lambda rows: lines_of(rows, unit=False), id="no units"),
        pytest.param(
            lambda rows: [
                f"{a[0][:6]} {a[1]} {a[2]} {b[0][:6]} {b[1]} {b[2]}" for a, b in zip(rows[::2], rows[1::2], strict=True)
            ],
            id="side by side",
        ),
    ],
)
@pytest.mark.parametrize("tables", [(), (20, 45)], ids=["no table", "between tables"])
def test_no_figure_of_lines_outside_tables_is_lost(lines, tables):
    rows = rows_of_form(1001)
    blocks: list[Paragraph | Table] = [Paragraph("某某市水利局2016年政府信息公开工作年度报告", 1)]
    in_table = [row for start in tables for row in rows[start : start + 4]]
    for at, row in enumerate(in_table):
        if at % 4 == 0:
            blocks.append(Table([], 4, 3, aligned=False))
        blocks[-1].cells.extend(Cell(at % 4, column, text) for column, text in enumerate(row))
    outside = [Paragraph(text, 2) for text in lines([row for row in rows if row not in in_table or not tables])]
    blocks[2:2] = outside
    figures = read_figures(Document(blocks, "application/pdf"))
    codes = {str(1001 + at): row["row_code"] for at, row in enumerate(FORM_ROWS)}
    found = [figure for figure in figures if figure.raw_text in codes]
    assert sorted(figure.raw_text for figure in found) == sorted(codes)
    assert [figure for figure in found if figure.status == "number" and figure.row_code != codes[figure.raw_text]] == []
    assert {figure.status for figure in found if figure.origin and figure.origin.page == 2} == {"unreadable"}


def test_numbers_in_the_text_around_an_annex_are_no_figures_of_it():
    rows = rows_of_form(1001)
    table = Table(
        [Cell(at, c, text) for at, row in enumerate(rows) for c, text in enumerate(row)], 58, 3, aligned=False
    )
    said = [
        "全年主动公开政府信息 3456",
        "电话：0371-66661234 传真 77778888",
        "我局共公开 12 条信息，其中规范性文件 7 件。",
    ]
    figures = read_figures(Document([*map(Paragraph, said), table, *map(Paragraph, said)], "application/pdf"))
    assert [figure.raw_text for figure in figures] == [row[2] for row in rows]


def test_lines_of_numbers_are_no_annex_by_themselves():
    lines = [Paragraph(f"第{at}项 {at}") for at in range(9)] + [Paragraph("主动公开 条 12"), Paragraph("申请数 件 34")]
    assert read_figures(Document(lines, "application/pdf")) == []
