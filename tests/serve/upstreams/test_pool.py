"""Sockets towards upstreams, against a real one that lies (threats T1, T2, T4, T5, T6)."""

from __future__ import annotations

import asyncio
import resource
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from sm_dns.dns.names import from_text
from sm_dns.dns.random_bytes import RandomBytes
from sm_dns.resolve.cache import Cache, Key
from sm_dns.resolve.faults import Faults
from sm_dns.resolve.forwarding.failure import Failure
from sm_dns.resolve.forwarding.forward import Forwarder
from sm_dns.resolve.forwarding.upstream import Upstream, UpstreamAddress
from sm_dns.resolve.forwarding.upstream_answer import NO_SOA_LIFETIME, UpstreamAnswer
from sm_dns.serve.clock import Clock
from sm_dns.serve.event_loop import DrainSelector, new_loop
from sm_dns.serve.upstreams.pool import UpstreamSockets, pool_size
from sm_dns.serve.upstreams.udp import POOL, QUESTIONS_PER_SOCKET, SPREAD
from tests.support.lying import LIE, SLOW_SECONDS, TRUTH, LyingUpstream, dead_port, lying_upstream
from tests.support.processes import until

TRUE_BYTES = socket.inet_aton(TRUTH)
LIE_BYTES = socket.inet_aton(LIE)


class Shell:
    """An event loop with upstream sockets, and a way to wait for answers."""

    def __init__(self) -> None:
        self.selector = DrainSelector()
        self.loop = new_loop(self.selector)
        self.forwarder = Forwarder(Cache(1 << 20), Faults())
        self.sockets = UpstreamSockets(self.forwarder, self.loop, self.selector, Clock())

    def use(self, *servers: LyingUpstream | tuple[str, int]) -> tuple[Upstream, ...]:
        addresses = [(one.address, one.port) if isinstance(one, LyingUpstream) else one for one in servers]
        self.sockets.use(tuple(UpstreamAddress(*address) for address in addresses), {}, "fastest", None)
        return self.forwarder.upstreams

    def ask(self, *names: str, dnssec_ok: bool = False) -> list[UpstreamAnswer | Failure]:
        return self.loop.run_until_complete(self._ask(names, dnssec_ok))

    async def _ask(self, names: tuple[str, ...], dnssec_ok: bool) -> list[UpstreamAnswer | Failure]:
        return list(await asyncio.gather(*(self.start(name, dnssec_ok) for name in names)))

    def start(self, name: str, dnssec_ok: bool = False) -> asyncio.Future[UpstreamAnswer | Failure]:
        answer: asyncio.Future[UpstreamAnswer | Failure] = self.loop.create_future()
        key = Key(from_text(name), 1, dnssec_ok, False)
        self.forwarder.ask(key, lambda outcome, now: answer.set_result(outcome), Clock().now())
        return answer

    def ask_one(self, name: str) -> UpstreamAnswer:
        (outcome,) = self.ask(name)
        assert isinstance(outcome, UpstreamAnswer), outcome
        return outcome


@pytest.fixture
def shell() -> Iterator[Shell]:
    one = Shell()
    yield one
    one.sockets.close()
    one.loop.run_until_complete(asyncio.sleep(0))
    one.loop.close()


@pytest.fixture(scope="module")
def liar() -> Iterator[LyingUpstream]:
    with lying_upstream() as one:
        yield one


@pytest.mark.parametrize(
    "name",
    [
        "right", "wrong-id", "wrong-question", "wrong-case", "other-port", "loop", "long", "strays", "junk",
        "compressed", "garbage",
    ],
)  # fmt: skip
def test_lies_are_dropped_and_the_truth_is_taken(shell: Shell, liar: LyingUpstream, name: str) -> None:
    shell.use(liar)
    outcome = shell.ask_one(f"{name}.example.com")
    assert outcome.records.endswith(TRUE_BYTES)
    assert LIE_BYTES not in outcome.records
    assert outcome.answers == 1
    assert len(shell.forwarder) == 0


def test_a_truncated_answer_comes_whole_over_tcp(shell: Shell, liar: LyingUpstream) -> None:
    shell.use(liar)
    assert shell.ask_one("truncated.example.com").answers == 400


def test_an_oversize_datagram_is_no_answer(shell: Shell, liar: LyingUpstream) -> None:
    """What the kernel cut does not parse, and is asked for over TCP."""
    shell.use(liar)
    before = liar.over_tcp
    assert shell.ask_one("oversize.example.com").records.endswith(TRUE_BYTES)
    assert liar.over_tcp == before + 1


def test_ttls_beyond_belief_are_zero(shell: Shell, liar: LyingUpstream) -> None:
    shell.use(liar)
    assert shell.ask_one("endless.example.com").lifetime == 0


def test_a_negative_answer_without_soa_lives_seconds(shell: Shell, liar: LyingUpstream) -> None:
    shell.use(liar)
    outcome = shell.ask_one("no-soa.example.com")
    assert (outcome.rcode, outcome.lifetime) == (3, NO_SOA_LIFETIME)


def test_a_slow_answer_is_waited_for(shell: Shell, liar: LyingUpstream) -> None:
    (upstream,) = shell.use(liar)
    upstream.latency = 0.0
    assert shell.ask_one("slow.example.com").records.endswith(TRUE_BYTES)
    assert SLOW_SECONDS > 0.3


def test_servfail_is_a_failure_at_once(shell: Shell, liar: LyingUpstream) -> None:
    shell.use(liar)
    (outcome,) = shell.ask("servfail.example.com")
    assert isinstance(outcome, Failure)


def test_a_silent_upstream_is_given_up(
    shell: Shell, liar: LyingUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sm_dns.resolve.forwarding.attempts.QUERY_RESOLUTION_SECONDS", 0.6)
    shell.use(liar)
    (outcome,) = shell.ask("dead.example.com")
    assert isinstance(outcome, Failure)


def test_an_unreachable_upstream_gives_way(shell: Shell, liar: LyingUpstream) -> None:
    dead, alive = shell.use(("127.0.0.1", dead_port()), liar)
    dead.latency, alive.latency = 0.001, 0.1
    assert shell.ask_one("right.example.com").records.endswith(TRUE_BYTES)
    assert dead.failures == 1


@pytest.mark.ipv6
def test_upstreams_by_ipv6(shell: Shell) -> None:
    with lying_upstream("::1") as one:
        shell.use(one)
        assert shell.ask_one("right.example.com").records.endswith(TRUE_BYTES)


def test_ports_and_ids_are_many(shell: Shell) -> None:
    """T1, RFC 5452 §9.2: what a forger off the path has to guess, one port a question, from a wide range."""
    with lying_upstream() as one:
        shell.use(one)
        for batch in range(6):
            shell.ask(*(f"h{batch}-{count}.example.com" for count in range(50)))
        assert len(set(one.sources)) >= 290  # but for a port that chance gives twice
        assert len({asked[:2] for asked in one.asked}) > 290
        assert_no_step_is_seen(one.sources)


def test_ports_are_many_when_the_pool_is_full(shell: Shell) -> None:
    """Under load sockets are used again, each only after most others, in an order that cannot be told."""
    assert pool_size() == POOL
    with lying_upstream() as one:
        shell.use(one)
        for batch in range(30):
            shell.ask(*(f"h{batch}-{count}.example.com" for count in range(50)))
        for begin in range(400, 1_200, 100):
            assert (
                len(set(one.sources[begin : begin + 300])) >= POOL - SPREAD - 2
            )  # chance gives a port twice
        assert one.sources[400:800] != one.sources[800:1_200]
        assert_no_step_is_seen(one.sources)


def assert_no_step_is_seen(ports: list[int]) -> None:
    """No difference between one port and the next is frequent, and they are from everywhere."""
    steps = Counter(later - earlier for earlier, later in pairwise(ports))
    assert steps.most_common(1)[0][1] <= 4
    assert min(ports) < 8_000
    assert max(ports) > 58_000


def test_a_port_is_renewed_after_some_questions(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """T1: a port that somebody found out is soon another."""
    assert QUESTIONS_PER_SOCKET <= 64
    monkeypatch.setattr("sm_dns.serve.upstreams.pool.pool_size", lambda: 16)
    with lying_upstream() as one:
        shell.use(one)
        for count in range(16 * QUESTIONS_PER_SOCKET + 64):
            shell.ask_one(f"h{count}.example.com")
        assert max(one.sources.count(port) for port in one.sources) <= QUESTIONS_PER_SOCKET
        assert len(set(one.sources)) > 20  # of 16 at a time


def test_a_busy_port_is_renewed_too(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under load there is always somebody waiting on a socket; it takes no more questions all the same."""
    monkeypatch.setattr("sm_dns.serve.upstreams.pool.pool_size", lambda: 1)
    monkeypatch.setattr("sm_dns.resolve.forwarding.attempts.QUERY_RESOLUTION_SECONDS", 0.6)
    with lying_upstream() as one:
        (upstream,) = shell.use(one)
        upstream.latency = 10.0
        waiting = shell.start("dead.example.com")
        open_before = len(shell.selector.get_map())
        for count in range(QUESTIONS_PER_SOCKET + 20):
            upstream.latency = 10.0
            shell.ask_one(f"h{count}.example.com")
        assert max(one.sources.count(port) for port in one.sources) <= QUESTIONS_PER_SOCKET
        assert isinstance(shell.loop.run_until_complete(waiting), Failure)
        assert len(shell.selector.get_map()) <= open_before


def test_a_port_that_is_not_used_is_given_up(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """T1: who looks for open ports by the hour finds none."""
    monkeypatch.setattr("sm_dns.serve.upstreams.pool.PORT_SECONDS", 0.0)
    monkeypatch.setattr("sm_dns.serve.upstreams.pool.SWEEP_SECONDS", 0.01)
    with lying_upstream() as one:
        shell.use(one)
        shell.ask_one("first.example.com")
        before = open_descriptors()
        shell.ask(*(f"h{count}.example.com" for count in range(50)))
        eventually_in(shell, lambda: open_descriptors() <= before)
        shell.ask_one("again.example.com")


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def eventually_in(shell: Shell, fact: Callable[[], object]) -> None:
    shell.loop.run_until_complete(until(fact, "it happens"))


def test_without_descriptors_those_there_are_are_shared(shell: Shell) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with lying_upstream() as one:
        shell.use(one)
        shell.ask(*(f"h{count}.example.com" for count in range(5)))
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        try:
            shell.ask(*(f"more{count}.example.com" for count in range(20)))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert len(one.asked) == 25
        assert len(set(one.sources)) <= 5


def test_an_upstream_that_stays_keeps_its_health_and_one_that_goes_is_asked_no_more(shell: Shell) -> None:
    with lying_upstream() as first, lying_upstream() as second:
        (before,) = shell.use(first)
        shell.ask_one("one.example.com")
        both = shell.use(first, second)
        assert both[0] is before
        shell.use(second)
        shell.ask_one("two.example.com")
        assert (len(first.asked), len(second.asked)) == (1, 1)


def test_ids_are_spread() -> None:
    random_bytes = RandomBytes()
    drawn = [random_bytes.take(2) for _ in range(5_000)]
    assert all(len(one) == 2 for one in drawn)
    assert len(set(drawn)) > 4_500
