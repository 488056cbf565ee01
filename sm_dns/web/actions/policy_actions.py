"""Changes of policy: names, exemptions, lists. Each is audited and taken up before it is answered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated

from sm_dns.admin import domain_changes, exemption_changes, service_changes
from sm_dns.admin.exemption_changes import ExemptionTold
from sm_dns.admin.service_changes import ServiceRuleTold
from sm_dns.dns import names
from sm_dns.ipc import children
from sm_dns.ipc.requests import Flush
from sm_dns.policy.exemptions import Exemption
from sm_dns.policy.service_rules import RULE_ACTIONS
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, did_you_mean
from sm_dns.util.schema_notes import one_of, says
from sm_dns.util.with_more import with_more
from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Field, Values, names_in

WHY = Field("why", summary="the reason; the audit keeps it", required=True)

DOMAIN_FIELDS = (
    Field("names", "names", "domain names; each stands for all below it too", required=True),
    Field("category", summary="such as social, streaming, allow", required=True),
    Field("whole_suffix", "flag", "take a suffix below which customers have sites"),
    Field("force", "flag", "close what stays open otherwise: search, updates, banks"),
    WHY,
)
UNLIST_FIELDS = (
    Field("names", "names", "domain names", required=True),
    Field("category", summary="the category whose list has them", required=True),
    WHY,
)
EXEMPTION_FIELDS = (
    Field("group", summary="for the clients of a group"),
    Field("network", summary="for the clients of a network, such as 10.1.2.0/24"),
    Field("who", summary="for whom: a group, a network, a hardware address, host:…, staff:…, department:…"),
    Field("category", summary="what they may reach: a category"),
    Field("service", summary="what they may reach: the id of a service"),
    Field("length", summary="for how long: 30m, 8h, 7d"),
    Field("until", summary="instead: until when, a local date-time"),
    Field("days", summary="on these days of the week only: MON-FRI, MON,WED-THU"),
    Field("between", summary="between these times only: 09:00-11:00; 22:00-02:00 ends the day after"),
    Field("approver", summary="who approved it", required=True),
    WHY,
)
REVOKE_FIELDS = (Field("id", summary="of the exemption", required=True), WHY)
SET_RULE_FIELDS = (
    Field("service", summary="its id or name", required=True),
    Field("action", summary="in place of what its category says", required=True, choices=RULE_ACTIONS),
    Field("who", summary="whom it is for, with commas between, as of exemptions; everybody without it"),
    WHY,
)
UNSET_RULE_FIELDS = (Field("service", summary="its id or name", required=True), WHY)
REFRESH_FIELDS = (Field("name", summary="of the list", required=True), WHY)
RELOAD_FIELDS = (WHY,)
FLUSH_FIELDS = (Field("name", summary="a domain; all below it too", required=True), WHY)


@dataclass(frozen=True, slots=True)
class AddedName:
    """A name that was to be put into a category."""

    name: str
    added: Annotated[bool, says("false where the category has it already")]


@dataclass(frozen=True, slots=True)
class AddedNames:
    """The names, as they were asked for."""

    names: tuple[AddedName, ...]


@dataclass(frozen=True, slots=True)
class RemovedNames:
    """The names that were taken off."""

    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnsetRules:
    """The rules that were taken away."""

    rules: tuple[ServiceRuleTold, ...]


@dataclass(frozen=True, slots=True)
class FetchedList:
    """What became of a list by URL."""

    name: str
    status: Annotated[str, one_of("updated", "unchanged")]
    reason: Message
    names: Annotated[int, says("how many rule now")]
    reloaded: Annotated[bool, says("the service has taken them up")]


@dataclass(frozen=True, slots=True)
class Reloaded:
    """The policy in force now."""

    version: str


@dataclass(frozen=True, slots=True)
class Flushed:
    """How many answers were forgotten."""

    answers: int


def add_domains(backend: Backend, person: Person, values: Values) -> AddedNames:
    """Put names into a category."""
    placings = domain_changes.add(
        backend.settings(),
        values["category"],
        values["names"],
        whole_suffix=values["whole_suffix"],
        force=values["force"],
        why=values["why"],
        trail=backend.trail(person),
    )
    if any(placing.covered is None for placing in placings):
        backend.reload()
    return AddedNames(
        tuple(AddedName(names.to_text(placing.name), placing.covered is None) for placing in placings)
    )


def remove_domains(backend: Backend, person: Person, values: Values) -> RemovedNames:
    """Take names off the site's own list of a category."""
    gone = domain_changes.remove(
        backend.settings(),
        values["category"],
        values["names"],
        why=values["why"],
        trail=backend.trail(person),
    )
    backend.reload()
    return RemovedNames(tuple(gone))


def grant(backend: Backend, person: Person, values: Values) -> ExemptionTold:
    """Grant an exemption."""
    settings = backend.settings()
    now = backend.true_now()
    stored = exemption_changes.grant(
        settings,
        now,
        group=values["group"] or None,
        network=values["network"] or None,
        who=values["who"] or None,
        category=values["category"] or None,
        service=values["service"] or None,
        length=values["length"] or None,
        until=values["until"] or None,
        days=values["days"] or None,
        between=values["between"] or None,
        approver=values["approver"],
        reason=values["why"],
        trail=backend.trail(person),
    )
    backend.reload()
    return exemption_changes.described(settings, stored, now)


def revoke(backend: Backend, person: Person, values: Values) -> Exemption:
    """End an exemption now."""
    taken = exemption_changes.revoke(
        backend.settings(), values["id"], why=values["why"], trail=backend.trail(person)
    )
    backend.reload()
    return taken


def set_rule(backend: Backend, person: Person, values: Values) -> ServiceRuleTold:
    """Give a service another action than its category has."""
    told = service_changes.set_rule(
        backend.settings(),
        backend.true_now(),
        values["service"],
        values["action"],
        names_in(values["who"]),
        why=values["why"],
        trail=backend.trail(person),
    )
    backend.reload()
    return told


def unset_rule(backend: Backend, person: Person, values: Values) -> UnsetRules:
    """Take away what was set for a service."""
    taken = service_changes.unset_rule(
        backend.settings(), values["service"], why=values["why"], trail=backend.trail(person)
    )
    backend.reload()
    return UnsetRules(tuple(taken))


def refresh_list(backend: Backend, person: Person, values: Values) -> FetchedList:
    """Fetch a list by URL now; a copy that may not rule leaves the last good one."""
    name = values["name"]
    known = [each.name for each in backend.settings().lists]
    if name not in known:
        raise BadInput(did_you_mean(Message("there is no list {name!r}", name=name), name, known))
    backend.trail(person).note("lists refresh asked", name, why=values["why"])
    try:
        found = asyncio.run(children.refresh_list(backend.config, name))
    except BadInput as error:
        raise BadInput("{name}: {reason}", name=name, reason=error) from error
    finally:
        backend.status.forget()
    if found.status == "kept":
        raise BadInput("{name}: {reason}", name=name, reason=found.reason)
    return with_more(FetchedList, found)


def reload(backend: Backend, person: Person, values: Values) -> Reloaded:
    """Have the service read its files again."""
    backend.trail(person).note("reload asked", "service", why=values["why"])
    backend.reload()
    return Reloaded(backend.status.get().version)


def flush(backend: Backend, person: Person, values: Values) -> Flushed:
    """Have the workers forget what they cached of a domain."""
    backend.trail(person).note("cache flush", values["name"], why=values["why"])
    return Flushed(backend.answer(Flush(values["name"])).answers)
