"""The report centre: what can be made, what was made, and what the clock makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from sm_dns.ipc.status import FailedReport
from sm_dns.report.request import Form
from sm_dns.reporting.archive.archive import Archive
from sm_dns.reporting.archive.archived_report import ArchivedReport
from sm_dns.settings.blocks.reports import ReportSettings
from sm_dns.state import report_months
from sm_dns.state.dashboard_accounts import ADMIN
from sm_dns.util.clock import utc_iso
from sm_dns.util.errors import BadInput
from sm_dns.util.schema_notes import Date, Utc, one_of, says
from sm_dns.web.auth.accounts import HEAD
from sm_dns.web.auth.roles import READERS, Person
from sm_dns.web.data import timeline
from sm_dns.web.data.backend import Backend
from sm_dns.web.data.report_request import KINDS
from sm_dns.web.data.sending import Sending
from sm_dns.web.interface.request_fields import Field, Values
from sm_dns.web.views.usage_selection import offered

PAGE_LINES = 50
FIELDS = (Field("page", "number", f"of {PAGE_LINES} reports: 0 are the newest, 1 those before them"),)


@dataclass(frozen=True, slots=True)
class ReportTold:
    """One archived report."""

    number: str
    at: Utc
    by: str
    kind: Annotated[str, one_of("usage", "department", "compliance", "coverage")]
    first: Date
    last: Date
    form: Annotated[str, one_of("text", "json", "csv", "html", "pdf")]
    language: str
    department: Annotated[str, says("the only one that it is of; else empty")]
    rounded: Annotated[bool, says("whether its numbers of persons are rounded")]
    sha256: str
    size: Annotated[int, says("octets")]


@dataclass(frozen=True, slots=True)
class ScheduledReport:
    """A report that the clock makes each month."""

    name: str
    kind: Annotated[str, one_of("usage", "department", "compliance", "coverage")]
    to: str
    last_month: Annotated[str, says("the last it was made for, such as 2026-10; empty for none")]
    next: Annotated[Utc | None, says("when it is made next; null before the service has planned it")]
    failure: Annotated[
        FailedReport | None, says("when it could not be made last, and why; null where it was made")
    ]


@dataclass(frozen=True, slots=True)
class Reports:
    """What somebody may have made and may see."""

    kinds: tuple[str, ...]
    periods: Annotated[tuple[str, ...], says("periods that are over, to choose from")]
    reports: Annotated[tuple[ReportTold, ...], says("the newest first")]
    count: int
    page: int
    pages: int
    scheduled: Annotated[tuple[ScheduledReport, ...], says("empty for a head")]
    sending: Annotated[Sending | None, says("sheets that are or were sent to heads; null for a head")]


def reports(backend: Backend, person: Person, values: Values) -> Reports:
    """What can be made, a page of what was made, and what the clock makes."""
    own = [each for each in reversed(Archive(backend.state_dir).reports()) if may_see(person, each)]
    pages = max(1, -(-len(own) // PAGE_LINES))
    page = min(values["page"] or 0, pages - 1)
    _, schedule = backend.schedule()
    return Reports(
        kinds=KINDS[person.role],
        periods=offered(timeline.today(schedule, backend.now())),
        reports=tuple(told(each) for each in own[page * PAGE_LINES : (page + 1) * PAGE_LINES]),
        count=len(own),
        page=page,
        pages=pages,
        scheduled=tuple(_scheduled(backend)) if person.role in READERS else (),
        sending=backend.sheets.last if person.role in READERS else None,
    )


def may_see(person: Person, report: ArchivedReport) -> bool:
    """Exact numbers are the administrator's; a head sees the sheets of the own department (RPT-2, PRIV-3)."""
    details = report.details
    if person.role == ADMIN:
        return True
    if person.role == HEAD:
        return details.rounded and details.department == person.department
    return details.rounded or details.kind == "coverage"


def told(report: ArchivedReport) -> ReportTold:
    """A report of the archive as it is answered."""
    details = report.details
    form: Form = details.form
    return ReportTold(
        number=details.number,
        at=report.at,
        by=report.by,
        kind=details.kind,
        first=details.first,
        last=details.last,
        form=form,
        language=details.language,
        department=details.department,
        rounded=details.rounded,
        sha256=details.sha256,
        size=details.size,
    )


def _scheduled(backend: Backend) -> list[ScheduledReport]:
    made = report_months.load(backend.state_dir)
    _, schedule = backend.schedule()
    failures = _failures(backend)
    return [
        ScheduledReport(
            name=each.name,
            kind=each.kind,
            to=each.to,
            last_month=made.get(each.name, ""),
            next=_next(each, made.get(each.name), schedule.zone),
            failure=failures.get(each.name),
        )
        for each in backend.settings().reports
    ]


def _next(report: ReportSettings, made: str | None, zone: ZoneInfo) -> str | None:
    if made is None:
        return None
    return utc_iso(report_months.due_at(report_months.following(made), report.made_on, zone))


def _failures(backend: Backend) -> dict[str, FailedReport]:
    """By name of the report, as the service tells; none where it does not answer."""
    try:
        return {each.name: each for each in backend.status.get().failed_reports}
    except BadInput:
        return {}
