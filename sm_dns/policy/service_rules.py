"""Rules for single services, above their categories: YouTube in rest hours for training, WhatsApp closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sm_dns.util import strict_json
from sm_dns.util.errors import BadInput

RULE_ACTIONS = ("deny", "schedule", "permit")
"""What a rule may say; never to deny a name is for the site's own list `allow`."""

ServiceActions = Mapping[str, Mapping[str, str]]
"""By group and service, the action that a rule gives in place of the category's."""


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """An action for the names of a service, whatever category lists them. `groups`: whose clients it is for; none:
    everybody's."""

    service: str
    action: str
    groups: tuple[str, ...] = ()


def from_json(value: object, path: str) -> ServiceRule:
    """Read `{service, action, groups}`; raises `BadInput` that names the key."""
    given = strict_json.mapping(value, path, ("service", "action", "groups"))
    at = {key: strict_json.below(path, key) for key in ("service", "action", "groups")}
    groups = strict_json.sequence(given.get("groups", []), at["groups"])
    return ServiceRule(
        service=strict_json.text(given.get("service"), at["service"]),
        action=strict_json.choice(given.get("action"), at["action"], RULE_ACTIONS),
        groups=tuple(strict_json.text(each, at["groups"]) for each in groups),
    )


def by_group(rules: Iterable[ServiceRule], groups: Iterable[str]) -> ServiceActions:
    """The rules as each group has them; of several for a service the first that is for the group.

    Raises `BadInput` for a group that there is not.
    """
    known = tuple(groups)
    found: dict[str, dict[str, str]] = {}
    for rule in rules:
        for name in rule.groups or known:
            if name not in known:
                raise BadInput(
                    "service {service!r}: no group is named {name!r}", service=rule.service, name=name
                )
            found.setdefault(name, {}).setdefault(rule.service, rule.action)
    return found
