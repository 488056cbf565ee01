"""The passphrase of a backup: asked for at the terminal, or read from a file."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import click

from sm_dns.util.errors import BadInput
from sm_dns.util.files import read_regular

FEWEST = 12  # characters of a new one
MAX_BYTES = 1_024


def new_passphrase(file: Path | None) -> bytes:
    """One to encrypt by: asked twice, or the first line of a file. Raises `BadInput`."""
    found = _of_file(file) if file else _asked("Passphrase of the backup", twice=True)
    if len(found) < FEWEST:
        raise BadInput("a passphrase has at least {fewest} characters", fewest=FEWEST)
    return found.encode()


def known_passphrase(file: Path | None) -> bytes:
    """The one that a backup was encrypted by. Raises `BadInput`."""
    found = _of_file(file) if file else _asked("Passphrase of the backup", twice=False)
    return found.encode()


def _asked(text: str, *, twice: bool) -> str:
    if not sys.stdin.isatty():
        raise BadInput("nobody can be asked for the passphrase: give --passphrase-file")
    answer: str = click.prompt(text, hide_input=True, confirmation_prompt=twice, err=True)
    return answer


def _of_file(file: Path) -> str:
    data = read_regular(file, limit=MAX_BYTES)
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise BadInput("others may read this passphrase: chmod 600", file=file)
    try:
        found = data.decode().splitlines()
    except UnicodeDecodeError as error:
        raise BadInput("is not UTF-8 text", file=file) from error
    if not found or not found[0]:
        raise BadInput("has no passphrase in its first line", file=file)
    return found[0]
