"""What the clients of a group get, as `status`, `top` and the first screen say it."""

from __future__ import annotations

from typing import Any

from sm_dns.cli.terminal import duration, printable


def group_line(row: dict[str, Any]) -> str:
    """What the clients of a group get, until when, and why, of a row of `policy_state.group_rows`."""
    until = "" if row["until"] is None else f" until {moment(row)} (in {duration(row['seconds'])})"
    return f"social media for {whose(row)}: {row['state'].upper()}{until}, {printable(row['reason'])}"


def whose(row: dict[str, Any]) -> str:
    """A group as people know it: the one called `default` is there though nobody wrote it."""
    who = " (private addresses in no other group)" if row.get("for_the_rest") else ""
    return f"group {row['group']}{who}"


def moment(row: dict[str, Any]) -> str:
    """When that may change, with the zone; a server of an earlier version does not tell it."""
    return f"{row['until']} {row.get('timezone', '')}".rstrip()
