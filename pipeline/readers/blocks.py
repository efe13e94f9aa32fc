"""Pages that a site sends instead of a document: refusals, and tests whether its visitor is a browser or a person.

What they are known by stands in ``blocks.csv``: HTTP statuses, words of their source, and words that they show.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from pipeline.readers.document import UnreadableDocument
from pipeline.readers.encoding import decode

_MOST_BYTES: Final = 500_000
_MOST_SHOWN: Final = 400
"""Characters that such a page shows at the most. Guards put their scripts into ordinary pages too, which show more."""
_NOT_SHOWN: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)|<[^<>]*>|\s+", re.DOTALL | re.IGNORECASE
)
"""Whatever is not closed is taken to the end, so that no page takes long."""


class _Mark(NamedTuple):
    kind: str
    pattern: str
    what: str


def find_block(data: bytes, status: int | None = None, headers: Mapping[str, str] = MappingProxyType({})) -> str | None:
    """Tell what blocked a document of which no report came; None where nothing says that it was blocked.

    Args:
        data: what the site sent.
        status: the HTTP status that it came with, if known.
        headers: the HTTP headers, if known.
    """
    for mark in _marks():
        if mark.kind == "status" and status is not None and mark.pattern == str(status):
            return f"{mark.what} (HTTP {status})"
    if len(data) > _MOST_BYTES:
        return None
    try:
        source, _ = decode(data, headers)
    except UnreadableDocument:
        return None
    shown = _NOT_SHOWN.sub("", source)
    if len(shown) > _MOST_SHOWN or "\0" in shown:
        return None
    words = " ".join(_NOT_SHOWN.sub(" ", source).split())
    for mark in _marks():
        if mark.kind == "source" and re.search(mark.pattern, source):
            return f"the site's guard ({mark.what}) wanted a script to be run first"
        if mark.kind == "text" and (found := re.search(mark.pattern, words)):
            return f"the page is {mark.what}: {found[0]}"
    return None


@cache
def _marks() -> tuple[_Mark, ...]:
    with Path(__file__).with_name("blocks.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_Mark(**row) for row in csv.DictReader(file))
