"""What the process of the feeds needs to know, as plain values of `service.json` and of its start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sm_dns.generation.web import Addresses


@dataclass(frozen=True)
class SecondaryPlan:
    """One who takes the zones. `key`: the file of its key, None where it signs nothing; `engine`: what it is;
    `sources`: further addresses that it asks from."""

    address: str
    port: int
    key: str | None
    engine: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class FeedsPlan:
    """Where the zones are handed out (plain, over TLS, and by HTTPS), under which suffix, and to whom."""

    listen: Addresses
    tls: Addresses
    https: Addresses
    certificate: str | None
    key: str | None
    suffix: str
    secondaries: tuple[SecondaryPlan, ...]

    @property
    def is_on(self) -> bool:
        """Whether there is anything to listen on."""
        return bool(self.listen or self.tls or self.https)


NO_FEEDS = FeedsPlan((), (), (), None, None, "smdns", ())
"""Nothing to listen on."""


@dataclass(frozen=True)
class FeedsStart:
    """The argument of the process; `rehearsal` is the offset of the service's clock in seconds, `directory` the
    generation in force."""

    plan: FeedsPlan
    state_dir: Path
    rehearsal: float
    directory: Path
