"""The small blocks of a configuration about who is governed, by which calendars, and what is done with a category."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from sm_dns.policy.clients import who
from sm_dns.policy.clients.who import OWN_LINKS
from sm_dns.settings.endpoint import parse_network
from sm_dns.settings.types import Block, Name, several

Action = Literal["allow", "deny", "schedule", "permit"]
RuleAction = Literal["deny", "schedule", "permit"]
AnswerMode = Literal["sinkhole", "nxdomain", "nodata", "refused"]
Mode = Literal["enforce", "monitor", "off"]


def _clients(text: str) -> str:
    return text if text == OWN_LINKS else who.read_identity(text) or parse_network(text)


Clients = Annotated[str, AfterValidator(_clients)]
"""A network in CIDR form; `OWN_LINKS`: whatever networks this host's own links have; or what somebody is known as, in
canonical form (`policy.clients.who`)."""


def _rules(value: object) -> object:
    """An action alone, one rule, or a list of them."""
    if isinstance(value, str):
        return ({"action": value},)
    if isinstance(value, dict):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


class ServiceRuleSettings(Block):
    """What is done with the names of a service in place of what its category says. `who`: whom it is for, as people
    write it (`policy.clients.who`), or `OWN_LINKS`; empty: everybody."""

    action: RuleAction
    who: Annotated[tuple[str, ...], BeforeValidator(several, Any)] = ()


ServiceRules = Annotated[tuple[ServiceRuleSettings, ...], BeforeValidator(_rules, Any), Field(min_length=1)]


class GroupSettings(Block):
    """Clients under one mode; `schedule` is filled in by `Settings.schedule_of`."""

    name: Name
    clients: Annotated[tuple[Clients, ...], Field(min_length=1)]
    mode: Mode = "enforce"
    schedule: str | None = None


class CategorySettings(Block):
    """What to do with a category. Keys left out keep the shipped value; a new category needs `action`."""

    action: Action | None = None
    answer: AnswerMode | None = None


MALAYSIA = "MY"
_CODES = "JHR KDH KTN MLK NSN PHG PRK PLS PNG SBH SWK SGR TRG KUL LBN PJY"
STATES = frozenset({*_CODES.split(), *(f"{number:02d}" for number in range(1, 17))})
"""The states and federal territories of Malaysia: their codes in the library of holidays and in ISO 3166-2."""


class CalendarSettings(Block):
    """Whose public holidays to propose (country and subdivision), and which schedules keep them."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    subdivision: Name | None = None
    schedules: Annotated[tuple[str, ...], Field(min_length=1)]


class BypassSettings(Block):
    """`signals_in_monitor`: answer canary and relay names negatively in `monitor` groups too."""

    signals_in_monitor: bool = False
