"""`sm-dns backup`: the whole server in one encrypted file."""

from __future__ import annotations

from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

import click

from sm_dns.backup.backing_up import Written, back_up
from sm_dns.cli.commands.backups.passphrase import new_passphrase
from sm_dns.cli.common import show, trail_of, with_json, with_settings
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Take the passphrase from the first line of this file [default: asked twice].",
)
@click.option(
    "--without-pseudonym-key", is_flag=True, help="Leave the key of the pseudonyms out, to be kept elsewhere."
)
@with_settings
@with_json
def command(
    file: Path,
    passphrase_file: Path | None,
    without_pseudonym_key: bool,
    settings: Settings,
    as_json: bool,
) -> None:
    """Write the configuration, lists, calendars and all that the service keeps into FILE, encrypted, while it runs.

    What was written is read back before FILE is there. It can be opened by hand: `age --decrypt FILE | tar -xz`.
    """
    check_library()
    passphrase = new_passphrase(passphrase_file)
    written = back_up(
        settings, file.absolute(), passphrase, trail_of(settings, None), with_key=not without_pseudonym_key
    )
    data = {**asdict(written), "file": str(file), "elsewhere": [str(path) for path in written.elsewhere]}
    show(as_json, data, "\n".join(_lines(file, settings, written)))


def check_library() -> None:
    """Raises `BadInput` where the extra is not installed."""
    if find_spec("cryptography") is None:
        raise BadInput("the library for encryption is missing: install sm-dns with the extra 'backup'")


def _lines(file: Path, settings: Settings, written: Written) -> list[str]:
    lines = [f"{file}: {written.files} files, {written.octets} octets, read back whole"]
    if not written.has_store and settings.monitoring.enabled:
        lines.append(
            "  the counts of use are not in it: a PostgreSQL server is backed up by pg_dump, and an empty "
            "store needs none"
        )
    if not written.has_key:
        lines.append(
            "  the key of the pseudonyms is not in it: without it nobody is counted on as the same person"
        )
    lines += [f"  not in it, for it lies elsewhere: {path}" for path in written.elsewhere]
    lines.append("  without its passphrase nobody opens it, you neither")
    return lines
