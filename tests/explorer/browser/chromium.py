"""Headless Chromium as the tests and the screenshots need it: it can reach this machine and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, sync_playwright

FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def program() -> str | None:
    """Where Debian's or another Chromium is; None without one."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def chromium() -> Iterator[Browser]:
    """One browser for many pages.

    Raises:
        LookupError: no Chromium is installed.
    """
    path = program()
    if path is None:
        raise LookupError("Chromium is not installed: make system")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def print_page(browser: Browser, html: str) -> bytes:
    """A page of HTML as a PDF, as people save pages."""
    with browser.new_context() as context:
        page = context.new_page()
        page.set_content(html)
        return page.pdf(prefer_css_page_size=True, print_background=True)
