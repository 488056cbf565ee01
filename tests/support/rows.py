"""Rows for stores, with everything that a test does not speak of filled in."""

from __future__ import annotations

import hashlib

from sm_dns.monitor.store.rows import Row

KEY = "0badcafe"
START = 1_262_476_800  # 2010-01-03 00:00 UTC


def pseudonym(name: str) -> bytes:
    """Sixteen octets that stand for a name."""
    return hashlib.sha256(name.encode()).digest()[:16]


def row(
    name: str = "ali",
    *,
    hour: int = START,
    kind: str = "person",
    department: str = "library",
    service: str = "facebook",
    category: str = "social",
    outcome: str = "permitted",
    visit: bool = True,
    exemption: str = "",
    queries: int = 1,
) -> Row:
    """One row; `name` becomes the pseudonym."""
    return Row(hour, pseudonym(name), kind, department, service, category, outcome, visit, exemption, queries)
