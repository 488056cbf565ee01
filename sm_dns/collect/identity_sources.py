"""The files and the table by which addresses become persons: looked at again and again, read when they change.

A source that cannot be read keeps what it said last, and `problems` tells: leases run out by themselves, and a broken
staff map leaves the last good one in force.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sm_dns.collect.lease_state import described, trouble_of
from sm_dns.collect.logon_file import LogonFile
from sm_dns.collect.trouble import Trouble
from sm_dns.generation.lease_source import LeaseSource
from sm_dns.generation.monitoring import LogonSource, MonitoringPlan
from sm_dns.lan import netlink
from sm_dns.lan.lease_readers import reader_of
from sm_dns.lan.told import Told
from sm_dns.monitor.identity import host_rule, neighbours, staff_map
from sm_dns.monitor.identity.departments import Departments
from sm_dns.monitor.identity.history import NOTHING, Holdings, Look, joined, united
from sm_dns.monitor.identity.host_rule import HostRule
from sm_dns.monitor.identity.leases.lease import Lease
from sm_dns.monitor.identity.logons.logon import NO_LOGONS, Logons, together
from sm_dns.monitor.identity.office_text import text_of
from sm_dns.monitor.identity.resolver import Resolver, Seen
from sm_dns.monitor.identity.staff_map import NOBODY, StaffMap
from sm_dns.policy.clients import who
from sm_dns.policy.clients.who import Who
from sm_dns.util.errors import BadInput
from sm_dns.util.files import read_regular
from sm_dns.util.fingerprint import Fingerprint, fingerprint
from sm_dns.util.message import Message, system_reason

NEIGHBOUR_SECONDS = 60.0  # an entry is believed so long after it was seen
SAME_SECONDS = 20.0  # a table that says the same is taken anew only so long after


class _People(NamedTuple):
    """What tells of persons and departments, apart from who has which address."""

    staff: StaffMap
    departments: Departments
    rule: HostRule | None
    logons: Logons


class IdentitySources:
    """All sources of one plan. Threads take turns in looking."""

    def __init__(self, plan: MonitoringPlan) -> None:
        self._turn = threading.Lock()
        self._made_of: list[object] = []
        self._people_made_of: list[object] = []
        self._people = _People(NOBODY, Departments({}), None, NO_LOGONS)
        self._resolver = Resolver(Seen(), *self._people)
        self._plan = plan
        self._leases = {source: _Leases(source) for source in plan.leases}
        self._logons = _logon_files(plan, {})
        self._neighbours = _Neighbours()
        self._staff = _StaffFile()

    def configure(self, plan: MonitoringPlan) -> None:
        """Go on by another plan; what is remembered of the files that stay, stays."""
        with self._turn:
            self._plan = plan
            self._leases = {source: self._leases.get(source) or _Leases(source) for source in plan.leases}
            self._logons = _logon_files(plan, self._logons)

    def look(self, now: float) -> Resolver:
        """Read what has changed; who has which address, to all that is known at `now` (POSIX seconds, true time). The
        same object where nothing has changed."""
        with self._turn:
            self._read(now)
            people: list[object] = [
                self._plan,
                self._staff.known,
                *(file.known for file in self._logons.values()),
            ]
            if not _are_same(people, self._people_made_of):
                self._people_made_of, self._people = people, self._people_now()
            seen: list[object] = [self._neighbours.known, self._people]
            for source in self._leases.values():
                seen += [source.leases, source.identified]
            if not _are_same(seen, self._made_of):
                self._made_of, self._resolver = seen, self._resolver_now()
            return self._resolver

    def _read(self, now: float) -> None:
        plan = self._plan
        for source in self._leases.values():
            source.look(now)
        for file in self._logons.values():
            file.look(now)
        if plan.neighbours:
            self._neighbours.look(now)
        self._staff.look(plan, now)

    def _people_now(self) -> _People:
        plan = self._plan
        return _People(
            self._staff.known,
            Departments(plan.departments),
            None if plan.host_rule is None else host_rule.parse(plan.host_rule, self._staff.departments),
            together(file.known for file in self._logons.values()),
        )

    def _resolver_now(self) -> Resolver:
        files = list(self._leases.values())
        seen = Seen(
            united(file.leases for file in files),
            self._neighbours.known if self._plan.neighbours else NOTHING,
            united(file.identified for file in files),
        )
        return Resolver(seen, *self._people)

    def may_be(self, text: Who) -> bool:
        """Whether anybody may be known as this: a device or a host may always come, and a host rule makes persons."""
        plan, value = self._plan, who.value_of(text)
        if plan.host_rule is not None or who.kind_of(text) in (who.DEVICE, who.HOST):
            return True
        staff = self._staff.known
        if who.kind_of(text) == who.STAFF:
            return staff.names(value)
        return text in {who.department(name) for name in (*staff.departments(), *plan.departments)}

    def problems(self) -> list[Message]:
        """What could not be read at the last look, or gave too little, in words."""
        found = [trouble.text for trouble in self._troubles()]
        unread = self._neighbours.problem if self._plan.neighbours else None
        return found if unread is None else [*found, unread]

    def troubles(self) -> str:
        """The same for the store: a line each of what is wrong and where, "" for nothing."""
        return "\n".join(f"{trouble.what} {trouble.path}" for trouble in self._troubles())

    def _troubles(self) -> list[Trouble]:
        found = [source.trouble for source in self._leases.values()]
        known = self._staff.known
        found += [file.trouble or file.strangers(known) for file in self._logons.values()]
        found.append(self._staff.trouble)
        return [trouble for trouble in found if trouble is not None]

    def described(self, now: float) -> list[Message]:
        """What each source of leases and of logons, and the staff map, gave, in words."""
        found = [source.described(now) for source in self._leases.values()]
        found += [file.described(self._staff.known) for file in self._logons.values()]
        found.append(self._staff.described())
        return [said for said in found if said is not None]


def _are_same(ones: Sequence[object], others: Sequence[object]) -> bool:
    """Whether these are the very objects."""
    return len(ones) == len(others) and all(one is other for one, other in zip(ones, others, strict=True))


def _logon_files(
    plan: MonitoringPlan, earlier: dict[tuple[LogonSource, str], LogonFile]
) -> dict[tuple[LogonSource, str], LogonFile]:
    """Those of a plan; what is known of the ones that stay, stays."""
    wanted = [(source, plan.zone) for source in plan.logons]
    return {key: earlier.get(key) or LogonFile(*key) for key in wanted}


class _Leases:
    """The leases of one source: as it was read last, and what it said before."""

    def __init__(self, source: LeaseSource) -> None:
        self.leases: Holdings = NOTHING
        self.identified: Holdings = NOTHING
        self.trouble: Trouble | None = None
        self._path = source.path
        self._file = reader_of(source)
        self._told: Told | None = None
        self._before = -math.inf

    def look(self, now: float) -> None:
        self.trouble = self._read(now)
        self._before = now

    def described(self, now: float) -> Message | None:
        """What it gave last, None for nothing ever."""
        return None if self._told is None else described(self._path, self._told, now)

    def _read(self, now: float) -> Trouble | None:
        try:
            told = self._file.changed(now)
        except BadInput as error:
            where = BadInput(error.reason, file=self._path, line=error.line)
            return Trouble("leases-unreadable", self._path, Message("leases: {reason}", reason=where))
        except OSError as error:
            said = Message("leases: {path}: {reason}", path=self._path, reason=system_reason(error))
            return Trouble("leases-unreadable", self._path, said)
        if told is not None:
            self._take(told, now)
        return None if self._told is None else trouble_of(self._path, self._told, now)

    def _take(self, told: Told, now: float) -> None:
        self._told = told
        look = Look(self._before, min(max(told.written, self._before), now))
        self.leases = joined(self.leases, _sure(told.reading.leases), look)
        self.identified = joined(self.identified, _identified(told.reading.leases), look)


class _Neighbours:
    """The kernel's table."""

    def __init__(self) -> None:
        self.known: Holdings = NOTHING
        self.problem: Message | None = None
        self._before = self._taken = -math.inf
        self._told: dict[str, str] = {}

    def look(self, now: float) -> None:
        try:
            reading = neighbours.read(netlink.neighbour_table(), now + NEIGHBOUR_SECONDS)
        except OSError as error:
            self.problem = Message(
                "neighbours: the kernel gave no table: {reason}", reason=system_reason(error)
            )
            return
        self.problem = None
        told = {lease.address: lease.device for lease in reading.leases}
        if told != self._told or now - self._taken >= SAME_SECONDS:
            self.known = joined(self.known, reading.leases, Look(self._before, now))
            self._told, self._taken = told, now
        self._before = now


class _StaffFile:
    """The staff map: the last good one."""

    def __init__(self) -> None:
        self.known: StaffMap = NOBODY
        self.trouble: Trouble | None = None
        self._failure: Trouble | None = None
        self.departments: tuple[str, ...] = ()
        self._until = math.inf
        self._is_of_persons_alone = False
        self._read: tuple[MonitoringPlan, Fingerprint] | None = None

    def described(self) -> Message | None:
        """What the map in use holds, None for none."""
        if self.known is NOBODY:
            return None
        return Message("staff map: {what}", what=staff_map.described(self.known))

    def look(self, plan: MonitoringPlan, now: float) -> None:
        path = plan.staff_map
        read = (plan, fingerprint([] if path is None else [Path(path)]))
        if read != self._read or self._failure is not None:
            self._read = read
            self._failure = self._take(path, plan)
            self.departments = (*plan.departments, *self.known.departments())
        self.trouble = self._failure or (None if path is None else self._lack(path, plan, now))

    def _lack(self, path: str, plan: MonitoringPlan, now: float) -> Trouble | None:
        """Why nobody is known by a map that was read."""
        if self._until <= now:
            return Trouble("staff-map", path, staff_map.over(path, self._until))
        if self._is_of_persons_alone and not plan.logons and plan.host_rule is None:
            said = Message(
                "staff map: {path}: names no device, address or host, "
                "and neither logons nor host_rule tell where its staff are",
                path=path,
            )
            return Trouble("staff-map", path, said)
        return None

    def _take(self, path: str | None, plan: MonitoringPlan) -> Trouble | None:
        """Read it; why that cannot be."""
        if path is None:
            self.known = NOBODY
            return None
        try:
            text = text_of(read_regular(Path(path), limit=staff_map.MAX_BYTES))
            self.known = staff_map.parse(text, ZoneInfo(plan.zone), plan.departments)
            self._until = self.known.until()
            self._is_of_persons_alone = self.known.staff_count == len(self.known.assignments)
        except BadInput as error:
            kept = (
                Message("the last good one stays in use")
                if self.known is not NOBODY
                else Message("nobody is known by it")
            )
            where = BadInput(error.reason, file=path, line=error.line)
            said = Message("staff map: {reason}; {kept}", reason=where, kept=kept)
            return Trouble("staff-map", path, said)
        return None


def _sure(leases: Iterable[Lease]) -> list[Lease]:
    return [lease for lease in leases if not lease.by_identifier]


def _identified(leases: Iterable[Lease]) -> list[Lease]:
    return [lease for lease in leases if lease.by_identifier]
