"""The blocks of a lease file of ISC dhcpd (dhcpd.leases(5)), and the times in them, which are UTC."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sm_dns.monitor.identity.leases.lease import FOREVER

MAX_DEPTH = 4  # blocks within blocks; what lies deeper is not looked into
MAX_INSIDE = 64  # blocks of one block

OUTERMOST = ("lease", "ia-na", "ia-ta", "ia-pd")
_KEYS = (
    "starts",
    "ends",
    "max-life",
    "hardware ethernet",
    "binding state",
    "client-hostname",
)
_TIME = re.compile(r"\d (\d{4})/(\d\d)/(\d\d) (\d\d):(\d\d):(\d\d)", re.ASCII)
_EPOCH = re.compile(r"epoch (\d{1,12})(?:\s*;.*)?", re.ASCII)


@dataclass(slots=True)
class Block:
    """`KIND NAME { … }`. `closed`: whether its end was seen."""

    kind: str
    name: str
    statements: dict[str, str] = field(default_factory=dict)
    inside: list[Block] = field(default_factory=list)
    closed: bool = False


def blocks(lines: Iterable[str]) -> Iterator[Block]:
    """Every block of a lease or an association, one that is not closed too."""
    stack: list[Block] = []
    for line in lines:
        text = line.strip()
        if text.endswith("{"):
            kind, _, name = text[:-1].strip().partition(" ")
            if kind in OUTERMOST:
                yield from stack[:1]
                stack = [Block(kind, name.strip())]
            elif stack:
                stack.append(Block(kind, name.strip()))
        elif text == "}" and stack:
            block = stack.pop()
            block.closed = True
            if not stack:
                yield block
            elif len(stack) < MAX_DEPTH and len(stack[-1].inside) < MAX_INSIDE:
                stack[-1].inside.append(block)
        elif stack:
            _note(text.rstrip(";"), stack[-1].statements)
    yield from stack[:1]


def _note(text: str, statements: dict[str, str]) -> None:
    for key in _KEYS:
        if text.startswith(f"{key} "):
            statements[key] = text[len(key) + 1 :].strip()


def instant(text: str) -> float | None:
    """The POSIX seconds of a time; infinity for `never`, None for what is none."""
    if text == "never":
        return FOREVER
    if found := _EPOCH.fullmatch(text):
        return float(found[1])
    found = _TIME.match(text)
    if found is None:
        return None
    try:
        year, month, day, hour, minute, second = map(int, found.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        return None
