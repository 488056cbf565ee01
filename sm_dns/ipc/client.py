"""Talking to the running server: one JSON object each way over its control socket."""

from __future__ import annotations

import errno
import socket
import tempfile
from pathlib import Path
from typing import TypeVar

from sm_dns.ipc.messages import json_object
from sm_dns.ipc.requests import NO_SUCH_COMMAND, REQUESTS, Request
from sm_dns.ipc.rights import refusal
from sm_dns.ipc.socket_paths import reachable, socket_paths
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, system_reason
from sm_dns.util.typed_json import from_json

TIMEOUT = 5.0
RELOAD_SECONDS = 150.0  # a little more than the longest compilation
CARRY_SECONDS = 200.0  # a little more than the control process gives it
MAX_ANSWER = 16 << 20
A = TypeVar("A")
_NO_SOCKET = (errno.EROFS, errno.ENOTDIR, errno.ENOSPC)


class Refused(BadInput):
    """The server's own no, with its reason."""


class OtherVersion(BadInput):
    """A server runs that was installed before this command, or after it: what it says is not understood."""


def ask(state_dir: Path, request: Request[A], timeout: float = TIMEOUT) -> A | None:
    """Send a request and return the answer; None where no server runs on this state directory.

    Raises `Refused`, `OtherVersion`, and `BadInput` where the socket may not be used or the server does not answer in
    `timeout` seconds.
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
                return _asked(connection, request, path)
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


def _asked(connection: socket.socket, request: Request[A], path: Path) -> A:
    try:
        connection.sendall(REQUESTS.line(request))
        line = _line(connection)
    except OSError as error:
        raise _unreachable(path, error) from error
    try:
        answer = json_object(line)
    except BadInput as error:
        raise BadInput("the running server gave no answer", file=path) from error
    if not answer.pop("ok", False):
        why = _why(answer.get("error"), path)
        raise _other_version(why, path) if why == NO_SUCH_COMMAND else Refused(why)
    try:
        found: A = from_json(request.answer, answer)
    except BadInput as error:
        raise _other_version(error.message, path) from error
    return found


def _why(error: object, path: Path) -> Message:
    try:
        return from_json(Message, error)
    except BadInput as unknown:
        raise _other_version(Message("{reason}", reason=str(error)), path) from unknown


def _other_version(why: Message, path: Path) -> OtherVersion:
    return OtherVersion(
        "the running server is of another version, restart it: {reason}", file=path, reason=why
    )


def _unreachable(path: Path, error: OSError) -> BadInput:
    why = refusal(error, path) if isinstance(error, PermissionError) else system_reason(error)
    return BadInput("the running server cannot be reached: {reason}", file=path, reason=why)


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
