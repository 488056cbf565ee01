"""Sheets of a month on their way to their readers: each is made, archived and delivered."""

from __future__ import annotations

from sm_dns.report.request import Form
from sm_dns.reporting.archive.making import make_archived
from sm_dns.reporting.delivery import deliver, request_of, sheets
from sm_dns.settings.blocks.reports import HEADS, ReportSettings
from sm_dns.settings.settings import Settings
from sm_dns.state.audit import Trail
from sm_dns.util.errors import BadInput


def send_sheet(settings: Settings, sheet: ReportSettings, month: str, now: float, trail: Trail) -> str:
    """Make, archive and deliver one; where it went. `month`: such as "2026-10"; `now`: POSIX seconds.

    Raises `BadInput`, `OSError`.
    """
    made = make_archived(settings, request_of(sheet, month), sheet.format, sheet.lang, now, trail)
    return deliver(settings, sheet, month, made.data, made.document)


def sheets_for_heads(settings: Settings, form: Form, language: str) -> tuple[ReportSettings, ...]:
    """One for each head of department that the configuration names, of that department alone (RPT-2).

    Raises `BadInput` where it names none, or no mail server.
    """
    if settings.smtp is None:
        raise BadInput("sheets for heads go by mail: say which server, in smtp")
    wanted = ReportSettings(name=HEADS, kind="department", to=HEADS, format=form, lang=language)
    return sheets(settings, wanted)
