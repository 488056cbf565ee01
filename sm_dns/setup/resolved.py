"""Port 53 of systemd-resolved's stub: given up by a drop-in, and taken back (resolved.conf(5))."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sm_dns.setup.findings import RESOLV_CONF, RESOLVED_CONF, resolv_conf
from sm_dns.setup.host import Host
from sm_dns.setup.undo_note import NOTHING_DONE, UndoNote, read_note, write_note
from sm_dns.util.errors import BadInput
from sm_dns.util.files import atomic_write, make_directory
from sm_dns.util.message import Message

DROP_IN = "/etc/systemd/resolved.conf.d/sm-dns.conf"
TEXT = """\
# Written by sm-dns setup, for sm-dns answers on port 53; sm-dns uninstall takes it away.
[Resolve]
DNSStubListener=no
"""


def free_port(host: Host, state_dir: Path) -> Iterator[Message]:
    """Turn the stub off, and lead /etc/resolv.conf past it; what is done is noted first.

    Gives what was done, step by step. Raises `BadInput` where systemd-resolved does not start again.
    """
    before = resolv_conf(host)
    note = replace(read_note(state_dir) or NOTHING_DONE, drop_in=True)
    file = host.file(RESOLV_CONF)
    if before.is_stub:
        link = before.link or None
        note = replace(
            note, resolv_conf_link=link, resolv_conf_text=None if link else file.read_text("utf-8")
        )
    write_note(state_dir, note)
    drop_in = host.file(DROP_IN)
    make_directory(drop_in.parent)
    atomic_write(drop_in, TEXT.encode())
    yield Message("{file} written", file=DROP_IN)
    _restart(host)
    yield Message("systemd-resolved has given up port 53")
    if before.is_stub:
        _lead(file, RESOLVED_CONF)
        yield Message("{file} leads to {target} now", file=RESOLV_CONF, target=RESOLVED_CONF)


def take_back(host: Host, note: UndoNote) -> Iterator[Message]:
    """Undo it: the drop-in goes, and /etc/resolv.conf is as before, unless somebody changed it meanwhile."""
    if note.drop_in:
        host.file(DROP_IN).unlink(missing_ok=True)
        _restart(host)
        yield Message("{file} removed: systemd-resolved has its stub again", file=DROP_IN)
    if note.resolv_conf_link is None and note.resolv_conf_text is None:
        return
    file = host.file(RESOLV_CONF)
    if not (file.is_symlink() and str(file.readlink()) == RESOLVED_CONF):
        yield Message("{file} was changed by somebody since: it stays as it is", file=RESOLV_CONF)
        return
    if note.resolv_conf_link is not None:
        _lead(file, note.resolv_conf_link)
    else:
        atomic_write(file, (note.resolv_conf_text or "").encode())
    yield Message("{file} is as before", file=RESOLV_CONF)


def _restart(host: Host) -> None:
    if not host.has_systemd:
        return
    done = host.run("systemctl", "restart", "systemd-resolved")
    if done.code:
        raise BadInput("systemd-resolved does not start: {reason}", reason=done.said)


def _lead(file: Path, target: str) -> None:
    """Make a file a link, at once: no moment without one."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}.new")
    draft.symlink_to(target)
    draft.replace(file)
