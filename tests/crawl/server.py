"""Sites on loopback: real HTTP servers, each at an address of its own, that count what they are asked."""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import quote

LAST_MODIFIED = 1_700_000_000.0
"""When all pages were last changed, in seconds of Unix time, unless they say something else."""


@dataclass(slots=True)
class Asked:
    """A request as the server saw it, and what it answered."""

    at: float  # time.monotonic() when the request had come
    host: str
    path: str
    headers: Mapping[str, str]
    status: int
    sent: int = 0  # bytes of the body


@dataclass(slots=True)
class Answer:
    """What a server says to a request."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    validators: tuple[str, ...] = ("ETag", "Last-Modified")
    modified: float = LAST_MODIFIED
    delay: float = 0.0  # seconds before the first byte
    endless: bool = False  # the body is sent again and again, until the client hangs up

    @classmethod
    def page(cls, markup: str, charset: str = "utf-8", **more: object) -> Answer:
        """A page of HTML; ``charset`` stands in its head only, as on most of these sites."""
        body = markup.replace("<head>", f'<head><meta charset="{charset}">', 1).encode(charset, "xmlcharrefreplace")
        return cls(body, headers={"Content-Type": "text/html"}, **more)  # type: ignore[arg-type]

    @classmethod
    def redirect(cls, to: str, status: int = 302) -> Answer:
        return cls(status=status, headers={"Location": to}, validators=())

    @classmethod
    def bomb(cls, megabytes: int) -> Answer:
        """A page of zeros that is a thousand times as large when unpacked."""
        zipped = gzip.compress(bytes(megabytes * 2**20), 9)
        return cls(zipped, headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}, validators=())


Page = Answer | Callable[[str], Answer]
"""An answer, or what gives one for a path."""


class Site:
    """One site: its pages by path (with the query), and what it was asked."""

    def __init__(self, address: str, log: list[Asked]) -> None:
        """``address`` is one of 127.0.0.0/8; the port is any that is free."""
        self.pages: dict[str, Page] = {}
        self.robots: Page = Answer(status=404)
        self._log = log
        self._server = ThreadingHTTPServer((address, 0), _handler(self))
        self._server.daemon_threads = True
        self._server.request_queue_size = 64
        self.host = f"{address}:{self._server.server_port}"
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def path(self, url: str) -> str:
        """The path of an address of this site, as it is asked for."""
        return quote(url.removeprefix(self.url("")), safe="/?=&%")

    @property
    def asked(self) -> list[Asked]:
        """What was asked here, robots.txt apart, in order."""
        return [asked for asked in self._log if asked.host == self.host and asked.path != "/robots.txt"]

    @property
    def all_asked(self) -> list[Asked]:
        """What was asked here."""
        return [asked for asked in self._log if asked.host == self.host]

    def answer(self, path: str) -> Answer:
        page = self.robots if path == "/robots.txt" else self.pages.get(path, Answer(b"<h1>404</h1>", 404))
        return page(path) if callable(page) else page

    def note(self, asked: Asked) -> None:
        self._log.append(asked)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Internet:
    """All sites of a test, and all that they were asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._sites: list[Site] = []
        self._numbers = count(2)

    def site(self, address: str = "") -> Site:
        """A new site, at an address of loopback that no other of this test has."""
        site = Site(address or f"127.0.0.{next(self._numbers)}", self.asked)
        self._sites.append(site)
        return site

    def close(self) -> None:
        for site in self._sites:
            site.close()


@contextmanager
def internet() -> Iterator[Internet]:
    """Sites that close when the test ends."""
    sites = Internet()
    try:
        yield sites
    finally:
        sites.close()


def recovering(answer: Answer, failures: int = 1, status: int = 503) -> Callable[[str], Answer]:
    """An address that fails at first; ``Retry-After`` says that it may be asked again at once."""
    tries = count()
    bad = Answer(b"busy", status, {"Retry-After": "0"}, validators=())
    return lambda path: bad if next(tries) < failures else answer


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version, sys_version = "Sites", ""
        timeout = 20

        def do_GET(self) -> None:
            at, answer = time.monotonic(), site.answer(self.path)
            headers = {"Content-Type": "text/html", **answer.headers, **self._validators(answer)}
            unchanged = answer.status == 200 and self._unchanged(headers)
            status = HTTPStatus.NOT_MODIFIED if unchanged else answer.status
            asked = Asked(at, site.host, self.path, dict(self.headers), int(status))
            site.note(asked)
            time.sleep(answer.delay)
            body = b"" if unchanged else answer.body
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if answer.endless:
                self.send_header("Connection", "close")
            elif not unchanged:
                self.send_header("Content-Length", str(len(body)))
            try:
                self.end_headers()
                while True:
                    asked.sent += len(body)
                    self.wfile.write(body)
                    if not answer.endless:
                        break
            except OSError:
                self.close_connection = True  # the client has enough

        def _validators(self, answer: Answer) -> dict[str, str]:
            known = {
                "ETag": f'"{hashlib.md5(answer.body).hexdigest()}"',
                "Last-Modified": formatdate(answer.modified, usegmt=True),
            }
            return {name: known[name] for name in answer.validators if answer.status == 200}

        def _unchanged(self, headers: Mapping[str, str]) -> bool:
            if tag := self.headers.get("If-None-Match"):
                return tag == headers.get("ETag")
            since = self.headers.get("If-Modified-Since")
            return since is not None and since == headers.get("Last-Modified")

        def log_message(self, format: str, *arguments: object) -> None:
            """The log is the site's."""

    return Handler
