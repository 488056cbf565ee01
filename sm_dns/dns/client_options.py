"""What a forwarder says in EDNS of the client it asks for, and what a reply says to that.

EDNS Client Subnet with the whole address as its prefix (RFC 7871), and the hardware address that dnsmasq's `add-mac`
sends in option 65001 (of the range for local use, RFC 6891 §9). Both are taken out of the query, so that equal
questions stay equal and nothing of them goes further.
"""

from __future__ import annotations

import socket
from functools import lru_cache
from struct import Struct
from typing import Final, NamedTuple

from sm_dns.dns.codes import BARE_OPT, HEADER, MIN_UDP, TC, Option, Type
from sm_dns.dns.names import MAX_LABEL
from sm_dns.dns.scan import MAX_OPTIONS, subnet_is_sound

MAC_OPTION: Final = 65_001
# OPT records of which is remembered what they tell: a client's is mostly the same each time.
MAX_OPTS: Final = 8_192
_MAC_SIZE: Final = 6

_ONE_AND_OPT: Final = b"\0\1\0\0\0\0\0\1"  # the counts of a question and an OPT record
_COUNTS: Final = Struct("!HHHH")
_OPT: Final = Struct("!BHHIH")  # root, type, payload size, extended flags, length
_OPTION: Final = Struct("!HH")
_SUBNET: Final = Struct("!HBB")  # family, source prefix, scope
_WHOLE: Final = {(1, 32): socket.AF_INET, (2, 128): socket.AF_INET6}
_POINTER: Final = 0xC0


class ClientOptions(NamedTuple):
    """A query without the options, and what they told.

    `address` and `device` are "" where nothing, not the whole, or two things were told. `answer`: the option that the
    reply is to hold, b"" for none: the scope says that the answer is for this client alone (RFC 7871 §7.2.1), so that
    no cache before us hands it to others. `most`: how many octets the reply over UDP may have with it.
    """

    message: bytes
    address: str = ""
    device: str = ""
    answer: bytes = b""
    most: int = 0


class _Opt(NamedTuple):
    """An OPT record without the options, and what they told."""

    opt: bytes
    address: str
    device: str
    answer: bytes
    most: int


def take_out(message: bytes, *, subnet: bool, mac: bool) -> ClientOptions:
    """What a query tells of its client, as far as it is believed; one that is no plain query stays as it is."""
    at = _opt_at(message)
    found = None if at is None else _read_opt(message[at:], subnet, mac)
    return ClientOptions(message) if found is None else ClientOptions(message[:at] + found.opt, *found[1:])


@lru_cache(MAX_OPTS)
def _read_opt(record: bytes, subnet: bool, mac: bool) -> _Opt | None:
    """What an OPT record tells; None where that is nothing, and for one that the scanner is to refuse as it is."""
    found = _options(record, BARE_OPT)
    if found is None:
        return None
    subnets = [value for code, value in found if subnet and code == Option.ECS]
    devices = [value for code, value in found if mac and code == MAC_OPTION]
    if len(subnets) > 1 or not (subnets or devices):
        return None
    address, answer = _subnet(subnets[0]) if subnets else ("", b"")
    if subnets and not answer:
        return None
    taken = ([Option.ECS] if subnet else []) + ([MAC_OPTION] if mac else [])
    kept = b"".join(_OPTION.pack(code, len(value)) + value for code, value in found if code not in taken)
    _, _, size, flags, _ = _OPT.unpack_from(record)
    room = max(size - len(answer), MIN_UDP)
    opt = _OPT.pack(0, Type.OPT, room, flags, len(kept)) + kept
    return _Opt(opt, address, _device(devices), answer, max(size, MIN_UDP))


def with_option(reply: bytes, option: bytes) -> bytes:
    """A reply with one option more in its OPT record, which stands last; one without stays as it is."""
    at = _last_record(reply)
    if at is None or reply[at] or int.from_bytes(reply[at + 1 : at + 3], "big") != Type.OPT:
        return reply
    length = int.from_bytes(reply[at + 9 : at + BARE_OPT], "big") + len(option)
    return reply[: at + 9] + length.to_bytes(2, "big") + reply[at + BARE_OPT :] + option


def within(reply: bytes, most: int) -> bytes:
    """A reply with an option more, or, where it is longer than that, its question and OPT with TC (RFC 2181 §9)."""
    at, end = _last_record(reply), _skip_name(reply, HEADER)
    if len(reply) <= most or at is None or end is None:
        return reply
    return (
        reply[:2]
        + bytes((reply[2] | TC >> 8, reply[3]))
        + _ONE_AND_OPT
        + reply[HEADER : end + 4]
        + reply[at:]
    )


def _subnet(value: bytes) -> tuple[str, bytes]:
    """The client that a Client Subnet option names whole, and the option to reply; ("", b"") for a broken one."""
    if not subnet_is_sound(value):
        return "", b""
    family, prefix, _ = _SUBNET.unpack_from(value)
    address = value[_SUBNET.size :]
    said = _SUBNET.pack(family, prefix, prefix) + address
    kind = _WHOLE.get((family, prefix))
    told = "" if kind is None else socket.inet_ntop(kind, address)
    return told, _OPTION.pack(Option.ECS, len(said)) + said


def _device(values: list[bytes]) -> str:
    """The hardware address of the one option that holds one."""
    if len(values) != 1 or len(values[0]) != _MAC_SIZE or not any(values[0]):
        return ""
    return values[0].hex(":")


def _opt_at(message: bytes) -> int | None:
    """Where the OPT record of a query stands that has one question and nothing else beside it."""
    if len(message) < HEADER or _COUNTS.unpack_from(message, 4) != (1, 0, 0, 1):
        return None
    at = _skip_name(message, HEADER)
    at = None if at is None else at + 4
    if at is None or at + BARE_OPT > len(message):
        return None
    owner, rtype, _, _, length = _OPT.unpack_from(message, at)
    return None if owner or rtype != Type.OPT or at + BARE_OPT + length != len(message) else at


def _options(message: bytes, at: int) -> list[tuple[int, bytes]] | None:
    """The options from there to the end, None where they break their form."""
    found: list[tuple[int, bytes]] = []
    while at < len(message):
        if at + _OPTION.size > len(message) or len(found) == MAX_OPTIONS:
            return None
        code, length = _OPTION.unpack_from(message, at)
        at += _OPTION.size
        found.append((code, message[at : at + length]))
        at += length
    return found if at == len(message) else None


def _last_record(reply: bytes) -> int | None:
    """Where the last record of a reply of ours begins, None where there is none."""
    questions, *records = _COUNTS.unpack_from(reply, 4)
    at: int | None = HEADER
    for _ in range(questions):
        at = None if at is None else _skip_name(reply, at)
        at = None if at is None else at + 4
    for _ in range(sum(records) - 1):
        at = None if at is None else _skip_record(reply, at)
    return at if at is not None and records[-1] and at + BARE_OPT <= len(reply) else None


def _skip_record(reply: bytes, at: int) -> int | None:
    name_end = _skip_name(reply, at)
    if name_end is None or name_end + 10 > len(reply):
        return None
    return name_end + 10 + int.from_bytes(reply[name_end + 8 : name_end + 10], "big")


def _skip_name(message: bytes, at: int) -> int | None:
    """Where a name ends: at its root or after its pointer; None where it does not."""
    while at < len(message):
        length = message[at]
        if not length:
            return at + 1
        if length >= _POINTER:
            return at + 2
        if length > MAX_LABEL:
            return None
        at += 1 + length
    return None
