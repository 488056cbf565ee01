"""What the configuration says of staff, days and hours: what figures are made from beside the store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache, partial

from sm_dns.admin.calendars.accepted_calendars import merged_schedules
from sm_dns.monitor.figures.basis import Basis
from sm_dns.monitor.headcount import Headcount
from sm_dns.policy.calendar import DayClass
from sm_dns.policy.schedule import Schedule
from sm_dns.policy.work_hours import hour_kind
from sm_dns.report.request import Request
from sm_dns.reporting.headcounts import department_headcounts, whole_headcount
from sm_dns.settings.load import check_schedule
from sm_dns.settings.settings import Settings


def basis_of(settings: Settings, request: Request, now: float) -> Basis:
    """By the default schedule and the accepted calendars, at `now` (POSIX seconds). Raises `BadInput`."""
    return basis_on(settings, default_schedule(settings), headcount(settings, request), now)


def basis_on(settings: Settings, schedule: Schedule, staff: Headcount, now: float) -> Basis:
    """The same by a schedule that is at hand, of so many staff."""
    return Basis(
        headcount=staff,
        headcounts=department_headcounts(settings.monitoring),
        is_working=working_days(schedule),
        hour_kind=cache(partial(hour_kind, schedule)),
        small_cell=settings.monitoring.small_cell,
        now=now,
    )


def headcount(settings: Settings, request: Request) -> Headcount:
    """How many staff there are: the number that was asked for, else what the configuration gives."""
    if request.base is not None:
        return Headcount.always(request.base)
    return whole_headcount(settings.monitoring)


def working_days(schedule: Schedule) -> Callable[[date], bool]:
    """Whether a local date is a working day of a schedule."""
    return lambda day: schedule.calendar.class_of(day) is DayClass.WORK


def default_schedule(settings: Settings) -> Schedule:
    """The default schedule with the accepted calendars. Raises `BadInput`."""
    name = settings.default_schedule
    return check_schedule(settings, name, merged_schedules(settings)[name])
