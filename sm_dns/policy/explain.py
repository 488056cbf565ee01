"""One decision told in full: what would be answered to whom, why, by which list, and until when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from sm_dns.dns import names
from sm_dns.i18n.catalogue import ENGLISH
from sm_dns.i18n.dates import moment_text
from sm_dns.i18n.text import Text
from sm_dns.lists.entry import Match, Tag
from sm_dns.policy import recurring_hours, windows
from sm_dns.policy.calendar import DayClass
from sm_dns.policy.categories import ACTIONS
from sm_dns.policy.clients.switches import TURNS
from sm_dns.policy.clients.who import Who
from sm_dns.policy.decide import REASONS, Decision, by_precedence
from sm_dns.policy.groups import MODES
from sm_dns.policy.service_rules import NO_RULES
from sm_dns.policy.snapshot import Snapshot
from sm_dns.policy.windows import Schedule
from sm_dns.util import walltime
from sm_dns.util.schema_notes import Local, one_of, says


class WhoAsks(NamedTuple):
    """Who asks: an address, and what whoever has it is known as."""

    address: str
    identities: tuple[Who, ...] = ()


@dataclass(frozen=True, slots=True)
class ExemptionUsed:
    """The exemption that opened a name. `expires`: local time. `hours`: as "MON-FRI 09:00-11:00", null for all."""

    id: str
    approver: str
    reason: str
    expires: Local
    hours: str | None


@dataclass(frozen=True, slots=True)
class SwitchUsed:
    """The switch that paused the policy, or opened or closed a name for a while. `expires`: local time."""

    id: str
    turn: Annotated[str, one_of(*TURNS)]
    by: str
    reason: str
    expires: Local


@dataclass(frozen=True, slots=True)
class ListedToo:
    """A listing of the name that decides nothing, for another comes before it. `action`: what it alone would say."""

    category: str
    service: str
    action: Annotated[str, one_of(*ACTIONS)]
    list: str
    line: int


@dataclass(frozen=True, slots=True)
class DecisionTold:
    """What policy says of a question. Local times are whole seconds."""

    name: str
    type: str
    client: str
    group: Annotated[str | None, says("null for a client that is not served")]
    mode: Annotated[str, one_of(*MODES)] | None
    at: Local
    decision: Annotated[str, one_of("forward", "permit", "deny")]
    category: str | None
    service: str | None
    list: Annotated[str | None, says("the list that decides")]
    listed: Annotated[str | None, says("the name as that list has it")]
    line: int | None
    reason_code: str
    reason: str
    next_transition: Local | None
    seconds_to_transition: int | None
    ttl_cap: Annotated[
        int | None, says("seconds that an answer lives at most; null without a bound of policy")
    ]
    would_deny: Annotated[bool, says("denied in a group that enforces")]
    ruled: Annotated[bool, says("a rule of the site for this service decides, not its category")]
    exemption: Annotated[ExemptionUsed | None, says("the exemption that is used")]
    switch: Annotated[SwitchUsed | None, says("the switch that is used")]
    known_as: Annotated[tuple[str, ...], says("what the client is known as, of what policy asks for")]
    beaten: Annotated[tuple[ListedToo, ...], says("further listings of the name, which decide nothing")]


def described(
    snapshot: Snapshot, asked: WhoAsks, qname: bytes, qtype: str, decision: Decision, now: float
) -> DecisionTold:
    """A decision at `now` (POSIX seconds) over a question about a canonical name and a type such as "A"."""
    client = snapshot.clients.classify(*asked)
    group = snapshot.clients.default if client is None else client.group
    actions = NO_RULES if client is None else client.service_actions
    schedule = snapshot.schedules[group.schedule]
    match = decision.match
    tag = None if match is None else match.tag
    until = decision.valid_until
    return DecisionTold(
        name=names.to_text(qname),
        type=qtype,
        client=asked.address,
        group=None if client is None else group.name,
        mode=None if client is None else group.mode,
        at=walltime.iso_local(now, schedule.zone),
        decision=decision.action,
        category=None if tag is None else tag.category,
        service=None if tag is None else tag.service,
        list=None if tag is None else tag.list,
        listed=None if match is None else names.to_text(match.name),
        line=None if match is None else match.line,
        reason_code=decision.reason_code,
        reason=_sentence(decision, schedule, now),
        next_transition=None if until is None else walltime.iso_local(until, schedule.zone),
        seconds_to_transition=None if until is None else int(until - now),
        ttl_cap=_ttl_cap(snapshot, decision, now),
        would_deny=decision.would_deny,
        ruled=tag is not None and decision.exemption is None and _is_ruled(snapshot, actions, tag),
        exemption=_exemption(snapshot, decision, schedule),
        switch=_switch(snapshot, decision, schedule),
        known_as=asked.identities,
        beaten=() if match is None else tuple(_beaten(snapshot, actions, qname, match)),
    )


def _is_ruled(snapshot: Snapshot, actions: Mapping[str, str], tag: Tag) -> bool:
    """Whether a rule gives a service another action than its category has."""
    own = snapshot.categories[tag.category].action
    return own != "allow" and actions.get(tag.service, own) != own


def _exemption(snapshot: Snapshot, decision: Decision, schedule: Schedule) -> ExemptionUsed | None:
    used = next((one for one in snapshot.clients.exemptions if one.id == decision.exemption), None)
    if used is None:
        return None
    expires = walltime.iso_local(used.expires, schedule.zone)
    hours = None if used.hours is None else recurring_hours.written(used.hours)
    return ExemptionUsed(used.id, used.approver, used.reason, expires, hours)


def _switch(snapshot: Snapshot, decision: Decision, schedule: Schedule) -> SwitchUsed | None:
    used = next((one for one in snapshot.clients.switches if one.id == decision.switch), None)
    if used is None:
        return None
    expires = walltime.iso_local(used.expires, schedule.zone)
    return SwitchUsed(used.id, used.turn, used.by, used.reason, expires)


def _beaten(
    snapshot: Snapshot, actions: Mapping[str, str], qname: bytes, deciding: Match
) -> Iterator[ListedToo]:
    """The other listings of a name in the order in which they would decide; none where what it points to decides."""
    matches = snapshot.names.lookup(qname)
    if deciding not in matches:
        return
    for category, match in by_precedence(snapshot.categories, actions, matches):
        if match != deciding:
            tag = match.tag
            yield ListedToo(tag.category, tag.service, category.action, tag.list, match.line)


def reason_text(reason_code: str) -> str:
    """What a reason code means, in words."""
    return windows.REASONS.get(reason_code) or REASONS[reason_code]


def _sentence(decision: Decision, schedule: Schedule, now: float) -> str:
    why = reason_text(decision.reason_code)
    sentence = why[0].upper() + why[1:]
    holiday = schedule.calendar.holidays.get(walltime.to_local(now, schedule.zone).date())
    if holiday and decision.reason_code in (DayClass.HOLIDAY_OPEN, DayClass.HOLIDAY_CLOSED):
        sentence += f" ({Text.both(holiday).en})"
    if decision.would_deny:
        sentence += "; denied in a group that enforces"
    if decision.opens_at is not None:
        opening = moment_text(ENGLISH, walltime.to_local(decision.opens_at, schedule.zone))
        sentence += f"; permitted from {opening}"
    return sentence + "."


def _ttl_cap(snapshot: Snapshot, decision: Decision, now: float) -> int | None:
    if decision.match is None:
        return None
    longest = snapshot.denied_ttl if decision.action == "deny" else snapshot.permitted_ttl
    return longest if decision.valid_until is None else min(longest, int(decision.valid_until - now))
