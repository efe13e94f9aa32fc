"""The ways by which alerts go out, as the settings configure them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pipeline.alerts.alert import Alert
from pipeline.alerts.mail import send_mail
from pipeline.alerts.undelivered import Undelivered
from pipeline.alerts.webhook import post_webhook
from pipeline.settings import Alerts

__all__ = ["Undelivered", "Way", "configured_ways"]

Way = Callable[[Alert], None]
"""Sends one alert; raises `Undelivered`."""


def configured_ways(settings: Alerts) -> dict[str, Way]:
    """The ways that are configured, by name: ``webhook``, ``mail``."""
    ways: dict[str, Way] = {}
    if settings.webhook:
        ways["webhook"] = partial(post_webhook, settings.webhook, settings.webhook_form)
    if settings.mail:
        ways["mail"] = partial(send_mail, settings.mail)
    return ways
