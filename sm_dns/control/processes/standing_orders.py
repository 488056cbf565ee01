"""What a worker goes by beside its generation: names of the LAN's devices, who is where, whom it traces.

Each is kept here, and told to every process that takes the place of one that ended, before it answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

from sm_dns.ipc.orders import Answer, KnowPresence, NameLan, Order, Trace
from sm_dns.lan.records import LanRows
from sm_dns.policy.clients.presence import Rows

LAN_ROWS_A_LINE = 500  # records of the LAN's devices that a worker takes in at once
PRESENT_A_LINE = 200  # clients of whom a worker takes in at once what they are known as

Ask = Callable[[Order], Awaitable[Answer | None]]
"""Has the process that runs now obey; None where there is none, or it does not answer."""


class StandingOrders:
    """The newest of each kind. A process that is not ready yet is told once it is."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._lan: LanRows | None = None  # None while nobody has said any
        self._presence: Rows = {}
        self._told: Rows = {}  # of that, to the process that runs now
        self._trace = Trace((), 0.0)
        self._turn = asyncio.Lock()

    async def tell_anew(self) -> None:
        """Tell everything to a process that has become ready, first what most depends on."""
        self._told = {}
        await self._tell_presence()
        await self._tell_lan()
        if self._trace.addresses:
            await self._ask(self._trace)

    async def name_lan(self, rows: LanRows) -> None:
        """Answer by these names of the LAN's devices."""
        self._lan = rows
        await self._tell_lan()

    async def know(self, presence: Rows) -> None:
        """Go by what clients are known as."""
        self._presence = presence
        await self._tell_presence()

    async def trace(self, trace: Trace) -> None:
        """Trace a client's questions, or nobody's any more."""
        self._trace = trace
        await self._ask(trace)

    async def _tell_lan(self) -> None:
        async with self._turn:
            rows = self._lan
            if rows is None:
                return
            for at in range(0, max(len(rows), 1), LAN_ROWS_A_LINE):
                end = at + LAN_ROWS_A_LINE
                order = NameLan(tuple(rows[at:end]), first=not at, last=end >= len(rows))
                if await self._ask(order) is None:
                    return

    async def _tell_presence(self) -> None:
        """Tell what has changed since this process was told last; one that does not take it is told again."""
        async with self._turn:
            wanted = self._presence
            for order in presence_orders(self._told, wanted):
                if await self._ask(order) is None:
                    return
            self._told = wanted


def presence_orders(told: Rows, wanted: Rows) -> Iterator[KnowPresence]:
    """The orders after which whoever was told the one goes by the other."""
    changed = [(key, *one) for key, one in wanted.items() if told.get(key) != one]
    gone = sorted(told.keys() - wanted.keys())
    for at in range(0, max(len(changed), len(gone)), PRESENT_A_LINE):
        end = at + PRESENT_A_LINE
        yield KnowPresence(tuple(changed[at:end]), tuple(gone[at:end]))
