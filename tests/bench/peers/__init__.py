"""The servers that are compared, one a file. To add one, write its file and name it here."""

from __future__ import annotations

from tests.bench.peers import dnsmasq, sm_dns, unbound
from tests.bench.peers.peer import Peer

REFERENCE = unbound.PEER
OURS = sm_dns.PEER
ALL: tuple[Peer, ...] = (OURS, REFERENCE, dnsmasq.PEER)
