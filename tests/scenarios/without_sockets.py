"""A scenario driven without sockets: the real build, the resolver it makes, time as an argument."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dns.message

from sm_dns.builder.process import compile_generation
from sm_dns.resolve.cache import Cache
from sm_dns.resolve.context import ResolverContext, count_nothing
from sm_dns.resolve.forwarding.attempts import QUERY_RESOLUTION_SECONDS
from sm_dns.resolve.forwarding.deadlines import TICK
from sm_dns.resolve.forwarding.forward import Forwarder
from sm_dns.resolve.forwarding.strategies import STRATEGIES
from sm_dns.resolve.forwarding.upstream import Upstream, UpstreamAddress
from sm_dns.resolve.pipeline import handle_message
from sm_dns.resolve.replies.reply import STREAM_LIMIT, Reply, Transport, datagram_limit
from sm_dns.serve import worker_settings
from sm_dns.util.message import Message
from tests.scenarios.comparing import differences, message_of
from tests.scenarios.form import GENERAL, Question, Scenario
from tests.scenarios.house import furnish, instant
from tests.scenarios.played import Played, Unreachable
from tests.support.desk import NoFaults
from tests.support.forwarding import NotedSender, datagram

LISTEN = "127.0.0.1:5335"


class Desk:
    """A resolver built from a scenario, and its upstreams played."""

    def __init__(self, scenario: Scenario, directory: Path) -> None:
        self._scenario = scenario
        assert scenario.steps[0].at is not None
        self.now = float(instant(scenario, scenario.steps[0].at))
        config = furnish(scenario, directory, [LISTEN], [GENERAL])
        found = worker_settings.load(compile_generation(config, self.now))
        self._played = {one.address: Played(one) for one in scenario.upstreams}
        self._sender = NotedSender()
        servers: dict[UpstreamAddress, Upstream] = {}

        def upstreams(wanted: tuple[UpstreamAddress, ...]) -> tuple[Upstream, ...]:
            return tuple(servers.setdefault(server, Upstream(server)) for server in wanted)

        cache, faults = Cache(found.cache_bytes), NoFaults()
        forwarder = Forwarder(cache, faults)
        forwarder.connect(self._sender)
        routes = {name: upstreams(wanted) for name, wanted in found.routes.items()}
        forwarder.adopt(upstreams(found.upstreams), routes, STRATEGIES[found.strategy], found.ttl_bounds)
        self._forwarder = forwarder
        self._resolver = ResolverContext(found.resolver, found.local, cache, forwarder, count_nothing, faults)
        self._names = found.resolver.snapshot.names

    def close(self) -> None:
        self._names.close()

    def play(self) -> list[str]:
        """Everything in its order; what was not as expected, as text."""
        found: list[str] = []
        for number, step in enumerate(self._scenario.steps, 1):
            begins = (
                self.now + step.after if step.after is not None else instant(self._scenario, step.at or "")
            )
            assert begins >= self.now, f"step {number} lies before what was asked already"
            self.now = float(begins)
            self._played |= {one.address: Played(one) for one in step.upstreams}
            for question in step.questions:
                reply, asked = self._ask(question)
                wrong = differences(question, reply, asked)
                if wrong:
                    found += [
                        asked_in(number, step.at or f"{step.after} s after", question),
                        *indented(wrong),
                    ]
        return found

    def _ask(self, question: Question) -> tuple[dns.message.Message | None, int]:
        earlier = self._asked()
        told: list[Reply] = []
        wire = message_of(question).to_wire()
        reply = handle_message(
            self._resolver,
            wire,
            question.client,
            self.now,
            Transport(_LIMITS[question.over](self._resolver.settings.udp_size)),
            lambda reply, now: told.append(reply),
        )
        if reply is None:
            self._await(told)
            reply = told[0] if told else None
        return (None if reply is None else dns.message.from_wire(reply.wire)), self._asked() - earlier

    def _await(self, told: list[Reply]) -> None:
        """Let upstreams answer and time pass, until there is an answer or nobody would wait any longer."""
        ends = self.now + QUERY_RESOLUTION_SECONDS + 1.0
        self._hear()
        while not told and self.now < ends:
            self.now += TICK
            self._forwarder.tick(self.now)
            self._hear()

    def _hear(self) -> None:
        """What upstreams say to what they were asked, which may lead to further questions."""
        while self._sender.sent or self._sender.streams:
            is_stream = not self._sender.sent
            attempt = (self._sender.streams if is_stream else self._sender.sent).pop(0)
            hear = self._forwarder.received_stream if is_stream else self._forwarder.received
            try:
                replies = self._played[attempt.upstream.server.address].replies(datagram(attempt))
            except Unreachable:
                self._forwarder.lost(attempt, self.now, Message("no route to host"))
                continue
            for reply in replies:
                hear(attempt, reply, self.now)

    def _asked(self) -> int:
        return sum(one.asked for one in self._played.values())


_LIMITS: dict[str, Callable[[int], Callable[..., int]]] = {
    "udp": lambda size: lambda question: datagram_limit(question, size),
    "tcp": lambda size: lambda question: STREAM_LIMIT,
}


def asked_in(number: int, when: str, question: Question) -> str:
    """A question for a reader of a failing test."""
    return f"step {number} ({when}): {question.name} {question.type} for {question.client}"


def indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]
