"""The data worker: a process that owns listeners, packet cache, cache and upstream sockets, and nothing else.

The control process starts it with one JSON argument (descriptors of bound sockets, of the control channel and of the
way by which further sockets come; the generation to begin with) and talks to it in JSON lines. It answers nobody
before it is told who is where and what else it goes by, for longer than `UNTOLD_SECONDS` though it is not silent.
Without its control process it goes on answering for `ORPHAN_SECONDS`, so that a restart of the control process loses
no query.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from sm_dns.i18n import catalogue
from sm_dns.ipc.figures import WorkerFigures
from sm_dns.ipc.orders import (
    Answer,
    Begin,
    Begun,
    Counted,
    Failed,
    Flush,
    Flushed,
    Heeded,
    HeedSwitches,
    KnowPresence,
    Knows,
    Listen,
    Listening,
    Load,
    Loaded,
    LookUp,
    Named,
    NameLan,
    OfWorker,
    Order,
    Ready,
    TakeCounts,
    TakeTraced,
    Trace,
    WorkerStart,
)
from sm_dns.monitor.counters import Counters
from sm_dns.policy.clients.presence import Present
from sm_dns.policy.clients.switches import Switch, read_file
from sm_dns.resolve.cache import Cache, Key
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.faults import Faults
from sm_dns.resolve.forwarding.forward import Forwarder
from sm_dns.resolve.own_names import OwnNames
from sm_dns.serve import worker_settings
from sm_dns.serve.accept_errors import say_when_full
from sm_dns.serve.addresses import name_of
from sm_dns.serve.clients.late import LateAnswers
from sm_dns.serve.clients.packet_cache import PacketCache
from sm_dns.serve.clients.rate_limit import RateLimiter
from sm_dns.serve.clients.streams.connections import Admission
from sm_dns.serve.clients.trusted_forwarders import TrustedForwarders
from sm_dns.serve.clients.udp import Shared
from sm_dns.serve.clock import CHECK_SECONDS, Clock
from sm_dns.serve.event_loop import DrainSelector, new_loop
from sm_dns.serve.listeners import BoundSockets, Listeners
from sm_dns.serve.look_ups import LookUps
from sm_dns.serve.orders import Orders
from sm_dns.serve.traces import Traces
from sm_dns.serve.upstreams import resolv_conf
from sm_dns.serve.upstreams.network_watch import NetworkWatch
from sm_dns.serve.upstreams.pool import UpstreamSockets
from sm_dns.serve.upstreams.system_servers import SystemServers
from sm_dns.serve.usage_counter import UsageCounter
from sm_dns.serve.without_policy import without_policy
from sm_dns.serve.worker_figures import figures
from sm_dns.serve.worker_settings import Generation
from sm_dns.util.errors import BadInput
from sm_dns.util.log_lines import log_to_stderr
from sm_dns.util.message import NOTHING, reason_of
from sm_dns.util.typed_json import from_json

ORPHAN_SECONDS = 10.0
UNTOLD_SECONDS = 2.0  # after which it answers, though it was not told all that it goes by
RETRY_SECONDS = 5.0  # between two looks for a policy, where there is none to go by
MAX_COUNTS_A_LINE = 300  # which fit into a line


log = logging.getLogger(__name__)


class Worker:
    """Everything one worker process holds."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, selector: DrainSelector, faults: Faults, start: WorkerStart
    ) -> None:
        self._loop = loop
        self._clock = Clock(start.rehearsal)
        self._packet_cache = PacketCache()
        self._counters = Counters(self._clock.now())
        self._system = SystemServers(loop, resolv_conf.RESOLV_CONF, self._find_upstreams)
        self._directory = start.generation
        self._switches_file = start.switches
        self._own_names = OwnNames()
        self._switches: tuple[Switch, ...] = ()
        self._without_policy = NOTHING
        sockets = BoundSockets(
            *([_socket(fd) for fd in fds] for fds in (start.udp, start.tcp, start.dot, start.doh))
        )
        first = self._first(sockets.udp)
        self._generation = first
        self._rate = RateLimiter(first.limits)
        self._forwarders = TrustedForwarders(first.forwarders)
        self._admission = Admission(first.limits, first.connections, self._forwarders)
        cache = Cache(first.cache_bytes)
        forwarder = Forwarder(cache, faults)
        self._upstreams = UpstreamSockets(forwarder, loop, selector, self._clock)
        self._usage_counter = UsageCounter(self._counters, first.resolver.snapshot, first.monitored)
        self._resolver = ResolverContext(
            first.resolver, first.local, cache, forwarder, self._usage_counter, faults
        )
        self._take_up(first)
        self._heed_switches()
        self._shared = Shared(
            self._resolver,
            self._packet_cache,
            self._rate,
            self._counters,
            self._clock,
            selector.later,
            LateAnswers(loop.call_later),
            self._forwarders,
        )
        self._listeners = Listeners(loop, selector, self._shared, self._admission, sockets)
        try:
            self._listeners.encrypted.use(first.tls)
        except BadInput as error:  # what needs no certificate is answered all the same
            log.error("no encrypted queries are answered: %s", error)
        self.orders = Orders(socket.socket(fileno=start.control), self._obey, faults)
        self._handover = socket.socket(fileno=start.handover)
        self._network = NetworkWatch(loop, selector, self._upstreams.renew)
        self._told = asyncio.Event()
        self._steps = 0
        self._look_ups = LookUps(self._resolver)
        self._traces = Traces(self._resolver, self._packet_cache)

    def _first(self, sockets: Sequence[socket.socket]) -> Generation:
        """The generation to begin with, or what there is to go by where it cannot be read (OPS-2)."""
        try:
            return worker_settings.load(self._directory)
        except Exception as error:  # whatever is wrong with it: names must resolve
            self._without_policy = reason_of(error)
        log.error(
            "there is no policy to go by, the shipped lists are denied and the rest is forwarded: %s",
            self._without_policy,
        )
        self._loop.call_later(RETRY_SECONDS, self._look_for_policy)
        return without_policy([name_of(sock) for sock in sockets])

    def _look_for_policy(self) -> None:
        """Take up the generation that could not be read, once it can."""
        if self._without_policy:
            self._loop.call_later(RETRY_SECONDS, self._look_for_policy)
            self._load(self._directory)

    async def run(self) -> None:
        """Serve until the control process says so or has been gone for `ORPHAN_SECONDS`."""
        self._watch_clock()
        ready = Ready(self._resolver.settings.snapshot.generation, self._without_policy)
        following = self._loop.create_task(self.orders.follow(ready))
        try:
            await self._be_told()
            self._listeners.begin()
            await following
        finally:
            following.cancel()
        await asyncio.sleep(ORPHAN_SECONDS)

    async def _be_told(self) -> None:
        """Let questions wait in the kernel until `Begin`: an answer by half of what it goes by is kept by clients."""
        try:
            async with asyncio.timeout(UNTOLD_SECONDS):
                await self._told.wait()
        except TimeoutError:
            log.warning(
                "who is where, names of the LAN and the trace were not told within %.0f s: what is answered until "
                "they are knows networks alone",
                UNTOLD_SECONDS,
            )

    def _obey(self, order: Order) -> Answer:
        if isinstance(order, Load):
            return self._load(order.generation)
        if isinstance(order, Begin):
            self._told.set()
            return Begun()
        if isinstance(order, Flush):
            return Flushed(self._flush(order.name))
        if isinstance(order, LookUp):
            key = Key(order.name, order.qtype, order.dnssec_ok, order.checking_disabled)
            return self._look_ups.look_up(key, self._clock.now())
        if isinstance(order, TakeCounts):
            return Counted(*self._counters.take(self._clock.now(), MAX_COUNTS_A_LINE))
        if isinstance(order, NameLan):
            if self._own_names.take(order.rows, first=order.first, last=order.last):
                self._resolver.local = self._own_names.data
                self._packet_cache.clear()
            return Named()
        if isinstance(order, HeedSwitches):
            return self._heed_switches()
        if isinstance(order, KnowPresence):
            return self._know(order)
        if isinstance(order, Trace):
            return self._traces.begin(order)
        if isinstance(order, TakeTraced):
            return self._traces.take()
        if isinstance(order, Listen):
            return self._listen(order.spoken)
        return OfWorker(self._figures())

    def _heed_switches(self) -> Heeded | Failed:
        """Answer by the switches that the file holds now; one that cannot be read changes nothing."""
        try:
            switches = read_file(self._switches_file)
        except (BadInput, OSError) as error:
            return Failed(reason_of(error))
        self._switches = switches
        self._switch()
        self._packet_cache.clear()
        return Heeded(len(switches))

    def _switch(self) -> None:
        self._resolver.switch(self._switches)
        self._usage_counter.adopt(self._resolver.settings.snapshot, self._generation.monitored)

    def _know(self, order: KnowPresence) -> Knows:
        """Take what clients are known as; who is known as something else now is met anew."""
        rows = ((key, Present(identities, until)) for key, identities, until in order.rows)
        if self._resolver.presence.take(rows, order.gone):
            self._forget_classes()
        return Knows()

    def _forget_classes(self) -> None:
        self._resolver.forget_classes()
        self._packet_cache.forget_clients()

    def _figures(self) -> WorkerFigures:
        asks_system = self._generation.wishes is not None
        return figures(
            self._shared,
            self._admission,
            self._listeners,
            without_policy=self._without_policy,
            clock_steps=self._steps,
            system_lack=self._system.lack if asks_system else "",
            system_servers=len(self._system.servers),
        )

    def _listen(self, spoken: tuple[str, ...]) -> Listening:
        """Take further sockets, one for each word, which the control process has put on the way before."""
        _, descriptors, _, _ = socket.recv_fds(self._handover, 1, len(spoken))
        for word, fd in zip(spoken, descriptors, strict=True):
            self._listeners.add(word, _socket(fd))
        return Listening()

    def _flush(self, name: bytes) -> int:
        self._packet_cache.clear()
        return self._resolver.cache.flush(name)

    def _load(self, directory: Path) -> Loaded | Failed:
        """Swap to another generation; what cannot be read changes nothing."""
        try:
            new = worker_settings.load(directory)
            self._listeners.encrypted.use(new.tls)
        except BadInput as error:
            return Failed(reason_of(error))
        self._take_up(new)
        self._directory, self._without_policy = directory, NOTHING
        return Loaded(new.resolver.snapshot.generation)

    def _take_up(self, new: Generation) -> None:
        """Answer by a generation from now on, its certificate apart."""
        self._own_names.adopt(new.local)
        self._resolver.adopt(new.resolver, self._own_names.data)
        self._generation = new
        self._switch()
        self._resolver.cache.adopt(new.cache_bytes)
        self._shrink()
        self._rate.adopt(new.limits)
        self._admission.adopt(new.limits, new.connections)
        self._forwarders.adopt(new.forwarders)
        self._find_upstreams()
        self._packet_cache.clear()

    def _find_upstreams(self) -> None:
        """Forward to the upstreams of the generation, the system's as they are now."""
        new, wishes = self._generation, self._generation.wishes
        if wishes is None:
            self._system.rest()
            self._upstreams.use(new.upstreams, new.routes, new.strategy, new.ttl_bounds)
            return
        self._system.follow()
        servers = self._system.servers
        routes = {name: wishes.addresses(wanted, servers) for name, wanted in wishes.routes.items()}
        self._upstreams.use(wishes.addresses(wishes.upstreams, servers), routes, new.strategy, new.ttl_bounds)
        self._resolver.cache.forget_failures()

    def _shrink(self) -> None:
        """Bring the cache within its bound, bit by bit, so that no query waits for all of it."""
        if self._resolver.cache.trim():
            self._loop.call_soon(self._shrink)

    def _watch_clock(self) -> None:
        self._loop.call_later(CHECK_SECONDS, self._watch_clock)  # first: it must go on whatever happens
        if self._resolver.presence.end(self._clock.now()):
            self._forget_classes()
        self._traces.end(self._clock.now())
        step = self._clock.check()
        if step:
            self._steps += 1
            self._packet_cache.clear()
            self._resolver.cache.shift(step)
            self._resolver.forwarder.shift(step)


def _socket(fd: int) -> socket.socket:
    sock = socket.socket(fileno=fd)
    sock.setblocking(False)
    return sock


def main() -> None:
    """Entry point: `python -m sm_dns.serve.worker JSON`."""
    log_to_stderr()
    start = from_json(WorkerStart, json.loads(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for the control process
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    faults = Faults(lambda: time.time() + start.rehearsal)
    selector = DrainSelector(faults.note)
    loop = new_loop(selector)
    asyncio.set_event_loop(loop)
    say_when_full(loop, faults.note)
    catalogue.load()
    worker = Worker(loop, selector, faults, start)
    task = loop.create_task(worker.run())
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    gc.freeze()
    # No cycles are made on the query path; a full collection would stall it.
    gc.set_threshold(50_000, 20, 100)
    try:
        loop.run_until_complete(task)
    except asyncio.CancelledError:
        return
    except Exception as error:
        worker.orders.say_last(error)
        raise


if __name__ == "__main__":
    main()
