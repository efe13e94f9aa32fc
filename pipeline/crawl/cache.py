"""What servers said before, so that they are asked only for what has changed."""

from __future__ import annotations

import json
import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.httpcache import HttpCacheMiddleware
from scrapy.extensions.httpcache import RFC2616Policy
from scrapy.http import Headers, Request, Response

from pipeline.crawl.bars import bar_in, headers_of
from pipeline.crawl.store import digest_of

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.settings import BaseSettings

_log = logging.getLogger(__name__)


class Revalidation(HttpCacheMiddleware):
    """Scrapy's cache, but that what was kept never stands in for an answer that did not come."""

    def process_exception(self, request: Request, exception: Exception, spider: Spider | None = None) -> None:
        """Forget what was kept for this request."""
        request.meta.pop("cached_response", None)


class AskAlways(RFC2616Policy):
    """Ask each time, with the validators that the server gave (RFC 9110, 13.1); believe only 304 Not Modified."""

    def should_cache_response(self, response: Response, request: Request) -> bool:
        """Only what has a validator can be asked for conditionally; a bar before a page is not the page."""
        has_validator = "ETag" in response.headers or "Last-Modified" in response.headers
        return response.status == 200 and has_validator and not bar_in(response)

    def is_cached_response_fresh(self, cachedresponse: Response, request: Request) -> bool:
        """Never: the request goes out, with the validators."""
        self._set_conditional_validators(request, cachedresponse)
        return False

    def is_cached_response_valid(self, cachedresponse: Response, response: Response, request: Request) -> bool:
        """What was kept does not stand in for an error."""
        return response.status == 304


def _is_busy_or_full(error: sqlite3.DatabaseError) -> bool:
    """Whether an error says nothing of what the file holds."""
    told = getattr(error, "sqlite_errorname", "SQLITE_CORRUPT")
    return told not in {"SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR"}


def examine(path: Path) -> str | None:
    """What is wrong with a file of responses, every page of it read; None if nothing is, or there is none."""
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            ((said,),) = database.execute("PRAGMA integrity_check(1)").fetchall()
            database.execute("SELECT url, headers, digest, body FROM response LIMIT 1")
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if said == "ok" else str(said)


def forget(path: Path) -> None:
    """Remove a file of responses: everything is asked for once more."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(
            """
            CREATE TABLE IF NOT EXISTS response (
                url TEXT PRIMARY KEY, headers TEXT NOT NULL, digest TEXT NOT NULL, body BLOB
            )
            """
        )
        if database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("its pages are damaged")
        database.execute("SELECT url, headers, digest, body FROM response LIMIT 1")
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database


class SqliteCache:
    """A table of responses by address, in a file of the source; kept whole at any kill.

    List pages are kept with their bodies, since their links are needed when they have not changed. Of what lies in
    ``raw/`` only the validators are, and they count only as long as those bytes do lie there.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self._path = Path(settings["HTTPCACHE_DIR"])

    def open_spider(self, spider: Spider) -> None:
        """Open the file, or make it; one that is damaged is made anew: everything is asked for once more."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._database = _open(self._path)
        except sqlite3.DatabaseError as error:
            if _is_busy_or_full(error):
                raise
            _log.warning("%s is damaged and is made anew: %s", self._path, error)
            forget(self._path)
            self._database = _open(self._path)

    def close_spider(self, spider: Spider) -> None:
        """Close the file."""
        self._database.close()

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        """What the server said before; None if it was never asked, or what it gave is gone."""
        for name in ("If-None-Match", "If-Modified-Since"):  # of the address that was redirected here
            request.headers.pop(name, None)
        find = request.meta.get("find")
        row = self._database.execute(
            "SELECT headers, digest, body FROM response WHERE url = ? AND (body IS NULL) = ?",
            [request.url, find is not None],
        ).fetchone()
        if row is None or (find and not find(row[1])):
            return None
        headers, body = Headers(json.loads(row[0])), row[2] or b""
        request.meta["digest"] = row[1]
        return Response(url=request.url, headers=headers, status=200, body=body)

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        """Keep what the server said."""
        if "cached" in response.flags:
            return
        body = None if "find" in request.meta else response.body
        self._database.execute(
            "INSERT OR REPLACE INTO response VALUES (?, ?, ?, ?)",
            [request.url, json.dumps(headers_of(response)), digest_of(response.body), body],
        )
