"""A sender that only notes what it was asked to send, so that forwarding is tested without sockets or waiting."""

from __future__ import annotations

from sm_dns.resolve.cache import Cache
from sm_dns.resolve.faults import Faults
from sm_dns.resolve.forwarding.attempts import Attempt
from sm_dns.resolve.forwarding.failure import Failure
from sm_dns.resolve.forwarding.forward import Forwarder
from sm_dns.resolve.forwarding.strategies import fastest
from sm_dns.resolve.forwarding.upstream import Upstream, UpstreamAddress
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from tests.support.messages import response


class NotedSender:
    """Every effect of a forwarder, in order."""

    def __init__(self) -> None:
        self.sent: list[Attempt] = []
        self.streams: list[Attempt] = []
        self.forgotten: list[Attempt] = []
        self.late: list[Attempt] = []

    def send(self, attempt: Attempt) -> None:
        self.sent.append(attempt)

    def send_stream(self, attempt: Attempt) -> None:
        self.streams.append(attempt)

    def forget(self, attempt: Attempt) -> None:
        self.forgotten.append(attempt)

    def overdue(self, attempt: Attempt) -> None:
        self.late.append(attempt)

    def keep_ticking(self) -> None:
        """The tests tick."""

    def last(self) -> Attempt:
        return self.sent[-1]


class Outcomes:
    """A callback that keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[UpstreamAnswer | Failure] = []

    def __call__(self, outcome: UpstreamAnswer | Failure, now: float) -> None:
        self.told.append(outcome)

    @property
    def only(self) -> UpstreamAnswer | Failure:
        assert len(self.told) == 1, self.told
        return self.told[0]

    @property
    def relay(self) -> UpstreamAnswer:
        assert isinstance(self.only, UpstreamAnswer), self.only
        return self.only

    @property
    def failure(self) -> Failure:
        assert isinstance(self.only, Failure), self.only
        return self.only


def forwarder(
    count: int = 1, cache: Cache | None = None, faults: Faults | None = None, validates: bool = True
) -> tuple[Forwarder, NotedSender]:
    """A forwarder to so many upstreams, which validate; the first is preferred, as it is the quickest."""
    addresses = (UpstreamAddress(f"192.0.2.{at}", 53, validates=validates) for at in range(1, count + 1))
    upstreams = tuple(Upstream(address) for address in addresses)
    for at, upstream in enumerate(upstreams):
        upstream.latency = 0.01 + 0.01 * at
    sender = NotedSender()
    one = Forwarder(Cache(1 << 20) if cache is None else cache, faults or Faults())
    one.connect(sender)
    one.adopt(upstreams, {}, fastest, None)
    return one, sender


def datagram(attempt: Attempt) -> bytes:
    """What the shell would put on the wire, under some ID."""
    return b"\x12\x34" + attempt.wire


def reply_to(attempt: Attempt, *answers: str, rcode: str = "NOERROR", **sections: object) -> bytes:
    """An upstream's reply to an attempt."""
    return response(datagram(attempt), *answers, rcode=rcode, **sections)
