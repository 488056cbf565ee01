"""The walk over an upstream's reply: bounded, linear, and of one mind with dnspython (threats T5, T6)."""

from __future__ import annotations

from time import process_time

import dns.name
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.codes import HEADER
from sm_dns.dns.walk import MAX_POINTERS, MAX_RECORDS, MAX_TTL, BadAnswer, read_name, read_records
from tests.support.messages import query, response, wire_names

PADDING = bytes(HEADER)


def pointer(target: int) -> bytes:
    return (0xC000 | target).to_bytes(2, "big")


@given(wire_names)
def test_a_plain_name_is_read_in_lower_case(name: bytes) -> None:
    assert read_name(PADDING + name + b"rest", HEADER) == (name.lower(), HEADER + len(name))


@given(st.binary(max_size=120), st.integers(0, 130))
def test_a_name_from_arbitrary_bytes_is_what_dnspython_reads(message: bytes, at: int) -> None:
    message = PADDING + message
    try:
        name, after = read_name(message, at)
    except BadAnswer:
        return
    theirs, used = dns.name.from_wire(message, at)
    assert name == theirs.canonicalize().to_wire()
    assert after == at + used


@given(st.binary(max_size=200), st.integers(0, 5), st.integers(0, 20))
def test_records_of_arbitrary_bytes_raise_nothing_else(message: bytes, count: int, at: int) -> None:
    try:
        records, end = read_records(message, at, count, b"\1a\0")
    except BadAnswer:
        return
    assert len(records) == count
    assert end <= len(message) or not count
    assert all(0 <= record.ttl <= MAX_TTL for record in records)


def test_compression_is_followed() -> None:
    message = PADDING + b"\3com\0" + b"\7Example" + pointer(HEADER) + b"\3www" + pointer(HEADER + 5)
    at = HEADER + 5 + 10
    assert read_name(message, at) == (b"\3www\7example\3com\0", len(message))


@pytest.mark.parametrize(
    "name",
    [
        pointer(HEADER),  # itself
        pointer(HEADER + 2) + pointer(HEADER),  # forward
        b"\1a" + pointer(HEADER),  # back to its own beginning
        pointer(0),  # into the header
        b"\xc0",
        b"\x40" + b"a" * 64 + b"\0",
        b"\x80",
        b"\1",
        b"",
        (b"\x3f" + b"a" * 63) * 4 + b"\0",
    ],
)
def test_names_that_loop_leave_the_message_or_are_too_long(name: bytes) -> None:
    with pytest.raises(BadAnswer):
        read_name(PADDING + name, HEADER)


def test_a_pair_of_pointers_that_point_at_each_other() -> None:
    message = PADDING + b"\1a" + pointer(HEADER + 4) + b"\1b" + pointer(HEADER)
    with pytest.raises(BadAnswer):
        read_name(message, HEADER + 4)


def test_a_name_of_255_octets_is_the_longest() -> None:
    longest = (b"\x3f" + b"a" * 63) * 3 + b"\x3d" + b"a" * 61 + b"\0"
    assert read_name(PADDING + longest, HEADER)[0] == longest
    with pytest.raises(BadAnswer):
        read_name(PADDING + b"\1b" + longest, HEADER)
    with pytest.raises(BadAnswer):
        read_name(PADDING + longest + b"\1b" + pointer(HEADER), HEADER + 255)


def ladder(rungs: int) -> bytes:
    """Pointers of which each leads to the one before."""
    return PADDING + b"\0" + b"".join(pointer(HEADER + max(2 * rung - 1, 0)) for rung in range(rungs))


def test_a_ladder_of_pointers_is_climbed_only_so_far() -> None:
    """T6."""
    steps = HEADER + 1
    assert read_name(ladder(MAX_POINTERS), steps + 2 * (MAX_POINTERS - 1))[0] == b"\0"
    with pytest.raises(BadAnswer):
        read_name(ladder(MAX_POINTERS + 1), steps + 2 * MAX_POINTERS)


def test_the_worst_reply_costs_milliseconds() -> None:
    rungs = ladder(MAX_POINTERS - 1)  # the record's own pointer is one more
    record = pointer(len(rungs) - 2) + b"\0\1\0\1\0\0\0\x3c\0\0"
    message = rungs + record * MAX_RECORDS
    begun = process_time()
    records, _ = read_records(message, len(rungs), MAX_RECORDS, b"\0")
    assert process_time() - begun < 1.0
    assert len(records) == MAX_RECORDS


def test_more_records_than_any_answer_needs_are_refused() -> None:
    record = b"\0\0\1\0\1\0\0\0\x3c\0\0"
    with pytest.raises(BadAnswer):
        read_records(record * (MAX_RECORDS + 1), 0, MAX_RECORDS + 1, b"\0")


@pytest.mark.parametrize(
    ("sent", "believed"),
    [
        (0, 0),
        (1, 1),
        (MAX_TTL, MAX_TTL),
        (MAX_TTL + 1, MAX_TTL),
        (2**31 - 1, MAX_TTL),
        (2**31, 0),
        (2**32 - 1, 0),
    ],
)
def test_how_far_a_ttl_is_believed(sent: int, believed: int) -> None:
    record = b"\0\0\1\0\1" + sent.to_bytes(4, "big") + b"\0\0"
    ((_, _, _, ttl, *_),), _ = read_records(record, 0, 1, b"\0")
    assert ttl == believed


def test_a_record_knows_where_it_lies() -> None:
    reply = response(query("example.com"), "example.com 300 IN A 192.0.2.1", "example.com 300 IN A 192.0.2.2")
    (first, second), end = read_records(reply, HEADER + 17, 2, b"\7example\3com\0")
    assert first.owner == second.owner == b"\7example\3com\0"
    assert (first.rtype, first.rclass, first.ttl) == (1, 1, 300)
    addresses = {reply[record.rdata : record.end] for record in (first, second)}
    assert addresses == {bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2])}
    assert reply[first.ttl_at : first.ttl_at + 4] == (300).to_bytes(4, "big")
    assert first.end == second.start
    assert second.end == end == len(reply)


@pytest.mark.parametrize("cut", range(1, 17))
def test_a_record_that_is_cut_short_is_bad(cut: int) -> None:
    reply = response(query("example.com"), "example.com 300 IN A 192.0.2.1")
    with pytest.raises(BadAnswer):
        read_records(reply[:-cut], HEADER + 17, 1, b"\7example\3com\0")
