"""Workbooks: what their used and visible sheets show."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable
from functools import cache

import pytest
from openpyxl import Workbook

from pipeline.extraction import Source, extract
from pipeline.extraction.tables import read_figures
from pipeline.readers import Document, Paragraph, Table, UnreadableDocument, read
from tests.corpus.compose import Recipe, random_recipes
from tests.corpus.judge import check_places, judge_draft
from tests.corpus.office import convert
from tests.readers.hostile import read_in_child

FORMATS = ("xlsx", "xls", "ods")


def saved(made: Workbook) -> bytes:
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def book(*rows: list[object], merged: str = "") -> Workbook:
    """A workbook of one sheet."""
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    for area in merged.split():
        workbook.active.merge_cells(area)
    return workbook


WORKBOOKS: dict[str, Callable[[], Workbook]] = {}
"""Those that every format is to hold, by the name of their test."""


def workbook(make: Callable[[], Workbook]) -> Callable[[], Workbook]:
    WORKBOOKS[make.__name__] = make
    return make


@cache
def converted(format: str) -> dict[str, bytes]:
    """All workbooks and some of the corpus, as LibreOffice writes them: in one start of it."""
    sources = {name: saved(make()) for name, make in WORKBOOKS.items()}
    sources |= {name: Recipe(seed, "xlsx", (name,)).write()[1] for seed, name in enumerate(VARIED)}
    return dict(zip(sources, convert(list(sources.values()), "xlsx", format), strict=True))


def as_format(make: Callable[[], Workbook], format: str) -> Document:
    return read(saved(make()) if format == "xlsx" else converted(format)[make.__name__])


def grid(table: Table) -> list[tuple[int, int, str, int, int]]:
    return [(cell.row, cell.column, cell.text, cell.row_span, cell.column_span) for cell in table.cells]


def shown(document: Document) -> list[object]:
    """Paragraphs as texts, tables as their cells' texts."""
    return [
        block.text if isinstance(block, Paragraph) else [cell.text for cell in block.cells] for block in document.blocks
    ]


@workbook
def merged() -> Workbook:
    return book(["a", "b", None, "c"], [None, "d", "e", None], ["f", "g", "h", "i"], merged="A1:A2 B1:C1 D1:D2")


@pytest.mark.parametrize("format", FORMATS)
def test_merged_cells_are_resolved_into_spans(format: str) -> None:
    (table,) = as_format(merged, format).tables
    assert grid(table) == [
        (0, 0, "a", 2, 1),
        (0, 1, "b", 1, 2),
        (0, 3, "c", 2, 1),
        (1, 1, "d", 1, 1),
        (1, 2, "e", 1, 1),
        *((2, column, text, 1, 1) for column, text in enumerate("fghi")),
    ]
    assert (table.row_count, table.column_count, table.aligned) == (3, 4, True)


VALUES = {
    3.0: "3",
    0.37: "0.37",
    0.1 + 0.2: "0.3",
    1234567.5: "1234567.5",
    -1942: "-1942",
    0: "0",
    152.790001: "152.790001",
    "007": "007",
    " 1,113 ": "1,113",
    "２０１件": "２０１件",
    "自\n然人": "自\n然人",
    datetime.date(2024, 1, 23): "2024-01-23",
}


@workbook
def values() -> Workbook:
    made = book(["标签", *VALUES, "=1+2"])
    made.active["B1"].number_format = "#,##0.00"
    return made


@pytest.mark.parametrize("format", FORMATS)
def test_values_as_they_are_shown(format: str) -> None:
    (table,) = as_format(values, format).tables
    calculated = [] if format == "xlsx" else ["3"]  # only a program that calculates stores what a formula gives
    assert [cell.text for cell in table.cells] == ["标签", *VALUES.values(), *calculated]


@workbook
def hidden_sheets() -> Workbook:
    made = book(["甲", 1])
    for name, state, number in (
        ("h", "hidden", 2),
        ("v", "veryHidden", 3),
        ("空", "visible", None),
        ("乙", "visible", 4),
    ):
        sheet = made.create_sheet(name)
        sheet.sheet_state = state
        if number:
            sheet.append(["乙", number])
    return made


@pytest.mark.parametrize("format", FORMATS)
def test_hidden_sheets_are_left_out_and_the_others_stand_in_order(format: str) -> None:
    assert shown(as_format(hidden_sheets, format)) == [["甲", "1"], ["乙", "4"]]


@workbook
def hidden_rows() -> Workbook:
    made = book(["a", "x", "b", "c"], ["y", "y", "y", "y"], ["d", "x", "e", "f"], ["g", "x", "h", 5], merged="A2:A4")
    made.active.row_dimensions[2].hidden = True
    made.active.column_dimensions["B"].hidden = True
    return made


@pytest.mark.parametrize("format", ["xlsx", "ods"])
def test_hidden_rows_and_columns_are_not_there(format: str) -> None:
    (table,) = as_format(hidden_rows, format).tables
    assert grid(table) == [
        *((0, 0, "a", 1, 1), (0, 1, "b", 1, 1), (0, 2, "c", 1, 1)),
        *((1, 0, "y", 2, 1), (1, 1, "e", 1, 1), (1, 2, "f", 1, 1)),  # the merged cell is seen from its second row on
        *((2, 1, "h", 1, 1), (2, 2, "5", 1, 1)),
    ]


@workbook
def errors() -> Workbook:
    return book(["规章", "=1/0", 2])


@pytest.mark.parametrize("format", ["xlsx", "ods"])
def test_an_error_is_not_blank(format: str) -> None:
    assert shown(read(converted(format)["errors"])) == [["规章", "#DIV/0!", "2"]]


@workbook
def titles() -> Workbook:
    return book(
        [],
        [None, "某局2023年政府信息公开工作年度报告"],
        [None, "一、总体情况"],
        [None, "全年公开信息3条。\n没有其他。"],
        [None, "二、主动公开政府信息情况"],
        [],
        [None, "第二十条第（一）项"],
        [None, "信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
        [None, "规章", 1, 2, 3],
        [None, "行政规范性文件"],
        [],
        [None, "三、收到和处理政府信息公开申请情况"],
        [None, "x", "自然人", "总计"],
        [None, "y", None, 5],
        [None, None, None, "某局"],
        [None, None, None, "2024年1月5日"],
        merged="B2:F2 B3:F3 B4:F4 B5:F5 B7:E7 B12:F12",
    )


@pytest.mark.parametrize("format", FORMATS)
def test_titles_and_text_are_paragraphs(format: str) -> None:
    assert shown(as_format(titles, format)) == [
        "某局2023年政府信息公开工作年度报告",
        "一、总体情况",
        "全年公开信息3条。",
        "没有其他。",
        "二、主动公开政府信息情况",
        [
            "第二十条第（一）项",
            "信息内容",
            "本年制发件数",
            "本年废止件数",
            "现行有效件数",
            "规章",
            "1",
            "2",
            "3",
            "行政规范性文件",
            "",
            "",
            "",
        ],
        "三、收到和处理政府信息公开申请情况",
        ["x", "自然人", "总计", "y", "", "5"],
        "某局",
        "2024年1月5日",
    ]


def test_a_figure_by_itself_is_no_paragraph() -> None:
    made = book(["a", "b", "c"], [], [None, 5, None], ["", None, "/"])
    assert shown(read(saved(made))) == [["a", "b", "c", "", "", "", "", "5", "", "", "", "/"]]


def test_what_a_merged_cell_covers_is_not_shown() -> None:
    made = book(["a", "b", "c"], ["d", "e", "f"])
    made.active.merged_cells.add("A1:B2")
    assert shown(read(saved(made))) == [["a", "c", "f"]]


def test_the_sections_and_metadata_of_a_workbook() -> None:
    draft, data = Recipe(3, "xlsx").write()
    report = extract(read(data), Source())
    assert report.metadata.title == draft.report.title
    assert report.metadata.signed_date is not None
    assert [section.section for section in report.sections] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("certain", [True, False])
def test_variations_together(certain: bool) -> None:
    faults = []
    for recipe in random_recipes(range(40), certain=certain, formats=("xlsx",)):
        draft, data = recipe.write()
        found = read(data)
        figures = read_figures(found)
        judged = judge_draft(draft, figures).faults(certain=False)
        faults += [f"{recipe} {fault}" for fault in judged + check_places(found, figures)]
    assert not faults


@pytest.mark.parametrize("format", ["xls", "ods"])
def test_workbooks_written_by_libreoffice(format: str) -> None:
    faults = []
    for seed, name in enumerate(VARIED):
        draft, _ = Recipe(seed, "xlsx", (name,)).write()
        figures = read_figures(read(converted(format)[name]))
        faults += [f"{name} {fault}" for fault in judge_draft(draft, figures).faults(certain=True)]
    assert not faults


VARIED = (
    "blanks a_sheet_a_section lines_not_merged rows_left_free numbers_as_text margin hidden_sheet label_lines "
    "figures_under_merged_cells figure_merged_across groups_in_full_rows litigation_in_two headings_in_tables"
).split()


@workbook
def plain() -> Workbook:
    return book(["a", 1, "b"], ["c", 2, "d"])


@pytest.mark.parametrize("format", FORMATS)
def test_a_damaged_workbook(format: str) -> None:
    whole = saved(plain()) if format == "xlsx" else converted(format)["plain"]
    for end in range(600, len(whole) - 30, len(whole) // 20):
        try:
            assert shown(read(whole[:end])) == [["a", "1", "b", "c", "2", "d"]]
        except UnreadableDocument as reason:
            assert reason.code in ("truncated", "undecodable", "unsupported_format")


def with_part(name: str, change: Callable[[bytes], bytes], data: bytes | None = None) -> bytes:
    """A workbook of which one part is changed."""
    source = zipfile.ZipFile(io.BytesIO(data or saved(plain())))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in source.namelist():
            content = source.read(member)
            archive.writestr(member, change(content) if member == name else content)
    return target.getvalue()


def in_sheet(xml: str) -> bytes:
    """A workbook whose sheet holds this."""
    return with_part(
        "xl/worksheets/sheet1.xml",
        lambda data: re.sub(rb"<sheetData>.*</sheetData>", lambda _: xml.encode(), data, flags=re.DOTALL),
    )


def in_ods(xml: str) -> bytes:
    """An ODS workbook whose first table holds this."""
    ods = convert([saved(book(["a", 1, "b"]))], "xlsx", "ods")[0]
    table = re.compile(rb"(<table:table [^>]*>).*?(</table:table>)", re.DOTALL)
    return with_part("content.xml", lambda data: table.sub(rb"\1" + xml.encode() + rb"\2", data, count=1), ods)


FAR = (
    '<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData>'
)
HOSTILE = {
    "far_apart": ("too_large", f"in_sheet({FAR!r})"),
    "million_cells": (
        "too_large",
        "in_sheet('<sheetData>' + ''.join(f'<row r=\"{n}\">' + '<c><v>1</v></c>' * 1100 + '</row>' "
        "for n in range(1, 1001)) + '</sheetData>')",
    ),
    "zip_bomb": ("too_large", "with_part('xl/worksheets/sheet1.xml', lambda data: data + b' ' * (80 << 20))"),
    "styles_bomb": (
        "too_large",
        "with_part('xl/styles.xml', lambda data: data + b' ' * (80 << 20))",
    ),
    "external_entity": (
        "undecodable",
        "with_part('xl/worksheets/sheet1.xml', lambda data: data.replace(b'<worksheet', "
        "b'<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><worksheet'))",
    ),
    "deep": ("too_large", "in_sheet('<sheetData>' + '<x>' * 5000 + '</x>' * 5000 + '</sheetData>')"),
    "merged_over_and_over": (
        "undecodable",
        "in_sheet('<sheetData>' + ''.join(f'<row r=\"{n}\">' + '<c><v>1</v></c>' * 100 + '</row>' "
        "for n in range(1, 301)) + '</sheetData><mergeCells>' + '<mergeCell ref=\"A1:XFD1048576\"/>' * 10_000"
        " + '</mergeCells>')",
    ),
    "lines": (
        "",
        "saved(book(*[['第' + str(n)] for n in range(9_000)], ['a', 'b'], *[['第' + str(n)] for n in range(9_000)]))",
    ),
    "ods_repeated": (
        "too_large",
        'in_ods(\'<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
        'table:number-columns-repeated="16384" office:value-type="float" office:value="1"><text:p>1</text:p>'
        "</table:table-cell></table:table-row>')",
    ),
    "ods_empty_rows": (
        "",
        'in_ods(\'<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>\')',
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(name: str) -> None:
    codes, data = HOSTILE[name]
    outcome = read_in_child("tests.readers.test_sheets", data)
    assert outcome in codes.split() or (not codes and outcome == "document")


def test_binary_workbooks_are_refused_with_a_reason() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.bin", b"")
    with pytest.raises(UnreadableDocument) as caught:
        read(file.getvalue())
    assert (caught.value.code, "XLSX" in caught.value.message) == ("unsupported_format", True)
