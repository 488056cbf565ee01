"""One question in flight: who waits for it, and what has been tried."""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import Final, NamedTuple

from sm_dns.dns.codes import AD, CD, CLASS_IN, RD
from sm_dns.dns.names import mix_case
from sm_dns.dns.random_bytes import RandomBytes
from sm_dns.dns.records import opt_record
from sm_dns.resolve.cache import Key
from sm_dns.resolve.forwarding.failure import Failure
from sm_dns.resolve.forwarding.upstream import FAILURES_BEFORE_BACKOFF, Upstream
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer

# After which a question is given up: most clients wait 5 seconds, and hear why within them (RFC 8767 §5).
QUERY_RESOLUTION_SECONDS = 4.5
# Payload size offered to upstreams (DNS flag day 2020).
UPSTREAM_SIZE: Final = 1232
# Datagrams in vain, before an upstream that fails is asked without EDNS.
SILENT_TRIES: Final = 2

_TYPE_CLASS: Final = Struct("!HH")
# The header after its ID, by CD, and our OPT, by DO. AD asks for the AD bit in the answer (RFC 6840 §5.7).
_HEAD: Final = [Struct("!HHHHH").pack(flags, 1, 0, 0, 1) for flags in (RD | AD, RD | AD | CD)]
_PLAIN_HEAD: Final = [Struct("!HHHHH").pack(flags, 1, 0, 0, 0) for flags in (RD, RD | CD)]
_OPT: Final = [opt_record(UPSTREAM_SIZE, 0, dnssec_ok) for dnssec_ok in (False, True)]


Callback = Callable[[UpstreamAnswer | Failure, float], None]


class Attempt:
    """One question put to one upstream. `wire` is the datagram without its ID, which the shell chooses.

    `is_plain`: it is asked without EDNS.
    """

    __slots__ = (
        "due",
        "has_case_mismatch",
        "is_after_refusal",
        "is_odd",
        "is_open",
        "is_overdue",
        "is_plain",
        "over_stream",
        "query",
        "question",
        "started",
        "transport_state",
        "truncated",
        "upstream",
        "wire",
    )

    def __init__(
        self,
        query: InFlightQuery,
        upstream: Upstream,
        started: float,
        random_bytes: RandomBytes,
        is_plain: bool = False,
    ) -> None:
        name, qtype, dnssec_ok, checking_disabled = query.key
        if upstream.mixes_case:
            name = mix_case(name, random_bytes.take(len(name)))
        self.query = query
        self.upstream = upstream
        self.question = question = name + _TYPE_CLASS.pack(qtype, CLASS_IN)
        if is_plain:
            self.wire = _PLAIN_HEAD[checking_disabled] + question
        else:
            self.wire = _HEAD[checking_disabled] + question + _OPT[dnssec_ok]
        self.started = started
        self.is_open = True
        self.is_overdue = False
        self.is_plain = is_plain
        self.is_after_refusal = False
        """It is plain because the upstream did not understand EDNS."""
        self.is_odd = False
        """An answer came that fits and cannot be read."""
        self.over_stream = False
        """TCP was asked too."""
        self.truncated = False
        """TCP was asked because the answer did not fit a datagram."""
        self.has_case_mismatch = False
        """A datagram came back with the question in another letter case."""
        self.due = 0
        """The slot of `TICK` seconds at whose end it is overdue."""
        self.transport_state: object = None
        """Where the shell listens for the answer: the transport's own."""


class InFlightQuery:
    """One question in flight."""

    __slots__ = ("attempts", "callbacks", "expires", "is_overdue", "key", "stale_callbacks", "upstreams")

    def __init__(self, key: Key, upstreams: tuple[Upstream, ...], first: Callback, now: float) -> None:
        self.key = key
        self.upstreams = upstreams
        self.callbacks = [first]
        self.stale_callbacks: list[Callback] = []
        """Of clients that can be served a stale answer: called as soon as an upstream is overdue (RFC 8767 §5)."""
        self.attempts: list[Attempt] = []
        self.is_overdue = False
        self.expires = now + QUERY_RESOLUTION_SECONDS

    def is_asked_plainly(self, upstream: Upstream, now: float) -> bool:
        """Whether an upstream is asked without EDNS: one that is known not to take it, and perhaps a silent one.

        Never where proofs are wanted and it has not refused to give them: an answer without would be taken for a
        forgery.
        """
        if now < upstream.edns_from:
            return True
        if not self.attempts or upstream.failures < FAILURES_BEFORE_BACKOFF or self.key.dnssec_ok:
            return False
        return sum(attempt.upstream is upstream for attempt in self.attempts) >= SILENT_TRIES

    def may_be_answered_in_time(self) -> bool:
        """Whether an attempt is in flight that is not overdue."""
        return any(attempt.is_open and not attempt.is_overdue for attempt in self.attempts)

    def is_worth_waiting_for(self) -> bool:
        """Whether something may come: in time, or late from an upstream that has not refused the question since."""
        refused = {attempt.upstream for attempt in self.attempts if not attempt.is_open}
        late = (attempt for attempt in self.attempts if attempt.is_open and attempt.upstream not in refused)
        return self.may_be_answered_in_time() or any(late)

    def has_untried(self) -> bool:
        """Whether there is an upstream that was not asked this question yet."""
        return len({attempt.upstream for attempt in self.attempts}) < len(self.upstreams)

    def dismiss(self, callback: Callback) -> bool:
        """Forget a callback; False where it is not among those that wait, as of a query that has ended none does."""
        if not self.attempts:
            return False
        for waiting in (self.callbacks, self.stale_callbacks):
            if callback in waiting:
                waiting.remove(callback)
                return True
        return False


class CallbackDeadline(NamedTuple):
    """Until when one of the callbacks of a query may wait."""

    query: InFlightQuery
    callback: Callback
    until: float
