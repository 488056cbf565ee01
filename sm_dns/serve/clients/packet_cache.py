"""The packet cache: replays the pipeline's bytes to an equal question until anything could differ.

`cache_key` says which questions are equal, `cache_entry` what is kept of a reply. A relayed answer is kept without
its OPT and serves questions with EDNS too. Each client class has tables of its own, and there are two for what
everyone who is served is answered alike: so a thousand classes keep, and count down, one reply and not a thousand.

A reply is replayed until its `valid_until`: the next second of a TTL, the edge of the decision, whichever is first.
Where nothing but TTLs changes at that second, they are counted down here. Addresses turn by the ID of each datagram,
and on connections by a draw, as in a reply made anew. A new snapshot or a stepped clock clears everything. The
packet cache decides nothing; without it the same bytes come out.
"""

from __future__ import annotations

from typing import Final

from sm_dns.dns.codes import HEADER, MIN_UDP, TC
from sm_dns.dns.scan import Question
from sm_dns.policy.clients.client_table import ClientClass
from sm_dns.resolve.replies.reply import Reply
from sm_dns.resolve.replies.turning import Turning, no_orders, turned
from sm_dns.serve.clients.cache_entry import Entry, Table, Tables, addressed, counted_down
from sm_dns.serve.clients.cache_key import USUAL_SIZE, CacheKey, without_opt

# In a generation; there are two, and what was not asked for in the older one goes first.
MAX_REPLIES: Final = 24_576

# In the third octet of a message.
_TC: Final = TC >> 8


class PacketCache:
    """Replies by client class and key. `epoch` changes when the tables do."""

    __slots__ = ("_count", "_everyones", "_older", "_young", "epoch")

    def __init__(self) -> None:
        self.epoch = 0
        self._young: dict[ClientClass | None, Table] = {}
        self._older: dict[ClientClass | None, Table] = {}
        self._everyones: tuple[Table, Table] = ({}, {})
        self._count = 0

    def tables(self, client: ClientClass | None) -> Tables:
        """What clients of this class may be replayed; the same until the epoch changes. None: who is not served."""
        everyones = ({}, {}) if client is None else self._everyones
        return self._young.setdefault(client, {}), self._older.get(client, {}), *everyones

    def replay(
        self,
        tables: Tables,
        asked: CacheKey,
        message: bytes,
        limit: int,
        opt: bytes,
        now: float,
        turn: int,
    ) -> Reply | None:
        """The reply to a message if it fits `limit`, addresses turned by `turn`; `opt` is ours, without options."""
        key, end, _, takes_opt = asked
        if takes_opt:
            entry = self.entry(tables, without_opt(key), end, now)
            if entry is not None and entry[3] is not None:
                return addressed(entry, message, end, limit, opt, turn)
        entry = self.entry(tables, key, end, now)
        return None if entry is None else addressed(entry, message, end, limit, b"", turn)

    def entry(self, tables: Tables, key: bytes, end: int, now: float) -> Entry | None:
        """What is kept under a key, as it is at `now`. `end`: of the question in a message."""
        own, own_older, everyones, everyones_older = tables
        found = self._entry(everyones, everyones_older, key, end, now)
        return self._entry(own, own_older, key, end, now) if found is None else found

    def _entry(self, young: Table, older: Table, key: bytes, end: int, now: float) -> Entry | None:
        entry = young.get(key)
        if entry is None:
            entry = older.get(key)
            if entry is None:
                return None
            self._keep(young, key, entry)
        if now < entry[1]:
            return entry
        entry = counted_down(entry, end - 2, now)
        if entry is not None:
            young[key] = entry
        return entry

    def remember(self, tables: Tables, key: bytes, question: Question, reply: Reply, turn: int) -> None:
        """Keep a whole reply in a newer table of this epoch; its addresses were turned by `turn`."""
        young = tables[2] if reply.is_everyones else tables[0]
        wire = reply.wire
        if wire[2] & _TC or len(wire) > USUAL_SIZE:
            return
        records = HEADER + len(question.wire)
        tail = wire[2:HEADER] + question.qname + question.wire[-4:] + wire[records:]
        turning = reply.turning
        if turning is not None:
            turning = Turning(records - 2 + turning.at, turning.size, turning.number)
            tail = turned(tail, turning, -turn)
        edns = question.edns
        if edns is not None and not edns.dnssec_ok and reply.source is not None:
            bare = without_opt(tail)
            if len(bare) + 2 <= MIN_UDP:
                key, tail = without_opt(key), bare
        orders = no_orders(tail, turning)
        self._keep(young, key, (tail, reply.valid_until, reply.counter_id, reply.source, turning, orders))

    def forget_clients(self) -> None:
        """Who is in which class has changed: whoever remembers a client's tables is to ask for them anew."""
        self.epoch += 1

    def clear(self) -> None:
        """Forget everything: policy or the clock has changed."""
        self.epoch += 1
        self._young.clear()
        self._older.clear()
        self._everyones = ({}, {})
        self._count = 0

    def _keep(self, young: Table, key: bytes, entry: Entry) -> None:
        if self._count >= MAX_REPLIES:
            self._older, self._young = self._young, {}
            self._everyones = ({}, self._everyones[0])
            self._count = 0
            self.epoch += 1
        self._count += key not in young
        young[key] = entry
