"""Running the service: it is composed here, handed to its supervisor, and taken apart in the end."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import signal
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

from sm_dns.collect.collector import Collector
from sm_dns.collect.identity_sources import IdentitySources
from sm_dns.control.clients.present_clients import PresentClients, Tell
from sm_dns.control.clients.traces import Traces
from sm_dns.control.clients.visitor_requests import VisitorRequests
from sm_dns.control.first_generation import first_generation
from sm_dns.control.first_looks import first_looks
from sm_dns.control.handing_out import HandingOut
from sm_dns.control.in_force import InForce
from sm_dns.control.jobs import Jobs
from sm_dns.control.left_out import LeftOut
from sm_dns.control.parts import Parts
from sm_dns.control.processes.feeds_process import FeedsProcess
from sm_dns.control.processes.fleet_process import FleetProcess
from sm_dns.control.processes.portal_process import Portal
from sm_dns.control.processes.web_process import WebProcess
from sm_dns.control.processes.workers import Workers
from sm_dns.control.publisher import Publisher
from sm_dns.control.repairs import Repairs
from sm_dns.control.service_log import ServiceLog
from sm_dns.control.supervisor import Supervisor
from sm_dns.control.switchboard import Heed, Switchboard
from sm_dns.generation.service import Service
from sm_dns.history.keeper import Keeper
from sm_dns.ipc.orders import Answer
from sm_dns.ipc.server import ControlServer
from sm_dns.lan.names import LanNames
from sm_dns.listen.addresses import start_listening
from sm_dns.policy.clients import switches
from sm_dns.policy.clients.presence import Rows
from sm_dns.policy.clients.who import Who
from sm_dns.serve.accept_errors import say_when_full
from sm_dns.util.clock import Clock
from sm_dns.util.errors import BadInput

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
    service_log = ServiceLog(state_dir, clock)
    in_force = InForce(first)
    async with AsyncExitStack() as stack:
        stack.callback(_lock(state_dir))
        in_force.tidy()
        stack.callback(in_force.end)
        listening = start_listening(first.service)
        stack.callback(listening.close)
        switches_file = state_dir / switches.FILE
        known = asyncio.Event()
        workers = Workers(listening.of_workers(), clock.offset, in_force.directory, switches_file, known)
        history = None if clock.rehearsal else Keeper(state_dir)
        generations = Publisher(config, clock.offset, in_force, workers.load, service_log, trouble, history)
        sources = IdentitySources(first.service.monitoring)
        collector = _collector(first.service, sources, workers, clock)
        lan = LanNames(workers.name_lan, clock.now)
        web = WebProcess(generations.config, state_dir, clock.offset)
        fleet = FleetProcess(generations.config, state_dir, lambda: in_force.current.directory)
        feeds = FeedsProcess(state_dir, clock.offset, in_force.directory)
        portal = Portal(listening.of_portal(), clock.offset, in_force.directory, switches_file)
        switchboard = Switchboard(switches_file, _heeding(workers, portal))
        present = PresentClients(sources, _asking(in_force, switchboard), _telling(workers, portal), clock)
        traces = Traces(workers, present, service_log, clock.now)
        parts = Parts(
            clock=clock,
            listening=listening,
            handing_out=HandingOut(listening, workers, portal),
            generations=generations,
            workers=workers,
            portal=portal,
            jobs=Jobs(config, state_dir, clock, generations, service_log, workers.flush),
            service_log=service_log,
            sources=sources,
            collector=collector,
            switchboard=switchboard,
            present=present,
            traces=traces,
            lan=lan,
            web=web,
            fleet=fleet,
            feeds=feeds,
            left_out=LeftOut(clock, service_log),
        )
        supervisor = Supervisor(parts)
        stack.push_async_callback(portal.stop)
        portal.start()
        if not clock.rehearsal:  # nobody asks in an hour that is only played
            requests = VisitorRequests(
                config,
                state_dir,
                portal,
                lambda: generations.current,
                lambda: switchboard.over(in_force.current.snapshot),
                present,
                service_log,
                clock.now,
                fleet.carry_out,
            )
            stack.push_async_callback(_cancel, _task(requests.run()))
        stack.push_async_callback(_cancel, _task(present.run()))
        lan.configure(first.service.lan)
        stack.push_async_callback(_cancel, _task(lan.run()))
        stack.push_async_callback(_cancel, _task(first_looks((present.looked, lan.looked), known)))
        stack.push_async_callback(_cancel, _task(workers.run()))
        stack.push_async_callback(traces.end)
        server = ControlServer(state_dir, supervisor.commands())
        stack.push_async_callback(server.close)
        server.open()
        await workers.wait_ready()
        if collector is not None:
            collector.start()
            stack.push_async_callback(collector.stop)  # before the workers end: they are asked a last time
        stack.push_async_callback(web.stop)
        web.use(first.service.web)
        stack.push_async_callback(fleet.stop)
        if not clock.rehearsal:  # an hour that is only played is told to nobody
            fleet.use(first.service.fleet)
        stack.push_async_callback(feeds.stop)
        feeds.use(first.service.feeds)
        announce(supervisor)
        await supervisor.look_after(Repairs(parts, server))


def _heeding(workers: Workers, portal: Portal) -> Heed:
    async def heed() -> list[Answer | None]:
        answers, _ = await asyncio.gather(workers.heed_switches(), portal.heed_switches())
        return answers

    return heed


def _telling(workers: Workers, portal: Portal) -> Tell:
    async def tell(rows: Rows) -> None:
        await asyncio.gather(workers.know(rows), portal.know(rows))

    return tell


def _asking(in_force: InForce, switchboard: Switchboard) -> Callable[[], tuple[frozenset[Who], bool]]:
    """What the policy asks whether a client is known as, and whether forwarders tell devices."""

    def ask() -> tuple[frozenset[Who], bool]:
        current = in_force.current
        return switchboard.over(current.snapshot).clients.identities(), current.service.devices_are_told

    return ask


def _collector(
    service: Service, sources: IdentitySources, workers: Workers, clock: Clock
) -> Collector | None:
    """The monitoring; none in a rehearsal, whose hours are not those of the store."""
    if clock.rehearsal:
        return None
    return Collector(service.monitoring, sources, workers.tally, clock.now)


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
        raise BadInput(
            "another sm-dns serves with this state directory: {state_dir}", state_dir=state_dir
        ) from error
    return lambda: os.close(descriptor)


def _task(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    return asyncio.get_running_loop().create_task(work)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
