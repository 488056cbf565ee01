"""All that a worker answers on: datagrams, TCP and what is encrypted; further sockets come while it runs."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sm_dns.serve.clients.streams.connections import Admission, Streams
from sm_dns.serve.clients.streams.encrypted import EncryptedListeners
from sm_dns.serve.clients.streams.tcp import StreamListener
from sm_dns.serve.clients.udp import HandsOn, Shared, UdpListener
from sm_dns.serve.clients.udp_kinds import udp_listener
from sm_dns.serve.event_loop import DrainSelector


class BoundSockets(NamedTuple):
    """The sockets that a worker is started with, by what is spoken on them."""

    udp: Sequence[socket.socket]
    tcp: Sequence[socket.socket]
    dot: Sequence[socket.socket]
    doh: Sequence[socket.socket]


class Listeners:
    """The listeners of one worker. None answers before `begin`; the encrypted ones need a certificate as well."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        selector: DrainSelector,
        shared: Shared,
        admission: Admission,
        sockets: BoundSockets,
    ) -> None:
        self._selector = selector
        self._shared = shared
        self._streams = Streams(shared, admission, selector, loop)
        self.datagrams = [udp_listener(sock, shared) for sock in sockets.udp]
        self.streams = [self._stream(sock) for sock in sockets.tcp]
        self.encrypted = EncryptedListeners(self._streams, sockets.dot, sockets.doh)

    @property
    def all_datagrams(self) -> Iterator[UdpListener | HandsOn]:
        """Those of datagrams, and what answers behind them for trusted forwarders."""
        for listener in self.datagrams:
            yield listener
            if listener.forwarded is not None:
                yield listener.forwarded

    def begin(self) -> None:
        """Answer on all of them."""
        for listener in self.datagrams:
            self._selector.drain(listener.sock, listener.drain)
        for stream in (*self.streams, *self.encrypted.listeners):
            stream.start()

    def add(self, spoken: str, sock: socket.socket) -> None:
        """Answer on a further socket, for "udp", "tcp", "dot" or "doh"."""
        if spoken == "udp":
            listener = udp_listener(sock, self._shared)
            self.datagrams.append(listener)
            self._selector.drain(listener.sock, listener.drain)
        elif spoken == "tcp":
            stream = self._stream(sock)
            self.streams.append(stream)
            stream.start()
        else:
            self.encrypted.add(spoken, sock).start()

    def _stream(self, sock: socket.socket) -> StreamListener:
        return StreamListener(sock, self._streams)
