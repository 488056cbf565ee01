"""Names for the LAN's devices, taken from the leases and told to the workers when they change."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from sm_dns.generation.lan import LanPlan
from sm_dns.generation.lease_source import LeaseSource
from sm_dns.lan.lease_readers import reader_of
from sm_dns.lan.records import LanRows, lan_rows
from sm_dns.monitor.identity.leases.lease import Lease
from sm_dns.resolve.local_records import NO_LOCAL_DATA, LocalData
from sm_dns.resolve.own_names import records
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding, finding
from sm_dns.util.message import Message

LOOK_SECONDS = 5.0  # between two looks at the files

log = logging.getLogger(__name__)


class LanNames:
    """Reads leases, and tells who has which name. `tell` takes the records, `now` gives POSIX seconds."""

    def __init__(self, tell: Callable[[LanRows], Awaitable[None]], now: Callable[[], float]) -> None:
        self.looked = asyncio.Event()
        """Set after the first look, however that went."""
        self._tell = tell
        self._now = now
        self._plan: LanPlan | None = None
        self._files: list[_Leases] = []
        self._told: LanRows = []

    def configure(self, plan: LanPlan | None) -> None:
        """Go by another plan from the next look on; None: no names."""
        if plan != self._plan:
            self._plan = plan
            self._files = [_Leases(source) for source in plan.leases] if plan else []

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:  # whatever it is: names of devices are no reason to end the service
                log.exception("the names of the LAN's devices could not be told")
            self.looked.set()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Read what has changed, and tell the workers where that changes a name."""
        rows = await asyncio.to_thread(self._read)
        if rows != self._told:
            await self._tell(rows)
            self._told = rows

    def findings(self) -> list[Finding]:
        """What could not be read at the last look, as `status` shows it."""
        problems = [file.problem for file in self._files]
        return [finding("warning", problem) for problem in problems if problem]

    def _read(self) -> LanRows:
        plan, files, now = self._plan, self._files, self._now()
        if plan is None:
            return []
        leases = [lease for file in files for lease in file.look(now)]
        return lan_rows(leases, plan.domain, now)


def lan_data(plan: LanPlan | None, now: float) -> LocalData:
    """Who has which name at `now` (POSIX seconds), as far as the files can be read."""
    if plan is None:
        return NO_LOCAL_DATA
    leases = [lease for source in plan.leases for lease in _Leases(source).look(now)]
    return LocalData(records(lan_rows(leases, plan.domain, now)))


class _Leases:
    """The leases of one file. What cannot be read keeps what it said before."""

    def __init__(self, source: LeaseSource) -> None:
        self.problem: Message | None = None
        self._file = reader_of(source)
        self._leases: tuple[Lease, ...] = ()

    def look(self, now: float) -> tuple[Lease, ...]:
        try:
            told = self._file.changed(now)
        except (BadInput, OSError) as error:
            self.problem = Message("names of the LAN: {reason}", reason=error)
            return self._leases
        if told is not None:
            self._leases = told.reading.leases
            self.problem = None
        return self._leases
