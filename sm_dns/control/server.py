"""The control socket: one JSON object a line each way, for the commands of whoever may open it (mode 0660)."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from sm_dns.control.client import SOCKET, reachable

MAX_REQUEST = 64 * 1024
MAX_CONNECTIONS = 16
IDLE_SECONDS = 30.0

Command = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
"""Takes the whole request."""


class ControlServer:
    """Answers the commands it is given by name."""

    def __init__(self, state_dir: Path, commands: Mapping[str, Command]) -> None:
        self._path = state_dir / SOCKET
        self._commands = commands
        self._connections = 0

    async def start(self) -> asyncio.Server:
        """Take the place of a socket that an earlier process left. Raises `OSError`."""
        self._path.unlink(missing_ok=True)
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with reachable(self._path) as address:
                sock.bind(address)
            self._path.chmod(0o660)
        except OSError:
            sock.close()
            raise
        return await asyncio.start_unix_server(self._serve, sock=sock, limit=MAX_REQUEST)

    def remove(self) -> None:
        """Take the socket away, so that commands see at once that nobody answers."""
        self._path.unlink(missing_ok=True)

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
