"""What a worker does for a trace: it notes one client's questions, until they are taken."""

from __future__ import annotations

from typing import Final

from sm_dns.dns.names import to_text
from sm_dns.ipc.orders import Trace, TracedQuestions, Tracing
from sm_dns.ipc.traced import TracedQuestion
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.tracing import Traced, Tracer
from sm_dns.serve.clients.packet_cache import PacketCache

MAX_TRACED_A_LINE: Final = 100  # questions that fit into a line


class Traces:
    """At most one client is traced at a time. The packet cache replays nothing to it meanwhile."""

    def __init__(self, resolver: ResolverContext, packet_cache: PacketCache) -> None:
        self._resolver = resolver
        self._packet_cache = packet_cache
        self._tracer = Tracer((), 0.0)

    def begin(self, order: Trace) -> Tracing:
        """Trace whom the order names from now on, and nobody else."""
        self._tracer = Tracer(order.addresses, order.until)
        self._resolver.tracer = self._tracer if order.addresses else None
        self._packet_cache.forget_clients()
        return Tracing()

    def take(self) -> TracedQuestions:
        """What was traced since this was last asked, as much as fits into a line."""
        taken, lost = self._tracer.take(MAX_TRACED_A_LINE)
        return TracedQuestions(tuple(map(_told, taken)), lost, len(taken) == MAX_TRACED_A_LINE)

    def end(self, now: float) -> None:
        """Trace nobody any more once the time is over (POSIX seconds); what was traced can be taken yet."""
        if self._resolver.tracer is not None and now >= self._tracer.until:
            self._resolver.tracer = None
            self._packet_cache.forget_clients()


def _told(one: Traced) -> TracedQuestion:
    return TracedQuestion(one.at, one.address, to_text(one.qname), *one[3:])
