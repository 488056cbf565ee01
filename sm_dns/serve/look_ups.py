"""What upstreams say to a question, for whoever has a name explained."""

from __future__ import annotations

from functools import partial

from sm_dns.ipc.orders import Asking, Known, Unknown
from sm_dns.ipc.relayed import Relayed
from sm_dns.resolve.cache import Key
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.forwarding.failure import Failure
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer

MAX_LOOKED_UP = 64  # outcomes that nobody has come for


class LookUps:
    """Asks upstreams like any client's question, under the same bounds."""

    def __init__(self, resolver: ResolverContext) -> None:
        self._resolver = resolver
        self._outcomes: dict[Key, UpstreamAnswer | Failure] = {}

    def look_up(self, key: Key, now: float) -> Known | Unknown | Asking:
        """What is known of a question; where nothing is, it is asked, to be told when this is called again."""
        outcome: UpstreamAnswer | Failure | None = self._outcomes.pop(key, None)
        known = None if outcome is not None else self._resolver.cache.fresh(key, now)
        if known is not None:
            return Known(relayed(known.relay), now - known.stored)
        if isinstance(outcome, UpstreamAnswer):
            return Known(relayed(outcome), 0.0)
        if outcome is not None:
            return Unknown(outcome.text, outcome.errors)
        if not self._resolver.forwarder.is_in_flight(key):
            self._resolver.forwarder.ask(key, partial(self._keep, key), now)
        return Asking()

    def _keep(self, key: Key, outcome: UpstreamAnswer | Failure, now: float) -> None:
        self._resolver.cache.keep(key, outcome, now)
        if len(self._outcomes) >= MAX_LOOKED_UP:
            self._outcomes.clear()
        self._outcomes[key] = outcome


def relayed(answer: UpstreamAnswer) -> Relayed:
    """An answer as it goes to another process."""
    turning = None if answer.turning is None else tuple(answer.turning)
    return Relayed(**{**answer._asdict(), "turning": turning})
