"""The control process: keeps workers alive, swaps generations, and does what the clock and the people ask.

It is not on the query path. While it compiles, reloads, records or dies, the workers go on answering by the last
good generation.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from sm_dns.control import audit, clock_sync, compiler, exemptions_store, flips, notify
from sm_dns.control.clock import Clock, StepWatch, utc_iso
from sm_dns.control.generation import Generation, open_generation, refuse_shrunken
from sm_dns.control.listeners import Listeners, inherit_listeners, open_listeners
from sm_dns.control.policy_state import next_edges, schedule_states
from sm_dns.control.scheduler import Scheduler
from sm_dns.control.server import ControlServer
from sm_dns.control.watch import fingerprint
from sm_dns.control.worker_process import WorkerProcess
from sm_dns.errors import BadInput

TURN_SECONDS = 0.4  # how often files, the clock and the service manager are looked after
MAX_ALARMS = 20
LOCK_FILE = "serve.lock"

log = logging.getLogger(__name__)


class Supervisor:
    """One running service. `config` is absolute; a rehearsal's clock has an offset."""

    def __init__(self, config: Path, clock: Clock, on_ready: Callable[[Supervisor], None]) -> None:
        self.clock = clock
        self.listening: list[str] = []
        self.alarms: list[dict[str, str]] = []
        self._config = config
        self._on_ready = on_ready
        self._generation: Generation | None = None
        self._workers: list[WorkerProcess] = []
        self._scheduler = Scheduler(clock.offset)
        self._reloading = asyncio.Lock()
        self._next_reload: asyncio.Task[dict[str, Any]] | None = None
        self._last_error: str | None = None
        self._last_flip: dict[str, Any] | None = None
        self._stop = asyncio.Event()
        self._started = clock.now()

    @property
    def generation(self) -> Generation:
        """The generation in force."""
        assert self._generation is not None, "run() loads one before anything else"
        return self._generation

    @property
    def state_dir(self) -> Path:
        """Where the service keeps what it writes."""
        return Path(self.generation.service.state_dir)

    async def run(self) -> None:
        """Serve until told to stop. Raises `BadInput` when it cannot start."""
        self._generation = open_generation(await compiler.compile_generation(self._config, self.clock.offset))
        service = self.generation.service
        logging.getLogger("sm_dns").setLevel(service.log_level.upper())
        async with AsyncExitStack() as stack:
            stack.callback(_lock_state(self.state_dir))
            listeners = _listeners(service.listen, service.workers)
            stack.callback(listeners.close)
            self.listening = listeners.addresses()
            server = ControlServer(self.state_dir, {"status": self.status, "reload": self.reload, "refresh": self.refresh})
            await self._open_control(server, stack)
            tasks = await stack.enter_async_context(asyncio.TaskGroup())
            running = self._start_workers(listeners, tasks)
            stack.callback(lambda: [task.cancel() for task in running])
            await asyncio.gather(*(worker.wait_ready() for worker in self._workers))
            self._on_ready(self)
            self._begin_duties(stack)
            running.append(tasks.create_task(self._take_turns()))
            await self._stop.wait()
            notify.stopping()

    def stop(self) -> None:
        """End `run`."""
        self._stop.set()

    # --- starting -------------------------------------------------------------------------------------------

    async def _open_control(self, server: ControlServer, stack: AsyncExitStack) -> None:
        try:
            stack.callback((await server.start()).close)
            stack.callback(server.remove)
        except OSError as error:
            self._alarm(f"commands cannot reach this server: {error}")

    def _start_workers(self, listeners: Listeners, tasks: asyncio.TaskGroup) -> list[asyncio.Task[None]]:
        self._workers = [
            WorkerProcess(number, udp, tcp, self.clock.offset, lambda: self.generation.directory)
            for number, (udp, tcp) in enumerate(zip(listeners.udp, listeners.tcp, strict=True))
        ]
        return [tasks.create_task(worker.run()) for worker in self._workers]

    def _begin_duties(self, stack: AsyncExitStack) -> None:
        self._scheduler.start()
        stack.callback(self._scheduler.stop)
        zone = self.generation.snapshot.schedules[self.generation.service.default_schedule].zone
        self._scheduler.daily("calendar", zone, self._read_again)
        self._plan()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, self._request_reload)
        self._audit("service.started", f"generation {self.generation.snapshot.generation}", self._versions())
        if clock_sync.is_synchronised() is False:
            self._alarm("the clock is not synchronised: the hours kept are only as right as the clock")
        notify.ready(self._headline())

    # --- generations ----------------------------------------------------------------------------------------

    async def reload(self) -> dict[str, Any]:
        """Compile the files as they are now and swap; however many ask, one reload runs and one waits."""
        return await asyncio.shield(self._request_reload())

    def _request_reload(self) -> asyncio.Task[dict[str, Any]]:
        if self._next_reload is None:
            self._next_reload = asyncio.get_running_loop().create_task(self._reload_in_turn())
        return self._next_reload

    async def _reload_in_turn(self) -> dict[str, Any]:
        async with self._reloading:
            self._next_reload = None
            notify.reloading()
            try:
                await self._swap()
            except BadInput as error:
                self._last_error = str(error)
                log.error("not reloaded, the old policy stays: %s", error)
                return {"ok": False, "error": str(error)}
            finally:
                notify.ready(self._headline())
            self._last_error = None
            return {"ok": True, **self._versions()}

    async def _swap(self) -> None:
        """Compile, judge, have every worker load, and only then call it the generation in force."""
        old = self.generation
        new = open_generation(await compiler.compile_generation(self._config, self.clock.offset))
        refuse_shrunken(old, new)
        if not new.same_answers(old):
            answers = await asyncio.gather(*(worker.load(new.directory) for worker in self._workers))
            for answer in answers:
                if answer["event"] == "failed":
                    raise BadInput(str(answer["reason"]))
            self._audit("policy.published", f"generation {new.snapshot.generation}", _versions(new))
        self._generation = new
        if (old.service.listen, old.service.workers) != (new.service.listen, new.service.workers):
            self._alarm("listen and workers changed in the configuration: they hold from the next start")
        self._plan()

    def _plan(self) -> None:
        """Jobs for what the generation in force says: edges, ends of exemptions, lists."""
        now = self.clock.now()
        edges = next_edges(self.generation.snapshot, now)
        self._scheduler.keep_only("flip:", edges)
        for name, edge in edges.items():
            self._scheduler.at(f"flip:{name}", edge, self._record_flip, name, edge)
        lists = self.generation.service.lists
        self._scheduler.keep_only("list:", lists)
        for name, seconds in lists.items():
            self._scheduler.every(f"list:{name}", seconds, self._refresh_one, name)
        ends = [exemption.expires for exemption in exemptions_store.load(self.state_dir)]
        if ends:
            self._scheduler.at("exemptions", min(ends), self._expire_exemptions)

    # --- jobs -----------------------------------------------------------------------------------------------

    async def _record_flip(self, name: str, edge: int) -> None:
        """Note that an edge has passed, and how late that was noticed; the workers kept it by themselves."""
        now = self.clock.now()
        state = next(one for one in schedule_states(self.generation.snapshot, now) if one["schedule"] == name)
        flip = {
            "at": utc_iso(edge),
            "schedule": name,
            "state": state["state"],
            "reason_code": state["reason_code"],
            "lag_ms": round((now - edge) * 1000),
        }
        self._last_flip = flip
        log.info("%s is %s until %s", name, state["state"], state["next_transition"])
        try:
            flips.record(self.state_dir, flip)
        except OSError as error:
            self._alarm(f"a flip could not be recorded: {error}")
        self._plan()
        notify.status(self._headline())

    async def _expire_exemptions(self) -> None:
        for exemption in exemptions_store.expire(self.state_dir, self.clock.now()):
            self._audit("exemption.expired", exemption.id, {"approver": exemption.approver})
        await self.reload()

    async def _read_again(self) -> None:
        await self.reload()

    async def _refresh_one(self, name: str) -> None:
        await self._refresh(name)

    async def refresh(self) -> dict[str, Any]:
        """Fetch every remote list now and reload."""
        return await self._refresh(*self.generation.service.lists)

    async def _refresh(self, *names: str) -> dict[str, Any]:
        fetched = await compiler.refresh_lists(self._config, *names)
        for one in fetched.get("lists", []):
            if one["status"] == "kept":
                self._alarm(f"list {one['name']} kept as it was: {one['reason']}")
        reloaded = await self.reload()
        return {**fetched, **({} if reloaded["ok"] else reloaded)}

    # --- the regular turn -----------------------------------------------------------------------------------

    async def _take_turns(self) -> None:
        """Twice a second or so: have files changed, was the clock stepped, is the service manager waiting."""
        watch = StepWatch()
        seen = fingerprint(map(Path, self.generation.service.watched))
        interval = notify.watchdog_interval()
        loop = asyncio.get_running_loop()
        last_sign = 0.0
        while True:
            await asyncio.sleep(TURN_SECONDS)
            found = fingerprint(map(Path, self.generation.service.watched))
            if found != seen:
                seen = found
                self._request_reload()
            jump = watch.check()
            if jump is not None:
                self._clock_jumped(f"{jump.kind} of {jump.seconds:+.1f} s")
            if interval is not None and loop.time() - last_sign >= interval:
                last_sign = loop.time()
                notify.watchdog()

    def _clock_jumped(self, what: str) -> None:
        self._alarm(f"the clock jumped: {what}")
        self._audit("clock.jumped", what, {})
        self._scheduler.clock_stepped()
        self._plan()

    # --- telling --------------------------------------------------------------------------------------------

    async def status(self) -> dict[str, Any]:
        """Everything `sm-dns status` shows."""
        stats = await asyncio.gather(*(worker.stats() for worker in self._workers))
        now = self.clock.now()
        return {
            "ok": True,
            "pid": os.getpid(),
            "at": utc_iso(now),
            "rehearsal": self.clock.rehearsal,
            "uptime_seconds": int(now - self._started),
            "listening": self.listening,
            **self._versions(),
            "schedules": schedule_states(self.generation.snapshot, now),
            "last_flip": self._last_flip,
            "last_error": self._last_error,
            "findings": self.generation.service.findings,
            "alarms": self.alarms,
            "workers": [
                {"number": worker.number, "pid": worker.pid, "restarts": worker.restarts, **found}
                for worker, found in zip(self._workers, stats, strict=True)
            ],
        }

    def _versions(self) -> dict[str, Any]:
        return _versions(self.generation)

    def _headline(self) -> str:
        states = schedule_states(self.generation.snapshot, self.clock.now())
        parts = (f"{one['schedule']} {one['state']} until {one['next_transition'] or 'further notice'}" for one in states)
        return "; ".join(parts)

    def _alarm(self, text: str) -> None:
        log.warning("%s", text)
        self.alarms = [*self.alarms[-MAX_ALARMS + 1 :], {"at": utc_iso(self.clock.now()), "text": text}]

    def _audit(self, action: str, target: str, detail: dict[str, Any]) -> None:
        try:
            audit.append(
                self.state_dir / audit.FILE,
                at=self.clock.now(),
                who="service",
                action=action,
                target=target,
                why="",
                detail=detail,
            )
        except (OSError, BadInput) as error:
            self._alarm(f"the audit could not be written: {error}")


def _versions(generation: Generation) -> dict[str, Any]:
    return {
        "generation": generation.snapshot.generation,
        "version": generation.snapshot.version,
        "names": len(generation.snapshot.names),
    }


def _listeners(addresses: list[tuple[str, int]], workers: int) -> Listeners:
    inherited = notify.inherited_sockets()
    return inherit_listeners(inherited, workers) if inherited else open_listeners(addresses, workers)


def _lock_state(state_dir: Path) -> Callable[[], None]:
    """Keep a second server off this state directory; how to let go. A directory that cannot be written has no lock."""
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
