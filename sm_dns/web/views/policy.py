"""Policy: schedules, groups, categories and exemptions in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from sm_dns.admin import exemption_changes
from sm_dns.admin.exemption_changes import ExemptionTold
from sm_dns.admin.policy_document import services
from sm_dns.admin.service_changes import ServiceRuleTold, rules_told
from sm_dns.i18n.catalogue import ENGLISH
from sm_dns.i18n.dates import weekday
from sm_dns.policy.calendar import DayClass
from sm_dns.policy.week import clock_of
from sm_dns.state import exemptions_store
from sm_dns.util import walltime
from sm_dns.util.schema_notes import Local, says
from sm_dns.util.strict_json import Span
from sm_dns.web.auth.roles import Person
from sm_dns.web.data import timeline
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.answer import CategoryAction, Mode
from sm_dns.web.interface.request_fields import Values


@dataclass(frozen=True, slots=True)
class Weekday:
    """The hours of a day of the week, as HH:MM."""

    weekday: Annotated[int, says("0 for Monday")]
    name: str
    rest: Annotated[tuple[str, ...], says("the first of `rests`, or nothing")]
    rests: Annotated[tuple[tuple[str, str], ...], says("all rest periods of the day")]
    after_start: Annotated[str, says("when after-hours begin")]
    after_hours: Annotated[bool, says("there are any")]
    weekend: bool


@dataclass(frozen=True, slots=True)
class ScheduleRules:
    """What a schedule says today."""

    name: str
    timezone: str
    work_start: str
    days: tuple[Weekday, ...]
    weekend_class: DayClass
    holiday_class: DayClass
    effective_from: Annotated[Local | None, says("null where it always was in force")]


@dataclass(frozen=True, slots=True)
class ClientGroup:
    """Clients under one rule."""

    name: str
    networks: Annotated[tuple[str, ...], says("empty: private addresses that are in no other group")]
    mode: Mode
    schedule: str


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """What becomes of the names of a category."""

    name: str
    action: CategoryAction
    answer: Annotated[str | None, says("how a denial is answered")]


@dataclass(frozen=True, slots=True)
class ServiceKnown:
    """A service that a rule may be for."""

    service: str
    name: str
    category: str


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules in force."""

    schedules: tuple[ScheduleRules, ...]
    groups: tuple[ClientGroup, ...]
    categories: tuple[CategoryRule, ...]
    services: Annotated[
        tuple[ServiceRuleTold, ...], says("rules for services, in the order in which they count")
    ]
    catalogue: tuple[ServiceKnown, ...]
    exemptions: tuple[ExemptionTold, ...]


def policy(backend: Backend, person: Person, values: Values) -> Policy:
    """Groups, categories and schedules in force; exemptions that have not ended."""
    now = backend.true_now()
    settings = backend.settings()
    snapshot = backend.policy()
    return Policy(
        schedules=tuple(_schedule(backend, name) for name in snapshot.schedules),
        groups=tuple(
            ClientGroup(group.name, (*group.networks, *group.identities), group.mode, group.schedule)
            for group in snapshot.clients.groups.values()
        ),
        categories=tuple(
            CategoryRule(each.name, each.action, each.answer) for each in snapshot.categories.values()
        ),
        services=tuple(rules_told(settings)),
        catalogue=tuple(ServiceKnown(one.id, one.name, one.category) for one in services(settings)),
        exemptions=tuple(
            exemption_changes.described(settings, one, now)
            for one in exemptions_store.load(settings.state_dir)
            if now < one.expires
        ),
    )


def _schedule(backend: Backend, name: str) -> ScheduleRules:
    _, schedule = backend.schedule(name)
    hours = schedule.hours_on(timeline.today(schedule, backend.now()))
    by_day = tuple(
        Weekday(
            weekday=day,
            name=weekday(ENGLISH, day),
            rest=_shown(hours.rest_on(day)[:1])[0] if hours.rest_on(day) else (),
            rests=_shown(hours.rest_on(day)),
            after_start=clock_of(hours.after_start_on(day)),
            after_hours=day not in schedule.no_after_hours,
            weekend=day in schedule.calendar.weekend,
        )
        for day in range(7)
    )
    start = schedule.effective_from
    return ScheduleRules(
        name=name,
        timezone=schedule.zone.key,
        work_start=clock_of(hours.work_start),
        days=by_day,
        weekend_class=schedule.calendar.weekend_class,
        holiday_class=schedule.calendar.holiday_class or DayClass.WORK,
        effective_from=None if start is None else walltime.iso_local(start, schedule.zone),
    )


def _shown(spans: Iterable[Span]) -> tuple[tuple[str, str], ...]:
    return tuple((clock_of(span.start), clock_of(span.end)) for span in spans)
