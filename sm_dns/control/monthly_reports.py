"""Reports made by the clock: each month's on its day, those that were missed at the next start."""

from __future__ import annotations

import logging
from pathlib import Path
from zoneinfo import ZoneInfo

from sm_dns.control.scheduler import Scheduler
from sm_dns.generation.service import Service
from sm_dns.ipc import children
from sm_dns.ipc.status import FailedReport
from sm_dns.state import report_months
from sm_dns.util.clock import Clock, utc_iso
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding, finding
from sm_dns.util.message import Message, reason_of

RETRY_SECONDS = 3600.0

log = logging.getLogger(__name__)


class ScheduledReports:
    """Plans a job for each configured report; a failure is a finding until the report is made."""

    def __init__(self, config: Path, state_dir: Path, clock: Clock, scheduler: Scheduler) -> None:
        self._config = config
        self._state_dir = state_dir
        self._clock = clock
        self._scheduler = scheduler
        self._failures: dict[str, tuple[float, Message]] = {}
        self._making: set[str] = set()

    def plan(self, service: Service) -> None:
        """Set the jobs for the reports of the configuration in force. A rehearsal makes none."""
        reports = {} if self._clock.rehearsal else service.reports
        self._failures = {name: failure for name, failure in self._failures.items() if name in reports}
        self._scheduler.keep_only("report:", reports)
        zone = ZoneInfo(service.monitoring.zone)
        for name, day in reports.items():
            if name not in self._making:
                self._plan(name, day, zone)

    def failed(self) -> tuple[FailedReport, ...]:
        """The reports that could not be made."""
        return tuple(FailedReport(name, utc_iso(at), reason) for name, (at, reason) in self._failures.items())

    def findings(self) -> list[Finding]:
        """The same in sentences."""
        return [
            finding("warning", "report {name!r} was not made: {reason}", name=each.name, reason=each.reason)
            for each in self.failed()
        ]

    def _plan(self, name: str, day: int, zone: ZoneInfo) -> None:
        now = self._clock.now()
        try:
            made = self._last_made(name, day, now, zone)
        except (OSError, BadInput) as error:
            self._failures[name] = (now, reason_of(error))
            self._scheduler.at(f"report:{name}", now + RETRY_SECONDS, self._try_again, name, day, zone)
            return
        if name in self._failures:
            at = self._failures[name][0] + RETRY_SECONDS
        elif report_months.due(made, day, now, zone):
            at = now
        else:
            at = report_months.due_at(report_months.following(made), day, zone)
        self._scheduler.at(f"report:{name}", max(at, now), self._make, name, day, zone)

    def _last_made(self, name: str, day: int, now: float, zone: ZoneInfo) -> str:
        """A report that is new begins with the running month: what was before it, nobody asked for."""
        made = report_months.load(self._state_dir).get(name)
        if made is None:
            made = report_months.latest_due(day, now, zone)
            report_months.mark(self._state_dir, name, made)
        return made

    async def _try_again(self, name: str, day: int, zone: ZoneInfo) -> None:
        self._failures.pop(name, None)
        self._plan(name, day, zone)

    async def _make(self, name: str, day: int, zone: ZoneInfo) -> None:
        """Make every month that is due, the oldest first; the first failure ends it for now."""
        self._making.add(name)
        try:
            self._failures.pop(name, None)
            made = report_months.load(self._state_dir).get(name, "")
            for month in report_months.due(made, day, self._clock.now(), zone) if made else ():
                to = await children.make_report(self._config, name, month)
                report_months.mark(self._state_dir, name, month)
                log.info("report %s of %s: %s", name, month, to)
        except (OSError, BadInput) as error:
            log.warning("report %s: %s", name, error)
            self._failures[name] = (self._clock.now(), reason_of(error))
        finally:
            self._making.discard(name)
        self._plan(name, day, zone)
