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
from sm_dns.resolve.forwarding.upstream import Upstream
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer

QUERY_RESOLUTION_SECONDS = (
    4.5  # after which a question is given up: most clients wait 5 seconds, and hear why within them
)
UPSTREAM_SIZE: Final = 1232  # payload size offered to upstreams (DNS flag day 2020)

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

    def dismiss(self, callback: Callback) -> bool:
        """Forget a callback; False where it is not among those that wait."""
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
