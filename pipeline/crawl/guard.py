"""Where a crawl may go: http and https, the source's own hosts, public addresses."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Request
    from twisted.internet.base import ReactorBase
    from twisted.internet.defer import Deferred

_PORTS: Final = {"http": 80, "https": 443}
_NETLOC: Final = re.compile(r"(?P<host>\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(:(?P<port>\d{1,5}))?", re.IGNORECASE)
"""A host and port, without user and password, in characters that all programs read alike."""


class Refused(IgnoreRequest):
    """An address that we do not ask, and why."""


class NotPublicError(OSError):
    """A name leads to an address that is not on the public network."""


def check_address(address: str, allow_loopback: bool = False) -> str:
    """Give back a public IP address.

    Args:
        address: IPv4 or IPv6, as text.
        allow_loopback: whether this machine itself may be asked; other addresses that are not public never are.

    Raises:
        NotPublicError: it is loopback, link-local, private, multicast or otherwise not global (by IANA).
    """
    known = ipaddress.ip_address(address)
    mapped = getattr(known, "ipv4_mapped", None) or known
    if not (mapped.is_global and not mapped.is_multicast) and not (allow_loopback and mapped.is_loopback):
        raise NotPublicError(f"{address} is not an address of the public network")
    return address


class Guard:
    """Lets only those requests through, redirected ones among them, that the source allows."""

    def __init__(self, hosts: frozenset[str], allow_loopback: bool) -> None:
        self._hosts = hosts
        self._allow_loopback = allow_loopback

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Guard:
        """As the settings of the crawl say."""
        return cls(frozenset(crawler.settings["GONGKAI_HOSTS"]), crawler.settings.getbool("GONGKAI_ALLOW_LOOPBACK"))

    def process_request(self, request: Request) -> None:
        """Refuse an address.

        Raises:
            Refused: with the reason.
        """
        parts = urlsplit(request.url)
        if parts.scheme not in _PORTS:
            raise Refused(f"{parts.scheme} is neither http nor https")
        netloc = _NETLOC.fullmatch(parts.netloc)
        if not netloc:
            raise Refused(f"{parts.netloc} is more than a host and its port")
        host, port = netloc["host"].lower(), int(netloc["port"] or _PORTS[parts.scheme])
        if not {f"{host}:{port}", *([host] if port == _PORTS[parts.scheme] else [])} & self._hosts:
            raise Refused(f"{parts.netloc} is not a host of this source")
        try:
            check_address(host.strip("[]"), self._allow_loopback)
        except NotPublicError as error:
            raise Refused(str(error)) from error
        except ValueError:
            return  # a name: the resolver sees where it leads


class PublicResolver(CachingThreadedResolver):
    """Resolves names, for each connection anew, and gives only public addresses (IPv4).

    Twisted tells those who ask only that a name was not found; ``refused`` says which were, and led where.
    """

    refused: Final[dict[str, str]] = {}

    def __init__(self, reactor: ReactorBase, timeout: float, allow_loopback: bool) -> None:
        super().__init__(reactor, 0, timeout)
        self._allow_loopback = allow_loopback

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> PublicResolver:
        """As the settings of the crawl say."""
        settings = crawler.settings
        return cls(reactor, settings.getfloat("DNS_TIMEOUT"), settings.getbool("GONGKAI_ALLOW_LOOPBACK"))

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: N802, ANN401 - Twisted's
        """The address of a name."""

        def check(address: str) -> str:
            try:
                return check_address(address, self._allow_loopback)
            except NotPublicError as error:
                self.refused[name.lower()] = f"{name} leads to {address}, which is not on the public network"
                raise error

        return super().getHostByName(name, timeout).addCallback(check)
