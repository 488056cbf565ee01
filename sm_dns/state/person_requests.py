"""Naming a person (PRIV-4): a request with a written reason and an end, which somebody else approves.

`STATE_DIR/person-requests.json`, readable by the service's user and root alone. Requests stay in it when they have
ended: they say who was asked about, by whom and why. Times are POSIX seconds.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sm_dns.state.intent import Replaced
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, read_text
from sm_dns.util.message import Message, did_you_mean
from sm_dns.util.strict_json import Json

FILE = "person-requests.json"
MAX_BYTES = 4 << 20
MAX_REQUESTS = 1000
MAX_REASON = 1000
MIN_REASON = 10
MAX_VALID_SECONDS = 7 * 86_400


@dataclass(frozen=True, slots=True)
class PersonRequest:
    """staff: the key of the staff map. first, last: local dates, both inclusive. approver: None without one."""

    id: str
    staff: str
    first: date
    last: date
    requester: str
    reason: str
    requested: float
    expires: float
    approver: str | None = None
    approved: float | None = None
    approval: str = ""


def load(state_dir: Path) -> list[PersonRequest]:
    """Every request, ended ones too. Raises `BadInput` for a damaged file."""
    path = state_dir / FILE
    if not is_there(path):
        return []
    try:
        return [_from_json(each) for each in json.loads(read_text(path, limit=MAX_BYTES))]
    except (ValueError, TypeError, KeyError) as error:
        raise BadInput("is not a list of requests: {reason}", file=path, reason=error) from error


def find(state_dir: Path, request_id: str) -> PersonRequest:
    """The request of an id. Raises `BadInput`."""
    for each in load(state_dir):
        if each.id == request_id:
            return each
    said = Message("there is no request {id!r}", id=request_id)
    raise BadInput(did_you_mean(said, request_id, [each.id for each in load(state_dir)]))


def draft(
    *, staff: str, first: date, last: date, requester: str, reason: str, now: float, seconds: int
) -> PersonRequest:
    """A request to be. Raises `BadInput` for one that says too little or lasts too long."""
    if not staff.strip() or not staff.isprintable():
        raise BadInput("say whom: the staff key of the staff map")
    if last < first:
        raise BadInput("the range ends ({last}) before it begins ({first})", last=last, first=first)
    if not 0 < seconds <= MAX_VALID_SECONDS:
        raise BadInput("a request lasts {days} days at most", days=MAX_VALID_SECONDS // 86_400)
    return PersonRequest(
        id=secrets.token_hex(4),
        staff=staff.strip().casefold(),
        first=first,
        last=last,
        requester=requester,
        reason=_written(reason),
        requested=now,
        expires=now + seconds,
    )


def approved(
    request: PersonRequest, *, who: str, approvers: Collection[str], reason: str, now: float
) -> PersonRequest:
    """The request with the approval of `who`. Raises `BadInput` where `who` may not, or it is too late."""
    if who == request.requester:
        raise BadInput("whoever makes a request does not approve it")
    if who not in approvers:
        raise BadInput("{who} is not among monitoring.approvers", who=who)
    if request.approver is not None:
        raise BadInput(
            "request {id} is approved already, by {approver}", id=request.id, approver=request.approver
        )
    _unexpired(request, now)
    return replace(request, approver=who, approved=now, approval=_written(reason))


def permitted(request: PersonRequest, *, who: str, approvers: Collection[str], now: float) -> None:
    """Whether `who` may see what the request is about, at `now`. Raises `BadInput` that says why not."""
    if request.approver is None:
        raise BadInput("request {id} is not approved", id=request.id)
    if request.approver == request.requester or request.approver not in approvers:
        raise BadInput(
            "request {id}: {approver} could not approve it", id=request.id, approver=request.approver
        )
    if who != request.requester:
        raise BadInput("request {id} was made by somebody else", id=request.id)
    _unexpired(request, now)


def saved(state_dir: Path, request: PersonRequest) -> Replaced:
    """The file with a request, in the place of the one with its id. Raises `BadInput` when there are too many."""
    others = [each for each in load(state_dir) if each.id != request.id]
    if len(others) >= MAX_REQUESTS:
        raise BadInput(
            "there are {most} requests already: file them and set {path} aside",
            most=MAX_REQUESTS,
            path=FILE,
        )
    items = [to_json(each) for each in (*others, request)]
    return Replaced(state_dir / FILE, json.dumps(items, indent=1).encode() + b"\n", mode=0o600)


def _unexpired(request: PersonRequest, now: float) -> None:
    if not request.requested <= now < request.expires:
        raise BadInput("request {id} has expired", id=request.id)


def _written(reason: str) -> str:
    if not MIN_REASON <= len(reason.strip()) <= MAX_REASON:
        raise BadInput(
            "write a reason of {least} to {most} characters",
            least=MIN_REASON,
            most=MAX_REASON,
        )
    return reason.strip()


def to_json(request: PersonRequest) -> dict[str, Json]:
    """A request as the file has it, and as commands tell it."""
    return {**asdict(request), "first": str(request.first), "last": str(request.last)}


def _from_json(item: Any) -> PersonRequest:
    dates = {key: date.fromisoformat(str(item[key])) for key in ("first", "last")}
    return PersonRequest(**{**item, **dates})
