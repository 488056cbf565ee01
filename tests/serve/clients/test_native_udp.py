"""The compiled drain answers byte for byte what the pipeline would, or leaves the question to Python."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast
from unittest.mock import patch

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sm_dns.monitor.counters import Counters
from sm_dns.policy.snapshot import Snapshot
from sm_dns.serve.clients import udp
from sm_dns.serve.usage_counter import UsageCounter
from tests.conftest import require_compiled
from tests.serve.clients.test_packet_cache import QUESTIONS, play_the_upstream
from tests.support.compiled import OFFICE, CompiledCounter, one_core
from tests.support.desk import LUNCH, ONE, TWO, WORK
from tests.support.limits import rate_of
from tests.support.listening import Counter, ForgetfulCounter, SetClock
from tests.support.messages import COOKIE, query

try:
    import sm_dns.serve.clients.native_udp  # noqa: F401
except ImportError:
    require_compiled()
    raise


@pytest.fixture(scope="module", autouse=True)
def always_one_core() -> Iterator[None]:
    with one_core():
        yield


@contextmanager
def counters(policy: Snapshot, clock: SetClock) -> Iterator[tuple[CompiledCounter, Counter]]:
    """The compiled listener, and the one in Python without a packet cache."""
    with patch.object(udp, "monotonic", clock.now):
        compiled = CompiledCounter(policy, clock)
        plain = ForgetfulCounter(policy, clock)
        plain.desk.resolver.count = UsageCounter(plain.counters, policy, is_on=True)
        try:
            yield compiled, plain
        finally:
            compiled.close()


step = st.tuples(
    st.integers(0, 3),
    st.sampled_from([0.0, 0.0, 0.3, 0.7, 1.0, 2.5, 5.0, 30.0]),
    st.sampled_from([True] * 6 + [False]),
)


@settings(phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    st.sampled_from([WORK, WORK + 3590.5, ONE - 8.25, LUNCH, TWO - 8.25, TWO - 305.0]),
    st.lists(st.sampled_from(QUESTIONS), min_size=4, max_size=4),
    st.lists(step, min_size=30, max_size=80),
)
def test_the_same_bytes_come_out_and_the_same_is_counted(
    policy: Snapshot, start: float, questions: list[bytes], sequence: list[tuple[int, float, bool]]
) -> None:
    clock = SetClock(start)
    with counters(policy, clock) as (compiled, plain):
        for which, seconds, answers in sequence:
            clock.time += seconds
            before = len(plain.box.sent)
            replies = compiled.hand_in(questions[which])
            plain.hand_in(questions[which], OFFICE)
            play_the_upstream(cast(Counter, compiled), clock.time, answers)
            play_the_upstream(plain, clock.time, answers)
            replies += compiled.heard()
            assert replies == [wire for wire, _ in plain.box.sent[before:]]
        assert taken(compiled.counters, clock.time) == taken(plain.counters, clock.time)


def taken(counters: Counters, now: float) -> dict[object, int]:
    batch, _ = counters.take(now, 1_000)
    return {(count.hour, count.client, count.label): count.queries for count in batch.counts}


mutations = st.lists(st.tuples(st.integers(0, 80), st.integers(0, 255)), max_size=3)


@given(st.sampled_from(QUESTIONS), mutations, st.integers(0, 12), st.binary(max_size=4))
def test_damaged_datagrams_get_what_python_gives_them(
    policy: Snapshot, question: bytes, edits: list[tuple[int, int]], cut: int, more: bytes
) -> None:
    clock = SetClock(WORK)
    damaged = bytearray(question)
    for at, octet in edits:
        if at < len(damaged):
            damaged[at] = octet
    asked = bytes(damaged[: len(damaged) - cut]) + more
    with counters(policy, clock) as (compiled, plain):
        for message in (question, asked, question, asked):
            replies = compiled.hand_in(message)
            before = len(plain.box.sent)
            plain.hand_in(message, OFFICE)
            play_the_upstream(cast(Counter, compiled), clock.time, answers=message == question)
            play_the_upstream(plain, clock.time, answers=message == question)
            assert replies + compiled.heard() == [wire for wire, _ in plain.box.sent[before:]]


@pytest.mark.parametrize("address", [OFFICE, "::1"])
def test_a_whole_round_is_answered_in_c(policy: Snapshot, address: str) -> None:
    clock = SetClock(WORK)
    with patch.object(udp, "monotonic", clock.now):
        compiled = CompiledCounter(policy, clock, address)
        compiled.hand_in(query("facebook.com"), query("facebook.com", use_edns=0))
        asked = [query("faceBOOK.com", id=number, use_edns=0, options=[COOKIE]) for number in range(20)]
        asked += [query("facebook.com", id=number) for number in range(20, 40)]
        replies = compiled.hand_in(*asked)
        assert compiled.listener.replayed == len(replies) == 40
        assert [int.from_bytes(reply[:2], "big") for reply in replies] == list(range(40))
        assert {count.queries for count in compiled.counters.take(WORK, 10)[0].counts} == {42}
        compiled.close()


def test_what_is_left_to_python_is_answered_in_its_order(policy: Snapshot) -> None:
    """What C has charged to a client, and what it has not."""
    clock = SetClock(WORK)
    with patch.object(udp, "monotonic", clock.now):
        compiled = CompiledCounter(policy, clock)
        compiled.hand_in(query("facebook.com"))
        messages = [b"\0\1" + bytes(10), query("youtube.com", id=2), b"\0\3" + bytes(10)]
        assert [reply[:2] for reply in compiled.hand_in(*messages)] == [b"\0\1", b"\0\2", b"\0\3"]
        compiled.close()


def test_another_policy_is_answered_by_at_once(policy: Snapshot) -> None:
    clock = SetClock(WORK)
    with patch.object(udp, "monotonic", clock.now):
        compiled = CompiledCounter(policy, clock)
        for _ in range(3):
            compiled.hand_in(query("facebook.com"))
        assert compiled.listener.replayed == 2
        compiled.packet_cache.clear()
        compiled.hand_in(query("facebook.com"))
        assert compiled.listener.replayed == 2
        compiled.close()


def test_hits_are_charged_to_the_budget(policy: Snapshot) -> None:
    clock = SetClock(WORK)
    with patch.object(udp, "monotonic", clock.now):
        compiled = CompiledCounter(policy, clock, rate=rate_of(per_second=1, burst=5))
        compiled.hand_in(query("facebook.com"))
        client = compiled.listener._clients[OFFICE]
        client.budget.tokens = 3.0
        client.budget.since = WORK
        replies = [compiled.hand_in(query("facebook.com")) for _ in range(5)]
        assert [len(one) for one in replies] == [1, 1, 1, 1, 1]
        assert [bool(one[0][2] & 0x02) for one in replies] == [False] * 3 + [True] * 2  # sent to TCP
        clock.time += 1
        assert len(compiled.hand_in(query("facebook.com"))) == 1
        compiled.close()
