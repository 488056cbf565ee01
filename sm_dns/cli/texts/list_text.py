"""How a list stands, as a line of text."""

from __future__ import annotations

from sm_dns.cli.terminal import printable
from sm_dns.ipc.status import ListStanding


def list_line(found: ListStanding) -> str:
    """What was read of a list, from where, how old it is, what was left out."""
    text = f"list {found.name}: {found.category}, {found.names} names"
    if found.exceptions:
        text += f", {found.exceptions} exceptions"
    out = {
        "unusable": found.unusable,
        "not for DNS": found.beyond_dns,
        "must stay open": found.stays_open,
    }
    left_out = ", ".join(f"{count} {what}" for what, count in out.items() if count)
    if left_out:
        text += f"; left out: {left_out}"
    when = f"from {found.changed}" if found.changed else "never fetched"
    if found.checked:
        when += f", checked {found.checked}"
    return printable(f"{text}; {when}, {found.source}")
