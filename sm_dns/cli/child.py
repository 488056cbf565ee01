"""The command as the service runs it: what it says to people comes with its key and values, for who reads another
language."""

from __future__ import annotations

import json

import click

from sm_dns.cli.common import WHOLE_MESSAGES
from sm_dns.cli.main import BAD_INPUT, Commands
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, told
from sm_dns.util.typed_json import to_json


class _Commands(Commands):
    """Says on standard output what is wrong."""

    def invoke(self, ctx: click.Context) -> object:
        ctx.meta[WHOLE_MESSAGES] = True
        try:
            return click.Group.invoke(self, ctx)
        except BadInput as error:
            _refuse(ctx, error.message)
        except OSError as error:
            _refuse(ctx, told(error))
        return None


def _refuse(ctx: click.Context, said: Message) -> None:
    click.echo(json.dumps({"ok": False, "said": to_json(said)}))
    ctx.exit(BAD_INPUT)


def main() -> None:
    """Entry point: `python -m sm_dns.cli.child COMMAND …`."""
    _Commands(name="sm-dns")(prog_name="sm-dns")


if __name__ == "__main__":
    main()
