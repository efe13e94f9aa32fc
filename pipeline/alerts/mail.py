"""Alerts as mail, by SMTP."""

from __future__ import annotations

import os
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from pipeline.alerts.alert import Alert
from pipeline.alerts.undelivered import Undelivered
from pipeline.settings import Mail

_SECONDS: Final = 15
_PORTS: Final = {"tls": 465, "starttls": 587, "none": 25}


def send_mail(settings: Mail, alert: Alert) -> None:
    """Send ``alert`` to all recipients.

    Raises:
        Undelivered: the server cannot be reached, is not trusted, lacks what the settings ask for, or refuses the
            login, the sender or all recipients.
    """
    password = _password(settings)
    try:
        with _connect(settings) as server:
            if settings.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.user and password is not None:
                server.login(settings.user, password)
            server.send_message(_message(settings, alert))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise Undelivered(f"Mail by {settings.host} ({settings.security}): {_reason(error)}") from None


def _connect(settings: Mail) -> smtplib.SMTP:
    port = settings.port or _PORTS[settings.security]
    if settings.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(settings.host, port, timeout=_SECONDS, context=context)
    return smtplib.SMTP(settings.host, port, timeout=_SECONDS)


def _password(settings: Mail) -> str | None:
    if not settings.user or not settings.password_variable:
        return None
    password = os.environ.get(settings.password_variable)
    if password is None:
        raise Undelivered(
            f"Mail by {settings.host}: the environment variable {settings.password_variable}, which should hold the "
            f"password of {settings.user}, is not set where Gongkai was started."
        )
    return password


def _message(settings: Mail, alert: Alert) -> EmailMessage:
    message = EmailMessage(SMTP)
    message["Subject"] = alert.subject
    message["From"] = settings.sender
    message["To"] = ", ".join(settings.recipients)
    message["Date"] = format_datetime(datetime.fromisoformat(alert.at))
    # The same of each try: a mail system that has the alert already can tell.
    message["Message-ID"] = f"<{alert.id}@{settings.sender.rpartition('@')[2].rstrip('> ')}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Gongkai-Kind"] = alert.kind
    message.set_content(alert.text, charset="utf-8")
    return message


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{to}: {_answer(code, said)}" for to, (code, said) in error.recipients.items())
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return str(error) or type(error).__name__


def _answer(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
