"""What the lists say of a name whoever asks, and the rules of a zone that say the same.

In a zone a rule for a name, or for what is below it, beats those for its ancestors, and one for what is below a name
reaches no further than the next name that has a rule (RFC 4592). So a name gets rules only where it differs from what
its ancestors say, and then two: for itself and for what is below it. A name between two with rules gets them too: it
is there by being passed through, and would cut off its ancestor's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from sm_dns.dns.names import MAX_NAME, ROOT
from sm_dns.policy import service_rules
from sm_dns.policy.decide import by_precedence, way_to_deny
from sm_dns.policy.snapshot import Snapshot

LET_BY: Final = "let by"
MAX_ANCESTORS: Final = 65_536  # names whose coverage is remembered while a zone is made
_BELOW: Final = b"\x01*"


class Verdict(NamedTuple):
    """What the zones `always` and `social` say of a name: how it is denied, `LET_BY`, or None for nothing."""

    always: str | None
    social: str | None


NOTHING: Final = Verdict(None, None)


class NameRules(NamedTuple):
    """The rules of one name: for itself, and for what is below it."""

    name: bytes
    own: Verdict
    below: Verdict


class Verdicts:
    """The verdicts of one policy, by the rules for services that are for everybody."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._names = snapshot.names
        self._categories = snapshot.categories
        everybodys = (rule for rule in snapshot.clients.rules if not rule.who)
        self._actions: Mapping[str, str] = service_rules.actions(everybodys)
        self.always_denied = 0  # how often what is scheduled had to be denied at all times
        self._below = lru_cache(maxsize=MAX_ANCESTORS)(self._say_below)

    def rules(self, name: bytes) -> Iterator[NameRules]:
        """The rules that a listed name wants: its own, if it differs from its ancestors, and then those of names
        between it and them. The same may come of several names."""
        inherited = self._above(name)
        found = self._rules(name, inherited)
        if found.own == found.below == inherited:
            return
        while True:
            yield found
            if inherited == NOTHING:
                return
            name = _parent(name)
            inherited = self._above(name)
            found = self._rules(name, inherited)

    def _rules(self, name: bytes, inherited: Verdict) -> NameRules:
        return NameRules(name, self._within(self._say(name), inherited), self._below(name))

    def _above(self, name: bytes) -> Verdict:
        """What is said of whatever is below a name's parent."""
        parent = _parent(name)
        return self._below(parent) if parent != ROOT else NOTHING

    def _say_below(self, name: bytes) -> Verdict:
        """What is said of a name below this one of which nothing is known but that."""
        inherited = self._above(name)
        if len(name) + len(_BELOW) > MAX_NAME:
            return inherited
        return self._within(self._say(_BELOW + name), inherited)

    def _say(self, name: bytes) -> Verdict | None:
        """What the lists say of a name by itself; None where it is on none."""
        matches = self._names.lookup(name)
        deciding = next(iter(by_precedence(self._categories, self._actions, matches)), None)
        if deciding is None:
            return None
        category, match = deciding
        if category.action == "allow":
            return Verdict(LET_BY, None)
        if category.action == "permit":
            return None
        way = way_to_deny(category, match)
        return Verdict(way, None) if category.action == "deny" else Verdict(None, way)

    def _within(self, said: Verdict | None, inherited: Verdict) -> Verdict:
        """A verdict as the zones can say it below one that holds already.

        What no list means any more is let by. What is scheduled below a name that has a rule in `always` is denied at
        all times: no rule of an earlier zone hands a name on to a later one.
        """
        if said is None:
            return Verdict(*(None if each is None else LET_BY for each in inherited))
        if said.always is not None:
            return Verdict(said.always, inherited.social)
        if inherited.always is None:
            return said
        self.always_denied += 1
        return Verdict(said.social if inherited.always == LET_BY else inherited.always, said.social)


def _parent(name: bytes) -> bytes:
    return name[1 + name[0] :]
