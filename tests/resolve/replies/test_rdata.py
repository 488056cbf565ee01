"""RDATA that leaves its message, for every type that may hold compressed names (RFC 3597 §4)."""

from __future__ import annotations

import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.names import from_text
from sm_dns.dns.walk import BadAnswer, Record
from sm_dns.resolve.replies.rdata import _LAYOUTS, plain_rdata

HEAD = bytes(12)
NAME = from_text("www.example.com")
HERE = b"\xc0\x0c"  # the name that stands behind the header
BELOW = b"\4mail\xc0\x10"  # mail.example.com
NUMBERS = bytes(range(1, 21))

COMPRESSED = {
    "NS": HERE,
    "MD": HERE,
    "MF": HERE,
    "CNAME": BELOW,
    "MB": HERE,
    "MG": HERE,
    "MR": HERE,
    "PTR": BELOW,
    "DNAME": HERE,
    "SOA": HERE + BELOW + NUMBERS,
    "MINFO": HERE + BELOW,
    "RP": BELOW + HERE,
    "MX": b"\0\x0a" + BELOW,
    "AFSDB": b"\0\1" + BELOW,
    "RT": b"\0\2" + HERE,
    "PX": b"\0\5" + HERE + BELOW,
    "SRV": b"\0\1\0\2\0\x35" + BELOW,
    "NAPTR": b"\0\x0a\0\x14\1S\7SIP+D2U\0" + BELOW,
    "SIG": NUMBERS[:18] + HERE + b"signature",
    "NXT": HERE + b"\x62\1\x80\x08",
}


def record(rtype: int, rdata: bytes) -> tuple[bytes, Record]:
    """A message that ends with this RDATA, and where it lies."""
    message = HEAD + NAME + rdata
    start = len(HEAD + NAME)
    return message, Record(NAME, rtype, 1, 60, start, start, start, len(message))


def test_every_type_that_may_compress_is_tried() -> None:
    assert {int(dns.rdatatype.from_text(name)) for name in COMPRESSED} == set(_LAYOUTS)


@pytest.mark.parametrize("name", sorted(COMPRESSED))
def test_names_are_written_out_in_full(name: str) -> None:
    rtype = dns.rdatatype.from_text(name)
    message, found = record(rtype, COMPRESSED[name])
    in_full = COMPRESSED[name].replace(HERE, NAME).replace(BELOW, from_text("mail.example.com"))
    assert plain_rdata(message, found) == in_full


@pytest.mark.parametrize("name", sorted(COMPRESSED))
def test_rdata_that_is_cut_short_is_refused(name: str) -> None:
    rtype = dns.rdatatype.from_text(name)
    whole = COMPRESSED[name]
    least = len(whole) - len(whole.partition(b"signature")[1]) - (4 if name == "NXT" else 0)
    for size in range(least):
        message, found = record(rtype, whole)
        with pytest.raises(BadAnswer):
            plain_rdata(message, found._replace(end=found.rdata + size))


def test_what_follows_the_last_name_is_refused() -> None:
    message, found = record(dns.rdatatype.AFSDB, COMPRESSED["AFSDB"] + b"x")
    with pytest.raises(BadAnswer):
        plain_rdata(message, found)


@given(st.binary(max_size=60))
def test_other_types_may_not_compress_and_are_copied(rdata: bytes) -> None:
    for rtype in (1, 16, 28, 46, 47, 64, 65, 65_280):
        assert plain_rdata(*record(rtype, rdata)) == rdata


@given(st.sampled_from(sorted(_LAYOUTS)), st.binary(max_size=60))
def test_whatever_the_octets_are(rtype: int, rdata: bytes) -> None:
    try:
        plain_rdata(*record(rtype, rdata))
    except BadAnswer:
        pass
