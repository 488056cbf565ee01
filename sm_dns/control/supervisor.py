"""The control process: looks after the service, and tells how it is (`serving.py` composes it).

It is not on the query path. While it compiles, reloads, records or dies, the workers go on answering by the last
good generation.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from sm_dns.control.adoption import Adoption
from sm_dns.control.list_standings import list_standings
from sm_dns.control.parts import Parts
from sm_dns.control.repairs import Repairs
from sm_dns.diagnose.worker_findings import without_passing, worker_findings
from sm_dns.dns import names
from sm_dns.dns.records import askable
from sm_dns.generation.certificate import certificate_findings
from sm_dns.ipc import orders
from sm_dns.ipc.requests import (
    BeginTrace,
    CarriedOut,
    CarryOut,
    EndTrace,
    FleetVerified,
    Flush,
    Flushed,
    HeedSwitches,
    Identities,
    Log,
    LookedUp,
    LookUp,
    Reach,
    Reload,
    Reloaded,
    SwitchesHeld,
    TakeTrace,
    TellIdentities,
    TellLog,
    TellReach,
    TellStatus,
    TraceBegun,
    Traced,
    TraceEnded,
    VerifyFleet,
)
from sm_dns.ipc.server import Commands
from sm_dns.ipc.status import PortalStatus, Status, WorkerStatus
from sm_dns.native import why_not_compiled
from sm_dns.policy.snapshot import Snapshot
from sm_dns.policy.status import group_findings, group_rows, headline, schedule_states, switches_told
from sm_dns.state.account_findings import account_findings
from sm_dns.util import systemd
from sm_dns.util.clock import StepWatch, is_synchronised, utc_iso
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding
from sm_dns.util.fingerprint import Fingerprint, fingerprint
from sm_dns.util.message import Message, key, reason_of

TURN_SECONDS = 0.4  # how often files, the clock and the service manager are looked after

_JUMPS = {
    "step": key("the clock jumped: step of {seconds} s"),
    "suspend": key("the clock jumped: suspend of {seconds} s"),
}


class Supervisor:
    """The running service: its regular turn, its commands, its status."""

    def __init__(self, parts: Parts) -> None:
        self.clock = parts.clock
        self.generations = parts.generations
        self._parts = parts
        self._started = parts.clock.now()
        self._adoption = Adoption(parts)
        self._wake = asyncio.Event()
        self._stopping = False

    @property
    def listening(self) -> list[str]:
        """What the workers and the portal answer on."""
        return self._parts.listening.addresses(self.generations.current.service.doh_path)

    async def look_after(self, repairs: Repairs) -> None:
        """Do the duties and take the turns until told to stop."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        loop.add_signal_handler(signal.SIGHUP, self._hang_up)
        self._parts.service_log.note(
            "service.started", ", ".join(self.listening), self.generations.current.versions()
        )
        if is_synchronised() is False:
            self._parts.service_log.alarm(
                "the clock is not synchronised: the hours are kept only as well as it is, see `timedatectl`. "
                "On a machine to try things that is no fault"
            )
        self.generations.tell_damage()
        repairs.tell()
        self._adoption.begin()
        self._parts.jobs.start()
        systemd.ready(self._headline())
        try:
            await self._take_turns(repairs)
        finally:
            self._parts.jobs.stop()
            systemd.stopping()

    async def _take_turns(self, repairs: Repairs) -> None:
        """Again and again: have files changed, was the clock stepped, does the service manager wait for a sign?"""
        watch = StepWatch()
        seen = self.generations.current.service.seen
        interval = systemd.watchdog_interval()
        loop = asyncio.get_running_loop()
        last_sign = loop.time()
        while not await self._told_to_stop():
            found = self._fingerprint()
            if found != seen:
                seen = found
                self.generations.files_changed()
            self._adoption.follow()
            await self._look_at_switches()
            repairs.turn()
            jump = watch.check()
            if jump is not None:
                how = f"{jump.seconds:+.1f}"
                self._parts.service_log.alarm(_JUMPS[jump.kind], seconds=how)
                self._parts.service_log.note("clock.jumped", f"{jump.kind} of {how} s", {})
                self._parts.jobs.clock_jumped()
            # A service whose workers are all silent is dead to its clients: let the manager start it anew.
            if interval is not None and loop.time() - last_sign >= interval and self._parts.workers.answer:
                last_sign = loop.time()
                systemd.watchdog()

    async def _look_at_switches(self) -> None:
        with suppress(BadInput):  # the findings tell it
            if await self._parts.switchboard.look():
                self._parts.fleet.poke()
                self._parts.jobs.plan()
                systemd.status(self._headline())

    def _stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def _told_to_stop(self) -> bool:
        """Wait for the next turn; True when it is time to stop instead."""
        asyncio.get_running_loop().call_later(TURN_SECONDS, self._wake.set)
        await self._wake.wait()  # no task and no error each time: the turns are what an idle service does
        self._wake.clear()
        return self._stopping

    def _fingerprint(self) -> Fingerprint:
        return fingerprint(map(Path, self.generations.current.service.watched))

    def _hang_up(self) -> None:
        systemd.reloading()
        self.generations.request().add_done_callback(self._hung_up)

    def _hung_up(self, done: asyncio.Task[Message | None]) -> None:
        self._adoption.follow()
        systemd.ready(self._headline())

    async def reload(self) -> None:
        """Take the files as they are now. Raises `BadInput` where the old policy stays."""
        kept = await self.generations.reload()
        if kept is not None:
            raise BadInput(kept)
        self._adoption.follow()
        await self._parts.present.follow()

    def _headline(self) -> str:
        return headline(self._snapshot(), self.clock.now())

    def _snapshot(self) -> Snapshot:
        """The policy in force, under the switches in force."""
        return self._parts.switchboard.over(self.generations.current.snapshot)

    def commands(self) -> Commands:
        """What the control socket offers."""
        return {
            TellStatus: self._status,
            CarryOut: self._carry_out,
            VerifyFleet: self._verify_fleet,
            Reload: self._reload,
            Flush: self._flush,
            TellLog: self._log,
            LookUp: self._look_up,
            HeedSwitches: self._heed_switches,
            TellIdentities: self._identities,
            TellReach: self._reach,
            BeginTrace: self._begin_trace,
            TakeTrace: self._take_trace,
            EndTrace: self._end_trace,
        }

    async def _carry_out(self, request: CarryOut) -> CarriedOut:
        """Have it done by the primary of the fleet. Raises `BadInput` where it was not."""
        done = await self._parts.fleet.carry_out(request.person, request.arguments)
        if done.refused:
            raise BadInput(done.refused)
        status = self._parts.fleet.status()
        return CarriedOut("" if status is None else status.leader, done.code, done.out, done.err)

    async def _verify_fleet(self, request: VerifyFleet) -> FleetVerified:
        """Raises `BadInput` where there is no process to ask."""
        return FleetVerified(await self._parts.fleet.verify())

    async def _begin_trace(self, request: BeginTrace) -> TraceBegun:
        """Trace a client. Raises `BadInput`."""
        trace = await self._parts.traces.begin(request.client, request.seconds, request.by, request.reason)
        return TraceBegun(trace.addresses, trace.until)

    async def _take_trace(self, request: TakeTrace) -> Traced:
        taken, lost = await self._parts.traces.take()
        return Traced(tuple(taken), lost, self._parts.traces.current is not None)

    async def _end_trace(self, request: EndTrace) -> TraceEnded:
        await self._parts.traces.end()
        return TraceEnded()

    async def _heed_switches(self, request: HeedSwitches) -> SwitchesHeld:
        """Go by the file of switches. Raises `BadInput` where it cannot be read."""
        held = await self._parts.switchboard.take_up()
        self._parts.fleet.poke()
        await self._parts.present.follow()
        self._parts.jobs.plan()
        systemd.status(self._headline())
        in_force = self._parts.switchboard.in_force(self.clock.now())
        return SwitchesHeld(tuple(in_force), held, self._parts.workers.count)

    async def _identities(self, request: TellIdentities) -> Identities:
        return Identities(self._parts.present.identities(request.address, frozenset(request.named)))

    async def _reach(self, request: TellReach) -> Reach:
        named = self._snapshot().clients.identities()
        return Reach(tuple(await asyncio.to_thread(self._parts.present.reach, named)))

    async def _reload(self, request: Reload) -> Reloaded:
        """Take the files as they are now. Raises `BadInput` where the old policy stays."""
        if request.accept_removed:
            self.generations.accept_removed()
        await self.reload()
        snapshot = self.generations.current.snapshot
        return Reloaded(snapshot.generation, snapshot.version, len(snapshot.names))

    async def _log(self, request: TellLog) -> Log:
        """What was counted lately. Raises `BadInput` where nothing is."""
        if self._parts.collector is None:
            raise BadInput("monitoring is off")
        return Log(self._parts.collector.feed.since(request.after))

    async def _flush(self, request: Flush) -> Flushed:
        try:
            name = names.from_text(request.name)
        except ValueError as error:
            raise BadInput(reason_of(error)) from error
        return Flushed(await self._parts.workers.flush(name))

    async def _look_up(self, request: LookUp) -> LookedUp:
        """What the upstreams say to a question, as a worker would relay it. Raises `BadInput` where it is none."""
        if askable(request.qtype) is None or not names.is_whole(request.name):
            raise BadInput("no question")
        question = orders.LookUp(request.name, request.qtype, request.dnssec_ok, request.checking_disabled)
        found = await self._parts.workers.look_up(question)
        if isinstance(found, orders.Unknown):
            return LookedUp(None, found.errors)
        return LookedUp(found, b"")

    async def _status(self, request: TellStatus) -> Status:
        return await self.status()

    def _findings(
        self, workers: Sequence[WorkerStatus], portal: PortalStatus | None, now: float
    ) -> Iterator[Finding]:
        """What wants a person at `now`, the worst first."""
        current = self.generations.current
        yield from self._parts.left_out.findings()
        yield from worker_findings(workers, portal, now)
        yield from without_passing(current.service.findings)
        yield from group_findings(self._snapshot(), now)
        yield from self._parts.switchboard.findings()
        yield from self._parts.traces.findings()
        yield from self._parts.present.findings(current.service.monitoring.enabled)
        yield from self._certificate_findings(now)
        if current.service.web.is_on:
            yield from account_findings(Path(current.service.state_dir), now)
        if self._parts.collector is not None:
            yield from self._parts.collector.findings()
        yield from self._parts.lan.findings()
        yield from self._parts.web.findings()
        yield from self._parts.fleet.findings()
        yield from self._parts.feeds.findings()
        yield from self._parts.jobs.reports.findings()
        yield from self._parts.jobs.head_pushes.findings()
        yield from self._parts.jobs.validation.findings()
        yield from self.generations.findings()

    def _certificate_findings(self, now: float) -> Iterator[Finding]:
        """They come with time, not with a change of a file."""
        service = self.generations.current.service
        for one in {one for one in (service.certificate, service.portal_certificate) if one is not None}:
            yield from certificate_findings(one, now)

    async def status(self) -> Status:
        """Everything `sm-dns status` shows."""
        current = self.generations.current
        now = self.clock.now()
        workers, portal = await self._parts.workers.status(), await self._parts.portal.status()
        return Status(
            pid=os.getpid(),
            config=str(self.generations.config),
            at=utc_iso(now),
            rehearsal=self.clock.rehearsal,
            uptime_seconds=int(now - self._started),
            listening=tuple(self.listening),
            generation=current.snapshot.generation,
            version=current.snapshot.version,
            names=len(current.snapshot.names),
            directory=str(current.directory),
            schedules=tuple(schedule_states(current.snapshot, now)),
            groups=tuple(group_rows(self._snapshot(), now)),
            switches=tuple(switches_told(self._snapshot(), now)),
            last_flip=self._parts.jobs.last_flip,
            last_error=self.generations.last_error,
            left_out=tuple(self._parts.left_out.rows()),
            findings=tuple(self._findings(workers, portal, now)),
            monitoring=self._parts.collector.status() if self._parts.collector else None,
            web=self._parts.web.status(),
            alarms=self._parts.service_log.alarms,
            not_compiled=why_not_compiled(),
            workers=tuple(workers),
            portal=portal,
            fleet=self._parts.fleet.status(),
            failed_reports=self._parts.jobs.reports.failed(),
            lists=list_standings(current.service.sources, Path(current.service.state_dir)),
        )
