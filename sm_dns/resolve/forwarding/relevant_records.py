"""Which records of an upstream's reply belong to the answer: chain of aliases, RRset at its end, proofs (T4)."""

from __future__ import annotations

from typing import Final

from sm_dns.dns.codes import CLASS_IN, Type
from sm_dns.dns.names import is_at_or_below
from sm_dns.dns.walk import BadAnswer, Record, read_name, read_records

# CNAMEs followed in one reply (T5).
MAX_CHAIN: Final = 10

_PROOF_TYPES: Final = frozenset((Type.NSEC, Type.NSEC3, Type.RRSIG))


def has_soa(proofs: list[Record]) -> bool:
    return any(record.rtype == Type.SOA for record in proofs)


def spells_out(records: list[Record], qname: bytes) -> bool:
    """Whether an owner is the question's name in the letters that were asked upstream, which no client may see."""
    return any(record.owner == qname and record.owner is not qname for record in records)


def follow_chain(reply: bytes, answers: list[Record], qname: bytes, qtype: int) -> tuple[bytes, ...]:
    """The names from the question along its CNAMEs; a loop or an overlong chain is a bad answer."""
    if qtype == Type.CNAME:
        return (qname,)
    targets: dict[bytes, bytes] = {}
    for record in answers:
        if record.rtype == Type.CNAME:
            one, after = read_name(reply, record.rdata)
            if after != record.end or targets.setdefault(record.owner, one) != one:
                raise BadAnswer  # … while an equal record twice is only odd
    if not targets:
        return (qname,)
    chain = [qname]
    while (target := targets.get(chain[-1])) is not None:
        if target in chain or len(chain) > MAX_CHAIN:
            raise BadAnswer
        chain.append(target)
    return tuple(chain)


def belongs(record: Record, chain: tuple[bytes, ...], qtype: int) -> bool:
    if record.rclass != CLASS_IN:
        return False
    if record.rtype == Type.DNAME:
        return any(is_at_or_below(name, record.owner) for name in chain)
    if record.owner not in chain:
        return record.rtype == Type.RRSIG and any(is_at_or_below(name, record.owner) for name in chain)
    return record.rtype in (qtype, Type.CNAME, Type.RRSIG) or qtype == Type.ANY


def answers_the_type(kept: list[Record], last: bytes, qtype: int) -> bool:
    return any(
        record.owner == last and (record.rtype == qtype or qtype == Type.ANY) for record in reversed(kept)
    )


def proofs_of(
    reply: bytes, at: int, count: int, chain: tuple[bytes, ...], negative: bool, dnssec_ok: bool
) -> list[Record]:
    """The authority records worth relaying: of "there is none" one SOA, of a zone that holds the last name; with DO,
    proofs too."""
    records, _ = read_records(reply, at, count, chain[0])
    found = [record for record in records if record.rclass == CLASS_IN]
    soa = next((one for one in found if one.rtype == Type.SOA and is_at_or_below(chain[-1], one.owner)), None)
    return [
        record
        for record in found
        if (negative and record is soa) or (dnssec_ok and record.rtype in _PROOF_TYPES)
    ]
