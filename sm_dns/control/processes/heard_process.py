"""A process of its own that nothing waits for: started, heard, killed when it falls silent, started again.

It says a line every second, and is told things on its standard input. Without its parent it ends by itself: it reads
the end of that.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Generic, NamedTuple, TypeVar

from sm_dns.control.processes.keep_alive import Pauses, keep_alive
from sm_dns.util.child import begin, end, kill
from sm_dns.util.message import Message

READY_SECONDS = 60.0
SILENCE_SECONDS = 20.0  # it says something every second, but may be busy with a long list
STOP_SECONDS = 2.0
MAX_LINE = 65_536  # octets of what it says at once, where nothing else is known of it
CHUNK = 65_536  # octets

log = logging.getLogger(__name__)

P = TypeVar("P")


class Begun(NamedTuple):
    """How a process is begun: its module, its argument, and the pauses before another.

    line: what its standard input begins with, for what may be too long for an argument; longest: octets of what it
    may say at once.
    """

    module: str
    argument: str
    pauses: Pauses
    line: bytes = b""
    longest: int = MAX_LINE


class HeardProcess(Generic[P]):
    """One such process, by the plan it was given last. `called` is what logs call it."""

    def __init__(self, called: str, plan: P) -> None:
        self._called = called
        self._plan = plan
        self._pid: int | None = None
        self._restarts = -1
        self._problem: Message | None = None
        self._said: Message | None = None  # why it cannot start, in its own words
        self._running: asyncio.Task[None] | None = None
        self._changing: asyncio.Task[None] | None = None
        self._input: asyncio.StreamWriter | None = None

    def _is_wanted(self) -> bool:
        """Whether the plan has anything to do."""
        raise NotImplementedError

    def _begun(self, plan: P) -> Begun:
        """How it is begun by a plan."""
        raise NotImplementedError

    def _hear(self, line: bytes) -> bool:
        """Take in a line that it said; whether it says by it that it is ready. What is no word of ours, such as what
        a library of it printed, says nothing."""
        raise NotImplementedError

    def _forget(self) -> None:
        """It is gone, and with it what it said of itself."""
        raise NotImplementedError

    def use(self, plan: P) -> None:
        """Go on by another plan: by another process, or by none. Needs a running event loop."""
        if plan != self._plan:
            self._plan = plan
            self._changing = asyncio.get_running_loop().create_task(self._change(self._changing))

    async def _change(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        await self._end()
        if self._is_wanted():
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

    def _tell(self, line: bytes) -> None:
        """Write a line to its standard input; nothing where it does not run."""
        if self._input is not None and not self._input.is_closing():
            self._input.write(line)

    async def _run(self) -> None:
        await keep_alive(self._live, self._ended, self._begun(self._plan).pauses)

    def _ended(self, how: Message) -> None:
        self._problem = how
        log.error("%s: %s; starting another", self._called, how)

    async def _live(self) -> Message:
        """One process from its start to its end; how it ended."""
        begun = self._begun(self._plan)
        process = await begin(
            begun.module,
            begun.argument,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=begun.longest,
        )
        assert process.stdout is not None, "a pipe was asked for"
        self._pid = process.pid
        self._input = process.stdin
        self._tell(begun.line)
        self._restarts += 1
        self._said = None
        try:
            word = await self._listen(process.stdout)
            if word:
                log.error("%s (pid %d) %s", self._called, process.pid, word)
                kill(process)
                while await process.stdout.read(CHUNK):
                    pass  # what it still said: its end is not told before (asyncio waits for the pipe)
            code = await process.wait()
        except asyncio.CancelledError:
            await end(process, STOP_SECONDS)
            raise
        finally:
            self._pid = self._input = None
            self._forget()
        return word or self._said or Message("ended with code {code}", code=code)

    async def _listen(self, stream: asyncio.StreamReader) -> Message | None:
        """Hear it out; None when it ended, else what is wrong with it."""
        seconds = READY_SECONDS
        while True:
            try:
                async with asyncio.timeout(seconds):
                    line = await stream.readline()
            except TimeoutError:
                return Message("lives but says nothing")
            except ValueError:
                return Message("says nonsense")
            if not line:
                return None
            if self._hear(line):
                self._problem = None
                seconds = SILENCE_SECONDS
