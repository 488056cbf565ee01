"""What goes into the store: counted hours, and stretches that were not counted."""

from __future__ import annotations

from typing import NamedTuple

HOUR = 3600
PSEUDONYM = 16
OUTCOMES = ("permitted", "denied", "would_deny", "exempt")
KINDS = ("person", "device", "address")


class Row(NamedTuple):
    """One client's questions for one service in one hour.

    hour: POSIX second at the start of a UTC hour. pseudonym: 16 octets. kind: of `KINDS`; only a person is mapped.
    outcome: of `OUTCOMES`. visit: asked for a name and type that a visit asks for. exemption: its id, or "".
    queries: how many, at least 1.
    """

    hour: int
    pseudonym: bytes
    kind: str
    department: str
    service: str
    category: str
    outcome: str
    visit: bool
    exemption: str
    queries: int


class Gap(NamedTuple):
    """A stretch [start, end) in POSIX seconds that was not wholly counted, why, and how many questions are lost."""

    start: float
    end: float
    reason: str
    lost: int


def check(row: Row) -> None:
    """Raises `ValueError` for a row that no collector may make."""
    if row.hour % HOUR or row.hour < 0:
        raise ValueError(f"{row.hour} is not the start of an hour")
    if len(row.pseudonym) != PSEUDONYM:
        raise ValueError(f"a pseudonym has {PSEUDONYM} octets, not {len(row.pseudonym)}")
    if row.kind not in KINDS:
        raise ValueError(f"{row.kind!r} is no kind of subject")
    if not row.service:
        raise ValueError("a row is of a service")
    if row.outcome not in OUTCOMES:
        raise ValueError(f"{row.outcome!r} is no outcome")
    if row.queries < 1:
        raise ValueError(f"{row.queries} is no number of queries")
