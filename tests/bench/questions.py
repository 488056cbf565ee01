"""The questions of each kind of work, as files that dnsperf replays byte for byte."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path

from sm_dns.dns import names
from sm_dns.dns.codes import AD, CLASS_IN, RD, Option, Type

# Below a name that no resolver answers by itself, as they do `test.` and `example.`; the upstream owns it.
ZONE = "corp"
DENIED = [f"video{number:04}.{ZONE}" for number in range(1_000)]
CACHED = [f"www.site{number:04}.{ZONE}" for number in range(1_000)]

_ORDINARY = [f"www.shop{number:05}.{ZONE}" for number in range(20_000)]
_TYPES = (Type.A, Type.AAAA, Type.HTTPS)
_TYPE_WEIGHTS = (60, 25, 15)
_DENIED_SHARE = 0.1
_EDNS_SHARE = 1 / 3
_SEED = 20_000

_HEADER = struct.Struct("!HHHHHH")
_TYPE_CLASS = struct.Struct("!HH")
_OPT = struct.Struct("!BHHIH")
_OPTION = struct.Struct("!HH")
_EDNS_SIZE = 1232


def question(name: str, qtype: int = Type.A, cookie: bytes = b"") -> bytes:
    """A query as a stub resolver sends it, under the ID 0; with a client cookie (RFC 7873) it has an OPT record."""
    opt = b""
    if cookie:
        option = _OPTION.pack(Option.COOKIE, len(cookie)) + cookie
        opt = _OPT.pack(0, Type.OPT, _EDNS_SIZE, 0, len(option)) + option
    head = _HEADER.pack(0, RD | AD, 1, 0, 0, 1 if cookie else 0)
    return head + names.from_text(name) + _TYPE_CLASS.pack(qtype, CLASS_IN) + opt


def write(path: Path, messages: Iterable[bytes]) -> Path:
    """Write messages the way dnsperf's `-B` reads them: each after its length."""
    path.write_bytes(b"".join(len(message).to_bytes(2, "big") + message for message in messages))
    return path


def denied() -> list[bytes]:
    """Each denied name once."""
    return [question(name) for name in DENIED]


def cached() -> list[bytes]:
    """Each of the names that fit any cache once."""
    return [question(name) for name in CACHED]


def misses(count: int, series: str) -> list[bytes]:
    """So many names that nobody asked before; every series has its own."""
    return [question(f"www.{series}n{number}.{ZONE}") for number in range(count)]


def mixed(count: int) -> list[bytes]:
    """An office's day: popularity by Zipf, a tenth denied, A, AAAA and HTTPS, a third with EDNS and a new cookie."""
    dice = random.Random(_SEED)
    ordinary = iter(_by_zipf(dice, _ORDINARY, count))
    forbidden = iter(_by_zipf(dice, DENIED, count))
    types = dice.choices(_TYPES, _TYPE_WEIGHTS, k=count)
    return [
        question(
            next(forbidden if dice.random() < _DENIED_SHARE else ordinary),
            qtype,
            dice.randbytes(8) if dice.random() < _EDNS_SHARE else b"",
        )
        for qtype in types
    ]


def without_repetitions(messages: Iterable[bytes]) -> list[bytes]:
    """Each name and type once and without EDNS: what fills a cache before `mixed` is measured."""
    return list(dict.fromkeys(_bare(message) for message in messages))


def _bare(message: bytes) -> bytes:
    end = message.index(0, _HEADER.size) + 1 + _TYPE_CLASS.size
    return message[: _HEADER.size - 2] + b"\0\0" + message[_HEADER.size : end]


def _by_zipf(dice: random.Random, population: list[str], count: int) -> list[str]:
    weights = list(accumulate(1 / rank for rank in range(1, len(population) + 1)))
    return dice.choices(population, cum_weights=weights, k=count)
