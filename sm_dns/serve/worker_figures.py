"""What a worker tells of itself: its listeners, its cache, and whom it asks."""

from __future__ import annotations

from collections.abc import Sequence

from sm_dns.dns.codes import Rcode
from sm_dns.ipc.figures import ForwarderFigures, UpstreamFigures, WaitClass, WorkerFigures
from sm_dns.native import is_compiled
from sm_dns.resolve.forwarding.upstream import Upstream
from sm_dns.resolve.replies.made import WAITS
from sm_dns.serve.clients.streams.connections import Admission
from sm_dns.serve.clients.udp import Shared
from sm_dns.serve.listeners import Listeners
from sm_dns.util.message import NOTHING, Message


def figures(
    shared: Shared,
    admission: Admission,
    listeners: Listeners,
    *,
    without_policy: Message,
    clock_steps: int,
    system_lack: str,
    system_servers: int,
) -> WorkerFigures:
    """All of it, as of now. The keywords are what the worker itself knows, as in `WorkerFigures`."""
    resolver, encrypted, now = shared.resolver, listeners.encrypted, shared.clock.now()
    datagrams = [*listeners.all_datagrams]
    return WorkerFigures(
        generation=resolver.settings.snapshot.generation,
        without_policy=without_policy,
        compiled=is_compiled(),
        drains_compiled=sum(listener.is_compiled for listener in listeners.datagrams),
        listeners_udp=len(listeners.datagrams),
        queries_udp=sum(listener.queries for listener in listeners.datagrams),
        queries_tcp=sum(stream.answers.queries for stream in listeners.streams),
        queries_dot=sum(listener.answers.queries for listener in encrypted.dot),
        queries_doh=sum(listener.answers.queries for listener in encrypted.doh),
        memo_hits=sum(listener.replayed for listener in datagrams)
        + sum(stream.answers.replayed for stream in (*listeners.streams, *encrypted.listeners)),
        limited=shared.rate.limited + admission.rate.limited,
        overlong=resolver.overlong,
        undelivered=sum(listener.undelivered for listener in datagrams) + shared.late.dropped,
        rcodes=_by_name(resolver.made.rcodes),
        waits=tuple(map(WaitClass, (*WAITS, None), resolver.made.waits)),
        waited=resolver.made.waited,
        cache_entries=len(resolver.cache),
        cache_bytes=resolver.cache.bytes,
        under_way=len(resolver.forwarder),
        clock_steps=clock_steps,
        faults=resolver.faults.figures(),
        forwarders=tuple(
            ForwarderFigures(address, *counts) for address, counts in shared.forwarders.counts.items()
        ),
        system_lack=system_lack,
        system_servers=system_servers,
        upstreams=tuple(_of_upstream(one, now) for one in resolver.forwarder.all_upstreams()),
    )


def _by_name(rcodes: Sequence[int]) -> tuple[tuple[str, int], ...]:
    """Those that have a name, and whatever else there was of some upstream."""
    known = {int(each): each.name for each in Rcode}
    return tuple(
        (known.get(code, f"RCODE{code}"), count)
        for code, count in enumerate(rcodes)
        if code in known or count
    )


def _of_upstream(upstream: Upstream, now: float) -> UpstreamFigures:
    return UpstreamFigures(
        address=str(upstream.server),
        latency_ms=round(upstream.latency * 1000, 1),
        resting=upstream.backoff_until > now,
        failures=upstream.failures,
        answers=upstream.answers,
        without_edns=upstream.edns_from > now,
        without_tcp=upstream.tcp_from > now,
        trouble=upstream.trouble or NOTHING,
    )
