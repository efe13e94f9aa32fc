"""Where a crawl may go: http and https, the source's own hosts, public addresses, as robots.txt allows."""

from __future__ import annotations

import asyncio
import ipaddress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Request, Response
    from twisted.internet.base import ReactorBase
    from twisted.internet.defer import Deferred

_PORTS: Final = {"http": 80, "https": 443}


class Refused(IgnoreRequest):
    """An address that we do not ask, and why."""


class PrivateAddress(OSError):
    """A name leads to an address that is not on the public network."""


def check_address(address: str) -> str:
    """Give back a public IP address.

    Raises:
        PrivateAddress: it is loopback, link-local, private or otherwise not global (IANA's special registries).
    """
    if not ipaddress.ip_address(address).is_global:
        raise PrivateAddress(f"{address} is not an address of the public network")
    return address


class Guard:
    """Lets only those requests through, redirected ones among them, that the source allows."""

    def __init__(self, hosts: frozenset[str], allow_private: bool) -> None:
        self._hosts = hosts
        self._allow_private = allow_private

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Guard:
        """As the settings of the crawl say."""
        return cls(frozenset(crawler.settings["GONGKAI_HOSTS"]), crawler.settings.getbool("GONGKAI_ALLOW_PRIVATE"))

    def process_request(self, request: Request) -> None:
        """Refuse an address.

        Raises:
            Refused: with the reason.
        """
        parts = urlsplit(request.url)
        if parts.scheme not in _PORTS:
            raise Refused(f"{parts.scheme} is neither http nor https")
        if not _netlocs(request.url) & self._hosts:
            raise Refused(f"{parts.netloc} is not a host of this source")
        try:
            address = str(ipaddress.ip_address(parts.hostname or ""))
        except ValueError:
            return  # a name: the resolver sees where it leads
        if not self._allow_private:
            try:
                check_address(address)
            except PrivateAddress as error:
                raise Refused(str(error)) from error


class PublicResolver(CachingThreadedResolver):
    """Resolves names, for each connection anew, and gives only public addresses."""

    def __init__(self, reactor: ReactorBase, timeout: float, allow_private: bool) -> None:
        super().__init__(reactor, 0, timeout)
        self._allow_private = allow_private

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> PublicResolver:
        """As the settings of the crawl say."""
        settings = crawler.settings
        return cls(reactor, settings.getfloat("DNS_TIMEOUT"), settings.getbool("GONGKAI_ALLOW_PRIVATE"))

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: N802, ANN401 - Twisted's
        """The address of a name."""
        found = super().getHostByName(name, timeout)
        return found if self._allow_private else found.addCallback(check_address)


class Robots(RobotsTxtMiddleware):
    """robots.txt as RFC 9309 reads it: what a server cannot give forbids all, what it has not got forbids nothing."""

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            response = response.replace(body=b"User-agent: *\nDisallow: /\n")
        elif response.status >= 400:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)


class PatientRetry(RetryMiddleware):
    """Asks again after 2, 4, 8, ... times the pace, or when the server says (Retry-After)."""

    async def process_request(self, request: Request) -> None:
        """Wait before a request that is made again."""
        if times := request.meta.get("retry_times"):
            settings = self.crawler.settings
            wait = settings.getfloat("GONGKAI_BACKOFF") * 2**times
            await asyncio.sleep(min(wait, settings.getfloat("GONGKAI_BACKOFF_MAX")))


def _netlocs(url: str) -> set[str]:
    """How the host of an address can be written: the port may be left out where it is the scheme's."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    try:
        port = parts.port
    except ValueError:
        return set()
    return {f"{host}:{port or _PORTS[parts.scheme]}", *([host] if port in (None, _PORTS[parts.scheme]) else [])}
