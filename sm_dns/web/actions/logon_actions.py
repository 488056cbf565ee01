"""Logons that a program pushes, such as a task on a domain controller: who is at a device from now on."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sm_dns.builder.monitoring import monitoring_plan
from sm_dns.monitor.identity.leases.lease import Written
from sm_dns.monitor.identity.leases.windows_times import order_of
from sm_dns.monitor.identity.logons.drop import EVENTS, event_of
from sm_dns.monitor.identity.logons.logon import AHEAD_SECONDS, LOGON_SECONDS
from sm_dns.util.clock import utc_iso
from sm_dns.util.errors import BadInput
from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Field, Values

LOGON_FIELDS = (
    Field("user", summary="who: a key of the staff map, with or without a domain", required=True),
    Field("address", summary="the address of the device; this or `device`"),
    Field("device", summary="the hardware address of the device"),
    Field("time", summary="ISO 8601, or POSIX seconds; now without it"),
    Field("event", summary="a logon without it", choices=EVENTS),
)


@dataclass(frozen=True, slots=True)
class TakenLogon:
    """The staff key that was read of the user's name."""

    staff: str


def push_logon(backend: Backend, person: Person, values: Values) -> TakenLogon:
    """Take a logon. It is no change of the policy, and is not audited."""
    settings = backend.settings()
    if not any(source.api for source in settings.monitoring.logons):
        raise BadInput("nobody would read it: monitoring.logons has no {shown}", shown="{api: true}")
    now = backend.true_now()
    given = {**values, "time": values["time"] or str(int(now))}
    written = Written(now, ZoneInfo(monitoring_plan(settings).zone))
    event = event_of(given, order_of([str(given["time"])], written), written)
    if event is None:
        raise BadInput("is no logon: a person, and an address or a hardware address, at a time are needed")
    if not now - LOGON_SECONDS <= event.at <= now + AHEAD_SECONDS:
        raise BadInput(
            "the time {at} lies ahead, or more than {hours} hours back: look at clocks and zones",
            at=utc_iso(event.at),
            hours=round(LOGON_SECONDS / 3_600),
        )
    line = {"time": int(event.at), "user": event.staff, "address": event.address, "device": event.device}
    backend.logons.add({**line, "event": values["event"]}, oldest=now - LOGON_SECONDS)
    return TakenLogon(event.staff)
