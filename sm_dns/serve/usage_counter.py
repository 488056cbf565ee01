"""What is counted of the answers: those about names of a category or service that is denied or scheduled (PRIV-2)."""

from __future__ import annotations

from sm_dns.dns.codes import Type
from sm_dns.monitor.counters import Counters
from sm_dns.monitor.counts import Label
from sm_dns.policy.clients.switches import CLOSE
from sm_dns.policy.decide import Decision
from sm_dns.policy.snapshot import Snapshot

# What a browser asks for before it goes somewhere.
_VISITS = frozenset((Type.A, Type.AAAA, Type.HTTPS))
# Actions of categories and of rules for services.
_MONITORED = frozenset(("deny", "schedule"))


class UsageCounter:
    """Counts answers in `Counters`, where the site wants that (`is_on`)."""

    def __init__(self, counters: Counters, snapshot: Snapshot, is_on: bool) -> None:
        self._counters = counters
        self.adopt(snapshot, is_on)

    def adopt(self, snapshot: Snapshot, is_on: bool) -> None:
        """Follow the categories of another generation."""
        self._monitored = _monitored(snapshot) if is_on else frozenset()
        self._ruled = _ruled(snapshot) if is_on else frozenset()

    def __call__(self, client: str, decision: Decision, qtype: int, now: float) -> int | None:
        """Count an answer to a client's question; the number to count its repetitions by, None if there is none."""
        match = decision.match
        if match is None:
            return None
        tag = match.tag
        if tag.category not in self._monitored and tag.service not in self._ruled:
            return None
        visit = qtype in _VISITS and not tag.embedded
        label = Label(tag.service, tag.category, _outcome(decision), visit, decision.exemption or "")
        counter_id = self._counters.counter_id(label)
        if counter_id is not None:
            self._counters.count(client, counter_id, now)
        return counter_id


def _monitored(snapshot: Snapshot) -> frozenset[str]:
    closed = (one.category for one in snapshot.clients.switches if one.turn == CLOSE and one.category)
    own = (name for name, category in snapshot.categories.items() if category.action in _MONITORED)
    return frozenset((*own, *closed))


def _ruled(snapshot: Snapshot) -> frozenset[str]:
    """Services that a rule denies or schedules, or a switch closes, for whomever."""
    closed = (one.service for one in snapshot.clients.switches if one.turn == CLOSE and one.service)
    return frozenset((*(one.service for one in snapshot.clients.rules if one.action in _MONITORED), *closed))


def _outcome(decision: Decision) -> str:
    if decision.action == "deny":
        return "denied"
    if decision.would_deny:
        return "would_deny"
    return "exempt" if decision.exemption else "permitted"
