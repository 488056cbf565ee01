"""Policy: schedules, groups, categories, exemptions, calendars, and what would happen when."""

from __future__ import annotations

import ipaddress
from typing import Any

from sm_dns.admin import calendar_changes, exemption_changes
from sm_dns.admin.calendar_files import accepted_path
from sm_dns.builder.zone_text import read_name
from sm_dns.diagnose.look_up import looking_up
from sm_dns.dns.names import BadName
from sm_dns.i18n.dates import WEEKDAYS_EN
from sm_dns.state import exemptions_store
from sm_dns.util import walltime
from sm_dns.util.errors import BadInput
from sm_dns.web.auth.roles import Person
from sm_dns.web.data import timeline
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Field, Values

EXPLAIN_FIELDS = (
    Field("name", summary="a domain name", required=True),
    Field("client", summary="an IP address; 127.0.0.1 without it"),
    Field("at", summary="a local date-time such as 2026-08-10T13:00; now without it"),
    Field("type", summary="a query type such as AAAA; A without it"),
    Field("resolve", "flag", "have the running server look up what the name points to, and judge that too"),
)
CALENDAR_FIELDS = (
    Field("calendar", summary="its name; the only one without it"),
    Field("year", "number", "this year without it"),
)


def policy(backend: Backend, person: Person, values: Values) -> dict[str, Any]:
    """Groups, categories and schedules in force; exemptions that have not ended."""
    now = backend.true_now()
    settings = backend.settings()
    snapshot = backend.policy()
    return {
        "schedules": [_schedule(backend, name) for name in snapshot.schedules],
        "groups": [
            {
                "name": group.name,
                "networks": list(group.networks),
                "mode": group.mode,
                "schedule": group.schedule,
            }
            for group in snapshot.clients.groups.values()
        ],
        "categories": [
            {"name": each.name, "action": each.action, "answer": each.answer}
            for each in snapshot.categories.values()
        ],
        "exemptions": [
            exemption_changes.described(settings, one, now)
            for one in exemptions_store.load(settings.state_dir)
            if now < one.expires
        ],
    }


def _schedule(backend: Backend, name: str) -> dict[str, Any]:
    _, schedule = backend.schedule(name)
    hours = schedule.hours_on(timeline.today(schedule, backend.now()))
    by_day = [
        {
            "weekday": day,
            "name": WEEKDAYS_EN[day],
            "rest": [_clock(minute) for minute in hours.rest_on(day)],
            "after_start": _clock(hours.after_start_on(day)),
            "after_hours": day not in schedule.no_after_hours,
            "weekend": day in schedule.calendar.weekend,
        }
        for day in range(7)
    ]
    start = schedule.effective_from
    return {
        "name": name,
        "timezone": schedule.zone.key,
        "work_start": _clock(hours.work_start),
        "days": by_day,
        "weekend_class": schedule.calendar.weekend_class.value,
        "holiday_class": getattr(schedule.calendar.holiday_class, "value", "WORK"),
        "effective_from": None if start is None else walltime.iso_local(start, schedule.zone),
    }


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def calendar(backend: Backend, person: Person, values: Values) -> dict[str, Any]:
    """One year of a calendar: accepted, or proposed, or neither."""
    settings = backend.settings()
    _, schedule = backend.schedule()
    year = values["year"] or timeline.today(schedule, backend.now()).year
    if not 1970 <= year <= 2100:
        raise BadInput("year: must be 1970 to 2100")
    known = list(settings.calendars)
    if not known:
        return {"calendars": [], "calendar": "", "year": year, "state": "none", "lines": []}
    name = calendar_changes.known_name(settings, values["calendar"] or known[0])
    found = calendar_changes.load_any(settings, name, year)
    removed = set() if found is None else set(found.of("removed"))
    state = "none" if found is None else "accepted" if found.accepted else "proposed"
    return {
        "calendars": known,
        "calendar": name,
        "year": year,
        "state": state,
        "proposed_beside": state == "accepted"
        and accepted_path(settings.calendar_dir, name, year).with_suffix(".proposed").exists(),
        "accepted_by": found.accepted.who if found and found.accepted else None,
        "accepted_at": found.accepted.at if found and found.accepted else None,
        "lines": [
            {
                "kind": line.kind,
                "date": line.day.isoformat(),
                "weekday": line.day.weekday(),
                "time": line.time,
                "text": line.text,
                "removed": line.kind == "holiday" and line.day in removed,
            }
            for line in sorted(found.lines if found else (), key=lambda each: (each.day, each.kind))
        ],
    }


def explain(backend: Backend, person: Person, values: Values) -> dict[str, Any]:
    """What a client would be answered to a name at a time, by the policy in force."""
    explainer = backend.explainer()
    snapshot = explainer.snapshot
    client = values["client"] or "127.0.0.1"
    try:
        ipaddress.ip_address(client)
    except ValueError as error:
        raise BadInput(f"client: {client!r} is not an IP address") from error
    try:
        name = read_name(values["name"])
    except BadName as error:
        raise BadInput(f"name: {values['name']!r} is not a domain name: {error}") from error
    qtype = (values["type"] or "A").upper()
    if not (qtype.isascii() and qtype.isalnum() and len(qtype) < 16):
        raise BadInput(f"type: {qtype!r} is not a query type")
    found = snapshot.clients.classify(client)
    group = snapshot.clients.default if found is None else found.group
    zone = snapshot.schedules[group.schedule].zone
    now = walltime.parse(values["at"], zone) if values["at"] else backend.now()
    look_up = looking_up(backend.ask) if values["resolve"] else None
    return explainer.explain(client, name, qtype, now, look_up)
