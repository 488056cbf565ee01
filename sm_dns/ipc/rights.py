"""What a refusal of the system means for the person who ran a command, and what to do."""

from __future__ import annotations

import grp
import os
import pwd
import stat
from contextlib import suppress
from pathlib import Path

from sm_dns.util.message import Message, told


def refusal(error: PermissionError, file: Path | None = None) -> Message:
    """What was refused and why; where a folder is closed to this user, whose it is and how to get in.

    `file` is what it is about, where the error does not know.
    """
    about = file if error.filename is None else Path(os.fsdecode(error.filename))
    closed = None if about is None else closed_folder(about)
    if closed is None:
        return told(error) if os.geteuid() == 0 else Message("{reason}; try sudo", reason=told(error))
    found = closed.stat()
    ways = Message("use sudo")
    if found.st_gid and found.st_mode & stat.S_IXGRP:
        ways = Message("use sudo, or be a member of the group {group}", group=_group(found.st_gid))
    return Message(
        "{folder} belongs to {user} and is closed to this user: {ways}",
        folder=closed,
        user=_user(found.st_uid),
        ways=ways,
    )


def closed_folder(path: Path) -> Path | None:
    """The first folder on the way to a file that this user may not enter; None where there is none."""
    for folder in reversed(path.absolute().parents):
        with suppress(OSError):
            if folder.is_dir() and not os.access(folder, os.X_OK, effective_ids=True):
                return folder
    return None


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid {number}"


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return f"gid {number}"
