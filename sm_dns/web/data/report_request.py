"""Which report somebody may have: the request that the fields of a form are, by role."""

from __future__ import annotations

from dataclasses import replace

from sm_dns.i18n.catalogue import languages
from sm_dns.monitor.disclosure.periods import Period, parse_period
from sm_dns.report.request import Kind, Request
from sm_dns.state.dashboard_accounts import ADMIN
from sm_dns.util.errors import BadInput
from sm_dns.web.auth.accounts import AUDITOR, HEAD
from sm_dns.web.auth.roles import Person, Refused
from sm_dns.web.data import timeline
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Field, Values

KINDS: dict[str, tuple[Kind, ...]] = {
    ADMIN: ("usage", "department", "compliance", "coverage"),
    AUDITOR: ("usage", "department", "compliance", "coverage"),
    HEAD: ("department",),
}
"""Which reports a role may have made."""

ABOUT = (
    Field("kind", summary="of the report", choices=KINDS[ADMIN], required=True),
    Field(
        "period",
        summary="a day, week, month, quarter or year: 2026-10-05, 2026-W41, 2026-10, 2026-Q4, 2026. For who is not "
        "the administrator one that is over",
        required=True,
    ),
)
LANGUAGE = Field(
    "language", summary="of the report; the first of the dashboard without it", choices=tuple(languages())
)


def requested(backend: Backend, person: Person, values: Values) -> Request:
    """What somebody asks for, which the own budget pays. Raises `BadInput` for what cannot be, `Refused` for what a
    role may not have."""
    kind = values["kind"]
    if kind not in KINDS[person.role]:
        raise Refused(403, "your role may not do that")
    period = parse_period(values["period"])
    _, schedule = backend.schedule()
    is_rounded = person.role != ADMIN
    if is_rounded and not period.is_over(timeline.today(schedule, backend.now())):
        raise BadInput("{period} is not over", period=period.name)
    request = Request(
        kind,
        period.first,
        period.last,
        departments=(person.department,) if person.role == HEAD else (),
        rounded=is_rounded and kind != "coverage",
    )
    backend.budget.spend(person, *_told_by(request, period))
    return request


def _told_by(request: Request, period: Period) -> tuple[Request, ...]:
    """The selections of which a report tells figures: where it counts use, of the period before too."""
    if request.kind == "coverage":
        return (request,)
    return request, replace(request, first=period.before.first, last=period.before.last)
