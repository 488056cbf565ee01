"""Forwarding without IO: which upstream is asked what, when to give up, and whom an answer is for.

A `Flight` is one question under way; every client that asks it meanwhile waits on the same flight (T3). It makes
`Attempt`s, one upstream each, until one answers well, none is left, or its time is over. The shell sends attempts and
hands back what arrives; time is an argument. A datagram that does not fit is dropped and waiting goes on (T2). An
error of ours ends one flight, and every client that waits for it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from sm_dns.dns.codes import HEADER, QR, TC, Ede, Rcode, Type
from sm_dns.dns.entropy import Entropy
from sm_dns.dns.names import suffixes
from sm_dns.dns.walk import BadAnswer
from sm_dns.resolve.cache import Key
from sm_dns.resolve.faults import Faults
from sm_dns.resolve.flight import FAULT, OVERDUE, Attempt, Failure, Flight, Waiter
from sm_dns.resolve.lifetimes import Lifetimes
from sm_dns.resolve.relay import Relay, read_relay
from sm_dns.resolve.strategies import Strategy
from sm_dns.resolve.strategies.fastest import fastest
from sm_dns.resolve.upstream import MAX_UNDER_WAY, Upstream

MAX_FLIGHTS = 4_096  # questions under way at once
MAX_WAITERS = 256  # clients waiting on one question
MAX_ATTEMPTS = 5  # datagrams one question may cost
TICK = 0.05  # seconds; how late a retry may be

_TC = TC >> 8  # in the third octet of a message
_ANSWERS = frozenset((int(Rcode.NOERROR), int(Rcode.NXDOMAIN)))


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


class Forwarder:
    """All questions under way, bounded by `MAX_FLIGHTS`."""

    def __init__(self, upstreams: tuple[Upstream, ...], sender: Sender) -> None:
        self.upstreams = upstreams
        self.routes: dict[bytes, tuple[Upstream, ...]] = {}
        """Upstreams of their own for a name and all below it; the longest match wins."""
        self.strategy: Strategy = fastest
        self.keep: Callable[[Key, Relay | Failure, float], None] = _keep_nothing
        """Takes the outcome of a question that nobody waits for any more."""
        self.lifetimes: Lifetimes | None = None
        """Bounds of TTLs, where the site sets them."""
        self.faults = Faults()
        """What was raised on the way of single questions."""
        self._sender = sender
        self._entropy = Entropy()
        self._flights: dict[Key, Flight] = {}
        self._due: dict[int, dict[Attempt, None]] = {}

    def __len__(self) -> int:
        return len(self._flights)

    def ask(self, key: Key, waiter: Waiter, now: float) -> None:
        """Get an answer for `waiter`, which is called exactly once, perhaps before this returns."""
        flights = self._flights
        flight = flights.get(key)
        if flight is None:
            if len(flights) >= MAX_FLIGHTS:
                waiter(Failure(Ede.OTHER, "too many questions under way"), now)
                return
            upstreams = self._upstreams_for(key) if self.routes else self.upstreams
            flight = flights[key] = Flight(key, upstreams, waiter, now)
            try:
                self._attempt(flight, now)
            except Exception as error:
                self._give_up(flight, error, now)
        elif len(flight.waiters) + len(flight.hasty) >= MAX_WAITERS:
            waiter(Failure(Ede.OTHER, "too many clients wait for this name"), now)
        else:
            flight.waiters.append(waiter)

    def ask_hastily(self, key: Key, waiter: Waiter, now: float) -> None:
        """As `ask`, for a waiter with a stale answer at hand: told `OVERDUE` once an upstream is overdue (RFC 8767).

        The question goes on, and its answer is handed to `keep`.
        """
        flight = self._flights.get(key)
        if flight is not None and flight.is_overdue:
            waiter(OVERDUE, now)
            return
        self.ask(key, waiter, now)
        flight = self._flights.get(key)
        if flight is not None and flight.waiters and flight.waiters[-1] is waiter:
            flight.hasty.append(flight.waiters.pop())

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

    def is_under_way(self, key: Key) -> bool:
        """Whether this question is being asked already."""
        return key in self._flights

    def received(self, attempt: Attempt, reply: bytes, now: float) -> None:
        """A datagram that carried the attempt's ID arrived from its upstream."""
        if not attempt.is_open or not _is_response(reply):
            return
        question = attempt.question
        if reply[HEADER : HEADER + len(question)] != question:
            # Somebody may be guessing: the datagram is dropped, waiting goes on, and TCP, which nobody off the path
            # can forge, is asked as well (T2). It also serves an upstream that does not keep the letter case.
            attempt.lost_case = attempt.lost_case or _repeats_in_any_case(reply, attempt.question)
            self._ask_over_stream(attempt)
            return
        attempt.upstream.answered(now - attempt.started)
        if reply[2] & _TC:
            attempt.truncated = True
            self._ask_over_stream(attempt)
            return
        self._take(attempt, reply, now)

    def received_stream(self, attempt: Attempt, reply: bytes, now: float) -> None:
        """A message with the attempt's ID arrived over TCP, where letter case proves nothing."""
        if not attempt.is_open:
            return
        if not _is_response(reply) or reply[2] & _TC or not _repeats_in_any_case(reply, attempt.question):
            self.lost(attempt, now)
            return
        if reply[HEADER : HEADER + len(attempt.question)] != attempt.question:
            attempt.upstream.loses_case()
        attempt.upstream.answered(now - attempt.started)
        self._take(attempt, reply, now)
        if attempt.is_open and (attempt.truncated or not attempt.over_stream):
            # Nobody forged it, and there is no datagram to wait for: the answer is malformed, or more than we read.
            self._close(attempt)
            self._try_another(attempt.flight, now, Failure(Ede.OTHER, "the answer cannot be read"))

    def _ask_over_stream(self, attempt: Attempt) -> None:
        if not attempt.over_stream:
            attempt.over_stream = True
            self._sender.send_stream(attempt)

    def _take(self, attempt: Attempt, reply: bytes, now: float) -> None:
        """Judge a response to the attempt's own question."""
        flight = attempt.flight
        if reply[3] & 0xF not in _ANSWERS:
            self._close(attempt)
            self._try_another(flight, now, Failure(Ede.NO_REACHABLE_AUTHORITY, "upstream could not resolve"))
            return
        try:
            key = flight.key
            relay = read_relay(reply, key.qname, key.qtype, key.dnssec_ok, self.lifetimes)
        except BadAnswer:
            return
        except Exception as error:  # as bad an answer as any
            self.faults.note(error)
            return
        self._finish(flight, relay, now)

    def lost(self, attempt: Attempt, now: float, reason: str = "") -> None:
        """The upstream cannot be reached (ICMP error, refused or broken connection), with what is known of why."""
        if attempt.over_stream and not attempt.truncated:
            # TCP was asked after a near miss; the true datagram may still come (T2). An upstream that loses the case
            # and has no TCP would never be heard: a few such pairs, and it is asked in lower case.
            if attempt.lost_case:
                attempt.upstream.loses_case()
            attempt.lost_case = False
            return
        if attempt.is_open:
            attempt.upstream.failed(now)
            attempt.upstream.trouble = reason
            self._close(attempt)
            text = f"upstream unreachable: {reason}" if reason else "upstream unreachable"
            self._try_another(attempt.flight, now, Failure(Ede.NETWORK_ERROR, text))

    def tick(self, now: float) -> None:
        """Let the attempts whose time has come move on; to be called every `TICK` seconds while any is due."""
        present = int(now / TICK)
        for slot in [slot for slot in self._due if slot <= present]:
            for attempt in self._due.pop(slot):
                if not attempt.is_open:
                    continue
                try:
                    self._overdue(attempt, now)
                except Exception as error:
                    self._give_up(attempt.flight, error, now)

    def is_waiting(self) -> bool:
        """Whether `tick` will have something to do."""
        return bool(self._due)

    def _overdue(self, attempt: Attempt, now: float) -> None:
        flight = attempt.flight
        if now >= flight.expires - TICK:
            self._finish(flight, Failure(Ede.NO_REACHABLE_AUTHORITY, "no upstream answered in time"), now)
            return
        attempt.upstream.failed(now)
        attempt.is_overdue = True
        self._sender.overdue(attempt)
        self._push(attempt, flight.expires)  # a late answer is still welcome
        self._hasten(flight, now)
        if len(flight.attempts) < MAX_ATTEMPTS and not _may_answer_in_time(flight):
            self._attempt(flight, now)

    def _hasten(self, flight: Flight, now: float) -> None:
        """Tell those who have something else to say not to wait, and keep the answer for the cache."""
        flight.is_overdue = True
        hasty, flight.hasty = flight.hasty, []
        if hasty:
            flight.waiters.append(partial(self.keep, flight.key))
        for waiter in hasty:
            self._tell(waiter, OVERDUE, now)

    def shift(self, seconds: float) -> None:
        """The clock was stepped: move every instant with it, so that no wait grows or ends (TIME-11)."""
        slots = round(seconds / TICK)
        self._due = {slot + slots: attempts for slot, attempts in self._due.items()}
        for attempts in self._due.values():
            for attempt in attempts:
                attempt.due += slots
        for flight in self._flights.values():
            flight.expires += seconds
            for attempt in flight.attempts:
                attempt.started += seconds
        for upstream in self.all_upstreams():
            upstream.rests_until += seconds

    def _attempt(self, flight: Flight, now: float) -> None:
        """Ask who is next, all of them first noted, for an attempt may be lost the moment it is sent."""
        # Asking again takes no more than half of the places: a flood of dead names leaves room for first questions.
        places = MAX_UNDER_WAY // 2 if flight.attempts else MAX_UNDER_WAY
        asked = [attempt.upstream for attempt in flight.attempts] if flight.attempts else ()
        chosen = self.strategy(_free(flight.upstreams, places), asked, now)
        if not chosen:
            if not _is_worth_waiting_for(flight):
                self._finish(flight, Failure(Ede.NO_REACHABLE_AUTHORITY, "no upstream is free"), now)
            return
        attempts = [Attempt(flight, upstream, now, self._entropy) for upstream in chosen]
        flight.attempts += attempts
        for attempt in attempts:
            upstream = attempt.upstream
            upstream.under_way += 1
            self._push(attempt, min(now + upstream.patience(), flight.expires))
        for attempt in attempts:
            if attempt.is_open:
                self._sender.send(attempt)

    def _try_another(self, flight: Flight, now: float, failure: Failure) -> None:
        """After a plain refusal: an upstream not asked yet; where a packet may be lost, ask again; wait; or fail."""
        attempts = flight.attempts
        is_late = any(attempt.is_open for attempt in attempts) and not _may_answer_in_time(flight)
        is_untried = len({attempt.upstream for attempt in attempts}) < len(flight.upstreams)
        if len(attempts) < MAX_ATTEMPTS and (is_untried or is_late):
            self._attempt(flight, now)
        elif not _is_worth_waiting_for(flight):
            self._finish(flight, failure, now)

    def _close(self, attempt: Attempt) -> None:
        attempt.is_open = False
        attempt.upstream.under_way -= 1
        # At once: thousands of answered attempts would be kept until they were due.
        waiting = self._due.get(attempt.due)
        if waiting is not None:
            waiting.pop(attempt, None)
        self._sender.forget(attempt)

    def _push(self, attempt: Attempt, at: float) -> None:
        attempt.due = slot = int(at / TICK) + 1
        waiting = self._due.get(slot)
        if waiting is not None:
            waiting[attempt] = None
            return
        if not self._due:
            self._sender.keep_ticking()
        self._due[slot] = {attempt: None}

    def _finish(self, flight: Flight, outcome: Relay | Failure, now: float) -> None:
        del self._flights[flight.key]
        for attempt in flight.attempts:
            if attempt.is_open:
                self._close(attempt)
        flight.attempts.clear()  # they know the flight too: without this, each question would be a cycle for the GC
        for waiter in flight.waiters:
            self._tell(waiter, outcome, now)
        for waiter in flight.hasty:
            self._tell(waiter, outcome, now)

    def _tell(self, waiter: Waiter, outcome: Relay | Failure, now: float) -> None:
        """Tell one of those who wait; what it makes of it is no matter to the others."""
        try:
            waiter(outcome, now)
        except Exception as error:
            self.faults.note(error)

    def _give_up(self, flight: Flight, error: Exception, now: float) -> None:
        """End a flight by an error of ours."""
        self.faults.note(error)
        if self._flights.get(flight.key) is flight:
            self._finish(flight, FAULT, now)


def _keep_nothing(key: Key, outcome: Relay | Failure, now: float) -> None:
    pass


def _free(upstreams: Sequence[Upstream], places: int) -> Sequence[Upstream]:
    """The upstreams that have fewer than so many attempts under way."""
    for upstream in upstreams:
        if upstream.under_way >= places:
            return [one for one in upstreams if one.under_way < places]
    return upstreams


def _may_answer_in_time(flight: Flight) -> bool:
    """Whether an attempt is under way that is not overdue."""
    return any(attempt.is_open and not attempt.is_overdue for attempt in flight.attempts)


def _is_worth_waiting_for(flight: Flight) -> bool:
    """Whether something may come: in time, or late from an upstream that has not refused the question since."""
    refused = {attempt.upstream for attempt in flight.attempts if not attempt.is_open}
    late = (attempt for attempt in flight.attempts if attempt.is_open and attempt.upstream not in refused)
    return _may_answer_in_time(flight) or any(late)


def _is_response(message: bytes) -> bool:
    """Whether a message is a response to one ordinary question."""
    return len(message) > HEADER and message[2] & 0xF8 == QR >> 8 and message[4:6] == b"\x00\x01"


def _repeats_in_any_case(message: bytes, question: bytes) -> bool:
    return _canonical(message[HEADER : HEADER + len(question)]) == _canonical(question)


def _canonical(question: bytes) -> bytes:
    """A question with its name in lower case; type and class are numbers, and HTTPS is 65, an "A"."""
    return question[:-4].lower() + question[-4:]
