"""Sockets towards the upstreams: random ports, random IDs, and TCP when a reply did not fit.

Each upstream has a small pool of connected UDP sockets, so the kernel drops what comes from anywhere else. A
socket is retired after some hundred questions and its place taken by one on another random port (T1).
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from contextlib import suppress

from sm_dns.resolve.forward import FLIGHT_SECONDS, TICK, Attempt, Forwarder
from sm_dns.resolve.upstream import Upstream
from sm_dns.serve.clock import Clock
from sm_dns.serve.selector import DrainSelector

POOL = 16  # sockets an upstream
QUESTIONS_PER_SOCKET = 512  # before its port is renewed
MAX_STREAMS = 64  # TCP exchanges under way
MAX_REPLY = 4_096  # octets of a UDP reply; we offer 1232
BATCH = 64
_FIRST_PORT = 1_024
_BIND_TRIES = 16
_ID_BATCH = 512


class Ids:
    """Message IDs from the system's CSPRNG, drawn in batches."""

    def __init__(self) -> None:
        self._pool = b""
        self._at = 0

    def next(self) -> bytes:
        """Two random octets."""
        if self._at == len(self._pool):
            self._pool = os.urandom(2 * _ID_BATCH)
            self._at = 0
        self._at += 2
        return self._pool[self._at - 2 : self._at]


class PortSocket:
    """One connected UDP socket and the attempts that wait on it, by message ID."""

    __slots__ = ("sock", "uses", "waiting")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.uses = 0
        self.waiting: dict[bytes, Attempt] = {}


class UpstreamSockets:
    """The shell around a `Forwarder`: sends what it asks for and brings back what arrives."""

    def __init__(self, loop: asyncio.AbstractEventLoop, selector: DrainSelector, clock: Clock) -> None:
        self.forwarder = Forwarder((), self)
        self._loop = loop
        self._selector = selector
        self._clock = clock
        self._ids = Ids()
        self._pools: dict[Upstream, list[PortSocket]] = {}
        self._streams: set[asyncio.Task[None]] = set()
        self._ticking = False

    def use(self, upstreams: tuple[Upstream, ...], routes: dict[bytes, tuple[Upstream, ...]]) -> None:
        """Forward to these from now on; an upstream that stays keeps its health and its sockets."""
        known = {str(upstream): upstream for upstream in self.forwarder.all_upstreams()}

        def keep(wanted: tuple[Upstream, ...]) -> tuple[Upstream, ...]:
            return tuple(known.setdefault(str(upstream), upstream) for upstream in wanted)

        self.forwarder.upstreams = keep(upstreams)
        self.forwarder.routes = {name: keep(wanted) for name, wanted in routes.items()}
        for gone in set(known.values()) - set(self.forwarder.all_upstreams()):
            for port in self._pools.pop(gone, []):
                self._retire(port)

    def send(self, attempt: Attempt) -> None:
        """Send an attempt under a fresh random ID from a random port of the pool."""
        self._keep_ticking()
        try:
            port = self._port(attempt.upstream)
        except OSError:
            self.forwarder.lost(attempt, self._clock.now())
            return
        message_id = self._ids.next()
        while message_id in port.waiting:
            message_id = self._ids.next()
        port.waiting[message_id] = attempt
        port.uses += 1
        attempt.ticket = (port, message_id)
        for last_try in (False, True):
            try:
                port.sock.send(message_id + attempt.wire)
                return
            except BlockingIOError:
                return  # a full send buffer: the retry comes with the attempt's deadline
            except OSError:
                # The first error may be an ICMP answer to an earlier datagram of this socket.
                if last_try:
                    self.forwarder.lost(attempt, self._clock.now())

    def send_stream(self, attempt: Attempt) -> None:
        """Ask the same over TCP."""
        if len(self._streams) >= MAX_STREAMS:
            self.forwarder.lost(attempt, self._clock.now())
            return
        task = self._loop.create_task(self._ask_over_stream(attempt))
        self._streams.add(task)
        task.add_done_callback(self._streams.discard)

    def forget(self, attempt: Attempt) -> None:
        """Stop listening for an attempt."""
        if isinstance(attempt.ticket, tuple):
            port, message_id = attempt.ticket
            attempt.ticket = None
            port.waiting.pop(message_id, None)
            if port.uses >= QUESTIONS_PER_SOCKET and not port.waiting:
                self._replace(attempt.upstream, port)

    def close(self) -> None:
        """Close every socket."""
        for pool in self._pools.values():
            for port in pool:
                self._retire(port)
        self._pools.clear()
        for task in self._streams:
            task.cancel()

    def _port(self, upstream: Upstream) -> PortSocket:
        """A random socket of the upstream's pool that has questions left, opened if need be."""
        pool = self._pools.setdefault(upstream, [])
        if len(pool) < POOL:
            port = self._open(upstream)
            pool.append(port)
            return port
        return pool[self._ids.next()[0] % POOL]

    def _open(self, upstream: Upstream) -> PortSocket:
        family = socket.AF_INET6 if ":" in upstream.address else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        try:
            _bind_random_port(sock)
            sock.connect((upstream.address, upstream.port))
        except OSError:
            sock.close()
            raise
        port = PortSocket(sock)
        self._selector.drain(sock, lambda: self._drain(port))
        return port

    def _replace(self, upstream: Upstream, port: PortSocket) -> None:
        pool = self._pools.get(upstream)
        if pool is not None and port in pool:
            pool.remove(port)
            self._retire(port)

    def _retire(self, port: PortSocket) -> None:
        with suppress(KeyError):
            self._selector.unregister(port.sock)
        port.sock.close()

    def _drain(self, port: PortSocket) -> None:
        for _ in range(BATCH):
            try:
                reply = port.sock.recv(MAX_REPLY)
            except BlockingIOError:
                return
            except OSError:
                self._unreachable(port)
                return
            attempt = port.waiting.get(reply[:2])
            if attempt is not None:
                self.forwarder.received(attempt, reply, self._clock.now())
            if port.sock.fileno() < 0:
                return  # retired with its last answer

    def _unreachable(self, port: PortSocket) -> None:
        """An ICMP error: every attempt that waits on this socket is lost."""
        now = self._clock.now()
        for attempt in list(port.waiting.values()):
            self.forwarder.lost(attempt, now)

    async def _ask_over_stream(self, attempt: Attempt) -> None:
        try:
            async with asyncio.timeout(FLIGHT_SECONDS):
                reply = await _exchange(attempt.upstream, self._ids.next() + attempt.wire)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            self.forwarder.lost(attempt, self._clock.now())
            return
        self.forwarder.received_stream(attempt, reply, self._clock.now())

    def _keep_ticking(self) -> None:
        if not self._ticking:
            self._ticking = True
            self._loop.call_later(TICK, self._tick)

    def _tick(self) -> None:
        self._ticking = False
        self.forwarder.tick(self._clock.now())
        if self.forwarder.is_waiting():
            self._keep_ticking()


def _bind_random_port(sock: socket.socket) -> None:
    """Bind to a port from the CSPRNG; after some taken ones, leave the choice to the kernel."""
    for _ in range(_BIND_TRIES):
        try:
            sock.bind(("", _FIRST_PORT + secrets.randbelow(65_536 - _FIRST_PORT)))
            return
        except OSError:
            continue


async def _exchange(upstream: Upstream, message: bytes) -> bytes:
    """One question and its answer over TCP. Raises `OSError` also for an answer under another ID."""
    reader, writer = await asyncio.open_connection(upstream.address, upstream.port)
    try:
        writer.write(len(message).to_bytes(2, "big") + message)
        length = int.from_bytes(await reader.readexactly(2), "big")
        reply = await reader.readexactly(length)
    finally:
        writer.close()
    if reply[:2] != message[:2]:
        raise OSError("answer to another question")
    return reply
