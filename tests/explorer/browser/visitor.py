"""Somebody at a browser: opens pages, and notes all that must not happen there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Frame, Page, Request, Response

PATIENCE: Final = 60_000
"""Milliseconds until something has to be there, on a machine with other work."""

LOCAL: Final = ("data", "blob", "about")
"""Addresses of these kinds ask nobody."""

DRAWN: Final = "() => [...document.querySelectorAll('figure.chart')].every((chart) => chart.dataset.drawn === 'yes')"
"""Whether all charts of a page are drawn."""


@dataclass
class Visitor:
    """A page of the browser on a server, and what was seen while it was used."""

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # errors and warnings in the browser's console
    failed: list[str] = field(default_factory=list)  # answers that are errors
    dialogs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        context = self.page.context
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.said.append(f"error: {error.error}"))
        context.on("dialog", self._asked_by_dialog)

    def go(self, path: str) -> Page:
        """Open an address of the server; it has to be there."""
        answer = self.page.goto(f"{self.address}{path}", wait_until="load")
        assert answer is not None
        assert answer.ok, f"{answer.status} {path}"
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_function(DRAWN)
        return self.page

    def look(self, path: str, do: Callable[[Page], list[str]]) -> list[str]:
        """Open an address and look at the page. A page that ends Chromium does so twice; by itself it may end once.

        Raises:
            Error: Chromium says so, such as that its process has crashed, twice.
        """
        try:
            return do(self.go(path))
        except Error as error:
            if "crashed" not in str(error):
                raise
        self.page = self.page.context.new_page()
        return do(self.go(path))

    @property
    def outside(self) -> list[str]:
        """The requests that went, or would have gone, anywhere but to the server."""
        return [
            url
            for url in self.requests
            if urlsplit(url).scheme not in LOCAL and not url.startswith(f"{self.address}/") and url != self.address
        ]

    @property
    def faults(self) -> list[str]:
        """All that must not happen on any page."""
        return [*(f"asked {url}" for url in self.outside), *self.said, *self.failed, *self.dialogs]

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.failed.append(f"{response.status} {response.url}")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.said.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def _asked_by_dialog(self, dialog: Any) -> None:
        self.dialogs.append(f"dialog: {dialog.message}")
        dialog.dismiss()


@contextmanager
def visiting(browser: Browser, address: str, **options: Any) -> Iterator[Visitor]:
    """A visitor of their own, without cookies; ``options`` are those of a browser context."""
    context: BrowserContext = browser.new_context(**{"locale": "zh-CN", **options})
    context.set_default_timeout(PATIENCE)
    try:
        yield Visitor(context.new_page(), address)
    finally:
        context.close()


def frames(page: Page) -> list[Frame]:
    """All frames of a page but itself."""
    return [frame for frame in page.frames if frame is not page.main_frame]
