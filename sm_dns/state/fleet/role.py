"""Whether this server is a node of a fleet, whose policy is its primary's and is changed there alone.

`STATE_DIR/fleet/standing.json` says so, from the moment at which the server has joined. `sm_dns/fleet/` writes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, read_regular
from sm_dns.util.message import Message

FOLDER = "fleet"  # in the state directory
STANDING_FILE = "standing.json"
POLICY_FILE = "policy.yaml"  # the policy part of the configuration, of who is or was a node
MAX_BYTES = 8 << 20  # of either

Role = Literal["primary", "node"]

SHARED = (
    "exemptions.json",
    "switches.json",
    "service-rules.json",
    "access-requests.json",
    "person-requests.json",
    "negative-trust-anchors.json",
    "web/users.json",
)
"""The files of the state directory that are the same on every server of a fleet."""
SHARED_FOLDER = "lists"  # of the state directory: the last good copies of lists by URL
ZONES = (".txt", "local.zone")  # how the site's own files end, in `zones_dir`
CALENDARS = (".cal", ".proposed")  # and in `calendar_dir`


class BelongsToPrimary(BadInput):
    """What is wanted changes the policy of a fleet, and this server is a node: nothing was changed."""

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = state_dir
        super().__init__(
            Message(
                "this server is a node of a fleet, and nothing is changed here alone: do it on the primary or, "
                "where that is lost, promote a node (sm-dns fleet promote)"
            )
        )


def policy_file(state_dir: Path) -> Path:
    """Where the policy part of the configuration lies on who is or was a node."""
    return state_dir / FOLDER / POLICY_FILE


def role_of(state_dir: Path) -> Role | None:
    """What this server is in its fleet; None for a server alone. Raises `BadInput` for a damaged file."""
    path = state_dir / FOLDER / STANDING_FILE
    if not is_there(path):
        return None
    try:
        role = json.loads(read_regular(path, limit=MAX_BYTES))["role"]
    except (ValueError, TypeError, KeyError) as error:
        raise BadInput("is no standing in a fleet: {reason}", file=path, reason=error) from error
    if role not in ("primary", "node"):
        raise BadInput("is no standing in a fleet: {reason}", file=path, reason=role)
    found: Role = role
    return found


def is_node(state_dir: Path) -> bool:
    """Whether this server takes its policy from a primary. One whose standing cannot be read is taken for one."""
    try:
        return role_of(state_dir) == "node"
    except BadInput:
        return True


def is_shared(state_dir: Path, path: Path) -> bool:
    """Whether a file is the same on every server of a fleet."""
    if path.is_relative_to(state_dir):
        within = path.relative_to(state_dir)
        return str(within) in SHARED or within.parts[0] == SHARED_FOLDER
    return path.name.endswith((*ZONES, *CALENDARS))


def refuse_on_node(state_dir: Path, paths: Iterable[Path]) -> None:
    """Raise `BelongsToPrimary` where one of the files is the fleet's and this server is a node of it."""
    if any(is_shared(state_dir, path) for path in paths) and is_node(state_dir):
        raise BelongsToPrimary(state_dir)
