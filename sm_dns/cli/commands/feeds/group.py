"""The group of commands, each in a file of its own."""

from __future__ import annotations

import click

from sm_dns.cli.commands.feeds.check import check
from sm_dns.cli.commands.feeds.config import config
from sm_dns.cli.commands.feeds.status import status
from sm_dns.cli.common import Group


@click.group("feeds", cls=Group)
def command() -> None:
    """Have other resolvers keep the hours: configure them, and see what they do."""


command.add_command(check)
command.add_command(config)
command.add_command(status)
