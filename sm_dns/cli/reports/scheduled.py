"""`sm-dns report run`: make a configured report now, as the clock does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import click

from sm_dns.builder.monitoring import monitoring_plan
from sm_dns.cli import completing
from sm_dns.cli.common import record, show, trail_of, with_json, with_settings
from sm_dns.reporting.delivery import find, sheets
from sm_dns.reporting.sending import send_sheet
from sm_dns.settings.blocks.reports import ReportSettings
from sm_dns.settings.settings import Settings
from sm_dns.state import report_months
from sm_dns.util import walltime
from sm_dns.util.errors import BadInput


@click.command("run")
@click.argument("name", shell_complete=completing.reports)
@click.option("--month", metavar="YYYY-MM", help="Of which month [default: the last whole one].")
@with_settings
@with_json
def run(name: str, month: str | None, settings: Settings, as_json: bool) -> None:
    """Make the configured report NAME of a month, and bring it where the configuration says."""
    now = time.time()
    wanted = find(settings, name)
    month = month or _last_month(settings, now)
    each = sheets(settings, wanted)
    detail = {"report": name, "to": wanted.to, "format": wanted.format}
    if len(each) > 1:
        detail["sheets"] = str(len(each))
    record(settings, f"report {wanted.kind}", f"{name} {month}", by=None, why="", detail=detail)
    place = "; ".join(_delivered(settings, each, month, now))
    show(as_json, {"ok": True, "report": name, "month": month, "to": place}, f"{name} {month}: {place}")


def _delivered(settings: Settings, each: tuple[ReportSettings, ...], month: str, now: float) -> Iterator[str]:
    """Make and deliver every sheet; where they went. One that fails keeps no other back.

    What went out is noted until all did: another try sends nobody the same again. Raises `BadInput`, `OSError`.
    """
    if len(each) == 1:
        yield send_sheet(settings, each[0], month, now, trail_of(settings, None))
        return
    gone = report_months.load(settings.state_dir)
    failed = []
    for sheet in each:
        if gone.get(sheet.name) == month:
            continue
        try:
            yield send_sheet(settings, sheet, month, now, trail_of(settings, None))
            report_months.mark(settings.state_dir, sheet.name, month)
        except (OSError, BadInput) as error:
            failed.append(f"{sheet.departments[0]}: {error}")
    if failed:
        raise BadInput(
            "{count} of {all} sheets were not delivered: {reasons}",
            count=len(failed),
            all=len(each),
            reasons="; ".join(failed),
        )
    report_months.forget(settings.state_dir, [sheet.name for sheet in each])


def _last_month(settings: Settings, now: float) -> str:
    today = walltime.to_local(now, ZoneInfo(monitoring_plan(settings).zone)).date()
    return f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"
