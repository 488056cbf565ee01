"""`sm-dns restore`: a backup put on a server."""

from __future__ import annotations

from pathlib import Path

import click

from sm_dns.backup.restoring import Restored, restore
from sm_dns.cli.commands.backups.backup import check_library
from sm_dns.cli.commands.backups.passphrase import known_passphrase
from sm_dns.cli.common import line, show, with_json
from sm_dns.ipc import client
from sm_dns.ipc.requests import TellStatus
from sm_dns.settings.location import PACKAGED
from sm_dns.state import audit
from sm_dns.state.audit import Trail
from sm_dns.state.place import possible_state_dirs
from sm_dns.util.errors import BadInput


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False, readable=False),
    default=PACKAGED,
    show_default=True,
    help="Where the configuration goes; it says where the rest belongs.",
)
@click.option("--replace", is_flag=True, help="Keep what is there beside, under another name.")
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Take the passphrase from the first line of this file [default: asked].",
)
@click.option(
    "--pseudonym-key",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The key of the pseudonyms, where FILE was made without.",
)
@click.option("--reason", callback=line, default="", metavar="TEXT", help="Why; kept in the audit.")
@with_json
def command(
    file: Path,
    config: Path,
    replace: bool,
    passphrase_file: Path | None,
    pseudonym_key: Path | None,
    reason: str,
    as_json: bool,
) -> None:
    """Put the backup FILE on this server, with the service stopped. It is checked before anything is changed."""
    check_library()
    for state_dir in possible_state_dirs(config):
        if client.ask(state_dir, TellStatus()) is not None:
            raise BadInput("the service is running: stop it first")
    passphrase = known_passphrase(passphrase_file)
    found = restore(file, config.absolute(), passphrase, replace=replace, key=pseudonym_key)
    _note(file, found, reason)
    data = {
        "made": found.about.made,
        "version": found.about.version,
        "config": str(found.places.config),
        "state_dir": str(found.places.state),
        "former": [str(path) for path in found.former],
    }
    lines = [
        f"{found.places.config} and {found.places.state} are as on {found.about.made} (sm-dns {found.about.version})",
        *(f"  what was there is {path} now" for path in found.former),
        "Look with `sm-dns check`, and start the service.",
    ]
    show(as_json, data, "\n".join(lines))


def _note(file: Path, found: Restored, reason: str) -> None:
    trail = Trail(found.places.state / audit.FILE, audit.current_user())
    detail = {"made": found.about.made, "version": found.about.version}
    former = [str(path) for path in found.former]
    trail.note("restore", str(file), why=reason, detail={**detail, "former": former})
