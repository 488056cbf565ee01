"""The control process: composes the service, looks after it, and tells how it is.

It is not on the query path. While it compiles, reloads, records or dies, the workers go on answering by the last
good generation.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import signal
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sm_dns.control import clock_sync, notify
from sm_dns.control.certificate import certificate_findings
from sm_dns.control.clock import Clock, StepWatch, utc_iso
from sm_dns.control.collector import Collector
from sm_dns.control.compiled import Service
from sm_dns.control.duties import Duties
from sm_dns.control.first_generation import first_generation
from sm_dns.control.generations import Generations
from sm_dns.control.journal import Journal
from sm_dns.control.left_out import LeftOut
from sm_dns.control.listening import Listening, start_listening
from sm_dns.control.policy_state import group_findings, group_rows, headline, schedule_states
from sm_dns.control.portal_process import Portal
from sm_dns.control.repairs import Repairs
from sm_dns.control.server import Command, ControlServer
from sm_dns.control.watch import Fingerprint, fingerprint
from sm_dns.control.web_process import WebProcess
from sm_dns.control.worker_findings import worker_findings
from sm_dns.control.workers import Workers
from sm_dns.dns import names
from sm_dns.errors import BadInput
from sm_dns.query_path import why_not_compiled
from sm_dns.serve.accepting import say_when_full

TURN_SECONDS = 0.4  # how often files, the clock and the service manager are looked after
LOCK_FILE = "serve.lock"


async def serve(config: Path, clock: Clock, announce: Callable[[Supervisor], None]) -> None:
    """Run the service until SIGTERM or SIGINT; `announce` is called once it answers.

    Raises `BadInput` when it cannot start: nothing is then left behind.
    """
    loop = asyncio.get_running_loop()
    say_when_full(loop)
    starting = asyncio.current_task()
    assert starting is not None, "called by asyncio.run"
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, starting.cancel)
    loop.add_signal_handler(signal.SIGHUP, lambda: None)  # what is just starting reads the files anyway
    with suppress(asyncio.CancelledError):
        await _serve(config, clock, announce)


async def _serve(config: Path, clock: Clock, announce: Callable[[Supervisor], None]) -> None:
    first, trouble = await first_generation(config, clock.offset)
    logging.getLogger("sm_dns").setLevel(first.service.log_level.upper())
    state_dir = Path(first.service.state_dir)
    journal = Journal(state_dir, clock)
    generations = Generations(config, clock.offset, first, journal, trouble)
    async with AsyncExitStack() as stack:
        stack.callback(_lock(state_dir))
        generations.tidy()
        stack.callback(generations.end)
        listening = start_listening(first.service)
        stack.callback(listening.close)
        workers = Workers(
            listening.of_workers(),
            clock.offset,
            lambda: generations.current.directory,
            generations.distrust,
        )
        generations.load = workers.load
        duties = Duties(config, state_dir, clock, generations, journal)
        collector = _collector(first.service, workers, clock)
        web = WebProcess(generations.config, state_dir, clock.offset)
        portal = Portal(listening.of_portal(), clock.offset, lambda: generations.current.directory)
        left_out = LeftOut(clock, journal)
        supervisor = Supervisor(
            clock, listening, generations, workers, portal, duties, journal, collector, web, left_out
        )
        stack.push_async_callback(portal.stop)
        portal.start()
        stack.push_async_callback(_cancel, _task(workers.run()))
        server = ControlServer(state_dir, supervisor.commands())
        stack.push_async_callback(server.close)
        server.open()
        await workers.wait_ready()
        if collector is not None:
            collector.start()
            stack.push_async_callback(collector.stop)  # before the workers end: they are asked a last time
        stack.push_async_callback(web.stop)
        web.use(first.service.web)
        announce(supervisor)
        await supervisor.look_after(Repairs(listening, generations, workers, portal, server, left_out))


class Supervisor:
    """The running service: what it consists of, its regular turn, its status."""

    def __init__(
        self,
        clock: Clock,
        listening: Listening,
        generations: Generations,
        workers: Workers,
        portal: Portal,
        duties: Duties,
        journal: Journal,
        collector: Collector | None,
        web: WebProcess,
        left_out: LeftOut,
    ) -> None:
        self.clock = clock
        self._listening = listening
        self.generations = generations
        self._workers = workers
        self._portal = portal
        self._duties = duties
        self._journal = journal
        self._collector = collector
        self._web = web
        self._left_out = left_out
        self._started = clock.now()
        self._stop = asyncio.Event()

    @property
    def listening(self) -> list[str]:
        """What the workers and the portal answer on."""
        return self._listening.addresses(self.generations.current.service.doh_path)

    async def look_after(self, repairs: Repairs) -> None:
        """Do the duties and take the turns until told to stop."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._hang_up)
        self.generations.changed = lambda: self._after_reload(repairs)
        self._journal.note("service.started", ", ".join(self.listening), self.generations.current.versions())
        if clock_sync.is_synchronised() is False:
            self._journal.alarm("the clock is not synchronised: the hours are kept only as well as it is")
        repairs.tell()
        self._tell_collector()
        self._duties.start()
        notify.ready(self._headline())
        try:
            await self._take_turns(repairs)
        finally:
            self._duties.stop()
            notify.stopping()

    async def _take_turns(self, repairs: Repairs) -> None:
        """Again and again: have files changed, was the clock stepped, does the service manager wait for a sign?"""
        watch = StepWatch()
        seen = self.generations.current.service.seen
        interval = notify.watchdog_interval()
        loop = asyncio.get_running_loop()
        last_sign = loop.time()
        while not await self._told_to_stop():
            found = self._fingerprint()
            if found != seen:
                seen = found
                self.generations.request()
            repairs.turn()
            jump = watch.check()
            if jump is not None:
                what = f"{jump.kind} of {jump.seconds:+.1f} s"
                self._journal.alarm(f"the clock jumped: {what}")
                self._journal.note("clock.jumped", what, {})
                self._duties.clock_jumped()
            # A service whose workers are all silent is dead to its clients: let the manager start it anew.
            if interval is not None and loop.time() - last_sign >= interval and self._workers.answer:
                last_sign = loop.time()
                notify.watchdog()

    async def _told_to_stop(self) -> bool:
        """Wait for the next turn; True when it is time to stop instead."""
        try:
            async with asyncio.timeout(TURN_SECONDS):
                return await self._stop.wait()
        except TimeoutError:
            return False

    def _fingerprint(self) -> Fingerprint:
        return fingerprint(map(Path, self.generations.current.service.watched))

    def _hang_up(self) -> None:
        notify.reloading()
        reload = self.generations.request()
        reload.add_done_callback(lambda _: notify.ready(self._headline()))

    def _after_reload(self, repairs: Repairs) -> None:
        service = self.generations.current.service
        self._duties.plan()
        self._portal.adopt()
        if "web" not in service.left_out:  # one that runs goes on
            self._web.use(service.web)
        repairs.adopt()
        self._tell_collector()
        notify.status(self._headline())

    def _tell_collector(self) -> None:
        if self._collector is not None:
            current = self.generations.current
            self._collector.configure(current.service.monitoring)
            self._collector.note_version("lists", current.snapshot.version)
            self._collector.note_version("schedule", current.service.schedules)

    def _headline(self) -> str:
        return headline(self.generations.current.snapshot, self.clock.now())

    def commands(self) -> dict[str, Command]:
        """What the control socket offers."""
        return {
            "status": lambda _: self.status(),
            "reload": self._reload,
            "flush": self._flush,
            "recent": self._recent,
            "look_up": self._look_up,
        }

    async def _reload(self, request: dict[str, Any]) -> dict[str, Any]:
        """Take the files as they are now; with `accept_removed` also what they have lost."""
        if request.get("accept_removed") is True:
            self.generations.accept_removed()
        return await self.generations.reload()

    async def _recent(self, request: dict[str, Any]) -> dict[str, Any]:
        """What was counted lately: the lines of the feed after a number."""
        after = request.get("after", 0)
        if self._collector is None or not isinstance(after, int):
            return {"ok": False, "error": "monitoring is off"}
        return {"ok": True, "lines": self._collector.feed.since(after)}

    async def _flush(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            name = names.from_text(str(request.get("name")))
        except ValueError as error:
            return {"ok": False, "error": str(error)}
        return {"ok": True, "answers": await self._workers.flush(name)}

    async def _look_up(self, request: dict[str, Any]) -> dict[str, Any]:
        """What the upstreams say to a question, as a worker would relay it."""
        try:
            name = bytes.fromhex(str(request.get("name")))
            qtype, dnssec_ok, checking_disabled = request["key"]
        except (KeyError, TypeError, ValueError):
            return {"ok": False, "error": "no question"}
        key = [int(qtype), bool(dnssec_ok), bool(checking_disabled)]
        found = await self._workers.look_up({"command": "look_up", "name": name.hex(), "key": key})
        return {"ok": found["event"] == "known", "error": found.get("reason", found["event"]), **found}

    def _certificate_findings(self, now: float) -> list[dict[str, str]]:
        """They come with time, not with a change of a file."""
        service = self.generations.current.service
        certificates = {one for one in (service.certificate, service.portal_certificate) if one is not None}
        return [asdict(finding) for one in certificates for finding in certificate_findings(one, now)]

    async def status(self) -> dict[str, Any]:
        """Everything `sm-dns status` shows."""
        current = self.generations.current
        now = self.clock.now()
        workers, portal = await self._workers.status(), await self._portal.status()
        return {
            "ok": True,
            "pid": os.getpid(),
            "config": str(self.generations.config),
            "at": utc_iso(now),
            "rehearsal": self.clock.rehearsal,
            "uptime_seconds": int(now - self._started),
            "listening": self.listening,
            **current.versions(),
            "directory": str(current.directory),
            "schedules": schedule_states(current.snapshot, now),
            "groups": group_rows(current.snapshot, now),
            "last_flip": self._duties.last_flip,
            "last_error": self.generations.last_error,
            "left_out": self._left_out.rows(),
            "findings": [
                *self._left_out.findings(),
                *worker_findings(workers, portal, now),
                *current.service.findings,
                *group_findings(current.snapshot, now),
                *self._certificate_findings(now),
                *(self._collector.findings() if self._collector else ()),
                *self._web.findings(),
                *self._duties.reports.findings(),
            ],
            "monitoring": self._collector.status() if self._collector else None,
            "web": self._web.status(),
            "alarms": self._journal.alarms,
            "not_compiled": why_not_compiled(),
            "workers": workers,
            "portal": portal,
        }


def _collector(service: Service, workers: Workers, clock: Clock) -> Collector | None:
    """The monitoring; none in a rehearsal, whose hours are not those of the store."""
    if clock.rehearsal:
        return None
    return Collector(service.monitoring, workers.tally, clock.now)


def _lock(state_dir: Path) -> Callable[[], None]:
    """Keep a second server off this state directory; how to let go. What cannot be written is not locked."""
    try:
        descriptor = os.open(state_dir / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError:
        return lambda: None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise BadInput(f"another sm-dns serves with this state directory: {state_dir}") from error
    return lambda: os.close(descriptor)


def _task(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    return asyncio.get_running_loop().create_task(work)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
