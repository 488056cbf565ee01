"""The staff map: which device, address or host name is whose, from which day to which.

A CSV file with a header line; columns in any order, others beside them (`staff_table.py` knows how such files look):

    device,address,host,staff,department,valid_from,valid_to
    3c:22:fb:01:02:03,,,a1234,Finance,2026-01-01,
    ,10.1.2.3,,a1234,Finance,,
    ,,pc-017,b2345,Audit,2026-01-01,2026-07-01
    ,,,c3456,Audit,,

`staff` must be there; `device` is a hardware address. A line without device, address and host only says that there is
such a member of staff, in that department (for the host-name rule). Days are local, `valid_to` is exclusive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sm_dns.monitor.identity import staff_table
from sm_dns.policy.clients.devices import hardware, host_label
from sm_dns.util import walltime
from sm_dns.util.clock import utc_iso
from sm_dns.util.errors import BadInput
from sm_dns.util.ip_networks import canonical
from sm_dns.util.message import Message

MAX_BYTES = 16 * 1024 * 1024
MAX_SAME = 64  # lines about one device, address, host or member of staff
MAX_KEY = 64  # characters of a staff key or a department

_ALWAYS = float("-inf")
_EVER = float("inf")

Subject = tuple[str, str]
"""("device" | "address" | "host" | "staff", canonical value)."""


class Assignment(NamedTuple):
    """Something is one member of staff's from `since` to before `until` (POSIX seconds), by a line of the file."""

    staff: str
    department: str
    since: float
    until: float
    line: int


@dataclass(frozen=True, slots=True)
class StaffMap:
    """All lines by what they are about, and the columns that are not looked at. Empty without a file."""

    assignments: Mapping[Subject, tuple[Assignment, ...]]
    left_out: tuple[str, ...]

    def owner(self, kind: str, value: str, at: float) -> Assignment | None:
        """Whose a device, an address or a host is at an instant."""
        return next(
            (one for one in self.assignments.get((kind, value), ()) if one.since <= at < one.until), None
        )

    def department(self, of: Assignment, at: float) -> str:
        """The department of a line's member of staff at an instant: by the line, else by another of theirs."""
        lines = (one for one in self.assignments[("staff", of.staff)] if one.since <= at < one.until)
        return of.department or next((one.department for one in lines if one.department), "")

    def names(self, staff: str) -> bool:
        """Whether any line, of whatever dates, is about a member of staff."""
        return ("staff", staff) in self.assignments

    @property
    def staff_count(self) -> int:
        """How many members of staff the map names."""
        return self.count("staff")

    def count(self, kind: str) -> int:
        """How many devices, addresses, hosts or members of staff it names."""
        return sum(each == kind for each, _ in self.assignments)

    def departments(self) -> list[str]:
        """The departments it names, by name."""
        return sorted({one.department for ones in self.assignments.values() for one in ones} - {""})

    def count_without_department(self) -> int:
        """How many members of staff no line puts into a department."""
        return sum(
            kind == "staff" and not any(one.department for one in ones)
            for (kind, _), ones in self.assignments.items()
        )

    def until(self) -> float:
        """When the last of its lines ends (POSIX seconds), infinity for never."""
        return max((one.until for ones in self.assignments.values() for one in ones), default=_ALWAYS)


NOBODY = StaffMap({}, ())


def parse(text: str, zone: ZoneInfo, departments: Iterable[str] = ()) -> StaffMap:
    """Read a staff map. Raises `BadInput` with the line: for a wrong column, date, address or key, where two lines
    give one thing to two persons, or one person to two departments, at the same time; and where it names nobody.

    A department is spelt as in `departments`, else as where it stands first; capitals and spaces make no other.
    """
    found: dict[Subject, list[Assignment]] = {}
    table = staff_table.read(text)
    spelt = {name.casefold(): name for name in departments}
    for line, row in table.rows:
        assignment = _assignment(row, zone, line, spelt)
        for subject in _subjects(row, assignment.staff, line):
            earlier = found.setdefault(subject, [])
            _check(subject, earlier, assignment)
            earlier.append(assignment)
    if not found:
        raise BadInput("names nobody", line=1)
    return StaffMap({subject: tuple(ones) for subject, ones in found.items()}, table.left_out)


def _assignment(row: Mapping[str, str], zone: ZoneInfo, line: int, spelt: dict[str, str]) -> Assignment:
    staff = row["staff"].casefold()
    department = " ".join(row.get("department", "").split())
    department = spelt.setdefault(department.casefold(), department)
    if staff_table.is_shortened(staff):
        raise BadInput(
            "{text!r} is a number in short, its last digits are lost: format the column as text and save it anew",
            line=line,
            text=row["staff"],
        )
    for name, value in (("staff", staff), ("department", department)):
        if len(value) > MAX_KEY or not value.isprintable():
            raise BadInput(
                "{name} must be at most {most} printable characters", line=line, name=name, most=MAX_KEY
            )
    if not staff:
        raise BadInput("no staff key", line=line)
    since = _midnight(row.get("valid_from", ""), zone, _ALWAYS, line)
    until = _midnight(row.get("valid_to", ""), zone, _EVER, line)
    if since >= until:
        raise BadInput(
            "valid_to, the first day on which it is no longer so, must lie after valid_from", line=line
        )
    return Assignment(staff, department, since, until, line)


def _midnight(text: str, zone: ZoneInfo, otherwise: float, line: int) -> float:
    if not text:
        return otherwise
    day = staff_table.day_of(text, line)
    return float(walltime.of_minute(day, 0, zone))


def _subjects(row: Mapping[str, str], staff: str, line: int) -> Iterator[Subject]:
    """What a line is about: always its member of staff, and at most one of device, address and host."""
    yield "staff", staff
    given = [kind for kind in ("device", "address", "host") if row.get(kind)]
    if len(given) > 1:
        raise BadInput(
            "{given} on one line: give each a line of its own", line=line, given=" and ".join(given)
        )
    for kind in given:
        read = {"device": hardware, "address": canonical, "host": host_label}[kind]
        value = read(row[kind])
        if not value:
            raise BadInput("{text!r} is no {kind}", line=line, text=row[kind], kind=_CALLED[kind])
        yield kind, value


_CALLED = {
    "device": "hardware address such as 3c:22:fb:01:02:03",
    "address": "IP address",
    "host": "host name",
}


def _check(subject: Subject, earlier: list[Assignment], new: Assignment) -> None:
    kind, value = subject
    if len(earlier) >= MAX_SAME:
        raise BadInput("more than {most} lines about {value}", line=new.line, most=MAX_SAME, value=value)
    for old in earlier:
        if old.until <= new.since or new.until <= old.since:
            continue
        if old.staff != new.staff:
            raise BadInput(
                "{value} is {staff}'s at that time by line {at_line}",
                line=new.line,
                value=value,
                staff=old.staff,
                at_line=old.line,
            )
        if (
            kind == "staff"
            and "" not in (old.department, new.department)
            and old.department != new.department
        ):
            raise BadInput(
                "{value} is in department {name!r} at that time by line {at_line}",
                line=new.line,
                value=value,
                name=old.department,
                at_line=old.line,
            )


def over(path: str, until: float) -> Message:
    """That none of its lines holds any more."""
    return Message(
        "staff map: {path}: all of its lines have ended, the last at {at}", path=path, at=utc_iso(until)
    )


def described(known: StaffMap) -> Message:
    """What a map would be taken for, in words."""
    return Message(
        "{staff} staff, {devices} devices, {addresses} addresses, {hosts} host names, {count} departments, "
        "{without} staff in none; columns left out: {left_out}",
        staff=known.staff_count,
        devices=known.count("device"),
        addresses=known.count("address"),
        hosts=known.count("host"),
        count=len(known.departments()),
        without=known.count_without_department(),
        left_out=", ".join(known.left_out) or "-",
    )
