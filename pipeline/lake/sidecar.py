"""Sidecars: what is known of where a file came from, ``NAME.meta.json`` beside the file ``NAME``."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pipeline.extraction import Source

SIDECAR_SUFFIX: Final = ".meta.json"

SIDECAR_VERSION: Final = 1
"""Raise it when `read_sidecar` or `fingerprint` gives something else: sidecars that have not changed are read again."""

HEADERS_READ: Final = frozenset(
    {"content-type", "content-language", "content-disposition", "content-length", "content-encoding"}
)
"""The headers that say something of the bytes. Others (dates, cookies, cache state) differ at each fetch of
the same bytes; reading neither sees them nor is repeated for them."""

_STATUSES: Final = range(100, 600)


def read_sidecar(path: Path) -> tuple[Source, list[str]]:
    """What the sidecar at ``path`` says, and what is wrong with it.

    A part that is not of its kind counts as unknown, and never keeps the document from being read.
    ``fetched_at`` becomes UTC without a zone; a time without a zone is taken as UTC. Header names become
    lower case; only `HEADERS_READ` are kept.
    """
    problems: list[str] = []
    try:
        facts = json.loads(path.read_bytes())
    except OSError as error:
        return Source(), [f"cannot be opened ({error.strerror})"]
    except (ValueError, RecursionError) as error:
        return Source(), [f"is not JSON ({error})"]
    if not isinstance(facts, dict):
        return Source(), ["is not a JSON object"]

    def text(value: object, name: str) -> str | None:
        if value is None or (isinstance(value, str) and _is_text(value)):
            return value or None
        problems.append(f"{name} is not text: {value!r:.80}")
        return None

    headers = facts.get("headers") or {}
    if not isinstance(headers, dict):
        problems.append(f"headers is not an object: {headers!r:.80}")
        headers = {}
    kept = {
        name.lower(): text(value, f"headers[{name}]")
        for name, value in sorted(headers.items())
        if name.lower() in HEADERS_READ
    }
    source = Source(
        url=text(facts.get("url"), "url"),
        fetched_at=_time(facts.get("fetched_at"), problems),
        source_id=text(facts.get("source_id"), "source_id"),
        link_text=text(facts.get("link_text"), "link_text"),
        page_url=text(facts.get("page_url"), "page_url"),
        headers={name: value for name, value in kept.items() if value is not None},
        status=_status(facts.get("status", _header(headers, ":status", "status")), problems),
    )
    return source, problems


def fingerprint(source: Source) -> str:
    """Short text that is the same exactly for sources that reading cannot tell apart; empty for no facts."""
    if source == Source(page_url=source.page_url):  # which page linked to it matters when parts are put together
        return ""
    facts = [
        source.url,
        source.fetched_at and source.fetched_at.isoformat(),
        source.source_id,
        source.link_text,
        sorted(source.headers.items()),
        *([] if source.status is None else [source.status]),
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def _header(headers: dict[str, object], *names: str) -> str | None:
    """The first word of the first of these headers that is there."""
    given = (str(value).split() for name, value in headers.items() if name.lower() in names)
    return next((words[0] for words in given if words), None)


def _status(value: object, problems: list[str]) -> int | None:
    if value is None:
        return None
    if str(value).isascii() and str(value).isdigit() and int(str(value)) in _STATUSES:
        return int(str(value))
    problems.append(f"status is no HTTP status: {value!r:.80}")
    return None


def _time(value: object, problems: list[str]) -> datetime | None:
    if value is None:
        return None
    try:
        if not isinstance(value, str):
            raise TypeError
        time = datetime.fromisoformat(value)
        return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
    except (TypeError, ValueError, OverflowError):
        problems.append(f"fetched_at is not an ISO time: {value!r:.80}")
        return None


def _is_text(value: str) -> bool:
    # JSON escapes can spell half a surrogate pair, which no text file or database holds.
    return not any("\ud800" <= character <= "\udfff" for character in value)
