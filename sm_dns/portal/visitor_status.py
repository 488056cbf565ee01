"""How things stand for one visitor: the decision over the site that the request names, for this client, now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sm_dns.dns import names
from sm_dns.policy.clients.client_table import ClientClass
from sm_dns.policy.clients.switches import EMERGENCY, PAUSE, Switch
from sm_dns.policy.decide import NEVER_OPENED, Decision, decide
from sm_dns.policy.exemptions import Exemption
from sm_dns.policy.snapshot import Snapshot
from sm_dns.policy.windows import REASONS, Schedule, State, state_at

Kind = Literal["closed", "streaming", "denied", "shut", "alias", "open", "notice"]

# For a while something else decides; the hours come back.
_AROUND_HOURS = ("NOT_IN_FORCE", "PAUSED", "EMERGENCY", "OPENED", "CLOSED", "EXEMPTION")
_DENIED = ("BYPASS", "BYPASS_SIGNAL", "CATEGORY_DENIED", "SERVICE_DENIED")


@dataclass(frozen=True)
class Standing:
    """What a page says. `name`, `service` and `category` are of the site asked for, "" for the notice itself.

    `now` is in POSIX seconds; `state` is the schedule's at `now`; `exemptions` are those
    that the client has for the site, at whatever hours; on the notice, and for a name that is not listed, all it has.
    is_scheduled: whether hours rule over the site, so that they are worth showing.
    """

    kind: Kind
    now: float
    mode: str
    schedule: Schedule
    state: State
    version: str
    name: str = ""
    service: str = ""
    category: str = ""
    reason_code: str = "NOTICE"
    exemptions: tuple[Exemption, ...] = ()
    switches: tuple[Switch, ...] = ()
    is_scheduled: bool = True

    @property
    def title(self) -> str:
        """What the matter is called: its kind, but for a site that is open because nothing is closed there."""
        return "unblocked" if self.kind == "open" and self.mode != "enforce" else self.kind

    @property
    def may_ask(self) -> bool:
        """Whether something is closed here that staff may ask for."""
        if self.kind == "notice":
            return self.mode == "enforce" and self.in_force
        return self.kind in ("closed", "streaming", "denied", "shut") and self.reason_code not in NEVER_OPENED

    @property
    def pause(self) -> Switch | None:
        """The switch by which nothing is denied to this client now."""
        deciding = next(iter(self.switches), None)
        return deciding if deciding is not None and deciding.turn in (PAUSE, EMERGENCY) else None

    @property
    def in_force(self) -> bool:
        """Whether the schedule is in force already."""
        return self.schedule.effective_from is None or self.now >= self.schedule.effective_from

    @property
    def opens_at(self) -> int | None:
        """The next opening in POSIX seconds, None where there is none or it is open."""
        return None if self.state.permitted else self.state.until

    @property
    def reference(self) -> str:
        """By which the site's administrators find what was in force: no part of it tells who asked."""
        return f"{self.version}-{self.reason_code}"


def notice(snapshot: Snapshot, client: ClientClass, now: float) -> Standing:
    """How social media stand for a client, whatever site it wants."""
    return _standing(snapshot, client, now, "notice")


def of_site(snapshot: Snapshot, client: ClientClass, host: str, now: float) -> Standing:
    """How the site of a Host field stands. What is no name is treated as one that is not listed, and not shown."""
    try:
        qname = names.from_text(host)
    except names.BadName:
        return _standing(snapshot, client, now, "alias")
    name = names.to_text(qname)
    if client.group.mode == "off":
        return _standing(snapshot, client, now, "open", name)
    decision = decide(snapshot, client, qname, now)
    return _standing(snapshot, client, now, _kind(decision), name, decision)


def _kind(decision: Decision) -> Kind:
    if decision.action == "forward":
        return "alias"
    if decision.action == "permit":
        return "open"
    if decision.reason_code == "STREAMING":
        return "streaming"
    if decision.reason_code == "CLOSED":
        return "shut"
    return "denied" if decision.reason_code in _DENIED else "closed"


def _standing(
    snapshot: Snapshot,
    client: ClientClass,
    now: float,
    kind: Kind,
    name: str = "",
    decision: Decision | None = None,
) -> Standing:
    schedule = snapshot.schedules[client.group.schedule]
    tag = None if decision is None or decision.match is None else decision.match.tag
    service, category = ("", "") if tag is None else (tag.service, tag.category)
    return Standing(
        kind=kind,
        now=now,
        mode=client.group.mode,
        schedule=schedule,
        state=state_at(schedule, now),
        version=snapshot.version,
        name=name,
        service=service,
        category=category,
        reason_code="NOTICE" if decision is None else decision.reason_code,
        switches=tuple(
            one
            for one in client.switches
            if _is_about(one, category, service) and one.starts <= now < one.expires
        ),
        exemptions=tuple(
            one
            for one in client.exemptions
            if _is_about(one, category, service) and one.starts <= now < one.expires
        ),
        is_scheduled=_is_scheduled(snapshot, decision),
    )


def _is_about(one: Exemption | Switch, category: str, service: str) -> bool:
    """Whether it is about the site: what is for something else is not worth a word on its page."""
    return not category or (one.category in (None, category) and one.service in (None, service))


def _is_scheduled(snapshot: Snapshot, decision: Decision | None) -> bool:
    """Whether the hours of a schedule decide: they do over no site that is closed, or open, at all times."""
    if decision is None or decision.match is None:
        return True
    if decision.reason_code in _AROUND_HOURS:
        return snapshot.categories[decision.match.tag.category].action == "schedule"
    return decision.reason_code in REASONS
