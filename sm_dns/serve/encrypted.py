"""A worker's encrypted listeners: DoT and DoH under one certificate, and how they are offered to clients."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sm_dns.resolve.resolver import Resolver
from sm_dns.resolve.stages.discovery import designated
from sm_dns.serve.clock import Clock
from sm_dns.serve.connections import ConnectionListener
from sm_dns.serve.generation import Encryption
from sm_dns.serve.peers import Rate
from sm_dns.serve.stream import StreamListener
from sm_dns.serve.tls import DOT, HTTP2, ServerTls, server_context

if TYPE_CHECKING:
    from sm_dns.serve.doh import DohListener


class Encrypted:
    """The listeners on bound sockets. Nobody is let in before `use` found a certificate."""

    def __init__(
        self,
        resolver: Resolver,
        clock: Clock,
        rate: Rate,
        dot: Sequence[socket.socket],
        doh: Sequence[socket.socket],
    ) -> None:
        self._resolver = resolver
        self._tls = (ServerTls(DOT), ServerTls(HTTP2))
        self.dot = [StreamListener(sock, resolver, clock, rate, self._tls[0]) for sock in dot]
        self.doh = _doh_listeners(resolver, clock, rate, doh, self._tls[1])

    @property
    def listeners(self) -> list[ConnectionListener]:
        """All of them."""
        return [*self.dot, *self.doh]

    def use(self, new: Encryption | None) -> None:
        """Take a certificate into use for who connects from now on. Raises `BadInput`; then nothing has changed.

        Without one, listeners that are open keep the last: they are closed at the next start. They are not offered.
        """
        if new is None:
            self._resolver.designated = ()
            return
        contexts = [server_context(new.certificate, new.key, tls.protocol) for tls in self._tls]
        for tls, context in zip(self._tls, contexts, strict=True):
            tls.context = context
        for listener in self.doh:
            listener.path = new.doh_path
        self._resolver.designated = self._offer(new)

    def _offer(self, new: Encryption) -> tuple[bytes, ...]:
        if new.name is None:
            return ()
        dot, doh = ([each.sock.getsockname()[:2] for each in group] for group in (self.dot, self.doh))
        return designated(new.name, dot, doh, new.doh_path)


def _doh_listeners(
    resolver: Resolver, clock: Clock, rate: Rate, sockets: Sequence[socket.socket], tls: ServerTls
) -> list[DohListener]:
    if not sockets:
        return []
    # Imported where it is used: most workers never speak HTTP to anybody.
    from sm_dns.serve.doh import DohListener

    return [DohListener(sock, resolver, clock, rate, tls) for sock in sockets]
