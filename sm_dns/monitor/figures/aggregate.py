"""Who asked, as sets, laid out in the ways that reports look at them: the whole range, days, hours, days by hours.

Every person of the range has one number here: who changed department counts under the number got last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from sm_dns.monitor.figures.local_hours import LocalHour
from sm_dns.monitor.selection import Selection
from sm_dns.monitor.store.read import Hour, Presence, Roster


@dataclass(frozen=True, slots=True)
class Gathered:
    """Sets (ints) of mapped staff, and of unmapped devices, over the selected days.

    seen, seen_by_day: staff who asked for anything governed, at any hour. staff, unmapped, queries: inside the band,
    over the whole range. by_day: inside the band. by_hour, unmapped_by_hour: 24 local hours, whatever the band.
    by_day_hour: 24 local hours of each day. Hours stand in the order of the report's day (`Selection.place`), so that
    the band is one stretch of them.
    """

    seen: int
    seen_by_day: dict[date, int]
    staff: int
    unmapped: int
    queries: int
    by_day: dict[date, int]
    by_hour: tuple[int, ...]
    unmapped_by_hour: tuple[int, ...]
    by_day_hour: dict[date, tuple[int, ...]]


def gather(
    presence: Presence,
    everything: Presence,
    roster: Roster,
    selection: Selection,
    days: Iterable[date],
    local: Callable[[int], LocalHour],
) -> Gathered:
    """Lay out who asked on the days `days`, each person under one number. everything: who asked for anything."""
    wanted = set(days)
    hours, all_hours = _on(wanted, presence, local), _on(wanted, everything, local)
    one = _one_number(roster, all_hours)
    seen = dict.fromkeys(sorted(wanted), 0)
    for at, hour in all_hours:
        seen[at.day] |= hour.staff
    seen = {day: one(staff) for day, staff in seen.items()}
    table: dict[date, list[int]] = {day: [0] * 24 for day in sorted(wanted)}
    unmapped_by_hour = [0] * 24
    queries, band = 0, selection.band
    for at, hour in hours:
        place = selection.place(at.hour)
        table[at.day][place] |= one(hour.staff)
        unmapped_by_hour[place] |= hour.unmapped
        if band.start <= place < band.stop:
            queries += hour.staff_queries + hour.unmapped_queries
    by_day = {day: union(row[band]) for day, row in table.items()}
    return Gathered(
        seen=union(seen.values()),
        seen_by_day=seen,
        staff=union(by_day.values()),
        unmapped=union(unmapped_by_hour[band]),
        queries=queries,
        by_day=by_day,
        by_hour=tuple(union(row[hour] for row in table.values()) for hour in range(24)),
        unmapped_by_hour=tuple(unmapped_by_hour),
        by_day_hour={day: tuple(row) for day, row in table.items()},
    )


def _on(
    wanted: set[date], presence: Presence, local: Callable[[int], LocalHour]
) -> list[tuple[LocalHour, Hour]]:
    hours = [(local(at), hour) for at, hour in presence.hours.items()]
    return [(at, hour) for at, hour in hours if at.day in wanted]


def union(sets: Iterable[int]) -> int:
    """All members of some sets."""
    whole = 0
    for each in sets:
        whole |= each
    return whole


def _one_number(roster: Roster, hours: list[tuple[LocalHour, Hour]]) -> Callable[[int], int]:
    """A function that puts persons of several numbers under the highest one they used in these hours."""
    seen = union(hour.staff for _, hour in hours)
    targets: dict[int, int] = defaultdict(int)
    for numbers in roster.moved:
        used = [1 << number for number in numbers if seen >> number & 1]
        for old in used[:-1]:
            targets[old] = used[-1]
    movers = union(targets)

    def one(bits: int) -> int:
        if not bits & movers:
            return bits
        for old, new in targets.items():
            if bits & old:
                bits = bits & ~old | new
        return bits

    return one
