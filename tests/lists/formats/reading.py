"""Short forms for the format tests: what a list gives, as text."""

from __future__ import annotations

from sm_dns.dns.names import to_text
from sm_dns.lists.formats.parser import parse


def names(format: str, *lines: str) -> list[str]:
    """Each entry as `NAME` or `full:NAME`; an exception with `not ` before it."""
    return [
        ("not " if entry.excepts else "") + ("full:" if entry.exact else "") + to_text(entry.name)
        for entry in parse(lines, format).entries
    ]


def reasons(format: str, *lines: str) -> list[str]:
    return [str(problem.reason) for problem in parse(lines, format).left_out.lines]


def beyond_dns(format: str, *lines: str) -> list[str]:
    """The reasons of lines that are known, and which DNS cannot carry."""
    return [
        str(problem.reason) for problem in parse(lines, format).left_out.lines if problem.kind == "beyond-dns"
    ]
