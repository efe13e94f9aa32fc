"""Word documents: what a person sees who has accepted all changes."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image, ImageDraw

from pipeline.extraction import Source, extract
from pipeline.extraction.tables import read_figures
from pipeline.readers import Document, Link, Paragraph, Table, UnreadableDocument, read
from tests.corpus.compose import FORMS, Recipe, random_recipes
from tests.corpus.docx import CHANGE, TEXT_BOX, package
from tests.corpus.judge import check_places, judge_draft
from tests.corpus.office import convert
from tests.readers.hostile import read_in_child


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(content: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def tc(text: str, properties: str = "") -> str:
    content = text if text.startswith("<w:") else p(run(text))
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def document(body: str, **parts: object) -> Document:
    return read(package(body, **parts))  # type: ignore[arg-type]


def texts(body: str, **parts: object) -> list[str]:
    return [paragraph.text for paragraph in document(body, **parts).paragraphs]


def grid(table: Table) -> list[tuple[int, int, str, int, int]]:
    return [(cell.row, cell.column, cell.text, cell.row_span, cell.column_span) for cell in table.cells]


def cell_text(content: str) -> str:
    """The text of a cell beside which others stand, so that its table is one of data."""
    return document(tbl(tr(tc(content), tc("a"), tc("b")))).tables[0].cells[0].text


RESTART, CONTINUE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def span(n: int) -> str:
    return f'<w:gridSpan w:val="{n}"/>'


def test_spans_are_resolved_into_a_grid() -> None:
    (table,) = document(
        tbl(
            tr(tc("a", RESTART), tc("b", span(2)), tc("c")),
            tr(tc("unseen", CONTINUE), tc("d"), tc("e", RESTART), tc("f")),
            tr(tc("g", RESTART), tc("h"), tc("", CONTINUE), tc("i")),
        )
    ).tables
    assert grid(table) == [
        (0, 0, "a", 2, 1),
        (0, 1, "b", 1, 2),
        (0, 3, "c", 1, 1),
        (1, 1, "d", 1, 1),
        (1, 2, "e", 2, 1),
        (1, 3, "f", 1, 1),
        (2, 0, "g", 1, 1),
        (2, 1, "h", 1, 1),
        (2, 3, "i", 1, 1),
    ]
    assert (table.row_count, table.column_count, table.aligned) == (3, 4, True)


def test_a_continuation_with_nothing_to_continue_is_a_cell() -> None:
    (table,) = document(
        tbl(tr(tc("a", CONTINUE), tc("b", span(2) + RESTART)), tr(tc("", CONTINUE), tc("c", CONTINUE), tc("d")))
    ).tables
    assert grid(table) == [(0, 0, "a", 2, 1), (0, 1, "b", 1, 2), (1, 1, "c", 1, 1), (1, 2, "d", 1, 1)]


def test_rows_that_leave_columns_out() -> None:
    (table,) = document(
        tbl(
            tr(tc("a"), tc("b"), tc("c")),
            tr(tc("d"), tc("e"), properties='<w:gridBefore w:val="1"/>'),
            tr(tc("f"), tc("g"), properties='<w:gridAfter w:val="1"/>'),
        )
    ).tables
    assert [(row, column) for row, column, *_ in grid(table)] == [
        *((0, 0), (0, 1), (0, 2)),
        *((1, 1), (1, 2)),
        *((2, 0), (2, 1)),
    ]


def test_a_border_a_little_aside_in_another_row_makes_no_column() -> None:
    widths = "".join(f'<w:gridCol w:w="{width}"/>' for width in (600, 596, 1, 600))
    rows = tr(tc("ab", span(2)), tc("c", span(2))), tr(tc("1"), tc("2", span(2)), tc("3"))
    found = document(tbl(*rows).replace("<w:tblGrid/>", f"<w:tblGrid>{widths}</w:tblGrid>")).tables[0]
    assert grid(found) == [
        (0, 0, "ab", 1, 2),
        (0, 2, "c", 1, 1),
        (1, 0, "1", 1, 1),
        (1, 1, "2", 1, 1),
        (1, 2, "3", 1, 1),
    ]
    assert found.column_count == 3


def test_a_column_said_to_be_narrow_that_a_cell_fills_is_one() -> None:
    widths = '<w:gridCol w:w="1"/>' * 3
    rows = tr(tc("a"), tc("b"), tc("c")), tr(tc("1"), tc("2"), tc("3"))
    found = document(tbl(*rows).replace("<w:tblGrid/>", f"<w:tblGrid>{widths}</w:tblGrid>")).tables[0]
    assert found.column_count == 3


def test_old_horizontal_merges() -> None:
    first, more = '<w:hMerge w:val="restart"/>', "<w:hMerge/>"
    (table,) = document(
        tbl(
            tr(tc("a", first + RESTART), tc("x", more + RESTART), tc("b")),
            tr(tc("", first + CONTINUE), tc("", more + CONTINUE), tc("c")),
        )
    ).tables
    assert grid(table) == [(0, 0, "a", 2, 2), (0, 2, "b", 1, 1), (1, 2, "c", 1, 1)]


def test_a_layout_table_is_seen_through() -> None:
    inner = tbl(tr(tc("规章"), tc("3")))
    found = document(tbl(tr(tc("菜单"), tc(p(run("一、总体情况")) + inner + p(run("后文")))))).blocks
    assert [block.text if isinstance(block, Paragraph) else grid(block) for block in found] == [
        "菜单",
        "一、总体情况",
        [(0, 0, "规章", 1, 1), (0, 1, "3", 1, 1)],
        "后文",
    ]


def test_a_box_around_a_figure_is_no_table() -> None:
    box = tbl(tr(tc("17")))
    (table,) = document(tbl(tr(tc("规章"), tc(box + p(""))), tr(tc("a"), tc("b")))).tables
    assert [cell.text for cell in table.cells] == ["规章", "17", "a", "b"]


def test_runs_that_cut_words() -> None:
    content = (
        run("政") + '<w:proofErr w:type="spellStart"/>' + run("府信", "<w:b/>") + f"<w:ins {CHANGE}>{run('息')}</w:ins>"
    )
    assert texts(p(content)) == ["政府信息"]
    assert cell_text(p(run("1") + run("2") + run("3"))) == "123"


def test_breaks_tabs_and_signs() -> None:
    assert texts(p("<w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:cr/><w:t>c</w:t></w:r>")) == ["a", "b", "c"]
    assert cell_text(p("<w:r><w:t>自</w:t><w:br/><w:t>然人</w:t></w:r>")) == "自\n然人"
    signs = "<w:r><w:t>2</w:t><w:tab/><w:t>0</w:t><w:noBreakHyphen/><w:t>1</w:t><w:softHyphen/><w:t>9</w:t></w:r>"
    assert texts(p(signs)) == ["2 0-19"]
    assert cell_text(p('<w:r><w:t>5</w:t><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>')) == "5\uf0fc"
    assert cell_text(p("<w:r><w:t>1</w:t></w:r><w:r><w:t> 2\n</w:t></w:r>")) == "12"  # no xml:space: not printed


@pytest.mark.parametrize(
    "content",
    [
        run("5") + f"<w:del {CHANGE}><w:r><w:delText>1</w:delText></w:r></w:del>",
        run("5") + f"<w:moveFrom {CHANGE}>{run('1')}</w:moveFrom>",
        run("5") + run("1", "<w:vanish/>"),
        run("5") + run("1", '<w:rStyle w:val="unseen"/>'),
        run("5") + '<w:r><w:footnoteReference w:id="2"/></w:r>',
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>=1</w:instrText><w:fldChar w:fldCharType="begin"/>'
        '<w:instrText>x</w:instrText><w:fldChar w:fldCharType="separate"/><w:t>7</w:t><w:fldChar w:fldCharType="end"/>'
        '<w:fldChar w:fldCharType="separate"/><w:t>5</w:t><w:fldChar w:fldCharType="end"/></w:r>',
        f'<w:fldSimple w:instr="=1">{run("5")}</w:fldSimple>',
        f'<w:hyperlink w:anchor="x">{run("5")}</w:hyperlink>',
        f'<w:smartTag><w:smartTagPr><w:attr w:val="1"/></w:smartTagPr>{run("5")}</w:smartTag>',
        f"<w:customXml>{run('5')}</w:customXml>",
        f"<w:sdt><w:sdtPr><w:alias w:val='1'/></w:sdtPr><w:sdtContent>{run('5')}</w:sdtContent></w:sdt>",
        f"<w:ins {CHANGE}>{run('5')}</w:ins><w:r><w:annotationRef/></w:r>",
        run("5", '<w:vanish w:val="0"/>'),
        run("5") + "<w:ruby><w:rt><w:r><w:t>1</w:t></w:r></w:rt></w:ruby>",
    ],
)
def test_what_is_not_shown_is_not_read(content: str) -> None:
    style = '<w:style w:type="character" w:styleId="base"><w:rPr><w:vanish/></w:rPr></w:style>'
    style += '<w:style w:type="character" w:styleId="unseen"><w:basedOn w:val="base"/></w:style>'
    body = tbl(tr(tc(p(content)), tc("a"), tc("b")))
    assert document(body, styles=style).tables[0].cells[0].text == "5"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (run("12") + run("1", '<w:vertAlign w:val="superscript"/>'), "12 1"),
        (run("12") + run("1", '<w:vertAlign w:val="baseline"/>'), "121"),
        (run("3", "<w:strike/>") + run("5"), "3\u0336 5"),
        (run("35", "<w:strike/>"), "35\u0336"),
        (run("12") + run("1", '<w:position w:val="10"/>'), "12 1"),
        (run("9", '<w:color w:val="FFFFFF"/>') + run("12"), "9 12"),
        (run("9", '<w:color w:val="FF0000"/>') + run("12"), "912"),
        (run("3", "<w:dstrike/>") + run("4", "<w:strike/>") + run("5"), "3\u03364\u0336 5"),
        (run("3", '<w:strike w:val="0"/>') + run("5"), "35"),
        ("<m:oMath><m:r><m:t>1</m:t></m:r><m:r><m:t>2</m:t></m:r></m:oMath>", "1 2"),
    ],
)
def test_what_stands_apart_does_not_lengthen_a_figure(content: str, text: str) -> None:
    assert cell_text(p(content)) == text


def test_a_deleted_paragraph_mark_joins_two_paragraphs() -> None:
    deleted = f"<w:rPr><w:del {CHANGE}/></w:rPr>"
    assert texts(p(run("政府"), deleted) + p(run("信息")) + p(run("公开"))) == ["政府信息", "公开"]
    assert cell_text(p(run("1"), deleted) + p(run("2"))) == "12"


def test_deleted_and_hidden_rows_are_not_there() -> None:
    (table,) = document(
        tbl(
            tr(tc("a"), tc("1")),
            tr(tc("a"), tc("9"), properties=f"<w:del {CHANGE}/>"),
            tr(tc("a"), tc("8"), properties="<w:hidden/>"),
            tr(tc("b"), tc("2"), properties=f"<w:ins {CHANGE}/>"),
        )
    ).tables
    assert grid(table) == [(0, 0, "a", 1, 1), (0, 1, "1", 1, 1), (1, 0, "b", 1, 1), (1, 1, "2", 1, 1)]


def test_where_single_cells_were_deleted_columns_are_not_known() -> None:
    (table,) = document(
        tbl(tr(tc("a", RESTART), tc("b", span(2))), tr(tc("", CONTINUE), tc("9", f"<w:cellDel {CHANGE}/>"), tc("1")))
    ).tables
    assert not table.aligned
    assert grid(table) == [(0, 0, "a", 1, 1), (0, 1, "b", 1, 1), (1, 0, "", 1, 1), (1, 1, "1", 1, 1)]


def test_content_controls_around_rows_and_cells() -> None:
    def control(content: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    body = control(p(run("前"))) + control(
        tbl(control(tr(control(tc("a")), tc("b"))), f"<w:customXml>{tr(tc('c'), tc('d'))}</w:customXml>")
    )
    found = document(body)
    assert [paragraph.text for paragraph in found.paragraphs] == ["前"]
    assert [cell.text for cell in found.tables[0].cells] == ["a", "b", "c", "d"]


def test_a_text_box_is_read_once_and_before_its_paragraph() -> None:
    box = TEXT_BOX.format(content=p(run("标题")))
    assert texts(p(run("正文") + box)) == ["标题", "正文"]
    only_fallback = TEXT_BOX.format(content="").replace(
        "<v:textbox><w:txbxContent>", f"<v:textbox><w:txbxContent>{p(run('旧'))}"
    )
    assert texts(p(only_fallback)) == ["旧"]


def test_headers_and_notes_stand_outside_the_flow() -> None:
    assert texts(p(run("正文"))) == ["正文"]


LEVELS = (
    '<w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:pStyle w:val="heading"/>'
    '<w:suff w:val="nothing"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="japaneseCounting"/><w:suff w:val="nothing"/>'
    '<w:lvlText w:val="（%2）"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%3"/></w:lvl>'
    "</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="1"><w:startOverride w:val="3"/>'
    "</w:lvlOverride></w:num>"
)
HEADING = (
    '<w:style w:type="paragraph" w:styleId="heading"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="own"><w:basedOn w:val="heading"/></w:style>'
)


def numbered(text: str, level: int, list_id: int = 1) -> str:
    return p(run(text) if text else "", f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>')


def test_numbers_that_word_draws() -> None:
    body = (
        p(run("总体情况"), '<w:pStyle w:val="heading"/>')
        + numbered("予以公开", 1)
        + p(run("不编号"))
        + numbered("部分公开", 1)
        + p(run("主动公开"), '<w:pStyle w:val="own"/>')
        + numbered("国家秘密", 1)
        + numbered("其他", 2)
        + numbered("起于三", 1, 2)
        + numbered("四", 1, 2)
        + p(run("无号"), '<w:pStyle w:val="heading"/><w:numPr><w:numId w:val="0"/></w:numPr>')
        + p(run("删去", ""), f'<w:pStyle w:val="heading"/><w:rPr><w:del {CHANGE}/></w:rPr>')
        + p(run("的"), '<w:pStyle w:val="heading"/>')
    )
    assert texts(body, numbering=LEVELS, styles=HEADING) == [
        "一、总体情况",
        "（一）予以公开",
        "不编号",
        "（二）部分公开",
        "二、主动公开",
        "（一）国家秘密",
        "2.1 其他",
        "（三）起于三",
        "（四）四",
        "无号",
        "三、删去的",
    ]


def test_numbers_in_cells_stay_apart_from_figures() -> None:
    level = (
        '<w:lvl w:ilvl="0"><w:start w:val="{}"/><w:numFmt w:val="{}"/>'
        '<w:suff w:val="nothing"/><w:lvlText w:val="{}"/></w:lvl>'
    )
    lists = "".join(
        f'<w:abstractNum w:abstractNumId="{n}">{level.format(start, form, text)}</w:abstractNum>'
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>'
        for n, (start, form, text) in enumerate(
            [(1, "decimal", "%1."), (5, "bullet", "\uf06c"), (3, "none", "注："), (7, "decimal", "%1")], 1
        )
    )
    cells = [
        tc(numbered("5", 0, 1)),
        tc(numbered("国家秘密", 0, 1)),
        tc(numbered("6", 0, 2)),
        tc(numbered("x", 0, 3)),
        tc(numbered("", 0, 4)),
    ]
    (table,) = document(tbl(tr(*cells)), numbering=lists).tables
    assert [cell.text for cell in table.cells] == ["1. 5", "2. 国家秘密", "6", "注：x", "7"]


@pytest.mark.parametrize(
    ("form", "start", "printed"),
    [
        ("decimal", 12, "12"),
        ("decimalZero", 7, "07"),
        ("decimalFullWidth", 12, "１２"),
        ("decimalEnclosedCircle", 3, "③"),
        ("decimalEnclosedFullstop", 3, "⒊"),
        ("decimalEnclosedParen", 3, "⑶"),
        ("upperLetter", 28, "BB"),
        ("lowerLetter", 26, "z"),
        ("upperRoman", 49, "XLIX"),
        ("lowerRoman", 4, "iv"),
        ("chineseCounting", 10, "十"),
        ("chineseCounting", 21, "二十一"),
        ("chineseCountingThousand", 110, "一百一十"),
        ("chineseCountingThousand", 203, "二百零三"),
        ("japaneseCounting", 20, "二十"),
        ("ideographDigital", 10, "一〇"),
        ("ideographTraditional", 3, "丙"),
        ("ideographZodiac", 12, "亥"),
        ("ideographEnclosedCircle", 2, "㊁"),
        ("chineseLegalSimplified", 11, "壹拾壹"),
        ("ideographLegalTraditional", 6, "陸"),
    ],
)
def test_number_formats(form: str, start: int, printed: str) -> None:
    lists = (
        f'<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        '<w:lvlText w:val="第%1项"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    assert texts(numbered("x", 0), numbering=lists) == [f"第{printed}项 x"]


def test_links_to_files_and_file_properties() -> None:
    links = "".join(
        f'<Relationship Id="L{n}" Type="http://x/hyperlink" Target="{target}" TargetMode="External"/>'
        for n, target in enumerate(("http://www.example.gov.cn/a/附件.xlsx", "http://www.example.gov.cn/"))
    )
    body = "".join(p(f'<w:hyperlink r:id="L{n}">{run(text)}</w:hyperlink>') for n, text in enumerate(("附件1", "首页")))
    found = document(body, relationships=links)
    assert found.links == [Link("http://www.example.gov.cn/a/附件.xlsx", "附件1", "attachment")]
    assert found.meta == {"dc:title": "模板", "dcterms:modified": "2001-02-03T00:00:00Z"}


def test_file_properties_are_no_metadata_of_the_report() -> None:
    metadata = extract(read(Recipe(1, "docx").write()[1]), Source()).metadata
    assert metadata.publish_date is None
    assert {evidence.value for evidence in metadata.evidence}.isdisjoint({"模板", "2001-02-03"})


def test_strict_files() -> None:
    body = tbl(tr(tc("a", RESTART), tc("b", span(2)), tc("x")), tr(tc("", CONTINUE), tc("c"), tc("d"), tc("y")))
    assert document(body, strict=True).blocks == document(body).blocks
    assert document(body, strict=True).tables


def test_the_main_part_is_the_one_that_the_package_names() -> None:
    source, renamed = zipfile.ZipFile(io.BytesIO(package(p(run("正文"))))), io.BytesIO()
    with zipfile.ZipFile(renamed, "w") as target:
        for name in source.namelist():
            data = source.read(name).replace(b"word/document.xml", b"word/document2.xml")
            target.writestr(name.replace("document.xml", "document2.xml"), data)
    assert [paragraph.text for paragraph in read(renamed.getvalue()).paragraphs] == ["正文"]


def picture(width: int, height: int) -> bytes:
    """A ruled table of two rows and three columns."""
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    for n in range(4):
        draw.line([(20 + n * (width - 40) // 3, 20), (20 + n * (width - 40) // 3, height - 20)], 0, 3)
    for n in range(3):
        draw.line([(20, 20 + n * (height - 40) // 2), (width - 20, 20 + n * (height - 40) // 2)], 0, 3)
        draw.text((60 + n * (width - 40) // 3, 40), f"{n + 1}23", 0, font_size=40)
        draw.text((60 + n * (width - 40) // 3, 40 + (height - 40) // 2), f"{n + 1}45", 0, font_size=40)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_tables_pasted_as_pictures() -> None:
    blip = '<w:r><w:drawing><a:blip r:embed="{0}"/></w:drawing></w:r>'
    old = '<w:r><w:pict><v:shape><v:imagedata r:id="{0}"/></v:shape></w:pict></w:r>'
    both = f"<mc:Choice>{blip}</mc:Choice><mc:Fallback>{old}</mc:Fallback>"
    both = f"<mc:AlternateContent>{both}</mc:AlternateContent>"
    names = {"P1": "big.png", "P2": "small.png", "P3": "broken.png", "P4": "absent.png"}
    found = document(
        p(run("前") + both.format("P1"))
        + "".join(p(run(name) + blip.format(name)) for name in ("P2", "P3", "P4", "P5")),
        relationships="".join(
            f'<Relationship Id="{name}" Type="http://x/image" Target="media/{file}"/>' for name, file in names.items()
        )
        + '<Relationship Id="P5" Type="http://x/image" Target="http://127.0.0.1:9/x.png" TargetMode="External"/>',
        members={
            "word/media/big.png": picture(900, 300),
            "word/media/small.png": picture(280, 300),
            "word/media/broken.png": b"\x89PNG\r\n\x1a\n" + bytes(3000),
        },
    )
    (table,) = found.tables
    assert [cell.text for cell in table.cells] == ["123", "223", "323", "145", "245", "345"]
    assert [paragraph.text for paragraph in found.paragraphs] == ["前", "P2", "P3", "P4", "P5"]


@pytest.mark.parametrize("certain", [True, False])
def test_variations_together(certain: bool) -> None:
    faults = []
    for recipe in random_recipes(range(40), certain=certain, formats=("docx",)):
        draft, data = recipe.write()
        found = read(data)
        figures = read_figures(found)
        faults += [
            f"{recipe} {fault}"
            for fault in judge_draft(draft, figures).faults(certain=False) + check_places(found, figures)
        ]
    assert not faults


def test_documents_written_by_libreoffice() -> None:
    recipes = [Recipe(seed, "html", (), forms) for seed, forms in enumerate(FORMS)]
    written = [recipe.write() for recipe in recipes]
    faults = []
    for (draft, _), data in zip(
        written, convert([data for _, data in written], "html", "docx", infilter="HTML (StarWriter)"), strict=True
    ):
        found = read(data)
        faults += judge_draft(draft, read_figures(found)).faults(certain=True)
        report = extract(found, Source())
        assert report.metadata.title == draft.report.title
        assert [section.section for section in report.sections] == [1, 2, 3, 4, 5, 6]
    assert not faults


def test_a_damaged_package() -> None:
    whole = Recipe(1, "docx").write()[1]
    for end in range(100, len(whole), len(whole) // 20):
        with pytest.raises(UnreadableDocument) as caught:
            read(whole[:end])
        assert caught.value.code == "truncated"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda xml: xml[: len(xml) // 2], "undecodable"),
        (lambda xml: xml.replace(b"<w:body>", b"<w:other>").replace(b"</w:body>", b"</w:other>"), "undecodable"),
        (lambda xml: b"", "undecodable"),
    ],
)
def test_a_damaged_part(change, code) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read(with_document(change))
    assert caught.value.code == code


SECRET = "file:///etc/hostname"
HOSTILE = {
    "entities": ("undecodable too_large", "bomb(b'&j;')"),
    "entities_in_attributes": ("undecodable too_large", "bomb(b'', b'&j;')"),
    "external_entity": (
        "undecodable",
        f"doctype(b'<!DOCTYPE x [<!ENTITY e SYSTEM \"{SECRET}\">]>', b'&e;')",
    ),
    "external_dtd": ("undecodable", "doctype(b'<!DOCTYPE x SYSTEM \"http://127.0.0.1:9/x.dtd\">', b'')"),
    "zip_bomb": ("too_large", "with_document(lambda xml: b' ' * (80 << 20))"),
    "deep": ("too_large", "package('<w:sdt>' * 5_000 + '</w:sdt>' * 5_000)"),
    "tables_nested": ("too_large", "package('<w:tbl><w:tr><w:tc>' * 3_000 + '</w:tc></w:tr></w:tbl>' * 3_000)"),
    "million_cells": ("too_large", "package(tbl(*['<w:tr>' + '<w:tc><w:p/></w:tc>' * 1000 + '</w:tr>'] * 1000))"),
    "wide_spans": ("", "package(tbl(*[tr(tc('1', span(10_000)), tc('2'), tc('3'))] * 10_000))"),
    "long_spans": ("", "package(tbl(*[tr(tc('1', CONTINUE), tc('2'))] * 20_000))"),
    "span_of_digits": ("", "package(tbl(tr(tc('1', span(10**40)), tc('2', span(-7)))))"),
    "long_text": ("", "package(p(run('9' * 9_000_000)))"),
    "endless_number": ("too_large", "package(p(run('9' * 11_000_000)))"),
    "lists": ("", "package(numbered('x', 8) * 30_000, numbering=LEVELS)"),
    "styles_in_a_circle": (
        "",
        "package(p(run('x'), '<w:pStyle w:val=\"a1\"/>'), styles='<w:style w:styleId=\"a1\">"
        '<w:basedOn w:val="a1"/></w:style>\')',
    ),
    "fields_left_open": ("", "package(p('<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>' * 50_000) + p(run('5')))"),
    "picture_bomb": (
        "",
        "package(p('<w:r><w:drawing><a:blip r:embed=\"P\"/></w:drawing></w:r>' * 1000), members={'word/p.png':"
        "b'\\x89PNG\\r\\n\\x1a\\n\\0\\0\\0\\rIHDR' + b'\\x7f\\xff\\xff\\xff' * 2 + b'\\x08' + bytes(9000)},"
        'relationships=\'<Relationship Id="P" Type="x/image" Target="p.png"/>\')',
    ),
    "climbing_out": (
        "",
        "package(p('<w:r><w:drawing><a:blip r:embed=\"P\"/></w:drawing></w:r>'),"
        'relationships=\'<Relationship Id="P" Type="x/image" Target="../../../etc/passwd"/>\')',
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(name: str) -> None:
    codes, data = HOSTILE[name]
    outcome = read_in_child("tests.readers.test_docx", data)
    assert outcome in codes.split() or (not codes and outcome == "document")


def bomb(text: bytes, attribute: bytes = b"") -> bytes:
    """A document in which an entity unfolds to ten thousand million characters."""
    entities = b'<!ENTITY a "1111111111">' + b"".join(
        b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in range(ord("b"), ord("k"))
    )
    return doctype(b"<!DOCTYPE x [" + entities + b"]>", text, attribute)


def doctype(declaration: bytes, text: bytes, attribute: bytes = b"") -> bytes:
    def change(xml: bytes) -> bytes:
        xml = xml.replace(b"<w:document", declaration + b"<w:document", 1)
        return xml.replace("正文".encode(), text).replace(b"<w:t ", b'<w:t a="' + attribute + b'" ')

    return with_document(change)


def with_document(change) -> bytes:
    """A package whose main part is changed."""
    source, target = zipfile.ZipFile(io.BytesIO(package(p(run("正文"))))), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            data = source.read(name)
            archive.writestr(name, change(data) if name == "word/document.xml" else data)
    return target.getvalue()
