"""The memo: replays the pipeline's bytes to an identical question until anything could differ.

A question is identical when every byte after its ID is the same and it comes from a client of the same class. A reply
is replayed until its `until`: the next second of a TTL, the edge of the decision, whichever is first. A new
snapshot or a stepped clock clears everything. It decides nothing; without it the same bytes come out.
"""

from __future__ import annotations

from sm_dns.policy.groups import ClientClass
from sm_dns.resolve.reply import Reply

MAX_REPLIES = 16_384
MAX_ADDRESSES = 65_536

Table = dict[bytes, tuple[bytes, float]]
"""Bytes of a question after its ID → bytes of the reply after its ID, and the instant it stops being right."""


class Memo:
    """Replies by client class and question; `by_address` is what the listeners look up."""

    __slots__ = ("_by_class", "_count", "by_address")

    def __init__(self) -> None:
        self.by_address: dict[str, Table] = {}
        self._by_class: dict[ClientClass, Table] = {}
        self._count = 0

    def remember(self, address: str, client: ClientClass, question: bytes, reply: Reply) -> None:
        """Keep a reply to `question` (a whole message) for clients of this class."""
        if self._count >= MAX_REPLIES or len(self.by_address) >= MAX_ADDRESSES:
            self.clear()
        table = self._by_class.setdefault(client, {})
        self.by_address[address] = table
        key = question[2:]
        self._count += key not in table
        table[key] = (reply.wire[2:], reply.until)

    def clear(self) -> None:
        """Forget everything: policy or the clock has changed."""
        self.by_address.clear()
        self._by_class.clear()
        self._count = 0
