"""What the policy says at an instant, as status, hints and flips tell it."""

from __future__ import annotations

from typing import Any

from sm_dns.policy import instants, windows
from sm_dns.policy.snapshot import Snapshot


def schedule_states(snapshot: Snapshot, now: float) -> list[dict[str, Any]]:
    """Each schedule: open or closed, why, and until when (local ISO time and seconds)."""
    return [schedule_state(snapshot, name, now) for name in snapshot.schedules]


def schedule_state(snapshot: Snapshot, name: str, now: float) -> dict[str, Any]:
    """One schedule's state at `now`."""
    schedule = snapshot.schedules[name]
    state = windows.state_at(schedule, now)
    in_force = schedule.effective_from is None or now >= schedule.effective_from
    return {
        "schedule": name,
        "state": "permitted" if state.permitted else "denied",
        "in_force": in_force,
        "reason_code": state.reason_code,
        "reason": windows.REASONS[state.reason_code],
        "at": instants.iso_local(now, schedule.zone),
        "next_transition": None if state.until is None else instants.iso_local(state.until, schedule.zone),
        "seconds_to_transition": None if state.until is None else int(state.until - now),
    }


def next_edges(snapshot: Snapshot, now: float) -> dict[str, int]:
    """The next edge of each schedule that has one, in POSIX seconds."""
    edges = {name: windows.state_at(schedule, now).until for name, schedule in snapshot.schedules.items()}
    return {name: edge for name, edge in edges.items() if edge is not None}


def headline(snapshot: Snapshot, now: float) -> str:
    """Every schedule in one line, for the service manager."""
    states = schedule_states(snapshot, now)
    return "; ".join(
        f"{one['schedule']} {one['state']} until {one['next_transition'] or 'further notice'}"
        for one in states
    )
