"""The way to the upstreams: a channel for each, by its scheme, and TCP for what does not fit a datagram."""

from __future__ import annotations

import asyncio
import resource
import ssl
from functools import cache
from typing import Protocol

from sm_dns.resolve.forwarding.attempts import Attempt
from sm_dns.resolve.forwarding.deadlines import TICK
from sm_dns.resolve.forwarding.forward import Forwarder
from sm_dns.resolve.forwarding.strategies import STRATEGIES
from sm_dns.resolve.forwarding.upstream import Upstream, UpstreamAddress
from sm_dns.resolve.replies.ttl_bounds import TtlBounds
from sm_dns.serve.clock import Clock
from sm_dns.serve.event_loop import DrainSelector
from sm_dns.serve.upstreams.tcp import StreamChannel
from sm_dns.serve.upstreams.udp import POOL, PORT_SECONDS, UdpChannel

SWEEP_SECONDS = 1.0  # between two looks for ports that have been open for long
_SHARE = 16  # of the descriptors that a process may have, for one upstream


class Channel(Protocol):
    """Carries attempts to one upstream and their answers back to the forwarder."""

    def send(self, attempt: Attempt) -> None: ...

    def forget(self, attempt: Attempt) -> None: ...

    def overdue(self, attempt: Attempt) -> None: ...

    def renew(self) -> None: ...

    def give_up_old(self, seconds: float) -> bool: ...

    def close(self) -> None: ...


class UpstreamSockets:
    """The shell around a `Forwarder`, whose sender it is: sends what that asks for and brings back what arrives."""

    def __init__(
        self,
        forwarder: Forwarder,
        loop: asyncio.AbstractEventLoop,
        selector: DrainSelector,
        clock: Clock,
    ) -> None:
        self._forwarder = forwarder
        self._loop = loop
        self._selector = selector
        self._clock = clock
        self._channels: dict[Upstream, Channel] = {}
        self._streams: dict[Upstream, StreamChannel] = {}
        self._ticking = False
        self._sweeping = False
        forwarder.connect(self)

    def use(
        self,
        upstreams: tuple[UpstreamAddress, ...],
        routes: dict[bytes, tuple[UpstreamAddress, ...]],
        strategy: str,
        ttl_bounds: TtlBounds | None,
    ) -> None:
        """Forward to these from now on; an upstream that stays keeps its health and its channel."""
        known = {upstream.server: upstream for upstream in self._forwarder.all_upstreams()}

        def keep(servers: tuple[UpstreamAddress, ...]) -> tuple[Upstream, ...]:
            return tuple(known.setdefault(server, Upstream(server)) for server in servers)

        routed = {name: keep(servers) for name, servers in routes.items()}
        self._forwarder.adopt(keep(upstreams), routed, STRATEGIES[strategy], ttl_bounds)
        for gone in set(known.values()) - set(self._forwarder.all_upstreams()):
            for channels in (self._channels, self._streams):
                channel = channels.pop(gone, None)
                if channel is not None:
                    channel.close()

    def send(self, attempt: Attempt) -> None:
        """Send an attempt the way its upstream is spoken to."""
        upstream = attempt.upstream
        channel = self._channels.get(upstream)
        if channel is None:
            channel = self._channels[upstream] = self._open(upstream.server)
        channel.send(attempt)

    def send_stream(self, attempt: Attempt) -> None:
        """Ask the same over TCP."""
        upstream = attempt.upstream
        stream = self._streams.get(upstream)
        if stream is None:
            stream = self._streams[upstream] = self._stream(upstream.server, None)
        stream.send(attempt)

    def forget(self, attempt: Attempt) -> None:
        """Stop listening for an attempt."""
        channel = self._channels.get(attempt.upstream)
        if channel is not None:
            channel.forget(attempt)
        if attempt.over_stream and attempt.upstream in self._streams:
            self._streams[attempt.upstream].forget(attempt)

    def overdue(self, attempt: Attempt) -> None:
        """Whatever carries the attempt may lead nowhere."""
        channel = self._channels.get(attempt.upstream)
        if channel is not None:
            channel.overdue(attempt)
        if attempt.over_stream and attempt.upstream in self._streams:
            self._streams[attempt.upstream].overdue(attempt)

    def renew(self) -> None:
        """The network has changed under us: ask by sockets and connections that know it as it is now."""
        for channel in (*self._channels.values(), *self._streams.values()):
            channel.renew()

    def close(self) -> None:
        """Close every channel."""
        for channel in (*self._channels.values(), *self._streams.values()):
            channel.close()
        self._channels.clear()
        self._streams.clear()

    def _open(self, server: UpstreamAddress) -> Channel:
        if server.scheme == "udp":
            return UdpChannel(server, self._forwarder, self._selector, self._clock.now, pool_size())
        if server.scheme == "https":
            # Imported where it is used: most workers never speak HTTP to anybody.
            from sm_dns.serve.upstreams.https import HttpsChannel

            return HttpsChannel(server, self._forwarder, self._loop, self._clock.now, _tls_context())
        return self._stream(server, _tls_context() if server.scheme == "tls" else None)

    def _stream(self, server: UpstreamAddress, tls: ssl.SSLContext | None) -> StreamChannel:
        return StreamChannel(server, self._forwarder, self._loop, self._clock.now, tls)

    def keep_ticking(self) -> None:
        """Let the forwarder's time pass until nothing is in flight."""
        if not self._ticking:
            self._ticking = True
            self._loop.call_later(TICK, self._tick)

    def _tick(self) -> None:
        self._ticking = False
        self._keep_sweeping()
        try:
            self._forwarder.tick(self._clock.now())
        finally:  # what waits must come to its end, whatever went wrong with another
            if self._forwarder.is_waiting():
                self.keep_ticking()

    def _keep_sweeping(self) -> None:
        if not self._sweeping:
            self._sweeping = True
            self._loop.call_later(SWEEP_SECONDS, self._sweep)

    def _sweep(self) -> None:
        """Let channels give up what has been open for long, until nothing is."""
        self._sweeping = False
        left = [channel.give_up_old(PORT_SECONDS) for channel in self._channels.values()]
        if any(left):
            self._keep_sweeping()


@cache
def pool_size() -> int:
    """How many sockets an upstream may have, where a process may not have many."""
    return max(min(POOL, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // _SHARE), 1)


@cache
def _tls_context() -> ssl.SSLContext:
    """The system's trust anchors, certificates and names verified."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
