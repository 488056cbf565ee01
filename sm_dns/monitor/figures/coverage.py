"""RPT-4: how much of a range a report rests on."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from sm_dns.monitor.figures.aggregate import union
from sm_dns.monitor.figures.known_clients import DAY, share_falls, source_troubles
from sm_dns.monitor.figures.local_hours import HOUR, Span
from sm_dns.monitor.figures.rounding import percent, ratio
from sm_dns.monitor.model import Coverage, CoverageGap, RetiredSource, VersionUsed, Watched
from sm_dns.monitor.store import coverage, read, retirement
from sm_dns.monitor.store.database import Database
from sm_dns.policy import schedule_versions

NOT_RUNNING = "not running"

Stretch = tuple[float, float]


class _Watch(NamedTuple):
    """What the resolvers did in a span. everywhere: the instants that all of those watched which should have."""

    sources: tuple[Watched, ...]
    silent: tuple[str, ...]
    retired: tuple[RetiredSource, ...]
    everywhere: list[Stretch]
    gaps: list[CoverageGap]


def everything_in(database: Database, span: Span) -> read.Presence:
    """Who asked for anything governed in a span of time, and on the day before it: what a coverage is made of."""
    return read.presence_of_all(database, span.since - DAY, span.until)


def coverage_of(
    database: Database, span: Span, roster: read.Roster, everything: read.Presence, now: float = math.inf
) -> Coverage:
    """The coverage of a span of time as far as it has come by `now` (POSIX seconds). Raises `StoreError`.

    What is still to come is no gap, nor is the moment since the last note of a resolver that runs.
    """
    if now < span.until:
        span = Span(span.since, max(span.since, int(now)))
    return _with_clients(database, span, roster, everything.hours, _watch(database, span, now))


def coverage_alone(database: Database, span: Span, now: float) -> Coverage:
    """The same where nothing else is asked of the store."""
    return coverage_of(database, span, read.roster(database), everything_in(database, span), now)


def _watch(database: Database, span: Span, now: float) -> _Watch:
    running = _running(database, span, now)
    holes = coverage.holes(database, *span)
    retired = retirement.retirements(database, span.until)
    gaps = [_gap(hole) for hole in holes]
    whole = [(float(span.since), float(span.until))]
    watched: dict[str, list[Stretch]] = {}
    away: dict[str, list[Stretch]] = {}
    known = coverage.sources_before(database, span.until)
    for source in known:
        told = [(hole.gap.start, hole.gap.end) for hole in holes if hole.source == source]
        away[source] = [(each.at, each.back or span.until) for each in retired if each.source == source]
        # A gap on record says more than "not running".
        missing = without(whole, [*running[source], *told, *away[source]])
        gaps += [CoverageGap(start, end, source, NOT_RUNNING, 0) for start, end in missing]
        watched[source] = without(running[source], told)
    expected = {source: without(whole, away[source]) for source in known}
    reporting = [source for source in known if running[source]]
    nobody = _everywhere([away[source] for source in reporting])
    return _Watch(
        sources=tuple(Watched(one, _length(watched[one]), _length(expected[one])) for one in reporting),
        silent=tuple(source for source in known if source not in reporting and expected[source]),
        retired=tuple(RetiredSource(each.source, each.at, each.back) for each in retired),
        everywhere=without(_everywhere([watched[one] + away[one] for one in reporting]), nobody),
        gaps=gaps,
    )


def _running(database: Database, span: Span, now: float) -> defaultdict[str, list[Stretch]]:
    """When each resolver ran; none for one that did not."""
    running: defaultdict[str, list[Stretch]] = defaultdict(list)
    for stretch in coverage.stretches(database, *span):
        running[stretch.source].append((stretch.since, stretch.until))
    for stretches in running.values():
        since, until = stretches[-1]
        if now - until < coverage.NOTE_SECONDS:  # it runs: its next note is still to come
            stretches[-1] = (since, span.until)
    return running


def _with_clients(
    database: Database, span: Span, roster: read.Roster, presence: dict[int, read.Hour], found: _Watch
) -> Coverage:
    length = span.until - span.since
    watched = min(_length(found.everywhere), length)
    hours = [hour for at, hour in presence.items() if span.since <= at < span.until]
    noted = coverage.versions(database, *span)
    staff = union(hour.staff for hour in hours)
    keys = tuple(name for name, members in roster.keys.items() if members & staff)
    persons = (staff & ~_old_numbers(roster, staff)).bit_count()
    unmapped = union(hour.unmapped for hour in hours).bit_count()
    mapped_queries = sum(hour.staff_queries for hour in hours)
    all_queries = mapped_queries + sum(hour.unmapped_queries for hour in hours)
    return Coverage(
        hours=ratio(length, HOUR),
        watched_hours=ratio(watched, HOUR),
        watched_percent=percent(watched, length),
        watched=tuple(found.everywhere),
        sources=found.sources,
        silent_sources=found.silent,
        retired=found.retired,
        gaps=tuple(sorted(found.gaps, key=lambda gap: (gap.start, gap.end, gap.source, gap.reason))),
        lost=sum(gap.lost for gap in found.gaps),
        staff_seen=persons,
        unmapped_seen=unmapped,
        mapped_percent=percent(persons, persons + unmapped),
        mapped_queries_percent=percent(mapped_queries, all_queries),
        key_ids=keys,
        keys_changed=len(keys) > 1,
        versions=tuple(
            VersionUsed(each.at, each.source, each.what, _named(each))
            for each in noted
            if each.what != coverage.SOURCES
        ),
        source_troubles=source_troubles(noted, span),
        share_falls=share_falls(presence, span),
    )


def _named(version: coverage.Version) -> str:
    return (
        schedule_versions.version(version.version) if version.what == coverage.SCHEDULE else version.version
    )


def _old_numbers(roster: read.Roster, seen: int) -> int:
    """The numbers in `seen` of persons who have a higher one in it too."""
    old = 0
    for numbers in roster.moved:
        used = [1 << number for number in numbers if seen >> number & 1]
        old |= union(used[:-1])
    return old


def _gap(hole: coverage.Hole) -> CoverageGap:
    start, end, reason, lost = hole.gap
    return CoverageGap(start, end, hole.source, reason, lost)


def united(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same instants as stretches that neither touch nor overlap, by time; those of no length fall away."""
    merged: list[Stretch] = []
    for start, end in sorted(stretches):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def without(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    """What remains of stretches when others are taken away."""
    rest = united(stretches)
    for start, end in united(taken):
        rest = [
            part
            for old_start, old_end in rest
            for part in ((old_start, min(old_end, start)), (max(old_start, end), old_end))
            if part[0] < part[1]
        ]
    return rest


def _everywhere(sources: list[list[Stretch]]) -> list[Stretch]:
    """The instants that every source watched."""
    if not sources:
        return []
    first, *others = sources
    for other in others:
        first = without(first, without(first, other))
    return first


def _length(stretches: Iterable[Stretch]) -> int:
    return round(sum(end - start for start, end in stretches))
