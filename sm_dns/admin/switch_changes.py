"""Switches turned and ended, as the commands, the dashboard and the interface do it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from sm_dns.admin.exemption_changes import zone_of
from sm_dns.admin.policy_document import services
from sm_dns.admin.service_names import services_called
from sm_dns.admin.surroundings import look_around
from sm_dns.policy.clients.switches import CLOSE, EMERGENCY, OPEN, Switch
from sm_dns.policy.clients.who import Who
from sm_dns.settings.client_networks import whom
from sm_dns.settings.settings import Settings
from sm_dns.state import switches_store
from sm_dns.state.audit import Trail
from sm_dns.state.one_line import one_line
from sm_dns.util import walltime
from sm_dns.util.durations import format_duration, parse_duration
from sm_dns.util.errors import BadInput, about
from sm_dns.util.message import Message, did_you_mean
from sm_dns.util.typed_json import to_json

LONGEST_SECONDS = 8 * 3600  # of a switch whose end names no day
LONGEST_DAYS = 31  # of one whose end does
EMERGENCY_SECONDS = 3600  # of an emergency without an end of its own


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants turned. `what`: a category or a service, "" for a pause.

    `who`: as people write it, none for everybody. The end is a `length` ("10m") or `until`, as `walltime.end` reads
    it; the other is "".
    """

    turn: str
    what: str = ""
    who: tuple[str, ...] = ()
    length: str = ""
    until: str = ""
    reason: str = ""


def turn(settings: Settings, wanted: Wanted, now: float, *, by: str, trail: Trail) -> Switch:
    """Turn a switch at `now` (POSIX seconds). Raises `BadInput`."""
    with about("reason"):
        one_line(wanted.reason)
    if not wanted.reason.strip():
        raise BadInput("a switch has a reason: give --reason TEXT")
    start = math.floor(now)
    with about("what"):
        category, service = _what(settings, wanted)
    with about("who"):
        who = whom(settings, wanted.who, look_around(settings).links)
    expires = _end(wanted, start, zone_of(settings, None))
    switch = Switch("new", wanted.turn, category, service, who, by, wanted.reason, start, expires)
    with trail.turn() as turning:
        file, stored = switches_store.with_one(settings.state_dir, switch)
        turning.change(
            f"switch {wanted.turn}", stored.id, why=stored.reason, detail=to_json(stored), files=[file]
        )
    return stored


def emergency(state_dir: Path, now: float, *, length: str, reason: str, by: str, trail: Trail) -> Switch:
    """Set the whole policy aside for everybody from `now` (POSIX seconds) on. Needs no configuration, and no file of
    switches that can be read: one that cannot is replaced. Raises `BadInput`."""
    with about("reason"):
        one_line(reason)
    if not reason.strip():
        raise BadInput("a switch has a reason: give --reason TEXT")
    start = math.floor(now)
    seconds = _length(length) if length else EMERGENCY_SECONDS
    wanted = Switch("new", EMERGENCY, None, None, (), by, reason, start, start + seconds)
    with trail.turn() as turning:
        file, stored, gone = switches_store.with_one_at_any_price(state_dir, wanted)
        detail = {**to_json(stored), **({"others_gone": gone} if gone else {})}
        turning.change("switch emergency", stored.id, why=reason, detail=detail, files=[file])
    return stored


def resume(state_dir: Path, ids: Sequence[str], now: float, *, why: str, trail: Trail) -> list[Switch]:
    """End switches now, all that are in force where none is named; the ended ones.

    Raises `BadInput` for one that there is not.
    """
    known = switches_store.load(state_dir)
    for wanted in ids:
        if wanted not in {one.id for one in known}:
            raise BadInput("there is no switch {id!r}", id=wanted)
    ended = [one for one in known if (one.id in ids if ids else now < one.expires)]
    for one in ended:
        with trail.turn() as turning:
            file, taken = switches_store.without(state_dir, one.id)
            detail = to_json(replace(taken, expires=min(taken.expires, math.ceil(now))))
            turning.change("switch resumed", taken.id, why=why, detail=detail, files=[file])
    return ended


def _what(settings: Settings, wanted: Wanted) -> tuple[str | None, str | None]:
    """Category and service, of which one is None. A category's name comes before a service's."""
    name = wanted.what.strip().casefold()
    categories = sorted(one.name for one in settings.all_categories)
    if wanted.turn not in (OPEN, CLOSE):
        if name:
            raise BadInput("a pause is of everything: leave it out, or open or close that alone")
        return None, None
    if not name:
        raise BadInput("name a category or a service")
    if name in categories:
        return name, None
    try:
        return None, services_called(services(settings), wanted.what.strip())[0].id
    except BadInput as error:
        known = ", ".join(categories)
        said = Message("{reason} (the categories are: {known})", reason=error.reason, known=known)
        raise BadInput(did_you_mean(said, name, categories)) from error


def _end(wanted: Wanted, now: int, zone: ZoneInfo) -> int:
    if bool(wanted.length) == bool(wanted.until):
        raise BadInput("a switch has one end: a length such as 10m, or --until WHEN")
    if wanted.length:
        with about("length"):
            return now + _length(wanted.length)
    with about("until"):
        return _until(wanted, now, zone)


def _until(wanted: Wanted, now: int, zone: ZoneInfo) -> int:
    expires = walltime.end(wanted.until, zone, now)
    if expires <= now:
        raise BadInput("{until} has passed", until=wanted.until)
    if walltime.names_a_day(wanted.until):
        if expires > now + LONGEST_DAYS * 86_400:
            raise BadInput("a switch is for {days} days at most; an exemption lasts", days=LONGEST_DAYS)
    elif expires > now + LONGEST_SECONDS:
        raise BadInput(
            "{until} is more than {longest} away: name the day, such as {whole}",
            until=wanted.until,
            longest=format_duration(LONGEST_SECONDS),
            whole=walltime.to_local(expires, zone).isoformat(timespec="minutes"),
        )
    return expires


def _length(text: str) -> int:
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise BadInput("{reason}", reason=error) from error
    if seconds > LONGEST_SECONDS:
        raise BadInput(
            "a switch is for {longest} at most; for longer name the day: --until DAY",
            longest=format_duration(LONGEST_SECONDS),
        )
    return seconds


def whom_in_words(who: Sequence[Who]) -> str:
    """Whom it is for, in one line."""
    return ", ".join(who) or "everybody"
