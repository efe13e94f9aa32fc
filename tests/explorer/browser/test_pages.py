"""Every page: it opens, all people reach what it offers, its tables come as CSV and SQL, in both languages."""

from __future__ import annotations

import csv
import io
import re

import pytest
from lxml import html
from playwright.sync_api import Page

from pipeline.workspace import Workspace
from tests.explorer.browser.places import NAMES, Query, addresses
from tests.explorer.browser.reach import audit, by_keyboard, on_paper, on_phone
from tests.explorer.browser.visitor import Visitor


@pytest.fixture(scope="module")
def paths(reports: Workspace, query: Query) -> dict[str, str]:
    found = addresses(reports, query)
    assert list(found) == NAMES
    return found


@pytest.mark.parametrize("name", NAMES)
def test_page(name: str, paths: dict[str, str], visitor: Visitor, query: Query) -> None:
    """Structure, names, contrast; by keyboard, on a telephone, on paper; each table as CSV and by its statement."""

    def look(page: Page) -> list[str]:
        faults = [*audit(page), *by_keyboard(page), *on_phone(page), *on_paper(page)]
        page.emulate_media(color_scheme="dark")
        return [*faults, *(f"in the dark: {fault}" for fault in audit(page))]

    assert "\n".join(visitor.look(paths[name], look)) == ""
    page = visitor.page
    for source in page.locator("details.source").all():
        statement = source.locator("pre").text_content() or ""
        link = source.locator("a[download]").evaluate("link => link.href")
        header, *rows = csv.reader(io.StringIO(page.request.get(link).body().decode("utf-8-sig")))
        assert header
        assert len(rows) == len(query(statement)), statement


def test_in_english(paths: dict[str, str], visitor: Visitor) -> None:
    """What the pages themselves say is English, and nothing goes by its key."""
    for name, path in paths.items():
        answer = visitor.page.request.get(f"{visitor.address}{path}{'&' if '?' in path else '?'}lang=en")
        assert answer.ok, name
        tree = html.document_fromstring(answer.body().decode())
        assert tree.get("lang") == "en"
        said = "\n".join(one.text_content() for one in tree.xpath("//nav | //h2 | //h3 | //label/text()/.. | //button"))
        assert re.findall(r"^\s*[a-z]+\.[a-z_.]+\s*$", said, re.MULTILINE) == [], name
        (menu,) = tree.xpath("//header//nav")
        assert not re.search("[\u4e00-\u9fff]", menu.text_content())
