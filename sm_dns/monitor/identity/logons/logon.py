"""What a server that people log on to says: this person is at this device, or at this address, from then on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from sm_dns.monitor.identity.staff_map import MAX_KEY
from sm_dns.util.errors import BadInput

MAX_EVENTS = 200_000  # of one source
MAX_SESSIONS = 32  # of one device or address; the newest stay
LOGON_SECONDS = 43_200.0  # believed so long after the last sign of it, where nobody says that it ended
AHEAD_SECONDS = 3_600.0  # that a logon may lie ahead: clocks differ by minutes, zones by hours

_MACHINE = "host/"  # how a computer calls itself when it logs on by itself


class Event(NamedTuple):
    """At `at` (POSIX seconds) a person was seen at a device (hardware address) or an address, or left."""

    at: float
    staff: str
    device: str | None
    address: str | None
    is_end: bool


class Events(NamedTuple):
    """What a source says, and how many of its records say nothing: of computers, failures, or unusable."""

    events: tuple[Event, ...]
    left_out: int


class Session(NamedTuple):
    """A person's time at a device or an address, from `since` to before `until` (POSIX seconds)."""

    staff: str
    since: float
    until: float


Place = tuple[str, str]
"""("device" | "address", canonical value)."""

Logons = Mapping[Place, tuple[Session, ...]]
"""By place; of each, in order of `since`."""

NO_LOGONS: Logons = MappingProxyType({})


def gathered(records: Iterable[Event | None]) -> Events:
    """What a source's records come to; None is one that says nothing. Raises `BadInput` beyond `MAX_EVENTS`."""
    events: list[Event] = []
    left_out = 0
    for event in records:
        if event is None:
            left_out += 1
        elif len(events) >= MAX_EVENTS:
            raise BadInput("more than {most} logons", most=MAX_EVENTS)
        else:
            events.append(event)
    return Events(tuple(events), left_out)


def staff_key(user: str) -> str:
    """The staff key of a user name, without domain and realm, in small letters; "" for a computer's, and for none."""
    name = user.strip().rpartition("\\")[2].partition("@")[0].casefold()
    is_person = not user.startswith(_MACHINE) and not name.endswith("$")
    return name if is_person and name.isprintable() and len(name) <= MAX_KEY else ""


def sessions(events: Iterable[Event]) -> Logons:
    """What events come to. Who comes to a place where somebody is takes it over; the same person goes on."""
    found: dict[Place, list[Session]] = {}
    for event in sorted(events, key=lambda one: one.at):
        for place in _places(event):
            _note(found.setdefault(place, []), event)
    return MappingProxyType({place: tuple(ones) for place, ones in found.items() if ones})


def together(parts: Iterable[Logons]) -> Logons:
    """The sessions of several sources."""
    whole: dict[Place, list[Session]] = {}
    for part in parts:
        for place, ones in part.items():
            whole.setdefault(place, []).extend(ones)
    return MappingProxyType(
        {place: tuple(sorted(ones, key=lambda one: one.since)) for place, ones in whole.items()}
    )


def latest(logons: Logons, place: Place, since: float, until: float) -> list[Session]:
    """Who is at a place at some time from `since` to `until`; of those who are there at once, the last who came."""
    there = [one for one in logons.get(place, ()) if one.since <= until and since < one.until]
    before = [one for one in there if one.since <= since]
    return [*before[-1:], *(one for one in there if one.since > since)]


def newest(logons: Logons) -> float:
    """When the last of all sessions began (POSIX seconds); minus infinity for none."""
    return max((ones[-1].since for ones in logons.values()), default=-math.inf)


def _places(event: Event) -> list[Place]:
    pairs = (("device", event.device), ("address", event.address))
    return [(kind, value) for kind, value in pairs if value is not None]


def _note(known: list[Session], event: Event) -> None:
    last = known[-1] if known else None
    is_there = last is not None and event.at < last.until
    if last is not None and is_there and last.staff == event.staff:
        known[-1] = last._replace(until=event.at if event.is_end else event.at + LOGON_SECONDS)
    elif not event.is_end:
        if last is not None and is_there:
            known[-1] = last._replace(until=event.at)
        known.append(Session(event.staff, event.at, event.at + LOGON_SECONDS))
        del known[:-MAX_SESSIONS]
