"""All data workers of the service."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from sm_dns.control.processes.worker_process import WorkerProcess
from sm_dns.ipc.orders import Answer, Asking, Known, LookUp, OfWorker, Trace, Unknown
from sm_dns.ipc.status import WorkerStatus
from sm_dns.ipc.traced import TracedQuestion
from sm_dns.lan.records import LanRows
from sm_dns.listen.listeners import Sockets
from sm_dns.monitor.counts import Batch
from sm_dns.policy.clients.presence import Rows

LOOK_UP_SECONDS = 8.0  # an upstream has had its time by then
LOOK_AGAIN_SECONDS = 0.05


class Workers:
    """One process for each set of sockets; `generation` tells a starting worker what to load.

    `known` is set once what they are to be told before they answer is known, and soon in any case.
    """

    def __init__(
        self,
        sockets: Iterable[Sockets],
        rehearsal: float,
        generation: Callable[[], Path],
        switches: Path,
        known: asyncio.Event | None = None,
    ) -> None:
        self._workers = [
            WorkerProcess(number, each, rehearsal, generation, switches, known=known)
            for number, each in enumerate(sockets)
        ]

    @property
    def count(self) -> int:
        """How many there are to be."""
        return len(self._workers)

    @property
    def answer(self) -> bool:
        """Whether at least one of them answers."""
        return any(worker.answers for worker in self._workers)

    def took_nothing(self) -> bool:
        """Whether one could not read what it was to load since this was last asked: then another is to be made."""
        distrusting = [worker for worker in self._workers if worker.distrusts]
        for worker in distrusting:
            worker.distrusts = False
        return bool(distrusting)

    async def run(self) -> None:
        """Keep every worker alive until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for worker in self._workers:
                tasks.create_task(worker.run())

    async def wait_ready(self) -> None:
        """Wait until every worker answers queries. Raises `TimeoutError`."""
        await asyncio.gather(*(worker.wait_ready() for worker in self._workers))

    async def load(self, directory: Path) -> list[Answer | None]:
        """Have every worker swap to a generation; their acknowledgements. One that is down does so as it starts."""
        return await asyncio.gather(*(worker.load(directory) for worker in self._workers))

    async def listen(self, sockets: Iterable[Sockets]) -> None:
        """Have each worker answer on further sockets of its own."""
        pairs = zip(self._workers, sockets, strict=True)
        await asyncio.gather(*(worker.listen(each) for worker, each in pairs))

    async def name_lan(self, rows: LanRows) -> None:
        """Have every worker answer by these names of the LAN's devices."""
        await asyncio.gather(*(worker.standing.name_lan(rows) for worker in self._workers))

    async def heed_switches(self) -> list[Answer | None]:
        """Have every worker go by the switches as they are now; their answers."""
        return await asyncio.gather(*(worker.heed_switches() for worker in self._workers))

    async def know(self, presence: Rows) -> None:
        """Have every worker go by what clients are known as."""
        await asyncio.gather(*(worker.standing.know(presence) for worker in self._workers))

    async def trace(self, trace: Trace) -> None:
        """Have every worker trace a client, or nobody any more."""
        await asyncio.gather(*(worker.standing.trace(trace) for worker in self._workers))

    async def take_traced(self) -> tuple[list[TracedQuestion], int]:
        """The questions that were traced since the last taking, and how many were lost."""
        taken = await asyncio.gather(*(worker.take_traced() for worker in self._workers))
        questions = [one for each, _ in taken for one in each]
        return questions, sum(lost for _, lost in taken)

    async def flush(self, name: bytes) -> int:
        """Have every worker forget a name and all below it; how many cached answers that were in all."""
        return sum(await asyncio.gather(*(worker.flush(name) for worker in self._workers)))

    async def look_up(self, question: LookUp) -> Known | Unknown | None:
        """What the first worker that is up knows of a question within `LOOK_UP_SECONDS`; None where none tells."""
        deadline = time.monotonic() + LOOK_UP_SECONDS
        while time.monotonic() < deadline:
            answer = None
            for worker in self._workers:
                answer = await worker.look_up(question)
                if answer is not None:
                    break
            if not isinstance(answer, Asking):
                return answer if isinstance(answer, Known | Unknown) else None
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        return None

    async def tally(self) -> dict[int, list[Batch] | None]:
        """What each worker, by its number, counted since it was last asked; None for one that is down."""
        taken = await asyncio.gather(*(worker.tally() for worker in self._workers))
        return {worker.number: batches for worker, batches in zip(self._workers, taken, strict=True)}

    async def status(self) -> list[WorkerStatus]:
        """Each worker, with its figures."""
        told = await asyncio.gather(*(worker.figures() for worker in self._workers))
        return [
            WorkerStatus(
                number=worker.number,
                pid=worker.pid,
                restarts=worker.restarts,
                ends=worker.ends.figures(),
                figures=found.stats if isinstance(found, OfWorker) else None,
            )
            for worker, found in zip(self._workers, told, strict=True)
        ]
