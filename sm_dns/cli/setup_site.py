"""What `setup` and `uninstall` share: the host and the files that they are about, and the right to change these."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import click

from sm_dns.cli.common import F
from sm_dns.cli.person import Person, own_language
from sm_dns.i18n.catalogue import catalogue, languages
from sm_dns.setup.host import ROOT, Host
from sm_dns.setup.plan import PACKAGED, Files, site_files
from sm_dns.state import audit
from sm_dns.state.audit import Trail


def with_site(command: F) -> F:
    """Add `--config`, `--lang` and, for tests and images of systems, `--root`."""
    for option in (
        click.option(
            "--root",
            type=click.Path(path_type=Path, exists=True, file_okay=False, resolve_path=True),
            default=ROOT,
            hidden=True,
            help="Set up the system in this folder, and start nothing.",
        ),
        click.option(
            "--lang", type=click.Choice(languages()), help="Language of what is said [default: the locale's]"
        ),
        click.option(
            "--config",
            type=click.Path(path_type=Path, dir_okay=False),
            help=f"Configuration file [default: {PACKAGED}]",
        ),
    ):
        command = option(command)
    return command


def site(root: Path, config: Path | None) -> tuple[Host, Files]:
    """The host and its files. Services are touched on a system that runs, and for the file that they go by alone.

    Raises `PermissionError` where this user may not change them, `OSError` on a disk that is mounted read-only,
    and `BadInput` for a file that cannot be read.
    """
    file = Host(root).file(PACKAGED) if config is None else config.absolute()
    host = Host(root, is_running=file == Path(PACKAGED))
    folder = next(each for each in file.parents if each.exists())
    if os.statvfs(folder).f_flag & os.ST_RDONLY:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(folder))
    if not os.access(folder, os.W_OK | os.X_OK, effective_ids=True):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
    return host, site_files(host, file)


def person(language: str | None) -> Person:
    """Whoever runs the command."""
    return Person(catalogue(language or own_language()))


def put_on_record(files: Files, action: str) -> None:
    """Write into the audit what is about to be done."""
    Trail(files.state_dir / audit.FILE, audit.current_user()).note(action, str(files.config))
