"""Asked again and again, of a worker's resolver and listener without a network, while all that can change changes.

Upstreams answer in every shape, clients ask in every form, time passes between repetitions, edges come, the policy, a
client's class and the clock are changed. Nothing raises; the same bytes come out with the packet cache and without
it; and no answer lives past the edge of a name that it is about.

`make fuzz` runs it for long (`SM_DNS_HYPOTHESIS=long`).
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from functools import partial
from typing import Any, ClassVar, cast
from unittest.mock import patch

import dns.exception
import dns.message
import dns.rdataclass
import dns.rdatatype
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sm_dns.dns.names import from_text
from sm_dns.policy.decide import decide
from sm_dns.policy.denials.structured_error import StructuredErrors
from sm_dns.policy.snapshot import Snapshot
from sm_dns.resolve.forwarding.attempts import Attempt
from sm_dns.resolve.local_records import LocalData, LocalRecord
from sm_dns.resolve.replies.rebinding import NO_PROTECTION, Rebinding
from sm_dns.resolve.replies.ttl_bounds import TtlBounds
from sm_dns.serve.clients import udp
from tests.conftest import require_compiled
from tests.policy.office import exemption
from tests.serve.clients.test_packet_cache import DECEIT
from tests.support.compiled import OFFICE, CompiledCounter, one_core
from tests.support.desk import GUEST, HQ, LATER, ONE, STRANGER, TWO, UMP, WORK, Desk, snapshot
from tests.support.listening import Counter, ForgetfulCounter, SetClock
from tests.support.messages import COOKIE, lowest_and_highest_ttl, opt, question_of, raw_query
from tests.support.shapes import Said, said

LONG_NAME = b"\x3f" + b"a" * 63 + b"\x3f" + b"b" * 63 + b"\x3f" + b"c" * 63 + b"\x3d" + b"d" * 61 + b"\0"
NAMES = [
    *(
        from_text(name)
        for name in (
            "www.example.com",
            "facebook.com",
            "press.facebook.com",
            "youtube.com",
            "nodata.example",
            "localhost",
            "printer.office",
            "1.0.0.10.in-addr.arpa",
            "id.server",
            "_dns.resolver.arpa",
        )
    ),
    LONG_NAME,
    b"\0",
]
QTYPES = [1, 28, 65, 16, 2, 5, 6, 12, 15, 43, 255, 252, 41, 0, 65_280]
TAILS = [
    b"",
    opt(),
    opt(flags=0x8000),
    opt(size=512, flags=0x8000),
    opt(size=4096),
    opt(b"\0\x0a\0\x08" + COOKIE.data),
    *(opt(b"\0\x0c" + len(one.data).to_bytes(2, "big") + one.data) for one in DECEIT),
    opt(b"\0\x03\0\0"),  # NSID
    opt(b"\0\x0f\0\2\0\0"),  # an empty Extended DNS Error
    opt(version=1),
    b"junk",
]
CLIENTS = [HQ, HQ, UMP, GUEST, LATER, STRANGER]
gaps = st.sampled_from([0.0, 0.3, 0.4, 0.7, 1.0, 2.5])
times = st.integers(2, 12)
STARTS = [WORK, WORK + 3_590.5, ONE - 8.25, TWO - 305.0]
EDGES = [ONE, TWO, TWO + 12_600]  # 13:00, 14:00, 17:30
CHANGES: list[dict[str, Any]] = [
    {},
    {"denied_ttl": 3, "permitted_ttl": 5, "sinkhole_ipv4": "192.0.2.99"},
    {"exemptions": [exemption(starts=WORK + 20, expires=WORK + 40)]},
    # Every client is of another class.
    {"groups": [{"name": "all", "clients": ["10.0.0.0/8", "127.0.0.0/8", "8.0.0.0/8"], "mode": "monitor"}]},
]
LOCAL = LocalData([LocalRecord(from_text("printer.office"), 1, 300, b"\x0a\0\0\x09")])


def asked(name: bytes, qtype: int, qclass: int, tail: bytes, flags: int, upper: bool) -> bytes:
    """A question; letters of a name are no lengths of its labels."""
    edns = int(tail[:3] == b"\0\0\x29")
    return raw_query(name.upper() if upper else name, qtype, qclass, tail, flags=flags, ar=edns)


ordinary = st.builds(
    asked,
    st.sampled_from(NAMES[:1] * 3 + NAMES[1:4]),
    st.sampled_from(QTYPES[:4]),
    st.just(1),
    st.sampled_from(TAILS[:6]),
    st.just(0x0100),
    st.booleans(),
)
governed = st.builds(
    asked,
    st.sampled_from(NAMES[1:4]),
    st.sampled_from(QTYPES[:3]),
    st.just(1),
    st.sampled_from(TAILS[:3]),
    st.just(0x0100),
    st.just(False),
)
odd = st.builds(
    asked,
    st.sampled_from(NAMES),
    st.sampled_from(QTYPES),
    st.sampled_from([1, 1, 1, 3]),
    st.sampled_from(TAILS),
    st.sampled_from([0x0100, 0x0100, 0, 0x0110, 0x0120, 0x8100, 0x2000]),
    st.booleans(),
)
questions = ordinary | ordinary | odd


class AskedAgain(RuleBasedStateMachine):
    """Two listeners that are told the same: one with a packet cache, and one that forgets at every question."""

    clients: ClassVar[list[str]] = CLIENTS

    def __init__(self, generations: list[Snapshot]) -> None:
        super().__init__()
        self.generations = generations
        self.open = ExitStack()

    @initialize(start=st.sampled_from(STARTS), asked=st.lists(questions, min_size=4, max_size=4))
    def begin(self, start: float, asked: list[bytes]) -> None:
        self.questions = asked
        self.clock = SetClock(start)
        self.open.enter_context(patch.object(udp, "monotonic", self.clock.now))
        self.policy = self.generations[0]
        self.with_cache = self.listener()
        self.without = ForgetfulCounter(self.policy, self.clock)
        self.known: dict[tuple[bytes, int], Said] = {}
        self.asked = 0
        self.question = asked[0]
        self.client = self.clients[0]

    def listener(self) -> Any:
        """The one under test."""
        return Counter(self.policy, self.clock)

    @property
    def counters(self) -> tuple[Any, ForgetfulCounter]:
        return self.with_cache, self.without

    @property
    def desks(self) -> list[Desk]:
        return [counter.desk for counter in self.counters]

    def teardown(self) -> None:
        self.open.close()

    @rule(which=st.integers(0, 3), client=st.sampled_from(CLIENTS), times=times, gap=gaps, data=st.data())
    def ask(self, which: int, client: str, times: int, gap: float, data: st.DataObject) -> None:
        """One of a few questions, again and again as time passes, and what upstreams say to it."""
        self.question = self.questions[which]
        self.client = client if client in self.clients else self.clients[0]
        self.again(times, gap, data)

    @rule(times=times, gap=gaps, data=st.data())
    def again(self, times: int, gap: float, data: st.DataObject) -> None:
        """The last question by the last client once more."""
        for _ in range(times):
            self.hand_in()
            self.play(data)
            self.compare()
            self.pass_time(gap)

    @rule(question=questions, data=st.data())
    def ask_something_else(self, question: bytes, data: st.DataObject) -> None:
        """Whatever else can be asked."""
        self.question = question
        self.again(2, 0.4, data)

    @rule(which=st.integers(0, 3))
    def ask_and_wait(self, which: int) -> None:
        """A question that upstreams do not answer yet."""
        self.question = self.questions[which]
        self.hand_in()
        self.compare()

    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        """What waited for an upstream is answered, however late."""
        self.play(data)
        self.compare()

    @rule()
    def lose(self) -> None:
        """No upstream can be reached just now."""
        for desk in self.desks:
            for attempt in desk.sender.sent:
                desk.resolver.forwarder.lost(attempt, self.clock.time)
        self.compare()

    @rule(seconds=st.sampled_from([0.001, 5.0, 30.0, 299.0, 4_000.0]) | st.floats(0, 10))
    def pass_time(self, seconds: float) -> None:
        """Time passes, and the forwarders notice."""
        self.clock.time += seconds
        for desk in self.desks:
            if desk.resolver.forwarder.is_waiting():
                desk.resolver.forwarder.tick(self.clock.time)

    @rule(
        before=st.sampled_from([8.25, 2.25, 1.0, 0.25, 0.001, 0.0]),
        client=st.sampled_from(CLIENTS),
        gap=gaps,
        data=st.data(),
    )
    def come_to_an_edge(self, before: float, client: str, gap: float, data: st.DataObject) -> None:
        """It is a moment before a window opens or closes, or just that moment: a governed name is asked for."""
        edge = next((one for one in EDGES if self.clock.time < one - before), None)
        if edge is not None:
            self.pass_time(edge - before - self.clock.time)
        self.question = data.draw(governed)
        self.client = client if client in self.clients else self.clients[0]
        self.again(8, gap, data)

    @rule(seconds=st.sampled_from([-7_200.0, -31.5, -1.0, 1.0, 40.25, 3_600.0, 100_000.0]), data=st.data())
    def step_the_clock(self, seconds: float, data: st.DataObject) -> None:
        """What a worker does when somebody sets the clock."""
        self.clock.time += seconds
        for counter in self.counters:
            counter.packet_cache.clear()
            counter.desk.resolver.cache.shift(seconds)
            counter.desk.resolver.forwarder.shift(seconds)
        self.again(4, 0.4, data)

    @rule(
        number=st.sampled_from(range(len(CHANGES))),
        settings=st.sampled_from([0, 0, 1, 2, 3, 4]),
        data=st.data(),
    )
    def adopt(self, number: int, settings: int, data: st.DataObject) -> None:
        """What a worker does with another generation."""
        self.policy = self.generations[number]
        for counter in self.counters:
            counter.desk.change(
                snapshot=self.policy,
                local=LOCAL if settings else LocalData(),
                udp_size=[1232, 512, 1232, 600, 4096][settings],
                rebinding=Rebinding(True) if settings == 1 else NO_PROTECTION,
                identity=b"dns-1" if settings == 2 else b"",
                structured=StructuredErrors(15, ("mailto:a@b.my",), "J") if settings == 3 else None,
            )
            counter.desk.resolver.forwarder.ttl_bounds = TtlBounds(20, 40) if settings == 4 else None
            counter.packet_cache.clear()
        self.again(4, 0.4, data)

    @rule(name=st.sampled_from([NAMES[0], b"\0"]), data=st.data())
    def flush(self, name: bytes, data: st.DataObject) -> None:
        """What a worker does when it is told to forget a name."""
        gone = []
        for counter in self.counters:
            counter.packet_cache.clear()
            gone.append(counter.desk.resolver.cache.flush(name))
        assert gone[0] == gone[1]
        self.again(4, 0.4, data)

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def change_the_zone(self, data: st.DataObject) -> None:
        """An upstream says something else from now on."""
        which = data.draw(st.sampled_from(sorted(self.known)))
        self.known[which] = data.draw(said(which[1]))
        self.again(6, 0.7, data)

    def hand_in(self) -> None:
        """The question, to both."""
        question = self.under_next_id()
        self.with_cache.hand_in(question, self.client)
        self.without.hand_in(question, self.client)

    def under_next_id(self) -> bytes:
        """Addresses turn with the ID."""
        self.asked += 1
        return self.asked.to_bytes(2, "big") + self.question[2:]

    def play(self, data: st.DataObject) -> None:
        """The upstreams answer whatever is in flight, the same to both."""
        for desk in self.desks:
            sender, forwarder = desk.sender, desk.resolver.forwarder
            for attempt in [one for one in sender.sent if one.is_open]:
                reply = self.says(attempt, data).wire(attempt.question, over_stream=False)
                forwarder.received(attempt, reply, self.clock.time)
            for attempt in [one for one in sender.streams if one.is_open]:
                forwarder.received_stream(
                    attempt, self.says(attempt, data).wire(attempt.question), self.clock.time
                )
            # What is open still had an answer that no one can read, and another may follow it.
            sender.sent[:] = [one for one in sender.sent if one.is_open]
            sender.streams.clear()

    def says(self, attempt: Attempt, data: st.DataObject) -> Said:
        """What upstreams say to a question: the same until the zone is changed."""
        key = attempt.query.key
        which = (key.qname, key.qtype)
        if which not in self.known:
            self.known[which] = data.draw(said(key.qtype))
        return self.known[which]

    def compare(self) -> None:
        """The same bytes came out of both, and none that lives too long."""
        expected = self.without.box.sent[:]
        self.without.box.sent.clear()
        assert self.replies() == [wire for wire, _ in expected]
        for wire, (client, _) in expected:
            self.outlives_nothing(wire, client)

    def replies(self) -> list[bytes]:
        """What the listener under test has sent since."""
        found = [wire for wire, _ in self.with_cache.box.sent]
        self.with_cache.box.sent.clear()
        return found

    def outlives_nothing(self, wire: bytes, client: str) -> None:
        """No TTL of a reply reaches past the next edge of the name that was asked for (TIME-7)."""
        try:
            message = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return  # an upstream's odd data, relayed as it came
        asked = self.policy.clients.classify(client)
        if asked is None or not message.question or message.question[0].rdclass != dns.rdataclass.IN:
            return
        if message.question[0].rdtype == dns.rdatatype.DS:
            return  # the parent's, which no policy is about
        qname = question_of(wire)[:-4]
        ruling = decide(self.policy, asked, qname, self.clock.time)
        if ruling.action != "forward" and ruling.valid_until is not None:
            _, longest = lowest_and_highest_ttl(message)
            assert longest <= ruling.valid_until - self.clock.time, message

    @invariant()
    def nothing_is_left_behind(self) -> None:
        """Both have the same questions in flight, and no client is counted for one that is not."""
        one, other = (desk.resolver for desk in self.desks)
        assert len(one.forwarder) == len(other.forwarder)
        assert len(one.cache) == len(other.cache)
        assert sum(one._waiting.values()) == sum(other._waiting.values())
        if not len(one.forwarder):
            assert not one._waiting


class AskedAgainInC(AskedAgain):
    """The same with the compiled drain, behind a real socket."""

    clients: ClassVar[list[str]] = [OFFICE]

    def listener(self) -> Any:
        one = self.open.enter_context(closing(CompiledCounter(self.policy, self.clock)))
        self.heard: list[bytes] = []
        return one

    def hand_in(self) -> None:
        question = self.under_next_id()
        self.heard += self.with_cache.hand_in(question)
        self.without.hand_in(question, self.client)

    def replies(self) -> list[bytes]:
        found: list[bytes] = self.heard + self.with_cache.heard()
        self.heard = []
        return found


@pytest.fixture(scope="module")
def generations(tmp_path_factory: pytest.TempPathFactory) -> list[Snapshot]:
    return [snapshot(tmp_path_factory.mktemp("generation"), **one) for one in CHANGES]


LONGEST_SECONDS = 3_600
# To shrink a sequence takes minutes.
LONG = settings(
    max_examples=40 if settings().derandomize else settings().max_examples,
    stateful_step_count=60,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def run(machine: type[AskedAgain], generations: list[Snapshot]) -> None:
    new_machine = partial(machine, generations)
    run_state_machine_as_test(cast(type[AskedAgain], new_machine), settings=LONG)


@pytest.mark.timeout(LONGEST_SECONDS)
def test_asked_again_while_all_that_can_change_changes(generations: list[Snapshot]) -> None:
    run(AskedAgain, generations)


@pytest.mark.timeout(LONGEST_SECONDS)
def test_the_same_with_the_compiled_drain(generations: list[Snapshot]) -> None:
    require_compiled()
    with one_core():
        run(AskedAgainInC, generations)
