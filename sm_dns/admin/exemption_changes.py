"""Exemptions granted and revoked, as the commands and the dashboard do it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from zoneinfo import ZoneInfo

from sm_dns.admin.calendars.accepted_calendars import merged_schedules
from sm_dns.admin.policy_document import services
from sm_dns.policy.exemptions import Exemption
from sm_dns.policy.groups import DEFAULT
from sm_dns.settings.endpoint import parse_network
from sm_dns.settings.load import check_schedule
from sm_dns.settings.settings import Settings
from sm_dns.state import exemptions_store
from sm_dns.state.audit import Trail
from sm_dns.util import walltime
from sm_dns.util.durations import parse_duration
from sm_dns.util.errors import BadInput
from sm_dns.util.schema_notes import Local


@dataclass(frozen=True, slots=True)
class ExemptionTold:
    """An exemption as people read it."""

    id: str
    group: str | None
    network: str | None
    category: str | None
    service: str | None
    approver: str
    reason: str
    starts: Local
    expires: Local
    seconds_left: int


def grant(
    settings: Settings,
    now: float,
    *,
    group: str | None,
    network: str | None,
    category: str | None,
    service: str | None,
    length: str | None,
    until: str | None,
    approver: str,
    reason: str,
    trail: Trail,
) -> Exemption:
    """Let a group or network reach a category or service from `now` (POSIX seconds) on.

    Its end is given as a `length` ("30m", "8h") or as `until`, as `walltime.end` reads it. Raises `BadInput`.
    """
    start = math.floor(now)
    network = _network(network)
    expires = _end(settings, start, length, until, group)
    wanted = Exemption("new", group, network, category, service, approver, reason, start, expires)
    check_known(settings, wanted)
    with trail.turn() as turn:
        file, stored = exemptions_store.with_one(settings.state_dir, wanted)
        turn.change("exempt add", stored.id, why=reason, detail=asdict(stored), files=[file])
    return stored


def revoke(settings: Settings, exemption_id: str, *, why: str, trail: Trail) -> Exemption:
    """End an exemption now, and return it. Raises `BadInput` where there is none of that id."""
    with trail.turn() as turn:
        file, taken = exemptions_store.without(settings.state_dir, exemption_id)
        turn.change("exempt revoke", taken.id, why=why, detail=asdict(taken), files=[file])
    return taken


def described(settings: Settings, one: Exemption, now: float) -> ExemptionTold:
    """An exemption as people read it."""
    zone = zone_of(settings, one.group)
    return ExemptionTold(
        id=one.id,
        group=one.group,
        network=one.network,
        category=one.category,
        service=one.service,
        approver=one.approver,
        reason=one.reason,
        starts=walltime.iso_local(one.starts, zone),
        expires=walltime.iso_local(one.expires, zone),
        seconds_left=max(0, int(one.expires - now)),
    )


def zone_of(settings: Settings, group: str | None) -> ZoneInfo:
    """The zone of the schedule that a group keeps; of the default schedule without one."""
    names = {one.name: settings.schedule_of(one) for one in settings.groups}
    name = names.get(group or "", settings.default_schedule)
    return check_schedule(settings, name, merged_schedules(settings)[name]).zone


def _network(text: str | None) -> str | None:
    try:
        return text and parse_network(text)
    except ValueError as error:
        raise BadInput("--network: {reason}", reason=error) from error


def _end(settings: Settings, now: int, length: str | None, until: str | None, group: str | None) -> int:
    if length is None and until is None:
        raise BadInput("an exemption has an end: give --for LENGTH or --until WHEN")
    if length is not None and until is not None:
        raise BadInput("--for and --until are two ends: give one of them")
    if length is not None:
        try:
            return now + parse_duration(length)
        except ValueError as error:
            raise BadInput("--for: {reason}", reason=error) from error
    expires = walltime.end(until or "", zone_of(settings, group), now)
    if expires <= now:
        raise BadInput("--until: {until} has passed", until=until)
    return expires


def check_known(settings: Settings, wanted: Exemption) -> None:
    """Raise `BadInput` where an exemption names what the configuration does not."""
    groups = {one.name for one in settings.groups} | {DEFAULT}
    categories = {one.name for one in settings.all_categories}
    if wanted.group is not None and wanted.group not in groups:
        raise BadInput(
            "there is no group {group!r}; there are: {known}",
            group=wanted.group,
            known=", ".join(sorted(groups)),
        )
    if wanted.category is not None and wanted.category not in categories:
        raise BadInput(
            "there is no category {category!r}; there are: {known}",
            category=wanted.category,
            known=", ".join(sorted(categories)),
        )
    if wanted.service is not None and wanted.service not in {one.id for one in services(settings)}:
        raise BadInput(
            "there is no service {service!r}; `sm-dns services list` shows them", service=wanted.service
        )
