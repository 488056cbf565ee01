"""`dhcpd.leases` of ISC dhcpd (dhcpd.leases(5)): blocks `lease ADDRESS { … }`, a journal; times are UTC."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from sm_dns.monitor.identity.addresses import canonical
from sm_dns.monitor.identity.devices import hardware
from sm_dns.monitor.identity.lease import FOREVER, Lease, Reading, host_domain, host_label

_OPEN = re.compile(r"\s*lease\s+(\S+)\s*\{\s*")
_CLOSE = re.compile(r"\s*\}\s*")
_TIME = re.compile(r"\d (\d{4})/(\d\d)/(\d\d) (\d\d):(\d\d):(\d\d)", re.ASCII)
_EPOCH = re.compile(r"epoch (\d{1,12})(?:\s*;.*)?", re.ASCII)
_ACTIVE = ("active", "")


def read(lines: Iterable[str]) -> Reading:
    """Every lease with hardware; one whose binding state is not `active` ended when it says, and not later."""
    leases: list[Lease] = []
    skipped = 0
    address: str | None = None
    statements: dict[str, str] = {}
    for line in lines:
        opened = _OPEN.fullmatch(line)
        if opened:
            skipped += address is not None  # a block that was never closed
            address, statements = opened[1], {}
        elif address is not None and _CLOSE.fullmatch(line):
            lease = _lease(address, statements)
            if lease is None:
                skipped += 1
            else:
                leases.append(lease)
            address = None
        elif address is not None:
            _note(line, statements)
    return Reading(tuple(leases), skipped + (address is not None))


def _note(line: str, statements: dict[str, str]) -> None:
    text = line.strip().rstrip(";")
    for key in ("starts", "ends", "hardware ethernet", "binding state", "client-hostname"):
        if text.startswith(f"{key} "):
            statements[key] = text[len(key) + 1 :].strip()


def _lease(address: str, statements: dict[str, str]) -> Lease | None:
    where = canonical(address)
    device = hardware(statements.get("hardware ethernet", ""))
    starts = _instant(statements.get("starts", ""))
    ends = FOREVER if statements.get("ends") == "never" else _instant(statements.get("ends", ""))
    if where is None or device is None or starts is None or ends is None:
        return None
    if statements.get("binding state", "") not in _ACTIVE and ends == FOREVER:
        ends = starts
    host = statements.get("client-hostname", "").strip('"')
    return Lease(where, device, host_label(host), starts, ends, domain=host_domain(host))


def _instant(text: str) -> float | None:
    if found := _EPOCH.fullmatch(text):
        return float(found[1])
    found = _TIME.match(text)
    if found is None:
        return None
    try:
        return datetime(*map(int, found.groups()), tzinfo=UTC).timestamp()  # type: ignore[arg-type,misc]
    except ValueError:
        return None
