"""Questions that wait for their answers on one connection, by number."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from sm_dns.fleet.talk.wire import Gone
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message

A = TypeVar("A")

MAX_WAITING = 64  # questions of one connection


class Questions(Generic[A]):
    """Those of one connection; `end` when it is gone."""

    def __init__(self) -> None:
        self._waiting: dict[int, asyncio.Future[A]] = {}
        self._number = 0

    async def ask(self, send: Callable[[int], Awaitable[None]], seconds: float, unanswered: Message) -> A:
        """Send a question under a number; its answer. Raises `BadInput` with `unanswered` where none comes."""
        if len(self._waiting) >= MAX_WAITING:
            raise BadInput("too many questions wait for their answers")
        self._number += 1
        number = self._number
        answer: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            await send(number)
            async with asyncio.timeout(seconds):
                return await answer
        except (Gone, TimeoutError, asyncio.CancelledError) as error:
            raise BadInput(unanswered) from error
        finally:
            del self._waiting[number]

    def answer(self, number: int, answer: A) -> None:
        """An answer has come. One that nobody waits for is nobody's."""
        waiting = self._waiting.get(number)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    def end(self) -> None:
        """No answer comes any more."""
        for waiting in self._waiting.values():
            waiting.cancel()
