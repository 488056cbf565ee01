"""The packet cache: replays the pipeline's bytes to an equal question until anything could differ.

Questions are equal when they differ only in what no answer depends on: ID, letter case, cookie and other EDNS options
that are not answered, offered payload size (as long as the reply fits it). They are kept under one *form*, which is
what a plain client sends byte for byte, so most questions need no reading at all. A relayed answer is kept without
its OPT and serves questions with EDNS too. Each client class has its own.

A reply is replayed until its `valid_until`: the next second of a TTL, the edge of the decision, whichever is first.
Where nothing but TTLs changes at that second, they are counted down here. Addresses turn by the ID of each question,
as in a reply made anew. A new snapshot or a stepped clock clears everything. The packet cache decides nothing;
without it the same bytes come out.
"""

from __future__ import annotations

from struct import Struct
from typing import Final, NamedTuple

from sm_dns.dns.codes import BARE_OPT, HEADER, MIN_UDP, TC
from sm_dns.dns.records import opt_record
from sm_dns.dns.scan import Question
from sm_dns.policy.groups import ClientClass
from sm_dns.resolve.replies.reply import Reply, new_reply, next_second, offered_limit
from sm_dns.resolve.replies.turning import Turning, no_orders, turned
from sm_dns.serve.clients.rate_limit import Known, Table
from sm_dns.util.fast_tuple import fast_constructor

# In a generation; there are two, and what was not asked for in the older one goes first.
MAX_REPLIES: Final = 24_576
USUAL_SIZE: Final = 1232  # the payload size most clients offer; a longer reply is not kept

_SECONDS: Final = Struct("!I")
_OPT: Final = [opt_record(USUAL_SIZE, 0, dnssec_ok) for dnssec_ok in (False, True)]
_QUESTION: Final = HEADER - 2  # where the question stands in what is kept, which has no ID
_TC: Final = TC >> 8  # in the third octet of a message
_SHORTEST: Final = HEADER + 1 + 4  # the root, a type and a class
# How a usual message ends: root, type OPT; payload size; extended rcode, version and flags, all 0; what follows.
_OPT_HEAD: Final = b"\0\0\x29"
_NO_OPTIONS: Final = b"\0\0\0\0" + b"\0\0"
_CLIENT_COOKIE: Final = b"\0\0\0\0" + b"\0\x0c" + b"\0\x0a\0\x08"  # an option of 8 octets (RFC 7873 §4.1)


class CacheKey(NamedTuple):
    """What a question is known by: its form, where it ends in the message, the payload size that was offered (0
    without EDNS), and whether there is EDNS without DO, so that a reply without EDNS plus our OPT answers it."""

    form: bytes
    end: int
    size: int
    takes_opt: bool


_asked: Final = fast_constructor(CacheKey)


def peek(message: bytes) -> CacheKey | None:
    """What a message is known by if it is a usual one, told by how it ends; None where it must be read.

    A question stands right after the header, and nothing follows it but, mostly, an OPT record that is bare or holds
    a client's cookie. What only looks so has a form under which nothing is ever kept.
    """
    if len(message) < _SHORTEST:
        return None
    if not message[HEADER - 1]:
        return _asked((message[2:HEADER] + message[HEADER:-4].lower() + message[-4:], len(message), 0, False))
    if message[-11:-8] == _OPT_HEAD and message[-6:] == _NO_OPTIONS:
        end = len(message) - 11
    elif message[-23:-20] == _OPT_HEAD and message[-18:-8] == _CLIENT_COOKIE:
        end = len(message) - 23
    else:
        return None
    question = message[HEADER : end - 4].lower() + message[end - 4 : end]
    size = message[end + 3] << 8 | message[end + 4]
    return _asked((message[2:HEADER] + question + _OPT[False], end, size, message[HEADER - 1] == 1))


def form(message: bytes, question: Question) -> CacheKey | None:
    """What a message is known by whose question was read, None where its answer is for it alone."""
    key = message[2:HEADER] + question.qname + question.wire[-4:]
    end = HEADER + len(question.wire)
    edns = question.edns
    if edns is None:
        return CacheKey(key, end, 0, False)
    if edns.version or edns.asks_identity or edns.signs:
        return None
    return CacheKey(key + _OPT[edns.dnssec_ok], end, edns.size, not edns.dnssec_ok)


class PacketCache:
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
        self,
        tables: tuple[Table, Table],
        asked: CacheKey,
        message: bytes,
        udp_size: int,
        opt: bytes,
        now: float,
    ) -> Reply | None:
        """The reply to a message if it fits; `udp_size` is the longest we send, `opt` ours, without options."""
        key, end, size, takes_opt = asked
        limit = offered_limit(size, udp_size)
        if takes_opt:
            known = self.known(tables, _plain(key), end, now)
            if known is not None and known[3] is not None:
                return _addressed(known, message, end, limit, opt)
        known = self.known(tables, key, end, now)
        return None if known is None else _addressed(known, message, end, limit, b"")

    def known(self, tables: tuple[Table, Table], key: bytes, end: int, now: float) -> Known | None:
        """What is kept under a form, as it is at `now`. `end`: of the question in a message."""
        young, older = tables
        known = young.get(key)
        if known is None:
            known = older.get(key)
            if known is None:
                return None
            self._keep(young, key, known)
        if now < known[1]:
            return known
        known = _counted_down(known, end - 2, now)
        if known is not None:
            young[key] = known
        return known

    def remember(self, young: Table, key: bytes, question: Question, reply: Reply) -> None:
        """Keep a whole reply in a newer table of this epoch."""
        wire = reply.wire
        if wire[2] & _TC or len(wire) > USUAL_SIZE:
            return
        records = HEADER + len(question.wire)
        tail = wire[2:HEADER] + question.qname + question.wire[-4:] + wire[records:]
        turning = reply.turning
        if turning is not None:
            turning = Turning(records - 2 + turning.at, turning.size, turning.number)
            tail = turned(tail, turning, -(question.message_id & 0xFF))
        edns = question.edns
        if edns is not None and not edns.dnssec_ok and reply.source is not None:
            bare = _plain(tail)
            if len(bare) + 2 <= MIN_UDP:
                key, tail = _plain(key), bare
        self._keep(
            young,
            key,
            (tail, reply.valid_until, reply.counter_id, reply.source, turning, no_orders(tail, turning)),
        )

    def clear(self) -> None:
        """Forget everything: policy or the clock has changed."""
        self.epoch += 1
        self._young.clear()
        self._older.clear()
        self._count = 0

    def _keep(self, young: Table, key: bytes, known: Known) -> None:
        if self._count >= MAX_REPLIES:
            self._older, self._young = self._young, {}
            self._count = 0
            self.epoch += 1
        self._count += key not in young
        young[key] = known


def _plain(key: bytes) -> bytes:
    """A form, or what is kept under one, without its bare OPT."""
    return key[: _QUESTION - 1] + b"\0" + key[_QUESTION:-BARE_OPT]


def _addressed(known: Known, message: bytes, end: int, limit: int, opt: bytes) -> Reply | None:
    """What is kept, as the reply to this very message, with `opt` at its end; None where that does not fit."""
    tail, valid_until, counter_id, _, turning, _ = known
    if 2 + len(tail) + len(opt) > limit:
        return None
    if turning is not None:
        tail = turned(tail, turning, message[1])
    counts = tail[: _QUESTION - 1] + b"\1" if opt else tail[:_QUESTION]
    wire = message[:2] + counts + message[HEADER:end] + tail[end - 2 :] + opt
    return new_reply((wire, valid_until, counter_id, None, None))


def in_order(known: Known, by: int) -> bytes:
    """What is kept, its addresses turned by so many places."""
    tail, _, _, _, turning, orders = known
    if turning is None:
        return tail
    if orders is None:
        return turned(tail, turning, by)
    place = by % turning.number
    made = orders[place] = turned(tail, turning, place)
    return made


def _counted_down(known: Known, records: int, now: float) -> Known | None:
    """The same reply with its TTLs of this second, None where more than that may have changed.

    `records` is where the records stand in it.
    """
    tail, _, counter_id, source, turning, _ = known
    if source is None:
        return None
    end = source.renewed_from
    if now >= end:
        return None
    patched = bytearray(tail)
    for at, ttl in source.relay.ttls:
        _SECONDS.pack_into(patched, records + at, max(int(source.stored + ttl - now), 0))
    # By the answer's end, not by a record's: a "there is none" without an SOA has no record that could tell.
    tail = bytes(patched)
    valid_until = min(next_second(source.expires, now), end)
    return tail, valid_until, counter_id, source, turning, no_orders(tail, turning)
