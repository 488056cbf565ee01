"""The process of the fleet as the control process sees it: started, heard, killed when it falls silent, started
again.

Nothing of the service waits for it. It says every second how the fleet stands; it is told which generation is in
force, and asked to have commands carried out by the primary. Without its parent it ends by itself.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sm_dns.control.processes.keep_alive import Pauses, keep_alive
from sm_dns.generation.fleet import FleetPlan, FleetStart
from sm_dns.ipc.fleet import (
    FLEET_ORDERS,
    FLEET_WORDS,
    CannotStart,
    CarriedOut,
    CarryOut,
    FleetOrder,
    FleetStatus,
    InForce,
    Stands,
    Verified,
    VerifiedMember,
    VerifyAll,
)
from sm_dns.util.child import begin, end, kill
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding, finding
from sm_dns.util.message import NOTHING, Message
from sm_dns.util.typed_json import to_json

SILENCE_SECONDS = 20.0  # it says something every second, but may be busy with a long list
CARRY_SECONDS = 180.0  # a little more than the primary gives a command
MAX_LINE = 8 << 20  # octets of what it says at once
FIRST_PAUSE = 0.5  # seconds before it is started again, doubled at each early death
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0  # one that lived this long died of something new
STOP_SECONDS = 2.0
CHUNK = 65_536  # octets
MODULE = "sm_dns.fleet.process"

W = TypeVar("W")

log = logging.getLogger(__name__)


class FleetProcess:
    """One process. `in_force`: the directory of the generation that answers here."""

    def __init__(self, config: Path, state_dir: Path, in_force: Callable[[], Path]) -> None:
        self._config = config
        self._state_dir = state_dir
        self._in_force = in_force
        self._plan: FleetPlan | None = None
        self._status: FleetStatus | None = None
        self._problem: Message = NOTHING
        self._said: Message = NOTHING  # why it cannot start, in its own words
        self._stdin: asyncio.StreamWriter | None = None
        self._carrying: dict[int, asyncio.Future[CarriedOut]] = {}
        self._verifying: dict[int, asyncio.Future[Verified]] = {}
        self._number = 0
        self._running: asyncio.Task[None] | None = None
        self._changing: asyncio.Task[None] | None = None

    def use(self, plan: FleetPlan | None) -> None:
        """Go on by another plan: by another process, or by none. Needs a running event loop."""
        if plan != self._plan:
            self._plan = plan
            self._changing = asyncio.get_running_loop().create_task(self._change(self._changing))
        else:
            self.poke()

    def poke(self) -> None:
        """Something is in force that may not have been."""
        self._tell(InForce(self._in_force()))

    async def _change(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        await self._end()
        if self._plan is not None:
            self._running = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """End it."""
        if self._changing is not None:
            await asyncio.wait([self._changing])
        await self._end()

    async def _end(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            await asyncio.wait([running])
        self._status = None

    def status(self) -> FleetStatus | None:
        """How the fleet stands; None of a server alone, and until it is known."""
        return self._status

    def findings(self) -> list[Finding]:
        """What wants a person."""
        if self._plan is None:
            return []
        if self._problem:
            return [finding("error", "the process of the fleet does not run: {reason}", reason=self._problem)]
        return [] if self._status is None else list(self._status.findings)

    async def carry_out(self, person: str, arguments: tuple[str, ...]) -> CarriedOut:
        """Have a command carried out by the primary. Raises `BadInput` where the process cannot be asked."""
        return await self._ask(self._carrying, lambda number: CarryOut(number, person, arguments))

    async def verify(self) -> tuple[VerifiedMember, ...]:
        """Hold every audit of the fleet against what is kept here. Raises `BadInput`."""
        return (await self._ask(self._verifying, VerifyAll)).members

    async def _ask(self, waiting: dict[int, asyncio.Future[W]], order: Callable[[int], FleetOrder]) -> W:
        if self._stdin is None:
            raise BadInput("the process of the fleet does not run: {reason}", reason=self._problem)
        self._number += 1
        number = self._number
        answer: asyncio.Future[W] = asyncio.get_running_loop().create_future()
        waiting[number] = answer
        try:
            self._tell(order(number))
            async with asyncio.timeout(CARRY_SECONDS):
                return await answer
        except (TimeoutError, asyncio.CancelledError) as error:
            raise BadInput("the process of the fleet did not say how it ended") from error
        finally:
            del waiting[number]

    def _tell(self, order: FleetOrder) -> None:
        if self._stdin is not None:
            self._stdin.write(FLEET_ORDERS.line(order))

    async def _run(self) -> None:
        await keep_alive(self._live, self._ended, Pauses(FIRST_PAUSE, LONGEST_PAUSE, STEADY_SECONDS))

    def _ended(self, how: Message) -> None:
        self._problem = how
        log.error("the process of the fleet: %s; starting another", how)

    async def _live(self) -> Message:
        """One process from its start to its end; how it ended."""
        assert self._plan is not None, "it is started by a plan"
        process = await begin(
            MODULE,
            json.dumps(to_json(FleetStart(self._plan, self._config, self._state_dir))),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=MAX_LINE,
        )
        assert process.stdout is not None and process.stdin is not None, "pipes were asked for"
        self._stdin = process.stdin
        self._tell(InForce(self._in_force()))
        try:
            word = await self._listen(process.stdout)
            if word:
                log.error("the process of the fleet (pid %d) %s", process.pid, word)
                kill(process)
                while await process.stdout.read(CHUNK):
                    pass  # what it still said: its end is not told before (asyncio waits for the pipe)
            code = await process.wait()
        except asyncio.CancelledError:
            await end(process, STOP_SECONDS)
            raise
        finally:
            self._stdin = self._status = None
            _cancel(self._carrying)
            _cancel(self._verifying)
        return word or self._said or Message("ended with code {code}", code=code)

    async def _listen(self, stream: asyncio.StreamReader) -> Message:
        """Hear it out; nothing when it ended, else what is wrong with it."""
        self._said = NOTHING
        while True:
            try:
                async with asyncio.timeout(SILENCE_SECONDS):
                    line = await stream.readline()
            except TimeoutError:
                return Message("lives but says nothing")
            except ValueError:
                return Message("says nonsense")
            if not line:
                return NOTHING
            try:
                word = FLEET_WORDS.read(line)
            except BadInput:
                continue  # what a library of it printed
            if isinstance(word, Stands):
                self._status, self._problem = word.status, NOTHING
            elif isinstance(word, CarriedOut):
                _answer(self._carrying, word.number, word)
            elif isinstance(word, Verified):
                _answer(self._verifying, word.number, word)
            elif isinstance(word, CannotStart):
                self._said = word.reason


def _answer(waiting: dict[int, asyncio.Future[W]], number: int, word: W) -> None:
    found = waiting.get(number)
    if found is not None and not found.done():
        found.set_result(word)


def _cancel(waiting: dict[int, asyncio.Future[W]]) -> None:
    for each in waiting.values():
        each.cancel()
