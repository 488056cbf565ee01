"""Connections of clients: who is let in, TLS before the first word, who gives way, how they are answered.

Every count and every wait is bounded, whatever is then spoken (DNS with lengths, HTTP/2): connections in all and of
a client, queries a client asks in a while, and what `connection.py` bounds of each. When all places are taken, a
client's own or all, the connection that has been idle longest gives way (T10).
"""

from __future__ import annotations

import asyncio
import socket
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from sm_dns.serve.accept_errors import is_no_room
from sm_dns.serve.clients.limits import ClientLimits
from sm_dns.serve.clients.rate_limit import RateLimiter
from sm_dns.serve.clients.streams.connection import Connection, Rounds, Speaker
from sm_dns.serve.clients.tls import ServerTls
from sm_dns.serve.clients.trusted_forwarders import TrustedForwarders
from sm_dns.serve.clients.udp import Shared

MAX_ACCEPTED: Final = 16  # connections taken up in a round, so that other sockets get their turn
FULL_SECONDS: Final = 1.0  # without a look for connections, where there was no room for one


class Admission:
    """How many connections a worker's listeners take up, of all and of each client, what may be asked on them, and
    who asks on them for others.

    The budgets are apart from those of datagrams, which a forged address could spend.
    """

    def __init__(self, limits: ClientLimits, connections: int, forwarders: TrustedForwarders) -> None:
        self.rate = RateLimiter(limits)
        self.limits = limits
        self.connections = connections
        self.forwarders = forwarders

    def adopt(self, limits: ClientLimits, connections: int) -> None:
        """Go by other limits from now on; who is connected stays."""
        self.rate.adopt(limits)
        self.limits = limits
        self.connections = connections

    def connections_of(self, address: str) -> int:
        """How many one address may hold open: a trusted forwarder as many as there are."""
        if self.forwarders.tells(address) is not None:
            return self.connections
        return self.limits.of(address).connections


class Streams(NamedTuple):
    """What the listeners of a worker have in common that take connections."""

    shared: Shared
    admission: Admission
    rounds: Rounds
    loop: asyncio.AbstractEventLoop


class ConnectionListener(ABC):
    """All connections of one listening socket, encrypted where there is a `tls`."""

    def __init__(self, sock: socket.socket, streams: Streams, tls: ServerTls | None = None) -> None:
        self.sock = sock
        self._admission = streams.admission
        self._faults = streams.shared.resolver.faults
        self._rounds = streams.rounds
        self._loop = streams.loop
        self._tls = tls
        self._open: dict[Connection, None] = {}  # the one whose last question is longest ago first
        self._clients: Counter[str] = Counter()

    def start(self) -> None:
        """Begin to accept."""
        self._rounds.drain(self.sock, self._accept)

    def stop(self) -> None:
        """Accept no more; who is connected stays."""
        self._rounds.forget(self.sock)

    @abstractmethod
    def speaker(self, connection: Connection) -> Speaker | None:
        """Who speaks on a connection that was taken up; None where it was ended at once."""

    @property
    def is_encrypted(self) -> bool:
        """Whether what is said on its connections is said in TLS."""
        return self._tls is not None

    def asks(self, connection: Connection) -> None:
        """A connection asks: from now on it is the last one to give way."""
        if connection in self._open:
            del self._open[connection]
            self._open[connection] = None

    def _accept(self) -> None:
        for _ in range(MAX_ACCEPTED):
            try:
                sock, peer = self.sock.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if is_no_room(error):
                    self._rest(error)
                return  # else who came is gone already
            sock.setblocking(False)
            self._take_up(sock, peer[0])

    def _rest(self, error: OSError) -> None:
        """Look for connections no more for a while: there is no room for one."""
        context = {"message": "no room for a connection", "exception": error, "socket": self.sock}
        self._loop.call_exception_handler(context)
        self.stop()
        self._loop.call_later(FULL_SECONDS, self.start)

    def _take_up(self, sock: socket.socket, address: str) -> None:
        if not self._has_room(address):
            sock.close()
            return
        try:
            connection = Connection(sock, address, self._rounds, self._loop, self._faults.note, self._forget)
        except OSError:  # one that is gone already
            sock.close()
            return
        self._open[connection] = None
        self._clients[address] += 1
        if self._tls is None:
            self._begin(connection)
        else:
            connection.begin_tls(self._tls, self._begin)

    def _begin(self, connection: Connection) -> None:
        speaker = self.speaker(connection)
        if speaker is not None:
            connection.speak(speaker)

    def _forget(self, connection: Connection) -> None:
        if connection not in self._open:
            return  # it gave way
        del self._open[connection]
        self._clients[connection.address] -= 1
        if not self._clients[connection.address]:
            del self._clients[connection.address]

    def _has_room(self, address: str) -> bool:
        """Whether one more may come. Where a client has all that it may have, its own longest idle connection gives
        its place up; where all places are taken, the longest idle of all does."""
        if self._clients[address] >= self._admission.connections_of(address):
            return self._one_gives_way([one for one in self._open if one.address == address])
        return len(self._open) < self._admission.connections or self._one_gives_way(self._open)

    def _one_gives_way(self, candidates: Iterable[Connection]) -> bool:
        for connection in candidates:
            if not connection.in_flight:
                connection.drop()
                return True
        return False
