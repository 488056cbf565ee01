"""The generation in force and the way to the next: compile, judge, have every worker load it, then call it in force.

A failure at any step leaves the old generation answering and says why.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from sm_dns.control.in_force import InForce
from sm_dns.control.service_log import ServiceLog
from sm_dns.generation.directory import (
    Generation,
    discard,
    open_generation,
    refuse_shrunken,
)
from sm_dns.generation.list_source import falls
from sm_dns.history.keeper import Keeper
from sm_dns.ipc import children
from sm_dns.ipc.orders import Answer, Failed
from sm_dns.state.lists import kept_lists
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding
from sm_dns.util.fingerprint import fingerprint
from sm_dns.util.message import Message, reason_of

log = logging.getLogger(__name__)

Load = Callable[[Path], Awaitable[Iterable[Answer | None]]]
"""Have every worker load a directory; their acknowledgements, None of one that is down."""


class Publisher:
    """Makes the next generation and puts it in force; `load` hands it to the workers."""

    def __init__(
        self,
        config: Path,
        rehearsal: float,
        in_force: InForce,
        load: Load,
        service_log: ServiceLog,
        trouble: Message | None,
        history: Keeper | None,
    ) -> None:
        """`trouble`: why what is in force is not what the files say now, or None. `history`: None in a rehearsal,
        whose policy was in force for nobody."""
        self.last_error = trouble
        self._in_force = in_force
        self._load = load
        self._is_distrusted = self._accepts_removed = self._is_asked = False
        self.config = config.absolute()
        self._rehearsal = rehearsal
        self._service_log = service_log
        self._history = history
        self._since = time.time()
        self._turn = asyncio.Lock()
        self._next: asyncio.Task[Message | None] | None = None

    @property
    def current(self) -> Generation:
        """The generation in force."""
        return self._in_force.current

    async def reload(self) -> Message | None:
        """Take the files as they are now; why the old generation stays, None where it does not."""
        return await asyncio.shield(self.request())

    def request(self) -> asyncio.Task[Message | None]:
        """The next reload: however many ask, one runs and one waits."""
        self._is_asked = True
        return self._queued()

    def files_changed(self) -> None:
        """Watched files have changed: the next reload, unless one that was asked for has taken them meanwhile."""
        self._queued()

    def _queued(self) -> asyncio.Task[Message | None]:
        if self._next is None:
            self._next = asyncio.get_running_loop().create_task(self._reload())
        return self._next

    def distrust(self) -> None:
        """A worker could not read the generation in force: make another, though it says the same."""
        self._is_distrusted = True
        self.request()

    def accept_removed(self) -> None:
        """What the lists have lost is meant: the next reload keeps nothing of it, and may be much shorter."""
        kept_lists.accept_removed(Path(self.current.service.state_dir))
        self._accepts_removed = True

    async def remember(self) -> None:
        """Keep what is in force in the history, where it is not there yet. Only the next reload waits for it."""
        async with self._turn:
            await self._remember()

    async def _remember(self) -> None:
        if self._history is None:
            return
        gone = await asyncio.to_thread(self._history.keep, self.current, self._since, time.time())
        if gone:
            self._service_log.note("history.dropped", f"{gone} of the oldest versions", {})

    def findings(self) -> list[Finding]:
        """What wants a person in the history."""
        return [] if self._history is None else self._history.findings()

    async def _reload(self) -> Message | None:
        async with self._turn:
            self._next = None
            is_asked, self._is_asked = self._is_asked, False
            if not is_asked and self._has_taken_files():
                return self.last_error
            try:
                await self._swap()
            except (BadInput, OSError) as error:
                return self._refused(error)
            self.last_error = None
            await self._remember()
            return None

    def _has_taken_files(self) -> bool:
        """Whether what is in force was made of the watched files as they are now."""
        service = self.current.service
        return fingerprint(map(Path, service.watched)) == service.seen

    def _refused(self, error: Exception) -> Message:
        reason = reason_of(error)
        if self.last_error != reason:  # it is tried again and again (`Repairs`), and said once
            log.error("not reloaded, the old policy stays: %s", error)
        self.last_error = reason
        return reason

    def tell_damage(self) -> None:
        """Raise an alarm where the generation in force had to mend the one before."""
        if self.current.mends:
            self._service_log.alarm(
                "the index of names was damaged on the disk: it was made anew. Look at the disk"
            )

    async def _swap(self) -> None:
        old = self.current
        if self._history is not None:
            self._history.compiling()
        directory = await children.compile_generation(self.config, self._rehearsal)
        try:
            new = open_generation(directory)
            if not self._accepts_removed:
                refuse_shrunken(old, new)
            if self._is_distrusted or not new.same_answers(old):
                await self._publish(new)
                self._since = time.time()
            elif self._history is not None:
                self._history.nothing_new()
        except BaseException:
            discard(directory)
            raise
        self._in_force.put(new)
        self._is_distrusted = self._accepts_removed = False
        self.tell_damage()
        for text in falls(old.service.sources, new.service.sources):
            self._service_log.alarm(text)
        if old.service.start_settings() != new.service.start_settings():
            self._service_log.alarm(
                "workers, state_dir, log or the store changed in the configuration: that holds from the next start"
            )

    async def _publish(self, new: Generation) -> None:
        """Have every worker answer by `new`, or none. What cannot be recorded is not published."""
        target = f"generation {new.snapshot.generation}"
        try:
            self._service_log.record("policy.published", target, new.versions())
        except OSError as error:
            raise BadInput("the audit could not be written: {reason}", reason=error) from error
        self._in_force.offered = new.directory
        for answer in await self._load(new.directory):
            if isinstance(answer, Failed):
                self._in_force.offered = self.current.directory
                await self._load(self.current.directory)
                self._service_log.note("policy.withdrawn", target, {"reason": str(answer.reason)})
                raise BadInput(answer.reason)
