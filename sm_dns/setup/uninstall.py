"""The way out: what setup did to the system is undone, what an agency must keep stays."""

from __future__ import annotations

from collections.abc import Iterator

from sm_dns.setup import resolved
from sm_dns.setup.host import Host
from sm_dns.setup.plan import Files
from sm_dns.setup.service import take_down
from sm_dns.setup.undo_note import read_note, remove_note
from sm_dns.util.message import Message


def would_undo(host: Host, files: Files) -> Iterator[Message]:
    """What `undo` is about to do. Raises `BadInput` for a note that cannot be read."""
    note = read_note(files.state_dir)
    if host.has_systemd:
        yield Message("the service is stopped, and starts no more")
    if note and note.drop_in:
        yield Message("systemd-resolved gets port 53 back: {file} goes", file=resolved.DROP_IN)
    if note and (note.resolv_conf_link is not None or note.resolv_conf_text is not None):
        yield Message("/etc/resolv.conf becomes what it was")


def undo(host: Host, files: Files) -> Iterator[Message]:
    """Undo it, and give each step once it is done. Raises `BadInput` where the system refuses: a second run
    goes on."""
    yield from take_down(host)
    note = read_note(files.state_dir)
    if note is not None:
        yield from resolved.take_back(host, note)
        remove_note(files.state_dir)


def what_stays(host: Host, files: Files) -> Iterator[Message]:
    """What is still there, and what to type so that it goes."""
    yield Message("{folder} stays: your rules, lists and calendars", folder=files.config.parent)
    yield Message(
        "{folder} stays: the audit, the history and the counts, which an agency must keep",
        folder=files.state_dir,
    )
    if host.has_package:
        yield Message("To remove the program: {command}", command="sudo apt remove sm-dns")
    else:
        yield Message("To remove the program: docs/install.md, at its end")
