"""A reply of ours as text, for people: what it says, and its extended errors."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import NamedTuple

from sm_dns.dns import names
from sm_dns.dns.codes import HEADER, Ede, Option, Rcode, Type
from sm_dns.dns.records import type_name, type_number
from sm_dns.dns.walk import BadAnswer, Record, read_records
from sm_dns.resolve.replies.denials import PRIVATE_TEXT
from sm_dns.resolve.replies.rdata import plain_rdata

_QUESTION_END = 4  # octets after the name
_ADDRESSES = frozenset((int(Type.A), int(Type.AAAA)))
_NAMES = frozenset((int(Type.CNAME), int(Type.PTR), int(Type.NS)))


class Spelling(NamedTuple):
    """How types and records are written."""

    type_number: Callable[[str], int | None]
    """The number of a type by its name; None for what cannot be asked for."""
    record: Callable[[bytes, Record], str]
    """The type and the data of a record of a message."""


class ReplyText(NamedTuple):
    """The rcode's name, the records of the answer as zone text, and (code, text) of each extended error."""

    rcode: str
    answers: list[str]
    extended: list[tuple[int, str]]

    @property
    def is_kept_back(self) -> bool:
        """Whether an answer was withheld for its private address."""
        return (int(Ede.BLOCKED), PRIVATE_TEXT) in self.extended


def read_reply(wire: bytes, qname: bytes, spelling: Spelling) -> ReplyText:
    """Read a reply that the pipeline made to a question about a canonical name."""
    counts = [int.from_bytes(wire[at : at + 2], "big") for at in (6, 8, 10)]
    start = HEADER + len(qname) + _QUESTION_END
    answers, at = read_records(wire, start, counts[0], qname)
    _, at = read_records(wire, at, counts[1], qname)
    additional, _ = read_records(wire, at, counts[2], qname)
    rcode = wire[3] & 0xF
    extended: list[tuple[int, str]] = []
    for record in additional:
        if record.rtype == Type.OPT:
            rcode |= wire[record.ttl_at] << 4
            extended += _extended(wire[record.rdata : record.end])
    return ReplyText(Rcode(rcode).name, [_text(wire, one, spelling) for one in answers], extended)


def _extended(options: bytes) -> list[tuple[int, str]]:
    found, at = [], 0
    while at + 4 <= len(options):
        code = int.from_bytes(options[at : at + 2], "big")
        length = int.from_bytes(options[at + 2 : at + 4], "big")
        value = options[at + 4 : at + 4 + length]
        if code == Option.EDE:
            found.append((int.from_bytes(value[:2], "big"), value[2:].decode("utf-8", "replace")))
        at += 4 + length
    return found


def _text(wire: bytes, record: Record, spelling: Spelling) -> str:
    """A record as a zone file has it."""
    return f"{_absolute(record.owner)} {record.ttl} {spelling.record(wire, record)}"


def unread(wire: bytes, record: Record) -> str:
    """The data of a record in the form of RFC 3597 §5."""
    try:
        rdata = plain_rdata(wire, record)
    except BadAnswer:  # it has not the form of its type
        rdata = wire[record.rdata : record.end]
    return f"\\# {len(rdata)} {rdata.hex()}".rstrip()


def _plain_record(wire: bytes, record: Record) -> str:
    if record.rtype in _ADDRESSES:
        data = str(ipaddress.ip_address(wire[record.rdata : record.end]))
    elif record.rtype in _NAMES:
        data = _absolute(plain_rdata(wire, record))
    else:
        data = unread(wire, record)
    return f"{type_name(record.rtype)} {data}"


def _absolute(name: bytes) -> str:
    return names.to_text(name).removesuffix(".") + "."


PLAIN = Spelling(type_number, _plain_record)
"""Addresses and names alone are read; it needs no library."""
