"""Differences of lists: what is applied is what was meant, octet by octet, and little of a long list travels."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.fleet.bundles.differences import applied, difference
from sm_dns.util.errors import BadInput

LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"facebook.com\n", b"\r", b"x", b"\x00\n"]), max_size=200)


@given(LINES, LINES)
def test_what_is_applied_is_the_new_one(old: list[bytes], new: list[bytes]) -> None:
    before, after = b"".join(old), b"".join(new)
    assert applied(before, difference(before, after), len(after)) == after


def test_of_a_long_list_a_change_travels_alone() -> None:
    lines = [f"{zlib.crc32(str(number).encode()):08x}.example.com\n".encode() for number in range(100_000)]
    old = b"".join(lines)
    new = b"".join([*lines[:50_000], b"new.example.net\n", *lines[50_001:], b"last.example.org\n"])
    change = difference(old, new)
    assert applied(old, change, len(new)) == new
    assert len(change) < len(new) / 200
    assert len(difference(old, old)) < 64


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_any_octets_are_a_difference_or_bad_input(old: bytes, change: bytes) -> None:
    try:
        assert len(applied(old, change, 1_000)) <= 1_000
    except BadInput:
        pass


def test_what_makes_too_much_is_refused() -> None:
    with pytest.raises(BadInput):
        applied(b"", difference(b"", b"abcdef\n"), 6)
