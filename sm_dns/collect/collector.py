"""Monitoring in the control process: counts come from the workers, become rows by identity, and go to the writer.

Every `PULL_SECONDS` the workers are asked, then the sources of identity are looked at, in that order: a lease that
changed hands while the workers counted has been written by the time it is looked for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from sm_dns.collect.batches import gaps, rows_of
from sm_dns.collect.identity_sources import IdentitySources
from sm_dns.collect.live_feed import Feed
from sm_dns.collect.one_for_many import OneForMany
from sm_dns.collect.share_watch import ShareWatch
from sm_dns.collect.store_writer import StoreWriter
from sm_dns.generation.monitoring import MonitoringPlan
from sm_dns.ipc.status import MonitoringStatus, Subjects
from sm_dns.monitor.counts import Batch
from sm_dns.monitor.pseudonym import Pseudonyms, load_or_make
from sm_dns.monitor.store import coverage
from sm_dns.monitor.store.quarantine import damaged
from sm_dns.monitor.store.rows import Gap
from sm_dns.monitor.store.self_healing import LastingStore
from sm_dns.monitor.store.sink import Sink
from sm_dns.monitor.store.url import is_postgres
from sm_dns.util.errors import BadInput
from sm_dns.util.files import make_directory
from sm_dns.util.finding import Finding, finding
from sm_dns.util.lately import Lately, is_recent
from sm_dns.util.message import Message, key

PULL_SECONDS = 5.0  # between two questions to the workers: what a crash loses at most
SUMS_AFTER_SECONDS = 60.0  # from the start: whoever wrote with an older sm-dns has been refused by then

log = logging.getLogger(__name__)

Taken = Mapping[int, Sequence[Batch] | None]
"""What each worker, by its number, counted since it was last asked, in parts; None for one that did not answer."""

Pull = Callable[[], Awaitable[Taken]]


class Collector:
    """The monitoring of one service. `sources` go by the same plan; `pull` asks all workers for their counts.

    `now` tells POSIX seconds.
    """

    def __init__(
        self,
        plan: MonitoringPlan,
        sources: IdentitySources,
        pull: Pull,
        now: Callable[[], float],
        sink: Sink | None = None,
    ) -> None:
        self._plan = plan
        self._pull = pull
        self._now = now
        self._sources = sources
        self._writer = StoreWriter(sink or LastingStore(plan.store, source=plan.source))
        self._pseudonyms: Pseudonyms | None = None
        self._key_problem: Message | None = None
        self._trouble = ""
        self._gaps = Lately()
        self.feed = Feed()
        self._share = ShareWatch()
        self._one_for_many = OneForMany()
        self._troubles: str | None = None
        self._subjects: Subjects | None = None
        self._started = self._last = now()
        self._counted: dict[int, float] = {}
        self._ending = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin once the workers count; needs a running event loop."""
        self._started = self._last = self._now()
        self._writer.start()
        if self._plan.enabled:
            _make_folder(self._plan.store)
            self._writer.note_running(self._last)
        self._running = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Ask the workers a last time and write everything, within the writer's bound."""
        self._ending.set()
        if self._running is not None:
            await asyncio.wait([self._running])
        if not await asyncio.to_thread(self._writer.close):
            log.warning("counts were not all written before the end")

    def configure(self, plan: MonitoringPlan) -> None:
        """Go on by another plan; where the store and the key are holds until the next start."""
        self._plan = plan

    def note_version(self, what: str, version: str) -> None:
        """The lists or the schedules in use from now on."""
        if self._plan.enabled:
            self._writer.note_version(self._now(), what, version)

    async def _run(self) -> None:
        await self._safely(self._look)
        while not await self._told_to_end():
            await self._safely(self.collect)
        await self._safely(self.collect)  # what was counted since

    async def _told_to_end(self) -> bool:
        """Wait for the next pull; True when it is the last."""
        try:
            async with asyncio.timeout(PULL_SECONDS):
                return await self._ending.wait()
        except TimeoutError:
            return False

    async def _safely(self, do: Callable[[], Awaitable[None]]) -> None:
        """Whatever goes wrong here must not end the collecting, and leaves a gap."""
        since = self._last
        try:
            await do()
            self._trouble = ""
        except Exception as error:
            trouble = f"{type(error).__name__}: {error}"
            if trouble != self._trouble:  # said once, not every five seconds
                log.exception("counts could not be taken")
            self._trouble = trouble
            self._last = self._now()
            self._note_gap(Gap(since, self._last, key("collecting failed"), 0))

    def _note_gap(self, gap: Gap) -> None:
        """Counts are missing: the store tells it for ever, and the status for a day."""
        self._writer.add_gap(gap)
        self._gaps.note(Message(gap.reason), self._now())

    async def _look(self) -> None:
        if self._plan.enabled:
            await asyncio.to_thread(self._sources.look, self._now())

    async def collect(self) -> None:
        """Take what the workers have counted; nothing while monitoring is off, which leaves that time unwatched."""
        if not self._plan.enabled:
            return
        taken = await self._pull()
        self._last = now = self._now()
        for number, batches in taken.items():
            before = self._counted.get(number, self._started)
            for gap in gaps(batches, before, now):
                self._note_gap(gap)
            self._counted[number] = batches[-1].until if batches else now
        every = [batch for batches in taken.values() for batch in batches or ()]
        await asyncio.to_thread(self._take, every, now)
        if every:
            self._writer.note_running(now)
        if now >= self._started + SUMS_AFTER_SECONDS:
            self._writer.build_sums(now)

    def _take(self, batches: list[Batch], now: float) -> None:
        _make_folder(self._plan.store)
        resolver = self._sources.look(now)
        self._note_troubles(now)
        self._subjects = Subjects(*resolver.known())
        pseudonyms = self._key()
        for batch in batches:
            self._one_for_many.add(batch.counts)
            if pseudonyms is None:
                lost = sum(count.queries for count in batch.counts)
                self._writer.add_gap(Gap(batch.since, max(batch.since, batch.until), "no key", lost))
            elif batch.counts:
                rows = rows_of(batch, resolver, pseudonyms)
                self._writer.add(rows, pseudonyms.key_id, batch.since, batch.until)
                self.feed.add(rows, now)
                self._share.add(rows)
        self._share.look(now)
        self._one_for_many.look(resolver, now)

    def _note_troubles(self, now: float) -> None:
        """Reports tell for ever when leases were missing; a change is noted, and how it is at the first look."""
        troubles = self._sources.troubles()
        if troubles != self._troubles:
            self._troubles = troubles
            self._writer.note_version(now, coverage.SOURCES, troubles)

    def _key(self) -> Pseudonyms | None:
        """The key, made at the first start; None while it cannot be read or made."""
        if self._pseudonyms is None:
            path = Path(self._plan.key_file)
            try:
                make_directory(path.parent, mode=0o700)
                self._pseudonyms = load_or_make(path)
                self._key_problem = None
            except (OSError, BadInput) as error:
                self._key_problem = Message(
                    "the key of the pseudonyms cannot be used, nothing is recorded: {reason}", reason=error
                )
        return self._pseudonyms

    def findings(self) -> list[Finding]:
        """What wants a person, as `status` shows it."""
        if not self._plan.enabled:
            return []
        found: list[Message | None] = [
            *self._sources.problems(),
            self._share.problem,
            self._one_for_many.problem,
            self._key_problem,
        ]
        if self._trouble:
            found.append(Message("counts could not be taken: {reason}", reason=self._trouble))
        if is_recent(self._gaps.last, self._now()):
            found.append(
                Message(
                    "counts are missing, {count} times since {since}, last at {last}: {what}",
                    **self._gaps.figures().told(),
                )
            )
        if self._writer.lost:
            found.append(
                Message(
                    "{lost} queries were not counted: the store did not take them in time",
                    lost=self._writer.lost,
                )
            )
        if self._writer.failure:
            found.append(
                Message(
                    "the store cannot be written, {waiting} counts wait: {reason}",
                    waiting=self._writer.waiting,
                    reason=self._writer.failure,
                )
            )
        if not is_postgres(self._plan.store):
            found += [
                Message(
                    "a damaged store was set aside as {old}; look what can be saved, then move it away",
                    old=old,
                )
                for old in damaged(Path(self._plan.store))
            ]
        return [finding("warning", "monitoring: {reason}", reason=text) for text in found if text]

    def status(self) -> MonitoringStatus | None:
        """How monitoring is; None while it is off."""
        if not self._plan.enabled:
            return None
        key = self._pseudonyms
        return MonitoringStatus(
            store=self._plan.store,
            key_id=None if key is None else key.key_id,
            waiting=self._writer.waiting,
            lost=self._writer.lost,
            counted=self.feed.totals(),
            subjects=self._subjects,
        )


def _make_folder(place: str) -> None:
    """Where a store in a file is to lie; where that cannot be made, the store says why."""
    if not is_postgres(place):
        with suppress(OSError):
            make_directory(Path(place).parent, mode=0o750)
