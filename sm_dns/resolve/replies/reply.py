"""Replies to clients: each with the client's own ID, letter case and EDNS, and the instant it stops being true.

Flags follow RFC 1035 and RFC 6840: RD and CD copied, RA set, AA clear, AD only for a client that asked for it. The
order of addresses turns, with the ID of a datagram. A reply over the client's size keeps question and OPT and sets
TC (RFC 2181 §9, RFC 6891 §7).
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from struct import Struct
from typing import Final, NamedTuple

from sm_dns.dns.codes import AD, CD, HEADER, MIN_UDP, OPCODE_MASK, OPCODE_SHIFT, QR, RA, RD, TC, Rcode
from sm_dns.dns.records import opt_record
from sm_dns.dns.scan import Edns, Malformed, Question, Unsupported
from sm_dns.resolve.cache import Cached
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from sm_dns.resolve.replies.turning import Turning, turned
from sm_dns.util.fast_tuple import fast_constructor

STREAM_LIMIT: Final = 65_535  # octets of a message over TCP (RFC 1035 §4.2.2)

_HEADER: Final = Struct("!HHHHHH")
_SECONDS: Final = Struct("!I")
_FLAGS: Final = QR | RA
_COPIED: Final = RD | CD
_SURE_TO_FIT: Final = MIN_UDP - HEADER


class Reply(NamedTuple):
    """A message for one client. From `valid_until` (POSIX seconds) on the same question may get other bytes."""

    wire: bytes
    valid_until: float
    counter_id: int | None = None
    """The number under which repetitions of it are counted."""
    source: Cached | None = None
    """The cached answer it relays whole, with no option of ours: until that is renewed, only TTLs will change."""
    turning: Turning | None = None
    """Addresses behind its question that were turned: of a datagram by its ID."""
    is_everyones: bool = False
    """No rule is about any name in it: whoever is served gets the same."""


new_reply: Final = fast_constructor(Reply)


class Body(NamedTuple):
    """The part of a reply that does not depend on who asked. A `Relay` has these fields too."""

    rcode: int
    records: bytes
    answers: int
    authorities: int
    authentic: bool = False
    turning: Turning | None = None


def _no_options(edns: Edns, size: int) -> bytes:
    return b""


def _by_id(question: Question) -> int:
    return question.message_id & 0xFF


class Transport(NamedTuple):
    """The way a question came and its reply goes."""

    limit: Callable[[Question], int]
    """How many octets fit it, at least `MIN_UDP`."""
    options: Callable[[Edns, int], bytes] = _no_options
    """What it adds to a reply of so many octets whose question asks for padding or keepalive."""
    turn: Callable[[Question], int] = _by_id
    """By how many places the addresses of a reply turn; the packet cache of datagrams counts on the ID."""


def encode(
    question: Question, body: Body | UpstreamAnswer, transport: Transport, offered: int, options: bytes = b""
) -> bytes:
    """The wire reply to a question within its limit; our payload size and options only to EDNS clients."""
    edns = question.edns
    flags = _FLAGS | question.flags & _COPIED | body.rcode & 0xF
    if body.authentic and (question.flags & AD or (edns and edns.dnssec_ok)):
        flags |= AD
    if edns is None:
        opt, additionals = b"", 0
    else:
        opt, additionals = opt_record(offered, body.rcode >> 4, edns.dnssec_ok, options), 1
    wire = question.wire
    records = body.records
    if body.turning is not None:
        records = turned(records, body.turning, transport.turn(question))
    rest = wire + records + opt
    if edns is not None and (edns.pads or edns.keeps_alive):
        options += transport.options(edns, HEADER + len(rest))
        opt = opt_record(offered, body.rcode >> 4, edns.dnssec_ok, options)
        rest = wire + records + opt
    if len(rest) > _SURE_TO_FIT and HEADER + len(rest) > transport.limit(question):
        return _HEADER.pack(question.message_id, flags | TC, 1, 0, 0, additionals) + wire + opt
    head = _HEADER.pack(question.message_id, flags, 1, body.answers, body.authorities, additionals)
    return head + rest


def truncated(question: Question, offered: int) -> bytes:
    """No answer but TC: come again over TCP."""
    whole = encode(question, Body(Rcode.NOERROR, b"", 0, 0), _SHORTEST, offered)
    return whole[:2] + bytes([whole[2] | TC >> 8]) + whole[3:]


_SHORTEST: Final = Transport(lambda question: MIN_UDP)


def datagram_limit(question: Question, largest: int) -> int:
    """Octets that fit the client's UDP: what it offers, at least 512, at most our own `largest`."""
    return offered_limit(0 if question.edns is None else question.edns.size, largest)


def offered_limit(size: int, largest: int) -> int:
    """The same where the payload size that was offered is known, 0 without EDNS."""
    return min(max(size, MIN_UDP), largest)


def error_reply(broken: Malformed | Unsupported, offered: int) -> Reply:
    """A reply without sections: FORMERR, or NOTIMP for another opcode (RFC 8906), with an OPT to who sent one."""
    kept = broken.flags & (OPCODE_MASK << OPCODE_SHIFT | RD | CD)
    opt = b""
    rcode = Rcode.FORMERR
    if isinstance(broken, Unsupported):
        rcode = Rcode.NOTIMP
        if broken.edns is not None:
            opt = opt_record(offered, 0, broken.edns.dnssec_ok)
    head = _HEADER.pack(broken.message_id, QR | kept | RA | rcode, 0, 0, 0, 1 if opt else 0)
    return Reply(head + opt, 0.0)


def age(
    relay: UpstreamAnswer, stored: float, now: float, cap: int | None
) -> tuple[Body | UpstreamAnswer, float]:
    """A relay's body with its TTLs counted down to `now` and capped, and when the next TTL would change.

    `cap` is in seconds and, for governed names, also bounds the SOA's MINIMUM (TIME-7); None caps nothing.
    """
    if now == stored and cap is None:
        return relay, now
    records = bytearray(relay.records)
    for at, ttl in relay.ttls:
        left = max(int(stored + ttl - now), 0)
        _SECONDS.pack_into(records, at, left if cap is None or left < cap else cap)
    if cap is not None and relay.soa_minimum:
        minimum = _SECONDS.unpack_from(records, relay.soa_minimum)[0]
        _SECONDS.pack_into(records, relay.soa_minimum, min(minimum, cap))
    body = Body(relay.rcode, bytes(records), relay.answers, relay.authorities, relay.authentic, relay.turning)
    return body, next_second(stored + relay.lifetime, now)


def age_stale(relay: UpstreamAnswer, ttl: int) -> Body:
    """A relay's body past its lifetime, every TTL the same (RFC 8767 §5.2)."""
    records = bytearray(relay.records)
    for at, _ in relay.ttls:
        _SECONDS.pack_into(records, at, ttl)
    if relay.soa_minimum:
        _SECONDS.pack_into(records, relay.soa_minimum, ttl)
    return Body(relay.rcode, bytes(records), relay.answers, relay.authorities, False, relay.turning)


def next_second(end: float | None, now: float) -> float:
    """The next instant at which the whole seconds left until `end` change; infinity if there is no end."""
    return inf if end is None else end - int(end - now)
