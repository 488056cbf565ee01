"""An upstream's answer on its way between processes, as plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Relayed:
    """The fields of an `UpstreamAnswer` of `resolve`; `turning` those of a `Turning`."""

    rcode: int
    records: bytes
    answers: int
    authorities: int
    ttls: tuple[tuple[int, int], ...]
    soa_minimum: int
    chain: tuple[bytes, ...]
    lifetime: int
    authentic: bool
    leads_to: tuple[bytes, ...]
    turning: tuple[int, int, int] | None
    leads_on: bool
    errors: bytes
