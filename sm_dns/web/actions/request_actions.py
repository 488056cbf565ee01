"""Decisions over requests: of staff for a closed site, and to name a person. Each is audited."""

from __future__ import annotations

from dataclasses import dataclass

from sm_dns.admin import person_approvals, request_decisions
from sm_dns.admin.request_decisions import Choice, Decider, RequestTold, described
from sm_dns.util.errors import BadInput
from sm_dns.web.actions.policy_actions import WHY
from sm_dns.web.auth.roles import Person, Refused, department_of
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Field, Values

_ID = Field("id", summary="of the request", required=True)

APPROVE_FIELDS = (
    _ID,
    Field("until", summary="an earlier end: 18:00, a date (that day too) or a local date-time"),
    Field("service", summary="open the service of the site; that is so without it"),
    Field("category", summary="open the whole category instead"),
    Field(
        "group",
        summary="for all clients of a group, by an administrator; without it for the address that asked",
    ),
    WHY,
)
DECLINE_FIELDS = (_ID, WHY)


@dataclass(frozen=True, slots=True)
class ApprovedPersonRequest:
    """The approved request, and who may see what it is about."""

    id: str
    requester: str
    approver: str


def approve(backend: Backend, person: Person, values: Values) -> RequestTold:
    """Open what was asked for; where it takes two persons, say so as one of them."""
    settings, now = backend.settings(), backend.true_now()
    if settings.requests.approvals > 1:
        _check_account(backend, person)
    choice = Choice(values["until"], values["category"], values["service"], values["group"])
    made = request_decisions.approve(
        settings,
        values["id"],
        choice,
        who=_decider(person),
        reason=values["why"],
        now=now,
        trail=backend.trail(person),
    )
    if made.exemption:
        backend.reload()
    return described(settings, made, now)


def decline(backend: Backend, person: Person, values: Values) -> RequestTold:
    """Decline what was asked for."""
    settings, now = backend.settings(), backend.true_now()
    made = request_decisions.decline(
        settings,
        values["id"],
        who=_decider(person),
        reason=values["why"],
        now=now,
        trail=backend.trail(person),
    )
    return described(settings, made, now)


def approve_person(backend: Backend, person: Person, values: Values) -> ApprovedPersonRequest:
    """Approve that a person is named, as another than who asked."""
    settings = backend.settings()
    if person.name not in settings.monitoring.approvers:
        raise Refused(403, "your role may not do that")
    _check_account(backend, person)
    made = person_approvals.approve(
        settings,
        values["id"],
        who=person.name,
        reason=values["why"],
        now=backend.true_now(),
        trail=backend.trail(person),
        detail={"kept_by": "accounts of the dashboard"},
    )
    return ApprovedPersonRequest(made.id, made.requester, made.approver or "")


def _decider(person: Person) -> Decider:
    return Decider(person.name, department_of(person))


def _check_account(backend: Backend, person: Person) -> None:
    """That it is a person whom password and code tell from another. Raises `Refused` and `BadInput`."""
    if person.session is None:
        raise Refused(403, "it takes two persons, and a token is none: log in")
    user = backend.accounts.book().user(person.name)
    if user is None or not user.totp:
        raise BadInput(
            "it takes two persons, whom a code tells apart: turn on the code at login, on your own page"
        )
