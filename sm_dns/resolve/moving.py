"""An answer to one question, put behind another: its pointers count from the question they stand behind."""

from __future__ import annotations

from sm_dns.dns.codes import HEADER, Type
from sm_dns.dns.walk import Record, read_records
from sm_dns.resolve.relay import Relay
from sm_dns.resolve.writer import Writer

_TYPE_CLASS = 4  # octets


def sections(relay: Relay) -> tuple[bytes, list[Record], list[Record]]:
    """A message with a relay's records, and where those of the answer and of the authority lie in it."""
    qname = relay.chain[0]
    message = bytes(HEADER) + qname + bytes(_TYPE_CLASS) + relay.records
    answers, at = read_records(message, HEADER + len(qname) + _TYPE_CLASS, relay.answers, qname)
    authorities, _ = read_records(message, at, relay.authorities, qname)
    return message, answers, authorities


def moved(relay: Relay, qname: bytes) -> Relay:
    """What was said of one name, to a question about another of which it is as true: an NXDOMAIN and names below."""
    message, answers, authorities = sections(relay)
    writer = Writer(qname)
    writer.put(message, answers)
    writer.put(message, authorities)
    return relay._replace(
        records=bytes(writer.records),
        ttls=tuple(writer.ttls),
        soa_minimum=minimum_at(authorities, writer.ttls[len(answers) :], writer.records),
        chain=(qname,),
        turning=None,
    )


def minimum_at(authorities: list[Record], ttls: list[tuple[int, int]], records: bytes | bytearray) -> int:
    """Where the MINIMUM of the first SOA is in records that were written with these TTLs, 0 where there is none."""
    for record, (ttl_at, _) in zip(authorities, ttls, strict=True):
        if record.rtype == Type.SOA:
            return ttl_at + 6 + int.from_bytes(records[ttl_at + 4 : ttl_at + 6], "big") - 4
    return 0
