"""The control process: looks after the service, and tells how it is (`serving.py` composes it).

It is not on the query path. While it compiles, reloads, records or dies, the workers go on answering by the last
good generation.
"""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from sm_dns.control.parts import Parts
from sm_dns.control.repairs import Repairs
from sm_dns.diagnose.worker_findings import without_passing, worker_findings
from sm_dns.dns import names
from sm_dns.generation.certificate import certificate_findings
from sm_dns.ipc.server import Command
from sm_dns.native import why_not_compiled
from sm_dns.policy.status import group_findings, group_rows, headline, schedule_states
from sm_dns.util import systemd
from sm_dns.util.clock import StepWatch, is_synchronised, utc_iso
from sm_dns.util.fingerprint import Fingerprint, fingerprint

TURN_SECONDS = 0.4  # how often files, the clock and the service manager are looked after


class Supervisor:
    """The running service: its regular turn, its commands, its status."""

    def __init__(self, parts: Parts) -> None:
        self.clock = parts.clock
        self.generations = parts.generations
        self._parts = parts
        self._started = parts.clock.now()
        self._stop = asyncio.Event()

    @property
    def listening(self) -> list[str]:
        """What the workers and the portal answer on."""
        return self._parts.listening.addresses(self.generations.current.service.doh_path)

    async def look_after(self, repairs: Repairs) -> None:
        """Do the duties and take the turns until told to stop."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._hang_up)
        self.generations.changed = partial(self._after_reload, repairs)
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
        self._tell_collector()
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
                self.generations.request()
            repairs.turn()
            jump = watch.check()
            if jump is not None:
                what = f"{jump.kind} of {jump.seconds:+.1f} s"
                self._parts.service_log.alarm(f"the clock jumped: {what}")
                self._parts.service_log.note("clock.jumped", what, {})
                self._parts.jobs.clock_jumped()
            # A service whose workers are all silent is dead to its clients: let the manager start it anew.
            if interval is not None and loop.time() - last_sign >= interval and self._parts.workers.answer:
                last_sign = loop.time()
                systemd.watchdog()

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
        systemd.reloading()
        reload = self.generations.request()
        reload.add_done_callback(lambda _: systemd.ready(self._headline()))

    def _after_reload(self, repairs: Repairs) -> None:
        service = self.generations.current.service
        self._parts.jobs.plan()
        self._parts.portal.adopt()
        if "web" not in service.left_out:  # one that runs goes on
            self._parts.web.use(service.web)
        self._parts.lan.configure(service.lan)
        repairs.adopt()
        self._tell_collector()
        systemd.status(self._headline())

    def _tell_collector(self) -> None:
        if self._parts.collector is not None:
            current = self.generations.current
            self._parts.collector.configure(current.service.monitoring)
            self._parts.collector.note_version("lists", current.snapshot.version)
            self._parts.collector.note_version("schedule", current.service.schedules)

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
        if self._parts.collector is None or not isinstance(after, int):
            return {"ok": False, "error": "monitoring is off"}
        return {"ok": True, "lines": self._parts.collector.feed.since(after)}

    async def _flush(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            name = names.from_text(str(request.get("name")))
        except ValueError as error:
            return {"ok": False, "error": str(error)}
        return {"ok": True, "answers": await self._parts.workers.flush(name)}

    async def _look_up(self, request: dict[str, Any]) -> dict[str, Any]:
        """What the upstreams say to a question, as a worker would relay it."""
        try:
            name = bytes.fromhex(str(request.get("name")))
            qtype, dnssec_ok, checking_disabled = request["key"]
        except (KeyError, TypeError, ValueError):
            return {"ok": False, "error": "no question"}
        key = [int(qtype), bool(dnssec_ok), bool(checking_disabled)]
        found = await self._parts.workers.look_up({"command": "look_up", "name": name.hex(), "key": key})
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
        workers, portal = await self._parts.workers.status(), await self._parts.portal.status()
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
            "last_flip": self._parts.jobs.last_flip,
            "last_error": self.generations.last_error,
            "left_out": self._parts.left_out.rows(),
            "findings": [
                *self._parts.left_out.findings(),
                *worker_findings(workers, portal, now),
                *without_passing(current.service.findings),
                *group_findings(current.snapshot, now),
                *self._certificate_findings(now),
                *(self._parts.collector.findings() if self._parts.collector else ()),
                *self._parts.lan.findings(),
                *self._parts.web.findings(),
                *self._parts.jobs.reports.findings(),
            ],
            "monitoring": self._parts.collector.status() if self._parts.collector else None,
            "web": self._parts.web.status(),
            "alarms": self._parts.service_log.alarms,
            "not_compiled": why_not_compiled(),
            "workers": workers,
            "portal": portal,
        }
