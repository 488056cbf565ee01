"""What reports say, as values: the figures fill these in, the renderers print them.

Counts are of *distinct mapped staff* over the whole stretch that a value speaks of, never sums of shorter ones.
Dates and hours are local, in the zone that `Selection.zone` names. Nothing here names or ranks a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from sm_dns.monitor.selection import Selection

Mark = Literal["", "small", "protect", "few", "rounded", "unwatched"]
LOW_WATCHED = Decimal(95)  # percent of the time; a figure with less says so in its own line
LOW_MAPPED = Decimal(80)  # percent of the clients, likewise
UNKNOWN_DEPARTMENT = ""  # staff whose department the staff map does not say


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of a table that may have to be kept back (PRIV-3).

    count: the number, or None where it is kept back.
    mark: "" for a number that is shown; "small" for 1 to 4 persons, never for nobody (print "<5", see `small_cell`);
        "protect" for one, 0 it may be, kept back because a small one could be worked out from it (print "(*)").
        For who is not the administrator (`disclosure/rounding.py`): "few" for nobody or up to `small_cell` persons
        (print "≤5"); "rounded" for a number that is shown as a multiple of `small_cell`.
        "unwatched" for none at all, of a day on which nobody watched and nothing was counted (print "no data").
    """

    count: int | None
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class Share:
    """count of base, and percent = 100 x count / base with two decimals, half up; the same of `seen`.

    base: how many staff there are, None where the agency supplied none. percent: None (print "n/a") where base is
    None or 0, or count is kept back. seen: distinct staff who asked for any governed name on the selected days, at
    any hour, whatever the services. percent_of_seen: None where nobody was seen, or either is kept back. mark,
    seen_mark: as of `Cell`, of count and seen.
    """

    count: int | None
    base: int | None
    percent: Decimal | None
    seen: int | None
    percent_of_seen: Decimal | None
    mark: Mark = ""
    seen_mark: Mark = ""

    @property
    def staff_cell(self) -> Cell:
        """count, as it is printed."""
        return Cell(self.count, self.mark)

    @property
    def seen_cell(self) -> Cell:
        """seen, as it is printed."""
        return Cell(self.seen, self.seen_mark)


@dataclass(frozen=True, slots=True)
class DayFigure:
    """One local date of the range: whether it is a working day, and the distinct staff inside the band on it.

    base: how many staff there are on it; percent: of them, None without a base, where staff is kept back, or is more
    than that: a number for a weekday is what is planned. seen: as of `Share`, on this day; percent_of_seen: of them.
    """

    day: date
    working: bool
    staff: Cell
    base: int | None
    percent: Decimal | None
    seen: Cell
    percent_of_seen: Decimal | None


@dataclass(frozen=True, slots=True)
class BandFigure:
    """One whole local hour [hour, hour + 1), whatever the band asked for: distinct staff over the selected days.

    unmapped: distinct devices or addresses that no staff map knows, in the same hour; never part of a percent. None
        for few, where numbers are rounded.
    """

    hour: int
    staff: Cell
    unmapped: int | None


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One selected local date: distinct staff in each of its 24 local hours, [0] for 00:00-01:00."""

    day: date
    hours: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Watched:
    """What of a stretch one resolver watched. seconds: watched; of: seconds of the stretch."""

    source: str
    seconds: int
    of: int


@dataclass(frozen=True, slots=True)
class CoverageGap:
    """A stretch [start, end) in POSIX seconds that was not, or not wholly, watched.

    source: the resolver. reason: "not running", "worker lost", "table full", "store failed", ... lost: questions
    known to be uncounted (0 where nobody knows).
    """

    start: float
    end: float
    source: str
    reason: str
    lost: int


@dataclass(frozen=True, slots=True)
class VersionUsed:
    """A version of the lists or the schedules (`what`) in force from `at` (POSIX seconds) on, at one resolver.

    version: of schedules, the name that `schedule_text.version` gives them.
    """

    at: float
    source: str
    what: str
    version: str


@dataclass(frozen=True, slots=True)
class RetiredSource:
    """A resolver that was retired at `at` (POSIX seconds). back: when it reported again, None for never."""

    source: str
    at: float
    back: float | None


@dataclass(frozen=True, slots=True)
class SourceTrouble:
    """At a resolver, a source by which staff are known failed for a time: leases, logons or the staff map at `path`.

    what: a word of `collect/trouble.py`, such as "leases-nothing".
    since: POSIX seconds, not before the range. until: None where it went on to its end.
    """

    source: str
    path: str
    what: str
    since: float
    until: float | None


@dataclass(frozen=True, slots=True)
class ShareFall:
    """Percentages of mapped staff on the day before `at` (POSIX seconds) and on the day that begins then."""

    at: float
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Coverage:
    """RPT-4: how much of the range the report rests on. Never a silent zero.

    hours: hours of the whole range, rounded to two decimals; watched_hours: of them those that *every* resolver which
        reported in the range watched; watched_percent: two decimals, half up, None for a range of no length.
    watched: those hours as stretches of POSIX seconds.
    sources: one line a resolver. silent_sources: resolvers known before that reported nothing in the range.
    retired: those that were retired before its end; no gap and no part of `watched_hours` while they were.
    gaps: by start; lost: the sum of their lost questions.
    staff_seen, unmapped_seen: distinct mapped staff, and distinct unmapped devices or addresses, with any governed
        query in the range, None for few where numbers are rounded.
    mapped_percent: staff_seen of both together, None where nobody was seen.
    mapped_queries_percent: the same by number of queries.
    key_ids: pseudonym keys in use in the range. keys_changed: more than one, so a person may count twice (PRIV-6).
    versions: lists and schedules in force, by time. source_troubles, share_falls: when too few were known.
    """

    hours: Decimal
    watched_hours: Decimal
    watched_percent: Decimal | None
    watched: tuple[tuple[float, float], ...]
    sources: tuple[Watched, ...]
    silent_sources: tuple[str, ...]
    retired: tuple[RetiredSource, ...]
    gaps: tuple[CoverageGap, ...]
    lost: int
    staff_seen: int | None
    unmapped_seen: int | None
    mapped_percent: Decimal | None
    mapped_queries_percent: Decimal | None
    key_ids: tuple[str, ...]
    keys_changed: bool
    versions: tuple[VersionUsed, ...]
    source_troubles: tuple[SourceTrouble, ...]
    share_falls: tuple[ShareFall, ...]

    @property
    def is_little_watched(self) -> bool:
        """Whether so much of the time is missing that no figure may be read without that."""
        return self.watched_percent is not None and self.watched_percent < LOW_WATCHED

    @property
    def is_little_known(self) -> bool:
        """Whether so many of the clients are unknown that no figure may be read without that."""
        return self.mapped_percent is not None and self.mapped_percent < LOW_MAPPED

    @property
    def is_empty(self) -> bool:
        """Whether nobody watched and nothing was counted: then a zero is none, and there is no figure."""
        return not self.watched_hours and self.staff_seen == self.unmapped_seen == 0


@dataclass(frozen=True, slots=True)
class Beside:
    """Distinct staff over the whole range beside the figure, so that it is read for what it is.

    about: what `name` is. "hours": a kind of hours of `policy/work_hours.py`; "decision": `would_deny` or `denied`;
        both of the services and categories of the report, at any hour. "category": one whose questions are no visits,
        such as messaging and bypass; of these every question counts.
    queries: how often was asked, unmapped devices too; None where staff is kept back.
    """

    name: str
    about: str
    staff: Cell
    queries: int | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Distinct staff to whom something was refused over the range, at any hour. outcome: `denied` or `would_deny`."""

    outcome: str
    staff: Cell


@dataclass(frozen=True, slots=True)
class UsageReport:
    """RPT-1, the report of UMP paragraph 2.

    total: distinct staff in the hours that count over the whole range, of the base (the figure:
        kept back only where it is small).
    per_day: every selected date of the range, in order; a day filter leaves the others out.
    mean_per_working_day: mean of the distinct staff of each selected working day, two decimals, half up; None without
        a working day. per_band: 24 lines. heat: one row a selected date.
    beside: see `Beside`. refused: who was refused, by department, `UNKNOWN_DEPARTMENT` last.
    unmapped: distinct unmapped devices or addresses in the hours that count; apart from `total`. Like queries None
        for few, where numbers are rounded.
    queries: visits counted in these hours, of mapped staff and unmapped devices together.
    small_cell: counts from 1 to below this are kept back in per_day, per_band and heat.
    """

    selection: Selection
    total: Share
    per_day: tuple[DayFigure, ...]
    mean_per_working_day: Decimal | None
    per_band: tuple[BandFigure, ...]
    heat: tuple[HeatRow, ...]
    beside: tuple[Beside, ...]
    refused: Mapping[str, tuple[Refusal, ...]]
    unmapped: int | None
    queries: int | None
    small_cell: int
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class DepartmentFigure:
    """One department. staff: distinct inside the band over the range; percent: of base, None where either is unknown
    or staff is kept back. seen: as of `Share`; percent_of_seen: None where either is kept back, or nobody was seen.
    per_day: by selected date, in the order of `DepartmentReport.days`. per_band: 24 hours. refused: by outcome.

    A person who changed department in the range counts in the one entered last only, so departments add up.
    """

    department: str
    staff: Cell
    base: int | None
    percent: Decimal | None
    seen: Cell
    percent_of_seen: Decimal | None
    per_day: tuple[Cell, ...]
    per_band: tuple[Cell, ...]
    refused: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class DepartmentReport:
    """RPT-2. departments: by name, `UNKNOWN_DEPARTMENT` last; total, days, bands: of all of them together.

    total: None on a sheet of some departments alone, which tells nothing of the others; its days then only say
        which there are.
    """

    selection: Selection
    total: Share | None
    days: tuple[DayFigure, ...]
    bands: tuple[BandFigure, ...]
    departments: tuple[DepartmentFigure, ...]
    small_cell: int
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCounts:
    """Queries (not persons). by_outcome has every one of `OUTCOMES`; None for few, where numbers are rounded."""

    by_outcome: Mapping[str, int | None]
    total: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryCounts(OutcomeCounts):
    """On one category's names; of all categories where that is ""."""

    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCounts(OutcomeCounts):
    """The same for one service inside its category."""

    category: str
    service: str


@dataclass(frozen=True, slots=True)
class ExemptionUse:
    """Queries answered under one exemption (its id), None for few where numbers are rounded; for which services."""

    exemption: str
    queries: int | None
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCounts(OutcomeCounts):
    """Of one selected local date, inside the band."""

    day: date
    working: bool


@dataclass(frozen=True, slots=True)
class ComplianceReport:
    """RPT-3, the numbers of it that tallies know. Schedule, flips and changes come from the control room's records.

    bypass: queries on the names of the bypass category, by outcome; they are among `categories` too. whole: of all of
    them. step: what numbers are rounded to multiples of; None where they are exact.
    """

    selection: Selection
    categories: tuple[CategoryCounts, ...]
    services: tuple[ServiceCounts, ...]
    per_day: tuple[DayCounts, ...]
    exemptions: tuple[ExemptionUse, ...]
    bypass: CategoryCounts
    whole: CategoryCounts
    coverage: Coverage
    step: int | None = None
