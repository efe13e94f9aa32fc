"""Alerts as an HTTP POST of JSON."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from functools import cache
from pathlib import Path
from string import Template
from typing import Any, Final
from urllib.parse import urlsplit

import yaml  # type: ignore[import-untyped]

from pipeline import __version__
from pipeline.alerts.alert import Alert
from pipeline.alerts.undelivered import Undelivered

_SECONDS: Final = 10
_ANSWER: Final = 65_536
"""Bytes of an answer that are read."""
_TOLD: Final = 200
"""Characters of an answer that are told."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would turn the POST into a GET, and the alert would be lost in silence."""

    def redirect_request(self, *_: Any, **__: Any) -> None:  # noqa: ANN401 - as urllib declares it
        return None


def post_webhook(url: str, form: str, alert: Alert) -> None:
    """Post ``alert`` to ``url``: its fields (``form`` is ``json``), or as a form of `bots.yml` words it.

    Raises:
        Undelivered: the server cannot be reached, or refuses it. The address is not told: it is often a secret.
    """
    bot = _bots().get(form)
    body = _fill(bot["body"], alert) if bot else alert.to_json()
    request = urllib.request.Request(
        url,
        json.dumps(body, ensure_ascii=False).encode(),
        {"Content-Type": "application/json; charset=utf-8", "User-Agent": f"Gongkai/{__version__}"},
    )
    host = urlsplit(url).hostname
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=_SECONDS) as answer:
            said = answer.read(_ANSWER)
    except urllib.error.HTTPError as error:
        with error:
            told = error.read(_ANSWER).decode(errors="replace")[:_TOLD]
        raise Undelivered(f"The webhook at {host} answers {error.code} {error.reason}: {told}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise Undelivered(f"The webhook at {host} cannot be reached: {reason}") from None
    if bot and (refused := _refusal(said, bot["refusals"])):
        raise Undelivered(f"The bot at {host} refuses the message: {refused[:_TOLD]}")


def _refusal(answer: bytes, fields: list[str]) -> str | None:
    try:
        said = json.loads(answer)
    except ValueError:
        return None
    if isinstance(said, dict) and any(said.get(name, 0) != 0 for name in fields):
        return json.dumps(said, ensure_ascii=False)
    return None


def _fill(part: Any, alert: Alert) -> Any:  # noqa: ANN401 - JSON
    if isinstance(part, dict):
        return {name: _fill(value, alert) for name, value in part.items()}
    return Template(part).substitute(subject=alert.subject, text=alert.text)


@cache
def _bots() -> dict[str, dict[str, Any]]:
    return dict(yaml.safe_load((Path(__file__).parent / "bots.yml").read_text(encoding="utf-8")))
