"""A response policy zone, as BIND and PowerDNS Recursor read it."""

from __future__ import annotations

from collections.abc import Iterable

_HEAD = """\
$TTL 60
@ SOA localhost. host.localhost. 1 3600 600 86400 60
@ NS localhost.
"""


def zone(names: Iterable[str]) -> str:
    """Answers 0.0.0.0 and :: for these names and those below them."""
    records = (f"{owner} A 0.0.0.0\n{owner} AAAA ::\n" for name in names for owner in (name, f"*.{name}"))
    return _HEAD + "".join(records)
