"""The dashboard's process as the control process sees it. What it wants to know it asks over the control socket."""

from __future__ import annotations

import json
from pathlib import Path

from sm_dns.control.processes.answering_process import AnsweringProcess
from sm_dns.control.processes.heard_process import Begun
from sm_dns.control.processes.keep_alive import Pauses
from sm_dns.generation.web import NO_WEB, WebPlan, WebStart
from sm_dns.ipc.status import WebStatus
from sm_dns.util.finding import Finding, finding
from sm_dns.util.message import NOTHING
from sm_dns.util.typed_json import to_json

FIRST_PAUSE = 0.5  # seconds before it is started again, doubled at each early death
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0  # one that lived this long died of something new
MODULE = "sm_dns.web.process"


class WebProcess(AnsweringProcess[WebPlan]):
    """One dashboard. `rehearsal` is the offset of the service's clock in seconds."""

    def __init__(self, config: Path, state_dir: Path, rehearsal: float) -> None:
        super().__init__("the dashboard", NO_WEB)
        self._config = config
        self._state_dir = state_dir
        self._rehearsal = rehearsal

    def _begun(self, plan: WebPlan) -> Begun:
        start = WebStart(plan, self._config, self._state_dir, self._rehearsal)
        return Begun(MODULE, json.dumps(to_json(start)), Pauses(FIRST_PAUSE, LONGEST_PAUSE, STEADY_SECONDS))

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
