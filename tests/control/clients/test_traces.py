"""A trace from its beginning to its end: what is refused, what is recorded, how it ends. The workers are played."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import cast

import pytest

from sm_dns.control.clients import traces
from sm_dns.control.clients.present_clients import PresentClients
from sm_dns.control.clients.traces import MAX_SECONDS_UNASKED, MAX_TRACE_SECONDS, Traces
from sm_dns.control.processes.workers import Workers
from sm_dns.control.service_log import ServiceLog
from sm_dns.ipc.orders import Trace
from sm_dns.ipc.traced import TracedQuestion
from sm_dns.state import audit
from sm_dns.util.clock import Clock
from sm_dns.util.errors import BadInput
from tests.support.site import NOON

HQ, HQ6 = "10.1.0.1", "fd01::1"
ASKED = TracedQuestion(NOON, HQ, "example.com", 1, "cache", "forward", "NOT_LISTED", "", "", 0.0, 0)


class Played:
    """Workers, and who is where, as the trace sees them."""

    def __init__(self) -> None:
        self.orders: list[Trace] = []

    async def trace(self, order: Trace) -> None:
        self.orders.append(order)

    async def take_traced(self) -> tuple[list[TracedQuestion], int]:
        return [ASKED], 2

    def addresses(self, address: str) -> tuple[str, ...]:
        return (address, HQ6)


class Room:
    """The control process, without its other parts."""

    def __init__(self, state: Path) -> None:
        self.now = NOON
        self.state = state
        self.played = Played()
        self.traces = Traces(
            cast(Workers, self.played),
            cast(PresentClients, self.played),
            ServiceLog(state, Clock(0.0)),
            lambda: self.now,
        )

    async def begin(self, client: str = HQ, seconds: int = 60, by: str = "root", reason: str = "why") -> None:
        await self.traces.begin(client, seconds, by, reason)

    def audited(self) -> list[tuple[str, str, object]]:
        return [(line.action, line.target, line.detail) for line in audit.read(self.state / audit.FILE)]

    def play(self, scene: Callable[[Room], Awaitable[None]]) -> None:
        async def main() -> None:
            await scene(self)

        asyncio.run(main())


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_it_is_recorded_when_it_begins_and_when_it_ends_and_questions_are_not(room: Room) -> None:
    async def scene(room: Room) -> None:
        await room.begin()
        assert room.played.orders == [Trace((HQ, HQ6), NOON + 60)]
        assert await room.traces.take() == ([ASKED], 2)
        (said,) = room.traces.findings()
        assert "the questions of 10.1.0.1 are traced until" in str(said.text) and "by root: why" in str(
            said.text
        )
        await room.traces.end()
        assert room.played.orders[-1] == Trace((), 0.0)
        assert not room.traces.findings()
        assert await room.traces.take() == ([], 0)

    room.play(scene)
    assert room.audited() == [
        ("trace begun", HQ, {"by": "root", "reason": "why", "seconds": 60}),
        ("trace ended", HQ, {"by": "root", "questions": 3}),
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"client": "printer"}, "'printer' is not an IP address"),
        ({"seconds": MAX_TRACE_SECONDS + 1}, "a trace is for 10m at most"),
        ({"seconds": 0}, "a trace is for 10m at most"),
        ({"reason": " "}, "reason: is missing"),
        ({"reason": "a\nb"}, "reason: write one line of at most"),
        ({"by": "\x1b[31m"}, "by: write one line of at most"),
    ],
)
def test_what_cannot_be_traced(room: Room, wrong: dict[str, str | int], said: str) -> None:
    async def scene(room: Room) -> None:
        with pytest.raises(BadInput, match=said):
            await room.begin(**wrong)  # type: ignore[arg-type]

    room.play(scene)
    assert room.played.orders == [] and not (room.state / audit.FILE).exists()


def test_one_client_at_a_time(room: Room) -> None:
    async def scene(room: Room) -> None:
        await room.begin()
        with pytest.raises(BadInput, match=r"10\.1\.0\.1 is traced already, by root"):
            await room.begin("10.1.0.2")

    room.play(scene)


def test_what_cannot_be_recorded_does_not_happen(room: Room) -> None:
    (room.state / audit.FILE).mkdir()

    async def scene(room: Room) -> None:
        with pytest.raises(BadInput, match="the audit could not be written"):
            await room.begin()

    room.play(scene)
    assert room.played.orders == []


@pytest.mark.parametrize("later", [60 + traces.LAST_LOOK_SECONDS, MAX_SECONDS_UNASKED])
def test_it_ends_by_itself_at_its_time_or_when_nobody_looks(
    room: Room, monkeypatch: pytest.MonkeyPatch, later: float
) -> None:
    looks = later > MAX_SECONDS_UNASKED
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        """Time passes as long as is waited for."""
        waits.append(seconds)
        room.now += seconds
        if looks:
            await room.traces.take()

    monkeypatch.setattr("sm_dns.control.clients.traces.asyncio.sleep", wait)

    async def scene(room: Room) -> None:
        await room.begin()
        watch = room.traces._watch
        assert watch is not None
        await watch

    room.play(scene)
    assert (room.traces.current, room.now) == (None, NOON + later)
    assert [action for action, _, _ in room.audited()] == ["trace begun", "trace ended"]
