"""What the stages of the pipeline work with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from sm_dns.policy.clients import asker
from sm_dns.policy.clients.client_table import ClientClass
from sm_dns.policy.clients.presence import Presence
from sm_dns.policy.clients.switches import Switch
from sm_dns.policy.decide import Decision
from sm_dns.policy.denials.denial_text import Citation
from sm_dns.policy.denials.structured_error import StructuredErrors
from sm_dns.policy.snapshot import Snapshot
from sm_dns.resolve.cache import Cache
from sm_dns.resolve.faults import Faults
from sm_dns.resolve.forwarding.forward import Forwarder
from sm_dns.resolve.local_records import LocalData
from sm_dns.resolve.replies.made import MadeReplies
from sm_dns.resolve.replies.rebinding import Rebinding
from sm_dns.resolve.tracing import Tracer

CountAnswer = Callable[[str, Decision, int, float], int | None]
"""Counts an answer: the client's address, the decision behind it, the type asked for, the instant. Gives the
number under which repetitions of the same answer are counted."""


def count_nothing(address: str, decision: Decision, qtype: int, now: float) -> int | None:
    """Where nobody is counted."""
    return None


# Questions of one client in flight; a quarter of all, so that others get through (T10).
MAX_WAITING: Final = 1_024
MAX_ADDRESSES: Final = 65_536  # client addresses whose class is remembered


@dataclass(frozen=True)
class ResolverSettings:
    """What a generation says about answering."""

    snapshot: Snapshot
    udp_size: int
    """The UDP payload size we offer and never exceed, in octets (RFC 9715)."""

    rebinding: Rebinding
    """Which names may lead inside."""

    identity: bytes
    """What this server says of itself to clients that ask which one it is; empty: nothing."""

    forwards_single_labels: bool
    """Whether hosts without a domain ("printer") are asked upstream."""

    structured: StructuredErrors | None
    """What clients that ask for it are told as JSON of a denied name; None: nobody is."""

    citation: Citation
    """What a denial rests on, as its text says."""


class ResolverContext:
    """Policy, upstream truth and the way to more of it."""

    def __init__(
        self,
        settings: ResolverSettings,
        local: LocalData,
        cache: Cache,
        forwarder: Forwarder,
        count: CountAnswer,
        faults: Faults,
    ) -> None:
        self.settings = settings
        self.local = local
        self.cache = cache
        self.forwarder = forwarder
        self.count = count
        self.faults = faults
        """What was raised on the way of single questions."""
        self.designated: tuple[bytes, ...] = ()
        """SVCB records of our own encrypted listeners; none while there are none to offer (RFC 9462)."""
        self.tracer: Tracer | None = None
        """Traces one client's questions, where somebody has asked for that."""
        self.made = MadeReplies()
        self.overlong = 0
        """Queries with octets after their end."""
        self.presence = Presence()
        """What those who ask are known as; `forget_classes` after it has changed."""
        self._classes: dict[str, ClientClass | None] = {}
        self._waiting: dict[str, int] = {}

    def adopt(self, settings: ResolverSettings, local: LocalData) -> None:
        """Answer by another generation from now on; what was cached stays, for it holds no policy."""
        self.settings = settings
        self.local = local
        self._classes = {}

    def switch(self, switches: Iterable[Switch]) -> None:
        """Answer under these switches from now on."""
        snapshot = self.settings.snapshot.switched(switches)
        self.settings = replace(self.settings, snapshot=snapshot)
        self.forget_classes()

    def traces(self, address: str) -> bool:
        """Whether the questions of who asks (`policy.clients.asker`) are traced."""
        return self.tracer is not None and self.tracer.traces(address)

    def forget_classes(self) -> None:
        """Tell anew who is in which class."""
        self._classes = {}

    def classify(self, address: str) -> ClientClass | None:
        """The class of who asks (`policy.clients.asker`) by the snapshot in force; None for who is not served."""
        try:
            return self._classes[address]
        except KeyError:
            if len(self._classes) >= MAX_ADDRESSES:
                self._classes = {}
            who = asker.read(address)
            found = self.settings.snapshot.clients.classify(who.address, self.presence.identities(who))
            self._classes[address] = found
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
