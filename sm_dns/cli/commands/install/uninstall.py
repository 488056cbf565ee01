"""`sm-dns uninstall`: the way out of a network."""

from __future__ import annotations

from pathlib import Path

import click

from sm_dns.cli.main import FAILED
from sm_dns.cli.person import is_there
from sm_dns.cli.setup_site import person, put_on_record, site, with_site
from sm_dns.setup.asking import said
from sm_dns.setup.asking.dialogue import agreed
from sm_dns.setup.uninstall import undo, what_stays, would_undo
from sm_dns.util.errors import BadInput


@click.command("uninstall")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@with_site
@click.pass_context
def command(ctx: click.Context, yes: bool, config: Path | None, lang: str | None, root: Path) -> None:
    """Stop the service, give systemd-resolved its port back where setup had taken it, and say what stays.

    Give the devices another resolver first, and wait until their leases were renewed: who asks this server afterwards
    gets no answer. Configuration, audit and counts stay.
    """
    host, files = site(root, config)
    told = person(lang)
    if not yes and not is_there():
        raise BadInput("uninstall asks first: run it in a terminal, or give --yes")
    for each in would_undo(host, files):
        told.say(each)
    if not yes:
        told.say(said.BEFORE_THE_END)
        if not agreed(said.SHALL_IT, told, enter=False):
            told.say(said.NOT_DONE)
            ctx.exit(FAILED)
    if files.state_dir.is_dir():
        put_on_record(files, "uninstall")
    for each in undo(host, files):
        told.say(each)
    for each in what_stays(host, files):
        told.say(each)
