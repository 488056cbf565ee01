"""One query on its way through the pipeline: what was asked, by whom, and where the reply goes."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Final

from sm_dns.dns.codes import CD, Type
from sm_dns.dns.scan import Question
from sm_dns.policy.clients.client_table import ClientClass
from sm_dns.policy.decide import DELEGATION, Decision, decide
from sm_dns.policy.snapshot import Snapshot
from sm_dns.resolve.cache import new_key
from sm_dns.resolve.replies.reply import Reply, Transport

_DS: Final = int(Type.DS)

Deliver = Callable[[Reply, float], None]
"""Takes a late reply and the instant it is ready, in POSIX seconds."""


class QueryContext:
    """A question frozen as it was asked, who asked it, how many octets fit, and how to deliver late.

    `client` is the class of the address under the snapshot in force; it alone may change under way. `key` is the
    question as the cache and the upstreams know it.
    """

    __slots__ = (
        "_decided_at",
        "_decided_by",
        "_decided_until",
        "_decision",
        "address",
        "client",
        "deliver",
        "key",
        "led_to",
        "question",
        "ruling",
        "transport",
        "waits_since",
    )

    def __init__(
        self, question: Question, address: str, client: ClientClass, transport: Transport, deliver: Deliver
    ) -> None:
        self.question = question
        self.address = address
        self.client = client
        self.transport = transport
        self.deliver = deliver
        edns = question.edns
        dnssec_ok = edns is not None and edns.dnssec_ok
        self.key = new_key((question.qname, question.qtype, dnssec_ok, question.flags & CD != 0))
        self.ruling: Decision | None = None
        """The decision that made the reply: over the name that was asked, or one that it leads to."""
        self.led_to: bytes | None = None
        """That name, where it is not the one that was asked."""
        self.waits_since = 0.0
        """When it was first asked of an upstream, 0 before."""
        self._decision: Decision | None = None
        self._decided_at = 0.0
        self._decided_until = 0.0
        self._decided_by: Snapshot | None = None

    def decision(self, snapshot: Snapshot, now: float) -> Decision:
        """The decision over the name that was asked; made anew only where it may have changed."""
        if self.question.qtype == _DS:
            self.ruling = DELEGATION
            return DELEGATION
        known = self._decision
        if (
            known is None
            or not self._decided_at <= now < self._decided_until  # the clock may have been set back, too
            or self._decided_by is not snapshot
        ):
            known = self._decision = decide(snapshot, self.client, self.question.qname, now)
            self._decided_at = now
            self._decided_until = inf if known.valid_until is None else known.valid_until
            self._decided_by = snapshot
        self.ruling = known
        return known
