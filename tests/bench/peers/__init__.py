"""The servers that are compared, one a file. To add one, write its file and name it here."""

from __future__ import annotations

from tests.bench.peers import bind, dnsdist, dnsmasq, knot_resolver, pdns_recursor, sm_dns, unbound
from tests.bench.peers.peer import Peer

REFERENCE = unbound.PEER
OURS = sm_dns.PEER
PURE = sm_dns.PURE
ESSENTIAL = (OURS, PURE, REFERENCE)  # without them there is nothing to compare
ALL: tuple[Peer, ...] = (
    OURS,
    PURE,
    REFERENCE,
    dnsdist.PEER,
    dnsmasq.PEER,
    knot_resolver.PEER,
    pdns_recursor.PEER,
    bind.PEER,
)
