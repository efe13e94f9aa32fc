"""What styles do to the text of tables: hide it, strike it out, or set it apart from the text beside it.

Style sheets of the page are followed as far as they say one of these of a class, an id or an element.
"""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

STRUCK: Final = "\u0336"
"""Unicode's own sign that a text is struck out: what stands before it is no figure."""
PICTURED: Final = "\ufffc"
"""Stands for a picture beside a figure, which may show the rest of it."""

_GONE: Final = re.compile(r"display:none", re.IGNORECASE)
_BLANK: Final = re.compile(
    r"visibility:(?:hidden|collapse)|font-size:0(?![.\d])|(?<!-)opacity:0(?![.\d])", re.IGNORECASE
)
_STRUCK: Final = re.compile(r"text-decoration[^;]*line-through", re.IGNORECASE)
_APART: Final = re.compile(
    r"display:(?:block|inline-block|flex|inline-flex|grid|inline-grid|table|list-item)|float:(?:left|right)"
    r"|position:(?:absolute|fixed|relative;(?:.*;)?(?:top|bottom):)|text-raise:|vertical-align:(?:su[bp]|-?\d)"
    r"|(?<![-\w])color:(?:#fff(?:fff)?\b|white\b)",
    re.IGNORECASE,
)
_TELLING: Final = (_GONE, _BLANK, _STRUCK, _APART)
_ELEMENTS: Final = (
    (b" hidden", "table [hidden]"),
    (b"<s>", "table s"),
    (b"<s ", "table s"),
    (b"<strike", "table strike"),
    (b"<del", "table del"),
    (b"<noscript", "table noscript"),
    (b"<datalist", "table datalist"),
    (b"<small", "table small"),
    (b"<font", "table font[size='1']"),
)
_STYLES: Final = (
    (
        b"vertical-align",
        "td [style*='vertical-align' i], th [style*='vertical-align' i]",
    ),  # cells have it all, and need not
    *(
        (sign.encode(), f"table [style*='{sign}' i]")
        for sign in (
            *("display", "visibility", "font-size:0", "font-size: 0", "opacity", "line-through", "float"),
            *("position", "text-raise", "#fff", "color:white", "color: white"),
        )
    ),
)
"""What may tell: what stands in the source then, in lower case, and what to look at."""
_BOXES: Final = frozenset("td th tr tbody thead tfoot table p div col colgroup caption".split())
_MAX_UNSEEN: Final = 200
"""Characters of text in a table that may be hidden; more is content that a script shows."""
_MAX_RULES: Final = 200
_MAX_SELECTOR: Final = 200
_MAX_STYLE: Final = 2_000
_BRACE: Final = re.compile(r"[{}]")
_LAST: Final = re.compile(r"(?P<tag>[a-zA-Z][\w-]*)?(?P<rest>[^\s>+~]*)$")
_DIGIT_ADDED: Final = re.compile(r"content\s*:\s*[^;]*(?:[0-9]|attr\()")
_FIGURE: Final = re.compile(r"[\d,.，．\s]*\d[\d,.，．\s]*")
_NO_VALUE: Final = frozenset("hidden button submit reset image checkbox radio file password".split())
_TINY: Final = frozenset({"0", "1", "2", "0px", "1px", "2px"})


def settle_styles(tree: LexborHTMLParser, body: LexborNode, source: bytes, line_break: str) -> None:
    """Make the text of tables that of the page as it is shown.

    What is hidden goes; where it is more than `_MAX_UNSEEN` characters, its tables go to the end of the page. What is
    struck out gets `STRUCK` behind it, what is set apart stands between two of ``line_break``, a figure in a form's
    field is text, and a picture beside a figure is `PICTURED`. ``source`` is the page.
    """
    whole = source.lower()
    lower = whole[max(whole.find(b"<table"), 0) :]
    if b"<style" in whole:
        lower += _spread_sheets(tree, body)
    styles = _STYLES if b"style" in lower else ()
    selectors = [selector for sign, selector in (*_ELEMENTS, *styles) if sign in lower]
    if b"none" in whole:
        _move_hidden_tables(tree, body)
    done = set[int]()
    for node in reversed(body.css(", ".join(selectors)) if selectors else ()):
        if node.mem_id not in done:
            done.add(node.mem_id)
            _settle(node, line_break)
    if b"<input" in lower:
        _read_fields(body, line_break)
    if b"<img" in lower:
        _mark_pictures(body)


def _settle(node: LexborNode, line_break: str) -> None:
    attributes = node.attributes
    style = _plain(attributes.get("style") or "")
    if "hidden" in attributes or node.tag in ("noscript", "datalist") or _GONE.search(style):
        _drop(node)
    elif _BLANK.search(style):
        if not _has_parts(node):
            _drop(node, keeps_place=node.tag in ("td", "th", "tr"))
        elif not _is_content(node):
            _strike(node)
    elif node.tag in ("s", "strike", "del") or _STRUCK.search(style):
        _strike(node)
    elif node.tag in ("small", "font") or (node.tag not in _BOXES and _APART.search(style)):
        node.insert_before(line_break)
        node.insert_after(line_break)


def _move_hidden_tables(tree: LexborHTMLParser, body: LexborNode) -> None:
    """Put tables that are shown on demand alone (another year's, perhaps) behind those that the page shows."""
    hidden: dict[int, LexborNode] = {}
    for node in body.css("[style*='display' i]"):
        if _GONE.search(_plain(node.attributes.get("style") or "")):
            whole = [node] if node.tag in ("table", "tbody", "thead") else node.css("table")
            hidden |= {one.mem_id: one for one in whole if len(one.text()) > _MAX_UNSEEN or one.tag == "table"}
    inner = {below.mem_id for one in hidden.values() for below in one.css("table") if below.mem_id != one.mem_id}
    moved = [
        one
        for one in hidden.values()
        if one.mem_id not in inner and (one.tag == "table" or not one.parent or one.parent.mem_id not in hidden)
    ]
    for one in moved:  # what is inserted is a copy
        place = body
        if one.tag != "table":
            body.insert_child(tree.create_node("table"))
            place = body.css("table")[-1]
        place.insert_child(one)
    for one in reversed(moved):
        one.decompose()


def _plain(style: str) -> str:
    """Declarations without white space; of several for ``display`` the last, which counts."""
    plain = "".join(style[:_MAX_STYLE].split())
    if plain.lower().count("display:") < 2:
        return plain
    declared = plain.split(";")
    last = max(at for at, one in enumerate(declared) if one.lower().startswith("display:"))
    return ";".join(one for at, one in enumerate(declared) if at == last or not one.lower().startswith("display:"))


def _has_parts(node: LexborNode) -> bool:
    """Whether a text stands in elements of its own below a cell or a part of one, which may have a size and be seen."""
    return node.tag not in ("tr", "tbody") and any(part.text(strip=True) for part in node.css("*") if part != node)


def _is_content(node: LexborNode) -> bool:
    """Whether it holds more than a figure and its label: what a script shows."""
    return len(node.text()) > _MAX_UNSEEN or node.css_first("table") not in (None, node)


def _drop(node: LexborNode, *, keeps_place: bool = False) -> None:
    if _is_content(node):
        return
    if not keeps_place:
        node.decompose()
        return
    for child in list(node.iter(include_text=True)):
        if child.tag in ("td", "th"):
            _drop(child, keeps_place=True)
        else:
            child.decompose()


def _strike(node: LexborNode) -> None:
    if node.tag in ("td", "th", "tr", "tbody", "table"):
        for cell in node.css("td, th"):
            if cell.text(strip=True):
                cell.insert_child(STRUCK)
    elif node.text(strip=True):
        node.insert_child(STRUCK)


def _spread_sheets(tree: LexborHTMLParser, body: LexborNode) -> bytes:
    """Give the elements of which a style sheet tells something its declarations as their own; gives what it tells."""
    rules = _rules("\n".join(node.text() for node in tree.css("style")))
    told = {style for _, declared in rules if any(telling.search(style := _plain(declared)) for telling in _TELLING)}
    if not told and not any(_DIGIT_ADDED.search(declared) for _, declared in rules):
        return b""
    used = {
        name
        for node in body.css("table [class], table[class], [class]:has(table)")
        for name in (node.attributes.get("class") or "").split()
    }
    followed, declarations = 0, dict[int, tuple[LexborNode, list[str]]]()
    for selectors, declared in rules:
        style = _plain(declared)
        for selector, added in (_added(part.strip(), declared) for part in selectors.split(",")):
            tells = added or style in told or "display:" in style
            if not tells or not _may_select(selector, used) or followed >= _MAX_RULES:
                continue
            followed += 1
            try:
                nodes = body.css(selector)
            except (SelectolaxError, ValueError):
                continue
            for node in nodes:
                if added:
                    node.insert_child(PICTURED)
                else:
                    declarations.setdefault(node.mem_id, (node, []))[1].append(style)
    for node, sheets in declarations.values():
        node.attrs["style"] = ";".join([*sheets, node.attributes.get("style") or ""])
    return f"style {''.join(told)}".lower().encode()


def _rules(text: str) -> list[tuple[str, str]]:
    """The selectors and declarations of style sheets; not those of at-rules (``@media print``), nor comments."""
    first, *others = text.replace("<!--", " ").replace("-->", " ").split("/*")
    plain = first + "".join(other.partition("*/")[2] for other in others)
    rules: list[tuple[str, str]] = []
    opened: list[str] = []
    start = 0
    for brace in _BRACE.finditer(plain):
        part = plain[start : brace.start()]
        start = brace.end()
        if brace[0] == "{":
            opened.append(part.rpartition(";")[2].strip())
        elif opened:
            selectors = opened.pop()
            if selectors and not any(outer.startswith("@") for outer in (*opened, selectors)):
                rules.append((selectors, part))
    return rules


def _added(selector: str, declared: str) -> tuple[str, bool]:
    """A selector without ``::before`` or ``::after``, and whether these print a digit there."""
    plain, pseudo, _ = selector.partition("::") if "::" in selector else selector.partition(":")
    if not pseudo or not selector.endswith(("before", "after")):
        return selector, False
    return plain, bool(_DIGIT_ADDED.search(declared))


def _may_select(selector: str, used: set[str]) -> bool:
    """Whether a selector may name something in a table: by an element or id, or one of the classes used there.

    A rule for all cells or rows tells nothing: hidden so, the page would show no table at all.
    """
    last = _LAST.search(selector) if len(selector) <= _MAX_SELECTOR else None
    if not last or not last[0] or ":" in selector or "*" in last[0]:
        return False
    if not last["rest"] and (last["tag"] or "").lower() in _BOXES:
        return False
    return all(name.partition("#")[0].partition("[")[0] in used for name in last["rest"].split(".")[1:])


def _read_fields(body: LexborNode, line_break: str) -> None:
    for node in body.css("td input[value], th input[value]"):
        attributes = node.attributes
        value = attributes.get("value") or ""
        if _FIGURE.fullmatch(value) and (attributes.get("type") or "text").lower() not in _NO_VALUE:
            node.insert_before(f"{line_break}{value}{line_break}")


def _mark_pictures(body: LexborNode) -> None:
    """A picture in a cell that holds nothing else than a figure."""
    for node in body.css("td img, th img"):
        attributes = node.attributes
        if {attributes.get("width"), attributes.get("height")} & _TINY:
            continue
        cell = node.parent
        while cell is not None and cell.tag not in ("td", "th"):
            cell = cell.parent
        if cell is not None and _FIGURE.fullmatch(cell.text(strip=True)):
            node.insert_before(PICTURED)
