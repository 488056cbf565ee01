"""Datagrams of trusted forwarders: opened, answered as if their clients had sent them, and sent back the same way."""

from __future__ import annotations

from typing import Final

from sm_dns.dns.client_options import with_option, within
from sm_dns.dns.scan import Ignored
from sm_dns.serve.clients.udp import DatagramSocket, Shared, UdpListener, Way, just

_ONE: Final = 1


class _WayBack:
    """The socket as one who is behind a forwarder sees it: a way is (who asks, the forwarder's way, the option that
    the reply is to hold, how many octets it may have then)."""

    def __init__(self, sock: DatagramSocket) -> None:
        self._sock = sock

    def fileno(self) -> int:
        return self._sock.fileno()

    def recvfrom(self, size: int, /) -> tuple[bytes, Way]:
        raise BlockingIOError  # what comes is the listener's of the socket

    def sendto(self, wire: bytes, way: Way, /) -> object:
        _, way_of_forwarder, option, most = way
        told = within(with_option(wire, option), most) if option else wire
        return self._sock.sendto(told, way_of_forwarder)


class ForwardedListener(UdpListener):
    """Answers what the listener of a socket hands on."""

    def __init__(self, sock: DatagramSocket, shared: Shared) -> None:
        super().__init__(_WayBack(sock), shared)

    def take(self, datagram: bytes, way: Way) -> None:
        """Answer a datagram of a trusted forwarder, which came by this way; silence where it cannot be opened."""
        self._begin_round()
        try:
            message, asker, answer, most = self._forwarders.open_datagram(datagram, way[0])
        except Ignored:
            return
        self._take(just(message, (asker, way, answer, most)), _ONE)
