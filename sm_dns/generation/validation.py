"""What a compiled generation tells the control process of DNSSEC: who is said to check it, and our own unbound."""

from __future__ import annotations

from dataclasses import dataclass

from sm_dns.serve.worker_settings import UpstreamRow


@dataclass(frozen=True)
class OwnUnbound:
    """The unbound that our configuration was written for: the file, and the socket by which it is told."""

    configuration: str
    control: str


@dataclass(frozen=True)
class ValidationPlan:
    """Upstreams that are said to validate; names with good signatures, none, and wrong ones on purpose; None where
    none of them is our own unbound."""

    upstreams: tuple[UpstreamRow, ...]
    signed: str
    unsigned: str
    bogus: str
    unbound: OwnUnbound | None
