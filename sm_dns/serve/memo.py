"""The memo: replays the pipeline's bytes to an identical question until anything could differ.

A question is identical when every byte after its ID is the same and it comes from a client of the same class. A reply
is replayed until its `until`: the next second of a TTL, the edge of the decision, whichever is first. A new
snapshot or a stepped clock clears everything. It decides nothing; without it the same bytes come out.
"""

from __future__ import annotations

from sm_dns.policy.groups import ClientClass
from sm_dns.resolve.reply import Reply
from sm_dns.serve.peers import Table

MAX_REPLIES = 16_384


class Memo:
    """Replies by client class and question. `epoch` changes when all tables are let go."""

    __slots__ = ("_by_class", "_count", "epoch")

    def __init__(self) -> None:
        self.epoch = 0
        self._by_class: dict[ClientClass | None, Table] = {}
        self._count = 0

    def table(self, client: ClientClass | None) -> Table:
        """What clients of this class may be replayed; the same dictionary until the epoch changes."""
        return self._by_class.setdefault(client, {})

    def remember(self, table: Table, question: bytes, reply: Reply) -> None:
        """Keep a reply to `question` (a whole message) in a table of this epoch."""
        if self._count >= MAX_REPLIES:
            for each in self._by_class.values():
                each.clear()
            self._count = 0
        key = question[2:]
        self._count += key not in table
        table[key] = (reply.wire[2:], reply.until, reply.noted)

    def clear(self) -> None:
        """Forget everything: policy or the clock has changed."""
        self.epoch += 1
        self._by_class.clear()
        self._count = 0
