"""`sm-dns check`: does the configuration load, and does it do what its owner thinks?"""

from __future__ import annotations

import time
from dataclasses import asdict

import click

from sm_dns.cli.common import show, with_json, with_settings
from sm_dns.cli.main import FAILED
from sm_dns.control.assemble import assemble, temporary_snapshot
from sm_dns.control.certificate import certificate_findings, read_certificate
from sm_dns.control.findings import findings, monitoring_files
from sm_dns.control.settings import Settings
from sm_dns.query_path import why_not_compiled


@click.command("check")
@with_settings
@with_json
@click.pass_context
def command(ctx: click.Context, settings: Settings, as_json: bool) -> None:
    """Read the configuration, calendars, lists and exemptions, and say what is wrong or odd.

    Exit code 1 where a finding is an error, 2 where a file cannot be used.
    """
    now = time.time()
    assembly = assemble(settings, now)
    with temporary_snapshot(assembly) as snapshot:
        listed = len(snapshot.names)
    found = [*findings(settings, assembly.lists, now), *monitoring_files(settings)]
    certificate = read_certificate(settings.tls.certificate)
    if certificate is not None:
        found += certificate_findings(certificate, now)
    ok = all(finding.level != "error" for finding in found)
    lines = [f"{finding.level}: {finding.text}" for finding in found]
    not_compiled = why_not_compiled()
    if not_compiled:
        lines.append(f"pure Python: {not_compiled}")
    lines.append(f"{settings.file}: {'good' if ok else 'not usable'}; {listed} names are listed")
    data = {
        "file": str(settings.file),
        "ok": ok,
        "names": listed,
        "not_compiled": not_compiled,
        "findings": [asdict(finding) for finding in found],
    }
    show(as_json, data, "\n".join(lines))
    if not ok:
        ctx.exit(FAILED)
