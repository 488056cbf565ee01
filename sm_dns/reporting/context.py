"""What the configuration says of reports: letterhead, names of services, working days."""

from __future__ import annotations

from datetime import date, timedelta

import sm_dns
from sm_dns.admin.calendars.accepted_calendars import accepted_files
from sm_dns.admin.calendars.calendar_files import accepted_path
from sm_dns.admin.policy_document import services
from sm_dns.admin.service_names import unrecorded
from sm_dns.monitor.figures.selecting import selected_days
from sm_dns.monitor.selection import Selection
from sm_dns.policy.local_day import stretches
from sm_dns.policy.schedule import Schedule
from sm_dns.report.context import Context
from sm_dns.report.document import Letterhead
from sm_dns.report.formats.html_form import HEAT_ROWS, JPEG, PNG
from sm_dns.report.request import Request
from sm_dns.reporting.basis import default_schedule, headcount, working_days
from sm_dns.reporting.headcounts import department_headcounts
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput
from sm_dns.util.files import read_regular
from sm_dns.util.strict_json import Span

MAX_LOGO = 1 << 19


def context(settings: Settings, request: Request, selection: Selection, language: str, now: float) -> Context:
    """What a document needs beside the figures. Raises `BadInput` for a logo that is none."""
    schedule = default_schedule(settings)
    period = (selection.first, selection.last, selected_days(selection, working_days(schedule)))
    return Context(
        language=language,
        prepared=now,
        system=f"sm-dns {sm_dns.__version__}",
        words=settings.notice.own_profile.words,
        letterhead=letterhead(settings, language),
        service_names={service.id: service.name for service in services(settings)},
        uncertain_years=_uncertain_years(settings, request),
        unsettled_days=_unsettled_days(settings, request),
        base=headcount(settings, request).over(*period),
        unrecorded=unrecorded(settings),
        department_bases={
            name: each.over(*period) for name, each in department_headcounts(settings.monitoring).items()
        },
        shut=_shut(schedule, selection),
    )


def letterhead(settings: Settings, language: str) -> Letterhead:
    """The head of a document, in its language where the agency has given both."""
    notice = settings.notice
    head = notice.letterhead
    agency, department = notice.agency, head.department
    first, second = ("ms", "en") if language == "ms" else ("en", "ms")
    return Letterhead(
        agency=getattr(agency, first) or getattr(agency, second) or "",
        department=getattr(department, first) or getattr(department, second) or "",
        address=head.address,
        logo=_logo(settings),
        reference=head.reference or "",
        classification=notice.classification or "",
    )


def _shut(schedule: Schedule, selection: Selection) -> dict[date, tuple[Span, ...]]:
    """What the default schedule does not permit on each date of the range, and on the morning after a night.

    Nothing for a range of which no heat map is drawn.
    """
    count = (selection.last - selection.first).days + 1
    if count > HEAT_ROWS:
        return {}
    days = [selection.first + timedelta(days=at) for at in range(count + selection.is_over_midnight)]
    return {
        day: tuple(Span(each.start, each.end) for each in stretches(schedule, day) if not each.permitted)
        for day in days
    }


def _logo(settings: Settings) -> bytes | None:
    path = settings.notice.letterhead.logo
    if path is None:
        return None
    data = read_regular(path, limit=MAX_LOGO)
    if not data.startswith((PNG, JPEG)):
        raise BadInput("is no picture for a letterhead: PNG or JPEG", file=path)
    return data


def _unsettled_days(settings: Settings, request: Request) -> tuple[date, ...]:
    """Days of the range on one of which there is a holiday that the default schedule keeps, not settled on which."""
    kept = _kept_calendars(settings)
    return tuple(
        sorted(
            {
                day
                for file in accepted_files(settings)
                for line in (file.unsettled if file.name in kept else ())
                for day in line.days
                if request.first <= day <= request.last
            }
        )
    )


def _kept_calendars(settings: Settings) -> list[str]:
    """The calendars that the default schedule keeps."""
    return [
        name
        for name, calendar in settings.calendars.items()
        if settings.default_schedule in calendar.schedules
    ]


def _uncertain_years(settings: Settings, request: Request) -> tuple[int, ...]:
    """Years of which nobody has accepted the holidays that the default schedule keeps."""
    kept = _kept_calendars(settings)
    return tuple(
        year
        for year in range(request.first.year, request.last.year + 1)
        if not kept or not all(accepted_path(settings.calendar_dir, name, year).exists() for name in kept)
    )
