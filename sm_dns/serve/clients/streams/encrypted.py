"""A worker's encrypted listeners: DoT and DoH under one certificate, and how they are offered to clients."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sm_dns.resolve.stages.discovery import designated
from sm_dns.serve.clients.streams.connections import Streams
from sm_dns.serve.clients.streams.tcp import StreamListener
from sm_dns.serve.clients.tls import DOT, HTTP2, ServerTls, server_context
from sm_dns.serve.worker_settings import Encryption

if TYPE_CHECKING:
    from sm_dns.serve.clients.streams.doh import DohListener


class EncryptedListeners:
    """The listeners on bound sockets. Nobody is let in before `use` found a certificate."""

    def __init__(
        self,
        streams: Streams,
        dot: Sequence[socket.socket],
        doh: Sequence[socket.socket],
    ) -> None:
        self._streams = streams
        self._resolver = streams.shared.resolver
        self._dot_tls, self._doh_tls = ServerTls(DOT), ServerTls(HTTP2)
        self._used: Encryption | None = None
        self.dot = [self._dot_listener(sock) for sock in dot]
        self.doh = [self._doh_listener(sock) for sock in doh]

    def add(self, spoken: str, sock: socket.socket) -> StreamListener | DohListener:
        """A listener on a further socket for "dot" or "doh", which is still to be started."""
        if spoken == "dot":
            dot = self._dot_listener(sock)
            self.dot.append(dot)
            self._offer()
            return dot
        doh = self._doh_listener(sock)
        if self._used is not None:
            doh.path = self._used.doh_path
        self.doh.append(doh)
        self._offer()
        return doh

    def _dot_listener(self, sock: socket.socket) -> StreamListener:
        return StreamListener(sock, self._streams, self._dot_tls)

    def _doh_listener(self, sock: socket.socket) -> DohListener:
        # Imported where it is used: most workers never speak HTTP to anybody.
        from sm_dns.serve.clients.streams.doh import DohListener

        return DohListener(sock, self._streams, self._doh_tls)

    @property
    def listeners(self) -> list[StreamListener | DohListener]:
        """All of them."""
        return [*self.dot, *self.doh]

    def use(self, new: Encryption | None) -> None:
        """Take a certificate into use for who connects from now on. Raises `BadInput`; then nothing has changed.

        Without one, listeners that are open keep the last: they are closed at the next start. They are not offered.
        """
        if new is not None:
            both = (self._dot_tls, self._doh_tls)
            contexts = [server_context(new.certificate, new.key, tls.protocol) for tls in both]
            for tls, context in zip(both, contexts, strict=True):
                tls.context = context
            for listener in self.doh:
                listener.path = new.doh_path
        self._used = new
        self._offer()

    def _offer(self) -> None:
        """Have the pipeline tell clients that ask for it where they can encrypt (RFC 9462)."""
        self._resolver.designated = ()
        if self._used is not None and self._used.name is not None:
            dot, doh = ([each.sock.getsockname()[:2] for each in group] for group in (self.dot, self.doh))
            self._resolver.designated = designated(self._used.name, dot, doh, self._used.doh_path)
