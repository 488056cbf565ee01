"""What was counted lately, for who watches live: a bounded run of lines, and sums since the start.

A line says when, which service, what came of it and how often, and stands under a label that is drawn from the
pseudonym with a key made anew each day and never kept: who returns is recognised within the day, and nobody beyond.
The department is left out, for in a small one it would name the person.
"""

from __future__ import annotations

import secrets
from collections import Counter, deque
from collections.abc import Iterable
from hashlib import blake2b

from sm_dns.ipc.requests import LogLine
from sm_dns.monitor.selection import VISITED
from sm_dns.monitor.store.rows import Row

MAX_LINES = 500
_DAY = 86_400


class Feed:
    """Lines are numbered from 1 on; what was there before a new day is let go."""

    def __init__(self) -> None:
        self._lines: deque[LogLine] = deque(maxlen=MAX_LINES)
        self._number = 0
        self._day = -1
        self._key = b""
        self._totals: Counter[tuple[str, str]] = Counter()

    def add(self, rows: Iterable[Row], now: float) -> None:
        """Take in the rows of a batch, counted up to `now` (POSIX seconds)."""
        self._change_key(now)
        for row in rows:
            self._totals[row.category, row.outcome] += row.queries
            self._number += 1
            self._lines.append(
                LogLine(
                    number=self._number,
                    at=int(now),
                    who=blake2b(row.pseudonym, key=self._key, digest_size=3).hexdigest(),
                    kind=row.kind,
                    service=row.service,
                    category=row.category,
                    outcome=row.outcome,
                    visit=row.visit and row.category in VISITED,
                    queries=row.queries,
                )
            )

    def since(self, number: int) -> tuple[LogLine, ...]:
        """The lines after that number which are still kept, oldest first."""
        kept = list(self._lines)  # a copy: a thread may be adding
        return tuple(line for line in kept if line.number > number)

    def totals(self) -> tuple[tuple[str, str, int], ...]:
        """Category, outcome, and the queries counted of them since the start."""
        return tuple(sorted((*key, queries) for key, queries in self._totals.copy().items()))

    def _change_key(self, now: float) -> None:
        day = int(now // _DAY)
        if day != self._day:
            self._day = day
            self._key = secrets.token_bytes(16)
            self._lines.clear()
