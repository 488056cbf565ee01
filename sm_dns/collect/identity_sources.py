"""The files and the table by which addresses become persons: looked at again and again, read when they change.

A source that cannot be read keeps what it said last, and `problems` tells: leases run out by themselves, and a broken
staff map leaves the last good one in force.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

from sm_dns.generation.monitoring import MonitoringPlan
from sm_dns.lan import netlink
from sm_dns.lan.lease_file import LeaseFile
from sm_dns.monitor.identity import host_rule, neighbours, staff_map
from sm_dns.monitor.identity.departments import Departments
from sm_dns.monitor.identity.history import NOTHING, Holding, Holdings, Look, joined
from sm_dns.monitor.identity.lease import Lease, Reading
from sm_dns.monitor.identity.resolver import Resolver, Seen
from sm_dns.monitor.identity.staff_map import NOBODY, StaffMap
from sm_dns.util.errors import BadInput
from sm_dns.util.files import read_text
from sm_dns.util.fingerprint import Fingerprint, fingerprint
from sm_dns.util.message import Message, system_reason

NEIGHBOUR_SECONDS = 60.0  # an entry is believed so long after it was seen


class IdentitySources:
    """All sources of one plan. For one thread at a time."""

    def __init__(self, plan: MonitoringPlan) -> None:
        self._plan = plan
        self._leases = {path: _Leases(Path(path)) for path in plan.leases}
        self._neighbours = _Neighbours()
        self._staff = _StaffFile()

    def configure(self, plan: MonitoringPlan) -> None:
        """Go on by another plan; what is remembered of the files that stay, stays."""
        self._plan = plan
        self._leases = {path: self._leases.get(path) or _Leases(Path(path)) for path in plan.leases}

    def look(self, now: float) -> Resolver:
        """Read what has changed; who has which address, to all that is known at `now` (POSIX seconds, true time)."""
        plan = self._plan
        for file in self._leases.values():
            file.look(now)
        if plan.neighbours:
            self._neighbours.look(now)
        self._staff.look(plan.staff_map, plan.zone)
        files = list(self._leases.values())
        return Resolver(
            Seen(
                _together(file.leases for file in files),
                self._neighbours.known if plan.neighbours else NOTHING,
                _together(file.identified for file in files),
            ),
            self._staff.known,
            Departments(plan.departments),
            None if plan.host_rule is None else host_rule.parse(plan.host_rule),
        )

    def problems(self) -> list[Message]:
        """What could not be read at the last look, in words."""
        found = [file.problem for file in self._leases.values()]
        found += [self._neighbours.problem if self._plan.neighbours else None, self._staff.problem]
        return [problem for problem in found if problem]


class _Leases:
    """The leases of one file: as it was read last, and what it said before."""

    def __init__(self, path: Path) -> None:
        self.leases: Holdings = NOTHING
        self.identified: Holdings = NOTHING
        self.problem: Message | None = None
        self._file = LeaseFile(path)
        self._before = -math.inf

    def look(self, now: float) -> None:
        self._read(now)
        self._before = now

    def _read(self, now: float) -> None:
        path = self._file.path
        try:
            reading = self._file.changed()
            if reading is None:
                return
            written = path.stat().st_mtime
        except BadInput as error:
            self.problem = Message(
                "leases: {reason}", reason=BadInput(error.reason, file=path, line=error.line)
            )
            return
        except OSError as error:
            self._file.forget()
            self.problem = Message("leases: {path}: {reason}", path=path, reason=system_reason(error))
            return
        look = Look(self._before, min(max(written, self._before), now))
        self.leases = joined(self.leases, _sure(reading.leases), look)
        self.identified = joined(self.identified, _identified(reading.leases), look)
        self.problem = _mostly_unusable(path, reading)
        if self.problem:
            self._file.forget()


class _Neighbours:
    """The kernel's table."""

    def __init__(self) -> None:
        self.known: Holdings = NOTHING
        self.problem: Message | None = None
        self._before = -math.inf

    def look(self, now: float) -> None:
        try:
            reading = neighbours.read(netlink.neighbour_table(), now + NEIGHBOUR_SECONDS)
        except OSError as error:
            self.problem = Message(
                "neighbours: the kernel gave no table: {reason}", reason=system_reason(error)
            )
            return
        self.problem = None
        self.known = joined(self.known, reading.leases, Look(self._before, now))
        self._before = now


class _StaffFile:
    """The staff map: the last good one."""

    def __init__(self) -> None:
        self.known: StaffMap = NOBODY
        self.problem: Message | None = None
        self._read: tuple[str | None, str, Fingerprint] | None = None

    def look(self, path: str | None, zone: str) -> None:
        read = (path, zone, fingerprint([] if path is None else [Path(path)]))
        if read == self._read and not self.problem:
            return
        self._read = read
        self.problem = None
        if path is None:
            self.known = NOBODY
            return
        try:
            self.known = staff_map.parse(read_text(Path(path), limit=staff_map.MAX_BYTES), ZoneInfo(zone))
        except BadInput as error:
            kept = (
                Message("the last good one stays in use")
                if self.known is not NOBODY
                else Message("nobody is known by it")
            )
            self.problem = Message(
                "staff map: {reason}; {kept}",
                reason=BadInput(error.reason, file=path, line=error.line),
                kept=kept,
            )


def _sure(leases: Iterable[Lease]) -> list[Lease]:
    return [lease for lease in leases if not lease.by_identifier]


def _identified(leases: Iterable[Lease]) -> list[Lease]:
    return [lease for lease in leases if lease.by_identifier]


def _mostly_unusable(path: Path, reading: Reading) -> Message | None:
    if reading.skipped <= len(reading.leases):
        return None
    return Message(
        "leases: {path}: {skipped} of its lines or blocks are no leases: is it a lease file?",
        path=path,
        skipped=reading.skipped,
    )


def _together(parts: Iterable[Holdings]) -> Holdings:
    whole: dict[str, tuple[Holding, ...]] = {}
    for part in parts:
        for address, holdings in part.items():
            whole[address] = whole.get(address, ()) + holdings
    return whole
