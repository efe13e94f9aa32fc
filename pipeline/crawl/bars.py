"""Answers that are not the page but a bar before it."""

from __future__ import annotations

from http.client import responses
from typing import TYPE_CHECKING, Final

from pipeline.readers.blocks import find_block

if TYPE_CHECKING:
    from scrapy.http import Response

_BARRED: Final = frozenset({401, 403, 412, 429, 451, 521})
"""Statuses by which a site keeps a crawler out (RFC 9110, 6585 and 7725; 429 after all retries; 521 of a guard)."""

GONE: Final = frozenset({404, 410})
"""Statuses by which a site says that there is nothing, whatever it shows with them."""


def bar_in(response: Response) -> str | None:
    """What bars the way to a page; None for an answer that is the page, or says that there is none."""
    if response.status in _BARRED:
        return f"HTTP {response.status} {responses.get(response.status, '')}".strip()
    return None if response.status in GONE else find_block(response.body, headers=headers_of(response))


def headers_of(response: Response) -> dict[str, str]:
    """The headers of an answer, the first of each name."""
    return {name.decode("latin-1"): value[0].decode("latin-1") for name, value in response.headers.items() if value}
