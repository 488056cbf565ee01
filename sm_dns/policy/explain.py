"""One decision told in full: what would be answered to whom, why, by which list, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from sm_dns.dns import names
from sm_dns.i18n.catalogue import ENGLISH
from sm_dns.i18n.dates import moment_text
from sm_dns.i18n.text import Text
from sm_dns.policy import windows
from sm_dns.policy.calendar import DayClass
from sm_dns.policy.decide import REASONS, Decision
from sm_dns.policy.groups import MODES
from sm_dns.policy.snapshot import Snapshot
from sm_dns.policy.windows import Schedule
from sm_dns.util import walltime
from sm_dns.util.schema_notes import Local, one_of, says


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


def described(
    snapshot: Snapshot, address: str, qname: bytes, qtype: str, decision: Decision, now: float
) -> DecisionTold:
    """A decision over a question about a canonical name and a type such as "A", for a client address at `now` (POSIX
    seconds)."""
    client = snapshot.clients.classify(address)
    group = snapshot.clients.default if client is None else client.group
    schedule = snapshot.schedules[group.schedule]
    match = decision.match
    tag = None if match is None else match.tag
    until = decision.valid_until
    return DecisionTold(
        name=names.to_text(qname),
        type=qtype,
        client=address,
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
    )


def _sentence(decision: Decision, schedule: Schedule, now: float) -> str:
    why = windows.REASONS.get(decision.reason_code) or REASONS[decision.reason_code]
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
