"""Whether all people reach what a page offers: by keyboard, by ear, on a telephone, on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from playwright.sync_api import Page

AUDIT: Final = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")

NAMED: Final = frozenset(
    "link button textbox searchbox combobox listbox checkbox radio image graphics-document Iframe table".split()
)
"""Roles that say nothing without a name."""

PHONE: Final = {"width": 360, "height": 740}
PAPER: Final = {"width": 794, "height": 1123}
"""A4 at the browser's 96 dots an inch."""

STOPS: Final = 18
"""How many stops of the tab key are looked at: the head of the page and what comes first in it."""

_STOP: Final = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const ringed = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
    const drawn = element instanceof SVGElement && [...element.querySelectorAll("rect, path")].some((shape) => {
        const line = getComputedStyle(shape);
        return line.stroke !== "none" && parseFloat(line.strokeWidth) >= 2;
    });
    const all = [...document.querySelectorAll("*")];
    return {
        at: all.indexOf(element),
        what: element.outerHTML.slice(0, 100),
        shown: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
        ringed: ringed || drawn || element.tagName === "IFRAME",
    };
}"""

_WIDE: Final = """() => {
    const most = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= most + 1) return [];
    const scrolls = (element) => ["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(element).overflowX);
    const within = (element) => {
        const out = getComputedStyle(element).position === "absolute";
        let at = out ? element.offsetParent : element.parentElement;
        for (; at && at !== document.body; at = at.parentElement) if (scrolls(at)) return true;
        return false;
    };
    return [`${document.documentElement.scrollWidth} pixels`, ...[...document.querySelectorAll("body *")]
        .filter((element) => element.getBoundingClientRect().right > most + 1 && !within(element))
        .slice(0, 5)
        .map((element) => element.outerHTML.slice(0, 120))];
}"""

_CUT: Final = """() => [...document.querySelectorAll("main *")]
    .filter((element) => element.checkVisibility() && element.scrollWidth > element.clientWidth + 1)
    .filter((element) => ["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(element).overflowX))
    .filter((element) => !element.matches("iframe, .unseen") && element.clientWidth > 1)
    .map((element) => element.outerHTML.slice(0, 120))"""


def audit(page: Page) -> list[str]:
    """Faults of structure, names, labels and contrast."""
    faults: list[str] = page.evaluate(AUDIT)
    return faults + nameless(page)


def nameless(page: Page) -> list[str]:
    """What a screen reader could only call by its kind."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        f"no name for a screen reader: {node['role']['value']}"
        for node in nodes
        if not node.get("ignored")
        and node.get("role", {}).get("value") in NAMED
        and not node.get("name", {}).get("value", "").strip()
    ]


def by_keyboard(page: Page) -> list[str]:
    """Faults seen while going through a page by the tab key, from its beginning."""
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0) }")
    faults, before = [], -1
    for number in range(STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(_STOP)
        if stop is None:
            return faults if number else ["nothing is reached"]
        if stop["at"] < before:
            return faults
        if not stop["shown"]:
            faults.append(f"the focus is not to be seen: {stop['what']}")
        if not stop["ringed"]:
            faults.append(f"the focus has no ring: {stop['what']}")
        before = stop["at"]
    return faults


def on_phone(page: Page) -> list[str]:
    """What sticks out on a telephone, where only tables may be scrolled sideways, each by itself."""
    size = page.viewport_size
    page.set_viewport_size(PHONE)
    faults: list[str] = page.evaluate(_WIDE)
    page.set_viewport_size(size)
    return [f"too wide for a telephone: {fault}" for fault in faults]


def on_paper(page: Page) -> list[str]:
    """What would be cut off in print, and what has no use there."""
    size = page.viewport_size
    page.set_viewport_size(PAPER)
    page.emulate_media(media="print")
    wide: list[str] = page.evaluate(_WIDE)
    cut: list[str] = page.evaluate(_CUT)
    used = [name for name in ("nav", "form.seek", ".skip", ".language") if page.locator(name).first.is_visible()]
    page.emulate_media(media="screen")
    page.set_viewport_size(size)
    return [
        *(f"too wide for paper: {fault}" for fault in wide),
        *(f"cut off on paper: {fault}" for fault in cut),
        *(f"printed: {name}" for name in used),
    ]
