"""The packet cache is an accelerator and nothing else: with it and without it, the same bytes come out."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import dns.edns
import dns.flags
import dns.message
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sm_dns.dns.codes import HEADER
from sm_dns.dns.scan import Ignored, Malformed, Unsupported, scan
from sm_dns.policy.clients.client_table import ClientClass
from sm_dns.policy.groups import Group
from sm_dns.policy.snapshot import Snapshot
from sm_dns.resolve.replies.reply import Reply
from sm_dns.serve.clients import udp
from sm_dns.serve.clients.cache_key import normalised_key, quick_key
from sm_dns.serve.clients.packet_cache import MAX_REPLIES, PacketCache
from tests.policy.office import exemption
from tests.support.desk import GUEST, HQ, LATER, LUNCH, ONE, STRANGER, TWO, UMP, WORK, snapshot
from tests.support.listening import Counter, ForgetfulCounter, SetClock
from tests.support.messages import COOKIE, query

CLASS = ClientClass(Group("hq", (), "enforce", "default"))
SOA = "{zone}. 37 IN SOA ns.{zone}. admin.{zone}. 1 2 3 4 35"

# What the upstream knows, with short lives, so that TTLs count and entries end within a test; one name changes.
KNOWN: dict[str, list[str]] = {
    "www.example.com": ["www.example.com. 9 IN A 192.0.2.1"],
    "alias.example.com": ["alias.example.com. 400 IN CNAME facebook.com.", "facebook.com. 6 IN A 192.0.2.3"],
    "film.example.com": ["film.example.com. 4 IN CNAME youtube.com.", "youtube.com. 400 IN A 192.0.2.4"],
    "film.example.com later": ["film.example.com. 4 IN A 192.0.2.8"],
    "facebook.com": ["facebook.com. 4000 IN A 192.0.2.5"],
    "warm.example.com": ["warm.example.com. 35 IN A 192.0.2.9"],
    "press.facebook.com": ["press.facebook.com. 8 IN CNAME youtube.com.", "youtube.com. 3 IN A 192.0.2.6"],
    "zero.example.com": ["zero.example.com. 0 IN A 192.0.2.7"],
}
NAMES = [
    *(name for name in KNOWN if " " not in name),
    "video.facebook.com",
    "youtube.com",
    "nxdomain.example",
    "localhost",
    "nothing.example.com",
]
# Padding (RFC 7830) whose end looks like an OPT record: only reading such a message tells where its question ends.
DECEIT = [
    dns.edns.GenericOption(dns.edns.OptionType.PADDING, b"\0\0\x29\x04\xd0" + end)
    for end in (bytes(6), bytes(5) + b"\x0c\0\x0a\0\x08" + b"facebook")
]
FORMS = [
    {},
    {"use_edns": 0},
    {"use_edns": 0, "want_dnssec": True, "payload": 512},
    {"use_edns": 0, "options": [COOKIE]},
    {"use_edns": 0, "payload": 4096},
    *({"use_edns": 0, "options": [option]} for option in DECEIT),
    {"flags": 0},
]
QUESTIONS = [query(name, "A", id=7, **form) for name in NAMES for form in FORMS]  # type: ignore[arg-type]
QUESTIONS += [query(name.upper(), id=7) for name in NAMES]
QUESTIONS += [query(name.upper(), "HTTPS", id=7) for name in NAMES] + [b"", b"short", QUESTIONS[0] + b"junk"]


@pytest.fixture(scope="module")
def generations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Snapshot]]:
    changes: list[dict[str, object]] = [
        {},
        {"sinkhole_ipv4": "192.0.2.99", "denied_ttl": 3, "permitted_ttl": 5},
        {"exemptions": [exemption(starts=WORK + 20, expires=WORK + 40)]},
        {"groups": [{"name": "all", "clients": ["8.0.0.0/8", "10.0.0.0/8"], "mode": "enforce"}]},
    ]
    yield [snapshot(tmp_path_factory.mktemp("generation"), **one) for one in changes]


step = st.tuples(
    st.integers(0, 3),
    st.sampled_from([HQ, HQ, "10.1.0.2", UMP, GUEST, LATER, STRANGER]),
    st.sampled_from([0.0, 0.0, 0.3, 0.7, 1.0, 2.5, 5.0, 30.0]),
    st.sampled_from([None] * 12 + [0, 1, 2, 3]),
    st.sampled_from([True] * 6 + [False]),
)


@settings(phases=[Phase.explicit, Phase.reuse, Phase.generate])  # to shrink a sequence takes minutes
@given(
    st.sampled_from([WORK, WORK + 3590.5, ONE - 8.25, LUNCH, TWO - 8.25, TWO - 305.0]),
    st.lists(st.sampled_from(QUESTIONS), min_size=4, max_size=4),
    st.lists(step, min_size=30, max_size=80),
)
def test_with_the_packet_cache_and_without_it_the_same_bytes_come_out(
    generations: list[Snapshot],
    start: float,
    questions: list[bytes],
    sequence: list[tuple[int, str, float, int | None, bool]],
) -> None:
    """A few questions, asked again and again by several clients while time and policy move on."""
    clock = SetClock(start)
    with patch.object(udp, "monotonic", clock.now):
        with_cache, without = Counter(generations[0], clock), ForgetfulCounter(generations[0], clock)
        for which, address, seconds, generation, answers in sequence:
            clock.time += seconds
            for counter in (with_cache, without):
                if generation is not None:
                    counter.adopt(generations[generation])
                counter.hand_in(questions[which], address)
                play_the_upstream(counter, clock.time, answers)
            assert with_cache.box.sent == without.box.sent
        assert without.listener.replayed == 0


def play_the_upstream(counter: Counter, now: float, answers: bool) -> None:
    """Answer, or fail, every question in flight."""
    desk = counter.desk
    for attempt in desk.sender.sent:
        if not attempt.is_open:
            continue
        if not answers:
            desk.resolver.forwarder.lost(attempt, now)
            continue
        name = ".".join(label.decode() for label in labels(attempt.query.key.qname))
        later = " later" if now % 20 >= 10 else ""
        known = KNOWN.get(name + later) or KNOWN.get(name, [])
        records = [line for line in known if attempt.query.key.qtype == 1 or " CNAME " in line]
        zone = name.split(".", 1)[-1]
        authority = [] if records else [SOA.format(zone=zone)]
        rcode = "NXDOMAIN" if "nothing" in name else "NOERROR"
        desk.upstream_says(now, *records, authority=authority, rcode=rcode)
    desk.sender.sent.clear()


def labels(name: bytes) -> Iterator[bytes]:
    at = 0
    while name[at]:
        yield name[at + 1 : at + 1 + name[at]]
        at += 1 + name[at]


@given(st.sampled_from(QUESTIONS), st.binary(max_size=24), st.booleans())
def test_what_a_message_is_known_by_at_a_glance_is_what_reading_it_tells(
    message: bytes, tail: bytes, one_more: bool
) -> None:
    """Unless it only looks like a usual message; then its question ends elsewhere, or it is not one that is read."""
    if one_more and len(message) >= HEADER:
        message = message[:11] + bytes([message[11] + 1]) + message[12:]
    for looked_at in (message, message + tail):
        asked = quick_key(looked_at)
        try:
            question = scan(looked_at)
        except (Ignored, Malformed, Unsupported):
            continue
        read = normalised_key(looked_at, question)
        assert asked in (None, read) or asked.end != HEADER + len(question.wire)
        if looked_at is message and question.edns is None:
            assert asked is not None


def test_an_equal_question_of_an_equal_client_is_replayed(policy: Snapshot) -> None:
    clock = SetClock(WORK + 0.5)
    counter = Counter(policy, clock)
    with patch.object(udp, "monotonic", clock.now):
        for address, message_id in ((HQ, 1), (HQ, 2), (HQ, 2)):
            counter.hand_in(query("facebook.com", id=message_id), address)
        assert counter.listener.replayed == 2
        first, second, _ = (wire for wire, _ in counter.box.sent)
        assert (first[:2], second[:2]) == (b"\0\1", b"\0\2")
        assert first[2:] == second[2:]
        counter.hand_in(query("facebook.com"), STRANGER)
        assert counter.listener.replayed == 2


@pytest.mark.parametrize("name", ["facebook.com", "www.example.com"])
def test_what_no_answer_depends_on_makes_no_other_question(policy: Snapshot, name: str) -> None:
    clock = SetClock(WORK)
    counter = Counter(policy, clock)
    with patch.object(udp, "monotonic", clock.now):
        for asked in (query(name), query(name, use_edns=0)):
            for _ in range(2):
                counter.hand_in(asked, HQ)
                play_the_upstream(counter, clock.time, answers=True)
        clock.time = WORK + 2.5
        known, sent = counter.listener.replayed, len(counter.box.sent)
        for asked in (
            query(name, id=99),
            query(name.upper()),
            query(name, use_edns=0, options=[COOKIE]),
            query(name.title(), use_edns=0, payload=4096),
            query(name, use_edns=0, payload=512, options=[COOKIE]),
        ):
            counter.hand_in(asked, HQ)
            reply = dns.message.from_wire(counter.box.sent[-1][0])
            assert reply.question == dns.message.from_wire(asked).question
            assert reply.question[0].name.labels == dns.message.from_wire(asked).question[0].name.labels
        assert counter.listener.replayed - known == len(counter.box.sent) - sent == 5


def test_a_reply_that_does_not_fit_is_not_replayed(policy: Snapshot) -> None:
    clock = SetClock(WORK)
    counter = Counter(policy, clock)
    many = [f"many.example. 300 IN A 192.0.2.{number}" for number in range(60)]
    with patch.object(udp, "monotonic", clock.now):
        counter.hand_in(query("many.example", use_edns=0), HQ)
        counter.desk.upstream_says(WORK, *many)
        for payload in (1232, 1232, 600):
            clock.time += 0.4
            counter.hand_in(query("many.example", use_edns=0, payload=payload), HQ)
        lengths = [len(wire) for wire, _ in counter.box.sent]
        assert lengths[0] == lengths[1] == lengths[2] > 900
        assert dns.message.from_wire(counter.box.sent[-1][0]).flags & dns.flags.TC
        assert counter.listener.replayed == 1


def test_a_reply_that_only_ages_is_counted_down_and_ends_with_its_answer(policy: Snapshot) -> None:
    clock = SetClock(WORK)
    with patch.object(udp, "monotonic", clock.now):
        counter = Counter(policy, clock)
        counter.hand_in(query("www.example.com"), HQ)
        play_the_upstream(counter, WORK, answers=True)  # 9 seconds
        for seconds in (0.5, 1.0, 3.25, 8.99, 9.0):
            clock.time = WORK + seconds
            counter.hand_in(query("www.example.com"), HQ)
        ttls = [int.from_bytes(wire[-10:-6], "big") for wire, _ in counter.box.sent]
        assert ttls == [9, 8, 8, 5, 0]
        assert counter.listener.replayed == 3


NEVER_SIGNED = "www.example.com. 20 IN RRSIG {} 8 3 300 20380101000000 20260101000000 1 example.com. AA=="


@pytest.mark.parametrize(
    ("asked", "answers", "authority"),
    [
        ({"qtype": "AAAA"}, [], []),  # a stock dnsmasq, for a name of which it has an A record
        ({"use_edns": 0, "want_dnssec": True}, [], []),
        (
            {"use_edns": 0, "want_dnssec": True},
            ["www.example.com. 300 IN A 192.0.2.1", NEVER_SIGNED.format("A")],
            ["example.com. 2 IN NSEC www.example.com. A", NEVER_SIGNED.format("NSEC")],
        ),
    ],
    ids=["no SOA", "no SOA, with DO", "a proof that lives shorter than the answer"],
)
def test_asked_again_as_time_passes_every_answer_stays_what_the_pipeline_says(
    policy: Snapshot, asked: dict[str, object], answers: list[str], authority: list[str]
) -> None:
    clock = SetClock(WORK)
    question = query("www.example.com", id=7, **asked)  # type: ignore[arg-type]
    with patch.object(udp, "monotonic", clock.now):
        with_cache, without = Counter(policy, clock), ForgetfulCounter(policy, clock)
        for _ in range(20):
            for counter in (with_cache, without):
                counter.hand_in(question, HQ)
                for attempt in counter.desk.sender.sent:
                    if attempt.is_open:
                        counter.desk.upstream_says(clock.time, *answers, authority=authority)
            assert with_cache.box.sent == without.box.sent
            clock.time += 0.4


def test_what_is_asked_for_outlives_what_is_not(policy: Snapshot) -> None:
    clock = SetClock(WORK)
    counter = Counter(policy, clock)
    with patch.object(udp, "monotonic", clock.now):
        for count in range(2 * MAX_REPLIES):
            counter.hand_in(query(f"h{count}.facebook.com"), HQ)
            if count % 1000 == 0:
                counter.hand_in(query("facebook.com"), HQ)
        known = counter.listener.replayed
        counter.hand_in(query("facebook.com"), HQ)
        assert counter.listener.replayed == known + 1
        assert known == 2 * MAX_REPLIES // 1000


def test_what_is_fetched_anew_before_its_end_is_not_replayed(policy: Snapshot) -> None:
    """In its last tenth an answer is renewed under way; whoever asks within the same second gets the new one."""
    clock = SetClock(WORK)
    with patch.object(udp, "monotonic", clock.now):
        counter = Counter(policy, clock)
        sent = counter.box.sent
        for seconds in (0.0, 31.2, 31.6, 31.8):
            clock.time = WORK + seconds
            counter.hand_in(query("warm.example.com", id=7), HQ)
            play_the_upstream(counter, clock.time, answers=True)
        assert [int.from_bytes(wire[-10:-6], "big") for wire, _ in sent] == [35, 3, 3, 34]


def test_replies_kept_are_bounded() -> None:
    packet_cache = PacketCache()
    asked = query("example.com")
    for count in range(3 * MAX_REPLIES + 5):
        kept = packet_cache.tables(CLASS)
        reply = Reply(asked, 1.0, is_everyones=bool(count % 2))
        packet_cache.remember(kept, count.to_bytes(3, "big"), scan(asked), reply, 0)
        own, own_older, everyones, everyones_older = packet_cache.tables(CLASS)
        assert 0 < len(own) + len(own_older) + len(everyones) + len(everyones_older) <= 2 * MAX_REPLIES
        assert len(own) + len(everyones) <= MAX_REPLIES


def test_nothing_is_left_after_a_clear() -> None:
    packet_cache = PacketCache()
    asked = query("example.com")
    before, epoch = packet_cache.tables(CLASS), packet_cache.epoch
    packet_cache.remember(before, b"question", scan(asked), Reply(asked, 1.0), 0)
    packet_cache.remember(before, b"another", scan(asked), Reply(asked, 1.0, is_everyones=True), 0)
    assert packet_cache.tables(CLASS)[0] is before[0] and packet_cache.tables(CLASS)[2] is before[2]
    kept = (asked[2:], 1.0, None, None, None, None)
    assert before == ({b"question": kept}, {}, {b"another": kept}, {})
    assert packet_cache.tables(None) == ({}, {}, {}, {}), "who is not served has no part in it"
    packet_cache.clear()
    assert packet_cache.epoch != epoch
    assert packet_cache.tables(CLASS) == ({}, {}, {}, {})


def test_what_no_rule_is_about_is_kept_once_for_all_who_are_served(policy: Snapshot) -> None:
    """And what a rule is about for each class, whatever another was answered."""
    clock = SetClock(WORK)
    with patch.object(udp, "monotonic", clock.now):
        counter = Counter(policy, clock)
        for address in (HQ, UMP, GUEST, STRANGER):
            for name in ("warm.example.com", "facebook.com"):
                for turn in (1, 2):
                    counter.hand_in(query(name, id=turn), address)
                    play_the_upstream(counter, clock.time, answers=True)
        known = counter.packet_cache
        tables = [known.tables(counter.desk.resolver.classify(address)) for address in (HQ, UMP, GUEST)]
        assert all(each[2] is tables[0][2] for each in tables)
        assert [len(key) for key in tables[0][2]] == [len(query("warm.example.com")) - 2]
        governed = len(query("facebook.com")) - 2
        assert [len(key) for key in tables[0][0]] == [governed], "HQ is denied it, and nobody else"
        assert all(governed != len(key) for key in tables[0][2])
        assert known.tables(None) == ({}, {}, {}, {})
