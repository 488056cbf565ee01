"""Rules for services set and taken away, as the commands and the dashboard do it; and all that there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from sm_dns.admin.exemption_changes import zone_of
from sm_dns.admin.policy_document import services
from sm_dns.admin.service_names import services_called
from sm_dns.policy.service_rules import RULE_ACTIONS, ServiceRule
from sm_dns.settings.client_networks import canonical
from sm_dns.settings.settings import Settings
from sm_dns.state import service_rules_store
from sm_dns.state.audit import Trail
from sm_dns.state.one_line import one_line
from sm_dns.state.service_rules_store import SetRule
from sm_dns.util import walltime
from sm_dns.util.errors import BadInput, about
from sm_dns.util.schema_notes import Local, one_of, says
from sm_dns.util.typed_json import to_json

Source = Literal["command", "file"]


@dataclass(frozen=True, slots=True)
class ServiceRuleTold:
    """What becomes of the names of a service in place of what their category says."""

    service: str
    action: Annotated[str, one_of(*RULE_ACTIONS)]
    who: Annotated[tuple[str, ...], says("whom it is for; none: everybody")]
    source: Annotated[Source, says("set by a command or a click, or written in the configuration")]
    by: Annotated[str | None, says("who set it; null for one of the configuration")]
    at: Annotated[Local | None, says("when")]
    reason: str | None


def rules_told(settings: Settings) -> list[ServiceRuleTold]:
    """Every rule, in the order in which they count: of several for a service the first that is for a group."""
    zone = zone_of(settings, None)
    stored = service_rules_store.load(settings.state_dir)
    return [*(_told(one, zone) for one in stored), *rules_written(settings)]


def rules_written(settings: Settings) -> list[ServiceRuleTold]:
    """Those of the configuration."""
    return [
        ServiceRuleTold(service, rule.action, rule.who, "file", None, None, None)
        for service, rules in settings.services.items()
        for rule in rules
    ]


def set_rule(
    settings: Settings,
    now: float,
    service: str,
    action: str,
    who: Sequence[str],
    *,
    why: str,
    trail: Trail,
) -> ServiceRuleTold:
    """Give a service, by id or name, another action than its category's: for some, or (none) for everybody.

    `who` are texts as people write them (`policy.clients.who`), or `own-links`. Raises `BadInput` for what is not
    known.
    """
    if not why:
        raise BadInput("a rule for a service is set for a reason: give one")
    with about("reason"):
        one_line(why)
    wanted = services_called(services(settings), service)[0].id
    with about("who"):
        named = tuple(dict.fromkeys(canonical(settings, each) for each in who))
    rule = SetRule(ServiceRule(wanted, action, named), trail.who, math.floor(now), why)
    with trail.turn() as turn:
        file = service_rules_store.with_one(settings.state_dir, rule)
        turn.change("services set", wanted, why=why, detail=to_json(rule.rule), files=[file])
    return _told(rule, zone_of(settings, None))


def unset_rule(settings: Settings, service: str, *, why: str, trail: Trail) -> list[ServiceRuleTold]:
    """Take away what commands set for a service, by id or name, and return it; its configuration or its category
    decides from then on. Raises `BadInput` where there is none."""
    zone = zone_of(settings, None)
    with trail.turn() as turn:
        file, taken = service_rules_store.without(settings.state_dir, _id(settings, service))
        detail = {"rules": [to_json(one.rule) for one in taken]}
        turn.change("services unset", taken[0].rule.service, why=why, detail=detail, files=[file])
    return [_told(one, zone) for one in taken]


def _id(settings: Settings, text: str) -> str:
    """The id of a service, which may be no longer in the catalogue."""
    if any(one.rule.service == text for one in service_rules_store.load(settings.state_dir)):
        return text
    return services_called(services(settings), text)[0].id


def _told(one: SetRule, zone: ZoneInfo) -> ServiceRuleTold:
    rule, at = one.rule, walltime.iso_local(one.at, zone)
    return ServiceRuleTold(rule.service, rule.action, rule.who, "command", one.by, at, one.reason)
