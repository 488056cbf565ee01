"""Which figures somebody may ask for: the administrator any days and hours, others fixed ones (PRIV-3)."""

from __future__ import annotations

from datetime import date, timedelta

from sm_dns.admin.service_names import categories_called
from sm_dns.monitor.disclosure.periods import PeriodKind, last_over, parse_period, period_of
from sm_dns.monitor.figures.local_hours import check_band
from sm_dns.monitor.selection import OUTCOMES, VISITED, Hours, Selection
from sm_dns.state.dashboard_accounts import ADMIN
from sm_dns.util import strict_json
from sm_dns.util.errors import BadInput
from sm_dns.web.auth.roles import Person
from sm_dns.web.data import timeline
from sm_dns.web.data.backend import Backend
from sm_dns.web.data.usage_figures import Wanted
from sm_dns.web.interface.request_fields import Field, Values

MAX_RANGE_DAYS = 31  # of days that are chosen freely
DEFAULT_DAYS = 7
OUTCOMES_OF = {
    "": OUTCOMES,
    "answered": ("permitted", "exempt"),
    "denied": ("denied",),
    "would_deny": ("would_deny",),
}
DECISIONS = tuple(filter(None, OUTCOMES_OF))

FIELDS = (
    Field(
        "period",
        summary="a day, week, month, quarter or year: 2026-10-05, 2026-W41, 2026-10, 2026-Q4, 2026. For who is not "
        "the administrator one that is over; the last whole week without it",
    ),
    Field("hours", summary="working hours without it", choices=("working", "day")),
    Field("first", summary="administrator: first local date; six days before the last without it"),
    Field("last", summary="administrator: last local date; today without it"),
    Field("start_hour", "number", "administrator: first hour of a band, 0 to 23"),
    Field(
        "end_hour",
        "number",
        "administrator: hour at which the band ends, 1 to 24; one before the first is of the next morning",
    ),
    Field("service", summary="one service, by id or name; all of the categories without it"),
    Field("category", summary="one category; social media and streaming without it and a service"),
    Field(
        "decision",
        summary="what became of it: answered, by schedule or exemption; denied; would be denied where only counted. "
        "Any without it",
        choices=DECISIONS,
    ),
    Field("department", summary="one department by day and hour; of a head the own one, with or without it"),
    Field("days", summary="which days count", choices=("all", "working")),
)
_OFFERED: dict[PeriodKind, int] = {"day": 7, "week": 8, "month": 12, "quarter": 4, "year": 2}
_FREE = ("first", "last", "start_hour", "end_hour")


def wanted(backend: Backend, person: Person, values: Values) -> Wanted:
    """What the fields ask for. Raises `BadInput` for what cannot be, and for what a role may not choose."""
    if person.role == ADMIN:
        return anything(backend, values)
    return fixed(backend, values)


def anything(backend: Backend, values: Values) -> Wanted:
    """What the administrator asks for: days and hours as they are given, or a period."""
    _, schedule = backend.schedule()
    if values["period"]:
        if values["first"] or values["last"]:
            raise BadInput("give a period, or a first and a last date: not both")
        period = parse_period(values["period"])
        return Wanted(_selection(backend, values, period.first, period.last), False, period.name)
    last = _day(values["last"], "last") or timeline.today(schedule, backend.now())
    first = _day(values["first"], "first") or last - timedelta(days=DEFAULT_DAYS - 1)
    if not 0 <= (last - first).days < MAX_RANGE_DAYS:
        raise BadInput(
            "a range is 1 to {most} days, its last day not before its first; a longer one is a period",
            most=MAX_RANGE_DAYS,
        )
    return Wanted(_selection(backend, values, first, last), False)


def fixed(backend: Backend, values: Values) -> Wanted:
    """What others ask for: a period that is over, for one that goes on would tell who came since the last look."""
    if any(values[name] not in (None, "") for name in _FREE):
        raise BadInput(
            "your role chooses a period that is over, such as period=2026-10, and working hours or the whole day "
            "(hours=day): other dates and hours could tell of single persons"
        )
    _, schedule = backend.schedule()
    today = timeline.today(schedule, backend.now())
    period = parse_period(values["period"]) if values["period"] else last_over("week", today)
    if not period.is_over(today):
        raise BadInput(
            "{period} is not over: choose one that ends before {today}, such as {other}",
            period=period.name,
            today=today,
            other=last_over(period.kind, today).name,
        )
    return Wanted(_selection(backend, values, period.first, period.last), True, period.name)


def offered(today: date) -> tuple[str, ...]:
    """Periods that are over, for a choice: the last days, weeks, months, quarters and years."""
    found = []
    for kind, count in _OFFERED.items():
        period = period_of(kind, today)
        for _ in range(count):
            period = period.before
            found.append(period.name)
    return tuple(found)


def _selection(backend: Backend, values: Values, first: date, last: date) -> Selection:
    _, schedule = backend.schedule()
    start = values["start_hour"] or 0
    end = 24 if values["end_hour"] is None else values["end_hour"]
    check_band(start, end)
    has_band = values["start_hour"] is not None or values["end_hour"] is not None
    hours: Hours = "band" if has_band or values["hours"] == "day" else "working"
    chosen = categories_called(backend.settings(), [values["category"]] if values["category"] else [])
    services = backend.service_ids(values["service"]) if values["service"] else ()
    return Selection(
        services=services,
        first=first,
        last=last,
        band_start=start,
        band_end=end,
        days=values["days"] or "all",
        zone=schedule.zone.key,
        hours=hours,
        categories=chosen or (() if services else VISITED),
        outcomes=OUTCOMES_OF[values["decision"]],
    )


def _day(text: str, name: str) -> date | None:
    return strict_json.day(text, name) if text else None
