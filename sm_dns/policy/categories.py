"""Categories of listed names: what is done with each, how a denial is answered, and which one decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sm_dns.util import strict_json
from sm_dns.util.errors import BadInput

ACTIONS = ("allow", "deny", "schedule", "permit")
ANSWERS = ("sinkhole", "nxdomain", "nodata", "refused")


@dataclass(frozen=True, slots=True)
class Category:
    """A category. Actions: `allow` never denied, beats the others; `deny` always denied; `schedule` denied outside
    the windows of the client's schedule; `permit` listed, counted, not denied."""

    name: str
    action: str
    answer: str = "sinkhole"


# Messaging is named by no rule, so it is open; malware and adult lists are no part of the rules and do not ship.
SHIPPED = (
    Category("allow", "allow"),
    Category("streaming", "deny"),
    Category("bypass", "deny", "nxdomain"),
    Category("social", "schedule"),
    Category("messaging", "permit"),
)


def from_json(value: object, path: str) -> Category:
    """Read `{name, action, answer}`; raises `BadInput` that names the key."""
    given = strict_json.mapping(value, path, ("name", "action", "answer"))
    for key in ("name", "action"):
        if key not in given:
            raise BadInput("{path}: missing", path=strict_json.below(path, key))
    return Category(
        name=strict_json.text(given["name"], strict_json.below(path, "name")),
        action=strict_json.choice(given["action"], strict_json.below(path, "action"), ACTIONS),
        answer=strict_json.choice(
            given.get("answer", "sinkhole"), strict_json.below(path, "answer"), ANSWERS
        ),
    )


def by_precedence(categories: Iterable[Category]) -> dict[str, Category]:
    """Categories by name, the one that decides over a name listed in several first.

    Allow lists, then streaming, bypass, other denied categories in the order given, scheduled ones, permitted
    ones. So a name in both streaming and social counts as streaming, and one in both messaging and social as
    social. Raises `BadInput` when two categories share a name.
    """
    ordered: dict[str, Category] = {}
    for category in sorted(categories, key=rank):
        if category.name in ordered:
            raise BadInput("two categories are named {name!r}", name=category.name)
        ordered[category.name] = category
    return ordered


def rank(category: Category) -> tuple[int, int]:
    """The place of a category in the order of precedence: the lowest decides."""
    denied_first = {"streaming": 0, "bypass": 1}.get(category.name, 2)
    return ACTIONS.index(category.action), denied_first if category.action == "deny" else 0
