"""Building records of our own: the one door to dnslib.

dnslib packs what we say ourselves; it never parses what strangers send (`sm_dns.dns.scan` and
`sm_dns.dns.walk` do), and upstream answers pass by it as bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv6Address
from struct import Struct

import dnslib

from sm_dns.dns.codes import CLASS_CH, CLASS_IN, Option, Type

# A compression pointer to the question's name: the owner of every record we make.
QUESTION_NAME = b"\xc0\x0c"

_RR = Struct("!HHIH")
_OPT = Struct("!BHHBBHH")
_OPTION = Struct("!HH")
_PARAM = Struct("!HH")
_SOA_SERIAL = 1
_SOA_REFRESH = 3600
_SOA_RETRY = 600
_SOA_EXPIRE = 86400
_SMIMEA = (53, "SMIMEA")  # RFC 8162; dnslib calls it HIP, which is 55


def type_number(text: str) -> int | None:
    """The number of a type that is given by name, as TYPE65280 or as 65280; None for none that can be asked for."""
    name = text.upper()
    number = _SMIMEA[0] if name == _SMIMEA[1] else numbered_type(name)
    known = Type.__members__.get(name) or dnslib.QTYPE.reverse.get(name, 0)
    return askable(int(known) if number is None else number)


def numbered_type(text: str) -> int | None:
    """The number in TYPE65280 or 65280 (RFC 3597 §5), None in any other text."""
    digits = text.upper().removeprefix("TYPE")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 5 else None


def askable(number: int) -> int | None:
    """The number of a type, None where there can be no question about it."""
    return number if 0 < number <= 0xFFFF and number not in (Type.OPT, Type.TSIG) else None


def type_name(number: int) -> str:
    """The name of a type, TYPE65280 where it has none (RFC 3597 §5)."""
    found = _SMIMEA[1] if number == _SMIMEA[0] else dnslib.QTYPE.forward.get(number)
    return found if isinstance(found, str) else f"TYPE{number}"


def _aaaa(address: str) -> dnslib.AAAA:
    """By its octets: dnslib does not read the dotted quad of an IPv4-mapped address (RFC 4291, 2.5.5.2)."""
    return dnslib.AAAA(tuple(IPv6Address(address).packed))


def address_record(address: str, ttl: int) -> bytes:
    """An A or AAAA record of the question's name, by the family of the address."""
    rdata = _aaaa(address) if ":" in address else dnslib.A(address)
    return _record(Type.AAAA if ":" in address else Type.A, ttl, rdata)


def soa_record(ttl: int) -> bytes:
    """The SOA that lets a negative answer of ours be cached for `ttl` seconds and no longer (RFC 2308 §3)."""
    times = (_SOA_SERIAL, _SOA_REFRESH, _SOA_RETRY, _SOA_EXPIRE, ttl)
    return _record(Type.SOA, ttl, dnslib.SOA("policy.sm-dns.invalid", "hostmaster.sm-dns.invalid", times))


def pointer_record(target: str, ttl: int) -> bytes:
    """A PTR record of the question's name."""
    return _record(Type.PTR, ttl, dnslib.PTR(target))


def hinfo_record(cpu: str, ttl: int) -> bytes:
    """An HINFO record of the question's name with an empty OS field (RFC 8482 §4.2). dnslib has no such type."""
    return _record(Type.HINFO, ttl, dnslib.RD(bytes([len(cpu)]) + cpu.encode("ascii") + b"\0"))


def identity_record(text: bytes) -> bytes:
    """A TXT record of class CH of the question's name, not to be cached; `text` has at most 255 octets (RFC 4892)."""
    rdata = bytes([len(text)]) + text
    return QUESTION_NAME + _RR.pack(Type.TXT, CLASS_CH, 0, len(rdata)) + rdata


def svcb_record(priority: int, target: bytes, params: Iterable[tuple[int, bytes]], ttl: int) -> bytes:
    """An SVCB record of the question's name; `params` are SvcParams with ascending keys (RFC 9460 §2.2)."""
    packed = b"".join(_PARAM.pack(key, len(value)) + value for key, value in params)
    return _record(Type.SVCB, ttl, dnslib.RD(priority.to_bytes(2, "big") + target + packed))


def _rdata(rdata: dnslib.RD) -> bytes:
    buffer = _PlainBuffer()
    rdata.pack(buffer)
    return bytes(buffer.data)


class _PlainBuffer(dnslib.DNSBuffer):  # type: ignore[misc]
    """Packs names in full: dnslib's pointers would count from the RDATA, not from the message."""

    def encode_name(self, name: object) -> None:
        self.encode_name_nocompress(name)


def _record(rtype: int, ttl: int, rdata: dnslib.RD) -> bytes:
    packed = _rdata(rdata)
    return QUESTION_NAME + _RR.pack(rtype, CLASS_IN, ttl, len(packed)) + packed


def opt_record(size: int, extended_rcode: int, dnssec_ok: bool, options: bytes = b"") -> bytes:
    """Our OPT record (RFC 6891 §6.1.2): always built anew, never an upstream's or a client's passed on (T7)."""
    flags = 0x8000 if dnssec_ok else 0
    return _OPT.pack(0, Type.OPT, size, extended_rcode, 0, flags, len(options)) + options


def nsid_option(text: bytes) -> bytes:
    """The name server identifier option (RFC 5001 §2.3)."""
    return _OPTION.pack(Option.NSID, len(text)) + text


def keepalive_option(seconds: float) -> bytes:
    """For how long an idle connection is kept open, told in tenths of a second (RFC 7828 §3.1)."""
    return _OPTION.pack(Option.TCP_KEEPALIVE, 2) + round(10 * seconds).to_bytes(2, "big")


def padding_option(size: int, block: int) -> bytes:
    """The padding by which a message of `size` octets without it becomes a multiple of `block` (RFC 7830 §3)."""
    length = -(size + _OPTION.size) % block
    return _OPTION.pack(Option.PADDING, length) + bytes(length)


def ede_option(code: int, text: str = "") -> bytes:
    """One Extended DNS Error option with optional EXTRA-TEXT (RFC 8914 §2)."""
    value = code.to_bytes(2, "big") + text.encode()
    return _OPTION.pack(Option.EDE, len(value)) + value
