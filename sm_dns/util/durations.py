"""Lengths of time as people write them: `45s`, `30m`, `24h`, `7d`."""

from __future__ import annotations

import re

from sm_dns.util.errors import Wrong

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_PART = re.compile(r"([0-9]{1,9})([smhdw])")


def parse_duration(text: str) -> int:
    """Seconds in `30m`, `24h`, `7d` or `1h30m`. Raises `ValueError` with a reason for anything else, also for 0."""
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise Wrong("{text!r} is not a length of time: write for example 30m, 24h or 7d", text=text)
    seconds = sum(int(number) * _UNITS[unit] for number, unit in parts)
    if seconds == 0:
        raise Wrong("the length of time must be longer than nothing")
    return seconds


def format_duration(seconds: int) -> str:
    """The shortest form that `parse_duration` reads back; 0 is `0s`."""
    parts: list[str] = []
    rest = seconds
    for unit in ("d", "h", "m", "s"):
        count, rest = divmod(rest, _UNITS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
