"""HTML as sites serve it: hand-made, exported from Word, wrapped in layout tables, with broken spans."""

from __future__ import annotations

from html import escape
from random import Random

from tests.corpus.draft import Draft
from tests.corpus.grid import Box, Grid, Placed
from tests.corpus.report import Text


def write_html(draft: Draft) -> bytes:
    """The draft as a page."""
    body = "\n".join(_block(draft, block) for block in draft.blocks)
    return draft.encode(_page(draft, body))


def _page(draft: Draft, body: str) -> str:
    markup, report = draft.markup, draft.report
    charset = draft.encoding.declared
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">' if charset else ""
    office = ' xmlns:o="urn:schemas-microsoft-com:office:office"' if markup.word else ""
    head = f"<head>{meta}<title>{escape(report.title)}</title>{WORD_HEAD if markup.word else ''}</head>"
    match markup.page:
        case "plain":
            inner = body
        case "site":
            inner = SITE.format(body=body, year=report.year, agency=report.agency)
        case "layout":
            inner = f"<table width=980 align=center><tr><td>{MENU}</td></tr><tr><td>{body}</td></tr></table>"
        case "nested_layout":
            inner = (
                f"<table><tbody><tr><td width=200>{MENU}</td><td><table><tr><td colspan=2>正文</td></tr>"
                f"<tr><td></td><td>{body}</td></tr></table></td></tr>"
                "<tr><td colspan=2>版权所有</td></tr></table>"
            )
        case "div_soup":
            inner = "<div class=a><div><section>" * 12 + body + "</section></div></div>" * 12
    return f"<!DOCTYPE html>\n<html{office}>{head}<body>{inner}</body></html>\n"


def _block(draft: Draft, block: Text | Grid) -> str:
    markup, rng = draft.markup, draft.rng
    if isinstance(block, Text):
        tag = {"title": "h1", "heading": rng.choice(("h2", "p", "div"))}.get(block.kind, "p")
        return f"<{tag}>{_inline(draft, block.text)}</{tag}>"
    table = _table(draft, block)
    return markup.table_wrapper(table) if markup.table_wrapper else table


def _table(draft: Draft, grid: Grid) -> str:
    markup = draft.markup
    by_row: list[list[Placed]] = [[] for _ in grid.rows]
    for placed in grid.placed():
        by_row[placed.row].append(placed)
    rows = []
    for r, cells in enumerate(by_row):
        texts: list[str] = []
        for placed in cells:
            texts.append(_cell(draft, grid, placed))
        if markup.spans in ("blank", "repeated"):
            texts = [_unmerged(draft, grid, r, c) for c in range(len(grid.rows[r]))]
        hidden = all(box.hidden for box in grid.rows[r])
        style = ' style="display:none"' if hidden else ""
        rows.append(f"<tr{style}>{''.join(texts)}" + ("" if markup.sloppy else "</tr>"))
    if markup.row_groups and 0 < grid.header_rows < len(rows):
        head, rest = rows[: grid.header_rows], rows[grid.header_rows :]
        rows = ["<thead>", *head, "</thead>", "<tbody>", *rest, "</tbody>"]
    if markup.word:
        rows.append(WORD_ALIGNMENT_ROW.format(cells='<td width="40"></td>' * grid.width))
    attributes = ' class="MsoNormalTable" border="1" cellspacing="0"' if markup.word else ' border="1"'
    name = "TABLE" if markup.sloppy else "table"
    return f"<{name}{attributes}>" + "\n".join(rows) + f"</{name}>"


def _cell(draft: Draft, grid: Grid, placed: Placed) -> str:
    markup, rng = draft.markup, draft.rng
    height, width = placed.row_span, placed.column_span
    last = placed.row + height == len(grid.rows)
    match markup.spans:
        case "missing":
            height = width = 1
        case "wrong" if rng.random() < 0.08:
            height = max(1, height + rng.choice((-1, 1, 0)))
            width = max(1, width + rng.choice((-1, 1, 0)))
        case "overlong" if last:
            height += rng.randrange(1, 60)
    attributes = "".join(
        f" {name}={span}" if markup.sloppy else f' {name}="{span}"'
        for name, span in (("rowspan", height), ("colspan", width))
        if span > 1
    )
    if markup.spans == "zero" and width == 1:
        attributes += ' colspan="0"'
    if placed.box.hidden:
        attributes += ' style="display: none;"'
    return _td(draft, placed.box, attributes, placed.box.text)


def _unmerged(draft: Draft, grid: Grid, r: int, c: int) -> str:
    """The cell of a table whose merged cells were taken apart, empty or with their text repeated."""
    box = grid.rows[r][c]
    first = not (c and grid.rows[r][c - 1] is box) and not (
        r and c < len(grid.rows[r - 1]) and grid.rows[r - 1][c] is box
    )
    return _td(draft, box, "", box.text if first or draft.markup.spans == "repeated" else "")


def _td(draft: Draft, box: Box, attributes: str, text: str) -> str:
    markup, rng = draft.markup, draft.rng
    heading = box.role == "header" and (
        markup.header_tag == "th" or (markup.header_tag == "mixed" and rng.random() < 0.5)
    )
    tag = "th" if heading else "td"
    if markup.word:
        attributes += ' style="border:solid windowtext 1.0pt;padding:0cm 5.4pt 0cm 5.4pt" valign="top"'
    content = _inline(draft, text)
    if not text:
        content = "<p class=MsoNormal><o:p>&nbsp;</o:p></p>" if markup.word else markup.blank
    elif markup.word:
        content = f'<p class="MsoNormal" align="center" style="line-height:20.0pt">{content}<o:p></o:p></p>'
    elif markup.line_break == "</p><p>":
        content = f"<p>{content}</p>"
    if box.slot and text and markup.cell_junk:
        content = rng.choice(markup.cell_junk).format(content)
    if markup.sloppy:
        return f"<{tag.upper()}{attributes}>{content}"
    return f"<{tag}{attributes}>{content}</{tag}>"


def _inline(draft: Draft, text: str) -> str:
    markup, rng = draft.markup, draft.rng
    if not (markup.word or markup.cut_words):
        return escape(text).replace("\n", markup.line_break)
    style = SPAN if markup.word else "<b><span>{}</span></b>"
    return "".join(style.format(piece) for piece in _cut(text, rng) if piece)


def _cut(text: str, rng: Random) -> list[str]:
    """Cut a text at random, words and numbers alike."""
    cuts = sorted(rng.randrange(len(text)) for _ in range(len(text) // 4 + 1)) if text else []
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    return [escape(piece).replace("\n", "<br>") for piece in pieces]


SPAN = '<span lang="EN-US" style="font-size:10.5pt;font-family:仿宋_GB2312">{}</span>'
WORD_HEAD = """<meta name=Generator content="Microsoft Word 15"><!--[if gte mso 9]><xml><w:WordDocument>
<w:View>Normal</w:View></w:WordDocument></xml><![endif]--><style><!--
 p.MsoNormal, li.MsoNormal {mso-style-parent:"";margin:0cm;text-align:justify;}
--></style>"""
WORD_ALIGNMENT_ROW = '<![if !supportMisalignedColumns]><tr height="0">{cells}</tr><![endif]>'
MENU = "<a href='/'>首页</a> <a href='/zfxxgk/'>政府信息公开</a> <a href='/nb/'>政府信息公开年报</a>"
SITE = """<div class="header"><script>var total = "总计 12345";</script><style>td{{padding:0}}</style>
<ul><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li><li>{agency}</li></ul></div>
<div class="crumb">当前位置：首页 &gt; 政府信息公开 &gt; 政府信息公开年报</div>
<table class="xxgk"><tr><td>索引号：</td><td>011000/2024-00012</td><td>发布机构：</td><td>{agency}</td></tr>
<tr><td>信息分类：</td><td>年度报告</td><td>文号：</td><td></td></tr></table>
<div class="article"><div id="zoom">{body}</div></div>
<!-- 行政许可 99999 -->
<div class="footer"><table><tr><td>主办：{agency}</td><td>网站标识码 3609000012</td></tr></table></div>"""
