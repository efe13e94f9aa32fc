"""Where documents are from, and which of them a link leads to: addresses and paths, however they are written."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import unquote, unquote_to_bytes, urljoin, urlsplit

_LINE_BREAKS: Final = re.compile(r"[\t\r\n]")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_MEMBER: Final = "!/"  # between an archive and the path of a document in it

Key = tuple[str, int | None, bytes, bytes]


class Place(NamedTuple):
    """A place where a document was seen, as in ``landing.observations``."""

    document_id: str
    raw_path: str
    url: str | None
    page_url: str | None
    fetched_at: datetime | None


class Addresses:
    """The documents by their addresses and paths.

    Two addresses are one if they differ only in what servers do not tell apart: http or https, a default port, the
    fragment, percent-encoding, ``..``, doubled slashes, backslashes for slashes, spaces at the ends.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        """Index the places where documents were seen."""
        self._places: dict[str, list[Place]] = defaultdict(list)
        self._by_url: dict[Key, list[Place]] = defaultdict(list)
        self._by_path: dict[str, str] = {}
        self._names: set[bytes] = set()  # to pass over most links, which lead to no document, at once
        for place in places:
            self._places[place.document_id].append(place)
            if key := url_key(place.url):
                self._by_url[key].append(place)
                self._names.add(_name(place.url or ""))
            else:
                self._by_path[place.raw_path] = place.document_id
                name = place.raw_path.rpartition("/")[2]
                self._names |= {name.encode("utf-8", "replace"), name.encode("gb18030", "replace")}

    def target(self, origin: Iterable[Place], href: str) -> str | None:
        """The document that ``href`` leads to from a document seen at ``origin``; None if it is not here.

        By the file's address first. A relative link also leads from the page's folder to a file whose own address
        is not known (pages that a browser saved with their files). Where several documents have one address, the
        latest fetched counts.
        """
        if _name(href) not in self._names:
            return None
        places = list(origin)
        for place in places:
            if place.url and (found := self._by_url.get(url_key(_join(place.url, href)) or _NO_KEY)):
                return max(found, key=_age).document_id
        for place in places:
            for path in relative_paths(place.raw_path, href):
                if path in self._by_path:
                    return self._by_path[path]
        return None

    def offered_by_page(self) -> dict[str, set[str]]:
        """The documents whose ``page_url`` is the address of a page, by the page's document."""
        offered: dict[str, set[str]] = defaultdict(set)
        for places in self._places.values():
            for place in places:
                key = url_key(place.page_url)
                for page in self._by_url.get(key, ()) if key else ():
                    if page.document_id != place.document_id:
                        offered[page.document_id].add(place.document_id)
        return offered

    def latest(self, documents: Collection[str]) -> str | None:
        """The only document; of several the latest fetched, if all are versions of one page; else None."""
        if len(documents) == 1:
            return next(iter(documents))
        keys = [{url_key(place.url) for place in self._places[document]} - {None} for document in documents]
        if not set.intersection(*keys):
            return None
        return max((place for document in documents for place in self._places[document]), key=_age).document_id


def url_key(url: str | None) -> Key | None:
    """What is the same for all ways to write one address of the web; None for what is none."""
    if not url:
        return None
    try:
        parts = urlsplit(_clean(url))
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        return None
    if scheme not in _DEFAULT_PORTS or not host:
        return None
    path = unquote_to_bytes(parts.path).strip()
    normal = posixpath.normpath(b"/" + path.lstrip(b"/"))
    is_folder = path.endswith((b"/", b"/.", b"/..")) and normal != b"/"
    return (
        host.lower().rstrip("."),
        None if port == _DEFAULT_PORTS[scheme] else port,
        normal + b"/" if is_folder else normal,
        unquote_to_bytes(parts.query).strip(),
    )


def relative_paths(raw_path: str, href: str) -> Iterator[str]:
    """The paths in ``raw/`` that a relative link may mean from the file at ``raw_path``; never one out of its archive.

    Percent-encoded bytes are UTF-8 or, on old sites, GB18030.
    """
    text = _clean(href).partition("#")[0]
    try:
        parts = urlsplit(text)
    except ValueError:
        return
    if parts.scheme or parts.netloc or text.startswith("/") or not parts.path:
        return
    archive, member, inner = raw_path.rpartition(_MEMBER)
    for written in dict.fromkeys((text, parts.path)):
        for encoding in ("utf-8", "gb18030"):
            try:
                decoded = unquote(written, encoding, "strict").strip()
            except UnicodeDecodeError:
                continue
            path = posixpath.normpath(posixpath.join(posixpath.dirname(inner), decoded))
            if not path.startswith(("../", "/")):
                yield f"{archive}{member}{path}"


def _join(base: str, href: str) -> str | None:
    try:
        return urljoin(_clean(base), _clean(href))
    except ValueError:
        return None


def _clean(text: str) -> str:
    """An address as browsers take it."""
    return _LINE_BREAKS.sub("", text).strip().replace("\\", "/")


def _name(address: str) -> bytes:
    """The last part of the path of an address or link."""
    path = _clean(address).partition("#")[0].partition("?")[0]
    return unquote_to_bytes(path).strip(b" /").rpartition(b"/")[2]


def _age(place: Place) -> tuple[bool, datetime, str]:
    """What grows with the time of fetching; places without one are the oldest."""
    return place.fetched_at is not None, place.fetched_at or datetime.min, place.raw_path


_NO_KEY: Final[Key] = ("", None, b"", b"")
