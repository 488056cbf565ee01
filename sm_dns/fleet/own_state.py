"""How this server itself is, as it tells the others: asked of the control process like any command."""

from __future__ import annotations

import time
from pathlib import Path

from sm_dns.fleet.members.standing_file import Kept
from sm_dns.fleet.talk.messages import Tell
from sm_dns.ipc import client
from sm_dns.ipc.fleet import MemberState
from sm_dns.ipc.requests import TellStatus
from sm_dns.ipc.status import Status
from sm_dns.state import audit
from sm_dns.state.chain import START
from sm_dns.util.clock import utc_iso
from sm_dns.util.errors import BadInput
from sm_dns.util.message import NOTHING, Message, reason_of

LOOK_SECONDS = 4.0  # within which the control process must say how it is


def look(state_dir: Path, kept: Kept, address: str) -> Tell:
    """How this server is now, and the last record of its audit."""
    status, problem = _status(state_dir)
    standing = kept.standing
    state = MemberState(
        name=kept.name,
        role=kept.role,
        address=address,
        is_reachable=True,
        seen=utc_iso(time.time()),
        epoch=standing.epoch,
        generation=standing.generation,
        is_in_force=status is not None and status.last_error is None,
        is_healthy=status is not None and status.is_healthy,
        problem=problem,
        lag_ms=None if status is None or status.last_flip is None else status.last_flip.lag_ms,
        queries=0 if status is None else status.queries,
    )
    try:
        head = audit.head(state_dir / audit.FILE)
    except (BadInput, OSError):
        head = None
    return Tell(state, head.seq if head else 0, head.hash if head else START)


def _status(state_dir: Path) -> tuple[Status | None, Message]:
    try:
        found = client.ask(state_dir, TellStatus(), timeout=LOOK_SECONDS)
    except (BadInput, OSError) as error:
        return None, reason_of(error)
    if found is None:
        return None, Message("no server is running")
    return found, found.last_error or NOTHING
