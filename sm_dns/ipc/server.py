"""The control socket: one JSON object a line each way, for the commands of whoever may open it (mode 0660)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from sm_dns.ipc.control_socket import ControlSocket
from sm_dns.ipc.socket_paths import is_ours, socket_paths

MAX_REQUEST = 64 * 1024
MAX_CONNECTIONS = 16
IDLE_SECONDS = 30.0

Command = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
"""Takes the whole request."""


class ControlServer:
    """Answers the commands it is given by name, at each place where they are looked for."""

    def __init__(self, state_dir: Path, commands: Mapping[str, Command]) -> None:
        """`problem`: why commands cannot reach this server, "" while they can."""
        self.problem = ""
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
                problems.append(f"{error.filename or each.path}: {error.strerror or error}")
        self.problem = problems[0] if len(problems) == len(self._sockets) else ""

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
                writer.write(json.dumps(await self._answer(line)).encode() + b"\n")
                await writer.drain()
        except (OSError, TimeoutError, ValueError):
            pass  # the command went away, said nothing, or said too much
        finally:
            self._connections -= 1
            writer.close()

    async def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            request = json.loads(line)
            command = self._commands[request["command"]]
        except (ValueError, KeyError, TypeError):
            return {"ok": False, "error": "no such command"}
        return await command(request)
