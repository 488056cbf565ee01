"""A UDP listener whose rounds are read and, where the packet cache knows the answer, sent in C.

Importing this raises `ImportError` where the extension was not built; everything works without it.
"""

from __future__ import annotations

import socket
from typing import Final

from sm_dns.serve.clients.native_drain import Drain
from sm_dns.serve.clients.rate_limit import Client
from sm_dns.serve.clients.udp import Shared, UdpListener

_IPV4: Final = 4  # octets

Address = tuple[str, int] | tuple[str, int, int, int]


class NativeUdpListener(UdpListener):
    """A socket bound to one address."""

    is_compiled = True

    def __init__(self, sock: socket.socket, shared: Shared) -> None:
        super().__init__(sock, shared)
        self._compiled = Drain(sock.fileno(), shared.resolver.faults.note, shared.packet_cache.known)

    def drain(self) -> None:
        """Answer a round of waiting datagrams."""
        known = self._compiled
        if not self._current_peers():
            known.peers.clear()
        self.queries += known.receive()
        now = self._clock.now()
        hits, undelivered = known.hits, known.undelivered
        unknown = known.answer(now, self._counters.table(now), self._opt, self._resolver.udp_size)
        self.memo_hits += known.hits - hits
        self.undelivered += known.undelivered - undelivered
        for message, raw, port, is_new in unknown:
            peer = known.peers.get(raw)
            way = _way(_text(raw) if peer is None else peer.address, raw, port)
            try:
                self._take(message, peer or self._introduce(raw, way[0]), way, is_new)
            except Exception as error:
                self._spoil(message, way, error)

    def _introduce(self, raw: bytes, address: str) -> Client:
        """A client that the drain does not know yet."""
        peer = self._compiled.peers[raw] = self._peers.get(address) or self._meet(address)
        return peer

    def _take(self, message: bytes, peer: Client, way: Address, is_new: bool) -> None:
        """Answer what the drain did not; of what `is_new` the packet cache knows nothing."""
        if not self._admits(peer):
            self._truncate(message, way)
        elif not is_new:
            self._answer(message, peer.address, peer, way)
        else:
            question = self._read(message, way)
            if question is not None:
                self._ask(message, question, peer.address, peer, way, self._clock.now())


def _text(raw: bytes) -> str:
    """An address of 4 octets, or of 16 with 4 of their scope after them, in words."""
    if len(raw) == _IPV4:
        return socket.inet_ntop(socket.AF_INET, raw)
    return socket.inet_ntop(socket.AF_INET6, raw[:16])


def _way(address: str, raw: bytes, port: int) -> Address:
    """The socket address of a client."""
    if len(raw) == _IPV4:
        return address, port
    return address, port, 0, socket.ntohl(int.from_bytes(raw[16:], "big"))
