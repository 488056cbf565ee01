"""Switches: somebody pauses the policy, opens or closes something for a while. Each has a reason and an end.

They are no part of a generation: they hold within a second, and while the files cannot be used. Of several that are
for a client and a name the one turned last decides; an emergency comes before all others.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable
from dataclasses import dataclass
from pathlib import Path

from sm_dns.lists.entry import Match
from sm_dns.policy.clients.who import Who
from sm_dns.policy.service_rules import is_one_of
from sm_dns.util import strict_json
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, read_text

FILE = "switches.json"
MAX_SWITCHES = 1_000
MAX_BYTES = 1 << 20

PAUSE, OPEN, CLOSE, EMERGENCY = "pause", "open", "close", "emergency"
TURNS = (PAUSE, OPEN, CLOSE, EMERGENCY)


@dataclass(frozen=True, slots=True)
class Switch:
    """Turned by somebody, for a reason, in force over [starts, expires) in POSIX seconds.

    `turn`: `pause` and `emergency` deny nothing, `open` and `close` are for a category or a service. `who`: whom it
    is for; empty: everybody.
    """

    id: str
    turn: str
    category: str | None
    service: str | None
    who: tuple[Who, ...]
    by: str
    reason: str
    starts: int
    expires: int

    def is_for(self, group: str, where: tuple[int, int], identities: Container[Who]) -> bool:
        """Whether it is for a client: of a group, at an address (IP version and number), known as these."""
        return not self.who or any(is_one_of(text, group, where, identities) for text in self.who)

    def covers(self, matches: Iterable[Match], deciding: Match) -> bool:
        """Whether it is for a name, given its matches and the one that decides over it: as of exemptions."""
        if self.turn in (PAUSE, EMERGENCY):
            return True
        if self.service is not None:
            return any(match.tag.service == self.service for match in matches)
        return deciding.tag.category == self.category


def in_order(switches: Iterable[Switch]) -> tuple[Switch, ...]:
    """Those that decide first, first."""

    def rank(numbered: tuple[int, Switch]) -> tuple[bool, int, int]:
        number, one = numbered
        return one.turn != EMERGENCY, -one.starts, -number

    return tuple(one for _, one in sorted(enumerate(switches), key=rank))


def read_file(path: Path) -> tuple[Switch, ...]:
    """The switches that a file holds, none where there is no file, in the order they were turned. Raises `BadInput`
    for a damaged file, `OSError`."""
    if not is_there(path):
        return ()
    try:
        items = json.loads(read_text(path, limit=MAX_BYTES))
        found = strict_json.sequence(items, "switches")
        if len(found) > MAX_SWITCHES:
            raise BadInput("more than {most} switches", most=MAX_SWITCHES)
        return tuple(from_json(item, f"switch {at + 1}") for at, item in enumerate(found))
    except BadInput as error:
        raise BadInput(error.reason, file=path) from error
    except ValueError as error:
        raise BadInput("is not a list of switches: {reason}", file=path, reason=error) from error


_KEYS = ("id", "turn", "category", "service", "who", "by", "reason", "starts", "expires")


def from_json(value: object, path: str) -> Switch:
    """Read a switch with the fields of `Switch`; raises `BadInput` that names the key."""
    given = strict_json.mapping(value, path, _KEYS)
    at = {key: strict_json.below(path, key) for key in _KEYS}

    def text(key: str) -> str:
        return strict_json.text(given.get(key), at[key])

    switch = Switch(
        id=text("id"),
        turn=strict_json.choice(given.get("turn"), at["turn"], TURNS),
        category=None if given.get("category") is None else text("category"),
        service=None if given.get("service") is None else text("service"),
        who=tuple(
            strict_json.text(each, at["who"])
            for each in strict_json.sequence(given.get("who", []), at["who"])
        ),
        by=text("by"),
        reason=text("reason"),
        starts=strict_json.whole(given.get("starts"), at["starts"]),
        expires=strict_json.whole(given.get("expires"), at["expires"]),
    )
    if (switch.turn in (OPEN, CLOSE)) != ((switch.category, switch.service).count(None) == 1):
        raise BadInput("{path}: names not what its turn is for", path=path)
    if switch.starts >= switch.expires:
        raise BadInput("{path}: expires before it starts", path=path)
    return switch
