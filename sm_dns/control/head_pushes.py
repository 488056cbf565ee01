"""The head of the audit told elsewhere by the clock; a place that could not be told is a finding until it is."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from sm_dns.control.scheduler import Scheduler
from sm_dns.generation.service import Service
from sm_dns.ipc import children
from sm_dns.util.clock import Clock
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding, finding
from sm_dns.util.message import Message

JOB = "head:"

log = logging.getLogger(__name__)


class HeadPushes:
    """Plans one job where the configuration names places. A rehearsal tells nobody."""

    def __init__(self, config: Path, clock: Clock, scheduler: Scheduler) -> None:
        self._config = config
        self._clock = clock
        self._scheduler = scheduler
        self._failed: tuple[Message, ...] = ()

    def plan(self, service: Service) -> None:
        """Set the job for the configuration in force."""
        seconds = 0 if self._clock.rehearsal else service.push_head
        self._scheduler.keep_only(JOB, {"audit": seconds} if seconds else {})
        if seconds:
            self._scheduler.every(f"{JOB}audit", seconds, time.time(), self._push)
        else:
            self._failed = ()

    def findings(self) -> list[Finding]:
        """The places that do not know the head of now."""
        return [
            finding("warning", "the head of the audit could not be told: {reason}", reason=reason)
            for reason in self._failed
        ]

    async def _push(self) -> None:
        try:
            self._failed = (await children.push_head(self._config)).failed
        except (OSError, BadInput) as error:
            self._failed = (Message("{reason}", reason=error),)
        for reason in self._failed:
            log.warning("the head of the audit could not be told: %s", reason)
