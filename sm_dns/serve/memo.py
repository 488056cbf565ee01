"""The memo: replays the pipeline's bytes to an equal question until anything could differ.

Questions are equal when they differ only in what no answer depends on: ID, letter case, cookie and other EDNS options
that are not answered, offered payload size (as long as the reply fits it). They are kept under one *form*, which is
what a plain client sends byte for byte, so most questions need no reading at all. Each client class has its own.

A reply is replayed until its `until`: the next second of a TTL, the edge of the decision, whichever is first. Where
nothing but TTLs changes at that second, they are counted down here. A new snapshot or a stepped clock clears
everything. The memo decides nothing; without it the same bytes come out.
"""

from __future__ import annotations

from struct import Struct

from sm_dns.dns.codec import opt_record
from sm_dns.dns.codes import HEADER, TC
from sm_dns.dns.scan import Question
from sm_dns.policy.groups import ClientClass
from sm_dns.resolve.reply import Reply, next_second
from sm_dns.serve.peers import Known, Table

MAX_REPLIES = 16_384  # in a generation; there are two, and what was not asked for in the older one goes first
USUAL_SIZE = 1232  # the payload size most clients offer; a longer reply is not kept

_SECONDS = Struct("!I")
_OPT = [opt_record(USUAL_SIZE, 0, dnssec_ok) for dnssec_ok in (False, True)]
_TC = TC >> 8  # in the third octet of a message


def form(message: bytes, question: Question) -> bytes | None:
    """The key of a message whose question was read, None where its answer is for it alone."""
    edns = question.edns
    if edns is None:
        return message[2:HEADER] + question.qname + question.wire[-4:]
    if edns.version or edns.asks_identity or edns.signs:
        return None
    return message[2:HEADER] + question.qname + question.wire[-4:] + _OPT[edns.dnssec_ok]


class Memo:
    """Replies by client class and form. `epoch` changes when the tables do."""

    __slots__ = ("_count", "_older", "_young", "epoch")

    def __init__(self) -> None:
        self.epoch = 0
        self._young: dict[ClientClass | None, Table] = {}
        self._older: dict[ClientClass | None, Table] = {}
        self._count = 0

    def tables(self, client: ClientClass | None) -> tuple[Table, Table]:
        """What clients of this class may be replayed, newer and older; the same until the epoch changes."""
        return self._young.setdefault(client, {}), self._older.get(client, {})

    def replay(
        self, tables: tuple[Table, Table], key: bytes, question: Question, limit: int, now: float
    ) -> Reply | None:
        """The reply to a question under its form if it fits so many octets."""
        young, older = tables
        known = young.get(key)
        if known is None:
            known = older.get(key)
            if known is None:
                return None
            self._keep(young, key, known)
        if now >= known[1]:
            known = _counted_down(known, HEADER - 2 + len(question.wire), now)
            if known is None:
                return None
            young[key] = known
        tail, until, noted, _ = known
        if len(tail) + 2 > limit:
            return None
        asked = question.wire
        head = question.message_id.to_bytes(2, "big") + tail[: HEADER - 2]
        return Reply(head + asked + tail[HEADER - 2 + len(asked) :], until, noted)

    def remember(self, young: Table, key: bytes, question: Question, reply: Reply) -> None:
        """Keep a whole reply in a newer table of this epoch."""
        wire = reply.wire
        if wire[2] & _TC or len(wire) > USUAL_SIZE:
            return
        asked = len(question.wire)
        tail = wire[2:HEADER] + question.qname + question.wire[-4:] + wire[HEADER + asked :]
        self._keep(young, key, (tail, reply.until, reply.noted, reply.aging))

    def _keep(self, young: Table, key: bytes, known: Known) -> None:
        if self._count >= MAX_REPLIES:
            self._older, self._young = self._young, {}
            self._count = 0
            self.epoch += 1
        self._count += key not in young
        young[key] = known

    def clear(self) -> None:
        """Forget everything: policy or the clock has changed."""
        self.epoch += 1
        self._young.clear()
        self._older.clear()
        self._count = 0


def _counted_down(known: Known, records: int, now: float) -> Known | None:
    """The same reply with its TTLs of this second, None where more than that may have changed.

    `records` is where the records stand in it.
    """
    tail, _, noted, aging = known
    if aging is None or now >= aging.end:
        return None
    patched = bytearray(tail)
    for at, ttl in aging.ttls:
        left = aging.stored + ttl
        _SECONDS.pack_into(patched, records + at, int(left - now))
    return bytes(patched), min(next_second(left, now), aging.end), noted, aging
