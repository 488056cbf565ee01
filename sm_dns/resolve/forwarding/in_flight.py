"""Questions in flight, without IO: who waits for which, which upstream is asked, and when to give up.

Every client that asks a question which is in flight waits on the same `InFlightQuery` (T3). It makes `Attempt`s, one
upstream each, until one answers well, none is left, or its time is over. The shell sends attempts; time is an
argument. An error of ours ends one query, and every client that waits for it is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final, Protocol

from sm_dns.dns.codes import Ede, Type
from sm_dns.dns.names import suffixes
from sm_dns.dns.random_bytes import RandomBytes
from sm_dns.resolve.cache import Cache, Key
from sm_dns.resolve.faults import Faults
from sm_dns.resolve.forwarding.attempts import Attempt, Callback, CallbackDeadline, InFlightQuery
from sm_dns.resolve.forwarding.deadlines import TICK, Deadlines
from sm_dns.resolve.forwarding.failure import FAULT, OVERDUE, TOO_LATE, Failure
from sm_dns.resolve.forwarding.strategies import Strategy, fastest
from sm_dns.resolve.forwarding.upstream import MAX_IN_FLIGHT, Upstream, UpstreamAddress
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from sm_dns.resolve.replies.ttl_bounds import TtlBounds

MAX_IN_FLIGHT_QUERIES: Final = 4_096  # questions in flight at once
MAX_CALLBACKS: Final = 256  # clients waiting on one question
MAX_ATTEMPTS: Final = 5  # datagrams one question may cost


class Sender(Protocol):
    """What the forwarder asks of the shell."""

    def send(self, attempt: Attempt) -> None:
        """Send the attempt's datagram under a fresh random ID from a random port."""

    def send_stream(self, attempt: Attempt) -> None:
        """Ask the same over TCP (RFC 7766)."""

    def overdue(self, attempt: Attempt) -> None:
        """Nothing came for the attempt in time; it goes on, but what else is asked had better go another way."""

    def forget(self, attempt: Attempt) -> None:
        """Stop listening for the attempt."""

    def keep_ticking(self) -> None:
        """Call `tick` every `TICK` seconds from now on, for as long as `is_waiting`."""


class InFlightQueries:
    """All questions in flight, bounded by `MAX_IN_FLIGHT_QUERIES`."""

    def __init__(self, cache: Cache, faults: Faults) -> None:
        self.upstreams: tuple[Upstream, ...] = ()
        self.routes: dict[bytes, tuple[Upstream, ...]] = {}
        """Upstreams of their own for a name and all below it; the longest match wins."""
        self.strategy: Strategy = fastest
        self.ttl_bounds: TtlBounds | None = None
        """Bounds of TTLs, where the site sets them."""
        self.faults = faults
        """What was raised on the way of single questions."""
        self.answered_by: UpstreamAddress | None = None
        """Of whose answer those who wait are being told; None at any other time."""
        self._cache = cache
        self._random_bytes = RandomBytes()
        self._queries: dict[Key, InFlightQuery] = {}
        self._deadlines = Deadlines()
        self._callback_deadlines: list[CallbackDeadline] = []

    def connect(self, sender: Sender) -> None:
        """Send attempts by this from now on."""
        self._sender = sender

    def adopt(
        self,
        upstreams: tuple[Upstream, ...],
        routes: dict[bytes, tuple[Upstream, ...]],
        strategy: Strategy,
        ttl_bounds: TtlBounds | None,
    ) -> None:
        """Ask these upstreams from now on; what is in flight goes on."""
        self.upstreams = upstreams
        self.routes = routes
        self.strategy = strategy
        self.ttl_bounds = ttl_bounds

    def __len__(self) -> int:
        return len(self._queries)

    def ask(self, key: Key, callback: Callback, now: float) -> None:
        """Get an answer for `callback`, which is called exactly once, perhaps before this returns."""
        queries = self._queries
        query = queries.get(key)
        if query is None:
            if len(queries) >= MAX_IN_FLIGHT_QUERIES:
                callback(Failure(Ede.OTHER, "too many questions under way"), now)
                return
            upstreams = self._upstreams_for(key) if self.routes else self.upstreams
            query = queries[key] = InFlightQuery(key, upstreams, callback, now)
            try:
                self._attempt(query, now)
            except Exception as error:
                self._give_up(query, error, now)
        elif len(query.callbacks) + len(query.stale_callbacks) >= MAX_CALLBACKS:
            callback(Failure(Ede.OTHER, "too many clients wait for this name"), now)
        else:
            query.callbacks.append(callback)

    def ask_or_serve_stale(self, key: Key, callback: Callback, now: float) -> None:
        """As `ask` with a stale answer at hand: `callback` gets `OVERDUE` once an upstream is overdue (RFC 8767 §5).

        The question goes on, and its answer is cached.
        """
        query = self._queries.get(key)
        if query is not None and query.is_overdue:
            callback(OVERDUE, now)
            return
        self.ask(key, callback, now)
        query = self._queries.get(key)
        if query is not None and query.callbacks and query.callbacks[-1] is callback:
            query.stale_callbacks.append(query.callbacks.pop())

    def wait_until(self, key: Key, callback: Callback, until: float) -> None:
        """Call a callback that waits already at that instant at the latest, while others wait on."""
        query = self._queries.get(key)
        if query is not None and until < query.expires:
            self._callback_deadlines.append(CallbackDeadline(query, callback, until))

    def is_routed(self, qname: bytes) -> bool:
        """Whether a name has upstreams of its own."""
        return any(name in self.routes for name in suffixes(qname)) if self.routes else False

    def all_upstreams(self) -> tuple[Upstream, ...]:
        """The general upstreams, then those of the routes, each once."""
        routed = (upstream for upstreams in self.routes.values() for upstream in upstreams)
        return tuple(dict.fromkeys((*self.upstreams, *routed)))

    def _upstreams_for(self, key: Key) -> tuple[Upstream, ...]:
        names = suffixes(key.qname)
        if key.qtype == Type.DS:
            next(names, None)  # a routed domain's own DS is its parent's (RFC 4035 §3.1.4.1)
        for name in names:
            upstreams = self.routes.get(name)
            if upstreams is not None:
                return upstreams
        return self.upstreams

    def is_in_flight(self, key: Key) -> bool:
        """Whether this question is being asked already."""
        return key in self._queries

    def tick(self, now: float) -> None:
        """Let the attempts whose time has come move on; to be called every `TICK` seconds while any is due."""
        for attempt in self._deadlines.take(now):
            if not attempt.is_open:
                continue
            try:
                self._overdue(attempt, now)
            except Exception as error:
                self._give_up(attempt.query, error, now)
        if self._callback_deadlines:
            self._expire_callbacks(now)

    def _expire_callbacks(self, now: float) -> None:
        """Call those that have waited as long as they may."""
        over = [one for one in self._callback_deadlines if one.until <= now]
        self._callback_deadlines = [
            one for one in self._callback_deadlines if one.until > now and one.query.attempts
        ]
        for query, callback, _ in over:
            if query.dismiss(callback):
                self._tell(callback, TOO_LATE, now)

    def is_waiting(self) -> bool:
        """Whether `tick` will have something to do."""
        return bool(self._deadlines)

    def _overdue(self, attempt: Attempt, now: float) -> None:
        query = attempt.query
        if now >= query.expires - TICK:
            self._finish(query, TOO_LATE, now)
            return
        attempt.upstream.failed(now)
        attempt.is_overdue = True
        self._sender.overdue(attempt)
        self._push(attempt, query.expires)  # a late answer is still welcome
        self._serve_stale(query, now)
        if len(query.attempts) < MAX_ATTEMPTS and not query.may_be_answered_in_time():
            self._attempt(query, now)

    def _serve_stale(self, query: InFlightQuery, now: float) -> None:
        """Call those that have a stale answer at hand, and keep the answer for the cache."""
        query.is_overdue = True
        stale_callbacks, query.stale_callbacks = query.stale_callbacks, []
        if stale_callbacks:
            query.callbacks.append(partial(self._cache.keep, query.key))
        for callback in stale_callbacks:
            self._tell(callback, OVERDUE, now)

    def shift(self, seconds: float) -> None:
        """The clock was stepped: move every instant with it, so that no wait grows or ends (TIME-11)."""
        self._deadlines.shift(seconds)
        self._callback_deadlines = [
            one._replace(until=one.until + seconds) for one in self._callback_deadlines
        ]
        for query in self._queries.values():
            query.expires += seconds
            for attempt in query.attempts:
                attempt.started += seconds
        for upstream in self.all_upstreams():
            upstream.shift(seconds)

    def _attempt(self, query: InFlightQuery, now: float) -> None:
        """Ask who is next, all of them first written down, for an attempt may be lost the moment it is sent."""
        # Asking again takes no more than half of the places: a flood of dead names leaves room for first questions.
        places = MAX_IN_FLIGHT // 2 if query.attempts else MAX_IN_FLIGHT
        asked = [attempt.upstream for attempt in query.attempts] if query.attempts else ()
        chosen = self.strategy(_free(query.upstreams, places), asked, now)
        if not chosen:
            if not query.is_worth_waiting_for():
                why = "no upstream is free" if query.upstreams else "there is no upstream to ask"
                self._finish(query, Failure(Ede.NO_REACHABLE_AUTHORITY, why), now)
            return
        self._send(
            query,
            [
                Attempt(query, upstream, now, self._random_bytes, query.is_asked_plainly(upstream, now))
                for upstream in chosen
            ],
            now,
        )

    def _send(self, query: InFlightQuery, attempts: list[Attempt], now: float) -> None:
        query.attempts += attempts
        for attempt in attempts:
            upstream = attempt.upstream
            upstream.in_flight += 1
            self._push(attempt, min(now + upstream.retry_timeout(), query.expires))
        for attempt in attempts:
            if attempt.is_open:
                self._sender.send(attempt)

    def _try_another(self, query: InFlightQuery, now: float, failure: Failure) -> None:
        """After a plain refusal: an upstream not asked yet; where a packet may be lost, ask again; wait; or fail."""
        attempts = query.attempts
        is_late = any(attempt.is_open for attempt in attempts) and not query.may_be_answered_in_time()
        if len(attempts) < MAX_ATTEMPTS and (is_late or query.has_untried()):
            self._attempt(query, now)
        elif not query.is_worth_waiting_for():
            self._finish(query, failure, now)

    def _close(self, attempt: Attempt) -> None:
        attempt.is_open = False
        attempt.upstream.in_flight -= 1
        self._deadlines.drop(attempt)
        self._sender.forget(attempt)

    def _push(self, attempt: Attempt, at: float) -> None:
        if self._deadlines.add(attempt, at):
            self._sender.keep_ticking()

    def _finish(self, query: InFlightQuery, outcome: UpstreamAnswer | Failure, now: float) -> None:
        del self._queries[query.key]
        for attempt in query.attempts:
            if attempt.is_open:
                self._close(attempt)
        # They know the query too: without this, each question would be a cycle for the garbage collector.
        query.attempts.clear()
        for callback in query.callbacks:
            self._tell(callback, outcome, now)
        for callback in query.stale_callbacks:
            self._tell(callback, outcome, now)

    def _tell(self, callback: Callback, outcome: UpstreamAnswer | Failure, now: float) -> None:
        """Call one of those that wait; an error that it raises is no matter to the others."""
        try:
            callback(outcome, now)
        except Exception as error:
            self.faults.note(error)

    def _give_up(self, query: InFlightQuery, error: Exception, now: float) -> None:
        """End a query by an error of ours."""
        self.faults.note(error)
        if self._queries.get(query.key) is query:
            self._finish(query, FAULT, now)


def _free(upstreams: Sequence[Upstream], places: int) -> Sequence[Upstream]:
    """The upstreams that have fewer than so many attempts in flight."""
    for upstream in upstreams:
        if upstream.in_flight >= places:
            return [one for one in upstreams if one.in_flight < places]
    return upstreams
