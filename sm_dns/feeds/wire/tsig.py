"""Signatures of messages between a primary and a secondary that share a key (TSIG, RFC 8945), HMAC-SHA256 alone."""

from __future__ import annotations

import base64
import hmac
import re
import stat
import struct
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from sm_dns.dns import names
from sm_dns.feeds.wire.requests import TSIG, Signature
from sm_dns.util.errors import BadInput
from sm_dns.util.files import read_text

ALGORITHM: Final = names.from_text("hmac-sha256")
FUDGE_SECONDS: Final = 300
NO_ERROR: Final = 0
BAD_SIGNATURE: Final = 16
BAD_KEY: Final = 17
BAD_TIME: Final = 18
MAC_OCTETS: Final = 32
MAX_KEY_FILE: Final = 4_096  # octets
MIN_SECRET: Final = 16  # octets

_ANY_CLASS: Final = 255
_KEY_FILE: Final = re.compile(r'key\s+"?(?P<name>[A-Za-z0-9._-]+)"?\s*\{(?P<body>[^}]*)\}\s*;?', re.DOTALL)
_SECRET: Final = re.compile(r'secret\s+"?(?P<secret>[A-Za-z0-9+/=]+)"?\s*;')
_ALGORITHM: Final = re.compile(r'algorithm\s+"?(?P<algorithm>[A-Za-z0-9.-]+)"?\s*;')


@dataclass(frozen=True, slots=True)
class Key:
    """A shared key: its name on the wire, and its octets, which are shown nowhere."""

    name: bytes
    secret: bytes

    def __repr__(self) -> str:
        return f"Key({names.to_text(self.name)})"

    def base64(self) -> str:
        """The secret as configurations of engines have it."""
        return base64.b64encode(self.secret).decode("ascii")


def read_key(path: Path) -> Key:
    """The key of a file as `tsig-keygen` writes it. Raises `BadInput`: it holds none, or everybody may read it."""
    text = read_text(path, limit=MAX_KEY_FILE)
    if stat.S_IMODE(path.stat().st_mode) & 0o007:
        raise BadInput("everybody may read this key: chmod o= it", file=path)
    block = _KEY_FILE.search(text)
    body = block["body"] if block else ""
    algorithm, secret = _ALGORITHM.search(body), _SECRET.search(body)
    if block is None or algorithm is None or secret is None:
        raise BadInput("holds no key as `tsig-keygen NAME` writes one", file=path)
    if algorithm["algorithm"].lower() != "hmac-sha256":
        raise BadInput("is a key for {found}; hmac-sha256 is needed", file=path, found=algorithm["algorithm"])
    try:
        octets = base64.b64decode(secret["secret"], validate=True)
        name = names.from_text(block["name"])
    except ValueError as error:
        raise BadInput("holds no key as `tsig-keygen NAME` writes one", file=path) from error
    if len(octets) < MIN_SECRET:
        raise BadInput("is too short a key: {least} octets at least", file=path, least=MIN_SECRET)
    return Key(name, octets)


def judge(message: bytes, signature: Signature, key: Key | None, now: float) -> int:
    """What is wrong with the signature of a request: an error of RFC 8945 §3, or `NO_ERROR`."""
    if key is None or signature.key_name != key.name or signature.algorithm != ALGORITHM:
        return BAD_KEY
    additional = int.from_bytes(message[10:12]) - 1
    unsigned = (
        signature.original_id.to_bytes(2)
        + message[2:10]
        + additional.to_bytes(2)
        + message[12 : signature.at]
    )
    variables = _variables(key, signature.signed, signature.fudge, signature.error, signature.other)
    if not hmac.compare_digest(_mac(key, unsigned, variables), signature.mac):
        return BAD_SIGNATURE
    return NO_ERROR if abs(now - signature.signed) <= signature.fudge else BAD_TIME


class Signer:
    """Signs the messages of one exchange, each with what went before it (RFC 8945 §5.3)."""

    def __init__(self, key: Key, request_mac: bytes = b"") -> None:
        self._key = key
        self._before = request_mac
        self._is_first = True

    def sign(self, message: bytes, now: float, error: int = NO_ERROR, other: bytes = b"") -> bytes:
        """A message with its signature; `now`: POSIX seconds."""
        signed = int(now)
        before = len(self._before).to_bytes(2) + self._before if self._before else b""
        covered = (
            _variables(self._key, signed, FUDGE_SECONDS, error, other) if self._is_first else _timers(signed)
        )
        mac = _mac(self._key, before, message, covered)
        self._before, self._is_first = mac, False
        return with_signature(message, self._key.name, signed, mac, error, other)


def with_signature(
    message: bytes, key_name: bytes, signed: int, mac: bytes, error: int = NO_ERROR, other: bytes = b""
) -> bytes:
    """A message with a TSIG record of these fields behind it."""
    data = (
        ALGORITHM
        + _timers(signed)
        + len(mac).to_bytes(2)
        + mac
        + message[:2]
        + struct.pack("!HH", error, len(other))
        + other
    )
    record = key_name + struct.pack("!HHIH", TSIG, _ANY_CLASS, 0, len(data)) + data
    additional = int.from_bytes(message[10:12]) + 1
    return message[:10] + additional.to_bytes(2) + message[12:] + record


def _timers(signed: int) -> bytes:
    return struct.pack("!HIH", signed >> 32, signed & 0xFFFFFFFF, FUDGE_SECONDS)


def _variables(key: Key, signed: int, fudge: int, error: int, other: bytes) -> bytes:
    times = struct.pack("!HIH", signed >> 32, signed & 0xFFFFFFFF, fudge)
    tail = struct.pack("!HH", error, len(other)) + other
    return key.name + struct.pack("!HI", _ANY_CLASS, 0) + ALGORITHM + times + tail


def _mac(key: Key, *parts: bytes) -> bytes:
    digest = hmac.new(key.secret, digestmod=sha256)
    for part in parts:
        digest.update(part)
    return digest.digest()
