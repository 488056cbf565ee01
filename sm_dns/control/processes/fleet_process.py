"""The process of the fleet as the control process sees it.

It says every second how the fleet stands; it is told which generation is in force, and asked to have commands carried
out by the primary.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sm_dns.control.processes.heard_process import Begun, HeardProcess
from sm_dns.control.processes.keep_alive import Pauses
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
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding, finding
from sm_dns.util.message import NOTHING
from sm_dns.util.typed_json import to_json

CARRY_SECONDS = 180.0  # a little more than the primary gives a command
MAX_LINE = 8 << 20  # octets of what it says at once: how sixty-four servers stand
FIRST_PAUSE = 0.5  # seconds before it is started again, doubled at each early death
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0  # one that lived this long died of something new
MODULE = "sm_dns.fleet.process"

W = TypeVar("W")


class FleetProcess(HeardProcess[FleetPlan | None]):
    """One process. `in_force`: the directory of the generation that answers here."""

    def __init__(self, config: Path, state_dir: Path, in_force: Callable[[], Path]) -> None:
        super().__init__("the process of the fleet", None)
        self._config = config
        self._state_dir = state_dir
        self._in_force = in_force
        self._status: FleetStatus | None = None
        self._carrying: dict[int, asyncio.Future[CarriedOut]] = {}
        self._verifying: dict[int, asyncio.Future[Verified]] = {}
        self._number = 0

    def _is_wanted(self) -> bool:
        return self._plan is not None

    def _begun(self, plan: FleetPlan | None) -> Begun:
        assert plan is not None, "it is started by a plan"
        start = FleetStart(plan, self._config, self._state_dir)
        pauses = Pauses(FIRST_PAUSE, LONGEST_PAUSE, STEADY_SECONDS)
        line = FLEET_ORDERS.line(InForce(self._in_force()))
        return Begun(MODULE, json.dumps(to_json(start)), pauses, line, MAX_LINE)

    def use(self, plan: FleetPlan | None) -> None:
        """Go on by another plan, or tell it that something is in force that may not have been."""
        if plan != self._plan:
            super().use(plan)
        else:
            self.poke()

    def poke(self) -> None:
        """Something is in force that may not have been."""
        self._tell(FLEET_ORDERS.line(InForce(self._in_force())))

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
        if self._input is None:
            reason = self._problem or NOTHING
            raise BadInput("the process of the fleet does not run: {reason}", reason=reason)
        self._number += 1
        number = self._number
        answer: asyncio.Future[W] = asyncio.get_running_loop().create_future()
        waiting[number] = answer
        try:
            self._tell(FLEET_ORDERS.line(order(number)))
            async with asyncio.timeout(CARRY_SECONDS):
                return await answer
        except (TimeoutError, asyncio.CancelledError) as error:
            raise BadInput("the process of the fleet did not say how it ended") from error
        finally:
            del waiting[number]

    def _hear(self, line: bytes) -> bool:
        try:
            word = FLEET_WORDS.read(line)
        except BadInput:
            return False
        if isinstance(word, Stands):
            self._status = word.status
            return True
        if isinstance(word, CarriedOut):
            _answer(self._carrying, word.number, word)
        elif isinstance(word, Verified):
            _answer(self._verifying, word.number, word)
        elif isinstance(word, CannotStart):
            self._said = word.reason
        return False

    def _forget(self) -> None:
        self._status = None
        _cancel(self._carrying)
        _cancel(self._verifying)


def _answer(waiting: dict[int, asyncio.Future[W]], number: int, word: W) -> None:
    found = waiting.get(number)
    if found is not None and not found.done():
        found.set_result(word)


def _cancel(waiting: dict[int, asyncio.Future[W]]) -> None:
    for each in waiting.values():
        each.cancel()
