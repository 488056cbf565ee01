"""Sending one message through the agency's mail server: bounded waits, bounded tries, TLS (RFC 5321, RFC 3207)."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Callable
from email.message import EmailMessage

from sm_dns.settings.blocks.reports import SmtpSettings
from sm_dns.util.errors import BadInput
from sm_dns.util.files import read_text

SMTP_SECONDS = 30.0
MAX_TRIES = 3
PAUSE_SECONDS = 10.0
MAX_PASSWORD = 1024


class MailFailed(OSError):
    """The server did not take the message; the text says why."""


def send(smtp: SmtpSettings, message: EmailMessage, *, pause: Callable[[float], None] = time.sleep) -> None:
    """Hand a message over. What may pass (no connection, codes 4xx) is tried again; codes 5xx are final.

    Raises `MailFailed`, and `BadInput` for a password or certificate file that cannot be used.
    """
    password = (
        None if smtp.password_file is None else read_text(smtp.password_file, limit=MAX_PASSWORD).strip()
    )
    context = _context(smtp)
    for left in reversed(range(MAX_TRIES)):
        try:
            _send(smtp, message, password, context)
        except (OSError, smtplib.SMTPException) as error:
            if not left or not _may_pass(error):
                raise MailFailed(f"mail server {smtp.host}:{smtp.port}: {error}") from error
            pause(PAUSE_SECONDS)
        else:
            return


def _context(smtp: SmtpSettings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=smtp.ca_file)
    except OSError as error:  # an SSLError is one
        raise BadInput(
            "cannot be used as a file of certificates: {reason}", file=smtp.ca_file, reason=error
        ) from error


def _send(smtp: SmtpSettings, message: EmailMessage, password: str | None, context: ssl.SSLContext) -> None:
    with _connected(smtp, context) as server:
        if smtp.security == "starttls":
            server.starttls(context=context)
        if smtp.user is not None and password is not None:
            server.login(smtp.user, password)
        refused = server.send_message(message)
        if refused:
            raise smtplib.SMTPRecipientsRefused(refused)


def _connected(smtp: SmtpSettings, context: ssl.SSLContext) -> smtplib.SMTP:
    if smtp.security == "tls":
        return smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=SMTP_SECONDS, context=context)
    return smtplib.SMTP(smtp.host, smtp.port, timeout=SMTP_SECONDS)


def _may_pass(error: Exception) -> bool:
    """Whether a later try can do better. Once some recipients have it, another try would send it twice."""
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPNotSupportedError | ssl.SSLError):
        return False
    if isinstance(error, smtplib.SMTPResponseException):
        return 400 <= error.smtp_code < 500
    return True
