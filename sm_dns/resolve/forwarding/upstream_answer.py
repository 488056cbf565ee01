"""An upstream's reply, reduced to what may be relayed: the question's own records and its CNAME chain.

Records of the answer section stay the bytes the upstream sent (their compression pointers reach back to the
question, which keeps its place) where there are no others and they fit every client so, unless one is dropped or
spells the question's name out in the letters that were asked upstream: then all are written anew, each name once. Of
authority the SOA is kept and, for DNSSEC clients, the proofs; everything else is dropped (T4). TTLs are remembered by
offset so that a reply costs a few patches and no decoding.
"""

from __future__ import annotations

from struct import Struct, error
from typing import Final, NamedTuple

from sm_dns.dns.codes import AD, CLASS_IN, HEADER, MIN_UDP, Rcode, Type
from sm_dns.dns.names import ROOT
from sm_dns.dns.walk import MAX_RECORDS, MAX_TTL, QUESTION_POINTER, Record, read_records
from sm_dns.resolve.forwarding.relevant_records import (
    answers_the_type,
    belongs,
    follow_chain,
    has_soa,
    proofs_of,
    spells_out,
)
from sm_dns.resolve.redirect import with_implied_aliases
from sm_dns.resolve.replies.rdata import service_target
from sm_dns.resolve.replies.ttl_bounds import TtlBounds
from sm_dns.resolve.replies.turning import Turning, find_turning, new_turning
from sm_dns.resolve.replies.writer import Writer
from sm_dns.util.fast_tuple import fast_constructor

# Different sets of TTLs held in common.
MAX_SHARED: Final = 4_096
# Seconds a negative answer is believed (RFC 2308 §5 suggests one to three hours).
NEGATIVE_MAX: Final = 3_600
# Seconds for a negative answer that brings no SOA (RFC 2308 §5: need not be cached).
NO_SOA_LIFETIME: Final = 5

_COUNTS: Final = Struct("!HHHHHH")
_TYPE_CLASS: Final = Struct("!HH")
_TTL_LENGTH: Final = Struct("!IH")
_SECONDS: Final = Struct("!I")
_NOERROR, _NXDOMAIN = int(Rcode.NOERROR), int(Rcode.NXDOMAIN)
_SERVICES: Final = frozenset((int(Type.SVCB), int(Type.HTTPS)))
_ADDRESSES: Final = {int(Type.A): 4, int(Type.AAAA): 16}  # octets of data


class UpstreamAnswer(NamedTuple):
    """What one upstream answered to one question, ready to be relayed to any client."""

    rcode: int
    records: bytes
    """Answer and authority records, to stand right after the question."""
    answers: int
    authorities: int
    ttls: tuple[tuple[int, int], ...]
    """(offset in `records`, seconds) for each TTL."""
    soa_minimum: int
    """Offset in `records` of the SOA's MINIMUM, 0 when there is none."""
    chain: tuple[bytes, ...]
    """The question's name and each CNAME target after it, canonical."""
    lifetime: int
    """Seconds the whole may be cached."""
    authentic: bool
    """The upstream set AD; of one that does not validate the forwarder takes it back."""
    leads_to: tuple[bytes, ...] = ()
    """Every other name that it leads a client to: CNAME targets, then targets of services (RFC 9460), canonical."""
    turning: Turning | None = None
    """Addresses in `records` whose order turns."""
    leads_on: bool = False
    """It ends in an alias, and what that leads to was not told: neither records nor that there are none."""
    errors: bytes = b""
    """The upstream's own extended errors, as options to stand beside ours."""


_relay: Final = fast_constructor(UpstreamAnswer)


def read_relay(
    reply: bytes, qname: bytes, qtype: int, dnssec_ok: bool, ttl_bounds: TtlBounds | None = None
) -> UpstreamAnswer:
    """Judge the form of a reply whose question, canonically this name and type, already matched.

    `ttl_bounds` bound its TTLs. Raises `BadAnswer`.
    """
    _, flags, _, answer_count, authority_count, _ = _COUNTS.unpack_from(reply)
    rcode = flags & 0xF
    start = HEADER + len(qname) + 4
    if answer_count and ttl_bounds is None and not (rcode or dnssec_ok):
        rrset = _read_rrset(reply, start, answer_count, qtype)
        if rrset is not None:
            end, ttls, lifetime, turning = rrset
            body = reply[start:end]
            targets = _targets(reply, [start + at for at, _ in ttls]) if qtype in _SERVICES else ()
            authentic = flags & AD != 0
            shared = _shared(tuple(ttls))
            return _relay(
                (
                    0,
                    body,
                    answer_count,
                    0,
                    shared,
                    0,
                    (qname,),
                    lifetime,
                    authentic,
                    targets,
                    turning,
                    False,
                    b"",
                )
            )
    told, at = read_records(reply, start, answer_count, qname)
    reply, records = with_implied_aliases(reply, told, qname, qtype)
    chain = follow_chain(reply, records, qname, qtype)
    kept = [record for record in records if belongs(record, chain, qtype)]
    negative = rcode == _NXDOMAIN or not answers_the_type(kept, chain[-1], qtype)
    proofs: list[Record] = []
    if negative or dnssec_ok:
        proofs = proofs_of(reply, at, authority_count, chain, negative, dnssec_ok)
    leads_on = negative and rcode == _NOERROR and len(chain) > 1 and not has_soa(proofs)
    negative = negative and not leads_on
    proof_ttls: list[tuple[int, int]] = []
    if (
        at <= MIN_UDP
        and not proofs
        and len(kept) == len(told) == len(records)
        and not spells_out(records, qname)
    ):
        body = reply[start:at]  # it fits every client as it stands, which saves writing it
        ttls = [(record.ttl_at - start, record.ttl) for record in records]
    else:
        body, ttls, proof_ttls = _written(reply, qname, kept, proofs)
    lifetime = MAX_TTL
    soa_minimum = 0
    if ttl_bounds is not None:
        ttls = ttl_bounds.bound(ttls, negative)
    if negative:
        soa_minimum, lifetime = _negative_lifetime(proofs, proof_ttls, body)
        if ttl_bounds is not None:
            lifetime = min(lifetime, ttl_bounds.cap)
        proof_ttls = [(ttl_at, min(ttl, lifetime)) for ttl_at, ttl in proof_ttls]
    elif ttl_bounds is not None:
        proof_ttls = ttl_bounds.bound(proof_ttls, negative)
    turning = find_turning(body, ttls) if qtype in _ADDRESSES and len(kept) > len(chain) else None
    ttls = ttls + proof_ttls
    for _, ttl in ttls:  # of whichever record ends first, a proof as well
        lifetime = min(lifetime, ttl)
    leads_to = chain[1:]
    if qtype in _SERVICES:
        leads_to += _targets(reply, [record.ttl_at for record in kept if record.rtype == qtype])
    body = _with_ttls(body, ttls)
    return _relay(
        (
            rcode,
            body,
            len(kept),
            len(proofs),
            tuple(ttls),
            soa_minimum,
            chain,
            lifetime,
            flags & AD != 0,
            leads_to,
            turning,
            leads_on,
            b"",
        )
    )


def _targets(reply: bytes, ttls_at: list[int]) -> tuple[bytes, ...]:
    """The names that services are at, of records whose TTLs stand there; each once."""
    found = []
    for at in ttls_at:
        _, length = _TTL_LENGTH.unpack_from(reply, at)
        if reply[at + 8 : at + 9] != ROOT:  # its own name, mostly
            found.append(service_target(reply, at + 6, at + 6 + length))
    return tuple(dict.fromkeys(name for name in found if name is not None))


def _written(
    reply: bytes, qname: bytes, kept: list[Record], proofs: list[Record]
) -> tuple[bytes, list[tuple[int, int]], list[tuple[int, int]]]:
    """Records of answer and authority written anew, and the TTLs of each by offset."""
    writer = Writer(qname)
    writer.put(reply, kept)
    writer.put(reply, proofs)
    return bytes(writer.records), writer.ttls[: len(kept)], writer.ttls[len(kept) :]


def _read_rrset(
    reply: bytes, at: int, count: int, qtype: int
) -> tuple[int, list[tuple[int, int]], int, Turning | None] | None:
    """Where an answer that is just the RRset asked for ends, its TTLs by offset, the least of them, and the addresses
    in it that turn.

    This is the common case, told without following a name; None for everything that must be looked at more closely.
    """
    if count > MAX_RECORDS:
        return None
    start = at
    head = QUESTION_POINTER + _TYPE_CLASS.pack(qtype, CLASS_IN)
    lifetime = MAX_TTL
    address = _ADDRESSES.get(qtype, -1)
    is_even = count > 1
    ttls = []
    try:
        for _ in range(count):
            ttl, length = _TTL_LENGTH.unpack_from(reply, at + 6)
            if reply[at : at + 6] != head or ttl > MAX_TTL:
                return None
            if ttl < lifetime:
                lifetime = ttl
            if length != address:
                is_even = False
            ttls.append((at + 6 - start, ttl))
            at += 12 + length
    except error:
        return None
    if at > len(reply):
        return None
    return at, ttls, lifetime, new_turning((0, 12 + address, count)) if is_even else None


def _shared(ttls: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Equal TTLs at equal places, as one object: a few are in most of all answers that a cache holds."""
    if len(_TTLS) >= MAX_SHARED:
        _TTLS.clear()
    return _TTLS.setdefault(ttls, ttls)


_TTLS: Final[dict[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]] = {}


def _with_ttls(records: bytes, ttls: list[tuple[int, int]]) -> bytes:
    """Records with the TTLs that are believed, which may be less than what an upstream says."""
    patched = bytearray(records)
    for at, ttl in ttls:
        _SECONDS.pack_into(patched, at, ttl)
    return bytes(patched)


def _negative_lifetime(proofs: list[Record], ttls: list[tuple[int, int]], body: bytes) -> tuple[int, int]:
    """Offset of the SOA's MINIMUM in `body` and the negative answer's seconds (RFC 2308 §5)."""
    for record, (ttl_at, ttl) in zip(proofs, ttls, strict=True):
        if record.rtype == Type.SOA:
            length = int.from_bytes(body[ttl_at + 4 : ttl_at + 6], "big")
            minimum_at = ttl_at + 6 + length - 4
            minimum = int.from_bytes(body[minimum_at : minimum_at + 4], "big")
            return minimum_at, min(ttl, 0 if minimum >> 31 else minimum, NEGATIVE_MAX)
    return 0, NO_SOA_LIFETIME
