"""What the dashboard's process needs to know, as plain values of `service.json` and of its start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sm_dns.agency.words import NO_WORDS, AgencyWords

Addresses = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class WebPlan:
    """plain, encrypted: addresses and ports, without and with TLS; paths are absolute; times are seconds.

    words: what the agency calls its parts.
    hosts: names besides addresses under which a browser may ask; metrics: networks that need no token for /metrics.
    """

    plain: Addresses
    encrypted: Addresses
    certificate: str | None
    key: str | None
    hosts: tuple[str, ...]
    metrics: tuple[str, ...]
    language: str
    words: AgencyWords
    session_idle: int
    session_longest: int

    @property
    def is_on(self) -> bool:
        """Whether there is anything to listen on."""
        return bool(self.plain or self.encrypted)


NO_WEB = WebPlan(
    plain=(),
    encrypted=(),
    certificate=None,
    key=None,
    hosts=(),
    metrics=(),
    language="ms",
    words=NO_WORDS,
    session_idle=1800,
    session_longest=43_200,
)
"""Nothing to listen on."""


@dataclass(frozen=True)
class WebStart:
    """The argument of the dashboard's process; `rehearsal` is the offset of the service's clock in seconds."""

    plan: WebPlan
    config: Path
    state_dir: Path
    rehearsal: float
