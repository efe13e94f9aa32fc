"""The words of the pages, Chinese and English: ``texts/*.csv``, with the columns ``key``, ``zh`` and ``en``."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal

from starlette.datastructures import MutableHeaders, QueryParams
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Language = Literal["zh", "en"]

LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
COOKIE: Final = "gongkai-language"
_TEXTS: Final = Path(__file__).parent / "texts"


def language_of(request: Request) -> Language:
    """The language of a request: what its address says, else what was chosen before, else Chinese."""
    for said in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        for language in LANGUAGES:
            if said == language:
                return language
    return "zh"


class Words:
    """The words of one language: ``t("agency.title", name=...)``."""

    def __init__(self, language: Language, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, key: str, **values: object) -> str:
        """The text of ``key``, with values in the place of ``{name}``.

        Raises:
            KeyError: no file of ``texts/`` has the key, or its text has another name.
        """
        text = self._texts[key]
        return text.format(**values) if values else text

    def of(self, prefix: str, code: str | None) -> str:
        """The text of a code of the warehouse, ``prefix.code``; the code itself where it has none."""
        return "" if code is None else self._texts.get(f"{prefix}.{code}", code)


@cache
def words(language: Language) -> Words:
    """All words of a language.

    Raises:
        ValueError: a key stands in the files twice, or has no text.
    """
    texts: dict[str, str] = {}
    for path in sorted(_TEXTS.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file):
                key = line["key"]
                if key in texts or not line[language]:
                    raise ValueError(f"{path.name}: {key} stands there twice, or without {language}")
                texts[key] = line[language]
    return Words(language, texts)


class LanguageKept:
    """ASGI middleware: the language that an address names is kept in a cookie for those that name none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        said = QueryParams(scope["query_string"]).get("lang") if scope["type"] == "http" else None
        if said not in LANGUAGES:
            await self._app(scope, receive, send)
            return

        async def kept(message: Message) -> None:
            if message["type"] == "http.response.start":
                cookie = f"{COOKIE}={said}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly"
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, kept)
