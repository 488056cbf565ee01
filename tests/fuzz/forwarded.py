"""What trusted forwarders send: opened, it is a query like any other, of a client with an address (T6, T7)."""

from __future__ import annotations

import re
from random import Random

import dns.message

from sm_dns.dns.client_options import with_option
from sm_dns.dns.proxy_header import SIGNATURE
from sm_dns.dns.scan import Ignored, Malformed, Unsupported, scan
from sm_dns.policy.clients.asker import read
from sm_dns.resolve.replies.reply import Body, Transport, encode
from sm_dns.serve.clients.trusted_forwarders import Tells, TrustedForwarders
from sm_dns.util.ip_networks import canonical
from tests.fuzz import scanning
from tests.fuzz.target import Target
from tests.support.proxies import header

FORWARDER = "10.0.0.7"
TRUSTED = TrustedForwarders([("10.0.0.0/8", Tells(proxy=True, subnet=True, mac=True))])
_NOTHING = Body(0, b"", 0, 0)
_HARDWARE = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
_STREAM = Transport(lambda question: 65_535)


def check(datagram: bytes) -> bool:
    """A forwarder's datagram is answered with silence, refused as any message is, or a client's question; the option
    of the reply stands where dnspython finds it."""
    TRUSTED.counts.clear()
    try:
        opened = TRUSTED.open_datagram(datagram, FORWARDER)
        question = scan(opened.message)
    except (Ignored, Malformed, Unsupported):
        return False
    asker = read(opened.asker)
    assert canonical(asker.address) == asker.address
    assert not asker.device or _HARDWARE.fullmatch(asker.device)  # one that no device has is nobody's
    reply = encode(question, _NOTHING, _STREAM, 1232)
    told = with_option(reply, opened.answer) if opened.answer else reply
    assert len(told) == len(reply) + len(opened.answer)
    options = dns.message.from_wire(told).options
    assert bool(options) == bool(opened.answer)
    return bool(asker.device) or asker.address != FORWARDER


def make(random: Random) -> bytes:
    """A query as the scanner gets it, in half of the cases behind a header."""
    message = scanning.make(random)
    kind = random.random()
    if kind < 0.5:
        return message
    if kind < 0.6:
        return SIGNATURE + b"\x20\0\0\0" + message
    source = f"10.1.{int(random.random() * 256)}.5" if kind < 0.8 else "fd00::5"
    return header(source, FORWARDER if kind < 0.8 else "fd00::7") + message


TARGET = Target("forwarded", make, check)
