"""The scanner, with dnspython as the second opinion (threats T6, T7, T9)."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sm_dns.dns.scan import MAX_OPTIONS, Edns, Ignored, Malformed, Question, Unsupported, scan
from tests.fuzz.scanning import check
from tests.support.messages import COOKIE, make_query, opt, query, raw_query, wire_names

FACEBOOK = b"\x08facebook\x03com\x00"
REFUSALS = (Ignored, Malformed, Unsupported)


def scanned(message: bytes) -> Question | None:
    """The question, or None for a message that is refused; any other exception fails the test."""
    try:
        return scan(message)
    except REFUSALS:
        return None


def mutated(message: bytes, edits: list[tuple[int, int]], cut: int, tail: bytes) -> bytes:
    changed = bytearray(message)
    for at, octet in edits:
        changed[at % len(changed)] = octet
    return bytes(changed[: len(changed) - cut]) + tail


queries = st.builds(
    raw_query,
    wire_names,
    qtype=st.integers(0, 300) | st.integers(0, 0xFFFF),
    qclass=st.sampled_from([1, 3, 254, 255]),
    flags=st.integers(0, 0x07FF),
    id=st.integers(0, 0xFFFF),
)
# Options as the RFCs define them, with lengths and values that may be wrong: cookie, client subnet, EDE, unknown.
option_values = (
    st.binary(max_size=20)
    | st.tuples(
        st.sampled_from([b"\0\1", b"\0\2", b"\0\3"]),
        st.integers(0, 130),
        st.integers(0, 1),
        st.binary(max_size=17),
    ).map(lambda parts: parts[0] + bytes(parts[1:3]) + parts[3])
    | st.text(max_size=5).map(lambda text: b"\0\x0f" + text.encode())
)
options = st.lists(
    st.tuples(st.sampled_from([3, 8, 10, 11, 12, 15, 18, 22, 23, 24, 25, 65001]), option_values), max_size=4
).map(
    lambda given: b"".join(
        code.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value for code, value in given
    )
)
opts = st.builds(
    opt, options, size=st.integers(0, 0xFFFF), version=st.integers(0, 2), flags=st.integers(0, 0xFFFF)
)
edns_queries = st.builds(raw_query, wire_names, tail=opts, ar=st.just(1))
REAL = [
    query("www.facebook.com"),
    query("facebook.com", "HTTPS", use_edns=0, want_dnssec=True, options=[COOKIE]),
    query("xn--caf-dma.example", "TXT", use_edns=0, payload=4096),
]
NAMES = ["A", "HTTPS", "TXT"]


@given(st.binary(max_size=80))
@example(b"")
@example(bytes(12))
def test_arbitrary_bytes(message: bytes) -> None:
    check(message)


@given(queries | edns_queries)
def test_well_formed_headers_over_arbitrary_names_types_and_options(message: bytes) -> None:
    check(message)


@given(
    st.sampled_from(REAL),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=3),
    st.integers(0, 6),
    st.just(b"") | st.binary(max_size=4),
)
def test_real_queries_with_octets_changed_cut_and_added(
    message: bytes, edits: list[tuple[int, int]], cut: int, tail: bytes
) -> None:
    check(mutated(message, edits, cut, tail))


@pytest.mark.parametrize("message", REAL, ids=NAMES)
def test_real_queries_are_accepted(message: bytes) -> None:
    assert scanned(message) is not None
    check(message)


@pytest.mark.parametrize("message", REAL, ids=NAMES)
def test_every_truncation_of_a_real_query_is_refused(message: bytes) -> None:
    for length in range(len(message)):
        assert scanned(message[:length]) is None


def test_upper_case_is_kept_for_the_echo_and_folded_for_the_decision() -> None:
    question = scan(raw_query(b"\x08FaceBook\x03COM\x00"))
    assert question.wire.startswith(b"\x08FaceBook\x03COM\x00")
    assert question.qname == FACEBOOK


def test_a_dot_inside_a_label_does_not_split_it() -> None:
    question = scan(raw_query(b"\x0cfacebook.com\x00"))
    assert question.qname == b"\x0cfacebook.com\x00" != FACEBOOK


def test_an_internationalised_name_is_its_a_label() -> None:
    assert scan(query("café.example")).qname == b"\x0bxn--caf-dma\x07example\x00"


def test_a_label_of_63_octets_is_the_longest() -> None:
    assert scan(raw_query(b"\x3f" + b"a" * 63 + b"\x00")).qname[0] == 63
    for length in (64, 127, 128, 191):
        with pytest.raises(Malformed):
            scan(raw_query(bytes([length]) + b"a" * length + b"\x00"))


def test_a_name_of_255_octets_is_the_longest() -> None:
    longest = (b"\x3f" + b"a" * 63) * 3 + b"\x3d" + b"a" * 61 + b"\x00"
    assert len(longest) == 255
    assert scan(raw_query(longest)).qname == longest
    with pytest.raises(Malformed):
        scan(raw_query(b"\x01b" + longest))


def test_a_compressed_question_is_malformed() -> None:
    for name in (b"\xc0\x0c", b"\x03www\xc0\x0c", b"\xc0\x00", b"\x03www\xc0"):
        with pytest.raises(Malformed):
            scan(raw_query(name))


@pytest.mark.parametrize(
    "broken",
    [
        raw_query(FACEBOOK, qd=0),
        raw_query(b"", qd=0)[:12],
        raw_query(FACEBOOK, qd=2),
        raw_query(FACEBOOK, qd=2, tail=FACEBOOK + b"\0\1\0\1"),
        raw_query(FACEBOOK, an=1),
        raw_query(FACEBOOK, ns=1),
        raw_query(FACEBOOK, ar=1),
        raw_query(FACEBOOK, ar=1, tail=opt()[:-1]),
        raw_query(FACEBOOK, ar=2, tail=opt() + opt()),
        raw_query(FACEBOOK, ar=1, tail=b"\xc0\x0c" + opt()[1:]),
        raw_query(FACEBOOK, ar=1, tail=b"\0\0\1\0\1\0\0\0\0\0\4\1\2\3\4"),
        raw_query(FACEBOOK, ar=1, tail=opt(b"\0\x0a\0\4abcd")),
        raw_query(FACEBOOK, ar=1, tail=opt(b"\0\x0a\0\x09abcd")),
        raw_query(FACEBOOK, qtype=0),
        raw_query(FACEBOOK, qtype=41),
        raw_query(FACEBOOK, qtype=250),
        raw_query(FACEBOOK)[:-1],
        raw_query(FACEBOOK[:-1]),
    ],
)
def test_malformed_queries_say_whom_to_tell(broken: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        scan(broken)
    assert (caught.value.message_id, caught.value.flags) == (0x1234, 0x0100)


@pytest.mark.parametrize("junk", [b"\0", b"junk", opt(), FACEBOOK + b"\0\1\0\1", bytes(4_000)])
@pytest.mark.parametrize(
    "whole", [raw_query(FACEBOOK), raw_query(FACEBOOK, ar=1, tail=opt(b"\0\x0a\0\x08" + b"cookie--"))]
)
def test_what_stands_after_the_end_means_nothing(whole: bytes, junk: bytes) -> None:
    question = scan(whole)
    assert question.excess == 0
    assert scan(whole + junk) == question._replace(excess=len(junk))


def test_an_option_does_not_reach_beyond_its_record() -> None:
    """The data of the option would be whole only with the octets after the end."""
    record = bytearray(opt(b"\0\x0a\0\x08" + b"cook"))
    with pytest.raises(Malformed):
        scan(raw_query(FACEBOOK, ar=1, tail=bytes(record) + b"ie--"))


def test_padding_and_keepalive_are_seen() -> None:
    for code, value, seen in (
        (12, bytes(20), (True, False)),
        (11, b"", (False, True)),
        (3, b"", (False, False)),
    ):
        option = code.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value
        edns = scan(raw_query(FACEBOOK, ar=1, tail=opt(option))).edns
        assert edns is not None
        assert (edns.pads, edns.keeps_alive) == seen


@pytest.mark.parametrize("length", range(12))
def test_less_than_a_header_is_ignored(length: int) -> None:
    with pytest.raises(Ignored):
        scan(raw_query(FACEBOOK)[:length])


def test_a_response_is_ignored_whatever_else_it_is() -> None:
    for flags in (0x8000, 0x8180, 0xA800):
        with pytest.raises(Ignored):
            scan(raw_query(FACEBOOK, flags=flags))


@pytest.mark.parametrize("opcode", range(1, 16))
def test_other_opcodes_are_unsupported(opcode: int) -> None:
    with pytest.raises(Unsupported) as caught:
        scan(raw_query(FACEBOOK, flags=opcode << 11 | 0x0100))
    assert caught.value.message_id == 0x1234
    assert caught.value.edns is None
    with pytest.raises(Unsupported) as caught:
        scan(raw_query(FACEBOOK, flags=opcode << 11, ar=1, tail=opt(b"\0\x0a\0\x08" + b"cookie--")))
    assert caught.value.edns == Edns(1232, 0, False)
    for broken in (b"", opt()[:-1], opt(b"\0\x0a\0\4abcd")):
        with pytest.raises(Unsupported) as caught:
            scan(raw_query(FACEBOOK, flags=opcode << 11, ar=1, tail=broken))
        assert caught.value.edns is None


def test_the_count_of_options_is_bounded() -> None:
    """T7."""
    one = b"\xfd\xe9\0\0"
    assert scanned(raw_query(FACEBOOK, ar=1, tail=opt(one * MAX_OPTIONS))) is not None
    assert scanned(raw_query(FACEBOOK, ar=1, tail=opt(one * (MAX_OPTIONS + 1)))) is None


@pytest.mark.parametrize("code", [22, 23, 24, 25])
@pytest.mark.parametrize(("value", "is_sound"), [(b"", True), ("é".encode(), True), (b"\xff", False)])
def test_options_of_text_hold_utf8(code: int, value: bytes, is_sound: bool) -> None:
    record = opt(bytes((0, code, 0, len(value))) + value)
    assert (scanned(raw_query(FACEBOOK, ar=1, tail=record)) is not None) is is_sound


@pytest.mark.parametrize(
    ("value", "is_sound"),
    [
        (FACEBOOK, True),
        (b"\0", True),
        (b"", False),
        (FACEBOOK[:-1], False),
        (FACEBOOK + b"\0", False),
        (b"\xc0\x0c", False),
        (b"\x40" + b"a" * 64 + b"\0", False),
        (b"\1a" * 127 + b"\0", True),
        (b"\1a" * 128 + b"\0", False),
    ],
)
def test_a_report_channel_is_one_name(value: bytes, is_sound: bool) -> None:
    """RFC 9567: an agent's domain, uncompressed."""
    record = opt(b"\0\x12" + len(value).to_bytes(2, "big") + value)
    message = raw_query(FACEBOOK, ar=1, tail=record)
    assert (scanned(message) is not None) is is_sound
    check(message)


def test_edns_is_read() -> None:
    message = make_query("example.com", use_edns=0, payload=1400, want_dnssec=True)
    assert scan(message.to_wire()).edns == Edns(1400, 0, True)
    assert scan(query("example.com")).edns is None
    assert scan(raw_query(FACEBOOK, ar=1, tail=opt(version=1))).edns == Edns(1232, 1, False)
