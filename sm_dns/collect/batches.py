"""What the counts of workers come to: rows by who asked, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sm_dns.monitor.counts import Batch
from sm_dns.monitor.identity.resolver import Resolver
from sm_dns.monitor.pseudonym import Pseudonyms
from sm_dns.monitor.store.rows import HOUR, Gap, Row
from sm_dns.util.message import key

_SLACK = 0.25  # seconds by which clocks of two processes may differ


def gaps(batches: Sequence[Batch] | None, counted: float, now: float) -> list[Gap]:
    """What is missing of one worker since `counted`, up to which it was counted, at a pull at `now`.

    One that began to count later replaces another that took its counts with it. One that does not answer may do so
    the next time, and then nothing was lost; the gap says that it is not known.
    """
    if not batches:
        return [Gap(counted, max(counted, now), key("worker silent"), 0)]
    found = [
        Gap(each.since, max(each.since, each.until), key("table full"), each.lost)
        for each in batches
        if each.lost
    ]
    if batches[0].since > counted + _SLACK:
        found.append(Gap(counted, batches[0].since, key("worker lost"), 0))
    return found


def rows_of(batch: Batch, resolver: Resolver, pseudonyms: Pseudonyms) -> list[Row]:
    """A batch's counts by those who asked: equal ones of several devices of a person are one row."""
    queries: Counter[Row] = Counter()  # rows of no queries yet
    subjects: dict[tuple[int, str], tuple[bytes, str, str]] = {}
    for count in batch.counts:
        key = (count.hour, count.client)
        if key not in subjects:
            since = max(batch.since, count.hour)
            until = max(since, min(batch.until, count.hour + HOUR))
            subject = resolver.resolve(count.client, since, until)
            subjects[key] = pseudonyms.of(subject.kind, subject.key), subject.kind, subject.department
        label = count.label
        row = Row(
            count.hour,
            *subjects[key],
            label.service,
            label.category,
            label.outcome,
            label.visit,
            label.exemption,
            queries=0,
        )
        queries[row] += count.queries
    return [row._replace(queries=number) for row, number in queries.items()]
