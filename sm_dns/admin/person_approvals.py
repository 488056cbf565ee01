"""The approval that a person may be named (PRIV-4), as the command and the dashboard give it."""

from __future__ import annotations

from collections.abc import Mapping

from sm_dns.settings.settings import Settings
from sm_dns.state import person_requests
from sm_dns.state.audit import Trail
from sm_dns.state.person_requests import PersonRequest
from sm_dns.util.strict_json import Json

APPROVE = "report person approve"


def approve(
    settings: Settings,
    request_id: str,
    *,
    who: str,
    reason: str,
    now: float,
    trail: Trail,
    detail: Mapping[str, Json],
) -> PersonRequest:
    """Approve a request of somebody else. detail: what the record says of how that is known.

    Raises `BadInput` where `who` may not, and `OSError`.
    """
    with trail.turn() as turn:
        made = person_requests.approved(
            person_requests.find(settings.state_dir, request_id),
            who=who,
            approvers=settings.monitoring.approvers,
            reason=reason,
            now=now,
        )
        files = [person_requests.saved(settings.state_dir, made)]
        noted = {**without_person(made), **detail}
        turn.change(APPROVE, made.id, why=reason, detail=noted, files=files)
    return made


def without_person(request: PersonRequest) -> dict[str, Json]:
    """The audit names the request, not the person: it is kept longer and read by more."""
    return {"from": str(request.first), "to": str(request.last), "expires": request.expires}
