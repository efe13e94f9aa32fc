"""A fixed set of HTML pages as government sites serve them, about 50 KB each: reports within their site's frame."""

from __future__ import annotations

from random import Random

from tests.corpus.compose import FORMS, Recipe
from tests.corpus.draft import Draft

COUNT = 60
SIZE = 50_000

CELL = (
    '<td width="63" valign="middle" style="border:1px solid #000"{attributes}>'
    '<p style="text-align:center"><span style="font-family:宋体">'
)
PARAGRAPH = '<p style="text-indent: 2em; line-height: 2em;"><span style="font-family: 仿宋_GB2312; font-size: 21px;">'
MENU = '<li class="nav-item"><a href="/zwgk/{n}/index.html" target="_blank" title="政务栏目{n}">政务栏目{n}</a></li>\n'
LINK = (
    '<li><a href="/zfxxgk/nb/2023{n:02}/t2023{n:02}11_58{n:03}.html" target="_blank">某某市{body}{year}年'
    "政府信息公开工作年度报告</a><span>{year}-01-{n:02}</span></li>\n"
)
SCRIPT = (
    "function show{n}(id) {{ var box = document.getElementById(id); box.className = 'tab' + {n}; return false; }}\n"
)
BODIES = ("教育局", "财政局", "公安局", "民政局", "司法局", "水利局", "审计局", "统计局")
FRAME = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}_某某市人民政府</title>
<meta name="SiteName" content="某某市人民政府"><meta name="SiteDomain" content="www.example.gov.cn">
<meta name="SiteIDCode" content="3609000012"><meta name="ColumnName" content="政府信息公开年报">
<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{year}-01-19 10:20">
<meta name="ContentSource" content="{agency}"><link rel="stylesheet" href="/css/style.css">
<script type="text/javascript">
{script}</script></head><body>
<div class="header"><div class="logo"><img src="/images/logo.png" alt=""></div><ul class="nav">
{menu}</ul></div>
<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/zfxxgk/">政府信息公开</a> &gt; 政府信息公开年报</div>
<div class="main"><h1>{title}</h1><div class="info"><span>发布时间：{year}-01-19 10:20</span>
<span>来源：{agency}</span><span>浏览次数：<em id="hits"></em></span></div>
<div id="zoom" class="article">{body}</div></div>
<div class="side"><h3>相关信息</h3><ul>
{links}</ul></div>
<div class="footer"><p>主办：某某市人民政府办公室　承办：某某市大数据中心</p><p>网站标识码：3609000012</p></div>
</body></html>
"""


def pages(count: int = COUNT) -> list[bytes]:
    """The set: reports of both forms, every fourth in plain markup, the rest as an editor for web pages leaves it."""
    return [_page(seed) for seed in range(count)]


def _page(seed: int) -> bytes:
    draft, data = Recipe(seed, "html", (), FORMS[seed % len(FORMS)]).write()
    return framed(draft, data, seed, edited=bool(seed % 4), size=SIZE)


def framed(draft: Draft, data: bytes, seed: int, *, edited: bool, size: int = 0) -> bytes:
    """A page in UTF-8 within the frame of a site, which the seed varies.

    ``edited``: with the markup that editors for web pages leave. ``size``: prose is added until it has so many bytes.
    """
    rng = Random(f"page {seed}")
    page = data.decode()
    body = page[page.index("<body>") + 6 : page.index("</body>")]
    if edited:
        body = _edited(body)
    report = draft.report
    script = "".join(SCRIPT.format(n=n) for n in range(12))
    menu = "".join(MENU.format(n=n) for n in range(30))
    links = "".join(LINK.format(n=n % 28 + 1, body=rng.choice(BODIES), year=2015 + n % 9) for n in range(12))
    frame = {"title": report.title, "agency": report.agency, "year": report.year + 1}
    length = len(FRAME.format(**frame, body=body, script=script, menu=menu, links=links).encode()) if size else 0
    prose = f"{PARAGRAPH}{draft.report.sentence(1)}</span></p>\n"
    filling = prose * max(0, (size - length) // len(prose.encode()))
    at = body.index("</h1>") + 5
    body = body[:at] + filling + body[at:]
    return FRAME.format(**frame, body=body, script=script, menu=menu, links=links).encode()


def _edited(body: str) -> str:
    """The markup of the common editors: a style, a paragraph and a span in every cell."""
    body = body.replace("</td>", "</span></p></td>").replace("<p>", PARAGRAPH).replace("</p>\n", "</span></p>\n")
    pieces = body.split("<td")
    return pieces[0] + "".join(
        CELL.format(attributes=piece[: piece.index(">")]) + piece[piece.index(">") + 1 :] for piece in pieces[1:]
    )
