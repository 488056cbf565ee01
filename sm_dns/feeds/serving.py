"""The feeds at work: they follow policy, switches and hours, build the lists, and hand the zones out."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from sm_dns.feeds.building import Built, Order
from sm_dns.feeds.engines.ready import Place
from sm_dns.feeds.feed import HOURS, Feed, check_name
from sm_dns.feeds.primary import journal
from sm_dns.feeds.primary.answers import Desk
from sm_dns.feeds.primary.by_https import listen_for_https
from sm_dns.feeds.primary.journal import Kept
from sm_dns.feeds.primary.notifier import Notifier
from sm_dns.feeds.primary.published_zone import PublishedZone
from sm_dns.feeds.primary.secondaries import Secondaries, Secondary
from sm_dns.feeds.primary.server import Primary, listen_for_connections, listen_for_datagrams
from sm_dns.feeds.probing import Prober
from sm_dns.feeds.status_file import status_of, write_status
from sm_dns.feeds.wire.tsig import read_key
from sm_dns.generation.feeds import FeedsPlan, FeedsStart, SecondaryPlan
from sm_dns.policy.clients import switches
from sm_dns.serve.clients.tls import DOT, server_context
from sm_dns.util.child import begin, end
from sm_dns.util.clock import Clock
from sm_dns.util.errors import BadInput
from sm_dns.util.files import make_directory
from sm_dns.util.fingerprint import fingerprint
from sm_dns.util.message import Message, reason_of
from sm_dns.util.typed_json import from_json, to_json

FOLDER: Final = "feeds"
REHEARSED: Final = "feeds-rehearsal"  # a rehearsal's serials are of another time
LOOK_SECONDS: Final = 0.25  # between two looks at clock and switches
STATUS_SECONDS: Final = 1.0  # between two looks whether the status that is written down is another
FRESH_SECONDS: Final = 30.0  # after so long it is written anew, so that it is known not to be of the dead
RETRY_SECONDS: Final = 5.0  # between two tries to listen, or to build
BUILD_SECONDS: Final = 900.0  # the longest that a build may take
HTTP: Final = "http/1.1"
BUILDER: Final = "sm_dns.feeds.building"

log = logging.getLogger(__name__)


def folder_of(state_dir: Path, *, is_rehearsal: bool) -> Path:
    """Where the feeds keep what they must remember."""
    return state_dir / (REHEARSED if is_rehearsal else FOLDER)


class Feeds:
    """Everything that one plan asks for. Raises `BadInput` for a key that cannot be read."""

    def __init__(self, start: FeedsStart) -> None:
        self.addresses: list[str] = []
        self.missing: list[Message] = []
        self._plan = start.plan
        self._clock = Clock(start.rehearsal)
        self._directory = start.directory
        self._switches = start.state_dir / switches.FILE
        self._seen: object = None
        self._feed = Feed(start.plan.suffix, _folder(start), start.rehearsal)
        self._secondaries = Secondaries(map(_secondary, start.plan.secondaries))
        zones = {one.name.wire: one for one in self._feed.zones.values()}
        self._primary = Primary(Desk(zones, self._secondaries), self._secondaries, time.time)
        self._notifier = Notifier(self._secondaries, self._primary.send, time.time)
        # A distributor answers nobody.
        resolvers = (Place(one.address, one.port) for one in start.plan.secondaries if one.engine != "knot")
        self._prober = Prober(resolvers, check_name(HOURS, start.plan.suffix), start.state_dir)
        self._wanted = asyncio.Event()
        self._stricter: int | None = None
        self._writing: asyncio.Task[None] | None = None
        self._closers: list[Callable[[], None]] = []
        self._context = _context(start.plan, DOT)
        self._https = _context(start.plan, HTTP)

    async def open(self) -> None:
        """Know the policy, and answer wherever that can be. Raises `BadInput` where it can be nowhere."""
        self._feed.recall_builds()
        self.adopt(self._directory)
        self._turn()
        for address, port in self._plan.listen:
            await self._open("", address, port, None)
        for address, port in self._plan.tls:
            await self._open("tls://", address, port, self._context)
        for address, port in self._plan.https:
            await self._open("https://", address, port, self._https)
        if not self.addresses:
            raise BadInput(self.missing[0])

    async def _open(self, scheme: str, address: str, port: int, tls: ssl.SSLContext | None) -> None:
        shown = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
        try:
            if tls is None:
                datagrams = await listen_for_datagrams(self._primary, address, port)
                self._closers.append(datagrams.close)
            if scheme == "https://" and tls is not None:
                server = await listen_for_https(self._primary, self._feed.lines, address, port, tls)
            else:
                server = await listen_for_connections(self._primary, address, port, tls)
            self._closers.append(server.close)
        except OSError as error:
            self.missing.append(
                Message("{place}: {reason}", place=f"{scheme}{shown}", reason=reason_of(error))
            )
            return
        self.addresses.append(f"{scheme}{shown}")

    def adopt(self, directory: Path) -> None:
        """Go by the policy of a generation; where it cannot be read, by the one before."""
        try:
            self._feed.adopt(directory)
        except BadInput as error:
            log.error("the policy before stays in the feeds: %s", error)
            return
        self._directory = directory
        self._wanted.set()

    async def run(self) -> None:
        """Follow the hours, and build what is wanted."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow())
            tasks.create_task(self._build_again())
            tasks.create_task(self._write_status())

    async def _follow(self) -> None:
        while True:
            self._turn()
            state, now = self._feed.state, self._clock.now()
            edge = None if state is None else state.until
            await asyncio.sleep(LOOK_SECONDS if edge is None else max(0.0, min(LOOK_SECONDS, edge - now)))

    def _turn(self) -> None:
        self._look_at_switches()
        changed = self._feed.turn(self._clock.now())
        for zone in changed:
            self._tell(zone)
        gate, before, after = self._feed.zones["gate"], self._feed.before, self._feed.state
        if gate in changed and before is not None and after is not None:
            self._prober.edge(before, after, gate.changed, self._clock.offset)
        self._keep(changed)

    def _keep(self, changed: list[PublishedZone]) -> None:
        """Have it written down what changed, in a thread: an edge does not wait for the disk."""
        if changed:
            self._writing = asyncio.get_running_loop().create_task(
                self._write(self._writing, self._feed.to_keep(changed))
            )

    async def _write(self, before: asyncio.Task[None] | None, to_keep: list[tuple[Path, Kept]]) -> None:
        if before is not None:
            await asyncio.wait([before])
        for path, kept in to_keep:
            try:
                await asyncio.to_thread(journal.keep, path, kept)
            except OSError as error:
                log.error("a zone cannot be kept over a restart: %s", error)

    def _tell(self, zone: PublishedZone) -> None:
        if zone.is_whole:
            log.info("zone %s is at serial %d", zone.name.short, zone.serial)
            self._notifier.tell(zone)

    def _look_at_switches(self) -> None:
        seen = fingerprint([self._switches])
        if seen == self._seen:
            return
        try:
            self._feed.heed(switches.read_file(self._switches))
        except (BadInput, OSError) as error:
            log.error("the switches before stay in the feeds: %s", error)
        self._seen = seen

    async def _build_again(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                built = await self._build()
                changed = self._feed.take_build(built, self._clock.now())
                for zone in changed:
                    self._tell(zone)
                self._keep(changed)
                self._stricter = built.stricter
            except (BadInput, OSError) as error:
                log.error("the lists of the feeds stay as they were: %s", error)
                await asyncio.sleep(RETRY_SECONDS)
                self._wanted.set()

    async def _build(self) -> Built:
        feed = self._feed
        names = {short: zone.name.wire.hex() for short, zone in feed.zones.items()}
        order = Order(str(self._directory), str(feed.folder), names, feed.digests())
        process = await begin(BUILDER, json.dumps(to_json(order)), stdout=asyncio.subprocess.PIPE)
        try:
            async with asyncio.timeout(BUILD_SECONDS):
                said, _ = await process.communicate()
        finally:
            await end(process, 0.0)
        try:
            return from_json(Built, json.loads(said))
        except (ValueError, BadInput) as error:
            raise BadInput("the builder said {said}", said=said[:200].decode(errors="replace")) from error

    async def _write_status(self) -> None:
        written, at = None, 0.0
        while True:
            now = time.time()
            status = status_of(self._feed, self._secondaries.all, self._primary.refused, self._stricter, now)
            told = replace(status, at="")
            if told != written or now - at >= FRESH_SECONDS:
                try:
                    write_status(self._feed.folder, status)
                except OSError as error:
                    log.warning("the status of the feeds cannot be written: %s", error)
                written, at = told, now
            await asyncio.sleep(STATUS_SECONDS)

    async def close(self) -> None:
        """Answer nobody any more."""
        self._notifier.stop()
        self._prober.stop()
        for close in self._closers:
            close()
        if self._writing is not None:
            await asyncio.wait([self._writing])


def _folder(start: FeedsStart) -> Path:
    """Where the feeds remember: another place where the state directory refuses. Raises `OSError`."""
    folder = folder_of(start.state_dir, is_rehearsal=start.rehearsal != 0.0)
    try:
        make_directory(folder)
        probe = folder / ".probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        log.error("the feeds remember nothing over a restart: %s", error)
        return Path(tempfile.mkdtemp(prefix="sm-dns-feeds-"))
    return folder


def _secondary(one: SecondaryPlan) -> Secondary:
    key = None if one.key is None else read_key(Path(one.key))
    return Secondary(one.address, one.port, key, one.sources)


def _context(plan: FeedsPlan, protocol: str) -> ssl.SSLContext | None:
    """What a protocol shakes hands with; zone transfers have the name `dot` (RFC 9103 §7). Raises `BadInput`."""
    if not (plan.tls or plan.https) or plan.certificate is None or plan.key is None:
        return None
    context = server_context(Path(plan.certificate), Path(plan.key), protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context
