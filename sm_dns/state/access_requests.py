"""Requests of staff to have a closed site opened for their work, in one file that is replaced whole.

`STATE_DIR/access-requests.json`, readable by the service's user and root alone: it holds what people typed of
themselves. So nothing of that is in the audit, which is kept longer, and what has ended is forgotten after a while.
Times are POSIX seconds.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from sm_dns.state.audit import Trail
from sm_dns.state.intent import Replaced
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, read_text
from sm_dns.util.typed_json import from_json

FILE = "access-requests.json"
MAX_BYTES = 16 << 20
MAX_WAITING = 200  # requests that wait for a decision, of everybody
MAX_WAITING_BY_CLIENT = 3
MAX_REQUESTS = 2000  # that are kept; of more the oldest that have ended go first

Decided = Literal["waiting", "approved", "declined"]
State = Literal["waiting", "approved", "declined", "expired", "ended"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What is granted, to whom and until when; the fields of an exemption."""

    group: str | None
    network: str | None
    category: str | None
    service: str | None
    until: int
    who: str | None = None


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """One request. `name` and `purpose` are as they were typed.

    who: what the device at `client` was known as when it asked (`policy.clients.who`), None where nothing was.
    service, category: what closes `site`, "" for no service. deciders: who approved it, one or two accounts, or who
    declined. terms: what was approved, None before that; exemption: its id, "" without one.
    """

    id: str
    client: str
    site: str
    service: str
    category: str
    name: str
    department: str
    purpose: str
    made: int
    until: int
    decision: Decided = "waiting"
    deciders: tuple[str, ...] = ()
    reason: str = ""
    decided: int | None = None
    terms: Terms | None = None
    exemption: str = ""
    who: str | None = None

    @property
    def ends(self) -> int:
        """When it ends, or what was granted."""
        return self.until if self.terms is None else self.terms.until

    def state(self, now: float) -> State:
        """How it stands: one that nobody decided ends by itself, and so does what was granted."""
        if self.decision == "declined" or now < self.ends:
            return self.decision
        return "ended" if self.decision == "approved" else "expired"

    def state_with(self, granted: Collection[str], now: float) -> State:
        """The same by the ids of the exemptions that there are: one that somebody revoked has ended."""
        state = self.state(now)
        return "ended" if state == "approved" and self.exemption not in granted else state

    def over_since(self, now: float) -> int | None:
        """Since when it has ended; None for one that has not."""
        if self.decision == "declined":
            return self.decided
        return self.ends if now >= self.ends else None


def load(state_dir: Path) -> list[AccessRequest]:
    """Every request, the oldest first. Raises `BadInput` for a damaged file."""
    path = state_dir / FILE
    if not is_there(path):
        return []
    try:
        items: Any = json.loads(read_text(path, limit=MAX_BYTES))
        if not isinstance(items, list):
            raise BadInput("is not a list of requests")
        return [from_json(AccessRequest, item) for item in items]
    except BadInput as error:
        raise BadInput(error.reason, file=path) from error
    except ValueError as error:
        raise BadInput("is not a list of requests: {reason}", file=path, reason=error) from error


def find(requests: Iterable[AccessRequest], request_id: str) -> AccessRequest:
    """The request of an id. Raises `BadInput`."""
    for each in requests:
        if each.id == request_id:
            return each
    raise BadInput("there is no request {id!r}", id=request_id)


def waiting(requests: Iterable[AccessRequest], now: float) -> list[AccessRequest]:
    """Those that wait for a decision at `now`."""
    return [each for each in requests if each.state(now) == "waiting"]


def add(state_dir: Path, wanted: AccessRequest, trail: Trail) -> AccessRequest:
    """Keep a request that somebody made at `wanted.made`, under an id of its own (the one it has is ignored).

    Where that client waits for the same site already, that request is the answer. Raises `BadInput` where too many
    wait, and `OSError`.
    """
    with trail.turn() as turn:
        known = load(state_dir)
        open_ = waiting(known, wanted.made)
        own = [each for each in open_ if each.client == wanted.client]
        for each in own:
            if each.site == wanted.site:
                return each
        if len(own) >= MAX_WAITING_BY_CLIENT or len(open_) >= MAX_WAITING:
            raise BadInput("too many requests wait for a decision")
        made = replace(wanted, id=secrets.token_hex(4))
        file = written(state_dir, [*_most(known, wanted.made), made])
        turn.change("access request", made.id, why="", detail=without_person(made), files=[file])
    return made


def saved(state_dir: Path, known: Iterable[AccessRequest], changed: AccessRequest) -> Replaced:
    """The file with one request as it is now."""
    return written(state_dir, [changed if each.id == changed.id else each for each in known])


def forget(state_dir: Path, before: float, now: float, trail: Trail) -> int:
    """Forget what had ended before an instant: how many that were. Raises `BadInput` and `OSError`."""
    if not _forgettable(load(state_dir), before, now):
        return 0
    with trail.turn() as turn:
        known = load(state_dir)
        gone = _forgettable(known, before, now)
        files = [written(state_dir, [each for each in known if each.id not in gone])]
        turn.change("access requests forgotten", str(len(gone)), why="", detail={}, files=files)
    return len(gone)


def written(state_dir: Path, requests: Iterable[AccessRequest]) -> Replaced:
    """The file with these requests."""
    text = json.dumps([asdict(each) for each in requests], indent=1, ensure_ascii=False)
    return Replaced(state_dir / FILE, text.encode() + b"\n", mode=0o600)


def without_person(request: AccessRequest) -> dict[str, Any]:
    """What the audit tells of a request: not who, nor what for."""
    return {
        "client": request.client,
        "site": request.site,
        "department": request.department,
        "until": request.until,
    }


def _forgettable(known: Iterable[AccessRequest], before: float, now: float) -> set[str]:
    over = ((each.id, each.over_since(now)) for each in known)
    return {request_id for request_id, since in over if since is not None and since < before}


def _most(known: list[AccessRequest], now: float) -> list[AccessRequest]:
    """Those that leave room for one more."""
    spare = len(known) + 1 - MAX_REQUESTS
    over = [each for each in known if each.over_since(now) is not None]
    gone = {each.id for each in over[: max(0, spare)]}
    return [each for each in known if each.id not in gone]
