"""The dashboard's process as the control process sees it: started, heard, killed when it falls silent, started again.

Nothing waits for it. It says a line when it is ready and then one every second; what it wants to know it asks over
the control socket like any command. Without its parent it ends by itself: it reads the end of its standard input.
"""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

from sm_dns.control.processes.keep_alive import Pauses, keep_alive
from sm_dns.generation.web import NO_WEB, WebPlan, WebStart
from sm_dns.ipc.status import WebStatus
from sm_dns.ipc.web_words import WORDS, Answering, CannotStart, Missing
from sm_dns.util.child import begin, end, kill
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding, finding
from sm_dns.util.message import NOTHING, Message
from sm_dns.util.typed_json import to_json

READY_SECONDS = 60.0
SILENCE_SECONDS = 10.0  # it says something every second; after so long it is taken for dead
FIRST_PAUSE = 0.5  # seconds before it is started again, doubled at each early death
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0  # one that lived this long died of something new
STOP_SECONDS = 2.0
MAX_MISSING = 64  # addresses of a dashboard that are told as missing
CHUNK = 65_536  # octets
MODULE = "sm_dns.web.process"

log = logging.getLogger(__name__)


class WebProcess:
    """One dashboard. `rehearsal` is the offset of the service's clock in seconds."""

    def __init__(self, config: Path, state_dir: Path, rehearsal: float) -> None:
        self._config = config
        self._state_dir = state_dir
        self._rehearsal = rehearsal
        self._plan = NO_WEB
        self._pid: int | None = None
        self._restarts = -1
        self._listening: list[str] = []
        self._problem: Message | None = None
        self._said: Message | None = None  # why it cannot start, in its own words
        self._missing: list[Message] = []  # where it does not answer, and why
        self._running: asyncio.Task[None] | None = None
        self._changing: asyncio.Task[None] | None = None

    def use(self, plan: WebPlan) -> None:
        """Go on by another plan: by another process, or by none. Needs a running event loop."""
        if plan != self._plan:
            self._plan = plan
            self._changing = asyncio.get_running_loop().create_task(self._change(self._changing))

    async def _change(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        await self._end()
        if self._plan.is_on:
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

    def status(self) -> WebStatus | None:
        """How it is, for `status`; None where there is none."""
        if not self._plan.is_on:
            return None
        return WebStatus(self._pid, max(0, self._restarts), tuple(self._listening), self._problem or NOTHING)

    def findings(self) -> list[Finding]:
        """What wants a person."""
        if not self._plan.is_on or not self._problem or self._listening:
            return [
                finding("error", "the dashboard does not answer at {reason}", reason=missing)
                for missing in self._missing
            ]
        return [finding("warning", "the dashboard does not run: {reason}", reason=self._problem)]

    async def _run(self) -> None:
        await keep_alive(self._live, self._ended, Pauses(FIRST_PAUSE, LONGEST_PAUSE, STEADY_SECONDS))

    def _ended(self, how: Message) -> None:
        self._problem = how
        log.error("the dashboard: %s; starting another", how)

    async def _live(self) -> Message:
        """One process from its start to its end; how it ended."""
        start = WebStart(self._plan, self._config, self._state_dir, self._rehearsal)
        process = await begin(
            MODULE,
            json.dumps(to_json(start)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None, "a pipe was asked for"
        self._pid = process.pid
        self._restarts += 1
        self._said = None
        try:
            word = await self._listen(process.stdout)
            if word:
                log.error("the dashboard (pid %d) %s", process.pid, word)
                kill(process)
                while await process.stdout.read(CHUNK):
                    pass  # what it still said: its end is not told before (asyncio waits for the pipe)
            code = await process.wait()
        except asyncio.CancelledError:
            await end(process, STOP_SECONDS)
            raise
        finally:
            self._pid = None
            self._listening, self._missing = [], []
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
            try:
                word = WORDS.read(line)
            except BadInput:
                continue  # what a library of it printed
            if isinstance(word, Answering):
                self._listening = list(word.addresses)
                self._problem = None
                self._missing = []
                seconds = SILENCE_SECONDS
            elif isinstance(word, Missing) and len(self._missing) < MAX_MISSING:
                self._missing.append(word.reason)
            elif isinstance(word, CannotStart):
                self._said = word.reason
