"""The dashboard's process as the control process sees it: started, heard, killed when it falls silent, started again.

Nothing waits for it. It says a line when it is ready and then one every second; what it wants to know it asks over
the control socket like any command. Without its parent it ends by itself: it reads the end of its standard input.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sm_dns.control.child import end
from sm_dns.control.keep_alive import Pauses, keep_alive
from sm_dns.control.web_plan import WebPlan

READY_SECONDS = 60.0
SILENCE_SECONDS = 10.0  # it says something every second; after so long it is taken for dead
FIRST_PAUSE = 0.5  # seconds before it is started again, doubled at each early death
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0  # one that lived this long died of something new
STOP_SECONDS = 2.0
MODULE = "sm_dns.web.main"

log = logging.getLogger(__name__)


class WebProcess:
    """One dashboard. `rehearsal` is the offset of the service's clock in seconds."""

    def __init__(self, plan: WebPlan, config: Path, state_dir: Path, rehearsal: float) -> None:
        self._start = json.dumps(
            {"plan": asdict(plan), "config": str(config), "state_dir": str(state_dir), "rehearsal": rehearsal}
        )
        self._pid: int | None = None
        self._restarts = -1
        self._listening: list[str] = []
        self._problem = ""

    def status(self) -> dict[str, Any]:
        """How it is, for `status`."""
        return {
            "pid": self._pid,
            "restarts": max(0, self._restarts),
            "listening": self._listening,
            "problem": self._problem,
        }

    def findings(self) -> list[dict[str, str]]:
        """What wants a person."""
        if not self._problem or self._listening:
            return []
        return [{"level": "warning", "text": f"the dashboard does not run: {self._problem}"}]

    async def run(self) -> None:
        """Keep it alive until cancelled."""
        await keep_alive(self._live, self._ended, Pauses(FIRST_PAUSE, LONGEST_PAUSE, STEADY_SECONDS))

    def _ended(self, how: str) -> None:
        self._problem = how
        log.error("the dashboard: %s; starting another", how)

    async def _live(self) -> str:
        """One process from its start to its end; how it ended."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            MODULE,
            self._start,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None, "a pipe was asked for"
        self._pid = process.pid
        self._restarts += 1
        try:
            word = await self._listen(process.stdout)
            if word:
                log.error("the dashboard (pid %d) %s", process.pid, word)
                process.kill()
            code = await process.wait()
        except asyncio.CancelledError:
            await end(process, STOP_SECONDS)
            raise
        finally:
            self._pid = None
            self._listening = []
        return word or f"ended with code {code}"

    async def _listen(self, stream: asyncio.StreamReader) -> str:
        """Hear it out; "" when it ended, else what is wrong with it."""
        seconds = READY_SECONDS
        while True:
            try:
                async with asyncio.timeout(seconds):
                    line = await stream.readline()
            except TimeoutError:
                return "lives but says nothing"
            except ValueError:
                return "says nonsense"
            if not line:
                return ""
            words = line.decode(errors="replace").split()
            if words[:1] == ["ready"]:
                self._listening = words[1:]
                self._problem = ""
                seconds = SILENCE_SECONDS
