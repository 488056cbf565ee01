"""What upstreams say to a question, for whoever has a name explained."""

from __future__ import annotations

from functools import partial
from typing import Any

from sm_dns.resolve.cache import Key
from sm_dns.resolve.context import Resolver
from sm_dns.resolve.forwarding.flight import Failure
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from sm_dns.resolve.forwarding.upstream_answer_json import to_json

MAX_LOOKED_UP = 64  # outcomes that nobody has come for


class LookUps:
    """Asks upstreams like any client's question, under the same bounds."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._outcomes: dict[Key, UpstreamAnswer | Failure] = {}

    def look_up(self, key: Key, now: float) -> dict[str, Any]:
        """What is known of a question; where nothing is, it is asked, to be told when this is called again."""
        outcome: UpstreamAnswer | Failure | None = self._outcomes.pop(key, None)
        known = None if outcome is not None else self._resolver.cache.fresh(key, now)
        if known is not None:
            return {"event": "known", "relay": to_json(known.relay), "age": now - known.stored}
        if isinstance(outcome, UpstreamAnswer):
            return {"event": "known", "relay": to_json(outcome), "age": 0.0}
        if outcome is not None:
            return {"event": "unknown", "reason": outcome.text}
        if not self._resolver.forwarder.is_under_way(key):
            self._resolver.forwarder.ask(key, partial(self._keep, key), now)
        return {"event": "asking"}

    def _keep(self, key: Key, outcome: UpstreamAnswer | Failure, now: float) -> None:
        self._resolver.keep(key, outcome, now)
        if len(self._outcomes) >= MAX_LOOKED_UP:
            self._outcomes.clear()
        self._outcomes[key] = outcome
