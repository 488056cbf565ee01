"""A watch for an address that asks for many: a forwarder that does not say for whom, so that everybody is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sm_dns.monitor.counts import Count
from sm_dns.monitor.identity.resolver import Resolver
from sm_dns.monitor.store.rows import HOUR
from sm_dns.policy.clients import asker
from sm_dns.util.message import Message

WINDOW = 24  # hours that are looked at
FEWEST = 1_000  # counted questions; of fewer nothing can be said
PARTS = 3  # more than one part of so many is too much for one
MAX_SEEN = 65_536  # different askers in an hour


class OneForMany:
    """How much each address asked in the hours of a day. It begins anew with the service."""

    def __init__(self) -> None:
        self.problem: Message | None = None
        self._hours: dict[int, Counter[str]] = {}

    def add(self, counts: Iterable[Count]) -> None:
        """Take in what a worker counted."""
        for count in counts:
            hour = self._hours.setdefault(count.hour // HOUR, Counter())
            if count.client in hour or len(hour) < MAX_SEEN:
                hour[count.client] += count.queries

    def look(self, resolver: Resolver, now: float) -> None:
        """See how it is at `now` (POSIX seconds); `problem` says it in words. A known person's device is none."""
        this = int(now) // HOUR
        for hour in [hour for hour in self._hours if not this - WINDOW < hour <= this]:
            del self._hours[hour]
        queries = sum(self._hours.values(), Counter[str]())
        self.problem = None
        total = queries.total()
        if total < FEWEST:
            return
        who, most = queries.most_common(1)[0]
        told = asker.read(who)
        if most * PARTS <= total or told.device or resolver.resolve(who, now, now).kind == "person":
            return
        self.problem = Message(
            "{address} asked {percent}% of all that was counted within a day: where it asks for others, everybody "
            "behind it is counted as one and has its hours; name it under trusted_forwarders (docs/forwarders.md)",
            address=told.address,
            percent=100 * most // total,
        )
