"""One data worker as the control process sees it: started, told to load, asked for figures, started again."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from sm_dns.control.processes.keep_alive import Pauses, keep_alive
from sm_dns.lan.records import LanRows
from sm_dns.listen.listeners import Sockets
from sm_dns.monitor.counters import Batch, Count, Label
from sm_dns.util.child import begin, end, kill
from sm_dns.util.lately import Lately

ANSWER_SECONDS = 5.0  # a worker that does not acknowledge within this is not well
START_SECONDS = 10.0
FIRST_PAUSE = 0.05  # seconds before a dead worker is started again, doubled at each early death
LONGEST_PAUSE = 5.0
STEADY_SECONDS = 10.0  # a worker that lived this long died of something new
STOP_SECONDS = 2.0
CHECK_SECONDS = 1.0  # between looks whether it answers
CHECK_ANSWER_SECONDS = 1.0
MAX_SILENCES = 3  # such looks without an answer, and it is killed: six seconds after it fell silent
MAX_LINE = 256 * 1024
LAN_ROWS_A_LINE = 500  # records of the LAN's devices that a worker takes in at once
MAX_TAKINGS = 256  # lines of counts taken at once; more than a worker's table holds

_SIGNALS = {one.value: one.name for one in signal.Signals}

log = logging.getLogger(__name__)


class Program(NamedTuple):
    """A module that is run with one JSON argument and speaks the channel's lines, and what messages call it."""

    module: str
    title: str


WORKER = Program("sm_dns.serve.worker", "worker")


class WorkerProcess:
    """A worker and its sockets.

    `generation` is asked at each start, so that a restart loads the newest; `distrust` is called where that could not
    be read.
    """

    def __init__(
        self,
        number: int,
        sockets: Sockets,
        rehearsal: float,
        generation: Callable[[], Path],
        program: Program = WORKER,
        distrust: Callable[[], None] = lambda: None,
    ) -> None:
        self.number = number
        self._program = program
        self.restarts = -1
        self.ends = Lately()
        """How often it ended lately, and how it did the last time."""
        self.pid: int | None = None
        self._sockets = sockets
        self._rehearsal = rehearsal
        self._generation = generation
        self._distrust = distrust
        self._writer: asyncio.StreamWriter | None = None
        self._reader: asyncio.StreamReader | None = None
        self._handover: socket.socket | None = None  # by which a running one gets further sockets
        self._given: set[socket.socket] = set()
        self._lan: LanRows | None = None  # None while nobody has said any
        self._naming = asyncio.Lock()
        self._talk = asyncio.Lock()
        self._unanswered = 0
        self._silences = 0
        self._ready = asyncio.Event()
        self._last_words = ""

    @property
    def answers(self) -> bool:
        """Whether it is ready and answered when it was last looked at."""
        return self._ready.is_set() and not self._silences

    async def run(self) -> None:
        """Keep a worker alive until cancelled."""
        await keep_alive(self._live, self._ended, Pauses(FIRST_PAUSE, LONGEST_PAUSE, STEADY_SECONDS))

    def _ended(self, how: str) -> None:
        self.ends.note(how, time.time() + self._rehearsal)
        log.error("%s %d %s; starting another", self._program.title, self.number, how)

    async def _live(self) -> str:
        """One worker from its start to its end; how it ended."""
        directory = self._generation()
        process, self._reader, self._writer = await self._start(directory)
        self.pid = process.pid
        self.restarts += 1
        self._unanswered = self._silences = 0
        self._last_words = ""
        try:
            if await self._is_ready(self._reader):
                self._ready.set()
                if self._generation() != directory:
                    await self.load(self._generation())  # published while it was starting
                await self._hand_over()
                await self._tell_lan()
            else:
                kill(process)
            code = await self._watch(process)
            await self._hear_last_words(self._reader)
        except BaseException:  # whatever it is: no child is left to itself
            await end(process, STOP_SECONDS)
            raise
        finally:
            self._gone()
        return self._why(code)

    def _why(self, code: int) -> str:
        if self._last_words:
            return f"ended by an error at {self._last_words}"
        if code < 0:
            return f"was killed by {_SIGNALS.get(-code, -code)}"
        return f"ended with code {code}"

    async def _watch(self, process: asyncio.subprocess.Process) -> int:
        """Wait for its end, and bring that about when it lives but does not answer; its exit code."""
        while True:
            try:
                async with asyncio.timeout(CHECK_SECONDS):
                    return await process.wait()
            except TimeoutError:
                answer = await self._ask({"command": "stats"}, CHECK_ANSWER_SECONDS)
            self._silences = self._silences + 1 if answer["event"] == "down" else 0
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

    async def load(self, directory: Path) -> dict[str, Any]:
        """Have it swap to another generation; its acknowledgement."""
        return await self._ask({"command": "load", "generation": str(directory)})

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
        if not further or self._handover is None:
            return
        self._given.update(sock for _, sock in further)
        descriptors = [sock.fileno() for _, sock in further]
        try:
            socket.send_fds(self._handover, [b"\0"], descriptors)
        except OSError:  # it is ending: the next one is started with them
            return
        await self._ask({"command": "listen", "spoken": [spoken for spoken, _ in further]})

    async def name_lan(self, rows: LanRows) -> None:
        """Have it answer by these names of the LAN's devices, now or once it is ready."""
        self._lan = rows
        if self._ready.is_set():
            await self._tell_lan()

    async def _tell_lan(self) -> None:
        async with self._naming:
            rows = self._lan
            if rows is None:
                return
            for at in range(0, max(len(rows), 1), LAN_ROWS_A_LINE):
                end = at + LAN_ROWS_A_LINE
                await self._ask(
                    {"command": "lan", "rows": rows[at:end], "first": not at, "last": end >= len(rows)}
                )

    async def flush(self, name: bytes) -> int:
        """Have it forget a name and all below it; how many cached answers that were."""
        answer = await self._ask({"command": "flush", "name": name.hex()})
        return int(answer.get("answers", 0))

    async def look_up(self, request: dict[str, Any]) -> dict[str, Any]:
        """Ask it what it knows of a question, which it then asks upstream."""
        return await self._ask(request)

    async def tally(self) -> list[Batch] | None:
        """What it counted since it was last asked; None while it is down, and what it had counted is lost."""
        batches: list[Batch] = []
        for _ in range(MAX_TAKINGS):
            answer = await self._ask({"command": "tally"})
            if answer["event"] != "tally":
                return batches or None
            batches.append(_batch(*answer["batch"]))
            if not answer["more"]:
                break
        return batches

    async def stats(self) -> dict[str, Any]:
        """Its figures; empty while it is down, or silent: waiting for them would hold up what replaces it."""
        if self._silences:
            return {}
        answer = await self._ask({"command": "stats"})
        found: dict[str, Any] = answer.get("stats", {})
        return found

    async def _ask(self, message: dict[str, Any], seconds: float | None = None) -> dict[str, Any]:
        async with self._talk:
            if self._writer is None or self._reader is None or not self._ready.is_set():
                return {"event": "down"}
            try:
                self._writer.write(json.dumps(message).encode() + b"\n")
                self._unanswered += 1
                async with asyncio.timeout(ANSWER_SECONDS if seconds is None else seconds):
                    while self._unanswered:  # answers come in order; those we no longer waited for come first
                        line = await self._reader.readline()
                        self._unanswered -= 1
                answer: dict[str, Any] = json.loads(line)
            except (OSError, TimeoutError, ValueError):
                return {"event": "down"}
            self._heed(answer)
            return answer

    async def _hear_last_words(self, reader: asyncio.StreamReader) -> None:
        """What it may have said before it ended, beside answers that nobody waited for."""
        async with self._talk:
            with suppress(OSError, TimeoutError, ValueError):
                async with asyncio.timeout(CHECK_ANSWER_SECONDS):
                    for line in (await reader.read()).splitlines():
                        self._heed(json.loads(line))

    def _heed(self, said: dict[str, Any]) -> None:
        if said.get("event") == "dying":
            self._last_words = str(said["reason"])

    async def _start(
        self, directory: Path
    ) -> tuple[asyncio.subprocess.Process, asyncio.StreamReader, asyncio.StreamWriter]:
        ours, theirs = socket.socketpair()
        giving, taking = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        giving.setblocking(False)
        listening = {kind: [sock.fileno() for sock in socks] for kind, socks in self._sockets.items()}
        self._given = set(chain(*self._sockets.values()))
        descriptors = [*chain(*listening.values()), theirs.fileno(), taking.fileno()]
        start = {
            **listening,
            "control": theirs.fileno(),
            "handover": taking.fileno(),
            "generation": str(directory),
            "rehearsal": self._rehearsal,
        }
        with theirs, taking:
            try:
                reader, writer = await asyncio.open_connection(sock=ours, limit=MAX_LINE)
            except BaseException:
                ours.close()
                giving.close()
                raise
            try:
                process = await begin(self._program.module, json.dumps(start), pass_fds=descriptors)
            except BaseException:
                writer.close()
                giving.close()
                raise
        self._handover = giving
        return process, reader, writer

    async def _is_ready(self, reader: asyncio.StreamReader) -> bool:
        """Wait for its word that it answers queries."""
        try:
            async with asyncio.timeout(START_SECONDS):
                said = json.loads(await reader.readline())
        except (OSError, TimeoutError, ValueError):
            return False
        self._heed(said)
        if said.get("without_policy"):
            self._distrust()
        return bool(said.get("event") == "ready")

    def _gone(self) -> None:
        self.pid = None
        self._ready.clear()
        if self._writer is not None:
            self._writer.close()
        if self._handover is not None:
            self._handover.close()
        self._reader = self._writer = self._handover = None


def _batch(since: float, until: float, counts: list[list[Any]], lost: int) -> Batch:
    taken = tuple(Count(hour, client, Label(*label), queries) for hour, client, label, queries in counts)
    return Batch(since, until, taken, lost)
