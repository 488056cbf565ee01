"""`open` and `close`: one command but for what is turned and what its help says."""

from __future__ import annotations

import click

from sm_dns.admin.switch_changes import Wanted
from sm_dns.cli import completing
from sm_dns.cli.common import with_json, with_settings
from sm_dns.cli.texts.switch_text import turn, with_switch_options
from sm_dns.settings.settings import Settings


def switch_command(turned: str, told: str) -> click.Command:
    """The command of the same name that turns this for a while; `told` is its help."""

    @click.command(turned, help=told)
    @click.argument("what", shell_complete=completing.categories_and_services)
    @click.option(
        "--for", "length", default="", metavar="LENGTH", help="For how long from now: 30m, at most 8h."
    )
    @with_switch_options
    @with_settings
    @with_json
    def command(
        what: str,
        length: str,
        until: str,
        who: tuple[str, ...],
        reason: str,
        by: str | None,
        settings: Settings,
        as_json: bool,
    ) -> None:
        turn(settings, Wanted(turned, what, who, length, until, reason), by, as_json)

    return command
