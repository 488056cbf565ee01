"""What the clients of a group get, as `status`, `top` and the first screen say it."""

from __future__ import annotations

from sm_dns.cli.terminal import duration, printable
from sm_dns.policy.status import GroupRow


def group_line(row: GroupRow) -> str:
    """What the clients of a group get, until when, and why."""
    until = "" if row.seconds is None else f" until {moment(row)} (in {duration(row.seconds)})"
    return f"social media for {whose(row)}: {row.state.upper()}{until}, {printable(row.reason)}"


def whose(row: GroupRow) -> str:
    """A group as people know it: the one called `default` is there though nobody wrote it."""
    who = " (private addresses in no other group)" if row.for_the_rest else ""
    return f"group {row.group}{who}"


def moment(row: GroupRow) -> str:
    """When that may change, with the zone."""
    return f"{row.until} {row.timezone}"
