"""Operations: how the service ran in the last day or month. No person is in any of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo

from sm_dns.state.operations import Ran, together
from sm_dns.util import walltime
from sm_dns.util.message import Message
from sm_dns.util.schema_notes import Local, Utc, one_of, says
from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Field, Values

DAY, MONTH = "day", "month"
SPANS = (DAY, MONTH)
FIELDS = (Field("span", summary="the last 24 hours, or 30 days; the hours without it", choices=SPANS),)
HALF, MOST = 0.5, 0.95  # parts of replies that waited up to what is told


@dataclass(frozen=True, slots=True)
class UpstreamRan:
    """How often an upstream was asked, not left alone."""

    address: str
    percent: Annotated[float, says("of the looks at it")]


@dataclass(frozen=True, slots=True)
class Stretch:
    """How the service ran in some time. What is not known of it is null: all of it where nobody looked."""

    at: Annotated[Local, says("its beginning")]
    seconds: Annotated[float, says("of it that were looked at")]
    queries: Annotated[float | None, says("a second")]
    denied: Annotated[float | None, says("a minute; null where nothing is counted")]
    failed: Annotated[
        float | None, says("percent of the replies that were not replayed, those that are SERVFAIL")
    ]
    wait: Annotated[
        float | None, says("milliseconds up to which half of the replies waited that needed an upstream")
    ]
    long_wait: Annotated[float | None, says("the same of 95 of 100")]
    upstreams: Annotated[tuple[UpstreamRan, ...], says("the least asked first")]
    oldest_list: Annotated[
        float | None, says("hours since the list by URL that is oldest was known to be current")
    ]
    waiting: Annotated[int | None, says("rows that the store of usage had not taken yet, at most")]
    lost: Annotated[int | None, says("queries that were not counted")]
    free: Annotated[float | None, says("percent of the disk of the state directory, at least")]

    @property
    def worst_upstream(self) -> float | None:
        """The percentage of the least asked."""
        return self.upstreams[0].percent if self.upstreams else None


@dataclass(frozen=True, slots=True)
class ListAge:
    """A list now. Both are null where that is not known."""

    name: str
    changed: Utc | None
    checked: Utc | None


@dataclass(frozen=True, slots=True)
class Operations:
    """How the service ran, finely for a picture and coarsely for a table."""

    span: Annotated[str, one_of(*SPANS)]
    timezone: str
    trouble: Annotated[Message | None, says("why what is new of it would not outlive a restart")]
    points: Annotated[tuple[Stretch, ...], says("ten minutes each, of a month four hours")]
    rows: Annotated[tuple[Stretch, ...], says("an hour each, of a month a local day; the newest first")]
    lists: tuple[ListAge, ...]


def operations(backend: Backend, person: Person, values: Values) -> Operations:
    """The last 24 hours or 30 days up to now."""
    span = values["span"] or DAY
    _, schedule = backend.schedule()
    zone, now = schedule.zone, backend.true_now()
    history = backend.operations.history
    if span == DAY:
        ran, starts, lines = history.minutes(), _every(now, 600, 144), _every(now, 3600, 24)
    else:
        ran, starts, lines = history.hours(), _every(now, 4 * 3600, 180), _days(now, 30, zone)
    return Operations(
        span=span,
        timezone=zone.key,
        trouble=history.trouble,
        points=tuple(_stretches(ran, starts, now, zone)),
        rows=tuple(_stretches(ran, lines, now, zone))[::-1],
        lists=tuple(ListAge(one.name, one.changed, one.checked) for one in backend.status.get().lists),
    )


def _every(now: float, seconds: int, count: int) -> list[float]:
    """The beginnings of so many stretches, the last of which is now."""
    last = now - now % seconds
    return [last - seconds * back for back in range(count - 1, -1, -1)]


def _days(now: float, count: int, zone: ZoneInfo) -> list[float]:
    """The beginnings of so many local days, the last of which is today."""
    today = datetime.fromtimestamp(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return [(today - timedelta(days=back)).timestamp() for back in range(count - 1, -1, -1)]


def _stretches(ran: Sequence[Ran], starts: list[float], now: float, zone: ZoneInfo) -> Iterable[Stretch]:
    times = [row.at for row in ran]
    places = [bisect_left(times, start) for start in (*starts, now + 1)]
    for start, (first, last) in zip(starts, pairwise(places), strict=True):
        within = ran[first:last]
        yield _stretch(walltime.iso_local(start, zone), together(within) if within else None)


def _stretch(at: str, ran: Ran | None) -> Stretch:
    if ran is None:
        return Stretch(at, 0.0, None, None, None, None, None, (), None, None, None, None)
    made = max(ran.queries - ran.replayed, 0)
    return Stretch(
        at=at,
        seconds=round(ran.seconds, 1),
        queries=round(ran.queries / ran.seconds, 1),
        denied=None if ran.denied is None else round(60 * ran.denied / ran.seconds, 1),
        failed=_percent(min(ran.failed, made), made),
        wait=_up_to(HALF, ran),
        long_wait=_up_to(MOST, ran),
        upstreams=tuple(
            sorted(
                (UpstreamRan(each.address, _percent(each.up, each.looks) or 0.0) for each in ran.upstreams),
                key=lambda each: each.percent,
            )
        ),
        oldest_list=None if ran.oldest_list is None else round(ran.oldest_list / 3600, 1),
        waiting=ran.waiting,
        lost=ran.lost,
        free=_percent(ran.free, ran.size),
    )


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _up_to(share: float, ran: Ran) -> float | None:
    """The milliseconds up to which so many of the replies waited, the class in which they lie taken as even; of those
    that waited longer than any class, its bound."""
    wanted = share * sum(ran.waits)
    if not wanted:
        return None
    below, least = 0.0, 0.0
    for bound, count in zip(ran.bounds, ran.waits, strict=False):
        if below + count >= wanted:
            return round(1000 * (least + (bound - least) * (wanted - below) / count), 1)
        below, least = below + count, bound
    return round(1000 * least, 1)
