"""A reply as the packet cache keeps it: after its ID, its addresses not turned, and how it becomes a reply again."""

from __future__ import annotations

from struct import Struct
from typing import Final

from sm_dns.dns.codes import HEADER
from sm_dns.resolve.cache import Cached
from sm_dns.resolve.replies.reply import Reply, new_reply, next_second
from sm_dns.resolve.replies.turning import Orders, Turning, no_orders, turned
from sm_dns.serve.clients.cache_key import QUESTION_AT

_SECONDS: Final = Struct("!I")

Entry = tuple[bytes, float, int | None, Cached | None, Turning | None, Orders | None]
"""A reply after its ID; until when it is valid; the number under which it is counted; its source, where nothing but
TTLs will change; the addresses in it that turn; its orders that were made."""

Table = dict[bytes, Entry]
"""Replies by the key of their question."""

Tables = tuple[Table, Table, Table, Table]
"""What clients of a class may be replayed: the newer and the older of their class, and the same of everyone's."""

NO_TABLE: Final[Table] = {}
"""What may be replayed to whom nothing is replayed: nothing is put into it. (A tuple may be another one where it is
read from a compiled class, a table is the same.)"""

NO_TABLES: Final[Tables] = (NO_TABLE, NO_TABLE, NO_TABLE, NO_TABLE)


def addressed(entry: Entry, message: bytes, end: int, limit: int, opt: bytes, turn: int) -> Reply | None:
    """What is kept, as the reply to this very message, turned by so many places, with `opt` at its end; None where
    that does not fit."""
    tail, valid_until, counter_id, _, turning, _ = entry
    if 2 + len(tail) + len(opt) > limit:
        return None
    if turning is not None:
        tail = turned(tail, turning, turn)
    counts = tail[: QUESTION_AT - 1] + b"\1" if opt else tail[:QUESTION_AT]
    wire = message[:2] + counts + message[HEADER:end] + tail[end - 2 :] + opt
    return new_reply((wire, valid_until, counter_id, None, None, False))


def in_order(entry: Entry, by: int) -> bytes:
    """What is kept, its addresses turned by so many places."""
    tail, _, _, _, turning, orders = entry
    if turning is None:
        return tail
    if orders is None:
        return turned(tail, turning, by)
    place = by % turning.number
    made = orders[place] = turned(tail, turning, place)
    return made


def counted_down(entry: Entry, records: int, now: float) -> Entry | None:
    """The same reply with its TTLs of this second, None where more than that may have changed.

    `records` is where the records stand in it.
    """
    tail, _, counter_id, source, turning, _ = entry
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
