"""On connections too the packet cache is an accelerator and nothing else."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import cast

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sm_dns.dns.scan import Ignored
from sm_dns.monitor.counters import Counters
from sm_dns.policy.snapshot import Snapshot
from sm_dns.resolve.replies.reply import Reply
from sm_dns.serve.clients.streams.answers import StreamAnswers, padding
from sm_dns.serve.clients.streams.connection import Connection
from sm_dns.serve.clients.streams.connections import Streams
from sm_dns.serve.event_loop import DrainSelector, new_loop
from sm_dns.serve.usage_counter import UsageCounter
from tests.serve.clients.test_packet_cache import QUESTIONS, play_the_upstream
from tests.support.desk import GUEST, HQ, LUNCH, ONE, STRANGER, TWO, WORK, Desk
from tests.support.limits import admission_of
from tests.support.listening import Counter, SetClock
from tests.support.messages import query
from tests.support.streams import streams_of


class Stream:
    """Connections of some clients, and what they were told."""

    def __init__(self, policy: Snapshot, clock: SetClock, *, forgets: bool) -> None:
        self.desk = Desk(policy)
        self.told: list[bytes] = []
        self._selector = DrainSelector()
        self._loop = new_loop(self._selector)
        self._forgets = forgets
        self._clients: list[socket.socket] = []
        self._connections: dict[str, Connection] = {}

        async def make() -> Streams:
            return streams_of(self.desk, self._selector, admission_of(), clock)

        streams = self._loop.run_until_complete(make())
        self.counters = streams.shared.counters
        self.desk.resolver.count = UsageCounter(self.counters, policy, is_on=True)
        self._packet_cache = streams.shared.packet_cache
        self.answers = StreamAnswers(streams, padding)

    def ask(self, message: bytes, address: str) -> None:
        if self._forgets:
            self._packet_cache.clear()
        try:
            reply = self.answers.ask(self._of(address), message, self._deliver)
        except Ignored:
            return
        if reply is not None:
            self.told.append(reply.wire)

    def _deliver(self, reply: Reply, now: float) -> None:
        self.told.append(reply.wire)

    def _of(self, address: str) -> Connection:
        if address not in self._connections:
            with socket.create_server(("127.0.0.1", 0)) as listening:
                self._clients.append(socket.create_connection(listening.getsockname()))
                ours, _ = listening.accept()
            ours.setblocking(False)
            made = Connection(ours, address, self._selector, self._loop, print, lambda one: None)
            self._connections[address] = made
        return self._connections[address]

    def close(self) -> None:
        for connection in self._connections.values():
            connection.drop()
        for sock in self._clients:
            sock.close()
        self._loop.close()


@contextmanager
def both(policy: Snapshot, clock: SetClock) -> Iterator[tuple[Stream, Stream]]:
    with (
        closing(Stream(policy, clock, forgets=False)) as remembering,
        closing(Stream(policy, clock, forgets=True)) as forgetful,
    ):
        yield remembering, forgetful


step = st.tuples(
    st.integers(0, 3),
    st.sampled_from([HQ, HQ, "10.1.0.2", GUEST, STRANGER]),
    st.sampled_from([0.0, 0.0, 0.3, 0.7, 1.0, 2.5, 5.0, 30.0]),
    st.sampled_from([True] * 6 + [False]),
)


@settings(phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    st.sampled_from([WORK, WORK + 3590.5, ONE - 8.25, LUNCH, TWO - 8.25, TWO - 305.0]),
    st.lists(st.sampled_from(QUESTIONS), min_size=4, max_size=4),
    st.lists(step, min_size=30, max_size=60),
)
def test_the_same_bytes_come_out_and_the_same_is_counted(
    policy: Snapshot, start: float, questions: list[bytes], sequence: list[tuple[int, str, float, bool]]
) -> None:
    clock = SetClock(start)
    with both(policy, clock) as (remembering, forgetful):
        for which, address, seconds, answers in sequence:
            clock.time += seconds
            for stream in (remembering, forgetful):
                stream.ask(questions[which], address)
                play_the_upstream(cast(Counter, stream), clock.time, answers)
            assert remembering.told == forgetful.told
        assert taken(remembering.counters, clock.time) == taken(forgetful.counters, clock.time)
        assert forgetful.answers.replayed == 0


def taken(counters: Counters, now: float) -> dict[object, int]:
    batch, _ = counters.take(now, 1_000)
    return {(count.hour, count.client, count.label): count.queries for count in batch.counts}


def test_a_repeated_question_is_replayed_whatever_its_id_case_and_cookie(policy: Snapshot) -> None:
    clock = SetClock(WORK)
    with both(policy, clock) as (stream, _):
        for number, name in enumerate(["facebook.com", "faceBOOK.com", "FACEBOOK.com"]):
            stream.ask(query(name, id=number), HQ)
        assert [wire[:2] for wire in stream.told] == [b"\0\0", b"\0\1", b"\0\2"]
        assert stream.answers.replayed == 2
        assert b"\x08faceBOOK" in stream.told[1]
