"""The control socket: one JSON object a line each way, for the commands of whoever may open it (mode 0660)."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
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
        """`problem`: why commands cannot reach this server, "" while they can."""
        self.problem = ""
        self._path = state_dir / SOCKET
        self._commands = commands
        self._connections = 0
        self._sock: socket.socket | None = None
        self._inode = 0
        self._serving: asyncio.Task[asyncio.Server] | None = None

    def open(self) -> None:
        """Take the place of a socket that an earlier process left; nothing where ours is open and still there.

        Where that cannot be, `problem` says why, and it may be tried again. Needs a running event loop.
        """
        if self._sock is not None:
            if self._is_there() or self._serving is None or not self._serving.done():
                return
            self._serving.result().close()
            self._sock = self._serving = None
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._path.unlink(missing_ok=True)
            with reachable(self._path) as address:
                sock.bind(address)
            self._path.chmod(0o660)
            self._inode = self._path.stat().st_ino
            sock.listen()
        except OSError as error:
            sock.close()
            self.problem = f"{self._path}: {error.strerror or error}"
            return
        self.problem = ""
        self._sock = sock
        serving = asyncio.start_unix_server(self._serve, sock=sock, limit=MAX_REQUEST)
        self._serving = asyncio.get_running_loop().create_task(serving)

    def _is_there(self) -> bool:
        """Whether commands find our socket: a folder that was removed or mounted over takes it away."""
        try:
            return self._path.stat().st_ino == self._inode
        except OSError:
            return False

    async def close(self) -> None:
        """Answer no more, and take the socket away, so that commands see at once that nobody does."""
        if self._serving is not None:
            (await self._serving).close()
            self.remove()

    def remove(self) -> None:
        """Take the socket away, so that commands see at once that nobody answers."""
        if self._is_there():
            with suppress(OSError):  # the disk may be read-only by now
                self._path.unlink()

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
