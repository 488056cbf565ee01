"""MikroTik RouterOS: `/ip dhcp-server lease export` (fixed leases), `print terse` and `print detail` (all of them).

They are `key=value` words; `export` goes on behind a `\\` at the end of a line, `print detail` in a line that begins
with a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sm_dns.monitor.identity.leases.lease import (
    FOREVER,
    MAX_LINE,
    Found,
    Gathering,
    Lease,
    LeftOut,
    Reading,
    Written,
)
from sm_dns.policy.clients.devices import hardware, host_domain, host_label
from sm_dns.util.ip_networks import canonical

SECTION = "/ip dhcp-server lease"
TERSE = re.compile(r"\d+ .*\baddress=\S+ .*\bmac-address=", re.ASCII)

_PAIR = re.compile(r'([a-z-]+)=("(?:[^"\\]|\\.)*"|\S*)', re.ASCII)
_GOES_ON = re.compile(r"[a-z-]+=", re.ASCII)
_PART = re.compile(r"(\d{1,6})(w|d|h|m|s)", re.ASCII)
_UNITS = {"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1}
_CLOCK = re.compile(r"(\d\d):(\d\d):(\d\d)", re.ASCII)
_HELD = ("bound", "")


def read(lines: Iterable[str], written: Written) -> Reading:
    """Every lease. A time to its end is meant from when the file was written; one that is fixed has none."""
    found = Gathering()
    is_lease = True
    for line in _whole(lines):
        if line.startswith("/"):
            is_lease = line == SECTION
        elif line and not line.startswith(("#", "Flags:")):
            found.take(_lease(_told(line), written) if is_lease else LeftOut.OTHER)
    return found.reading()


def _whole(lines: Iterable[str]) -> Iterator[str]:
    """Each line with those that it goes on with."""
    whole, goes_on = "", False
    for line in lines:
        text = line.strip()
        if goes_on:
            whole += text
        elif _GOES_ON.match(text):
            whole = f"{whole} {text}"
        else:
            yield whole
            whole = text
        whole = whole[:MAX_LINE]
        goes_on = whole.endswith("\\")
        if goes_on:
            whole = whole[:-1]
    yield whole


def _told(line: str) -> dict[str, str]:
    """The values of a line, of a key the first: at the end stand host names, which clients choose."""
    return dict(reversed(_PAIR.findall(line)))


def _lease(told: dict[str, str], written: Written) -> Found:
    where = canonical(told.get("active-address") or told.get("address", ""))
    device = hardware(told.get("active-mac-address") or told.get("mac-address", ""))
    if told.get("disabled") == "yes" or told.get("status", "") not in _HELD:
        return LeftOut.FREE
    if where is None or device is None:
        return None
    left = _length(told.get("expires-after", ""))
    host = told.get("host-name", "").strip('"')
    ends = FOREVER if left is None else written.at + left
    return Lease(where, device, host_label(host), None, ends, domain=host_domain(host))


def _length(text: str) -> float | None:
    """Seconds of `1d2h3m4s` or `1d02:03:04`; None for what is no length of time."""
    found = _CLOCK.search(text)
    hours, minutes, seconds = map(int, found.groups()) if found else (0, 0, 0)
    parts = _PART.findall(text)
    if not parts and not found:
        return None
    return 3600.0 * hours + 60 * minutes + seconds + sum(int(number) * _UNITS[unit] for number, unit in parts)
