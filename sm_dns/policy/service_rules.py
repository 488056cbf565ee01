"""Rules for single services, above their categories: YouTube in rest hours for training, WhatsApp closed."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sm_dns.policy.clients import who
from sm_dns.policy.clients.who import Who
from sm_dns.util import ip_networks, strict_json
from sm_dns.util.errors import BadInput

RULE_ACTIONS = ("deny", "schedule", "permit")
"""What a rule may say; never to deny a name is for the site's own list `allow`."""

NO_RULES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """An action for the names of a service, whatever category lists them. `who`: whom it is for; empty: everybody."""

    service: str
    action: str
    who: tuple[Who, ...] = ()

    def is_for(self, group: str, where: tuple[int, int], identities: Container[Who]) -> bool:
        """Whether it is for a client: of a group, at an address (IP version and number), known as these."""
        return not self.who or any(is_one_of(text, group, where, identities) for text in self.who)


def is_one_of(text: Who, group: str, where: tuple[int, int], identities: Container[Who]) -> bool:
    """Whether a client is among those whom a canonical text means."""
    kind, _, value = text.partition(":")
    if kind == who.GROUP:
        return value == group
    if kind == who.NETWORK:
        return ip_networks.holds(ip_networks.network(value), *where)
    return text in identities


def from_json(value: object, path: str) -> ServiceRule:
    """Read `{service, action, who}`; raises `BadInput` that names the key."""
    given = strict_json.mapping(value, path, ("service", "action", "who"))
    at = {key: strict_json.below(path, key) for key in ("service", "action", "who")}
    return ServiceRule(
        service=strict_json.text(given.get("service"), at["service"]),
        action=strict_json.choice(given.get("action"), at["action"], RULE_ACTIONS),
        who=tuple(
            strict_json.text(each, at["who"])
            for each in strict_json.sequence(given.get("who", []), at["who"])
        ),
    )


def check(rule: ServiceRule, groups: Container[str]) -> None:
    """Raise `BadInput` where a rule is for a group that there is not, or for nobody who can be."""
    for text in rule.who:
        try:
            who.read(text, groups)
        except BadInput as error:
            raise BadInput(
                "service {service!r}: {reason}", service=rule.service, reason=error.reason
            ) from None


def actions(rules: Iterable[ServiceRule]) -> Mapping[str, str]:
    """What the rules that are for a client say of each service: of several the first."""
    found: dict[str, str] = {}
    for rule in rules:
        found.setdefault(rule.service, rule.action)
    return found
