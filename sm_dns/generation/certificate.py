"""How long a certificate of DoT, DoH or the portal is still good for: clients turn away from one that has ended."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from sm_dns.dns.der import validity
from sm_dns.util.finding import Finding, finding
from sm_dns.util.message import Message

WARNING_SECONDS = 21 * 86_400  # before the end, in which somebody has time to renew it
_DAY = 86_400
_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


@dataclass(frozen=True)
class Certificate:
    """The file of a server's certificate, and the POSIX seconds from and until which it is valid."""

    file: str
    start: float
    end: float


def read_certificate(path: Path | None) -> Certificate | None:
    """The server's own certificate, the first of its file; None where there is none or it cannot be read.

    Whether it can be used at all is told by `sm_dns.builder.plans.encryption`.
    """
    if path is None:
        return None
    try:
        return Certificate(str(path), *validity(_first(path)))
    except (OSError, ValueError):
        return None


def _first(path: Path) -> bytes:
    text = path.read_text(encoding="ascii", errors="replace")
    start = text.index(_BEGIN)
    return ssl.PEM_cert_to_DER_cert(text[start : text.index(_END, start) + len(_END)])


def certificate_findings(certificate: Certificate, now: float) -> list[Finding]:
    """What is to be said of a certificate at `now` (POSIX seconds)."""
    if now >= certificate.end:
        return [
            finding("error", "{path}: the certificate has expired: clients refuse it", path=certificate.file)
        ]
    if now < certificate.start:
        return [finding("error", "{path}: the certificate is not valid yet", path=certificate.file)]
    left = certificate.end - now
    if left > WARNING_SECONDS:
        return []
    days = (
        Message("{left:.0f} days", left=left / _DAY)
        if left >= 2 * _DAY
        else Message("{left:.0f} hours", left=left / 3600)
    )
    return [
        finding(
            "warning", "{path}: the certificate expires in {days}: renew it", path=certificate.file, days=days
        )
    ]
