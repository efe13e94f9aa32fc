"""DOCX as Word leaves it after years of editing: merged cells, cut runs, tracked changes, lists, content controls."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from tests.corpus.draft import Draft
from tests.corpus.grid import Box, Grid
from tests.corpus.report import Text


def write_docx(draft: Draft) -> bytes:
    """The draft as a Word document."""
    lists = Lists()
    body = "".join(_block(draft, lists, block) for block in draft.blocks)
    match draft.markup.page:
        case "layout":
            body = _layout([[_p(_run("首页 政务公开"))], [body + _p("")]])
        case "nested_layout":
            inner = _layout([[_p(_run("正文"))], [_p(""), body + _p("")]])
            body = _layout([[_p(_run("菜单")), inner + _p("")], [_p(_run("版权所有"))]])
    return package(body, numbering=lists.part())


def package(
    body: str,
    *,
    numbering: str = "",
    styles: str = "",
    relationships: str = "",
    members: dict[str, bytes] | None = None,
    strict: bool = False,
) -> bytes:
    """A package around the body's XML; ``members`` are further parts, ``relationships`` those of the document."""
    document = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document {NAMESPACES}><w:body>{body}'
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELATIONSHIPS.format(OFFICE_DOCUMENT),
        "word/document.xml": f"{document}<w:sectPr/></w:body></w:document>",
        "word/_rels/document.xml.rels": RELATIONSHIPS.format(DOCUMENT_PARTS + relationships),
        "word/styles.xml": f"<w:styles {NAMESPACES}>{STYLES}{styles}</w:styles>",
        "word/numbering.xml": f"<w:numbering {NAMESPACES}>{numbering}</w:numbering>",
        "word/header1.xml": f"<w:hdr {NAMESPACES}>{_p(_run('行政许可 99998'))}</w:hdr>",
        "word/footnotes.xml": f"<w:footnotes {NAMESPACES}><w:footnote>{_p(_run('99999'))}</w:footnote></w:footnotes>",
        "docProps/core.xml": CORE,
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            part = STRICT.sub(r"http://purl.oclc.org/ooxml/\1/", text) if strict else text
            archive.writestr(_member(name), part, zipfile.ZIP_DEFLATED)
        for name, data in (members or {}).items():
            archive.writestr(_member(name), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _member(name: str) -> zipfile.ZipInfo:
    """A member of the package, whose time is always the same: the bytes follow from the draft alone."""
    return zipfile.ZipInfo(name)


@dataclass(slots=True)
class Lists:
    """The lists of a document: numbers at the begin of a text that Word is to draw."""

    nums: list[str] = field(default_factory=list)
    counted: dict[int, tuple[int, int]] = field(default_factory=dict)  # by kind: the list in use, its last number

    def take(self, text: str) -> tuple[str, str]:
        """The text without its number, and the paragraph property that draws it."""
        for kind, (pattern, _, _) in enumerate(LISTS):
            found = re.match(pattern, text)
            if found and (number := _number(found[1])):
                used, last = self.counted.get(kind, (0, -1))
                if number != last + 1:
                    used = len(self.nums) + 1
                    start = f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{number}"/></w:lvlOverride>'
                    self.nums.append(f'<w:num w:numId="{used}"><w:abstractNumId w:val="{kind}"/>{start}</w:num>')
                self.counted[kind] = used, number
                numbering = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{used}"/></w:numPr>'
                return text[found.end() :], numbering
        return text, ""

    def part(self) -> str:
        """The XML of ``numbering.xml``."""
        abstract = "".join(
            f'<w:abstractNum w:abstractNumId="{kind}"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
            f'<w:numFmt w:val="{form}"/><w:suff w:val="nothing"/><w:lvlText w:val="{text}"/></w:lvl></w:abstractNum>'
            for kind, (_, form, text) in enumerate(LISTS)
        )
        return abstract + "".join(self.nums)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else "零一二三四五六七八九十".find(text)


LISTS = (
    (r"([一二三四五六七八九十])、", "chineseCountingThousand", "%1、"),
    (r"（([一二三四五六七八九十])）", "chineseCounting", "（%1）"),
    (r"([1-9])\.(?!\d)", "decimal", "%1."),
)


def _block(draft: Draft, lists: Lists, block: Text | Grid) -> str:
    word, rng = draft.word, draft.rng
    if isinstance(block, Grid):
        table = _table(draft, lists, block)
        if draft.markup.table_wrapper:
            table = _layout([[table + _p("")]])
        return table + (_p("") if rng.random() < 0.5 else "")
    text, properties = lists.take(block.text) if word.numbered else (block.text, "")
    runs = _runs(draft, text)
    if block.kind == "title" and word.text_box:
        return _p(TEXT_BOX.format(content=_p(runs)))
    paragraph = _p(runs, properties)
    if word.tracked and len(text) > 4 and not properties:
        cut = rng.randrange(1, len(text))  # a paragraph mark deleted: two paragraphs are one
        first = f"<w:rPr><w:del {CHANGE}/></w:rPr>"
        paragraph = _p(_runs(draft, text[:cut]), first) + _p(_runs(draft, text[cut:]))
        gone = f"<w:del {CHANGE}>{_run(f'删去的文字{draft.rng.randrange(99)}', tag='delText')}</w:del>"
        paragraph += _p(gone, f"<w:rPr><w:del {CHANGE}/></w:rPr>")
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph}</w:sdtContent></w:sdt>" if word.controls else paragraph


def _table(draft: Draft, lists: Lists, grid: Grid) -> str:
    word, rng = draft.word, draft.rng
    rows = []
    for r in range(len(grid.rows)):
        cells = _row(draft, lists, grid, r)
        hidden = "<w:trPr><w:hidden/></w:trPr>" if all(box.hidden for box in grid.rows[r]) else ""
        row = f"<w:tr>{hidden}{''.join(cells)}</w:tr>"
        rows.append(f"<w:sdt><w:sdtContent>{row}</w:sdtContent></w:sdt>" if word.controls and r % 3 == 1 else row)
        if word.tracked and r and rng.random() < 0.2:
            gone = "".join(_tc(_p(_run(str(rng.randrange(100, 10**6))))) for _ in range(grid.width))
            rows.append(f"<w:tr><w:trPr><w:del {CHANGE}/></w:trPr>{gone}</w:tr>")
    return f"<w:tbl><w:tblPr/><w:tblGrid>{'<w:gridCol/>' * grid.width}</w:tblGrid>{''.join(rows)}</w:tbl>"


def _row(draft: Draft, lists: Lists, grid: Grid, r: int) -> list[str]:
    """The cells of a row; ``vMerge`` continues those of the row above."""
    markup, rng = draft.markup, draft.rng
    if markup.spans in ("blank", "repeated"):
        cells = []
        for c, box in enumerate(grid.rows[r]):
            first = not (c and grid.rows[r][c - 1] is box) and not _same(grid, r - 1, c, box)
            cells.append(_cell(draft, lists, box, "", first or markup.spans == "repeated"))
        return cells
    cells = []
    column = 0
    for box, span, above in grid.runs(r):
        width = span
        if markup.spans == "wrong" and rng.random() < 0.08:
            width = max(1, span + rng.choice((-1, 1)))
        down = ""
        if markup.spans != "missing":
            if above:
                down = rng.choice(("<w:vMerge/>", '<w:vMerge w:val="continue"/>'))
            elif _same(grid, r + 1, column, box):
                down = '<w:vMerge w:val="restart"/>'
        if draft.word.old_merges and span > 1 and markup.spans == "right":
            cells.append(_cell(draft, lists, box, f'<w:hMerge w:val="restart"/>{down}', not above))
            cells += [_tc(_p(""), f"<w:hMerge/>{down}")] * (span - 1)
        elif not (above and markup.spans == "missing"):
            across = f'<w:gridSpan w:val="{width}"/>' if width > 1 and markup.spans != "missing" else ""
            cells.append(_cell(draft, lists, box, across + down, not above))
        column += span
    return cells


def _same(grid: Grid, r: int, c: int, box: Box) -> bool:
    return 0 <= r < len(grid.rows) and c < len(grid.rows[r]) and grid.rows[r][c] is box


def _cell(draft: Draft, lists: Lists, box: Box, properties: str, shown: bool) -> str:
    markup, word, rng = draft.markup, draft.word, draft.rng
    text = box.text if shown else ""
    if not text:
        blank = rng.choice(("", _run(" "), _run("　"), "<w:bookmarkStart/>")) if markup.blank else ""
        return _tc(_p(blank), properties)
    numbering = ""
    if word.numbered and box.role == "label":
        text, numbering = lists.take(text)
    if markup.line_break == "</p><p>":
        content = "".join(_p(_runs(draft, line), numbering if not n else "") for n, line in enumerate(text.split("\n")))
    else:
        content = _p(_runs(draft, text), numbering)
    if box.hidden:
        content = _p(_run(text, "<w:vanish/>"))
    elif box.slot and markup.cell_junk:
        content = _junk(draft, text)
    cell = _tc(content, properties)
    return f"<w:sdt><w:sdtContent>{cell}</w:sdtContent></w:sdt>" if word.controls and rng.random() < 0.3 else cell


def _junk(draft: Draft, text: str) -> str:
    """What stands beside a figure, by the HTML that the same variation writes."""
    kind = draft.rng.choice(draft.markup.cell_junk)
    figure = _runs(draft, text)
    if "<table>" in kind:
        return _layout([[_p(figure)]]) + _p("")
    if "<sup>" in kind or "<sub>" in kind:
        raised = '<w:vertAlign w:val="superscript"/>' if "<sup>" in kind else '<w:vertAlign w:val="subscript"/>'
        return _p(figure + _run(re.sub("<.*?>|{}", "", kind), raised))
    if "<del>" in kind or "<s>" in kind:
        return _p(_run("12", "<w:strike/>") + figure)
    return _p(draft.rng.choice(UNSEEN).format(figure)) if kind != "{}" else _p(figure)


def _runs(draft: Draft, text: str) -> str:
    """A text in runs, cut at random where the draft asks for it."""
    rng, cut, word = draft.rng, draft.markup.cut_words or draft.markup.word, draft.word
    places = sorted(rng.randrange(len(text)) for _ in range(len(text) // 3 + 1)) if cut and text else []
    runs = []
    for a, b in zip([0, *places], [*places, len(text)], strict=True):
        run = _run(text[a:b], FONT if cut else "")
        if word.tracked and run:
            gone = _run(str(rng.randrange(10, 99)), tag="delText")
            form = rng.choice(("{0}", "{0}", "<w:ins {1}>{0}</w:ins>", "<w:moveTo {1}>{0}</w:moveTo>"))
            run = form.format(run, CHANGE)
            if rng.random() < 0.3:
                run += rng.choice(("<w:del {1}>{0}</w:del>", "<w:moveFrom {1}>{2}</w:moveFrom>")).format(
                    gone, CHANGE, _run("77")
                )
        runs.append(run)
    if cut and rng.random() < 0.3:
        runs.insert(rng.randrange(len(runs) + 1), '<w:proofErr w:type="spellStart"/><w:bookmarkStart w:id="0"/>')
    return "".join(runs)


def _run(text: str, properties: str = "", tag: str = "t") -> str:
    """A run; line breaks as ``w:br``."""
    if not text:
        return ""
    lines = [f'<w:{tag} xml:space="preserve">{escape(line)}</w:{tag}>' if line else "" for line in text.split("\n")]
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{'<w:br/>'.join(lines)}</w:r>"


def _p(runs: str, properties: str = "") -> str:
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{runs}</w:p>"


def _tc(content: str, properties: str = "") -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="900" w:type="dxa"/>{properties}</w:tcPr>{content}</w:tc>'


def _layout(rows: list[list[str]]) -> str:
    """A table that lays out other blocks."""
    cells = "".join(f"<w:tr>{''.join(_tc(cell) for cell in row)}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{cells}</w:tbl>"


NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
    }.items()
)
STRICT = re.compile(r"http://schemas\.openxmlformats\.org/(\w+)/2006/")
CHANGE = 'w:id="1" w:author="a" w:date="2024-01-05T00:00:00Z"'
FONT = '<w:rFonts w:eastAsia="仿宋_GB2312"/><w:sz w:val="32"/><w:strike w:val="0"/><w:vertAlign w:val="baseline"/>'
UNSEEN = (
    "{}<w:r><w:rPr><w:vanish/></w:rPr><w:t>9</w:t></w:r>",
    f"<w:del {CHANGE}><w:r><w:delText>9</w:delText></w:r></w:del>{{}}",
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> =9 </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    '<w:fldSimple w:instr=" =9 ">{}</w:fldSimple>',
    '{}<w:r><w:footnoteReference w:id="2"/></w:r>',
    '<w:commentRangeStart w:id="0"/>{}<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>',
    '<w:smartTag w:element="chmetcnv"><w:smartTagPr><w:attr w:name="v" w:val="9"/></w:smartTagPr>{}</w:smartTag>',
    "<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>",
    "{}<w:r><w:softHyphen/></w:r>",
)
TEXT_BOX = (
    '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp>'
    "<wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor>"
    "</w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>{content}</w:txbxContent>"
    "</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
    + "".join(
        f'<Override PartName="/word/{part}.xml" '
        f'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"/>'
        for part, kind in (
            ("document", "document.main"),
            ("styles", "styles"),
            ("numbering", "numbering"),
            ("header1", "header"),
            ("footnotes", "footnotes"),
        )
    )
    + "</Types>"
)
RELATIONSHIPS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OFFICE_DOCUMENT = f'<Relationship Id="rId1" Type="{_TYPE}/officeDocument" Target="word/document.xml"/>'
DOCUMENT_PARTS = "".join(
    f'<Relationship Id="rId{n}" Type="{_TYPE}/{kind}" Target="{part}.xml"/>'
    for n, (kind, part) in enumerate(
        (("styles", "styles"), ("numbering", "numbering"), ("header", "header1"), ("footnotes", "footnotes")), 1
    )
)
STYLES = '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
    "<dc:title>模板</dc:title><dcterms:modified>2001-02-03T00:00:00Z</dcterms:modified></cp:coreProperties>"
)
