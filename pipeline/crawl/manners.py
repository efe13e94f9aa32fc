"""How a crawl behaves: as robots.txt asks, slowly, and patiently with a server in trouble."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from scrapy import signals
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.utils.httpobj import urlparse_cached

from pipeline.crawl.guard import PublicResolver

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Request, Response
    from scrapy.robotstxt import RobotParser

ROBOT: Final = "Gongkai"
"""The name by which robots.txt may address us."""

_MOST_ROBOTS: Final = 512 * 1024
"""Bytes of a robots.txt that are read (RFC 9309, 2.5: at least 500 KiB)."""

_LONGEST_DELAY: Final = 300.0
"""Seconds: of what a robots.txt may ask us to wait between two requests."""


class RobotsUnreachable(IgnoreRequest):
    """Whether an address may be asked cannot be told now; the cause is why."""


class Robots(RobotsTxtMiddleware):
    """robots.txt as RFC 9309 reads it: what a server has not got forbids nothing, what it cannot give forbids all."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unreachable: dict[str, Exception] = {}

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Forbid a request.

        Raises:
            IgnoreRequest: robots.txt forbids it.
            RobotsUnreachable: there is no knowing.
        """
        await super().process_request(request)
        error = self._unreachable.get(urlparse_cached(request).netloc)
        if error and not request.meta.get("dont_obey_robotstxt"):
            raise RobotsUnreachable("robots.txt cannot be had") from error

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            raise OSError(f"robots.txt cannot be had: HTTP {response.status}")
        body = response.body[:_MOST_ROBOTS] if response.status < 300 else b""
        await super()._parse_robots(response.replace(body=body), netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if not isinstance(exc, IgnoreRequest):  # as when it leads to where we do not go: then there is none
            self._unreachable[netloc] = exc
        super()._robots_error(exc, netloc)


class Throttle(AutoThrottle):
    """Scrapy's, which never goes faster than robots.txt asks (Crawl-delay)."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._asked: dict[str, float] = {}
        crawler.signals.connect(self._robots_parsed, signal=signals.robots_parsed)

    def _robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        delay = robotparser.crawl_delay(ROBOT)
        host = urlparse_cached(request).hostname or ""
        if delay:
            self._asked[host] = min(float(delay), _LONGEST_DELAY)
            engine = self.crawler.engine
            if engine and host in engine.downloader.slots:
                slot = engine.downloader.slots[host]
                slot.delay = max(slot.delay, self._asked[host])

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        slot.delay = max(slot.delay, self._asked.get(urlparse_cached(response).hostname or "", 0))


class PatientRetry(RetryMiddleware):
    """Asks again after 2, 4, ... times the pace, or when the server says (Retry-After; not if that is too long)."""

    async def process_request(self, request: Request) -> None:
        """Wait before a request that is made again."""
        if times := request.meta.get("retry_times"):
            await asyncio.sleep(max(min(self._backoff * 2**times, self._longest), request.meta.pop("retry_after", 0)))

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Make a request again that a server could not answer."""
        wait = _retry_after(response)
        if wait > self._longest:
            return response
        request.meta["retry_after"] = wait
        return super().process_response(request, response)

    def process_exception(
        self, request: Request, exception: Exception, spider: Spider | None = None
    ) -> Request | Response | None:
        """Make a request again that was not answered, but not of a name that we refuse."""
        if urlparse_cached(request).hostname in PublicResolver.refused:
            return None
        return super().process_exception(request, exception)

    @property
    def _backoff(self) -> float:
        return self.crawler.settings.getfloat("GONGKAI_BACKOFF")

    @property
    def _longest(self) -> float:
        return self.crawler.settings.getfloat("GONGKAI_LONGEST_WAIT")


def _retry_after(response: Response) -> float:
    """Seconds that the server asks us to wait (RFC 9110, 10.2.3); 0 where it does not say."""
    said = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return 0
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())
