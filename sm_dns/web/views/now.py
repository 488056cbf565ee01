"""Now: open or closed, why and until when; the days around; and how the service is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from sm_dns.diagnose.remedies import Remedy, remedy
from sm_dns.ipc.status import Alarm
from sm_dns.ipc.upstream_state import Upstream, together
from sm_dns.policy.schedule import Schedule
from sm_dns.policy.status import ScheduleState, SwitchTold, schedule_states, switches_told
from sm_dns.state.transitions import Flip
from sm_dns.util import walltime
from sm_dns.util.finding import Finding
from sm_dns.util.message import Message
from sm_dns.util.schema_notes import Date, says
from sm_dns.util.with_more import with_more
from sm_dns.web.auth.roles import READERS, Person
from sm_dns.web.data import timeline
from sm_dns.web.data.backend import Backend
from sm_dns.web.data.timeline import Day
from sm_dns.web.interface.request_fields import Values

DAYS = 7
HOLIDAY_DAYS = 60


@dataclass(frozen=True, slots=True)
class FindingTold(Finding):
    """What wants a person, and what to do about it."""

    remedy: Remedy


@dataclass(frozen=True)
class AlarmTold(Alarm):
    """What wanted a person at some time, likewise."""

    remedy: Remedy


@dataclass(frozen=True, slots=True)
class Service:
    """How the service is."""

    uptime_seconds: int
    rehearsal: Annotated[bool, says("its clock is another")]
    workers: int
    workers_up: int
    queries: int
    rates: Annotated[tuple[float, ...], says("queries a second in the last ten minutes, oldest first")]
    replayed_percent: Annotated[float | None, says("of the queries, those answered by the packet cache")]
    cache_entries: int
    cache_bytes: int
    under_way: Annotated[int, says("queries that wait for an upstream")]
    limited: Annotated[int, says("queries beyond a client's budget")]
    upstreams: tuple[Upstream, ...]
    last_flip: Flip | None
    last_error: Annotated[Message | None, says("why the policy is older than the files")]
    last_remedy: Annotated[Remedy | None, says("what to do about `last_error`")]
    findings: tuple[FindingTold, ...]
    alarms: tuple[AlarmTold, ...]


@dataclass(frozen=True, slots=True)
class Holiday:
    """A named holiday of the coming days."""

    date: Date
    name: str


@dataclass(frozen=True, slots=True)
class Now:
    """Each schedule now, and one's week from today."""

    switches: Annotated[tuple[SwitchTold, ...], says("in force, the one that decides first, first")]
    schedules: tuple[ScheduleState, ...]
    shown: Annotated[str, says("the schedule of `week` and `holidays`")]
    timezone: str
    date: Date
    minute: Annotated[int, says("the local minute, from midnight")]
    week: tuple[Day, ...]
    holidays: tuple[Holiday, ...]


@dataclass(frozen=True, slots=True)
class NowWithService(Now):
    """The same, for who may see the whole service."""

    service: Service


def now(backend: Backend, person: Person, values: Values) -> Now | NowWithService:
    """Each schedule now, and the default one's week from today; `service` for who may see the whole service."""
    policy = backend.policy()
    at = backend.now()
    name, schedule = backend.schedule(values["schedule"])
    first = timeline.today(schedule, at)
    found = Now(
        switches=tuple(switches_told(policy, at)),
        schedules=tuple(schedule_states(policy, at)),
        shown=name,
        timezone=schedule.zone.key,
        date=first.isoformat(),
        minute=walltime.minute_of_day(at, schedule.zone),
        week=timeline.days(schedule, first, DAYS),
        holidays=_holidays(schedule, first),
    )
    if person.role not in READERS:
        return found
    return with_more(NowWithService, found, service=_service(backend))


def _holidays(schedule: Schedule, first: date) -> tuple[Holiday, ...]:
    """The named holidays of the coming days."""
    coming = sorted(
        (day, text)
        for day, text in schedule.calendar.holidays.items()
        if first <= day <= first + timedelta(days=HOLIDAY_DAYS)
    )
    return tuple(Holiday(day.isoformat(), text) for day, text in coming)


def _service(backend: Backend) -> Service:
    status = backend.status.get()
    up = status.figures
    total = status.queries
    hits = sum(worker.memo_hits for worker in up)
    config = str(backend.config)
    return Service(
        uptime_seconds=status.uptime_seconds,
        rehearsal=status.rehearsal,
        workers=len(status.workers),
        workers_up=len(up),
        queries=total,
        rates=tuple(backend.status.rates()),
        replayed_percent=round(100 * hits / total, 1) if total else None,
        cache_entries=sum(worker.cache_entries for worker in up),
        cache_bytes=sum(worker.cache_bytes for worker in up),
        under_way=sum(worker.under_way for worker in up),
        limited=sum(worker.limited for worker in up),
        upstreams=tuple(together(up)),
        last_flip=status.last_flip,
        last_error=status.last_error,
        last_remedy=None if status.last_error is None else remedy(status.last_error, config),
        findings=tuple(FindingTold(one.level, one.text, remedy(one.text, config)) for one in status.findings),
        alarms=tuple(AlarmTold(one.at, one.text, remedy(one.text, config)) for one in status.alarms),
    )
