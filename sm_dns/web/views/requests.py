"""Requests: what staff asked to have opened, and whom somebody asked to name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from sm_dns.admin.request_decisions import RequestTold, told, visible
from sm_dns.state import access_requests
from sm_dns.state import person_requests as person_requests_store
from sm_dns.util.errors import BadInput
from sm_dns.util.schema_notes import Date, Utc, says
from sm_dns.web.auth.roles import ADMINS, DECIDERS, Person, department_of
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Field, Values

MAX_SHOWN = 200

FIELDS = (Field("all", "flag", "those that are decided or have ended too"),)


@dataclass(frozen=True, slots=True)
class Requests:
    """What somebody may see of what staff asked for."""

    may_decide: bool
    approvals: Annotated[int, says("how many persons must approve one")]
    groups: Annotated[tuple[str, ...], says("for which an administrator may open it")]
    requests: Annotated[tuple[RequestTold, ...], says(f"the newest first, {MAX_SHOWN} at most")]


@dataclass(frozen=True, slots=True)
class PersonRequestTold:
    """A request to see the hours of a member of staff."""

    id: str
    staff: str
    first: Date
    last: Date
    requester: str
    reason: str
    expires: Utc
    approver: str


@dataclass(frozen=True, slots=True)
class PersonRequests:
    """What waits for somebody who may approve it; empty for others."""

    may_approve: bool
    requests: tuple[PersonRequestTold, ...]


def requests(backend: Backend, person: Person, values: Values) -> Requests:
    """What staff asked for; a head sees what is of the own department."""
    settings, now = backend.settings(), backend.true_now()
    backend.looks.note(person, "requests", {"all": values["all"]})
    seen = visible(backend.requests(), department_of(person))
    shown = seen if values["all"] else access_requests.waiting(seen, now)
    return Requests(
        may_decide=person.role in DECIDERS,
        approvals=settings.requests.approvals,
        groups=tuple(one.name for one in settings.groups) if person.role in ADMINS else (),
        requests=tuple(told(settings, reversed(shown[-MAX_SHOWN:]), now)),
    )


def person_requests(backend: Backend, person: Person, values: Values) -> PersonRequests:
    """Requests to name a person that wait for an approval, for who may give it."""
    may_approve = person.name in backend.settings().monitoring.approvers and person.session is not None
    if not may_approve:
        return PersonRequests(False, ())
    now = backend.true_now()
    waiting = [
        each
        for each in person_requests_store.load(backend.state_dir)
        if each.approver is None and each.requested <= now < each.expires
    ]
    backend.looks.note(person, "person requests", {})
    return PersonRequests(True, tuple(_told(each) for each in waiting))


def waiting_for(backend: Backend, person: Person) -> int:
    """How many requests of staff wait that somebody may see, for the navigation."""
    try:
        seen = visible(backend.requests(), department_of(person))
    except BadInput:
        return 0  # the page itself says what is wrong
    return len(access_requests.waiting(seen, backend.true_now()))


def _told(each: person_requests_store.PersonRequest) -> PersonRequestTold:
    expires = datetime.fromtimestamp(int(each.expires), UTC).replace(tzinfo=None).isoformat() + "Z"
    return PersonRequestTold(
        each.id,
        each.staff,
        each.first.isoformat(),
        each.last.isoformat(),
        each.requester,
        each.reason,
        expires,
        each.approver or "",
    )
