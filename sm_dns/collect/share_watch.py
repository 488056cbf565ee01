"""A watch over the share of those who are known as staff: these hours against the same hours of the day before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sm_dns.monitor.mapped_share import Seen, has_fallen
from sm_dns.monitor.store.rows import HOUR, Row
from sm_dns.util.message import Message

WINDOW = 3  # hours that are compared
DAY_HOURS = 24
MAX_SEEN = 65_536  # of each kind in an hour


class _Hour(NamedTuple):
    mapped: set[bytes]
    unmapped: set[bytes]


class ShareWatch:
    """Who asked in the hours of a day and a little. It begins anew with the service."""

    def __init__(self) -> None:
        self.problem: Message | None = None
        self._hours: dict[int, _Hour] = {}

    def add(self, rows: Iterable[Row]) -> None:
        """Take in rows as they go to the store."""
        for row in rows:
            hour = self._hours.setdefault(int(row.hour) // HOUR, _Hour(set(), set()))
            members = hour.mapped if row.kind == "person" else hour.unmapped
            if len(members) < MAX_SEEN:
                members.add(row.pseudonym)

    def look(self, now: float) -> None:
        """See how it is at `now` (POSIX seconds); `problem` says it in words."""
        this = int(now) // HOUR
        for hour in [hour for hour in self._hours if not this - WINDOW - DAY_HOURS < hour <= this]:
            del self._hours[hour]
        before, after = self._seen(this - DAY_HOURS), self._seen(this)
        self.problem = None
        if has_fallen(before, after):
            self.problem = Message(
                "the share of clients known as staff fell within a day from {before}% to {after}%: "
                "look at the leases and the staff map",
                before=round(before.percent),
                after=round(after.percent),
            )

    def _seen(self, last: int) -> Seen:
        hours = [self._hours[hour] for hour in range(last - WINDOW + 1, last + 1) if hour in self._hours]
        return Seen(
            len(set[bytes]().union(*(hour.mapped for hour in hours))),
            len(set[bytes]().union(*(hour.unmapped for hour in hours))),
        )
