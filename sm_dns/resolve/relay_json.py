"""A relay on its way between processes, as JSON holds it."""

from __future__ import annotations

from typing import Any

from sm_dns.resolve.relay import Relay
from sm_dns.resolve.turning import Turning


def to_json(relay: Relay) -> list[Any]:
    """Its fields in order, octets as hexadecimal digits."""
    fields = relay._asdict() | {"records": "", "chain": (), "leads_to": (), "errors": ""}
    return [
        *fields.values(),
        relay.records.hex(),
        relay.errors.hex(),
        [name.hex() for name in relay.chain],
        [name.hex() for name in relay.leads_to],
    ]


def from_json(value: list[Any]) -> Relay:
    """The same back. Raises `ValueError` or `TypeError` for anything else."""
    *fields, records, errors, chain, leads_to = value
    relay = Relay(*fields)
    return relay._replace(
        records=bytes.fromhex(records),
        errors=bytes.fromhex(errors),
        ttls=tuple((int(at), int(ttl)) for at, ttl in relay.ttls),
        chain=tuple(map(bytes.fromhex, chain)),
        leads_to=tuple(map(bytes.fromhex, leads_to)),
        turning=None if relay.turning is None else Turning(*relay.turning),
    )
