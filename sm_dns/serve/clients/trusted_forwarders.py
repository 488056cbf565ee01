"""Who asks through whom: forwarders that the site trusts to say for which client they ask.

What they say counts from them alone; from everybody else the same octets mean nothing. Each is trusted for what is
named: a forwarder that hands on what its clients send must not be trusted for what any client can write.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Final, NamedTuple

from sm_dns.dns import client_options
from sm_dns.dns.proxy_header import SIGNATURE, BadHeader, read_header
from sm_dns.dns.scan import Ignored
from sm_dns.policy.clients.asker import Asker
from sm_dns.util import ip_networks

MAX_JUDGED: Final = 65_536  # addresses of which is remembered what they are
MAX_TOLD: Final = 256  # forwarders whose questions are counted apart


class Tells(NamedTuple):
    """How a forwarder tells its client: by the PROXY protocol, EDNS Client Subnet, the hardware address in EDNS."""

    proxy: bool
    subnet: bool
    mac: bool


NOTHING_TOLD: Final = Tells(proxy=False, subnet=False, mac=False)


class Forwarded(NamedTuple):
    """A query as its client sent it, the client as text of an `Asker`, the option that its reply is to hold, and how
    many octets that may have over UDP."""

    message: bytes
    asker: str
    answer: bytes = b""
    most: int = 0


class Told(NamedTuple):
    """Questions of a forwarder that told their client, and that did not."""

    told: int
    untold: int


class TrustedForwarders:
    """The forwarders of a generation, and how many of their questions told who asks."""

    def __init__(self, networks: Iterable[tuple[str, Tells]] = ()) -> None:
        self.counts: dict[str, Told] = {}
        """By the forwarder's address, since it is trusted for what it is trusted for now."""
        self.adopt(networks)

    def adopt(self, networks: Iterable[tuple[str, Tells]]) -> None:
        """Trust these from now on, and no others."""
        before = {address: self.tells(address) for address in self.counts}
        self._networks: ip_networks.PrefixTable[Tells] = ip_networks.PrefixTable()
        self._known: dict[str, Tells | None] = {}
        for network, tells in networks:
            self._networks.add(ip_networks.network(network), tells)
        for address, tells_before in before.items():
            if self.tells(address) != tells_before:
                del self.counts[address]

    def tells(self, address: str) -> Tells | None:
        """How a client's address tells for whom it asks; None for one that asks for itself."""
        try:
            return self._known[address]
        except KeyError:
            if len(self._known) >= MAX_JUDGED:
                self._known = {}
            where = ip_networks.address(address)
            found = None if where is None else next(self._networks.covering(*where), None)
            self._known[address] = found
            return found

    def open_datagram(self, datagram: bytes, forwarder: str) -> Forwarded:
        """A datagram of a forwarder, without its PROXY header. Raises `Ignored` where that cannot be read."""
        tells = self.tells(forwarder) or NOTHING_TOLD
        if not (tells.proxy and datagram.startswith(SIGNATURE)):
            return self.open_message(datagram, forwarder)
        try:
            header = read_header(datagram)
        except BadHeader:
            raise Ignored from None
        message = datagram[header.size :]
        client = client_of(header.source)
        if not client:  # a question of its own, such as whether we live
            return Forwarded(message, forwarder)
        return self.open_message(message, client, through=forwarder)

    def open_message(self, message: bytes, nearest: str, through: str = "") -> Forwarded:
        """A message of `nearest`: a forwarder, or whom the PROXY header of another (`through`) named.

        Whom a header names may be a forwarder in its turn. Options count by its word alone: a proxy hands on those of
        its clients as they are.
        """
        tells = self.tells(nearest)
        if tells is None:  # whom a header named, who asks for itself
            self._note(through or nearest, is_told=True)
            return Forwarded(message, nearest)
        found = client_options.take_out(message, subnet=tells.subnet, mac=tells.mac)
        address = client_of(found.address)
        self._note(through or nearest, is_told=bool(through or address or found.device))
        asker = Asker(address or nearest, found.device, is_own=bool(address) or not found.device)
        return Forwarded(found.message, str(asker), found.answer, found.most)

    def _note(self, forwarder: str, *, is_told: bool) -> None:
        known = self.counts.get(forwarder)
        if known is None and len(self.counts) >= MAX_TOLD:
            return
        told, untold = known or (0, 0)
        self.counts[forwarder] = Told(told + is_told, untold + (not is_told))


@lru_cache(MAX_JUDGED)
def client_of(address: str) -> str:
    """The client of the site's that an address names, "" for one that means something else on each host or link.

    A proxy that listens on IPv4 and IPv6 at once may tell an IPv4 client as a mapped address (RFC 4291 §2.5.5.2):
    that is the same client, and is counted as such.
    """
    if not address:
        return ""
    parsed = ip_address(address)
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    meant = mapped or parsed
    if meant.is_loopback or meant.is_unspecified or meant.is_multicast or meant.is_link_local:
        return ""
    return str(mapped) if mapped else address
