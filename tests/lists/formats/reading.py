"""Short forms for the format tests: what a list gives, as text."""

from __future__ import annotations

from sm_dns.dns.names import to_text
from sm_dns.lists.formats.parser import parse


def names(format: str, *lines: str) -> list[str]:
    """Each entry as `NAME` or `full:NAME`."""
    return [("full:" if entry.exact else "") + to_text(entry.name) for entry in parse(lines, format).entries]


def reasons(format: str, *lines: str) -> list[str]:
    return [str(problem.reason) for problem in parse(lines, format).problems]
