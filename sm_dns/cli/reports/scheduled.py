"""`sm-dns report run`: make a configured report now, as the clock does."""

from __future__ import annotations

import time
from datetime import timedelta
from zoneinfo import ZoneInfo

import click

from sm_dns.builder.monitoring import monitoring_plan
from sm_dns.cli import completing
from sm_dns.cli.common import record, show, with_json, with_settings
from sm_dns.reporting import make
from sm_dns.reporting.delivery import deliver, find, request_of
from sm_dns.settings.settings import Settings
from sm_dns.util import walltime


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
    request = request_of(wanted, month)
    made = make.report(settings, request, wanted.lang, now)
    data = make.render(made, wanted.format)
    detail = {"report": name, "to": wanted.to, "format": wanted.format}
    record(settings, f"report {wanted.kind}", f"{name} {month}", by=None, why="", detail=detail)
    place = deliver(settings, wanted, month, data, made.document)
    show(as_json, {"ok": True, "report": name, "month": month, "to": place}, f"{name} {month}: {place}")


def _last_month(settings: Settings, now: float) -> str:
    today = walltime.to_local(now, ZoneInfo(monitoring_plan(settings).zone)).date()
    return f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"
