"""`sm-dns reload`: have the running server read its files again."""

from __future__ import annotations

import click

from sm_dns.cli.common import show, with_json, with_settings
from sm_dns.cli.main import FAILED
from sm_dns.ipc import client
from sm_dns.ipc.requests import Reload
from sm_dns.settings.settings import Settings
from sm_dns.util.typed_json import to_json


@click.command("reload")
@click.option(
    "--accept-removed", is_flag=True, help="Lists that are gone, or much shorter, are meant to be so."
)
@with_settings
@with_json
@click.pass_context
def command(ctx: click.Context, settings: Settings, as_json: bool, accept_removed: bool) -> None:
    """Compile the configuration, lists and calendars anew. Returns when the server answers by them.

    Exit code 1 where no server runs, or where it keeps its old policy because the new one is broken.
    """
    request = Reload(accept_removed)
    try:
        answer = client.ask(settings.state_dir, request, timeout=client.RELOAD_SECONDS)
        error = "no server is running on this configuration"
    except client.Refused as refused:
        answer, error = None, str(refused)
    if answer is None:
        show(as_json, {"ok": False, "error": error}, f"not reloaded: {error}")
        ctx.exit(FAILED)
    text = f"generation {answer.generation} is in force: version {answer.version}, {answer.names} names"
    show(as_json, {"ok": True, **to_json(answer)}, text)
