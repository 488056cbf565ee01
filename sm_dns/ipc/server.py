"""The control socket: one JSON object a line each way, for the commands of whoever may open it (mode 0660)."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from sm_dns.ipc.control_socket import ControlSocket
from sm_dns.ipc.requests import NO_SUCH_COMMAND, REQUESTS, Request
from sm_dns.ipc.socket_paths import is_ours, socket_paths
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, system_reason
from sm_dns.util.typed_json import to_json

MAX_REQUEST = 64 * 1024
MAX_CONNECTIONS = 16
IDLE_SECONDS = 30.0

Commands = Mapping[type[Request[Any]], Callable[[Any], Awaitable[object]]]
"""What answers each kind of request; it raises `BadInput` where it refuses."""


NOT_YOURS = Message("only root may do that: use sudo")


def _user(writer: asyncio.StreamWriter) -> int:
    """The user at the other end (unix(7), SO_PEERCRED)."""
    credentials = struct.Struct("iII")
    sock: socket.socket = writer.get_extra_info("socket")
    _, user, _ = credentials.unpack(sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, credentials.size))
    return int(user)


class ControlServer:
    """Answers requests, at each place where it is looked for."""

    def __init__(self, state_dir: Path, commands: Commands) -> None:
        """`problem`: why commands cannot reach this server, None while they can."""
        self.problem: Message | None = None
        self._commands = commands
        self._connections = 0
        first, second = socket_paths(state_dir)
        paths = [first, second] if is_ours(second.parent) else [first]
        self._sockets = [ControlSocket(path, self._serve, MAX_REQUEST) for path in paths]

    def open(self) -> None:
        """Open every place that can be had and is not open; it may be tried again. Needs a running event loop."""
        problems = []
        for each in self._sockets:
            try:
                each.open()
            except OSError as error:
                problems.append(
                    Message("{path}: {reason}", path=error.filename or each.path, reason=system_reason(error))
                )
        self.problem = problems[0] if len(problems) == len(self._sockets) else None

    async def close(self) -> None:
        """Answer no more, and take the sockets away, so that commands see at once that nobody does."""
        for each in self._sockets:
            await each.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        try:
            if self._connections <= MAX_CONNECTIONS:
                async with asyncio.timeout(IDLE_SECONDS):
                    line = await reader.readline()
                answer = await self._answer(line, _user(writer))
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        except (OSError, TimeoutError, ValueError):
            pass  # the command went away, said nothing, or said too much
        finally:
            self._connections -= 1
            writer.close()

    async def _answer(self, line: bytes, user: int) -> dict[str, object]:
        try:
            request = REQUESTS.read(line)
            command = self._commands[type(request)]
        except (BadInput, KeyError):
            return {"ok": False, "error": to_json(NO_SUCH_COMMAND)}
        if request.for_root and user not in (0, os.geteuid()):
            return {"ok": False, "error": to_json(NOT_YOURS)}
        try:
            return {"ok": True, **to_json(await command(request))}
        except BadInput as error:
            return {"ok": False, "error": to_json(error.message)}
