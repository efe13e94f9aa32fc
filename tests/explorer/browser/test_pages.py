"""Every page: it opens, all people reach what it offers, its tables come as CSV and SQL, in both languages."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import Browser

from pipeline.workspace import Workspace
from tests.explorer.browser.places import NAMES, Query, addresses
from tests.explorer.browser.reach import audit, by_keyboard, on_paper, on_phone
from tests.explorer.browser.visitor import Visitor, visiting


@pytest.fixture(scope="module")
def paths(reports: Workspace, query: Query) -> dict[str, str]:
    found = addresses(reports, query)
    assert list(found) == NAMES
    return found


@pytest.mark.parametrize("name", NAMES)
def test_page(name: str, paths: dict[str, str], visitor: Visitor, query: Query) -> None:
    """Structure, names, contrast; by keyboard, on a telephone, on paper; each table as CSV and by its statement."""
    page = visitor.go(paths[name])
    assert "\n".join([*audit(page), *by_keyboard(page), *on_phone(page), *on_paper(page)]) == ""
    for source in page.locator("details.source").all():
        statement = source.locator("pre").text_content() or ""
        link = source.locator("a[download]").get_attribute("href") or ""
        answer = page.request.get(f"{visitor.address}{link}" if link.startswith("/") else f"{page.url}{link}")
        header, *rows = csv.reader(io.StringIO(answer.body().decode("utf-8-sig")))
        assert header
        assert len(rows) == len(query(statement)), statement


@pytest.mark.parametrize("name", NAMES)
def test_dark_and_in_english(name: str, paths: dict[str, str], browser: Browser, address: str) -> None:
    """Contrast holds in the dark; what the page itself says is English, and nothing is named by its key."""
    with visiting(browser, address, color_scheme="dark") as visitor:
        page = visitor.go(f"{paths[name]}{'&' if '?' in paths[name] else '?'}lang=en")
        assert "\n".join(audit(page)) == ""
        assert page.locator("html").get_attribute("lang") == "en"
        said = " ".join(page.locator("nav, h1, h2, h3, label, button").all_inner_texts())
        assert re.findall(r"\b[a-z]+\.[a-z_]+\b", said) == []
        assert visitor.faults == []
