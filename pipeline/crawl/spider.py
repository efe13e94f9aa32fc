"""The spider: from list pages to reports and their files."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.python.failure import Failure

from pipeline.crawl.bars import GONE, bar_in, headers_of
from pipeline.crawl.guard import PublicResolver
from pipeline.crawl.links import Link, ListPage
from pipeline.crawl.manifest import DONE, Kind, Manifest, Outcome, Visit
from pipeline.crawl.manners import RobotsUnreachable
from pipeline.crawl.source import Source
from pipeline.crawl.store import Store, facts_of
from pipeline.readers import UnreadableDocument
from pipeline.readers.encoding import decode
from pipeline.readers.read import open_document

_OK: Final = 200
_NOT_MODIFIED: Final = 304
_REDIRECTS: Final = range(300, 400)
_TLS: Final = re.compile(r"\bOpenSSL\.SSL\.|\btwisted\.protocols\.tls\b")
_PRIORITY: Final[dict[Kind, int]] = {"list": 0, "report": 10, "attachment": 20}
"""Files right after their page, reports before more lists: an interrupted crawl has whole reports."""


class ReportSpider(Spider):
    """Crawls one source: each address that a list names comes to exactly one outcome, whatever happens."""

    def __init__(self, source: Source, manifest: Manifest, store: Store, raw: Path, dry_run: bool = False) -> None:
        """``raw`` is the folder that paths in the manifest start from; a dry run asks for list pages only."""
        super().__init__(name=source.name)
        self.source, self.manifest = source, manifest
        self.ended = ""
        self._rules, self._limits = source.rules, source.rules["limits"]
        self._store, self._raw, self._dry_run = store, raw, dry_run
        self._lists: set[str] = set()
        self._wanted: set[str] = set()
        self._seen: set[str] = set()
        self._done = {
            visit.url: visit for visit in manifest.last.values() if visit.outcome in DONE and visit.kind != "list"
        }

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> ReportSpider:  # noqa: ANN401 - Scrapy's
        """Hear of what goes wrong in our own code, too."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.crashed, signal=signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the first list pages."""
        for url in self.source.starts:
            link = Link(url, "")
            for request in self._report(link, None) if self._rules["reports"].get("start") else self._list(link, None):
                yield request

    def parse_list(self, response: Response, start: str, number: int | None, counted: bool) -> Iterator[Request]:
        """Follow what a list page leads to.

        Args:
            response: the page.
            start: the address of the first page of its list.
            number: which page the list's counter says it is; None for the first.
            counted: whether the first page said how many there are.
        """
        if not self._is_answer(response):
            return
        try:
            text, _ = decode(response.body, headers_of(response))
        except UnreadableDocument:
            self._note(response.request, "failed", response.status, "a list page that is no text")
            return
        self._note(response.request, "unchanged" if _is_unchanged(response) else "fetched", response.status)
        page, depth = ListPage(response.url, text, self._rules), response.meta.get("depth", 0)
        links = {link.url for link in page.links()}
        brings_new = not links <= self._seen
        self._seen |= links
        for link in page.reports():
            yield from self._report(link, response.url)
        for link in page.lists():
            yield from self._list(link, response.url, depth)
        counter = self._rules["lists"].get("counter")
        if not counter or counted:
            return
        first, count = counter["first"], page.count() if number is None else None
        if count is not None:
            # With the first one more than the source allows, which is told: the page may name any number.
            numbers = range(first, first + min(count - 1, self._limits["list_pages"]))
        else:
            following = first if number is None else number + 1
            numbers = range(following, following + 1 if brings_new else following)
        for following in numbers:
            link = Link(page.numbered(start, following), "")
            yield from self._list(link, response.url, depth, start, following, count is not None)

    def parse_report(self, response: Response) -> Iterator[Request]:
        """Keep a report page, and ask for its files."""
        if path := self._keep(response):
            yield from self._files(path, response.url, response.meta["asked"])

    def parse_attachment(self, response: Response) -> None:
        """Keep a file of a report."""
        self._keep(response)

    def failed(self, failure: Failure) -> None:
        """Write down what went wrong with a request."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error = failure.value
        about = ""
        if isinstance(error, RobotsUnreachable) and error.__cause__:
            error, about = error.__cause__, "robots.txt: "
        reason = f"{about}{type(error).__name__}: {error}".strip(": ")
        outcome: Outcome = "failed"
        host = urlparse_cached(request).hostname or ""
        if isinstance(error, CannotResolveHostError) and host in PublicResolver.refused:
            outcome, reason = "refused", PublicResolver.refused[host]
        elif isinstance(error, IgnoreRequest) and "robots.txt" in str(error):
            outcome, reason = "robots", str(error)
        elif isinstance(error, DownloadCancelledError):
            outcome, reason = "refused", f"larger than {self._limits['megabytes']} megabytes"
        elif isinstance(error, IgnoreRequest):
            outcome, reason = "refused", str(error)
        elif _TLS.search(reason):
            outcome = "blocked"
        self._note(request, outcome, None, reason)

    def crashed(self, failure: Failure, response: Response) -> None:
        """Write down that our own code failed on an answer, so that it is asked for again."""
        self._note(response.request, "failed", response.status, f"a defect: {failure.getErrorMessage()}")

    def closed(self, reason: str) -> None:
        """Write down that the crawl ended; one that was interrupted goes on next time."""
        self.ended = reason
        if reason == "finished" and self.manifest.last:
            self.manifest.end()

    def _list(
        self,
        link: Link,
        page_url: str | None,
        depth: int = 0,
        start: str = "",
        number: int | None = None,
        counted: bool = False,
    ) -> Iterator[Request]:
        if link.url in self._lists:
            return
        self._lists.add(link.url)
        if len(self._lists) > self._limits["list_pages"] or depth >= self._limits["depth"]:
            reason = "more list pages than the source allows"
            self.manifest.add(Visit(link.url, "list", "limit", None, reason, page_url))
            return
        arguments = {"start": start or link.url, "number": number, "counted": counted}
        yield from self._ask(link, "list", page_url, self.parse_list, arguments)

    def _report(self, link: Link, page_url: str | None) -> Iterator[Request]:
        if link.url in self._wanted:
            return
        self._wanted.add(link.url)
        done = self._done.get(link.url)
        if self._dry_run:
            outcome: Outcome = "known" if self._store.find(link.url) else "new"
            self.manifest.add(Visit(link.url, "report", outcome, None, None, page_url, link.text or None))
        elif done is None or (done.raw_path and not (self._raw / done.raw_path).is_file()):
            yield from self._ask(link, "report", page_url, self.parse_report)
        elif done.raw_path:  # its files may not have been asked for before the crawl was interrupted
            path = self._raw / done.raw_path
            yield from self._files(path, facts_of(path).get("final_url") or link.url, link.url)

    def _files(self, path: Path, url: str, page_url: str) -> Iterator[Request]:
        """Ask for the files that the page at ``path`` offers or shows; ``url`` is where it came from in the end."""
        pattern = self._rules.get("attachments")
        if not pattern:
            return
        for link in _links_of(path):
            try:
                address = urljoin(url, link.url)
            except ValueError:
                continue
            if address.startswith(("http://", "https://")) and re.search(pattern, address, re.IGNORECASE):
                yield from self._attachment(Link(address, link.text), page_url)

    def _attachment(self, link: Link, page_url: str) -> Iterator[Request]:
        if link.url not in self._wanted:
            self._wanted.add(link.url)
            if link.url not in self._done:
                yield from self._ask(link, "attachment", page_url, self.parse_attachment)

    def _ask(
        self,
        link: Link,
        kind: Kind,
        page_url: str | None,
        callback: Callable[..., Any],
        arguments: dict[str, Any] | None = None,
    ) -> Iterator[Request]:
        meta: dict[str, Any] = {"kind": kind, "asked": link.url, "link_text": link.text or None, "page_url": page_url}
        if kind != "list":
            meta["find"] = lambda digest: self._store.find(link.url, digest)
        try:
            request = Request(
                link.url,
                callback=callback,
                errback=self.failed,
                cb_kwargs=arguments or {},
                priority=_PRIORITY[kind],
                dont_filter=True,  # who was redirected to an address that was asked for gets its answer all the same
                meta=meta,
            )
        except ValueError as error:
            self.manifest.add(Visit(link.url, kind, "refused", None, str(error), page_url, link.text or None))
            return
        yield request

    def _keep(self, response: Response) -> Path | None:
        """Store what came, if it is what was asked for; give where it lies."""
        if not self._is_answer(response):
            return None
        meta = response.meta
        asked = meta["asked"]
        if _is_unchanged(response):
            path = self._store.find(asked, meta["digest"])
            self._note(response.request, "unchanged", _NOT_MODIFIED, path=path)
            return path
        facts = {
            "url": asked,
            "final_url": response.url if response.url != asked else None,
            "fetched_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "status": response.status,
            "headers": headers_of(response),
            "source_id": self.source.name,
            "link_text": meta["link_text"],
            "page_url": meta["page_url"] if meta["kind"] == "attachment" else None,
            "list_url": meta["page_url"] if meta["kind"] == "report" else None,
        }
        known = {name: value for name, value in facts.items() if value is not None}
        path, is_new = self._store.keep(asked, response.body, known)
        self._note(response.request, "fetched" if is_new else "unchanged", response.status, path=path)
        return path

    def _is_answer(self, response: Response) -> bool:
        """Whether an answer is what was asked for; if not, write it down."""
        status = response.status
        if _is_unchanged(response):
            return True
        outcome: Outcome
        if bar := bar_in(response):
            outcome, reason = "blocked", bar
        elif status in GONE:
            outcome, reason = "gone", f"HTTP {status}"
        elif status in _REDIRECTS and "Location" in response.headers:
            outcome, reason = "refused", f"a redirect to {response.headers['Location']!r} that leads to no page"
        elif status != _OK:
            outcome, reason = "failed", f"HTTP {status}"
        elif not response.body:
            outcome, reason = "failed", "nothing came"
        else:
            return True
        self._note(response.request, outcome, status, reason)
        return False

    def _note(
        self,
        request: Request | None,
        outcome: Outcome,
        status: int | None,
        reason: str | None = None,
        path: Path | None = None,
    ) -> None:
        assert request is not None
        meta = request.meta
        raw_path = path.relative_to(self._raw).as_posix() if path else None
        self.manifest.add(
            Visit(meta["asked"], meta["kind"], outcome, status, reason, meta["page_url"], meta["link_text"], raw_path)
        )


def _links_of(path: Path) -> Iterator[Link]:
    """The files and pictures that a page offers or shows, as its reader sees them."""
    try:
        opened = open_document(path.read_bytes())
        links = opened.read().links if opened.format == "html" else []
    except UnreadableDocument:
        return
    for link in links:
        yield Link(link.href, link.text)


def _is_unchanged(response: Response) -> bool:
    return "cached" in response.flags
