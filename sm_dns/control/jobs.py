"""What the service does at set times: flips recorded, exemptions ended, lists refreshed, calendars read again,
reports made."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from pathlib import Path

from sm_dns.control.head_pushes import HeadPushes
from sm_dns.control.monthly_reports import ScheduledReports
from sm_dns.control.publisher import Publisher
from sm_dns.control.scheduler import Scheduler
from sm_dns.control.service_log import ServiceLog
from sm_dns.control.validation import Flush, Validation
from sm_dns.ipc import children
from sm_dns.policy.status import next_edges, schedule_state
from sm_dns.state import exemptions_store, switches_store, transitions
from sm_dns.state.fleet.role import is_node
from sm_dns.state.lists import list_checks
from sm_dns.state.transitions import Flip
from sm_dns.util.clock import Clock, utc_iso
from sm_dns.util.errors import BadInput

KEEP_SECONDS = 60  # between two tries to keep the policy in force in the history
TIDY_SECONDS = 60.0  # after ended exemptions could not be tidied away: each try compiles the policy

log = logging.getLogger(__name__)


class Jobs:
    """Jobs planned from the generation in force; `plan` after each change of it."""

    def __init__(
        self,
        config: Path,
        state_dir: Path,
        clock: Clock,
        generations: Publisher,
        service_log: ServiceLog,
        flush: Flush,
    ) -> None:
        self.last_flip: Flip | None = None
        self._config = config
        self._state_dir = state_dir
        self._clock = clock
        self._generations = generations
        self._service_log = service_log
        self._tidy_from = 0.0
        self._scheduler = Scheduler(clock.offset)
        self.reports = ScheduledReports(config, state_dir, clock, self._scheduler)
        self.head_pushes = HeadPushes(config, clock, self._scheduler)
        self.validation = Validation(state_dir, clock, self._scheduler, service_log, flush)

    def start(self) -> None:
        """Begin; needs a running event loop."""
        current = self._generations.current
        zone = current.snapshot.schedules[current.service.default_schedule].zone
        self._scheduler.start()
        self._scheduler.daily("calendar", zone, self._read_again)
        self._scheduler.every("history", KEEP_SECONDS, time.time(), self._generations.remember)
        self.plan()

    def stop(self) -> None:
        """Do nothing further."""
        self._scheduler.stop()

    def clock_jumped(self) -> None:
        """Compute every wait anew (TIME-11)."""
        self._scheduler.clock_stepped()
        self.plan()

    def plan(self) -> None:
        """Set the jobs for what the generation in force says."""
        current = self._generations.current
        edges = next_edges(current.snapshot, self._clock.now())
        self._scheduler.keep_only("flip:", edges)
        for name, edge in edges.items():
            self._scheduler.at(f"flip:{name}", edge, self._record_flip, name, edge)
        self._scheduler.keep_only("list:", current.service.lists)
        true_now = self._clock.now() - self._clock.offset
        for name, seconds in current.service.lists.items():
            first = list_checks.due(self._state_dir, name, seconds, true_now)
            self._scheduler.every(f"list:{name}", seconds, first, self._refresh, name)
        self.reports.plan(current.service)
        self.head_pushes.plan(current.service)
        self.validation.plan(current.service)
        self._plan_tidying()
        self._plan_ends_of_switches()

    def _plan_ends_of_switches(self) -> None:
        """The next switch to take away. They end by themselves, also where their file cannot be read."""
        with suppress(OSError, BadInput):  # the switchboard says so
            ends = [one.expires for one in switches_store.load(self._state_dir)]
            if ends and not self._clock.rehearsal and not is_node(self._state_dir):
                self._scheduler.at("switches", max(min(ends), self._tidy_from), self._expire_switches)

    async def _expire_switches(self) -> None:
        try:
            switches_store.expire(self._state_dir, self._clock.now(), self._service_log.trail)
        except (OSError, BadInput) as error:
            self._service_log.alarm("ended switches could not be tidied away: {reason}", reason=error)
            self._tidy_from = self._clock.now() + TIDY_SECONDS
        self._plan_ends_of_switches()

    def _plan_tidying(self) -> None:
        """The next exemption to take away. They end by themselves, also where their file cannot be read."""
        try:
            ends = [exemption.expires for exemption in exemptions_store.load(self._state_dir)]
        except (OSError, BadInput):
            return  # the compiler says so, and is asked again when the file changes
        # A rehearsal of tomorrow ends nothing today, and a node has from its primary what has ended.
        if ends and not self._clock.rehearsal and not is_node(self._state_dir):
            self._scheduler.at("exemptions", max(min(ends), self._tidy_from), self._expire_exemptions)

    async def _record_flip(self, name: str, edge: int) -> None:
        """Note that an edge has passed, and how late that was noticed; the workers kept it by themselves."""
        now = self._clock.now()
        if now < edge:
            self.plan()  # the clock was set back meanwhile: the edge is still to come
            return
        state = schedule_state(self._generations.current.snapshot, name, now)
        self.last_flip = Flip(
            at=utc_iso(edge),
            schedule=name,
            state=state.state,
            reason_code=state.reason_code,
            lag_ms=round((now - edge) * 1000),
        )
        log.info("%s is %s until %s", name, state.state, state.next_transition)
        try:
            transitions.record(self._state_dir, self.last_flip)
        except OSError as error:
            self._service_log.alarm("a flip could not be recorded: {reason}", reason=error)
        self.plan()

    async def _expire_exemptions(self) -> None:
        try:
            exemptions_store.expire(self._state_dir, self._clock.now(), self._service_log.trail)
        except (OSError, BadInput) as error:
            self._service_log.alarm("ended exemptions could not be tidied away: {reason}", reason=error)
            self._tidy_from = self._clock.now() + TIDY_SECONDS
        await self._generations.reload()

    async def _read_again(self) -> None:
        await self._generations.reload()

    async def _refresh(self, name: str) -> None:
        try:
            refreshed = await children.refresh_list(self._config, name)
            kept = refreshed.reason if refreshed.status == "kept" else None
        except BadInput as error:
            kept = error.message
        if kept:
            self._service_log.alarm("list {name} kept as it was: {reason}", name=name, reason=kept)
