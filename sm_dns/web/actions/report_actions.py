"""Having reports made, which are numbered and archived, and sheets sent to heads of departments."""

from __future__ import annotations

from typing import cast

from sm_dns.monitor.store.error import StoreError
from sm_dns.report.request import SUFFIXES, Form, parse_month
from sm_dns.reporting.archive.making import make_archived
from sm_dns.reporting.sending import send_sheet, sheets_for_heads
from sm_dns.settings.blocks.reports import HEADS
from sm_dns.util.errors import BadInput
from sm_dns.web.auth.roles import Person
from sm_dns.web.data import timeline
from sm_dns.web.data.backend import Backend
from sm_dns.web.data.report_request import ABOUT, LANGUAGE, requested
from sm_dns.web.data.sending import Sending
from sm_dns.web.interface.request_fields import Field, Values
from sm_dns.web.views.reports import ReportTold, told

MAKE_FIELDS = (*ABOUT, Field("form", summary="pdf without it", choices=tuple(SUFFIXES)), LANGUAGE)

SEND_FIELDS = (
    Field("month", summary="that is over, such as 2026-10", required=True),
    *MAKE_FIELDS[len(ABOUT) :],
)


def make(backend: Backend, person: Person, values: Values) -> ReportTold:
    """Make and archive a report. Raises `BadInput` for what cannot be, `Refused` for what a role may not have."""
    request = requested(backend, person, values)
    form = cast("Form", values["form"] or "pdf")  # one of the choices
    language = values["language"] or backend.plan.language
    try:
        made = make_archived(
            backend.settings(), request, form, language, backend.true_now(), backend.trail(person)
        )
    except StoreError as error:
        raise BadInput("the store cannot be read: {reason}", reason=error) from error
    return told(made.report)


def send(backend: Backend, person: Person, values: Values) -> Sending:
    """Begin to send each head the sheet of the own department; how it goes is told with the reports.

    Raises `BadInput` for what cannot be, and where it cannot be recorded.
    """
    month, settings = values["month"], backend.settings()
    _, last = parse_month(month)
    _, schedule = backend.schedule()
    if last >= timeline.today(schedule, backend.now()):
        raise BadInput("{period} is not over", period=month)
    form = cast("Form", values["form"] or "pdf")
    each = sheets_for_heads(settings, form, values["language"] or backend.plan.language)
    trail, now = backend.trail(person), backend.true_now()
    detail = {"report": HEADS, "to": HEADS, "format": form, "sheets": str(len(each))}
    trail.note("report department", f"{HEADS} {month}", detail=detail)
    return backend.sheets.begin(
        month, person.name, each, lambda sheet: send_sheet(settings, sheet, month, now, trail)
    )
