"""What secondaries send: questions about zones, and answers to our NOTIFY; read strictly, and nothing of the rest."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from sm_dns.dns.names import MAX_LABEL, MAX_NAME
from sm_dns.feeds.wire.messages import IXFR
from sm_dns.feeds.zones.records import SOA

QUERY: Final = 0
NOTIFY: Final = 4
MAX_REQUEST: Final = 1_232  # octets: a question, a SOA and a signature need far less
MAX_RECORDS: Final = 8  # beside the question: a SOA, EDNS, a signature
TSIG: Final = 250

_HEADER: Final = struct.Struct("!6H")
_RR: Final = struct.Struct("!HHIH")
_MAX_POINTERS: Final = 8
_RESPONSE: Final = 0x8000


class BadRequest(ValueError):
    """Octets that are no request."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A TSIG record (RFC 8945 §4.2). `at`: where it begins in its message."""

    at: int
    key_name: bytes
    algorithm: bytes
    signed: int
    fudge: int
    mac: bytes
    original_id: int
    error: int
    other: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """One message. `has_serial`: of an IXFR, what the secondary has (RFC 1995 §3); `rcode`: of a response."""

    id: int
    opcode: int
    is_response: bool
    rcode: int
    qname: bytes
    qtype: int
    has_serial: int | None
    signature: Signature | None


def read_request(octets: bytes) -> Request:
    """Read a message. Raises `BadRequest`."""
    if not _HEADER.size <= len(octets) <= MAX_REQUEST:
        raise BadRequest("size")
    query_id, flags, questions, answers, authority, additional = _HEADER.unpack_from(octets)
    if questions != 1 or answers + authority + additional > MAX_RECORDS:
        raise BadRequest("counts")
    try:
        qname, at = read_name(octets, _HEADER.size)
        qtype, qclass = struct.unpack_from("!HH", octets, at)
        at += 4
        has_serial, signature = None, None
        for number in range(answers + authority + additional):
            begin = at
            owner, at = read_name(octets, at)
            rtype, _, _, length = _RR.unpack_from(octets, at)
            at += _RR.size
            end = at + length
            if signature is not None or end > len(octets):
                raise BadRequest("record")
            if rtype == SOA and qtype == IXFR and answers <= number < answers + authority:
                has_serial = _serial(octets, at)
            elif rtype == TSIG:
                signature = _signature(octets, begin, owner, at, end)
            at = end
    except (struct.error, IndexError) as error:
        raise BadRequest("cut short") from error
    if at != len(octets) or qclass != 1:
        raise BadRequest("end")
    return Request(
        id=query_id,
        opcode=flags >> 11 & 15,
        is_response=bool(flags & _RESPONSE),
        rcode=flags & 15,
        qname=qname,
        qtype=qtype,
        has_serial=has_serial,
        signature=signature,
    )


def read_name(octets: bytes, at: int) -> tuple[bytes, int]:
    """A name in lower case, and where it ends; pointers lead back only. Raises `BadRequest`, `IndexError`."""
    found = bytearray()
    end = 0
    pointers = 0
    while True:
        length = octets[at]
        if length > MAX_LABEL:
            target = (length & 0x3F) << 8 | octets[at + 1]
            pointers += 1
            if length < 0xC0 or target >= at or pointers > _MAX_POINTERS:
                raise BadRequest("pointer")
            end = end or at + 2
            at = target
            continue
        found += octets[at : at + 1 + length]
        at += 1 + length
        if len(found) > MAX_NAME:
            raise BadRequest("name")
        if not length:
            return bytes(found).lower(), end or at


def _serial(octets: bytes, at: int) -> int:
    for _ in range(2):
        _, at = read_name(octets, at)
    serial: int = struct.unpack_from("!I", octets, at)[0]
    return serial


def _signature(octets: bytes, begin: int, owner: bytes, at: int, end: int) -> Signature:
    algorithm, at = read_name(octets, at)
    high, low, fudge, size = struct.unpack_from("!HIHH", octets, at)
    at += 10
    mac = octets[at : at + size]
    original_id, error, length = struct.unpack_from("!HHH", octets, at + size)
    other = octets[at + size + 6 : at + size + 6 + length]
    if at + size + 6 + length != end:
        raise BadRequest("signature")
    return Signature(begin, owner, algorithm, high << 32 | low, fudge, mac, original_id, error, other)
