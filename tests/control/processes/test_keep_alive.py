from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from sm_dns.control.processes.keep_alive import Pauses, keep_alive
from sm_dns.util.message import Message

PAUSES = Pauses(1.0, 5.0, 10.0)


class Stopped(Exception):
    """The test has seen enough."""


def run(
    live: Callable[[], Awaitable[Message]], monkeypatch: pytest.MonkeyPatch, times: int
) -> tuple[list[Message], list[float]]:
    """How each child ended, and the pauses after it; the pauses pass at once."""
    told: list[Message] = []
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == times:
            raise Stopped

    monkeypatch.setattr(asyncio, "sleep", sleep)
    with pytest.raises(Stopped):
        asyncio.run(keep_alive(live, told.append, PAUSES))
    return told, slept


def test_early_deaths_are_answered_later_and_later(monkeypatch: pytest.MonkeyPatch) -> None:
    async def live() -> Message:
        return Message("ended with code 1")

    told, slept = run(live, monkeypatch, 4)
    assert slept == [2.0, 4.0, 5.0, 5.0]
    assert told == [Message("ended with code 1")] * 4


def test_whatever_is_raised_of_one_another_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    async def live() -> Message:
        raise KeyError("no such socket")

    told, slept = run(live, monkeypatch, 3)
    assert len(slept) == 3
    assert [str(each) for each in told] == ["could not be started ('no such socket')"] * 3


def test_one_that_lived_long_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    lives = iter((0.0, 0.0, 11.0, 0.0))

    async def live() -> Message:
        asyncio.get_running_loop().time = lambda: clock[0]  # type: ignore[method-assign]
        clock[0] += next(lives)
        return Message("ended")

    async def begin() -> Message:
        asyncio.get_running_loop().time = lambda: clock[0]  # type: ignore[method-assign]
        return await live()

    assert run(begin, monkeypatch, 4)[1][2:] == [1.0, 2.0]


def test_one_that_cannot_be_started_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def live() -> Message:
        raise FileNotFoundError("no such program")

    assert (
        run(live, monkeypatch, 2)[0]
        == [Message("could not be started ({reason})", reason="no such program")] * 2
    )
