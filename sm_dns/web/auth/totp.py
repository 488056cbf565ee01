"""One-time codes of an authenticator: TOTP (RFC 6238) with SHA-1, six digits, thirty seconds."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from urllib.parse import quote

STEP = 30
DIGITS = 6
SECRET_OCTETS = 20


def new_secret() -> str:
    """A fresh secret in base32, as authenticators take it."""
    return base64.b32encode(secrets.token_bytes(SECRET_OCTETS)).decode()


def hotp(secret: bytes, counter: int, digits: int = DIGITS) -> str:
    """The code of a counter (RFC 4226 §5.3)."""
    digest = hmac.digest(secret, struct.pack(">Q", counter), hashlib.sha1)
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}d}"


def accepted(secret: str, given: str, now: float, last: int) -> int | None:
    """The counter whose code was given at `now` (POSIX seconds), one step early or late; None for a wrong code.

    A counter up to `last` is used up: a code works once (RFC 6238 §5.2).
    """
    key = base64.b32decode(secret)
    digits = "".join(given.split())
    current = int(now // STEP)
    for counter in (current, current - 1, current + 1):
        if counter > last and hmac.compare_digest(hotp(key, counter).encode(), digits.encode()):
            return counter
    return None


def uri(secret: str, name: str, issuer: str) -> str:
    """What an authenticator reads from a picture or a link."""
    return f"otpauth://totp/{quote(issuer)}:{quote(name)}?secret={secret}&issuer={quote(issuer)}"
