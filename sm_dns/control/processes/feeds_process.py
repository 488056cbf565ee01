"""The process of the feeds as the control process sees it: it is told which generation is in force."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from sm_dns.control.processes.answering_process import AnsweringProcess
from sm_dns.control.processes.heard_process import Begun
from sm_dns.control.processes.keep_alive import Pauses
from sm_dns.generation.feeds import NO_FEEDS, FeedsPlan, FeedsStart
from sm_dns.util.finding import Finding, finding
from sm_dns.util.typed_json import to_json

FIRST_PAUSE = 0.25  # seconds before it is started again, doubled at each early death
LONGEST_PAUSE = 10.0
STEADY_SECONDS = 60.0  # one that lived this long died of something new
MODULE = "sm_dns.feeds.process"


class FeedsProcess(AnsweringProcess[FeedsPlan]):
    """The feeds. `rehearsal` is the offset of the service's clock in seconds; `directory` tells the generation in
    force."""

    def __init__(self, state_dir: Path, rehearsal: float, directory: Callable[[], Path]) -> None:
        super().__init__("the feeds", NO_FEEDS)
        self._state_dir = state_dir
        self._rehearsal = rehearsal
        self._directory = directory

    def _begun(self, plan: FeedsPlan) -> Begun:
        start = FeedsStart(plan, self._state_dir, self._rehearsal, self._directory())
        pauses = Pauses(FIRST_PAUSE, LONGEST_PAUSE, STEADY_SECONDS)
        return Begun(MODULE, "", pauses, json.dumps(to_json(start)).encode() + b"\n")

    def adopt(self) -> None:
        """Have it go by the generation that is in force now."""
        self._tell(json.dumps({"directory": str(self._directory())}).encode() + b"\n")

    def findings(self) -> list[Finding]:
        """What wants a person."""
        if not self._plan.is_on or not self._problem or self._listening:
            return [
                finding("error", "the feeds are not handed out at {reason}", reason=missing)
                for missing in self._missing
            ]
        return [finding("error", "the feeds are not handed out: {reason}", reason=self._problem)]
