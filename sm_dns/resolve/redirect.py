"""Redirection of whole subtrees (DNAME, RFC 6672): the alias that follows for each name below."""

from __future__ import annotations

from sm_dns.dns.codes import CLASS_IN, Type
from sm_dns.dns.names import MAX_NAME, is_at_or_below
from sm_dns.dns.walk import BadAnswer, Record, read_name, read_records

MAX_IMPLIED = 10  # aliases of one reply in which those that are missing are added


def substituted(name: bytes, owner: bytes, target: bytes) -> bytes | None:
    """Where a name below the owner of a DNAME leads (RFC 6672 §2.2), None where that is too long for a name."""
    made = name[: len(name) - len(owner)] + target
    return made if len(made) <= MAX_NAME else None


def with_implied_aliases(
    reply: bytes, records: list[Record], qname: bytes, qtype: int
) -> tuple[bytes, list[Record]]:
    """A reply and the records of its answer with the CNAMEs that its DNAMEs imply and that are missing, each behind
    its DNAME, as every client expects (RFC 6672 §3.1). Raises `BadAnswer`."""
    if qtype == Type.DNAME or not any(record.rtype == Type.DNAME for record in records):
        return reply, records
    aliases = {record.owner: record for record in records if record.rtype == Type.CNAME}
    answered = {record.owner for record in records if record.rtype == qtype}
    found = list(records)
    name = qname
    for _ in range(MAX_IMPLIED):
        alias = aliases.get(name)
        if alias is None:
            above = None if name in answered else _above(records, name)
            if above is None:
                return reply, found
            reply, alias = _implied(reply, above, name)
            aliases[name] = alias
            found.insert(found.index(above) + 1, alias)
        if qtype == Type.CNAME:
            return reply, found
        name, _ = read_name(reply, alias.rdata)
    raise BadAnswer


def _above(records: list[Record], name: bytes) -> Record | None:
    for record in records:
        is_one = record.rtype == Type.DNAME and record.rclass == CLASS_IN
        if is_one and name != record.owner and is_at_or_below(name, record.owner):
            return record
    return None


def _implied(reply: bytes, above: Record, name: bytes) -> tuple[bytes, Record]:
    """A message with the alias at its end, behind all that points into it."""
    target, after = read_name(reply, above.rdata)
    led_to = substituted(name, above.owner, target)
    if led_to is None or after != above.end:
        raise BadAnswer
    fixed = (Type.CNAME.to_bytes(2, "big"), CLASS_IN.to_bytes(2, "big"), above.ttl.to_bytes(4, "big"))
    made = name + b"".join(fixed) + len(led_to).to_bytes(2, "big") + led_to
    whole = reply + made
    (record,), _ = read_records(whole, len(reply), 1, name)
    return whole, record
