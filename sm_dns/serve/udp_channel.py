"""UDP towards one upstream: random ports, random IDs, and a kernel that drops what comes from anywhere else (T1)."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from contextlib import suppress

from sm_dns.dns.entropy import Entropy
from sm_dns.resolve.flight import Attempt
from sm_dns.resolve.forward import Forwarder
from sm_dns.resolve.upstream import Place
from sm_dns.serve.selector import DrainSelector

POOL = 16  # sockets an upstream
QUESTIONS_PER_SOCKET = 512  # before its port is renewed
MAX_REPLY = 4_096  # octets of a UDP reply; we offer 1232
_FIRST_PORT = 1_024
_BIND_TRIES = 16


class PortSocket:
    """One connected UDP socket and the attempts that wait on it, by message ID."""

    __slots__ = ("sock", "uses", "waiting")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.uses = 0
        self.waiting: dict[bytes, Attempt] = {}


class UdpChannel:
    """A small pool of connected sockets; each is retired after some hundred questions for one on another port."""

    def __init__(
        self, place: Place, forwarder: Forwarder, selector: DrainSelector, now: Callable[[], float]
    ) -> None:
        self._place = place
        self._forwarder = forwarder
        self._selector = selector
        self._now = now
        self._entropy = Entropy()
        self._pool: list[PortSocket] = []
        self._outgoing: list[tuple[PortSocket, bytes, Attempt]] = []

    def send(self, attempt: Attempt) -> None:
        """Send an attempt under a fresh random ID from a random port of the pool."""
        chance = self._entropy.take(3)
        try:
            port = self._port(chance[2])
        except OSError:
            self._forwarder.lost(attempt, self._now())
            return
        message_id = chance[:2]
        while message_id in port.waiting:
            message_id = self._entropy.take(2)
        port.waiting[message_id] = attempt
        port.uses += 1
        attempt.ticket = (port, message_id)
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
            message_id = self._entropy.take(2)
            fresh.waiting[message_id] = attempt
            attempt.ticket = (fresh, message_id)
            fresh.uses = 1
            self._pool.append(fresh)
            fresh.sock.send(message_id + attempt.wire)
        except OSError:
            self._forwarder.lost(attempt, self._now())

    def overdue(self, attempt: Attempt) -> None:
        """Ask no more from the socket that an attempt waits on."""
        if isinstance(attempt.ticket, tuple):
            self._set_aside(attempt.ticket[0])

    def renew(self) -> None:
        """Ask from fresh sockets from now on; who waits on an old one may still be answered there."""
        for port in self._pool[:]:
            self._set_aside(port)

    def _set_aside(self, port: PortSocket) -> None:
        """Ask no more questions from a socket; the last one that waits on it closes it."""
        port.uses = QUESTIONS_PER_SOCKET
        if port in self._pool:
            self._pool.remove(port)
        if not port.waiting:
            self._retire(port)

    def forget(self, attempt: Attempt) -> None:
        """Stop listening for an attempt."""
        if isinstance(attempt.ticket, tuple):
            port, message_id = attempt.ticket
            attempt.ticket = None
            port.waiting.pop(message_id, None)
            if port.uses >= QUESTIONS_PER_SOCKET and not port.waiting:
                if port in self._pool:
                    self._pool.remove(port)
                self._retire(port)

    def close(self) -> None:
        """Close every socket."""
        for port in self._pool:
            self._retire(port)
        self._pool.clear()

    def _port(self, chance: int) -> PortSocket:
        """The socket of the pool that a random octet picks, renewed when it has no questions left."""
        if len(self._pool) == POOL:
            port = self._pool[chance % POOL]
            if port.uses < QUESTIONS_PER_SOCKET:
                return port
            self._pool.remove(port)  # who waits on it is still answered; the last one closes it
        try:
            port = self._open()
        except OSError:
            if not self._pool:
                raise
            return secrets.choice(self._pool)  # no descriptor left: share those there are
        self._pool.append(port)
        return port

    def _open(self) -> PortSocket:
        family = socket.AF_INET6 if ":" in self._place.address else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        try:
            _bind_random_port(sock)
            sock.connect((self._place.address, self._place.port))
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


def _bind_random_port(sock: socket.socket) -> None:
    """Bind to a port from the CSPRNG; after some taken ones, leave the choice to the kernel."""
    for _ in range(_BIND_TRIES):
        try:
            sock.bind(("", _FIRST_PORT + secrets.randbelow(65_536 - _FIRST_PORT)))
            return
        except OSError:
            continue
