"""When fewer clients were known than should be: sources of leases that failed, and days on which the share fell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from sm_dns.monitor.figures.aggregate import union
from sm_dns.monitor.figures.local_hours import HOUR, Span
from sm_dns.monitor.figures.rounding import percent
from sm_dns.monitor.mapped_share import Seen, has_fallen
from sm_dns.monitor.model import ShareFall, SourceTrouble
from sm_dns.monitor.store.coverage import SOURCES, Version
from sm_dns.monitor.store.read import Hour

DAY = 86_400


def source_troubles(noted: Iterable[Version], span: Span) -> tuple[SourceTrouble, ...]:
    """The troubles that resolvers noted, by time; each from its first note to that in which it is gone."""
    began: dict[tuple[str, str], float] = {}
    found: list[SourceTrouble] = []
    for each in noted:
        if each.what != SOURCES:
            continue
        now = set(each.version.splitlines())
        at = max(each.at, span.since)
        over = [(source, line) for source, line in began if source == each.source and line not in now]
        found += [_trouble(*key, began.pop(key), at) for key in over]
        for line in now:
            began.setdefault((each.source, line), at)
    found += [_trouble(*key, since, None) for key, since in began.items()]
    return tuple(sorted(found, key=lambda one: (one.since, one.source, one.path)))


def _trouble(source: str, line: str, since: float, until: float | None) -> SourceTrouble:
    what, _, path = line.partition(" ")
    return SourceTrouble(source, path, what, since, until)


def share_falls(presence: Mapping[int, Hour], span: Span) -> tuple[ShareFall, ...]:
    """The days of the range on which the share fell, against the day before each; that may lie before the range."""
    found = []
    before = _seen(presence, span.since - DAY)
    for day in range(span.since, span.until, DAY):
        after = _seen(presence, day)
        if has_fallen(before, after):
            found.append(ShareFall(day, _percent(before), _percent(after)))
        before = after
    return tuple(found)


def _seen(presence: Mapping[int, Hour], day: int) -> Seen:
    hours = [presence[at] for at in range(day, day + DAY, HOUR) if at in presence]
    return Seen(
        union(hour.staff for hour in hours).bit_count(), union(hour.unmapped for hour in hours).bit_count()
    )


def _percent(seen: Seen) -> Decimal:
    return percent(seen.mapped, sum(seen)) or Decimal(0)
