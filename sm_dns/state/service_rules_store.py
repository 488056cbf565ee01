"""The rules for services that were set by a command or a click, in one file that is replaced whole:
`STATE_DIR/service-rules.json`. The newest stands first."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sm_dns.policy import service_rules
from sm_dns.policy.clients.who import GROUP, NETWORK, OWN_LINKS, Who, kind_of, value_of, who
from sm_dns.policy.service_rules import ServiceRule
from sm_dns.state import json_file
from sm_dns.state.intent import Replaced
from sm_dns.util import strict_json
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, read_text
from sm_dns.util.typed_json import to_json

FILE = "service-rules.json"
MAX_BYTES = 1 << 20
MAX_RULES = 512


@dataclass(frozen=True, slots=True)
class SetRule:
    """A rule, who set it, at which POSIX second, and why. `OWN_LINKS` may stand among those whom it is for."""

    rule: ServiceRule
    by: str
    at: int
    reason: str


def load(state_dir: Path) -> list[SetRule]:
    """Every rule, in the order in which they count. Raises `BadInput` for a damaged file."""
    path = state_dir / FILE
    if not is_there(path):
        return []
    try:
        items = strict_json.sequence(json.loads(read_text(path, limit=MAX_BYTES)), "rules")
        return [_read(item, f"rule {at + 1}") for at, item in enumerate(items)]
    except BadInput as error:
        raise BadInput(error.reason, file=path) from error
    except ValueError as error:
        raise BadInput("is not a list of rules: {reason}", file=path, reason=error) from error


def rules_for(state_dir: Path, groups: Collection[str], links: Sequence[str]) -> list[ServiceRule]:
    """The rules where there are these groups, and these networks on our own links: one whose groups are all gone is
    for nobody. Raises `BadInput`."""
    rules = [one.rule for one in load(state_dir)]
    there = [replace(rule, who=tuple(_there(rule.who, groups, links))) for rule in rules]
    return [now for now, rule in zip(there, rules, strict=True) if now.who or not rule.who]


def _there(texts: Iterable[Who], groups: Collection[str], links: Sequence[str]) -> Iterator[Who]:
    for text in texts:
        if text == OWN_LINKS:
            yield from (who(NETWORK, link) for link in links)
        elif kind_of(text) != GROUP or value_of(text) in groups:
            yield text


def _read(value: object, path: str) -> SetRule:
    given = strict_json.mapping(value, path, ("rule", "by", "at", "reason"))

    def below(key: str) -> str:
        return strict_json.below(path, key)

    return SetRule(
        rule=service_rules.from_json(given.get("rule"), below("rule")),
        by=strict_json.text(given.get("by"), below("by")),
        at=strict_json.whole(given.get("at"), below("at")),
        reason=strict_json.text(given.get("reason"), below("reason")),
    )


def with_one(state_dir: Path, wanted: SetRule) -> Replaced:
    """The file with a rule before the others, and without those of its service that it leaves nobody. Raises
    `BadInput` where there is no room for it."""
    kept = [one for one in load(state_dir) if not _covers(wanted.rule, one.rule)]
    if len(kept) >= MAX_RULES:
        raise BadInput("there are {count} rules for services already", count=len(kept))
    return _written(state_dir, [wanted, *kept])


def without(state_dir: Path, service: str) -> tuple[Replaced, list[SetRule]]:
    """The file without the rules of a service, and those. Raises `BadInput` where there is none."""
    known = load(state_dir)
    taken = [one for one in known if one.rule.service == service]
    if not taken:
        raise BadInput("no rule for {service!r} was set by a command", service=service)
    return _written(state_dir, [one for one in known if one not in taken]), taken


def _covers(new: ServiceRule, old: ServiceRule) -> bool:
    if new.service != old.service:
        return False
    return not new.who or (bool(old.who) and set(old.who) <= set(new.who))


def _written(state_dir: Path, rules: Iterable[SetRule]) -> Replaced:
    items = [to_json(one) for one in rules]
    return json_file.replaced(state_dir / FILE, items, MAX_BYTES)
