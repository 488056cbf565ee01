"""Address and time to the one who is counted: a pure function over tables that nobody changes.

Where a source leaves doubt about the device, nobody is named: a report that misses a person says so, a report that
names another would be wrong.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from sm_dns.monitor.identity.departments import Departments
from sm_dns.monitor.identity.history import NOTHING, Holding, Holdings, changes, holders, overlaps
from sm_dns.monitor.identity.host_rule import HostRule
from sm_dns.monitor.identity.logons.logon import NO_LOGONS, Logons, Session, latest
from sm_dns.monitor.identity.staff_map import NOBODY, Assignment, StaffMap
from sm_dns.monitor.identity.subject import Subject
from sm_dns.policy.clients import asker
from sm_dns.policy.clients.devices import is_random

Places = Mapping[str, tuple[tuple[str, Holding], ...]]
"""Where each device has been: addresses and their holdings."""


class Seen(NamedTuple):
    """Who has held which address. `leases` name hardware; `identified`, those of DHCPv6, only an identifier, which
    tells less than the kernel's `neighbours`."""

    leases: Holdings = NOTHING
    neighbours: Holdings = NOTHING
    identified: Holdings = NOTHING

    def devices(self, address: str, since: float, until: float) -> set[str]:
        """Every device that may have had an address in that time, by the first source that knows of one."""
        for source in (self.leases, self.neighbours, self.identified):
            found = holders(source, address, since, until)
            if found:
                return found
        return set()

    def places(self) -> Places:
        """The same by device."""
        found: dict[str, list[tuple[str, Holding]]] = {}
        for source in (self.leases, self.neighbours, self.identified):
            for address, holdings in source.items():
                for one in holdings:
                    found.setdefault(one.device, []).append((address, one))
        return {device: tuple(places) for device, places in found.items()}


class Known(NamedTuple):
    """How many devices, how many of them by hardware addresses they made up, and how many staff."""

    devices: int
    random_devices: int
    staff: int


class KnownAs(NamedTuple):
    """What one who asks is known as: `staff` None for nobody's, `department` "" for none.

    It is believed until before an instant (POSIX seconds).
    """

    device: str | None
    hosts: tuple[str, ...]
    staff: str | None
    department: str
    until: float


class Moved(NamedTuple):
    """Addresses and devices of which something else may be known than before."""

    addresses: set[str]
    devices: set[str]


UNKNOWN = KnownAs(None, (), None, "", math.inf)


class _Found(NamedTuple):
    """`held`: the places by which the device is known."""

    device: str | None
    hosts: list[str]
    owner: Assignment | None
    department: str
    held: list[tuple[str, Holding]]


class Resolver:
    """What is known of a network at one time; it never changes."""

    def __init__(
        self,
        seen: Seen,
        staff: StaffMap = NOBODY,
        departments: Departments | None = None,
        rule: HostRule | None = None,
        logons: Logons = NO_LOGONS,
    ) -> None:
        self._seen = seen
        self._places = seen.places()
        self._staff = staff
        self._departments = departments or Departments({})
        self._rule = rule
        self._logons = logons

    def resolve(self, who: str, since: float, until: float) -> Subject:
        """Who asked between two instants (POSIX seconds, within one local day).

        `who` is as `policy.clients.asker` writes it.
        A device that a forwarder told is believed; else it is that which had the address then.

        A device's own line in the staff map comes before that of this address, then of another address the device has
        (so that its IPv6 addresses are the person's whose IPv4 address is listed), then of its host name, then the
        host-name rule. Who logged on there later than a line says is the person. Where two devices may have had the
        address it is the address itself, and where two persons may have been at it, it is nobody's.
        """
        told = asker.read(who)
        found = self._found(told, since, until)
        if found is None:
            return Subject("address", told.address, self._departments.of(told.address))
        if found.owner is not None:
            return Subject("person", found.owner.staff, found.department)
        if found.device is None:
            return Subject("address", told.address, found.department)
        return Subject("device", found.device, found.department)

    def known_as(self, who: str, at: float) -> KnownAs:
        """What one who asks is known as at an instant (POSIX seconds). `who`: as `policy.clients.asker` writes it.

        Nothing where there is doubt about the device.
        """
        found = self._found(asker.read(who), at, at)
        if found is None:
            return UNKNOWN
        return KnownAs(
            found.device,
            tuple(found.hosts),
            None if found.owner is None else found.owner.staff,
            found.department,
            min((one.until for _, one in found.held), default=math.inf),
        )

    def askers(self) -> Iterator[str]:
        """Every address of which something may be known."""
        by_source = (self._seen.leases, self._seen.neighbours, self._seen.identified)
        listed = (value for kind, value in chain(self._staff.assignments, self._logons) if kind == "address")
        return iter(dict.fromkeys(chain(*by_source, listed)))

    def devices(self) -> Iterator[str]:
        """Every device of which something may be known."""
        listed = (value for kind, value in chain(self._staff.assignments, self._logons) if kind == "device")
        return iter(dict.fromkeys(chain(self._places, listed)))

    def moved(self, before: Resolver, then: float, now: float) -> Moved | None:
        """Of whom something else may be known at `now` than `before` told for `then`, by leases and neighbours.

        None where another source has changed too, which may be about anybody.
        """
        others = (self._staff, self._departments, self._rule, self._logons)
        if any(
            one is not other
            for one, other in zip(
                others, (before._staff, before._departments, before._rule, before._logons), strict=True
            )
        ):
            return None
        addresses: set[str] = set()
        devices: set[str] = set()
        for source, earlier in zip(self._seen, before._seen, strict=True):
            for address, old, new in changes(earlier, source, then, now):
                addresses.add(address)
                devices.update(one.device for one in chain(old, new))
        for device in devices:
            places = chain(self._places.get(device, ()), before._places.get(device, ()))
            addresses.update(address for address, _ in places)
        return Moved(addresses, devices)

    def _found(self, told: asker.Asker, since: float, until: float) -> _Found | None:
        """All that is known of one who asks between two instants; None where two devices may have had the address."""
        devices = {told.device} if told.device else self._seen.devices(told.address, since, until)
        if len(devices) > 1:
            return None
        device = next(iter(devices), None)
        held = (
            []
            if device is None
            else [place for place in self._places.get(device, ()) if overlaps(place[1], since, until)]
        )
        hosts = sorted({one.host for _, one in held if one.host})
        # Another address tells of its person only where nobody else may have had it.
        others = {other for other, _ in held if self._seen.devices(other, since, until) == {device}}
        own = [told.address] if told.is_own else []  # a forwarder's is not theirs who are behind it
        addresses = [*own, *sorted(others.difference(own))]
        owner = self._owner(device, addresses, hosts, since, until)
        if owner is not None:
            # Not the network's: a person on two networks would be in two departments.
            department = self._staff.department(owner, since)
        else:
            department = self._department([*addresses, told.address], hosts)
        return _Found(device, hosts, owner, department, [one for one in held if one[0] in own] or held)

    def _owner(
        self, device: str | None, addresses: list[str], hosts: list[str], since: float, until: float
    ) -> Assignment | None:
        """The person: who logged on last, where no line of the map is newer, else by the first source that tells.

        None for nobody, for two, and for one who logged on and is not in the staff map.
        """
        there = self._logged_on(device, addresses, since, until)
        places = [("address", one) for one in addresses] + ([] if device is None else [("device", device)])
        lines = [self._staff.owner(kind, value, since) for kind, value in places]
        if not there or any(line is not None and line.since > there[0].since for line in lines):
            return next(self._owners(device, addresses, hosts, since), None)
        persons = {one.staff for one in there}
        return self._staff.owner("staff", there[0].staff, since) if len(persons) == 1 else None

    def _logged_on(
        self, device: str | None, addresses: list[str], since: float, until: float
    ) -> list[Session]:
        """Who is logged on at a device or its addresses; of an address only if it was nobody else's since."""
        found = [] if device is None else latest(self._logons, ("device", device), since, until)
        own = set() if device is None else {device}
        for address in addresses:
            found += [
                one
                for one in latest(self._logons, ("address", address), since, until)
                if self._seen.devices(address, one.since, until) <= own
            ]
        newest = max((one.since for one in found if one.since <= since), default=since)
        return sorted((one for one in found if one.since >= newest), key=lambda one: one.since)

    def _owners(
        self, device: str | None, addresses: list[str], hosts: list[str], at: float
    ) -> Iterator[Assignment]:
        """The persons by the sources that tell one, the most telling first."""
        staff = self._staff
        asked = [("device", device)] if device is not None else []
        asked += [("address", one) for one in addresses] + [("host", one) for one in hosts]
        if self._rule is not None:
            asked += [("staff", self._rule.staff(host)) for host in hosts]
        found = (staff.owner(kind, value, at) for kind, value in asked)
        return (owner for owner in found if owner is not None)

    def _department(self, addresses: list[str], hosts: list[str]) -> str:
        """Where no person's department is known: by the host name, else by the networks of its addresses."""
        by_host = (self._rule.department(host) for host in hosts) if self._rule is not None else ()
        by_network = map(self._departments.of, addresses)
        return next((found for found in chain(by_host, by_network) if found), "")

    def known(self) -> Known:
        """How many are known."""
        return Known(len(self._places), sum(map(is_random, self._places)), self._staff.staff_count)
