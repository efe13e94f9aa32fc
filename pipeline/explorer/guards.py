"""What holds for every request and answer: who may ask, and what a browser may do with what it gets.

A site that a user visits elsewhere must not be able to read or write here through the browser: requests under another
name than ours are refused (DNS rebinding), and so is what is sent from another site's pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_EVERYWHERE: Final = frozenset({"0.0.0.0", "::"})
_READING: Final = frozenset({"GET", "HEAD"})

POLICY: Final = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
"""The content security policy of a page; an answer that has one of its own keeps it."""

_HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Guards:
    """ASGI middleware; ``names`` are the host names under which this server is asked, beside those of loopback.

    Where it listens everywhere (``0.0.0.0``), it is asked under names that it cannot know, and answers to all.
    """

    def __init__(self, app: ASGIApp, names: Sequence[str] = ()) -> None:
        self._app = app
        self._names = None if _EVERYWHERE & set(names) else _LOOPBACK | {name.lower() for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope["method"], headers)
        answer = PlainTextResponse(refusal, 403) if refusal else self._app

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    sent.setdefault(name, value)
            await send(message)

        await answer(scope, receive, guarded)

    def _refusal(self, method: str, headers: Headers) -> str | None:
        host = headers.get("host", "")
        if self._names is not None and (urlsplit(f"//{host}").hostname or "") not in self._names:
            return "This server does not go by that name. Start it with --name NAME if it should."
        if method not in _READING:
            origin = headers.get("origin")
            same = urlsplit(origin).netloc == host if origin else headers.get("sec-fetch-site") == "same-origin"
            if not same:
                return "Sent from another site: refused."
        return None
