"""Talking to the running server: one JSON object each way over its control socket."""

from __future__ import annotations

import errno
import json
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sm_dns.ipc.rights import refusal
from sm_dns.ipc.socket_paths import reachable, socket_paths
from sm_dns.util.errors import BadInput

TIMEOUT = 5.0
RELOAD_SECONDS = 150.0  # a little more than the longest compilation
MAX_ANSWER = 16 << 20
_NO_SOCKET = (errno.EROFS, errno.ENOTDIR, errno.ENOSPC)


def request(state_dir: Path, message: Mapping[str, Any], timeout: float = TIMEOUT) -> dict[str, Any] | None:
    """Send a request line and return the answer line; None where no server runs on this state directory.

    Raises `BadInput` where the socket may not be used, or the server does not answer in `timeout` seconds with a
    JSON object.
    """
    refused: BadInput | None = None
    for path in socket_paths(state_dir):
        try:
            connection = _connected(path, timeout)
        except OSError as error:
            refused = refused or _unreachable(path, error)
            continue
        if connection is not None:
            with connection:
                return _asked(connection, message, path)
    if refused is not None:
        raise refused
    return None


def _connected(path: Path, timeout: float) -> socket.socket | None:
    """A connection to who listens at a place; None where nobody does. Raises `OSError`."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        with reachable(path) as address:
            connection.connect(address)
    except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
        connection.close()
        return None
    except OSError:
        connection.close()
        raise
    return connection


def _asked(connection: socket.socket, message: Mapping[str, Any], path: Path) -> dict[str, Any]:
    try:
        connection.sendall(json.dumps(dict(message)).encode() + b"\n")
        line = _line(connection)
    except OSError as error:
        raise _unreachable(path, error) from error
    try:
        answer = json.loads(line)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise BadInput("the running server gave no answer", file=path)
    return answer


def _unreachable(path: Path, error: OSError) -> BadInput:
    why = refusal(error, path) if isinstance(error, PermissionError) else error.strerror or str(error)
    return BadInput(f"the running server cannot be reached: {why}", file=path)


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
