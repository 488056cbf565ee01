"""From a client's bytes to a reply's: what is refused, what is echoed, what fits (threats T7, T9, T11, T12)."""

from __future__ import annotations

import dns.edns
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.scan import Ignored
from sm_dns.policy.snapshot import Snapshot
from tests.support.desk import GUEST, HQ, LUNCH, STRANGER, WORK, Desk
from tests.support.messages import COOKIE, lines, opt, query, raw_query, response

WWW = b"\3wWw\7eXample\3com\0"
ADDRESS = "www.example.com. 300 IN A 192.0.2.80"


@pytest.mark.parametrize("broken", [raw_query(WWW, qd=0), raw_query(WWW, qd=2), raw_query(WWW)[:-3]])
def test_a_malformed_query_is_told_so_under_its_id(desk: Desk, broken: bytes) -> None:
    message = desk.ask(broken, WORK)
    assert (message.id, dns.rcode.to_text(message.rcode())) == (0x1234, "FORMERR")
    assert message.flags & dns.flags.QR


@pytest.mark.parametrize("opcode", [1, 2, 4, 5, 6, 15])
def test_an_unknown_opcode_is_not_implemented(desk: Desk, opcode: int) -> None:
    message = desk.ask(raw_query(WWW, flags=opcode << 11), WORK)
    assert dns.rcode.to_text(message.rcode()) == "NOTIMP"
    assert message.opcode() == opcode


def test_a_response_is_never_answered(desk: Desk) -> None:
    with pytest.raises(Ignored):
        desk.put(response(query("www.example.com"), ADDRESS), WORK)


@pytest.mark.parametrize("name", ["www.example.com", "facebook.com", "localhost"])
def test_strangers_are_refused_and_learn_nothing(desk: Desk, name: str) -> None:
    """T9: no reply is longer than what a stranger sent."""
    asked = query(name, use_edns=0, options=[COOKIE])
    message = desk.ask(asked, WORK, STRANGER)
    assert dns.rcode.to_text(message.rcode()) == "REFUSED"
    assert not message.answer
    assert len(message.to_wire()) <= len(asked)
    assert [int(option.code) for option in message.options] == [18]
    assert not desk.sender.sent


@pytest.mark.parametrize("address", [STRANGER, "2001:db8::1", "", "nonsense", "::ffff:8.8.8.8"])
def test_who_is_a_stranger(desk: Desk, address: str) -> None:
    assert desk.ask(query("www.example.com"), WORK, address).rcode() == dns.rcode.REFUSED


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "192.168.7.7", "fe80::1%eth0", "::ffff:10.1.0.1", "::1", "fd01::2"]
)
def test_who_is_served(desk: Desk, address: str) -> None:
    assert desk.put(query("www.example.com"), WORK, address) is None


flags = st.integers(0, 7).map(
    lambda bits: (
        (dns.flags.RD if bits & 1 else 0)
        | (dns.flags.CD if bits & 2 else 0)
        | (dns.flags.AD if bits & 4 else 0)
    )
)


@given(
    st.integers(0, 0xFFFF),
    flags,
    st.none() | st.builds(opt, size=st.integers(0, 0xFFFF), flags=st.sampled_from([0, 0x8000])),
    st.booleans(),
)
def test_a_client_gets_its_own_id_letter_case_flags_and_edns(
    policy: Snapshot, message_id: int, asked: int, record: bytes | None, known: bool
) -> None:
    """From the upstream and from the cache, after a client that wrote the name in other letters (T12)."""
    desk = Desk(policy)
    tail = record or b""
    earlier = raw_query(WWW.lower(), flags=asked, ar=record is not None, tail=tail)
    mine = raw_query(WWW, id=message_id, flags=asked, ar=record is not None, tail=tail)
    desk.put(earlier, LUNCH)
    if known:
        desk.upstream_says(LUNCH, ADDRESS, flags=dns.flags.AD)
        message = desk.ask(mine, LUNCH)
    else:
        assert desk.put(mine, LUNCH) is None
        desk.upstream_says(LUNCH, ADDRESS, flags=dns.flags.AD)
        message = desk.last()
    sent = dns.message.from_wire(mine)
    assert message.id == message_id
    assert message.question[0].name.to_wire() == message.answer[0].name.to_wire() == WWW
    assert message.edns == sent.edns
    dnssec_ok = sent.ednsflags & dns.flags.DO
    assert message.ednsflags & dns.flags.DO == dnssec_ok
    expected = dns.flags.QR | dns.flags.RA | asked & (dns.flags.RD | dns.flags.CD)
    assert message.flags == expected | (dns.flags.AD if asked & dns.flags.AD or dnssec_ok else 0)


def test_equal_questions_in_other_letters_are_one_flight(desk: Desk) -> None:
    assert desk.put(query("www.example.com"), WORK) is None
    assert desk.put(query("WWW.EXAMPLE.COM"), WORK, GUEST) is None
    assert len(desk.sender.sent) == 1
    desk.upstream_says(WORK, ADDRESS)
    owners = [dns.message.from_wire(reply.wire).answer[0].name.to_text() for reply in desk.delivered]
    assert owners == ["www.example.com.", "WWW.EXAMPLE.COM."]


def test_cd_and_do_are_asked_for_apart(desk: Desk) -> None:
    for asked in (
        query("www.example.com"),
        query("www.example.com", flags=dns.flags.RD | dns.flags.CD),
        query("www.example.com", use_edns=0, want_dnssec=True),
    ):
        assert desk.put(asked, WORK) is None
    assert len(desk.sender.sent) == 3


@pytest.mark.parametrize(
    ("code", "value"), [(10, b"12345678"), (3, b""), (8, b"\0\1\x18\0\xc0\0\2"), (65001, b"x")]
)
def test_options_of_clients_stay_here_and_do_no_harm(desk: Desk, code: int, value: bytes) -> None:
    options = [dns.edns.GenericOption(dns.edns.OptionType.make(code), value)]
    message = desk.resolve(query("www.example.com", use_edns=0, options=options), WORK, ADDRESS)
    assert message.answer
    assert message.options == ()
    assert dns.message.from_wire(b"\0\0" + desk.sender.last().wire).options == ()


MANY = [f"www.example.com. 300 IN A 192.0.2.{at}" for at in range(1, 120)]


@pytest.mark.parametrize(("edns", "largest"), [({}, 512), ({"use_edns": 0, "payload": 4096}, 1232)])
def test_an_answer_too_large_for_a_datagram_is_truncated(
    desk: Desk, edns: dict[str, int], largest: int
) -> None:
    count = (largest - 12 - 21) // 16 + 1
    asked = query("www.example.com", **edns)  # type: ignore[arg-type]
    message = desk.resolve(asked, WORK, *MANY[:count])
    assert message.flags & dns.flags.TC
    assert message.question[0].name.to_text() == "www.example.com."
    assert message.edns == (0 if edns else -1)
    assert not message.answer
    whole = desk.put_stream(asked, WORK)
    assert whole is not None
    assert len(whole.wire) > largest
    assert len(dns.message.from_wire(whole.wire).answer[0]) == count


def test_an_answer_that_just_fits_is_not_truncated(desk: Desk) -> None:
    count = (512 - 12 - 21) // 16
    message = desk.resolve(query("www.example.com"), WORK, *MANY[:count])
    assert not message.flags & dns.flags.TC
    assert len(message.answer[0]) == count


def test_what_the_upstream_puts_beside_the_answer_is_dropped(desk: Desk) -> None:
    message = desk.resolve(
        query("www.example.com"), WORK, ADDRESS, "facebook.com. 60 IN A 192.0.2.66",
        authority=["com. 60 IN NS ns.thief.example."], additional=["ns.thief.example. 60 IN A 192.0.2.66"],
    )  # fmt: skip
    assert lines(message.answer) == [ADDRESS]
    assert not message.authority
    assert not message.additional
    assert desk.put(query("facebook.com"), LUNCH) is None


@given(st.binary(max_size=100), st.sampled_from([HQ, GUEST, STRANGER]))
def test_no_bytes_raise(policy: Snapshot, message: bytes, address: str) -> None:
    desk = Desk(policy)
    try:
        reply = desk.put(message, WORK, address)
    except Ignored:
        return
    if reply is not None:
        assert dns.message.from_wire(reply.wire).id == int.from_bytes(message[:2], "big")


@given(
    st.lists(st.tuples(st.integers(2, 70), st.integers(0, 255)), max_size=3),
    st.sampled_from(
        [
            query("www.facebook.com"),
            query("www.example.com", "HTTPS", use_edns=0, want_dnssec=True, options=[COOKIE]),
        ]
    ),
)
def test_damaged_queries_get_a_sound_reply_or_none(
    policy: Snapshot, edits: list[tuple[int, int]], message: bytes
) -> None:
    desk = Desk(policy)
    damaged = bytearray(message)
    for at, octet in edits:
        damaged[at % len(damaged)] = octet
    try:
        reply = desk.put(bytes(damaged), WORK)
    except Ignored:
        return
    if reply is not None:
        assert len(reply.wire) <= 1232
        dns.message.from_wire(reply.wire)
