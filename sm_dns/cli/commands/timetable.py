"""`sm-dns timetable`: the coming edges of a schedule, with the accepted calendars in it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import click

from sm_dns.admin.calendars.accepted_calendars import merged_schedules
from sm_dns.cli import completing
from sm_dns.cli.common import show, with_json, with_settings
from sm_dns.i18n.catalogue import ENGLISH
from sm_dns.i18n.dates import weekday
from sm_dns.policy import windows
from sm_dns.policy.schedule import Schedule
from sm_dns.settings.load import check_schedule
from sm_dns.settings.settings import Settings
from sm_dns.util import walltime
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, did_you_mean


@click.command("timetable")
@click.option(
    "--schedule",
    "name",
    metavar="NAME",
    help="Which schedule [default: the default one]",
    shell_complete=completing.schedules,
)
@click.option(
    "--from",
    "start",
    metavar="WHEN",
    help="From when, local: 10:12, 2026-11-28, 2026-11-28T10:12 [default: now]",
)
@click.option("--days", type=click.IntRange(1, 3660), default=7, show_default=True, help="How many days.")
@with_settings
@with_json
def command(name: str | None, start: str | None, days: int, settings: Settings, as_json: bool) -> None:
    """List when a schedule opens and closes."""
    name = name or settings.default_schedule
    if name not in settings.schedules:
        known = ", ".join(settings.schedules)
        said = Message("there is no schedule {name!r}; there are: {schedules}", name=name, schedules=known)
        raise BadInput(did_you_mean(said, name, settings.schedules))
    schedule = check_schedule(settings, name, merged_schedules(settings)[name])
    found = timetable(name, schedule, _start(start, schedule), days)
    show(as_json, _object(found), _text(found))


def _start(text: str | None, schedule: Schedule) -> int:
    if text is None:
        return int(time.time())
    return walltime.since(text, schedule.zone, time.time())


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge at a local ISO time."""

    at: str
    state: str
    reason_code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Timetable:
    """A schedule between two local ISO times: how it stands at the first, and its edges."""

    schedule: str
    timezone: str
    start: str
    end: str
    state_at_start: str
    reason_code_at_start: str
    reason_at_start: str
    transitions: tuple[Edge, ...]


def timetable(name: str, schedule: Schedule, start: int, days: int) -> Timetable:
    """The state at `start` (POSIX seconds) and every edge in the local days after it; local times have no offset."""
    end = walltime.instant(walltime.to_local(start, schedule.zone) + timedelta(days=days), schedule.zone)
    state = windows.state_at(schedule, start)
    return Timetable(
        schedule=name,
        timezone=schedule.zone.key,
        start=walltime.iso_local(start, schedule.zone),
        end=walltime.iso_local(end, schedule.zone),
        state_at_start="permitted" if state.permitted else "denied",
        reason_code_at_start=state.reason_code,
        reason_at_start=windows.REASONS[state.reason_code],
        transitions=tuple(
            Edge(walltime.iso_local(edge.at, schedule.zone), edge.state, edge.reason_code, edge.reason)
            for edge in windows.transitions(schedule, start, end)
        ),
    )


def _object(found: Timetable) -> Mapping[str, object]:
    """As JSON has it, where two keys are words of Python's."""
    return {{"start": "from", "end": "to"}.get(key, key): value for key, value in asdict(found).items()}


def _text(found: Timetable) -> str:
    rows = [
        f"schedule {found.schedule}, {found.timezone}",
        _row(found.start, found.state_at_start, found.reason_at_start),
    ]
    rows += [_row(edge.at, edge.state, edge.reason) for edge in found.transitions]
    return "\n".join(rows)


def _row(at: str, state: str, reason: str) -> str:
    day = weekday(ENGLISH, datetime.fromisoformat(at).weekday())
    return f"{day:<9} {at.replace('T', ' ')}  {state:<9}  {reason}"
