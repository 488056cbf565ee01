"""What is kept of an upstream's reply, read back by dnspython (threats T4, T5, T6)."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from time import process_time

import dns.flags
import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.names import from_text
from sm_dns.dns.scan import scan
from sm_dns.dns.walk import MAX_TTL, BadAnswer
from sm_dns.resolve.forwarding.relevant_records import MAX_CHAIN
from sm_dns.resolve.forwarding.upstream_answer import (
    NEGATIVE_MAX,
    NO_SOA_LIFETIME,
    UpstreamAnswer,
    read_relay,
)
from sm_dns.resolve.replies.reply import STREAM_LIMIT, Transport, age, encode
from tests.support.messages import lines, name_and_type, query, question_of, response

SOA = "example.com. 900 IN SOA ns.example.com. admin.example.com. 1 7200 900 86400 600"


def relay(reply: bytes, dnssec_ok: bool = False) -> UpstreamAnswer:
    return read_relay(reply, *name_and_type(reply), dnssec_ok)


def relayed(reply: bytes, asked: bytes, dnssec_ok: bool = False) -> dns.message.Message:
    """A client's answer made of the reply, before a second has passed, as dnspython reads it."""
    body, _ = age(relay(reply, dnssec_ok), 0.0, 0.0, None)
    return dns.message.from_wire(encode(scan(asked), body, Transport(lambda _: STREAM_LIMIT), 1232))


def answer(
    name: str, qtype: str, *answers: str, **sections: object
) -> tuple[UpstreamAnswer, dns.message.Message]:
    dnssec_ok = bool(sections.pop("dnssec_ok", False))
    asked = query(name, qtype, use_edns=0, want_dnssec=dnssec_ok)
    reply = response(asked, *answers, **sections)  # type: ignore[arg-type]
    return relay(reply, dnssec_ok), relayed(reply, asked, dnssec_ok)


ADDRESS = "www.example.com. 300 IN A 192.0.2.1"
OTHER = "www.example.com. 300 IN A 192.0.2.2"


def test_an_rrset_goes_through() -> None:
    known, message = answer("www.example.com", "A", ADDRESS, OTHER)
    assert lines(message.answer) == [ADDRESS, OTHER]
    assert (known.lifetime, known.chain, known.rcode) == (300, (from_text("www.example.com"),), 0)


def test_there_is_none_by_one_soa_and_what_is_there_by_none() -> None:
    """Its MINIMUM is what a governed name's answer is cut at: another one would reach past the edge (TIME-7)."""
    other = SOA.replace("example.com. 900", "com. 900", 1)
    for dnssec_ok in (False, True):
        known, message = answer("www.example.com", "A", authority=[SOA, other], dnssec_ok=dnssec_ok)
        assert lines(message.authority) == [SOA.replace("900", "600", 1)]
        assert (known.authorities, known.lifetime) == (1, 600)
        known, message = answer("www.example.com", "A", ADDRESS, authority=[SOA], dnssec_ok=dnssec_ok)
        assert (lines(message.answer), message.authority, known.lifetime) == ([ADDRESS], [], 300)


def test_the_client_gets_its_own_letter_case() -> None:
    message = relayed(response(query("www.example.com"), ADDRESS), query("WwW.eXample.com"))
    assert message.answer[0].name.to_text() == "WwW.eXample.com."


CHAIN = [
    "www.example.com. 60 IN CNAME cdn.example.net.",
    "cdn.example.net. 50 IN CNAME edge.example.org.",
    "edge.example.org. 40 IN A 192.0.2.1",
]


def test_a_chain_goes_through_and_is_known_by_name() -> None:
    known, message = answer("www.example.com", "A", *CHAIN)
    assert lines(message.answer) == sorted(CHAIN)
    assert known.chain == tuple(map(from_text, ("www.example.com", "cdn.example.net", "edge.example.org")))
    assert known.lifetime == 40


def test_a_chain_in_the_wrong_order_goes_through() -> None:
    _, message = answer("www.example.com", "A", *reversed(CHAIN))
    assert lines(message.answer) == sorted(CHAIN)


def test_what_is_off_the_chain_is_dropped() -> None:
    """T4: nothing rides along with an answer."""
    strays = [
        "facebook.com. 300 IN A 192.0.2.66",
        "www.example.com. 300 IN TXT stray",
        "bank.example. 300 IN CNAME thief.example.",
        "thief.example. 300 IN A 192.0.2.66",
    ]
    known, message = answer(
        "www.example.com",
        "A",
        *CHAIN,
        *strays,
        authority=["com. 300 IN NS ns.thief.example."],
        additional=["ns.thief.example. 300 IN A 192.0.2.66"],
    )
    assert lines(message.answer) == sorted(CHAIN)
    assert not message.authority
    assert not message.additional
    assert known.authorities == 0


def test_records_of_another_class_are_dropped() -> None:
    reply = bytearray(response(query("www.example.com"), ADDRESS, OTHER))
    at = reply.rindex(b"\0\1\0\1\0\0\1\x2c")
    reply[at + 3] = 3
    assert relay(bytes(reply)).answers == 1


def test_names_in_kept_data_survive_what_is_dropped_before_them() -> None:
    """Compression pointers into dropped records would dangle: what stays is written out in full."""
    stray = "mail.stray.example. 300 IN A 192.0.2.66"
    kept = {
        "MX": ["example.com. 300 IN MX 10 mail.stray.example.", "example.com. 300 IN MX 20 example.com."],
        "NS": ["example.com. 300 IN NS mail.stray.example."],
        "PTR": ["example.com. 300 IN PTR mail.stray.example."],
        "SRV": ["example.com. 300 IN SRV 1 2 443 mail.stray.example."],
        "SOA": ["example.com. 300 IN SOA mail.stray.example. x.stray.example. 1 2 3 4 5"],
        "CNAME": ["example.com. 300 IN CNAME mail.stray.example."],
    }
    for qtype, records in kept.items():
        _, message = answer("example.com", qtype, stray, *records)
        assert lines(message.answer) == sorted(records), qtype


def test_a_dname_comes_with_the_cname_made_of_it() -> None:
    records = [
        "example.com. 300 IN DNAME example.net.",
        "www.example.com. 300 IN CNAME www.example.net.",
        "www.example.net. 300 IN A 192.0.2.1",
    ]
    known, message = answer("www.example.com", "A", *records)
    assert lines(message.answer) == sorted(records)
    assert known.chain[-1] == from_text("www.example.net")


def test_a_dname_of_another_tree_is_dropped() -> None:
    _, message = answer("www.example.com", "A", "example.org. 300 IN DNAME thief.example.", ADDRESS)
    assert lines(message.answer) == [ADDRESS]


RRSIG = "www.example.com. 300 IN RRSIG A 8 3 300 20300101000000 20260101000000 1 example.com. c2ln"
NSEC = "www.example.com. 600 IN NSEC x.example.com. A RRSIG NSEC"
NSEC_SIG = "www.example.com. 600 IN RRSIG NSEC 8 3 600 20300101000000 20260101000000 1 example.com. c2ln"


def test_signatures_are_kept_for_who_asks_for_them() -> None:
    known, message = answer("www.example.com", "A", ADDRESS, RRSIG, dnssec_ok=True, flags=dns.flags.AD)
    assert lines(message.answer) == [ADDRESS, RRSIG]
    assert known.authentic
    assert message.flags & dns.flags.AD


def test_proofs_are_kept_for_who_asks_for_them() -> None:
    authority = [SOA, NSEC, NSEC_SIG]
    _, message = answer("www.example.com", "TXT", dnssec_ok=True, authority=authority)
    assert lines(message.authority) == sorted([SOA.replace(" 900 IN SOA", " 600 IN SOA"), NSEC, NSEC_SIG])
    _, message = answer("www.example.com", "TXT", dnssec_ok=False, authority=authority)
    assert [rrset.rdtype.name for rrset in message.authority] == ["SOA"]


def test_the_bit_of_authentic_data_is_not_made_up() -> None:
    known, message = answer("www.example.com", "A", ADDRESS, dnssec_ok=True)
    assert not known.authentic
    assert not message.flags & dns.flags.AD


@pytest.mark.parametrize("rcode", ["NOERROR", "NXDOMAIN"])
@pytest.mark.parametrize("name", ["www.example.com", "example.com"])
def test_a_negative_answer_keeps_only_its_soa(name: str, rcode: str) -> None:
    """The zone's own name too: its SOA is owned by a pointer to the question."""
    known, message = answer(name, "A", rcode=rcode, authority=[SOA, "example.com. 900 IN NS ns.example.com."])
    assert message.rcode() == known.rcode == {"NOERROR": 0, "NXDOMAIN": 3}[rcode]
    assert lines(message.authority) == [SOA.replace(" 900 IN SOA", " 600 IN SOA")]
    assert known.lifetime == 600
    minimum = int.from_bytes(known.records[known.soa_minimum : known.soa_minimum + 4], "big")
    assert minimum == 600


def test_a_chain_that_ends_in_nothing_is_a_negative_answer() -> None:
    known, message = answer(
        "www.example.com", "AAAA", "www.example.com. 60 IN CNAME example.com.", authority=[SOA]
    )
    assert len(message.answer) == len(message.authority) == 1
    assert known.lifetime == 60


def test_an_soa_of_another_zone_is_dropped() -> None:
    for stray in (
        SOA.replace("example.com. 900", "thief.example. 900"),
        SOA.replace("example.com. 900", "mple.com. 900"),
    ):
        known, message = answer("www.example.com", "A", authority=[stray])
        assert not message.authority
        assert known.lifetime == NO_SOA_LIFETIME


@pytest.mark.parametrize(
    ("ttl", "minimum", "lifetime"),
    [
        (900, 600, 600),
        (300, 600, 300),
        (86400, 86400, NEGATIVE_MAX),
        (0, 600, 0),
        (900, 0, 0),
        (2**31, 600, 0),
        (900, 2**31, 0),
    ],
)
def test_how_long_a_negative_answer_lives(ttl: int, minimum: int, lifetime: int) -> None:
    asked = query("www.example.com")
    reply = bytearray(response(asked, authority=[SOA]))
    reply[-4:] = minimum.to_bytes(4, "big")
    at = reply.rindex(b"\0\6\0\1") + 4
    reply[at : at + 4] = ttl.to_bytes(4, "big")
    known = relay(bytes(reply))
    assert known.lifetime == lifetime
    assert [ttl for _, ttl in known.ttls] == [lifetime]


def test_the_lowest_ttl_is_the_lifetime_and_two_weeks_are_a_day() -> None:
    known, _ = answer("www.example.com", "A", "www.example.com. 1209600 IN A 192.0.2.1")
    assert known.lifetime == MAX_TTL


@pytest.mark.parametrize("length", [MAX_CHAIN, MAX_CHAIN + 1])
def test_the_length_of_a_chain_is_bounded(length: int) -> None:
    """T5."""
    names = ["www.example.com.", *(f"c{at}.example." for at in range(length))]
    cnames = [f"{one} 60 IN CNAME {two}" for one, two in pairwise(names)]
    reply = response(query("www.example.com"), *cnames, f"{names[-1]} 60 IN A 192.0.2.1")
    if length <= MAX_CHAIN:
        assert len(relay(reply).chain) == length + 1
    else:
        with pytest.raises(BadAnswer):
            relay(reply)


@pytest.mark.parametrize(
    "cnames",
    [
        ["www.example.com. 60 IN CNAME www.example.com."],
        ["www.example.com. 60 IN CNAME a.example.", "a.example. 60 IN CNAME www.example.com."],
        ["www.example.com. 60 IN CNAME a.example.", "a.example. 60 IN CNAME a.example."],
    ],
)
def test_a_chain_that_loops_is_a_bad_answer(cnames: list[str]) -> None:
    with pytest.raises(BadAnswer):
        relay(response(query("www.example.com"), *cnames))


def test_two_cnames_of_one_name_are_a_bad_answer() -> None:
    reply = bytearray(response(query("www.example.com"), "www.example.com. 60 IN CNAME a.example."))
    other = reply[12 + 21 :]
    other[-10] ^= 2  # the letter
    reply += other
    reply[7] = 2
    with pytest.raises(BadAnswer):
        relay(bytes(reply))


def test_an_equal_cname_twice_is_one() -> None:
    reply = bytearray(response(query("www.example.com"), "www.example.com. 60 IN CNAME a.example."))
    reply += reply[12 + 21 :]
    reply[7] = 2
    assert relay(bytes(reply)).chain == (from_text("www.example.com"), from_text("a.example"))


def test_junk_after_the_end_is_not_relayed() -> None:
    asked = query("www.example.com")
    message = relayed(response(asked, ADDRESS) + b"junk", asked)
    assert lines(message.answer) == [ADDRESS]


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_reply_that_is_cut_short_is_a_bad_answer(cut: int) -> None:
    reply = response(query("www.example.com"), *CHAIN)
    with pytest.raises(BadAnswer):
        relay(reply[:-cut])


# Random answers: a chain, records of the type asked at its end, strays, over a few names so that all compress.
TREES = ("example.com.", "net.", "a.example.com.", "deep.er.example.org.")
hosts = st.sampled_from([f"{label}.{tree}" for label in ("www", "cdn", "x1", "mail") for tree in TREES])
ttls = st.integers(0, MAX_TTL)
data = {
    "A": st.ip_addresses(v=4).map(str),
    "AAAA": st.ip_addresses(v=6).map(str),
    "MX": hosts.map("10 {}".format),
    "NS": hosts,
    "SRV": hosts.map("1 2 443 {}".format),
    "TXT": st.sampled_from(['"v=spf1 -all"', '"a" "b"']),
    "HTTPS": hosts.map("1 {} alpn=h2 ipv4hint=192.0.2.1".format),
}


@st.composite
def answers(draw: st.DrawFn) -> tuple[str, str, list[str], list[str]]:
    """A question's name and type, the records that belong to its answer, and records that do not."""
    names = draw(st.lists(hosts, min_size=1, max_size=5, unique=True))
    qtype = draw(st.sampled_from(sorted(data)))
    belonging = [f"{one} {draw(ttls)} IN CNAME {two}" for one, two in pairwise(names)]
    ttl = draw(ttls)
    ends = draw(st.lists(data[qtype], max_size=4, unique=True))
    belonging += [f"{names[-1]} {ttl} IN {qtype} {end}" for end in ends]
    strays = [f"{owner} 60 IN A 192.0.2.66" for owner in draw(st.lists(hosts, max_size=3, unique=True))]
    return names[0], qtype, belonging, [one for one in strays if one.split()[0] not in names]


@given(answers(), st.randoms(use_true_random=False))
def test_exactly_the_records_of_the_answer_are_relayed(
    case: tuple[str, str, list[str], list[str]], random: Random
) -> None:
    name, qtype, belonging, strays = case
    mixed = belonging + strays
    random.shuffle(mixed)
    asked = query(name.upper(), qtype)
    message = relayed(response(query(name, qtype), *mixed), asked)
    expected = dns.message.from_wire(response(asked, *belonging))
    assert sorted(map(str.lower, lines(message.answer))) == sorted(map(str.lower, lines(expected.answer)))
    assert message.question == expected.question


@given(
    answers(),
    st.lists(st.tuples(st.integers(12, 400), st.integers(0, 255)), max_size=4),
    st.integers(0, 30),
    st.booleans(),
)
def test_damaged_replies_raise_nothing_but_bad_answer(
    case: tuple[str, str, list[str], list[str]], edits: list[tuple[int, int]], cut: int, dnssec_ok: bool
) -> None:
    name, qtype, belonging, strays = case
    good = response(query(name, qtype), *belonging, *strays, authority=[SOA, NSEC])
    question = question_of(good)
    damaged = bytearray(good)
    for at, octet in edits:
        if at >= 12 + len(question):
            damaged[at % len(damaged)] = octet
    kept = max(len(damaged) - cut, 12 + len(question))
    try:
        known = read_relay(bytes(damaged[:kept]), *name_and_type(good), dnssec_ok)
    except BadAnswer:
        return
    assert known.lifetime >= 0
    assert all(0 <= at <= len(known.records) - 4 for at, _ in known.ttls)


@given(st.binary(max_size=150), st.tuples(*[st.integers(0, 4)] * 3), st.integers(0, 0xFFFF), st.booleans())
def test_arbitrary_bytes_after_the_question(
    rest: bytes, counts: tuple[int, ...], flags: int, dnssec_ok: bool
) -> None:
    question = question_of(query("www.example.com"))
    head = b"\0\0" + flags.to_bytes(2, "big") + b"\0\1" + b"".join(one.to_bytes(2, "big") for one in counts)
    try:
        read_relay(head + question + rest, *name_and_type(head + question), dnssec_ok)
    except BadAnswer:
        pass


def test_the_largest_chain_in_the_largest_message_costs_milliseconds() -> None:
    cnames = [f"c{at}.example. 60 IN CNAME c{at + 1}.example." for at in range(500)]
    reply = response(query("www.example.com"), "www.example.com. 60 IN CNAME c495.example.", *cnames)
    begun = process_time()
    assert len(relay(reply).chain) == 7
    assert process_time() - begun < 1.0


def spelled_out(asked: bytes, reply: bytes) -> bytes:
    """The reply as an upstream writes it that does not compress the owner of its records."""
    name = asked[12 : asked.index(b"\0", 12) + 1]
    return reply.replace(b"\xc0\x0c", name)


@pytest.mark.parametrize("extra", [[], ["stray.example. 300 IN A 192.0.2.66"]])
def test_the_letters_asked_upstream_come_back_to_no_client(extra: list[str]) -> None:
    """0x20 is between us and the upstream, whether it compresses or not."""
    asked = query("wWw.eXaMpLe.cOm")
    wire = spelled_out(asked, response(asked, ADDRESS, OTHER, *extra))
    assert wire.count(b"\3wWw") == 3
    for client in ("www.example.com", "WWW.example.com"):
        message = relayed(wire, query(client))
        assert [rrset.name.to_text() for rrset in message.answer] == [f"{client}."]
        assert lines(message.answer) == [
            ADDRESS.replace("www.example.com", client),
            OTHER.replace("www.example.com", client),
        ]


def test_a_negative_answer_spells_its_zone_as_the_client_does() -> None:
    asked = query("eXample.com", "TXT")
    message = relayed(response(asked, authority=[SOA]), query("EXAMPLE.com", "TXT"))
    assert message.authority[0].name.to_text() == "EXAMPLE.com."


@pytest.mark.parametrize(
    ("qtype", "data"),
    [
        ("RP", "admin.stray.example. txt.stray.example."),
        ("AFSDB", "1 afs.stray.example."),
        ("NAPTR", '10 20 "S" "SIP+D2U" "" _sip._udp.stray.example.'),
        ("PX", "10 map822.stray.example. mapx400.stray.example."),
        ("RT", "10 relay.stray.example."),
    ],
)
def test_compressed_names_of_newer_types_survive_what_is_dropped(qtype: str, data: str) -> None:
    """Upstreams compress some of them; a pointer into a record that was dropped would dangle (RFC 3597 §4)."""
    line = f"example.com. 300 IN {qtype} {data}"
    asked = query("example.com", qtype)
    wire = response(asked, "stray.example. 300 IN A 192.0.2.66", line)
    stray = from_text("stray.example")
    at = wire.index(stray, wire.index(b"\xc0\x02B") if b"\xc0\x02B" in wire else 0)
    last = wire.rindex(stray)
    assert last > at
    length_at = wire.index(b"\0\0\1\x2c", at + len(stray) + 14) + 4
    shorter = bytearray(wire)
    pointer = (0xC000 | at).to_bytes(2, "big")
    count = bytes(shorter[length_at:]).count(stray)
    shorter[length_at + 2 :] = bytes(shorter[length_at + 2 :]).replace(stray, pointer)
    length = int.from_bytes(shorter[length_at : length_at + 2], "big") - count * (len(stray) - 2)
    shorter[length_at : length_at + 2] = length.to_bytes(2, "big")
    assert lines(relayed(bytes(shorter), asked).answer) == [line]
