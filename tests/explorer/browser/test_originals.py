"""A figure is followed to the cell that prints it, in every format; a hostile report does nothing on the way."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple

import pypdfium2
import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from pipeline.workspace import Workspace
from tests.explorer.browser.hostile import OUTSIDE, TEXT, hostile_page
from tests.explorer.browser.places import Query
from tests.explorer.browser.visitor import Visitor, frames, visiting
from tests.explorer.browser.warehouse import MARKED, document_id, marked_draft

PAGED: Final = frozenset({"pdf", "scan", "tiff"})
LOOK: Final = """element => {
    const look = (one) => {
        const style = getComputedStyle(one);
        return [style.outline, style.backgroundColor, style.boxShadow, style.border].join();
    };
    const other = [...element.ownerDocument.querySelectorAll("[id^='c-']")].find((one) => one !== element);
    return !other || look(element) !== look(other);
}"""
"""Whether a cell looks otherwise than one that is not marked."""

ON_TOP: Final = """element => {
    const box = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
}"""


class Printed(NamedTuple):
    """A figure as the published file has it."""

    raw: str
    table: int
    row: int
    column: int
    page: int | None

    @property
    def identity(self) -> str:
        return f"c-{self.table}-{self.row}-{self.column}"


def printed(query: Query, document: str) -> list[Printed]:
    """A figure of the beginning, of the middle and of the end of a report."""
    sql = """
        SELECT raw_text, table_index, row_index, column_index, page FROM landing.cells
        WHERE document_id = ? AND status = 'number' ORDER BY table_index, row_index, column_index
    """
    figures = [Printed(*row) for row in query(sql, document)]
    assert len({figure.raw for figure in figures}) == len(figures)
    return [figures[0], figures[len(figures) // 2], figures[-1]]


def follow(page: Page, figure: Printed) -> Locator:
    """Click on a figure; give its mark in the original."""
    page.locator("a.printed").filter(has_text=re.compile(rf"^\s*{figure.raw}(?!\d)")).click()
    mark = original(page).locator(f"#{figure.identity}")
    expect(mark).to_be_in_viewport()
    return mark


def original(page: Page) -> FrameLocator:
    return page.frame_locator("#frame")


@pytest.mark.parametrize("name", [name for name in MARKED if name != "hostile"])
def test_figure_to_its_cell(name: str, visitor: Visitor, reports: Workspace, query: Query) -> None:
    """The marked cell prints the figure that was clicked, stands out, and is to be seen."""
    document = document_id(reports, name)
    if document is None:
        pytest.skip("LibreOffice is not installed: make system")
    page = visitor.go(f"/report/{document}")
    for figure in printed(query, document):
        mark = follow(page, figure)
        assert mark.evaluate(LOOK), figure
        assert to_be_seen(page, mark), figure
        if name in PAGED:
            assert printed_there(reports, name, figure, mark) == figure.raw
        else:
            assert "".join(mark.inner_text().split()) == figure.raw


def test_address_leads_to_the_cell(visitor: Visitor, reports: Workspace, query: Query) -> None:
    """Who gets the address of a figure sees it as the one who sent it."""
    document = document_id(reports, "html")
    assert document
    *_, last = printed(query, document)
    page = visitor.go(f"/report/{document}")
    follow(page, last)
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    mark = original(page).locator(f"#{last.identity}")
    expect(mark).to_be_in_viewport()
    assert mark.evaluate(LOOK)


def to_be_seen(page: Page, mark: Locator) -> bool:
    """Whether a mark lies within its frame's window, and the frame there within the page's."""
    box, frame, window = mark.bounding_box(), page.locator("#frame").bounding_box(), page.viewport_size
    assert box
    assert frame
    assert window
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return max(0, frame["x"]) <= middle[0] <= min(window["width"], frame["x"] + frame["width"]) and max(
        0, frame["y"]
    ) <= middle[1] <= min(window["height"], frame["y"] + frame["height"])


def printed_there(reports: Workspace, name: str, figure: Printed, mark: Locator) -> str:
    """What the page that was printed, or then scanned, has where the mark stands on its picture."""
    sheet = mark.locator("xpath=ancestor::figure[1]").locator("img")
    box, picture = mark.bounding_box(), sheet.bounding_box()
    assert box
    assert picture
    assert sheet.evaluate("image => image.decode().then(() => image.naturalWidth > 100)")
    document = pypdfium2.PdfDocument(reports.root / "printed" / f"{name}.pdf")
    page = document[(figure.page or 1) - 1]
    width, height = page.get_size()
    left = (box["x"] - picture["x"]) / picture["width"] * width
    right = left + box["width"] / picture["width"] * width
    top = height - (box["y"] - picture["y"]) / picture["height"] * height
    bottom = top - box["height"] / picture["height"] * height
    return "".join(page.get_textpage().get_text_bounded(left, bottom, right, top).split())


def test_hostile_report_is_hostile(browser: Browser, tmp_path: Path) -> None:
    """Opened as a page by itself it runs and asks, so that the next test shows something."""
    file = tmp_path / "hostile.html"
    file.write_bytes(hostile_page(marked_draft("河南省信阳市水利局", 1)))
    with visiting(browser, file.as_uri()) as visitor:
        visitor.page.goto(file.as_uri(), wait_until="commit")
        visitor.page.wait_for_function("window.hostile")
        asked = [url for url in visitor.requests if url.startswith(OUTSIDE)]
        assert {f"{OUTSIDE}/script", f"{OUTSIDE}/sheet.css"} <= set(asked), asked


def test_hostile_report_is_inert(visitor: Visitor, reports: Workspace, query: Query) -> None:
    """Nothing of it runs, asks or covers anything; its figures are followed as any other's."""
    document = document_id(reports, "hostile")
    assert document
    page = visitor.go(f"/report/{document}")
    frame = page.locator("#frame")
    sandbox = frame.get_attribute("sandbox")
    assert sandbox is not None
    assert "allow-scripts" not in sandbox
    box = frame.bounding_box()
    assert box
    for x, y in ((20, 20), (box["width"] / 2, box["height"] / 2)):
        page.mouse.move(box["x"] + x, box["y"] + y)
        page.mouse.click(box["x"] + x, box["y"] + y)
    page.wait_for_timeout(1500)  # the report's refresh would come after one second
    assert page.url == f"{visitor.address}/report/{document}"
    assert visitor.faults == []
    for figure in printed(query, document):
        mark = follow(page, figure)
        assert "".join(mark.inner_text().split()) == figure.raw
        assert to_be_seen(page, mark)
        assert mark.evaluate(ON_TOP)
    ran = [one.evaluate("window.hostile") for one in (page.main_frame, *frames(page))]
    assert ran == [None] * len(ran)
    assert TEXT in original(page).locator("body").inner_text()
    assert TEXT in page.locator("main").inner_text()
    assert visitor.outside == []


def test_original_by_itself_is_inert(browser: Browser, address: str, reports: Workspace) -> None:
    """Nor does it run where its frame's address is opened as a page."""
    with visiting(browser, address) as visitor:
        page = visitor.go(f"/report/{document_id(reports, 'hostile')}")
        source = page.locator("#frame").get_attribute("src")
        assert source
        page.goto(f"{address}{source}" if source.startswith("/") else source)
        page.wait_for_timeout(1500)
        assert page.evaluate("window.hostile") is None
        assert visitor.outside == []
        assert visitor.dialogs == []
