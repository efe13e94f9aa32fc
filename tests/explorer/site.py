"""A real server of the explorer in a thread, and a client that asks it."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from typing import NamedTuple

import uvicorn
from lxml import html

from pipeline.explorer import build_app
from pipeline.workspace import Workspace


class Answer(NamedTuple):
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8-sig")

    @property
    def tree(self) -> html.HtmlElement:
        return html.document_fromstring(self.body.decode())

    @property
    def shown(self) -> str:
        """What a reader sees of the content, white space as one space."""
        (main,) = self.tree.xpath("//main")
        for unseen in main.xpath(".//script | .//details[@class='source']"):
            unseen.drop_tree()
        return " ".join(main.text_content().split())


class Site:
    """One running explorer."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.origin = f"http://127.0.0.1:{port}"

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """Ask for a path as a person types it: Chinese need not be escaped."""
        return self._ask(path, None, headers)

    def post(self, path: str, form: dict[str, str], headers: dict[str, str] | None = None) -> Answer:
        """Send a form, from the site's own pages unless ``headers`` say otherwise."""
        data = urllib.parse.urlencode(form).encode()
        return self._ask(path, data, {"Origin": self.origin} if headers is None else headers)

    def _ask(self, path: str, data: bytes | None, headers: dict[str, str] | None) -> Answer:
        url = self.origin + urllib.parse.quote(path, safe="/?=&%#+:;,$")
        opener = urllib.request.build_opener(_Stay)
        try:
            with opener.open(urllib.request.Request(url, data, headers or {}), timeout=60) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer."""

    def redirect_request(self, *_: object) -> None:
        return None


@contextmanager
def running(workspace: Workspace, *, review: bool = False) -> Iterator[Site]:
    config = uvicorn.Config(build_app(workspace, review=review), port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield Site(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(20)
