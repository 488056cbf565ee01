"""What a secondary is answered: SOA, the whole zone, or what changed; refusals cost a few octets."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from sm_dns.feeds.primary.published_zone import PublishedZone
from sm_dns.feeds.primary.secondaries import Refused, Secondaries, Secondary
from sm_dns.feeds.wire import tsig
from sm_dns.feeds.wire.messages import AXFR, IXFR, as_answer_to, transfer_messages
from sm_dns.feeds.wire.requests import QUERY, Request
from sm_dns.feeds.zones.records import SOA
from sm_dns.feeds.zones.serials import is_newer

REFUSED: Final = 5
NOT_AUTHORITATIVE: Final = 9
_NO_ANSWER: Final = 0x8000


class Reply(NamedTuple):
    """`messages`: what to send, in order, made as it is taken. `taker` has the zone at `serial` once all is sent."""

    messages: Iterator[bytes]
    taker: Secondary | None = None
    zone: PublishedZone | None = None
    serial: int = 0


class Desk:
    """Answers requests about the zones, by their names on the wire."""

    def __init__(self, zones: Mapping[bytes, PublishedZone], secondaries: Secondaries) -> None:
        self._zones = zones
        self._secondaries = secondaries

    def answer(self, address: str, request: Request, octets: bytes, now: float, *, by_stream: bool) -> Reply:
        """The reply to a request from an address of a secondary. `now`: true POSIX seconds, not a rehearsal's."""
        try:
            asker = self._secondaries.identify(address, request, octets, now)
        except Refused as refused:
            return Reply(iter((_refusal(request, octets, refused.error, now),)))
        zone = self._zones.get(request.qname)
        signer = _signer(asker, request)
        if zone is None or not zone.is_whole:
            return Reply(_signed((_bare(request, NOT_AUTHORITATIVE),), signer, now))
        if request.opcode != QUERY or request.qtype not in (SOA, AXFR, IXFR):
            return Reply(_signed((_bare(request, REFUSED),), signer, now))
        asker.of(zone.name.short).asked = now
        messages, takes = self._about(zone, request, by_stream)
        patched = (as_answer_to(one, request.id, request.qtype, zone.name) for one in messages)
        reply = _signed(patched, signer, now)
        return Reply(reply, asker, zone, zone.serial) if takes else Reply(reply)

    def _about(self, zone: PublishedZone, request: Request, by_stream: bool) -> tuple[Iterable[bytes], bool]:
        """The messages of an answer, and whether whoever has them all has the zone."""
        alone = transfer_messages(zone.name, (zone.soa(),))
        if request.qtype == SOA:
            return alone, False
        if request.qtype == IXFR and request.has_serial is not None:
            if not is_newer(zone.serial, request.has_serial):
                return alone, request.has_serial == zone.serial
            if by_stream:
                changes = zone.since(request.has_serial)
                return (zone.whole() if changes is None else changes), True
        # By datagram a SOA alone says: ask again over TCP (RFC 1995 §2).
        return (zone.whole(), True) if by_stream else (alone, False)


def _signer(asker: Secondary, request: Request) -> tsig.Signer | None:
    if asker.key is None or request.signature is None:
        return None
    return tsig.Signer(asker.key, request.signature.mac)


def _signed(messages: Iterable[bytes], signer: tsig.Signer | None, now: float) -> Iterator[bytes]:
    for message in messages:
        yield message if signer is None else signer.sign(message, now)


def _bare(request: Request, rcode: int) -> bytes:
    """The question and an rcode."""
    flags = _NO_ANSWER | request.opcode << 11 | rcode
    question = request.qname + struct.pack("!HH", request.qtype, 1)
    return struct.pack("!6H", request.id, flags, 1, 0, 0, 0) + question


def _refusal(request: Request, octets: bytes, error: int, now: float) -> bytes:
    """What somebody gets who may not: where a signature was wrong, what was wrong with it (RFC 8945 §5.2)."""
    if request.signature is None or not error:
        return _bare(request, REFUSED)
    told = _bare(request, NOT_AUTHORITATIVE)
    return tsig.with_signature(told, request.signature.key_name, int(now), b"", error)
