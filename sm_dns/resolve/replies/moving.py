"""Answers put behind another question than their own: pointers count from the question that they stand behind."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Final

from sm_dns.dns.codes import HEADER, Type
from sm_dns.dns.walk import Record, read_records
from sm_dns.resolve.cache import Cached
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from sm_dns.resolve.replies.rdata import rdata_parts
from sm_dns.resolve.replies.reply import Body, next_second
from sm_dns.resolve.replies.turning import find_turning
from sm_dns.resolve.replies.writer import Writer

_TYPE_CLASS: Final = 4  # octets


def sections(relay: UpstreamAnswer) -> tuple[bytes, list[Record], list[Record]]:
    """A message with a relay's records, and where those of the answer and of the authority lie in it."""
    qname = relay.chain[0]
    message = bytes(HEADER) + qname + bytes(_TYPE_CLASS) + relay.records
    answers, at = read_records(message, HEADER + len(qname) + _TYPE_CLASS, relay.answers, qname)
    authorities, _ = read_records(message, at, relay.authorities, qname)
    return message, answers, authorities


def moved(relay: UpstreamAnswer, qname: bytes) -> UpstreamAnswer:
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


def joined(qname: bytes, links: Sequence[Cached], now: float) -> tuple[UpstreamAnswer, float]:
    """Answers that lead from one to the next, as one answer to the first question, TTLs as they are at `now`; and the
    instant of the next change of a TTL."""
    writer = Writer(qname)
    read = [(link, *sections(link.relay)) for link in links]
    for link, message, answers, _ in read:
        _put(writer, message, answers, link, 0, now)
    number = len(writer.ttls)
    for link, message, answers, authorities in read:
        _put(writer, message, authorities, link, len(answers), now)
    last = read[-1][3]
    # Those of ours do not count down.
    ends = [link.stored + link.relay.lifetime for link in links if link.expires != inf]
    records, ttls = bytes(writer.records), tuple(writer.ttls)
    names = dict.fromkeys(name for link in links for name in link.relay.chain)
    led_to = dict.fromkeys(name for link in links for name in link.relay.leads_to)
    relay = UpstreamAnswer(
        links[-1].relay.rcode,
        records,
        number,
        len(ttls) - number,
        ttls,
        minimum_at(last, writer.ttls[len(ttls) - len(last) :], records),
        tuple(names),
        min((ttl for _, ttl in ttls), default=0),
        all(link.relay.authentic for link in links),
        tuple(led_to),
        find_turning(records, ttls[:number]),
        errors=links[-1].relay.errors,
    )
    return relay, min((next_second(end, now) for end in ends), default=inf)


def _put(writer: Writer, message: bytes, records: list[Record], link: Cached, first: int, now: float) -> None:
    """Add records of a link, of which the first has this TTL of its TTLs."""
    for record, (_, ttl) in zip(records, link.relay.ttls[first:], strict=False):
        left = max(int(link.stored + ttl - now), 0)
        writer.write(record.owner, record.rtype, left, rdata_parts(message, record), record.rclass)


def as_relay(body: Body, chain: tuple[bytes, ...], leads_on: bool = False) -> UpstreamAnswer:
    """A body of ours about the first name of a chain, as a link."""
    bare = UpstreamAnswer(body.rcode, body.records, body.answers, body.authorities, (), 0, chain, 0, False)
    _, answers, authorities = sections(bare)
    start = HEADER + len(chain[0]) + _TYPE_CLASS
    ttls = [(record.ttl_at - start, record.ttl) for record in (*answers, *authorities)]
    return bare._replace(
        ttls=tuple(ttls),
        soa_minimum=minimum_at(authorities, ttls[len(answers) :], body.records),
        lifetime=min((ttl for _, ttl in ttls), default=0),
        leads_to=chain[1:],
        leads_on=leads_on,
    )


def minimum_at(authorities: list[Record], ttls: list[tuple[int, int]], records: bytes | bytearray) -> int:
    """Where the MINIMUM of the first SOA is in records that were written with these TTLs, 0 where there is none."""
    for record, (ttl_at, _) in zip(authorities, ttls, strict=True):
        if record.rtype == Type.SOA:
            return ttl_at + 6 + int.from_bytes(records[ttl_at + 4 : ttl_at + 6], "big") - 4
    return 0
