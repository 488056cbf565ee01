"""A relay on its way between processes, as JSON holds it."""

from __future__ import annotations

from typing import Any

from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from sm_dns.resolve.replies.turning import Turning


def to_json(relay: UpstreamAnswer) -> dict[str, Any]:
    """Its fields by name, octets as hexadecimal digits."""
    return relay._asdict() | {
        "records": relay.records.hex(),
        "chain": [name.hex() for name in relay.chain],
        "leads_to": [name.hex() for name in relay.leads_to],
        "errors": relay.errors.hex(),
    }


def from_json(value: dict[str, Any]) -> UpstreamAnswer:
    """The same back. Raises `ValueError`, `TypeError` or `KeyError` for anything else."""
    octets = {
        "records": bytes.fromhex(value["records"]),
        "ttls": tuple((int(at), int(ttl)) for at, ttl in value["ttls"]),
        "chain": tuple(map(bytes.fromhex, value["chain"])),
        "leads_to": tuple(map(bytes.fromhex, value["leads_to"])),
        "errors": bytes.fromhex(value["errors"]),
        "turning": None if value["turning"] is None else Turning(*value["turning"]),
    }
    return UpstreamAnswer(**value | octets)
