"""The figures of the processes that answer: what each tells of itself."""

from __future__ import annotations

from dataclasses import dataclass

from sm_dns.util.lately import Occurrences
from sm_dns.util.message import Message


@dataclass(frozen=True)
class UpstreamFigures:
    """What a worker knows of an upstream. `failures`: in a row; `trouble`: why it cannot be asked, or nothing."""

    address: str
    latency_ms: float
    resting: bool
    failures: int
    answers: int
    without_edns: bool
    without_tcp: bool
    trouble: Message


@dataclass(frozen=True)
class ForwarderFigures:
    """Questions of a trusted forwarder that told their client, and that did not."""

    address: str
    told: int
    untold: int


@dataclass(frozen=True)
class WaitClass:
    """How many replies waited for upstreams up to so many seconds, longer than the class before; None: the rest."""

    up_to: float | None
    replies: int


@dataclass(frozen=True)
class WorkerFigures:
    """What a worker tells. `without_policy`: why it has none to go by, or nothing; `system_lack`: why this host names
    nobody to ask, or "". `rcodes`: replies by the response code of their header; `waits` and `waited` (seconds in
    all): how long those waited that needed an upstream. What the packet cache repeated is in none of the three."""

    generation: int
    without_policy: Message
    compiled: bool
    drains_compiled: int
    listeners_udp: int
    queries_udp: int
    queries_tcp: int
    queries_dot: int
    queries_doh: int
    memo_hits: int
    limited: int
    overlong: int
    undelivered: int
    rcodes: tuple[tuple[str, int], ...]
    waits: tuple[WaitClass, ...]
    waited: float
    cache_entries: int
    cache_bytes: int
    under_way: int
    clock_steps: int
    faults: Occurrences
    forwarders: tuple[ForwarderFigures, ...]
    system_lack: str
    system_servers: int
    upstreams: tuple[UpstreamFigures, ...]

    @property
    def queries(self) -> int:
        """Those of every protocol."""
        return self.queries_udp + self.queries_tcp + self.queries_dot + self.queries_doh


@dataclass(frozen=True)
class PortalFigures:
    """What the portal tells of itself."""

    requests: int
    turned_away: int
