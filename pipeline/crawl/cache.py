"""What servers said before, so that they are asked only for what has changed."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.extensions.httpcache import RFC2616Policy
from scrapy.http import Headers, HtmlResponse, Request, Response
from scrapy.responsetypes import responsetypes

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.settings import BaseSettings


class AskAlways(RFC2616Policy):
    """Ask each time, with the validators that the server gave (RFC 9110, 13.1); believe only 304 Not Modified."""

    def should_cache_response(self, response: Response, request: Request) -> bool:
        """Only what has a validator can be asked for conditionally."""
        return response.status == 200 and ("ETag" in response.headers or "Last-Modified" in response.headers)

    def is_cached_response_fresh(self, cachedresponse: Response, request: Request) -> bool:
        """Never: the request goes out, with the validators."""
        self._set_conditional_validators(request, cachedresponse)
        return False

    def is_cached_response_valid(self, cachedresponse: Response, response: Response, request: Request) -> bool:
        """What was kept does not stand in for an error."""
        return response.status == 304


class SqliteCache:
    """A table of responses by address, in a file of the source; kept whole at any kill.

    Pages are kept with their bodies, since their links are needed when they have not changed; of files only the
    validators are, and only as long as what was fetched lies in ``raw/``.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self._path = Path(settings["HTTPCACHE_DIR"])

    def open_spider(self, spider: Spider) -> None:
        """Open the file, or make it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(self._path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS response (url TEXT PRIMARY KEY, headers TEXT NOT NULL, body BLOB)"
        )

    def close_spider(self, spider: Spider) -> None:
        """Close the file."""
        self._database.close()

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        """What the server said before; None if it was never asked, or its file is gone."""
        found = self._database.execute("SELECT headers, body FROM response WHERE url = ?", [request.url]).fetchone()
        kept = request.meta.get("kept")
        if found is None or (kept and not kept(request.url)):
            return None
        headers, body = Headers(json.loads(found[0])), found[1] or b""
        kind = responsetypes.from_args(headers=headers, url=request.url, body=body) if body else Response
        return kind(url=request.url, headers=headers, status=200, body=body)

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        """Keep what the server said."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, (value, *_) in response.headers.items()}
        body = response.body if request.meta.get("kind") == "list" or isinstance(response, HtmlResponse) else None
        self._database.execute(
            "INSERT OR REPLACE INTO response VALUES (?, ?, ?)", [request.url, json.dumps(headers), body]
        )
