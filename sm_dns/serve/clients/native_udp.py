"""A UDP listener whose rounds are read and, where the packet cache knows the answer, sent in C.

Importing this raises `ImportError` where the extension was not built; everything works without it.
"""

from __future__ import annotations

import socket
from typing import Final

from sm_dns.serve.clients.cache_key import USUAL_OPT, USUAL_SIZE
from sm_dns.serve.clients.native_drain import Drain
from sm_dns.serve.clients.rate_limit import Client
from sm_dns.serve.clients.udp import BATCH, MAX_DATAGRAM, HandsOn, Shared, UdpListener, Way, just
from sm_dns.serve.clients.wildcard_socket import Address, PacketInfo, WildcardSocket, way_of

# Octets.
_IPV4: Final = 4


class NativeUdpListener(UdpListener):
    """A socket bound to one address, or to a wildcard."""

    is_compiled = True

    def __init__(
        self, sock: socket.socket | WildcardSocket, shared: Shared, forwarded: HandsOn | None = None
    ) -> None:
        super().__init__(sock, shared, forwarded)
        self._pktinfo: PacketInfo | None = sock.pktinfo if isinstance(sock, WildcardSocket) else None
        self._native = Drain(
            sock.fileno(),
            shared.resolver.faults.note,
            shared.packet_cache.entry,
            BATCH,
            MAX_DATAGRAM,
            USUAL_SIZE,
            USUAL_OPT,
            self._pktinfo,
        )

    def drain(self) -> None:
        """Answer a round of waiting datagrams."""
        native = self._native
        self._begin_round()
        if not self._clients:
            native.clients.clear()
        self.queries += native.receive()
        now = self._clock.now()
        replayed, undelivered = native.replayed, native.undelivered
        unanswered = native.answer(
            now, self._counters.table(now), self._opt, self._resolver.settings.udp_size
        )
        self.replayed += native.replayed - replayed
        self.undelivered += native.undelivered - undelivered
        for message, raw, port, is_admitted, arrival in unanswered:
            client = native.clients.get(raw)
            host = _text(raw) if client is None else client.address
            way = self._way_to(_address(host, raw, port), arrival)
            if client is not None and is_admitted:
                self._ask_unknown(message, client, way)
                continue
            self._take(just(message, way), 1)
            met = self._clients.get(host)
            if client is None and met is not None and not met.is_forwarder:
                native.clients[raw] = met

    def _way_to(self, address: Address, arrival: bytes) -> Way:
        """The way back of a datagram from an address, of which the kernel told this."""
        if self._pktinfo is None:
            return address
        level, kind, _ = self._pktinfo
        return way_of(address, [(level, kind, arrival)] if arrival else [])

    def _ask_unknown(self, message: bytes, client: Client, way: Way) -> None:
        """Answer a datagram that the drain has admitted and that the packet cache knows nothing for."""
        try:
            question = self._read(message, way)
            if question is not None:
                self._ask(message, question, client, way, self._clock.now())
        except Exception as error:
            self._answer_fault(message, way, error)


def _text(raw: bytes) -> str:
    """An address of 4 octets, or of 16 with 4 of their scope after them, in words."""
    if len(raw) == _IPV4:
        return socket.inet_ntop(socket.AF_INET, raw)
    return socket.inet_ntop(socket.AF_INET6, raw[:16])


def _address(host: str, raw: bytes, port: int) -> Address:
    """The socket address of a client."""
    if len(raw) == _IPV4:
        return host, port
    return host, port, 0, socket.ntohl(int.from_bytes(raw[16:], "big"))
