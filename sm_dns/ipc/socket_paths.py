"""Where the control socket is: in the state directory and, where the service manager gives one, in a runtime folder.

The second place is for a state directory that cannot be written: commands must reach the server then above all. Its
name tells whose state it is, so that a command never speaks to the server of another one.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

SOCKET = "control.sock"
RUNTIME = "/run/sm-dns"  # RuntimeDirectory= of systemd/sm-dns.service


def socket_paths(state_dir: Path) -> tuple[Path, Path]:
    """The places where a server on this state directory may have its socket, in the order in which they are tried."""
    folder = os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0] or RUNTIME
    whose = blake2b(os.fsencode(os.path.realpath(state_dir)), digest_size=8).hexdigest()
    return state_dir / SOCKET, Path(folder, f"control-{whose}.sock")


def is_ours(folder: Path) -> bool:
    """Whether a folder belongs to this user and nobody else may write it: others could answer for us there."""
    try:
        found = folder.stat()
    except OSError:
        return False
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


@contextmanager
def reachable(path: Path) -> Iterator[str]:
    """An address for bind or connect to a socket file: Linux takes 107 octets, folders may be deeper than that."""
    directory = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{directory}/{path.name}"
    finally:
        os.close(directory)
