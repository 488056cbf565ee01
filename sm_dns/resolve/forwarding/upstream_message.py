"""What an upstream's message is, before its records are read: whose question it answers, what it says of itself."""

from __future__ import annotations

from typing import Final, NamedTuple

from sm_dns.dns.codes import HEADER, QR, Option, Rcode, Type
from sm_dns.dns.records import ede_option
from sm_dns.dns.walk import BadAnswer, read_records

MAX_ERRORS: Final = 4  # extended errors of an upstream that are passed on
ERROR_BYTES: Final = 120  # octets of the text of one

_QUESTION_AND_RESPONSE: Final = QR >> 8
_REFUSALS: Final = frozenset((int(Rcode.FORMERR), int(Rcode.SERVFAIL), int(Rcode.NOTIMP), int(Rcode.REFUSED)))
_OPT_HEAD: Final = b"\0\0\x29"  # root and type of an OPT record
_TOLD_BY: Final = b"upstream"
_BARE_OPT: Final = 11  # octets of one without options


def is_response(message: bytes) -> bool:
    """Whether a message is a response to one ordinary question."""
    return (
        len(message) > HEADER and message[2] & 0xF8 == _QUESTION_AND_RESPONSE and message[4:6] == b"\x00\x01"
    )


def is_bare_refusal(message: bytes) -> bool:
    """Whether a message is an error without a question, as of a server that could not read what it was asked."""
    return (
        len(message) >= HEADER
        and message[2] & 0xF8 == _QUESTION_AND_RESPONSE
        and message[4:8] == b"\x00\x00\x00\x00"
        and message[3] & 0xF in _REFUSALS
    )


def repeats_in_any_case(message: bytes, question: bytes) -> bool:
    """Whether a message repeats a question, letter case apart."""
    return _canonical(message[HEADER : HEADER + len(question)]) == _canonical(question)


def _canonical(question: bytes) -> bytes:
    """A question with its name in lower case; type and class are numbers, and HTTPS is 65, an "A"."""
    return question[:-4].lower() + question[-4:]


class Opt(NamedTuple):
    """What the OPT record of a reply says: the upper eight bits of the rcode (RFC 6891 §6.1.3), and its options."""

    rcode: int
    options: bytes


_NO_OPT: Final = Opt(0, b"")


def opt_of(reply: bytes, question: bytes) -> Opt:
    """The OPT record of an upstream's reply; as if it were bare where there is none or it cannot be read."""
    if len(reply) < HEADER or not reply[11]:
        return _NO_OPT
    if reply[-_BARE_OPT : -_BARE_OPT + 3] == _OPT_HEAD:
        return Opt(reply[-_BARE_OPT + 5], b"") if reply[-_BARE_OPT + 5] else _NO_OPT
    counts = [int.from_bytes(reply[at : at + 2], "big") for at in (6, 8, 10)]
    start = HEADER + len(question) if reply[5] else HEADER
    try:
        records, _ = read_records(reply, start, sum(counts), question[:-4].lower())
    except BadAnswer:
        return _NO_OPT
    for record in records[counts[0] + counts[1] :]:
        if record.rtype == Type.OPT:
            return Opt(reply[record.ttl_at], reply[record.rdata : record.end])
    return _NO_OPT


def own_errors(options: bytes) -> bytes:
    """The extended errors (RFC 8914) among an upstream's options, as options to stand beside ours: made anew, their
    text cut and without control characters, and told to be the upstream's."""
    if not options:
        return b""
    found: list[bytes] = []
    at = 0
    while at + 4 <= len(options) and len(found) < MAX_ERRORS:
        code, length = options[at] << 8 | options[at + 1], options[at + 2] << 8 | options[at + 3]
        value = options[at + 4 : at + 4 + length]
        if code == Option.EDE and len(value) == length >= 2:
            found.append(ede_option(value[0] << 8 | value[1], _told(value[2:])))
        at += 4 + length
    return b"".join(found)


def _told(text: bytes) -> str:
    words = "".join(each if each.isprintable() else "?" for each in text.decode("utf-8", "replace"))
    told = _TOLD_BY + b": " + words.encode() if words else _TOLD_BY
    return told[:ERROR_BYTES].decode("utf-8", "ignore")
