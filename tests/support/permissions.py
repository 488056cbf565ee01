"""The table of docs/permissions.md, as tests read it."""

from __future__ import annotations

from typing import NamedTuple

from tests.support.processes import REPOSITORY

ROLES = ("admin", "auditor", "head", "logons", "nobody")
USERS = ("root", "group", "others")
NONE = "–"


class Row(NamedTuple):
    """One row. operation, way, command: "" where there is none; cells: by role and by user of the system."""

    what: str
    operation: str
    way: str
    command: str
    cells: dict[str, str]


def table() -> list[Row]:
    """All rows, in their order."""
    text = (REPOSITORY / "docs" / "permissions.md").read_text(encoding="utf-8")
    found = []
    for line in text.splitlines():
        parts = [part.strip() for part in line.strip("|").split("|")]
        if len(parts) == 4 + len(ROLES) + len(USERS) and parts[0] != "what" and set(line) - set("|-"):
            what, operation, way, command = ("" if part == NONE else part.strip("`") for part in parts[:4])
            cells = dict(zip((*ROLES, *USERS), parts[4:], strict=True))
            found.append(Row(what, operation, way, command, cells))
    return found
