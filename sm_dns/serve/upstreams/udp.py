"""UDP towards one upstream: random ports, random IDs, and a kernel that drops what comes from anywhere else (T1).

Of an upstream that is asked seldom each question has a port of its own (RFC 5452 §9.2). To open a socket costs a
quarter of a question, so one that is asked often gets `POOL` of them for `QUESTIONS_PER_SOCKET` questions or
`PORT_SECONDS`, whichever ends first. Chance picks among the `SPREAD` that were used longest ago, so that of 300
questions in a row 256 leave from different ports, in an order that nobody can tell.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Final

from sm_dns.dns.random_bytes import RandomBytes
from sm_dns.resolve.forwarding.attempts import Attempt
from sm_dns.resolve.forwarding.forward import Forwarder
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.serve.addresses import socket_address
from sm_dns.serve.event_loop import DrainSelector

# Sockets of an upstream: what is more no longer fits into a processor's cache.
POOL: Final = 320
SPREAD: Final = 64  # of them, those used longest ago, among which chance picks
QUESTIONS_PER_SOCKET: Final = 64  # before its port is renewed
PORT_SECONDS = 10.0  # after which an unused port is given up
MAX_CLOSED: Final = 128  # sockets given up at once, so that no query waits for it
MAX_REPLY: Final = 4_096  # octets of a UDP reply; we offer 1232
_FIRST_PORT: Final = 1_024
_BIND_TRIES: Final = 16


class PortSocket:
    """One connected UDP socket and the attempts that wait on it, by message ID."""

    __slots__ = ("opened", "sock", "uses", "waiting")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.opened = monotonic()
        self.uses = 0
        self.waiting: dict[bytes, Attempt] = {}


class UdpChannel:
    """A pool of connected sockets, `pool` of them at most."""

    def __init__(
        self,
        server: UpstreamAddress,
        forwarder: Forwarder,
        selector: DrainSelector,
        now: Callable[[], float],
        pool: int = POOL,
    ) -> None:
        self._server = server
        self._forwarder = forwarder
        self._selector = selector
        self._now = now
        self._random_bytes = RandomBytes()
        self._size = pool
        self._ring: list[PortSocket] = []
        """Those used longest ago first, beginning at `_head`."""
        self._head = 0
        self._outgoing: list[tuple[PortSocket, bytes, Attempt]] = []

    def send(self, attempt: Attempt) -> None:
        """Send an attempt under a fresh random ID from a random port of the pool."""
        chance = self._random_bytes.take(6)
        try:
            port = self._port(chance[2] << 24 | chance[3] << 16 | chance[4] << 8 | chance[5])
        except OSError:
            self._forwarder.lost(attempt, self._now())
            return
        message_id = chance[:2]
        while message_id in port.waiting:
            message_id = self._random_bytes.take(2)
        port.waiting[message_id] = attempt
        port.uses += 1
        attempt.transport_state = (port, message_id)
        self._outgoing.append((port, message_id, attempt))
        if len(self._outgoing) == 1:
            self._selector.later(self._flush)

    def _flush(self) -> None:
        outgoing, self._outgoing = self._outgoing, []
        for port, message_id, attempt in outgoing:
            try:
                port.sock.send(message_id + attempt.wire)
            except BlockingIOError:
                continue  # a full send buffer: the retry comes with the attempt's deadline
            except OSError:
                self._send_again(port, message_id, attempt)
            except Exception as error:
                self._forwarder.faults.note(error)

    def _send_again(self, port: PortSocket, message_id: bytes, attempt: Attempt) -> None:
        """The first error may be an ICMP answer to an earlier datagram of this socket; a second is not."""
        try:
            port.sock.send(message_id + attempt.wire)
        except BlockingIOError:
            return
        except OSError:
            self._send_elsewhere(port, attempt)

    def _send_elsewhere(self, port: PortSocket, attempt: Attempt) -> None:
        """The socket is of no use any more (its source address has gone, for one): once more from a fresh one."""
        self._set_aside(port)
        self.forget(attempt)
        try:
            fresh = self._open()
            message_id = self._random_bytes.take(2)
            fresh.waiting[message_id] = attempt
            attempt.transport_state = (fresh, message_id)
            fresh.uses = 1
            self._keep(fresh)
            fresh.sock.send(message_id + attempt.wire)
        except OSError:
            self._forwarder.lost(attempt, self._now())

    def overdue(self, attempt: Attempt) -> None:
        """Ask no more from the socket that an attempt waits on."""
        if isinstance(attempt.transport_state, tuple):
            self._set_aside(attempt.transport_state[0])

    def renew(self) -> None:
        """Ask from fresh sockets from now on; who waits on an old one may still be answered there."""
        for port in self._ring:
            self._set_aside(port)
        self._ring, self._head = [], 0

    def give_up_old(self, seconds: float) -> bool:
        """Close ports that have been open for so long, some at a time; whether there are more that will be."""
        latest = monotonic() - seconds
        kept: list[PortSocket] = []
        left = MAX_CLOSED
        for port in self._ring[self._head :] + self._ring[: self._head]:
            if left and port.opened <= latest:
                left -= 1
                self._set_aside(port)
            else:
                kept.append(port)
        self._ring, self._head = kept, 0
        return bool(kept)

    def _set_aside(self, port: PortSocket) -> None:
        """Ask no more questions from a socket; the last one that waits on it closes it."""
        port.uses = QUESTIONS_PER_SOCKET
        if not port.waiting:
            self._retire(port)

    def forget(self, attempt: Attempt) -> None:
        """Stop listening for an attempt."""
        if isinstance(attempt.transport_state, tuple):
            port, message_id = attempt.transport_state
            attempt.transport_state = None
            port.waiting.pop(message_id, None)
            if port.uses >= QUESTIONS_PER_SOCKET and not port.waiting:
                self._retire(port)

    def close(self) -> None:
        """Close every socket."""
        for port in self._ring:
            self._retire(port)
        self._ring, self._head = [], 0

    def _port(self, chance: int) -> PortSocket:
        """Another socket while there are few, else one that chance picks of those used longest ago; one that has no
        questions left is renewed."""
        ring = self._ring
        if len(ring) < self._size:
            try:
                port = self._open()
                self._keep(port)
                return port
            except OSError:
                if not ring:
                    raise  # … else no descriptor is left: share those there are
        head = self._head % len(ring)
        at = (head + chance % min(SPREAD, len(ring))) % len(ring)
        port = ring[at]
        ring[at] = ring[head]
        if port.uses >= QUESTIONS_PER_SOCKET:
            port = self._open()
        ring[head] = port
        self._head = head + 1
        return port

    def _keep(self, port: PortSocket) -> None:
        """Take a socket that has just been used into the pool; where that is full, it is used once."""
        if len(self._ring) >= self._size:
            port.uses = QUESTIONS_PER_SOCKET
            return
        self._ring.insert(self._head, port)
        self._head += 1

    def _open(self) -> PortSocket:
        family = socket.AF_INET6 if ":" in self._server.address else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        try:
            self._bind_random_port(sock)
            sock.connect(socket_address(self._server.address, self._server.port))
        except OSError:
            sock.close()
            raise
        port = PortSocket(sock)
        self._selector.drain(sock, lambda: self._drain(port))
        return port

    def _retire(self, port: PortSocket) -> None:
        if port.sock.fileno() < 0:
            return  # its upstream went first
        with suppress(KeyError):
            self._selector.forget(port.sock)
        port.sock.close()

    def _drain(self, port: PortSocket) -> None:
        """Take one datagram: with answers spread over the pool, asking for a second mostly finds nothing."""
        try:
            reply = port.sock.recv(MAX_REPLY)
        except BlockingIOError:
            return
        except OSError:
            self._unreachable(port)
            return
        attempt = port.waiting.get(reply[:2])
        if attempt is None:
            return
        try:
            self._forwarder.received(attempt, reply, self._now())
        except Exception as error:
            self._forwarder.faults.note(error)

    def _unreachable(self, port: PortSocket) -> None:
        """An ICMP error: every attempt that waits on this socket is lost."""
        now = self._now()
        for attempt in list(port.waiting.values()):
            self._forwarder.lost(attempt, now)

    def _bind_random_port(self, sock: socket.socket) -> None:
        """Bind to a port from the CSPRNG; after some taken ones, leave the choice to the kernel."""
        for _ in range(_BIND_TRIES):
            try:
                chance = int.from_bytes(self._random_bytes.take(4), "big")
                sock.bind(("", _FIRST_PORT + chance % (65_536 - _FIRST_PORT)))
                return
            except OSError:
                continue
