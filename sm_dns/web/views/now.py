"""Now: open or closed, why and until when; the days around; and how the service is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sm_dns.ipc.upstream_state import together
from sm_dns.policy.status import schedule_states
from sm_dns.util.typed_json import to_json
from sm_dns.web.auth.roles import READERS, Person
from sm_dns.web.data import timeline
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Values

DAYS = 7
HOLIDAY_DAYS = 60


def now(backend: Backend, person: Person, values: Values) -> dict[str, Any]:
    """Each schedule now, and the default one's week from today; `service` for who may see the whole service."""
    policy = backend.policy()
    at = backend.now()
    name, schedule = backend.schedule(values["schedule"])
    first = timeline.today(schedule, at)
    found: dict[str, Any] = {
        "schedules": [to_json(each) for each in schedule_states(policy, at)],
        "shown": name,
        "timezone": schedule.zone.key,
        "date": first.isoformat(),
        "minute": timeline.minute_of_day(schedule, at),
        "week": timeline.days(schedule, first, DAYS),
        "holidays": _holidays(backend, name),
    }
    if person.role in READERS:
        found["service"] = _service(backend)
    return found


def _holidays(backend: Backend, name: str) -> list[dict[str, str]]:
    """The named holidays of the coming days."""
    _, schedule = backend.schedule(name)
    first = timeline.today(schedule, backend.now())
    coming = sorted(
        (day, text)
        for day, text in schedule.calendar.holidays.items()
        if first <= day <= first + timedelta(days=HOLIDAY_DAYS)
    )
    return [{"date": day.isoformat(), "name": text} for day, text in coming]


def _service(backend: Backend) -> dict[str, object]:
    status = backend.status.get()
    up = status.figures
    total = status.queries
    hits = sum(worker.memo_hits for worker in up)
    return {
        "uptime_seconds": status.uptime_seconds,
        "rehearsal": status.rehearsal,
        "workers": len(status.workers),
        "workers_up": len(up),
        "queries": total,
        "rates": backend.status.rates(),
        "replayed_percent": round(100 * hits / total, 1) if total else None,
        "cache_entries": sum(worker.cache_entries for worker in up),
        "cache_bytes": sum(worker.cache_bytes for worker in up),
        "under_way": sum(worker.under_way for worker in up),
        "limited": sum(worker.limited for worker in up),
        "upstreams": to_json(together(up)),
        "last_flip": to_json(status.last_flip),
        "last_error": status.last_error,
        "findings": to_json(status.findings),
        "alarms": to_json(status.alarms),
    }
