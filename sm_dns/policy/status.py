"""What the policy says at an instant, as status, hints and flips tell it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

from sm_dns.policy import windows
from sm_dns.policy.clients.switches import TURNS
from sm_dns.policy.group_state import Because, GroupState, group_states, not_limited
from sm_dns.policy.snapshot import Snapshot
from sm_dns.util import walltime
from sm_dns.util.finding import Finding, finding
from sm_dns.util.schema_notes import Local, one_of, says

Standing = Literal["permitted", "denied"]


@dataclass(frozen=True, slots=True)
class ScheduleState:
    """A schedule at an instant: open or closed, why, and until when (local ISO time, and seconds)."""

    schedule: str
    state: Standing
    in_force: bool
    reason_code: str
    reason: str
    at: Local
    next_transition: Local | None
    seconds_to_transition: int | None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """What the clients of a group get, until when in local ISO time of its zone, and seconds.

    `for_the_rest`: the group is for private addresses that are in no other, which it is without being written down.
    """

    group: str
    for_the_rest: bool
    schedule: str
    state: Standing
    because: Because
    reason: str
    exemptions: tuple[str, ...]
    until: str | None
    timezone: str
    seconds: int | None


@dataclass(frozen=True, slots=True)
class SwitchTold:
    """A switch in force, as people read it. `expires`: local ISO time of the default group's zone."""

    id: str
    turn: Annotated[str, one_of(*TURNS)]
    category: str | None
    service: str | None
    who: Annotated[tuple[str, ...], says("whom it is for; none: everybody")]
    by: str
    reason: str
    expires: Local
    timezone: str
    seconds_left: int


class _Open(NamedTuple):
    """What decides that a group's clients get more than its schedule says: beside its state, and as a finding.

    Both are made of the group's name and the exemptions.
    """

    reason: Callable[[str, str], str]
    finding: Callable[[str, str], Finding]


_OPEN: dict[Because, _Open] = {
    "off": _Open(
        lambda group, _: "the group is off",
        lambda group, _: finding(
            "note", "group {group!r} is off: nothing is denied to its clients", group=group
        ),
    ),
    "monitor": _Open(
        lambda group, _: "the group is only monitored",
        lambda group, _: finding(
            "note", "group {group!r} is only monitored: nothing is denied to its clients", group=group
        ),
    ),
    "not_in_force": _Open(
        lambda group, _: "its schedule is not in force yet",
        lambda group, _: finding(
            "note",
            "the schedule of group {group!r} is not in force yet: nothing is denied to its clients",
            group=group,
        ),
    ),
    "exemption": _Open(
        lambda group, exemptions: f"by exemption {exemptions}",
        lambda group, exemptions: finding(
            "note",
            "everything scheduled is open to group {group!r} by exemption {exemptions}",
            group=group,
            exemptions=exemptions,
        ),
    ),
    "switch": _Open(
        lambda group, switches: f"by switch {switches}",
        lambda group, switches: finding(
            "note",
            "everything scheduled is open to group {group!r} by switch {switches}",
            group=group,
            switches=switches,
        ),
    ),
}


def schedule_states(snapshot: Snapshot, now: float) -> list[ScheduleState]:
    """The state of each schedule at `now` (POSIX seconds)."""
    return [schedule_state(snapshot, name, now) for name in snapshot.schedules]


def schedule_state(snapshot: Snapshot, name: str, now: float) -> ScheduleState:
    """One schedule's state at `now`."""
    schedule = snapshot.schedules[name]
    state = windows.state_at(schedule, now)
    in_force = schedule.effective_from is None or now >= schedule.effective_from
    return ScheduleState(
        schedule=name,
        state="permitted" if state.permitted else "denied",
        in_force=in_force,
        reason_code=state.reason_code,
        reason=windows.REASONS[state.reason_code],
        at=walltime.iso_local(now, schedule.zone),
        next_transition=None if state.until is None else walltime.iso_local(state.until, schedule.zone),
        seconds_to_transition=None if state.until is None else int(state.until - now),
    )


def next_edges(snapshot: Snapshot, now: float) -> dict[str, int]:
    """The next edge of each schedule that has one, in POSIX seconds."""
    edges = {name: windows.state_at(schedule, now).until for name, schedule in snapshot.schedules.items()}
    return {name: edge for name, edge in edges.items() if edge is not None}


def group_rows(snapshot: Snapshot, now: float) -> list[GroupRow]:
    """What the clients of each group get at `now` (POSIX seconds)."""
    return [_row(snapshot, state, now) for state in group_states(snapshot, now)]


def _row(snapshot: Snapshot, state: GroupState, now: float) -> GroupRow:
    zone = snapshot.schedules[state.schedule].zone
    return GroupRow(
        group=state.group,
        for_the_rest=snapshot.clients.groups[state.group].is_for_the_rest,
        schedule=state.schedule,
        state="permitted" if state.permitted else "denied",
        because=state.because,
        reason=_reason(snapshot, state, now),
        exemptions=state.exemptions,
        until=None if state.until is None else walltime.iso_local(state.until, zone),
        timezone=zone.key,
        seconds=None if state.until is None else int(state.until - now),
    )


def _reason(snapshot: Snapshot, state: GroupState, now: float) -> str:
    if state.because == "schedule":
        return windows.REASONS[windows.state_at(snapshot.schedules[state.schedule], now).reason_code]
    return _OPEN[state.because].reason(state.group, _ids(state))


def _ids(state: GroupState) -> str:
    """What opens or closes the group."""
    return ", ".join(state.exemptions or state.switches)


def switches_told(snapshot: Snapshot, now: float) -> list[SwitchTold]:
    """The switches in force at `now` (POSIX seconds), the one that decides first, first."""
    zone = snapshot.schedules[snapshot.clients.default.schedule].zone
    return [
        SwitchTold(
            id=one.id,
            turn=one.turn,
            category=one.category,
            service=one.service,
            who=one.who,
            by=one.by,
            reason=one.reason,
            expires=walltime.iso_local(one.expires, zone),
            timezone=zone.key,
            seconds_left=int(one.expires - now),
        )
        for one in snapshot.clients.switches
        if one.starts <= now < one.expires
    ]


def group_findings(snapshot: Snapshot, now: float) -> list[Finding]:
    """The groups whose clients get more than their schedule says."""
    return [
        _OPEN[state.because].finding(state.group, _ids(state))
        for state in not_limited(group_states(snapshot, now))
        if state.permitted  # what a switch closes more is no surprise to who reads of the switch
    ]


def headline(snapshot: Snapshot, now: float) -> str:
    """What the clients of every group get, in one line, for the service manager."""
    return "; ".join(f"{one.group} {one.state} until {_until(one)}" for one in group_rows(snapshot, now))


def _until(row: GroupRow) -> str:
    return f"{row.until} {row.timezone}" if row.until else "further notice"
