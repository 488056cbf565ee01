"""A plan carried out: checked first, put in place whole, with what was there before kept beside it."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from sm_dns.setup import certificates, resolved
from sm_dns.setup.host import Host
from sm_dns.setup.own_unbound import bring_up_unbound, install_unbound
from sm_dns.setup.plan import Files, Plan
from sm_dns.setup.service import bring_up
from sm_dns.setup.shipped_files import shipped_config
from sm_dns.setup.undo_note import NOTHING_DONE, read_note, write_note
from sm_dns.util.errors import BadInput
from sm_dns.util.files import make_directory, new_file, sync_directory, write_all
from sm_dns.util.finding import Finding
from sm_dns.util.message import Message

Check = Callable[[Path], Iterable[Finding]]
"""Reads a configuration as the service would; raises `BadInput` where it cannot be used."""
Record = Callable[[], None]
FOLDERS = ("zones", "calendar")  # beside the configuration, for the dashboard to write


def carry_out(
    host: Host, plan: Plan, check: Check, on_record: Record, user: pwd.struct_passwd | None, now: datetime
) -> Iterator[Message]:
    """Do what a plan says, and give each step once it is done.

    check: of the new file, before it is put in place. on_record: puts on record what is about to be done.
    user: who runs the service, None where nobody is known.
    Raises `BadInput` where the new file is not good, of which nothing is in place then but a certificate that it was
    checked with, and where the system refuses.
    """
    files = plan.files
    _make_folders(files, user)
    if plan.certificate is not None:
        certificates.make(host, plan.certificate, user.pw_gid if user else None)
        yield Message("the certificate of the dashboard was made: {file}", file=plan.certificate.certificate)
    if plan.starts_unbound:
        yield from install_unbound(host)
    if plan.is_written:
        yield from _checked(plan, check)
    on_record()
    if plan.is_written:
        if files.text is not None:
            kept = _beside(files.config, now)
            _write(kept, files.text, files.config)
            yield Message("the file as it was is kept: {file}", file=kept)
        _write(files.config.resolve(), plan.after, files.config)  # where a link leads: it stays one
        yield Message("{file} written", file=files.config)
    if read_note(files.state_dir) is None:
        write_note(files.state_dir, NOTHING_DONE)
    if plan.frees_port:
        yield from resolved.free_port(host, files.state_dir)
    yield from bring_up(host, plan.need)
    if plan.starts_unbound:
        yield from bring_up_unbound(host)


def _make_folders(files: Files, user: pwd.struct_passwd | None) -> None:
    """What a package makes, and an installation by hand may not have yet."""
    if not files.config.parent.is_dir():
        make_directory(files.config.parent)
    for name in FOLDERS:
        folder = files.config.parent / name
        if not folder.is_dir():
            make_directory(folder)
            for shipped in sorted((shipped_config() / name).glob("*")):
                shutil.copyfile(shipped, folder / shipped.name)
            _give(folder, user)
            for each in folder.iterdir():
                _give(each, user)
    if not files.state_dir.is_dir():
        make_directory(files.state_dir)
        files.state_dir.chmod(0o750)
        _give(files.state_dir, user)


def _write(path: Path, text: str, like: Path) -> None:
    """Write a file whole or not at all, for the same people as another: there may be a password in it."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")
    model = like.stat() if like.exists() else None
    try:
        with new_file(draft, stat.S_IMODE(model.st_mode) if model else 0o644) as descriptor:
            write_all(descriptor, text.encode())
            if model and os.geteuid() == 0:
                os.fchown(descriptor, model.st_uid, model.st_gid)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def _give(path: Path, user: pwd.struct_passwd | None) -> None:
    if user is not None and os.geteuid() == 0:
        os.chown(path, user.pw_uid, user.pw_gid)


def _checked(plan: Plan, check: Check) -> Iterator[Message]:
    """Have the new file read as the service would read it: beside its place, for it names files from there."""
    config = plan.files.config
    draft = config.with_name(f".{config.name}.setup")
    _write(draft, plan.after, config)
    try:
        found = list(check(draft))
    except BadInput as error:
        file = str(config) if error.file == str(draft.absolute()) else error.file
        raise BadInput(error.reason, file=file, line=error.line) from error
    finally:
        draft.unlink(missing_ok=True)
    for each in found:
        if each.level == "error":
            raise BadInput("not written, for it would not work: {reason}", reason=each.text)
    for each in found:
        if each.level == "warning":
            yield Message("warning: {reason}", reason=each.text)
    yield Message("the new file is good: sm-dns check takes it")


def _beside(config: Path, now: datetime) -> Path:
    """A name that nobody has yet for the file as it was."""
    stem = f"{config.name}.before-{now:%Y%m%d-%H%M%S}"
    names = (stem, *(f"{stem}-{number}" for number in range(2, 100)))
    return next(found for name in names if not (found := config.with_name(name)).exists())
