"""A UDP listener whose rounds are read and, where the memo knows the answer, sent in C.

Importing this raises `ImportError` where the extension was not built; everything works without it.
"""

from __future__ import annotations

import socket
from typing import Final

from sm_dns.serve.clients.native_drain import Drain
from sm_dns.serve.clients.udp import Shared, UdpListener

_IPV4: Final = 4  # octets

Address = tuple[str, int] | tuple[str, int, int, int]


class CompiledUdpListener(UdpListener):
    """A socket bound to one address."""

    is_compiled = True

    def __init__(self, sock: socket.socket, shared: Shared) -> None:
        super().__init__(sock, shared)
        self._compiled = Drain(sock.fileno(), shared.resolver.faults.note)

    def drain(self) -> None:
        """Answer a round of waiting datagrams."""
        known = self._compiled
        if not self._current_peers():
            known.peers.clear()
        self.queries += known.receive()
        now = self._clock.now()
        hits, undelivered = known.hits, known.undelivered
        unknown = known.answer(now, self._tally.table(now), self._opt, self._resolver.udp_size)
        self.memo_hits += known.hits - hits
        self.undelivered += known.undelivered - undelivered
        for message, raw, port in unknown:
            way = _address(raw, port)
            try:
                self._take(message, raw, way)
            except Exception as error:
                self._spoil(message, way, error)

    def _take(self, message: bytes, raw: bytes, way: Address) -> None:
        host = way[0]
        peer = self._peers.get(host) or self._meet(host)
        self._compiled.peers[raw] = peer
        if self._admits(peer):
            self._answer(message, host, peer, way)
        else:
            self._truncate(message, way)


def _address(raw: bytes, port: int) -> Address:
    """The socket address of 4 octets of IPv4, or of 16 of IPv6 and 4 of their scope."""
    if len(raw) == _IPV4:
        return socket.inet_ntop(socket.AF_INET, raw), port
    return socket.inet_ntop(socket.AF_INET6, raw[:16]), port, 0, socket.ntohl(int.from_bytes(raw[16:], "big"))
