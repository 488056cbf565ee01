"""Exemptions granted and revoked, as the commands and the dashboard do it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Annotated
from zoneinfo import ZoneInfo

from sm_dns.admin.calendars.accepted_calendars import merged_schedules
from sm_dns.admin.known_names import known_category, known_group
from sm_dns.admin.policy_document import services
from sm_dns.admin.service_names import services_called
from sm_dns.policy import recurring_hours
from sm_dns.policy.clients.who import GROUP, NETWORK, OWN_LINKS, Who, is_identity, kind_of, value_of
from sm_dns.policy.exemptions import Exemption
from sm_dns.settings.client_networks import canonical
from sm_dns.settings.endpoint import parse_network
from sm_dns.settings.load import check_schedule
from sm_dns.settings.settings import Settings
from sm_dns.state import exemptions_store
from sm_dns.state.audit import Trail
from sm_dns.state.one_line import one_line
from sm_dns.util import walltime
from sm_dns.util.durations import parse_duration
from sm_dns.util.errors import BadInput, about
from sm_dns.util.schema_notes import Local, says


@dataclass(frozen=True, slots=True)
class ExemptionTold:
    """An exemption as people read it."""

    id: str
    group: str | None
    network: str | None
    who: Annotated[str | None, says("what somebody is known as: device:…, host:…, staff:…, department:…")]
    category: str | None
    service: str | None
    approver: str
    reason: str
    starts: Local
    expires: Local
    seconds_left: int
    hours: Annotated[
        str | None, says("in force in these only, such as MON-FRI 09:00-11:00; null: at all hours")
    ]
    in_force: bool
    changes: Annotated[Local | None, says("when it next begins or ends; null once it has ended")]


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
    days: str | None = None,
    between: str | None = None,
    approver: str,
    reason: str,
    trail: Trail,
    who: str | None = None,
) -> Exemption:
    """Let somebody reach a category or service from `now` (POSIX seconds) on.

    `who` is a group, a network or what somebody is known as, as people write it (`policy.clients.who`), or
    `own-links`. The end is given as a `length` ("30m", "8h") or as `until`, as `walltime.end` reads it. `days`
    ("MON-FRI") and `between` ("09:00-11:00") say in which hours of the week it is in force. Raises `BadInput`.
    """
    start = math.floor(now)
    network = _network(network)
    with about("who"):
        group, network, known_as = _whom(settings, group, network, who)
    expires = _end(settings, start, length, until, group)
    hours = recurring_hours.of_words(days, between, zone_of(settings, group))
    wanted = Exemption(
        "new",
        group,
        network,
        category,
        service,
        approver.strip(),
        reason.strip(),
        start,
        expires,
        known_as,
        hours,
    )
    wanted = check_known(settings, wanted)
    _check_comes_into_force(wanted)
    with about("approver"):
        one_line(wanted.approver)
    with about("reason"):
        one_line(wanted.reason)
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
    in_force, changes = one.standing(now)
    return ExemptionTold(
        id=one.id,
        group=one.group,
        network=one.network,
        who=one.who,
        category=one.category,
        service=one.service,
        approver=one.approver,
        reason=one.reason,
        starts=walltime.iso_local(one.starts, zone),
        expires=walltime.iso_local(one.expires, zone),
        seconds_left=max(0, int(one.expires - now)),
        hours=None if one.hours is None else recurring_hours.written(one.hours),
        in_force=in_force,
        changes=None if changes is None else walltime.iso_local(changes, zone),
    )


def zone_of(settings: Settings, group: str | None) -> ZoneInfo:
    """The zone of the schedule that a group keeps; of the default schedule without one."""
    names = {one.name: settings.schedule_of(one) for one in settings.groups}
    name = names.get(group or "", settings.default_schedule)
    return check_schedule(settings, name, merged_schedules(settings)[name]).zone


def _whom(
    settings: Settings, group: str | None, network: str | None, text: str | None
) -> tuple[str | None, str | None, Who | None]:
    """Group, network and identity, of what was given by itself and of what `text` means. Raises `BadInput`."""
    if text is None:
        return group, network, None
    found = canonical(settings, text)
    given = {kind_of(found): value_of(found)}
    for kind, value in ((GROUP, group), (NETWORK, network)):
        if value is not None and kind in given:
            raise BadInput("the {kind} is given already", kind=kind)
    if found == OWN_LINKS or is_identity(found):
        return group, network, found
    return given.get(GROUP, group), given.get(NETWORK, network), None


def _network(text: str | None) -> str | None:
    try:
        return text and parse_network(text)
    except ValueError as error:
        raise BadInput("network: {reason}", reason=error) from error


def _end(settings: Settings, now: int, length: str | None, until: str | None, group: str | None) -> int:
    if length is None and until is None:
        raise BadInput("an exemption has an end: give --for LENGTH or --until WHEN")
    if length is not None and until is not None:
        raise BadInput("--for and --until are two ends: give one of them")
    if length is not None:
        try:
            return now + parse_duration(length)
        except ValueError as error:
            raise BadInput("length: {reason}", reason=error) from error
    with about("until"):
        expires = walltime.end(until or "", zone_of(settings, group), now)
        if expires <= now:
            raise BadInput("{until} has passed", until=until)
    return expires


def _check_comes_into_force(wanted: Exemption) -> None:
    """Refuse hours of which none lies before the end."""
    if wanted.standing(wanted.starts - 1).until is None:
        raise BadInput("the exemption ends before its hours first come")


def check_known(settings: Settings, wanted: Exemption) -> Exemption:
    """The exemption with its service by id. Raises `BadInput` where it names what there is not."""
    if wanted.group is not None:
        known_group(settings, wanted.group)
    if wanted.category is not None:
        known_category(settings, wanted.category)
    if wanted.service is None:
        return wanted
    return replace(wanted, service=services_called(services(settings), wanted.service)[0].id)
