"""Pseudonyms: what the store keeps instead of a staff key, a hardware address or an IP address (PRIV-1).

HMAC-SHA256 (RFC 2104) cut to 16 octets. The key lies in a file apart from the store: who has the store alone cannot
try all staff keys. Whoever loses the key cannot count across the loss (PRIV-6), so it is kept as long as the store.
"""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

from sm_dns.monitor import secret_file

PSEUDONYM_BYTES = 16


class Pseudonyms:
    """Pseudonyms under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.key_id = hashlib.sha256(key).hexdigest()[:8]

    def of(self, kind: str, key: str) -> bytes:
        """16 octets for one who is counted; a person and a device with the same key have different ones."""
        return hmac.digest(self._key, f"{kind}\0{key}".encode(), "sha256")[:PSEUDONYM_BYTES]


def load_or_make(path: Path) -> Pseudonyms:
    """The pseudonyms under the key of a file, which is made where there is none: see `secret_file.load_or_make`."""
    return Pseudonyms(secret_file.load_or_make(path))
