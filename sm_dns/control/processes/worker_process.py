"""One data worker as the control process sees it: started, told to load, asked for figures, started again."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import socket
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from sm_dns.control.processes.channel import MAX_LINE, Channel
from sm_dns.control.processes.keep_alive import Pauses, keep_alive
from sm_dns.control.processes.standing_orders import StandingOrders
from sm_dns.ipc.orders import (
    Answer,
    Begin,
    Counted,
    Failed,
    Flush,
    Flushed,
    HeedSwitches,
    Listen,
    Load,
    LookUp,
    OfPortal,
    OfWorker,
    Order,
    PortalStart,
    Ready,
    TakeCounts,
    TakeTraced,
    TellFigures,
    TracedQuestions,
    WorkerStart,
)
from sm_dns.ipc.traced import TracedQuestion
from sm_dns.listen.listeners import Sockets
from sm_dns.monitor.counts import Batch
from sm_dns.util.child import begin, end, kill
from sm_dns.util.lately import Lately
from sm_dns.util.message import Message
from sm_dns.util.typed_json import to_json

ANSWER_SECONDS = 5.0  # a worker that does not acknowledge within this is not well
START_SECONDS = 10.0
FIRST_PAUSE = 0.05  # seconds before a dead worker is started again, doubled at each early death
LONGEST_PAUSE = 5.0
STEADY_SECONDS = 10.0  # a worker that lived this long died of something new
STOP_SECONDS = 2.0
CHECK_SECONDS = 1.0  # between looks whether it answers
CHECK_ANSWER_SECONDS = 1.0
MAX_SILENCES = 3  # such looks without an answer, and it is killed: six seconds after it fell silent
MAX_TAKINGS = 256  # lines of counts taken at once; more than a worker's table holds

_SIGNALS = {one.value: one.name for one in signal.Signals}

log = logging.getLogger(__name__)


class Program(NamedTuple):
    """A module that is run with one JSON argument and speaks the channel's lines, what messages call it, and what
    makes the argument."""

    module: str
    title: str
    start: Callable[..., WorkerStart | PortalStart]


WORKER = Program("sm_dns.serve.worker", "worker", WorkerStart)


class WorkerProcess:
    """A worker and its sockets.

    `generation` is asked at each start, so that a restart loads the newest. `distrusts`: that could not be read, and
    another is to be made. `known` is set once what it is to be told first is known, and soon in any case; None: that
    is so already.
    """

    def __init__(
        self,
        number: int,
        sockets: Sockets,
        rehearsal: float,
        generation: Callable[[], Path],
        switches: Path,
        program: Program = WORKER,
        known: asyncio.Event | None = None,
    ) -> None:
        self.number = number
        self._program = program
        self._known = known
        self.restarts = -1
        self.ends = Lately()
        """How often it ended lately, and how it did the last time."""
        self.pid: int | None = None
        self.distrusts = False
        self._sockets = sockets
        self._rehearsal = rehearsal
        self._generation = generation
        self._switches = switches
        self._channel: Channel | None = None  # to one that has said that it is ready
        self._given: set[socket.socket] = set()
        self.standing = StandingOrders(self._ask)
        """What each of its processes goes by beside the generation."""
        self._silences = 0
        self._ready = asyncio.Event()

    @property
    def answers(self) -> bool:
        """Whether it answers queries, and answered when it was last looked at."""
        return self._ready.is_set() and not self._silences

    async def run(self) -> None:
        """Keep a worker alive until cancelled."""
        await keep_alive(self._live, self._ended, Pauses(FIRST_PAUSE, LONGEST_PAUSE, STEADY_SECONDS))

    def _ended(self, how: Message) -> None:
        self.ends.note(how, time.time() + self._rehearsal)
        log.error("%s %d %s; starting another", self._program.title, self.number, how)

    async def _live(self) -> Message:
        """One worker from its start to its end; how it ended."""
        directory = self._generation()
        process, channel = await self._start(directory)
        self.pid = process.pid
        self.restarts += 1
        self._silences = 0
        try:
            if await self._is_ready(channel):
                self._channel = channel
                await self._have_begin(directory)
                self._ready.set()
                await self._hand_over()
            else:
                kill(process)
            code = await self._watch(process)
            await channel.hear_last_words(CHECK_ANSWER_SECONDS)
        except BaseException:  # whatever it is: no child is left to itself
            await end(process, STOP_SECONDS)
            raise
        finally:
            self._gone(channel)
        return (
            Message("ended by an error at {what}", what=channel.last_words)
            if channel.last_words
            else _why(code)
        )

    async def _have_begin(self, directory: Path) -> None:
        """Tell one that has read a generation all that it goes by, and have it answer queries then.

        It waits for that no longer than its `UNTOLD_SECONDS`.
        """
        if self._generation() != directory:
            await self.load(self._generation())  # published while it was starting
        await self.heed_switches()  # turned while it was starting
        if self._known is not None:
            await self._known.wait()
        await self.standing.tell_anew()
        await self._ask(Begin())

    async def _watch(self, process: asyncio.subprocess.Process) -> int:
        """Wait for its end, and bring that about when it lives but does not answer; its exit code."""
        while True:
            try:
                async with asyncio.timeout(CHECK_SECONDS):
                    return await process.wait()
            except TimeoutError:
                answer = await self._ask(TellFigures(), CHECK_ANSWER_SECONDS)
            self._silences = self._silences + 1 if answer is None else 0
            if self._silences >= MAX_SILENCES and process.returncode is None:
                log.error(
                    "%s %d (pid %d) lives but does not answer", self._program.title, self.number, process.pid
                )
                kill(process)

    async def wait_ready(self) -> None:
        """Wait until it answers queries. Raises `TimeoutError`."""
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._ready.wait()
        except TimeoutError as error:
            raise TimeoutError(
                f"worker {self.number} does not answer within {START_SECONDS:.0f} s"
            ) from error

    async def load(self, directory: Path) -> Answer | None:
        """Have it swap to another generation; its acknowledgement, None while it is down."""
        return await self._ask(Load(directory))

    async def listen(self, sockets: Sockets) -> None:
        """Have it answer on further sockets. One that is down or only starting does so once it is ready."""
        for spoken, further in sockets.items():
            self._sockets[spoken] = [*self._sockets[spoken], *further]
        if self._ready.is_set():
            await self._hand_over()

    async def _hand_over(self) -> None:
        """Give it the sockets that it was not started with."""
        further = [
            (spoken, sock)
            for spoken, sockets in self._sockets.items()
            for sock in sockets
            if sock not in self._given
        ]
        if not further or self._channel is None:
            return
        self._given.update(sock for _, sock in further)
        if self._channel.hand_over(sock for _, sock in further):  # else the next one is started with them
            await self._ask(Listen(tuple(spoken for spoken, _ in further)))

    async def heed_switches(self) -> Answer | None:
        """Have it go by the switches as they are now; its answer, None while it is down."""
        return await self._ask(HeedSwitches())

    async def take_traced(self) -> tuple[list[TracedQuestion], int]:
        """What it traced since it was last asked, and how many questions were lost; nothing while it is down."""
        questions: list[TracedQuestion] = []
        lost = 0
        for _ in range(MAX_TAKINGS):
            answer = await self._ask(TakeTraced())
            if not isinstance(answer, TracedQuestions):
                break
            questions += answer.questions
            lost += answer.lost
            if not answer.more:
                break
        return questions, lost

    async def flush(self, name: bytes) -> int:
        """Have it forget a name and all below it; how many cached answers that were."""
        answer = await self._ask(Flush(name))
        return answer.answers if isinstance(answer, Flushed) else 0

    async def look_up(self, question: LookUp) -> Answer | None:
        """Ask it what it knows of a question, which it then asks upstream; None while it is down."""
        return await self._ask(question)

    async def tally(self) -> list[Batch] | None:
        """What it counted since it was last asked; None while it is down, and what it had counted is lost."""
        batches: list[Batch] = []
        for _ in range(MAX_TAKINGS):
            answer = await self._ask(TakeCounts())
            if not isinstance(answer, Counted):
                return batches or None
            batches.append(answer.batch)
            if not answer.more:
                break
        return batches

    async def figures(self) -> OfWorker | OfPortal | None:
        """Its figures; None while it is down, or silent: waiting for them would hold up what replaces it."""
        answer = None if self._silences else await self._ask(TellFigures())
        return answer if isinstance(answer, OfWorker | OfPortal) else None

    async def told(self, order: Order) -> Answer | None:
        """Its answer to an order that is nothing but handed on; None while it is down."""
        return await self._ask(order)

    async def _ask(self, order: Order, seconds: float | None = None) -> Answer | None:
        if self._channel is None:
            return None
        return await self._channel.ask(order, ANSWER_SECONDS if seconds is None else seconds)

    async def _start(self, directory: Path) -> tuple[asyncio.subprocess.Process, Channel]:
        ours, theirs = socket.socketpair()
        giving, taking = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        giving.setblocking(False)
        listening = {kind: tuple(sock.fileno() for sock in socks) for kind, socks in self._sockets.items()}
        self._given = set(chain(*self._sockets.values()))
        start = self._program.start(
            **listening,
            control=theirs.fileno(),
            handover=taking.fileno(),
            generation=directory,
            switches=self._switches,
            rehearsal=self._rehearsal,
        )
        descriptors = [*chain(*listening.values()), start.control, start.handover]
        with theirs, taking:
            try:
                channel = Channel(*await asyncio.open_connection(sock=ours, limit=MAX_LINE), giving)
            except BaseException:
                ours.close()
                giving.close()
                raise
            try:
                argument = json.dumps(to_json(start))
                process = await begin(self._program.module, argument, pass_fds=descriptors)
            except BaseException:
                channel.close()
                raise
        return process, channel

    async def _is_ready(self, channel: Channel) -> bool:
        """Wait for its word that it has read what it is to answer by."""
        said = await channel.hear(START_SECONDS)
        could_read = not (isinstance(said, Failed) or (isinstance(said, Ready) and said.without_policy))
        self.distrusts = self.distrusts or not could_read
        if isinstance(said, Failed):
            channel.last_words = said.reason
        return isinstance(said, Ready)

    def _gone(self, channel: Channel) -> None:
        self.pid = None
        self._ready.clear()
        self._channel = None
        channel.close()


def _why(code: int) -> Message:
    if code < 0:
        return Message("was killed by {signal}", signal=_SIGNALS.get(-code, -code))
    return Message("ended with code {code}", code=code)
