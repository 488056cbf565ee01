"""`sm-dns staff`: the file that says whose a device is."""

from __future__ import annotations

import time
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from sm_dns.builder.monitoring import monitoring_plan
from sm_dns.cli.common import Group, show, with_json, with_settings
from sm_dns.cli.terminal import printable
from sm_dns.monitor.identity import staff_map
from sm_dns.monitor.identity.office_text import text_of
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput
from sm_dns.util.files import read_regular


@click.group("staff", cls=Group)
def command() -> None:
    """Look at the file that says whose a device is."""


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@with_settings
@with_json
def check(file: Path, settings: Settings, as_json: bool) -> None:
    """Say what would be taken of a staff map, and what left out.

    Exit code 2, with the line, where it cannot be used.
    """
    plan = monitoring_plan(settings)
    try:
        text = text_of(read_regular(file, limit=staff_map.MAX_BYTES))
        known = staff_map.parse(text, ZoneInfo(plan.zone), plan.departments)
    except BadInput as error:
        raise BadInput(error.reason, file=file, line=error.line) from error
    told = {
        "file": str(file),
        "staff": known.staff_count,
        "devices": known.count("device"),
        "addresses": known.count("address"),
        "hosts": known.count("host"),
        "departments": known.departments(),
        "without_department": known.count_without_department(),
        "left_out": list(known.left_out),
        "ended": known.until() <= time.time(),
    }
    lines = [printable(f"{file}: {staff_map.described(known)}")]
    if told["ended"]:
        lines.append(printable(f"warning: {staff_map.over(str(file), known.until())}"))
    show(as_json, told, "\n".join(lines))
