"""A report made to be handed out: it has its number in it, and is in the archive before anybody has it."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sm_dns.builder.monitoring import monitoring_plan
from sm_dns.report.document import Document
from sm_dns.report.request import Form, Request
from sm_dns.reporting import make
from sm_dns.reporting.archive.archive import About, Archive
from sm_dns.reporting.archive.archived_report import ArchivedReport
from sm_dns.settings.settings import Settings
from sm_dns.state.audit import Trail
from sm_dns.util import walltime


@dataclass(frozen=True, slots=True)
class Made:
    """A report of the archive, with its octets and what they show."""

    report: ArchivedReport
    data: bytes
    document: Document


def make_archived(
    settings: Settings, request: Request, form: Form, language: str, now: float, trail: Trail
) -> Made:
    """Make a report at `now` (POSIX seconds), and archive it as `trail` records it.

    Raises `BadInput` for what cannot be asked, `StoreError` where the store is away, `OSError`.
    """
    archive = Archive(settings.state_dir)
    zone = ZoneInfo(monitoring_plan(settings).zone)
    number = archive.take_number(walltime.to_local(now, zone).year)
    made = make.report(settings, request, language, now, number)
    data = make.render(made, form)
    about = About(
        kind=request.kind,
        first=request.first.isoformat(),
        last=request.last.isoformat(),
        form=form,
        language=language,
        department=request.departments[0] if len(request.departments) == 1 else "",
        rounded=request.rounded,
    )
    return Made(archive.add(trail, number, about, data), data, made.document)
