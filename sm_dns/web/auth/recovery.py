"""Recovery codes: they let in whose authenticator is lost. Shown once, kept as hashes, each good for once."""

from __future__ import annotations

import base64
import hashlib
import secrets

CODES = 8
_OCTETS = 10  # of chance in each: nothing slower than a hash is needed
_GROUP = 4


def new_codes() -> tuple[str, ...]:
    """Fresh ones, as they are written down: `ABCD-EFGH-IJKL-MNOP`."""
    return tuple(_grouped(base64.b32encode(secrets.token_bytes(_OCTETS)).decode()) for _ in range(CODES))


def digest(code: str) -> str:
    """What is kept of a code, however it is typed."""
    letters = "".join(each for each in code.upper() if each.isalnum())
    return hashlib.sha256(letters.encode(errors="replace")).hexdigest()


def _grouped(text: str) -> str:
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))
