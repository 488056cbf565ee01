"""What the stages of the pipeline work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sm_dns.policy.decide import Decision
from sm_dns.policy.groups import ClientClass
from sm_dns.policy.snapshot import Snapshot
from sm_dns.policy.structured_error import StructuredErrors
from sm_dns.resolve.cache import Cache, Key
from sm_dns.resolve.faults import Faults
from sm_dns.resolve.forwarding.attempts import Failure
from sm_dns.resolve.forwarding.forward import Forwarder
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from sm_dns.resolve.local_records import NO_LOCAL_DATA, LocalData
from sm_dns.resolve.replies.rebinding import NO_PROTECTION, Rebinding

CountAnswer = Callable[[str, Decision, int, float], int | None]
"""Counts an answer: the client's address, the decision behind it, the type asked for, the instant. Gives the
number under which repetitions of the same answer are counted."""

# Questions of one client in flight; a quarter of all, so that others get through (T10).
MAX_WAITING: Final = 1_024
MAX_ADDRESSES: Final = 65_536  # client addresses whose class is remembered


@dataclass
class ResolverContext:
    """Policy, upstream truth and the way to more of it. `snapshot` changes only through `adopt`."""

    snapshot: Snapshot
    cache: Cache
    forwarder: Forwarder
    udp_size: int = 1232
    """The UDP payload size we offer and never exceed, in octets (RFC 9715)."""

    local: LocalData = NO_LOCAL_DATA
    rebinding: Rebinding = NO_PROTECTION
    designated: tuple[bytes, ...] = ()
    """SVCB records of our own encrypted listeners; none while there are none to offer (RFC 9462)."""

    identity: bytes = b""
    """What this server says of itself to clients that ask which one it is; empty: nothing."""

    forwards_single_labels: bool = False
    """Whether hosts without a domain ("printer") are asked upstream."""

    structured: StructuredErrors | None = None
    """What clients that ask for it are told as JSON of a denied name; None: nobody is."""

    count: CountAnswer = field(default=lambda address, decision, qtype, now: None)
    faults: Faults = field(default_factory=Faults)
    """What was raised on the way of single questions."""

    overlong: int = 0
    """Queries with octets after their end."""

    _classes: dict[str, ClientClass | None] = field(default_factory=dict)
    _waiting: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.forwarder.keep = self.keep
        self.forwarder.faults = self.faults

    def keep(self, key: Key, outcome: UpstreamAnswer | Failure, now: float) -> None:
        """Cache what a question led to."""
        if isinstance(outcome, UpstreamAnswer):
            self.cache.put(key, outcome, now)
        else:
            self.cache.put_failure(key, now)

    def adopt(self, snapshot: Snapshot, local: LocalData = NO_LOCAL_DATA) -> None:
        """Answer by another generation from now on; what was cached stays, for it holds no policy."""
        self.snapshot = snapshot
        self.local = local
        self._classes = {}

    def classify(self, address: str) -> ClientClass | None:
        """The class of a client address under the snapshot in force; None for one that is not served."""
        try:
            return self._classes[address]
        except KeyError:
            if len(self._classes) >= MAX_ADDRESSES:
                self._classes = {}
            found = self._classes[address] = self.snapshot.clients.classify(address)
            return found

    def begin_waiting(self, address: str) -> bool:
        """Count a question of a client as in flight; False when it has too many already."""
        waiting = self._waiting.get(address, 0)
        if waiting >= MAX_WAITING:
            return False
        self._waiting[address] = waiting + 1
        return True

    def end_waiting(self, address: str) -> None:
        """A question of a client has its answer."""
        waiting = self._waiting[address] - 1
        if waiting:
            self._waiting[address] = waiting
        else:
            del self._waiting[address]
