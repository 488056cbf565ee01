"""Who asked, as sets, laid out in the ways that reports look at them: the whole range, days, hours, days by hours.

Every person of the range has one number here: who changed department counts under the number got last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from sm_dns.monitor.figures.local_hours import LocalHour
from sm_dns.monitor.figures.selecting import Counts
from sm_dns.monitor.selection import Selection
from sm_dns.monitor.store.read import Hour, Presence, Roster


@dataclass(frozen=True, slots=True)
class Gathered:
    """Sets (ints) of mapped staff, and of unmapped devices, over the selected days.

    seen, seen_by_day: staff who asked for anything governed, at any hour. staff, unmapped, queries: in the hours that
    count, over the whole range. by_day: in those hours. by_hour, unmapped_by_hour: 24 local hours, whatever counts.
    by_day_hour, queries_by_day_hour: 24 local hours of each day. Hours stand in the order of the report's day
    (`Selection.place`). places: which of them count on each day.
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
    queries_by_day_hour: dict[date, tuple[int, ...]]
    places: dict[date, tuple[int, ...]]

    @property
    def band(self) -> tuple[int, ...]:
        """The places of hours that count on any day."""
        return tuple(sorted({place for places in self.places.values() for place in places}))


def gather(
    presence: Presence,
    everything: Presence,
    roster: Roster,
    selection: Selection,
    days: Iterable[date],
    local: Callable[[int], LocalHour],
    counts: Counts,
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
    queries: dict[date, list[int]] = {day: [0] * 24 for day in table}
    unmapped, unmapped_by_hour = 0, [0] * 24
    for at, hour in hours:
        place = selection.place(at.hour)
        table[at.day][place] |= one(hour.staff)
        queries[at.day][place] += hour.staff_queries + hour.unmapped_queries
        unmapped_by_hour[place] |= hour.unmapped
        if counts(*at):
            unmapped |= hour.unmapped
    places = {
        day: tuple(sorted(selection.place(hour) for hour in range(24) if counts(day, hour))) for day in table
    }
    by_day = {day: union(row[place] for place in places[day]) for day, row in table.items()}
    return Gathered(
        seen=union(seen.values()),
        seen_by_day=seen,
        staff=union(by_day.values()),
        unmapped=unmapped,
        queries=sum(queries[day][place] for day, each in places.items() for place in each),
        by_day=by_day,
        by_hour=tuple(union(row[hour] for row in table.values()) for hour in range(24)),
        unmapped_by_hour=tuple(unmapped_by_hour),
        by_day_hour={day: tuple(row) for day, row in table.items()},
        queries_by_day_hour={day: tuple(row) for day, row in queries.items()},
        places=places,
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
