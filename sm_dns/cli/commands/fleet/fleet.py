"""`sm-dns fleet`: several servers that are one service."""

from __future__ import annotations

from importlib import import_module

import click

from sm_dns.cli.common import Group

_COMMANDS = ("invite", "join", "status", "promote", "verify", "settle", "leave")


@click.group("fleet", cls=Group)
def command() -> None:
    """Join servers to one service, look how they stand, promote a node."""


for _name in _COMMANDS:
    command.add_command(import_module(f"sm_dns.cli.commands.fleet.{_name}").command)
