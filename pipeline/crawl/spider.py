"""The spider: from list pages to reports and their files."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from pipeline.crawl.challenges import BLOCKING, challenge_in
from pipeline.crawl.guard import PrivateAddress, Refused
from pipeline.crawl.links import Link, ListPage
from pipeline.crawl.manifest import DONE, Kind, Manifest, Outcome, Visit
from pipeline.crawl.source import Source
from pipeline.crawl.store import Store

_OK: Final = 200
_GONE: Final = frozenset({404, 410})
_PRIORITY: Final[dict[Kind, int]] = {"list": 0, "report": 10, "attachment": 20}
"""Files right after their page, reports before more lists: an interrupted crawl has whole reports."""


class ReportSpider(Spider):
    """Crawls one source."""

    def __init__(self, source: Source, manifest: Manifest, store: Store, raw: Path, dry_run: bool = False) -> None:
        """``raw`` is the folder that paths in the manifest start from; a dry run asks for list pages only."""
        super().__init__(name=source.name)
        self.source, self.manifest = source, manifest
        self._store, self._raw, self._dry_run = store, raw, dry_run
        self._lists: set[str] = set()
        self._wanted: set[str] = set()
        self._done = {visit.url for visit in manifest.visits if visit.outcome in DONE and visit.kind != "list"}

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the first list pages."""
        for url in self.source.starts:
            for request in self._list(Link(url, ""), None):
                yield request

    def parse_list(self, response: Response, number: int | None, start: str) -> Iterator[Request]:
        """Follow what a list page leads to."""
        if not self._note_answer(response):
            return
        if not isinstance(response, TextResponse):
            self._note(response.request, "failed", response.status, "a list page that is no text")
            return
        self._note(response.request, "unchanged" if "cached" in response.flags else "fetched", response.status)
        page = ListPage(response.url, response.text, self.source.rules)
        before = len(self._wanted)
        for link in page.reports():
            yield from self._report(link, response.url)
        for link in page.lists():
            yield from self._list(link, response.url)
        counter = self.source.rules.get("lists", {}).get("counter")
        if not counter:
            return
        if (count := page.count()) is not None:
            numbers = range(counter["first"], counter["first"] + count - 1) if number is None else range(0)
        else:
            brought = len(self._wanted) > before
            following = counter["first"] if number is None else number + 1
            numbers = range(following, following + 1) if brought else range(0)
        for following in numbers:
            address = urljoin(start, counter["url"].replace("{n}", str(following)))
            yield from self._list(Link(address, ""), response.url, number=following, start=start)

    def parse_report(self, response: Response) -> Iterator[Request]:
        """Keep a report page, and ask for its files."""
        if not self._keep(response):
            return
        pattern = self.source.rules.get("attachments")
        if isinstance(response, TextResponse) and pattern:
            for link in _files(response, pattern):
                yield from self._attachment(link, response.request.url if response.request else response.url)

    def parse_attachment(self, response: Response) -> None:
        """Keep a file of a report."""
        self._keep(response)

    def failed(self, failure: Failure) -> None:
        """Write down what went wrong with a request."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error = failure.value
        outcome: Outcome = "failed"
        reason = f"{type(error).__name__}: {error}".strip(": ")
        if isinstance(error, HttpError):
            self._note_answer(error.response)
            return
        if isinstance(error, Refused) or _cause(error, PrivateAddress):
            outcome, reason = "refused", str(_cause(error, PrivateAddress) or error)
        elif isinstance(error, IgnoreRequest) and "robots.txt" in str(error):
            outcome = "robots"
        elif isinstance(error, IgnoreRequest) or "Cancelled" in type(error).__name__:
            outcome = "refused"
        elif "SSL" in reason or "TLS" in reason:
            outcome = "blocked"
        self._note(request, outcome, None, reason)

    def closed(self, reason: str) -> None:
        """Write down that the crawl ended; one that was interrupted goes on next time."""
        if reason == "finished":
            self.manifest.end(reason)

    def _list(self, link: Link, page_url: str | None, number: int | None = None, start: str = "") -> Iterator[Request]:
        if link.url in self._lists:
            return
        if len(self._lists) >= self.source.rules["limits"]["list_pages"]:
            self.manifest.add(Visit(link.url, "list", "limit", reason="as many list pages as the source allows"))
            return
        self._lists.add(link.url)
        arguments = {"number": number, "start": start or link.url}
        yield self._request(link, "list", page_url, self.parse_list, arguments)

    def _report(self, link: Link, page_url: str) -> Iterator[Request]:
        if link.url not in self._wanted:
            self._wanted.add(link.url)
            if self._dry_run:
                self.manifest.add(Visit(link.url, "report", "unchanged", None, "dry run", page_url, link.text))
            elif link.url not in self._done:
                yield self._request(link, "report", page_url, self.parse_report)

    def _attachment(self, link: Link, page_url: str) -> Iterator[Request]:
        if link.url not in self._wanted:
            self._wanted.add(link.url)
            if link.url not in self._done:
                yield self._request(link, "attachment", page_url, self.parse_attachment)

    def _request(
        self, link: Link, kind: Kind, page_url: str | None, callback: Any, arguments: dict[str, Any] | None = None
    ) -> Request:
        return Request(
            link.url,
            callback=callback,
            errback=self.failed,
            cb_kwargs=arguments or {},
            priority=_PRIORITY[kind],
            dont_filter=False,
            meta={
                "kind": kind,
                "asked": link.url,
                "link_text": link.text,
                "page_url": page_url,
                "handle_httpstatus_all": True,
                **({} if kind == "list" else {"kept": self._store.has}),
            },
        )

    def _keep(self, response: Response) -> bool:
        """Store what came, if it is what was asked for."""
        request = response.request
        assert request is not None
        if "cached" in response.flags:
            self._note(request, "unchanged", 304)
            return True
        if not self._note_answer(response):
            return False
        asked = request.meta["asked"]
        facts = {
            "url": asked,
            "final_url": response.url if response.url != asked else None,
            "fetched_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "status": response.status,
            "headers": {
                name.decode("latin-1"): value[0].decode("latin-1") for name, value in response.headers.items() if value
            },
            "source_id": self.source.name,
            "link_text": request.meta["link_text"] or None,
            "page_url": request.meta["page_url"] if request.meta["kind"] == "attachment" else None,
            "list_url": request.meta["page_url"] if request.meta["kind"] == "report" else None,
        }
        known = {name: value for name, value in facts.items() if value is not None}
        path, is_new = self._store.keep(asked, response.body, known)
        self._note(request, "fetched" if is_new else "unchanged", response.status, path=path)
        return True

    def _note_answer(self, response: Response) -> bool:
        """Write down an answer that is not what was asked for; whether it is."""
        if "cached" in response.flags:
            return True
        challenge = challenge_in(response.text) if isinstance(response, TextResponse) else None
        outcome: Outcome | None = None
        if response.status in BLOCKING or challenge:
            outcome = "blocked"
        elif response.status in _GONE:
            outcome = "gone"
        elif response.status != _OK or not response.body:
            outcome = "failed"
        if outcome:
            self._note(response.request, outcome, response.status, challenge or ("" if response.body else "empty"))
        return outcome is None

    def _note(
        self,
        request: Request | None,
        outcome: Outcome,
        status: int | None,
        reason: str = "",
        path: Path | None = None,
    ) -> None:
        assert request is not None
        self.manifest.add(
            Visit(
                request.meta["asked"],
                request.meta["kind"],
                outcome,
                status,
                reason or None,
                request.meta["page_url"],
                request.meta["link_text"] or None,
                path and path.relative_to(self._raw).as_posix(),
            )
        )


def _files(page: TextResponse, pattern: str) -> Iterator[Link]:
    """The files and pictures that a report page offers or shows, as its reader sees them."""
    from pipeline.readers import UnreadableDocument, read

    try:
        document = read(page.body)
    except UnreadableDocument:
        return
    for link in document.links:
        try:
            url = urljoin(page.url, link.href)
        except ValueError:
            continue
        if url.startswith(("http://", "https://")) and re.search(pattern, url, re.IGNORECASE):
            yield Link(url, link.text)


def _cause(error: BaseException | None, kind: type[BaseException]) -> BaseException | None:
    """The error of a kind among an error and what it came from."""
    seen: set[int] = set()
    todo = [error]
    while todo:
        current = todo.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, kind):
            return current
        todo += [current.__cause__, current.__context__, getattr(current, "osError", None)]
        todo += [getattr(reason, "value", None) for reason in getattr(current, "reasons", None) or ()]
    return None
