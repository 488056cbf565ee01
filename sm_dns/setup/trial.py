"""The first questions, asked as a device of the office would ask them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import dns.exception
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

from sm_dns.settings.endpoint import DNS_PORT, Endpoint, parse_endpoint
from sm_dns.util.message import NOTHING, Message

ORDINARY, SOCIAL = "www.iana.org", "www.facebook.com"
CLOSED = "0.0.0.0"  # noqa: S104 (an answer)
ANSWER_SECONDS = 3.0
START_SECONDS = 20.0  # after which a service that was just started answers or will not
STEP_SECONDS = 0.2


@dataclass(frozen=True)
class Tried:
    """What came for a name: its response code and addresses, or else why nothing came."""

    name: str
    rcode: str
    addresses: tuple[str, ...]
    reason: Message

    @property
    def is_resolved(self) -> bool:
        """Whether somebody who asks for it can go on: an error of the upstreams, and silence, are no answer."""
        return not self.reason and self.rcode == dns.rcode.to_text(dns.rcode.NOERROR)

    @property
    def text(self) -> Message:
        """In words."""
        if self.reason:
            return Message("{name}: no answer ({reason})", name=self.name, reason=self.reason)
        if self.addresses == (CLOSED,):
            return Message(
                "{name}: {came}, which is how a closed site is answered", name=self.name, came=CLOSED
            )
        came = ", ".join(self.addresses) or self.rcode
        return Message("{name}: {came}", name=self.name, came=came)


def asked_at(listen: str) -> Endpoint:
    """Where to ask a server that answers on an address of `listen`."""
    found = parse_endpoint(listen, default_port=DNS_PORT)
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (compared)
    return Endpoint(everywhere.get(found.address, found.address), found.port)


def try_names(where: Endpoint, seconds: float = START_SECONDS) -> Iterator[Tried]:
    """Ask for an ordinary name, until an answer comes or `seconds` are over, and then for one of social media."""
    until = time.monotonic() + seconds
    found = ask(where, ORDINARY)
    while found.reason and time.monotonic() < until:
        time.sleep(STEP_SECONDS)
        found = ask(where, ORDINARY)
    yield found
    if not found.reason:
        yield ask(where, SOCIAL)


def ask(where: Endpoint, name: str) -> Tried:
    """The IPv4 addresses of a name. Never raises."""
    query = dns.message.make_query(name, dns.rdatatype.A)
    try:
        reply, _ = dns.query.udp_with_fallback(query, where.address, timeout=ANSWER_SECONDS, port=where.port)
    except dns.exception.Timeout:
        return Tried(name, "", (), Message("nothing within {seconds:g} seconds", seconds=ANSWER_SECONDS))
    except (OSError, dns.exception.DNSException) as error:
        return Tried(name, "", (), Message("{reason}", reason=error))
    found = [str(each) for rrset in reply.answer if rrset.rdtype == dns.rdatatype.A for each in rrset]
    return Tried(name, dns.rcode.to_text(reply.rcode()), tuple(found), NOTHING)
