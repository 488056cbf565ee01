"""Talking to the running server: one JSON object each way over the unix socket in its state directory."""

from __future__ import annotations

import errno
import json
import os
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sm_dns.errors import BadInput

SOCKET = "control.sock"
TIMEOUT = 5.0
RELOAD_SECONDS = 150.0  # a little more than the longest compilation
MAX_ANSWER = 16 << 20
_NO_SOCKET = (errno.EROFS, errno.ENOTDIR, errno.ENOSPC)


def request(state_dir: Path, message: Mapping[str, Any], timeout: float = TIMEOUT) -> dict[str, Any] | None:
    """Send a request line and return the answer line; None where no server runs on this state directory.

    Raises `BadInput` where the socket may not be used, or the server does not answer in `timeout` seconds with a
    JSON object.
    """
    path = state_dir / SOCKET
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection, reachable(path) as address:
            connection.settimeout(timeout)
            connection.connect(address)
            connection.sendall(json.dumps(dict(message)).encode() + b"\n")
            line = _line(connection)
    except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
        return None
    except OSError as error:
        raise BadInput(
            f"the running server cannot be reached: {error.strerror or error}", file=path
        ) from error
    try:
        answer = json.loads(line)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise BadInput("the running server gave no answer", file=path)
    return answer


def obstacle(state_dir: Path) -> str:
    """Why no server could offer its socket there, though it may run and answer queries; "" where it could."""
    try:
        with tempfile.TemporaryFile(dir=state_dir):
            return ""
    except OSError as error:
        return f"{state_dir}: {error.strerror}" if error.errno in _NO_SOCKET else ""


def _line(connection: socket.socket) -> bytes:
    line = bytearray()
    while not line.endswith(b"\n") and len(line) < MAX_ANSWER:
        part = connection.recv(65536)
        if not part:
            break
        line += part
    return bytes(line)


@contextmanager
def reachable(path: Path) -> Iterator[str]:
    """An address for bind or connect to a socket file: Linux takes 107 octets, folders may be deeper than that."""
    directory = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{directory}/{path.name}"
    finally:
        os.close(directory)
