"""What workers count of governed questions.

Counting is an addition in a dictionary, made where a question is answered; everything else happens when the control
process takes the counts over. While nobody takes them, what finds no room is lost, and its number is told.
"""

from __future__ import annotations

from typing import Final

from sm_dns.monitor.counts import Batch, Count, Label

MAX_COUNTS = 65_536  # different clients and labels between two takings
MAX_LABELS = 16_384  # of one worker's life
HOUR: Final = 3_600  # seconds

Table = dict[tuple[str, int], int]
"""Questions by who asks (`policy.clients.asker`) and number of a label."""


class Counters:
    """Questions counted in one worker since they were last taken. `now` is in POSIX seconds."""

    def __init__(self, now: float) -> None:
        self._since = now
        self._labels: list[Label] = []
        self._numbers: dict[Label, int] = {}
        self._tables: dict[int, Table] = {}
        self._hour = 0
        self._open: Table = {}
        self._overflow: Table = {}
        self._lost = 0

    def counter_id(self, label: Label) -> int | None:
        """The number under which a label is counted from now on; None when there are too many."""
        number = self._numbers.get(label)
        if number is None and len(self._labels) < MAX_LABELS:
            number = self._numbers[label] = len(self._labels)
            self._labels.append(label)
        return number

    def table(self, now: float) -> Table:
        """Where to count what is answered at this instant: to be asked for anew whenever time has passed."""
        hour = int(now) // HOUR * HOUR
        if hour != self._hour:
            self._hour = hour
            self._open = self._tables.setdefault(hour, {})
        if sum(map(len, self._tables.values())) < MAX_COUNTS:
            return self._open
        self._lost += sum(self._overflow.values())
        self._overflow = {}
        return self._overflow

    def count(self, client: str, number: int, now: float) -> None:
        """Count one question."""
        table = self.table(now)
        key = (client, number)
        table[key] = table.get(key, 0) + 1

    def take(self, now: float, most: int) -> tuple[Batch, bool]:
        """At most so many counts, which are forgotten here; and whether there are more to be taken at once."""
        taken: list[Count] = []
        for hour, table in self._tables.items():
            while table and len(taken) < most:
                (client, number), queries = table.popitem()
                taken.append(Count(hour, client, self._labels[number], queries))
        lost = self._lost + sum(self._overflow.values())
        self._overflow.clear()
        self._lost = 0
        batch = Batch(self._since, now, tuple(taken), lost)
        self._tables = {hour: table for hour, table in self._tables.items() if table or hour == self._hour}
        more = any(self._tables.values())
        if not more:
            self._since = now
        return batch, more
