"""A page of the web written anew, with nothing in it that acts, asks for anything, or covers what is around it.

Nothing is taken out of the page: it is written from its tree, and only elements, attributes and styles that are named
here are written at all. The browser's own fences (a sandboxed frame, a policy that allows nothing) stand around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Final

from selectolax.lexbor import LexborNode

_KEPT: Final = frozenset(
    "address article aside b big blockquote caption center cite code col colgroup dd del details dfn div dl dt em "
    "figcaption figure footer h1 h2 h3 h4 h5 h6 header i ins kbd li main mark nav ol p pre q rp rt ruby s samp section "
    "small span strike strong sub summary sup table tbody td tfoot th thead tr tt u ul var".split()
)
_VOID: Final = frozenset("br hr wbr".split())
_DROPPED: Final = frozenset(
    "applet area audio base button canvas embed frame frameset head iframe link map math meta noframes object option "
    "optgroup param script select source style svg template textarea title track video".split()
)
"""Whatever stands in these is dropped with them. All other elements leave what stands in them."""
_COLUMNS: Final = frozenset({"col"})

_ATTRIBUTES: Final[Mapping[str, re.Pattern[str]]] = {
    "colspan": re.compile(r"\d{1,4}"),
    "rowspan": re.compile(r"\d{1,5}"),
    "width": re.compile(r"\d{1,4}%?"),
    "height": re.compile(r"\d{1,3}"),
    "align": re.compile(r"left|right|center|justify", re.IGNORECASE),
    "valign": re.compile(r"top|middle|bottom|baseline", re.IGNORECASE),
    "border": re.compile(r"\d{1,2}"),
    "cellpadding": re.compile(r"\d{1,2}"),
    "cellspacing": re.compile(r"\d{1,2}"),
    "dir": re.compile(r"ltr|rtl", re.IGNORECASE),
}
_LENGTH: Final = r"(?:\d{1,3}(?:\.\d{0,3})?|\.\d{1,3})(?:px|pt|em|rem|cm|mm|%)?"
_COLOUR: Final = r"(?:#[0-9a-f]{3,8}|[a-z]{3,20}|rgba?\([\d\s.,%]{1,30}\))"
_WORDS: Final = r"[a-z-]{1,20}"
_STYLES: Final[Mapping[str, re.Pattern[str]]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for names, pattern in (
        (
            "text-align vertical-align font-weight font-style text-decoration white-space border-collapse",
            rf"{_WORDS}|\d00",
        ),
        ("font-size", r"(?:[5-9]|[1-5]\d)(?:\.\d{0,3})?(?:px|pt)|[a-z-]{1,10}"),
        ("color background-color background border-color", _COLOUR),
        ("width min-width", r"\d{1,3}(?:\.\d{0,3})?(?:px|pt|em|cm|mm|%)?"),
        ("text-indent line-height padding padding-left padding-right border-spacing", _LENGTH),
        (
            "border border-top border-right border-bottom border-left",
            rf"(?:(?:{_LENGTH}|{_COLOUR}|{_WORDS})\s*){{1,3}}",
        ),
    )
    for name in names.split()
}
_PICTURE: Final = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_MOST_PICTURE: Final = 8 << 20
_UNSEEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.IGNORECASE)
_MOST_UNSEEN: Final = 200
"""Characters that may stay hidden in a table, as the reader has it: more is content that a script shows."""


def write_inert(body: LexborNode, marks: Mapping[int, str]) -> str:
    """The body of a page as inert HTML; ``marks`` are the identities that elements get, by their ``mem_id``."""
    out: list[str] = []
    unseen = _unseen(body)
    stack: list[tuple[Iterator[LexborNode], str]] = [(iter(body.iter(include_text=True)), "")]
    while stack:
        children, close = stack[-1]
        node = next(children, None)
        if node is None:
            out.append(close)
            stack.pop()
            continue
        tag = (node.tag or "").lower()
        if tag == "-text":
            out.append(escape(node.text_content or "", quote=False))
        elif tag == "img":
            out.append(_picture(node))
        elif tag in _VOID:
            out.append(f"<{tag}>")
        elif tag in _COLUMNS:
            out.append(f"<{tag}{_attributes(node)}>")
        elif tag in _DROPPED or not tag or not (tag[0].isalpha() and tag.isascii()):  # comments have names of their own
            continue
        else:
            close = ""
            if tag in _KEPT:
                mark = f' id="{marks[node.mem_id]}"' if node.mem_id in marks else ""
                hidden = " hidden" if node.mem_id in unseen else ""
                out.append(f"<{tag}{mark}{hidden}{_attributes(node)}>")
                close = f"</{tag}>"
            stack.append((iter(node.iter(include_text=True)), close))
    return "".join(out)


def _unseen(body: LexborNode) -> frozenset[int]:
    """What a table holds but does not print. Whatever else is hidden is shown: there is no script to do it."""
    return frozenset(
        node.mem_id
        for node in body.css("table [style], table [hidden]")
        if ("hidden" in node.attributes or _UNSEEN.search(node.attributes.get("style") or ""))
        and len(node.text()) <= _MOST_UNSEEN
        and not node.css_first("table")
    )


def _attributes(node: LexborNode) -> str:
    written = ""
    for name, given in node.attributes.items():
        value = (given or "").strip()
        if name == "style":
            style = _style(value)
            written += f' style="{escape(style)}"' if style else ""
        elif (pattern := _ATTRIBUTES.get(name)) and pattern.fullmatch(value):
            written += f' {name}="{escape(value)}"'
    return written


def _style(style: str) -> str:
    """The declarations of an element's own style that are known and harmless."""
    kept = []
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip().lower(), value.strip()
        if (pattern := _STYLES.get(name)) and pattern.fullmatch(value):
            kept.append(f"{name}: {value}")
    return "; ".join(kept)


def _picture(node: LexborNode) -> str:
    """A picture that the page itself holds; of any other its words."""
    attributes = node.attributes
    source, words = attributes.get("src") or "", escape(attributes.get("alt") or "")
    if len(source) <= _MOST_PICTURE and _PICTURE.fullmatch(source):
        return f'<img alt="{words}" src="{escape(source)}">'
    return f'<span class="no-picture">{words}</span>' if words else ""
